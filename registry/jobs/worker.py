"""The worker's loop: run every duty until nothing is left, then wait a moment."""

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import structlog

from registry.config import Settings
from registry.db import Database

Duty = Callable[[Database, Settings, datetime], int]
"""Does some waiting work and returns how many pieces it did; 0 means nothing waits."""

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
