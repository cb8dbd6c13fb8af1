"""Watched portfolios: new ones screened, the list's changes held beside all of them, owners told."""

from datetime import datetime
from time import monotonic

from registry.config import Settings
from registry.db import Database
from registry.operations import watch

NAMES = 200  # names a transaction when a list is new
CHANGES = 500  # changes of the list a transaction
TURN_SECONDS = 5.0


def watch_portfolios(database: Database, settings: Settings, now: datetime) -> int:
    """A turn: each step is a transaction of its own, broken off it goes on."""
    began, done = monotonic(), 0
    with database.read() as session:
        new = watch.unscreened(session)
    for list_id in new:
        while monotonic() - began < TURN_SECONDS:
            with database.write() as session:
                if not watch.screen_next(session, list_id=list_id, size=NAMES, now=now):
                    break
            done += 1
    while monotonic() - began < TURN_SECONDS:
        with database.read() as session:
            if not watch.is_behind(session):
                break
        with database.write() as session:
            watch.follow(session, size=CHANGES, now=now)
        done += 1
    with database.read() as session:
        if not watch.has_news(session):
            return done
    with database.write() as session:
        return done + watch.tell_new(session, base_url=settings.base_url, now=now)
