"""Notice to all, or all into force, for the entries of a file: chunk by chunk, broken off it goes on."""

from datetime import datetime, timedelta
from time import monotonic

from registry.config import Settings
from registry.db import Database
from registry.operations import restriction_bulk as operations
from registry.rules.screening.forgetting import forget_names

CHUNK = 1000  # entries a transaction, and a version of the list
TURN_SECONDS = 5.0


def carry_out_bulk(database: Database, settings: Settings, now: datetime) -> int:
    """A turn for every bulk act that waits."""
    with database.read() as session:
        waiting = operations.waiting(session)
    return sum(_turn(database, settings, bulk_id, now) for bulk_id in waiting)


def _turn(database: Database, settings: Settings, bulk_id: int, now: datetime) -> int:
    began, done = monotonic(), 0
    while monotonic() - began < TURN_SECONDS:
        moment = now + timedelta(seconds=monotonic() - began)
        with database.write() as session:
            more = operations.take_chunk(
                session, bulk_id=bulk_id, size=CHUNK, base_url=settings.base_url, now=moment
            )
        done += 1
        forget_names()
        if not more:
            break
    return done
