"""What happens to restricted entries by itself: their end, and certificates issued too late."""

from datetime import datetime

import structlog

from registry.config import Settings
from registry.db import Database, lock
from registry.models import Application
from registry.operations import restriction
from registry.operations.restriction_effects import suspend_certificate
from registry.queries.restriction_held import held_with_issued_certificate
from registry.rules.lifecycle import MoveRefused

log = structlog.get_logger()
BATCH = 100


def expire_entries(database: Database, settings: Settings, now: datetime) -> int:
    """Take off what has reached its last day, provisional entries included, one transaction each."""
    with database.read() as session:
        waiting = restriction.over(session, now=now, limit=BATCH)
    done = 0
    for entry_id in waiting:
        try:
            with database.write() as session:
                restriction.expire(session, entry_id=entry_id, now=now)
        except MoveRefused as refused:
            log.info("entry stays", entry=entry_id, refused=str(refused.code))
            continue
        done += 1
    return done


def hold_certificates(database: Database, settings: Settings, now: datetime) -> int:
    """A certificate whose document was still being made when its project was suspended."""
    with database.read() as session:
        waiting = held_with_issued_certificate(session, limit=BATCH)
    done = 0
    for application_id in waiting:
        with database.write() as session:
            application = lock(session, Application, application_id)
            done += int(suspend_certificate(session, application, now=now))
    return done
