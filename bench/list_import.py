"""`./run bench list_import`: a file of 100,000 restricted entries, 1 in 100 of them bad, taken by a
worker that is killed half-way, then the same file once more.

Ends with one line of JSON: rows that came in, mistakes that were named, entries that came twice (0),
changes by the second file (0), seconds of CPU, and by how much the worker's memory grew while it took
the second half of the rows.
"""

import argparse
import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import func, select

from bench.screening_data.companies import draw_companies
from bench.soak import ENGINES, registry_on
from registry.config import Settings
from registry.db import Database
from registry.jobs.demo.people import gather
from registry.models import AuditEvent, RestrictedEntry, RestrictedImport
from registry.operations import restriction_import as operations
from registry.operations.evidence import store
from registry.operations.restriction_draft import Proof
from registry.queries import audit
from registry.queries.account import actor_of
from registry.rules.calendar import legal_date

HEAD = ("名称", "统一社会信用代码", "事由", "情形", "文号", "事实", "起算日", "截止日期")
BAD_EVERY = 100
DUTY = "from registry.jobs.restricted_imports import take_imports"
WORK = f"""
import sys
from datetime import UTC, datetime
from registry.config import Settings, prepare_instance
from registry.db import Database
{DUTY}
settings = prepare_instance(Settings())
database = Database(settings.database_url)
while take_imports(database, settings, datetime.now(UTC)):
    pass
"""


def lines(count: int) -> Iterator[tuple[str, ...]]:
    """Entries of made-up companies; every hundredth has one of five mistakes."""
    mistakes = ("end", "day", "ground", "code", "name")
    for at, company in enumerate(draw_companies(71, count)):
        row = {
            "name": company.name,
            "uscc": company.uscc or f"91110000MA{at:07d}",
            "ground": "environmental_penalty",
            "case": "fine",
            "number": f"环罚〔2026〕{at}号",
            "facts": "超标排放，罚款六十万元。",
            "from": "2026-03-01",
            "to": "",
        }
        if at % BAD_EVERY == BAD_EVERY - 1:
            wrong = mistakes[at // BAD_EVERY % len(mistakes)]
            row |= {
                "end": {"to": "2039-01-01"},
                "day": {"from": "2026/13/40"},
                "ground": {"ground": "不存在的事由"},
                "code": {"uscc": ""},
                "name": {"name": "甲\u202e乙有限公司"},
            }[wrong]
        yield tuple(row.values())


def write(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEAD)
        writer.writerows(lines(count))


def bring(database: Database, settings: Settings, people: dict[str, int], path: Path) -> int:
    now = datetime.now(UTC)
    proof = Proof(store(settings.evidence_folder, path.read_bytes()), path.name)
    with database.write() as session:
        by = actor_of(session, people["officer"], on=legal_date(now))
        return operations.bring(session, proof=proof, defaults={}, by=by, now=now).id


def state_of(database: Database, import_id: int) -> RestrictedImport:
    with database.read() as session:
        return session.get_one(RestrictedImport, import_id)


def begin(settings: Settings) -> subprocess.Popen[bytes]:
    environment = {
        **os.environ,
        "REGISTRY_INSTANCE": str(settings.instance),
        "REGISTRY_DATABASE_URL": settings.database_url,
    }
    return subprocess.Popen([sys.executable, "-c", WORK], env=environment)


def usage(pid: int) -> tuple[float, float]:
    """CPU seconds and resident MiB of a running process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return cpu, pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def watch(
    worker: subprocess.Popen[bytes], database: Database, import_id: int, *, until: int
) -> dict[str, float]:
    """Follow a worker until a row; its CPU, and how far its memory rose above what it took when it had
    everything loaded and 2,000 rows of its own behind it."""
    seen: dict[str, float] = {}
    first, settled = None, state_of(database, import_id).line + 2000
    while worker.poll() is None:
        row = state_of(database, import_id)
        try:
            seen["cpu"], rss = usage(worker.pid)
        except (FileNotFoundError, IndexError):
            break
        if row.state == "RUNNING" and row.line > settled:
            first = first if first is not None else rss
            seen["grew_mib"] = max(seen.get("grew_mib", 0.0), rss - first)
        if row.state == "RUNNING" and row.line >= until:
            break
        time.sleep(0.2)
    return seen


def steer(database: Database, people: dict[str, int], import_id: int, act: str) -> None:
    now = datetime.now(UTC)
    with database.write() as session:
        by = actor_of(session, people["officer"], on=legal_date(now))
        operations.steer(session, import_id=import_id, act=act, by=by, now=now)


def once(settings: Settings, count: int) -> dict[str, Any]:
    database = Database(settings.database_url)
    with database.write() as session:
        people = gather(session, settings, datetime.now(UTC)).people
    path = settings.instance / "list.csv"
    write(path, count)
    import_id = bring(database, settings, people, path)
    begin(settings).wait()
    looked = state_of(database, import_id)
    steer(database, people, import_id, "start")
    worker = begin(settings)
    first = watch(worker, database, import_id, until=count // 2)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    at_kill = state_of(database, import_id).line
    second = watch(begin(settings), database, import_id, until=count * 2)
    taken = state_of(database, import_id)
    again = bring(database, settings, people, path)
    begin(settings).wait()
    steer(database, people, again, "start")
    begin(settings).wait()
    found = {
        "rows": count,
        "looked": [looked.new, looked.bad],
        "killed_at": at_kill,
        "in": taken.new,
        "bad": taken.bad,
        "state": taken.state,
        "second_file_changed": state_of(database, again).new + state_of(database, again).changed,
        "second_file_same": state_of(database, again).same,
        "cpu_s": round(first.get("cpu", 0) + second.get("cpu", 0), 1),
        "memory_grew_mib": round(second.get("grew_mib", 0.0), 1),
    }
    with database.read() as session:
        entries = session.exec(select(func.count()).select_from(RestrictedEntry)).one()
        proposed = session.exec(
            select(func.count()).where(AuditEvent.kind == "restriction.proposed")
        ).one()
        found["entries"], found["twice"] = entries, proposed - taken.new
        found["chain"] = "intact" if audit.verify(session, []).intact else "BROKEN"
    database.dispose()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--engine", choices=ENGINES, action="append")
    asked = parser.parse_args()
    result = {}
    for engine in asked.engine or ENGINES:
        with registry_on(engine) as settings:
            result[engine] = once(settings, asked.rows)
            print(f"{engine}: {json.dumps(result[engine])}", flush=True)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
