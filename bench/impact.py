"""The impact of a new rulebook over a registry's applications: in place, and row by row as it was once.

    ./run bench impact [--rows 20000] [--sample 2000] [--database sqlite|postgresql]

Two trials: a bar that few stand near, and a new rule that moves the points of one kind of project. The
same applications, the same answers; `--sample` of them also row by row. Exits with 1 where one differs.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from bench.scoring_data.applications import Register, read_alone, varied
from registry import rulebooks
from registry.db import Database
from registry.models import Application
from registry.operations import rulebook_impact
from registry.reference import tables
from registry.rules.flow.plan import Plan
from registry.rules.rulebook.load import parse
from tests.people import People
from tests.rulebooks import SHIPPED, named, shipped, with_higher_bar, with_new_rule
from tests.rules.projects import ASSUMED, FOUND, JUDGED

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
TRIALS = {
    "bar": lambda: with_higher_bar(shipped(), points=90),
    "rule": lambda: with_new_rule(shipped()),
}


@contextmanager
def registry(dialect: str) -> Iterator[Database]:
    if dialect == "postgresql":
        from tests.postgresql import own_server

        with own_server() as url:
            yield Database(url)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Database(f"sqlite:///{Path(folder) / 'registry.sqlite3'}")


def fill(database: Database, rows: int) -> None:
    SQLModel.metadata.create_all(database.engine)
    people = People(database, None)
    owner, person = people.organisation(), people.person()
    book = rulebooks.load(*SHIPPED)
    plan = Plan(book, NOW.date(), tables())
    drawn = Register(book, tables(), varied(plan, ASSUMED | FOUND | JUDGED, 40, seed=5), seed=7)
    with database.write() as session:
        drawn.lay(session, rows, organisation_id=owner.id, person_id=person.id, now=NOW)


def one_by_one(session: Session, trial: Any, most: int) -> Iterator[Any]:
    """As it was: each application read by statements of its own and judged twice in Python."""
    book = rulebooks.load(*SHIPPED)
    cases = select(Application).where(Application.version_no > 0).order_by(col(Application.id))
    for case in session.exec(cases.limit(most)):
        yield rulebook_impact.judge_alone(read_alone(session, case, book), book, trial)


def plain(tried: Any) -> tuple[Any, ...]:
    return (*tried[:1], tried.row.model_dump() if tried.row else None, *tried[2:])


def measure(database: Database, name: str, sample: int) -> dict[str, Any]:
    after = parse(named(TRIALS[name](), f"2099.{name}"), released=True)
    began, clock = time.process_time(), time.monotonic()
    in_place = list(rulebook_impact.try_all(database, after, as_of=NOW.date()))
    cpu, wall = time.process_time() - began, time.monotonic() - clock
    trial = rulebook_impact._Trial(after, NOW.date(), tables(), 0)
    began, clock = time.process_time(), time.monotonic()
    with database.read() as session:
        slowly = list(one_by_one(session, trial, sample))
    cpu_each, wall_each = time.process_time() - began, time.monotonic() - clock
    found = {
        "applications": len(in_place),
        "changed": sum(one.row is not None for one in in_place),
        "in_place_cpu_s": round(cpu, 2),
        "in_place_wall_s": round(wall, 2),
        "row_by_row_cpu_s": round(cpu_each / len(slowly) * len(in_place), 2),
        "row_by_row_wall_s": round(wall_each / len(slowly) * len(in_place), 2),
        "differ": sum(plain(a) != plain(b) for a, b in zip(in_place, slowly, strict=False)),
    }
    print(name, found, flush=True)
    return found


def main() -> int:
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--rows", type=int, default=20_000)
    reader.add_argument("--sample", type=int, default=2_000, help="also row by row")
    reader.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    asked = reader.parse_args()
    with registry(asked.database) as database:
        fill(database, asked.rows)
        found = {name: measure(database, name, asked.sample) for name in TRIALS}
        database.dispose()
    print(json.dumps({"database": asked.database, **found}))
    return 1 if any(one["differ"] for one in found.values()) else 0


if __name__ == "__main__":
    raise SystemExit(main())
