"""Certificates made anew: one after another, each a transaction; broken off it goes on."""

from datetime import datetime, timedelta
from time import monotonic

import structlog
from sqlalchemy.exc import OperationalError

from registry.config import Settings
from registry.db import Database
from registry.models import Reissue
from registry.operations import reissue as operations
from registry.operations.certificate import count_waiting
from registry.operations.issuing import paused

log = structlog.get_logger()
TURN_SECONDS = 5.0
MOST_WAITING = 40
"""Documents that may wait: beyond it nothing more is superseded, so that a broken key or template
leaves some forty holders without their new document and not ten thousand."""


def carry_out_reissues(database: Database, settings: Settings, now: datetime) -> int:
    """A turn for every one that was approved; how many certificates were dealt with. None while
    documents are paused or pile up."""
    if paused(settings):
        return 0
    with database.read() as session:
        waiting = operations.waiting(session)
    began, done = monotonic(), 0
    for reissue_id in waiting:
        while monotonic() - began < TURN_SECONDS and not paused(settings):
            with database.read() as session:
                if count_waiting(session) >= MOST_WAITING:
                    return done
                behind = session.get_one(Reissue, reissue_id).at
            at = now + timedelta(seconds=monotonic() - began)
            if not _next(database, reissue_id, behind, at):
                break
            done += 1
    return done


def _next(database: Database, reissue_id: int, behind: int, at: datetime) -> bool:
    """One certificate; whatever goes wrong with it leaves it in force and named, and is no reason to
    leave the others. A database that cannot be reached is no fault of the certificate."""
    try:
        with database.write() as session:
            return operations.take_next(session, reissue_id=reissue_id, now=at)
    except OperationalError:
        raise
    except Exception as problem:
        log.warning("certificate not re-issued", reissue=reissue_id, error=str(problem))
        with database.write() as session:
            return operations.pass_over(session, reissue_id=reissue_id, behind=behind)
