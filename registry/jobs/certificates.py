"""Issue what waits: one certificate at a time, each kill leaving nothing but a row to go on with."""

from datetime import datetime, timedelta
from time import monotonic

import structlog

from registry.config import Settings
from registry.db import Database
from registry.jobs import bulk_issue
from registry.operations import certificate as operations

log = structlog.get_logger()
BATCH = 20


def issue_waiting(database: Database, settings: Settings, now: datetime) -> int:
    """Issue up to a batch; what failed is counted, logged and tried again later, so that one that
    cannot be made keeps none of the others from being made."""
    if bulk_issue.paused(settings):
        return 0
    with database.read() as session:
        waiting = operations.waiting(session, BATCH, now=now)
    done, began = 0, monotonic()
    for certificate_id in waiting:
        at = now + timedelta(seconds=monotonic() - began)
        try:
            done += operations.issue(
                database,
                settings,
                certificate_id=certificate_id,
                now=at,
                many=len(waiting) == BATCH,
            )
        except Exception as problem:
            why = f"{type(problem).__name__}: {problem}"
            log.warning("certificate not issued", certificate=certificate_id, why=why)
            with database.write() as session:
                operations.note_failure(session, certificate_id=certificate_id, error=why, now=at)
    return done


def expire_over(database: Database, settings: Settings, now: datetime) -> int:
    """Certificates whose last day is over, each in a transaction of its own."""
    with database.read() as session:
        over = operations.over(session, now=now, limit=BATCH)
    for certificate_id in over:
        with database.write() as session:
            operations.expire(session, certificate_id=certificate_id, now=now)
    return len(over)
