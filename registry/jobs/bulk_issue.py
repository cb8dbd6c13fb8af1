"""Issue thousands: several processes, a renderer in each, until nothing waits or somebody pauses.

The database is the truth: a certificate waits (ALLOTTED) or is issued, so a kill loses nothing and
a second call goes on. A pause (`registry.operations.issuing`) holds for every process.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from queue import Empty
from typing import Any

from registry.config import Settings
from registry.db import Database
from registry.operations import certificate as operations
from registry.operations.issuing import paused, set_paused

TURN = 50  # certificates that one process takes before it looks again


@dataclass(frozen=True)
class Progress:
    """What this call did so far, and what waits still."""

    issued: int
    failed: int
    waiting: int


def waiting(settings: Settings) -> int:
    with Database(settings.database_url).read() as session:
        return operations.count_waiting(session)


def run(settings: Settings, *, processes: int) -> Iterator[Progress]:
    """Issue all that waits; progress after each turn of a process. Ends when nothing is left that
    can be issued now, when paused, or when the caller stops asking."""
    context = multiprocessing.get_context("spawn")  # a renderer does not survive a fork
    news: Any = context.Queue()
    stop = context.Event()
    workers = [
        context.Process(target=_work, args=(settings, at, processes, stop, news), daemon=True)
        for at in range(processes)
    ]
    for worker in workers:
        worker.start()
    issued = failed = 0
    try:
        while any(worker.is_alive() for worker in workers) or not news.empty():
            try:
                done, not_done = news.get(timeout=0.5)
            except Empty:
                continue
            issued, failed = issued + done, failed + not_done
            yield Progress(issued, failed, waiting(settings))
    finally:
        stop.set()
        for worker in workers:
            worker.join()


def _work(settings: Settings, mine: int, of: int, stop: Event, news: Any) -> None:
    """One process: its own share of the certificates, by their id, so that no two make the same."""
    database = Database(settings.database_url)
    while not stop.is_set() and not paused(settings):
        now = datetime.now(UTC)
        with database.read() as session:
            ids = operations.waiting(session, TURN, now=now, share=(mine, of))
        if not ids:
            return
        issued = failed = 0
        for certificate_id in ids:
            if stop.is_set() or paused(settings):
                break
            done = try_one(database, settings, certificate_id, now=datetime.now(UTC), many=True)
            issued, failed = issued + (done is True), failed + (done is None)
        news.put((issued, failed))


def try_one(
    database: Database, settings: Settings, certificate_id: int, *, now: datetime, many: bool
) -> bool | None:
    """Issue one; None where it failed, which is noted so that it is tried again later."""
    try:
        return operations.issue(
            database, settings, certificate_id=certificate_id, now=now, many=many
        )
    except Exception as problem:
        why = f"{type(problem).__name__}: {problem}"
        with database.write() as session:
            operations.note_failure(session, certificate_id=certificate_id, error=why, now=now)
        return None


__all__ = ["Progress", "paused", "run", "set_paused", "try_one", "waiting"]
