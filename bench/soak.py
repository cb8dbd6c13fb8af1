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


def storm(settings: Settings, processes: int, actions: int) -> dict[str, Any]:
    """Everybody at once, with a backup in the middle."""
    database = Database(settings.database_url)
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
        time.sleep(1.0)
        database = Database(settings.database_url)
        write_backup(settings, database, backup)
        done = Counter[str]()
        for each in waiting:
            done.update(each.get(timeout=1800))
    seconds = time.monotonic() - begun
    found = verdict(database, plan, done)
    found["seconds"] = round(seconds, 1)
    found["backup"] = _restored(backup)
    return found


def _restored(backup: Path) -> dict[str, Any]:
    """The backup that was taken in the storm, brought back into an empty SQLite registry."""
    with registry_on("sqlite") as settings:
        database = Database(settings.database_url)
        report = restore_backup(settings, database, backup)
        database.dispose()
    assert report.intact, report.findings
    return {"events": report.events, "chain": "intact"}


def killed_worker(settings: Settings, kills: int, certificates: int) -> dict[str, Any]:
    """Start the worker and kill it, again and again; then let it finish."""
    from bench.storm import list_projects

    database = Database(settings.database_url)
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
            found[engine] = storm(settings, asked.processes, asked.actions)
            print(f"{engine}: {json.dumps(found[engine])}", flush=True)
        with registry_on(engine) as settings:
            name = f"{engine}_worker"
            found[name] = killed_worker(settings, asked.kills, asked.certificates)
            print(f"{name}: {json.dumps(found[name])}", flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
