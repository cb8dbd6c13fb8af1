"""Loads the demonstration once: a second call finds it there and does nothing."""

from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from registry.config import Settings
from registry.db import Database
from registry.jobs.demo.books import play_books
from registry.jobs.demo.entries import DAYS_BEFORE, play_entries
from registry.jobs.demo.people import gather
from registry.jobs.demo.play import Player
from registry.jobs.demo.projects import PROJECTS, DemoProject
from registry.queries.account import has_demo_accounts

DAYS_AGO = 21


class NotDemo(Exception):
    """Demonstration data belongs into a demonstration only."""


def load_demo(
    settings: Settings,
    database: Database,
    *,
    now: datetime | None = None,
    projects: tuple[DemoProject, ...] = PROJECTS,
) -> bool:
    """Whether this call loaded it. All in one transaction: it is there whole or not at all.

    Without `projects` there are people, organisations and the restricted list: a registry that
    waits for its first application.
    """
    if settings.production:
        raise NotDemo("this registry is a production one")
    with database.read() as session:
        if has_demo_accounts(session):
            return False
    begin = (now or datetime.now(UTC)) - timedelta(days=DAYS_AGO)
    with database.write() as session:
        _load(session, settings, begin, projects)
    return True


def _load(
    session: Session, settings: Settings, begin: datetime, projects: tuple[DemoProject, ...]
) -> None:
    earlier = begin - timedelta(days=DAYS_BEFORE)
    cast = gather(session, settings, earlier)
    play_entries(session, settings, cast, earlier, begin)
    at = begin
    for project in projects:
        player = Player(session, cast, project, at)
        player.play()
        at = player.now + timedelta(hours=3)
    if projects:
        play_books(session, settings, cast, at)
