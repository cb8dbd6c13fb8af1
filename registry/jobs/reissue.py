"""Certificates made anew: one after another, each a transaction; broken off it goes on."""

from datetime import datetime, timedelta
from time import monotonic

from registry.config import Settings
from registry.db import Database
from registry.operations import reissue as operations

TURN_SECONDS = 5.0


def carry_out_reissues(database: Database, settings: Settings, now: datetime) -> int:
    """A turn for every one that was approved; how many certificates were dealt with."""
    with database.read() as session:
        waiting = operations.waiting(session)
    began, done = monotonic(), 0
    for reissue_id in waiting:
        while monotonic() - began < TURN_SECONDS:
            at = now + timedelta(seconds=monotonic() - began)
            with database.write() as session:
                if not operations.take_next(session, reissue_id=reissue_id, now=at):
                    break
            done += 1
    return done
