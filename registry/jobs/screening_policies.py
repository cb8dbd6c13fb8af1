"""Policies tried against everything, and followed up once they are in force, piece by piece."""

from datetime import datetime
from time import monotonic

from registry.config import Settings
from registry.db import Database
from registry.operations import screening_policy as operations

ENTRIES = 500  # entries a transaction
TURN_SECONDS = 5.0


def try_policies(database: Database, settings: Settings, now: datetime) -> int:
    with database.read() as session:
        waiting = operations.waiting(session)
    began, done = monotonic(), 0
    for policy_id in waiting:
        while monotonic() - began < TURN_SECONDS:
            with database.write() as session:
                more = operations.go_on(session, policy_id=policy_id, size=ENTRIES, now=now)
            done += 1
            if not more:
                break
    return done
