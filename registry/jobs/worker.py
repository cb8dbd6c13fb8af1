"""The worker's loop: run every duty until nothing is left, then wait a moment.

What persons watch has a lane of its own beside the rest, so that a page never waits for a document
that is being printed. Both lanes may run in any number of workers: the database says what is to do.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog

from registry.config import Settings
from registry.db import Database

Duty = Callable[[Database, Settings, datetime], int]
"""Does some waiting work and returns how many pieces it did; 0 means nothing waits."""

WATCHED_PAUSE = 0.3  # seconds; a person is looking

log = structlog.get_logger()


def run_once(duties: Sequence[Duty], database: Database, settings: Settings) -> int:
    """Each duty once. A failing duty is logged and does not keep the others from their work."""
    done = 0
    for duty in duties:
        try:
            done += duty(database, settings, datetime.now(UTC))
        except Exception as error:
            log.error("duty failed", duty=duty.__module__, error=str(error), exc_info=True)
    return done


def run_until(
    stop: threading.Event,
    duties: Sequence[Duty],
    database: Database,
    settings: Settings,
    *,
    pause_seconds: float = 1.0,
) -> None:
    while not stop.is_set():
        if run_once(duties, database, settings) == 0:
            stop.wait(pause_seconds)


def run_beside(
    stop: threading.Event,
    watched: Sequence[Duty],
    rest: Sequence[Duty],
    database: Database,
    settings: Settings,
) -> None:
    """Both lanes until told to stop. If one breaks off, which no failing duty does, the other is told
    to stop as well and the error is raised: whoever started the worker starts it again whole."""
    broken: list[BaseException] = []

    def lane() -> None:
        try:
            run_until(stop, watched, database, settings, pause_seconds=WATCHED_PAUSE)
        except BaseException as why:
            broken.append(why)
            stop.set()

    beside = threading.Thread(target=lane, name="watched")
    beside.start()
    try:
        run_until(stop, rest, database, settings)
    finally:
        stop.set()
        beside.join()
    if broken:
        raise broken[0]
