"""Issue what waits: one certificate at a time, each kill leaving nothing but a row to go on with."""

from datetime import datetime

import structlog

from registry.config import Settings
from registry.db import Database
from registry.operations import certificate as operations

log = structlog.get_logger()
BATCH = 20
MOST_TRIES = 5


def issue_waiting(database: Database, settings: Settings, now: datetime) -> int:
    """Issue up to a batch; what failed is counted, logged and tried again behind the others."""
    with database.read() as session:
        waiting = operations.waiting(session, BATCH, most_tries=MOST_TRIES)
    done = 0
    for certificate_id in waiting:
        try:
            done += operations.issue(
                database, settings, certificate_id=certificate_id, now=datetime.now(now.tzinfo)
            )
        except (LookupError, ValueError) as refusal:
            log.warning("certificate not issued", certificate=certificate_id, why=str(refusal))
            with database.write() as session:
                operations.note_failure(
                    session,
                    certificate_id=certificate_id,
                    error=f"{type(refusal).__name__}: {refusal}",
                )
    return done


def expire_over(database: Database, settings: Settings, now: datetime) -> int:
    """Certificates whose last day is over, each in a transaction of its own."""
    with database.read() as session:
        over = operations.over(session, now=now, limit=BATCH)
    for certificate_id in over:
        with database.write() as session:
            operations.expire(session, certificate_id=certificate_id, now=now)
    return len(over)
