"""`./run soak`: storms over a registry, on SQLite and on PostgreSQL.

1. 4 processes x 300 decisions and edits at once: nothing lost, no number twice, the chain verifies
2. a backup taken in that storm restores to a registry whose chain verifies
3. kill -9 of the worker 50 times while it issues 200 certificates: 200 in the end, none twice
"""

import argparse
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import select

from bench.storm import Storm, prepare, run_process, verdict
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.jobs.archive import restore_backup, write_backup
from registry.migrating import upgrade
from registry.models import AuditEvent, Certificate
from registry.queries import audit

ENGINES = ("sqlite", "postgresql")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def say(engine: str, words: str) -> None:
    """One line of progress, with the time of day, so that a long storm is seen to be alive."""
    print(f"{datetime.now(UTC):%H:%M:%S}  {NAMES[engine]:<10}  {words}", flush=True)


@contextmanager
def registry_on(engine: str) -> Iterator[Settings]:
    """A fresh registry in a folder of its own, on that engine."""
    folder = Path(tempfile.mkdtemp(prefix="registry-soak-"))
    try:
        if engine == "sqlite":
            yield _settings(folder, "")
        else:
            from tests.postgresql import own_server

            with own_server(durable=True) as url:
                yield _settings(folder, url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _settings(folder: Path, url: str) -> Settings:
    settings = prepare_instance(Settings(instance=folder / "instance", database_url=url))
    upgrade(settings.database_url)
    return settings


def storm(engine: str, settings: Settings, processes: int, actions: int) -> dict[str, Any]:
    """Everybody at once, with a backup in the middle."""
    database = Database(settings.database_url)
    say(engine, "preparing the people and cases that the processes will fight over")
    plan: Storm = prepare(settings, database, processes * actions)
    database.dispose()
    context = multiprocessing.get_context("spawn")
    begun = time.monotonic()
    with context.Pool(processes) as pool:
        waiting = [
            pool.apply_async(run_process, (settings.database_url, plan, seed, actions))
            for seed in range(processes)
        ]
        backup = settings.instance / "in-the-storm.tar.gz"
        database = Database(settings.database_url)
        before = _wait_for_the_storm(database)
        say(engine, f"{processes} x {actions} at once; backup begins at event {before}")
        write_backup(settings, database, backup)
        say(engine, f"backup ends at event {_events(database)}")
        done = Counter[str]()
        while not all(each.ready() for each in waiting):
            say(engine, f"storm: {_events(database)} events so far")
            next(each for each in waiting if not each.ready()).wait(5)
        for each in waiting:
            done.update(each.get(timeout=1800))
    seconds = time.monotonic() - begun
    say(engine, "looking for what was lost, and verifying the chain")
    found = verdict(database, plan, done)
    database.dispose()
    found["seconds"] = round(seconds, 1)
    say(engine, "restoring the backup into an empty registry")
    found["backup"] = _restored(backup)
    assert found["backup"]["events"] < found["events"], "the backup was not taken in the storm"
    return found


def _events(database: Database) -> int:
    with database.read() as session:
        head = audit.head(session)
    return 0 if head is None else head.seq


def _wait_for_the_storm(database: Database) -> int:
    """Until the processes have begun to write; the number of the event by which that was seen."""
    calm = _events(database)
    for _ in range(1200):
        if (now := _events(database)) > calm:
            return now
        time.sleep(0.05)
    raise AssertionError("no process wrote anything")


def _restored(backup: Path) -> dict[str, Any]:
    """The backup that was taken in the storm, brought back into an empty SQLite registry."""
    with registry_on("sqlite") as settings:
        database = Database(settings.database_url)
        report = restore_backup(settings, database, backup)
        database.dispose()
    assert report.intact, report.findings
    return {"events": report.events, "chain": "intact"}


def killed_worker(engine: str, settings: Settings, kills: int, certificates: int) -> dict[str, Any]:
    """Start the worker and kill it, again and again; then let it finish."""
    from bench.storm import list_projects

    database = Database(settings.database_url)
    say(engine, f"listing {certificates} projects whose certificates wait for the worker")
    list_projects(settings, database, certificates)
    chance = random.Random(11)
    environment = {
        **os.environ,
        "REGISTRY_INSTANCE": str(settings.instance),
        "REGISTRY_DATABASE_URL": settings.database_url,
    }
    command = [sys.executable, "-m", "registry.cli", "worker"]
    begun, killed = time.monotonic(), 0
    for _ in range(kills):
        before = _issued(database)
        worker = subprocess.Popen(command, env=environment, start_new_session=True)
        _wait_for_progress(database, worker, before)
        time.sleep(chance.uniform(0.0, 0.6))
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        killed += 1
        if killed % 5 == 0:
            issued = _issued(database)
            say(engine, f"worker killed {killed} times, {issued} of {certificates} issued")
    say(engine, "the worker may finish now")
    subprocess.run([*command, "--once"], env=environment, check=True, timeout=1800)
    return {
        **_certificates(database, certificates),
        "kills": killed,
        "seconds": round(time.monotonic() - begun, 1),
    }


def _wait_for_progress(database: Database, worker: subprocess.Popen[bytes], before: int) -> None:
    """Until the worker has issued one more, so that every kill falls into its work."""
    for _ in range(400):
        if _issued(database) > before or worker.poll() is not None:
            return
        time.sleep(0.05)


def _issued(database: Database) -> int:
    with database.read() as session:
        return len(session.exec(select(Certificate.id).where(Certificate.state == "ISSUED")).all())


def _certificates(database: Database, expected: int) -> dict[str, Any]:
    with database.read() as session:
        rows = session.exec(select(Certificate)).all()
        issued = session.exec(
            select(AuditEvent.subject).where(AuditEvent.kind == "certificate.issued")
        ).all()
        report = audit.verify(session, [])
    assert len(rows) == expected, len(rows)
    assert all(row.state == "ISSUED" and row.pdf_sha256 for row in rows)
    assert len({row.number for row in rows}) == expected
    assert len({row.pdf_sha256 for row in rows}) == expected
    assert max(Counter(issued).values()) == 1
    assert len(issued) == expected
    assert report.intact, report.findings
    return {"certificates": expected, "twice": 0, "chain": "intact"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--actions", type=int, default=300)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--certificates", type=int, default=200)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    asked = parser.parse_args()
    found: dict[str, Any] = {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    for engine in asked.engine or ENGINES:
        with registry_on(engine) as settings:
            found[engine] = storm(engine, settings, asked.processes, asked.actions)
        with registry_on(engine) as settings:
            name = f"{engine}_worker"
            found[name] = killed_worker(engine, settings, asked.kills, asked.certificates)
    print(summary(found))
    print(json.dumps(found))


def summary(found: dict[str, Any]) -> str:
    """What held, in sentences; what did not hold has ended the run before."""
    lines = ["", "Everything held:"]
    for engine, name in NAMES.items():
        if engine not in found:
            continue
        one, two = found[engine], found[f"{engine}_worker"]
        lines += [
            f"  {name}, storm: {one['saved']} drafts saved ({one.get('stale', 0)} read again "
            f"first), {one['approved']} approved, {one['rejected']} rejected, {one['started']} "
            f"begun, {one['told_too_late']} told that somebody was faster, in {one['seconds']} s",
            f"  {name}, storm: nothing lost, no number twice, {one['events']} events chained",
            f"  {name}, backup in the storm: restored with {one['backup']['events']} events, "
            "chain intact",
            f"  {name}, worker: killed {two['kills']} times, {two['certificates']} certificates "
            f"in the end, none twice, chain intact, in {two['seconds']} s",
        ]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    main()
