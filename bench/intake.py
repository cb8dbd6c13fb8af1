"""CPU of creating and deciding applications, over the same rows inserted plainly.

Every step of a case is a transaction of its own, as on the desks. The plain side inserts the rows
that were left behind, table by table as SQLModel objects, in as many commits.
"""

import shutil
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event, text
from sqlmodel import Session, SQLModel, select

from registry.config import Environment, Settings, prepare_instance
from registry.db import Database
from registry.jobs.demo.people import Cast, gather
from registry.jobs.demo.play import Player
from registry.jobs.demo.projects import PROJECTS, DemoProject
from registry.models import Application
from registry.queries.assessment import newest_assessment
from registry.words import Words

BEGIN = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
ROUNDS = 10
UNTOUCHED = {"person", "person_salt", "organisation", "membership", "role_grant"}


class CommittedPlayer(Player):
    """Plays a case with a commit after every step."""

    def __init__(self, database: Database, *more: Any) -> None:
        self.database = database
        super().__init__(*more)

    def _later(self) -> datetime:
        self.session.commit()
        return super()._later()


def _fresh(folder: Path, name: str) -> Database:
    database = Database(f"sqlite:///{folder / name}")
    SQLModel.metadata.create_all(database.engine)
    return database


def _play(database: Database, cast: Cast, serials: range) -> int:
    """All cases from draft to decision; how many commits that took."""
    commits = 0

    @event.listens_for(database.engine, "commit")
    def _count(_connection: Any) -> None:
        nonlocal commits
        commits += 1

    at = BEGIN + timedelta(days=1)
    for serial in serials:
        with database.write() as session:
            CommittedPlayer(database, session, cast, _project(serial), at).play()
            at += timedelta(minutes=5)
    return commits


def _project(serial: int) -> DemoProject:
    """The same project under another name and document: the identical claim would be refused."""
    first = PROJECTS[0]
    name = Words(f"{first.name.zh} {serial} 号", f"{first.name.en} no. {serial}")
    reference = {"method_reference": f"ACM0002 v13, no. {serial}"}
    return replace(first, name=name, published={**first.published, **reference})


def _rows_left(database: Database) -> list[tuple[type[SQLModel], dict[str, Any]]]:
    """Every row as (model, values), in an order that foreign keys allow."""
    models = {m.class_.__tablename__: m.class_ for m in SQLModel._sa_registry.mappers}
    rows: list[tuple[type[SQLModel], dict[str, Any]]] = []
    with database.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            model = models[table.name]
            for row in session.execute(select(table)).mappings():
                rows.append((model, dict(row)))
    return rows


def _insert(database: Database, rows: list[Any], commits: int) -> None:
    size = max(1, -(-len(rows) // commits))
    with Session(database.engine) as session:
        for start in range(0, len(rows), size):
            session.execute(
                text("PRAGMA defer_foreign_keys=ON")
            )  # the order within is SQLAlchemy's
            for model, values in rows[start : start + size]:
                session.add(model(**values))
            session.commit()


def measure(cases: int) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="registry-bench-"))
    try:
        return _measure(folder, cases)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, cases: int) -> dict[str, Any]:
    settings = prepare_instance(Settings(environment=Environment.TEST, instance=folder))
    first = _fresh(folder, "first.sqlite3")  # warms up, and leaves the rows to be inserted
    with first.write() as session:
        cast = gather(session, settings, BEGIN)
    commits = _play(first, cast, range(cases))
    _check(first, cases)
    everything = _rows_left(first)
    before = [row for row in everything if row[0].__tablename__ in UNTOUCHED]
    rows = [row for row in everything if row[0].__tablename__ not in UNTOUCHED]
    ours_in, plain_in = _fresh(folder, "ours.sqlite3"), _fresh(folder, "plain.sqlite3")
    with ours_in.write() as session:
        cast = gather(session, settings, BEGIN)
    _insert(plain_in, before, 1)
    ours = plain = 0.0
    for number in range(ROUNDS):  # in turn, so that the machine's mood falls on both
        begun = time.process_time()
        _play(ours_in, cast, range(cases * number // ROUNDS, cases * (number + 1) // ROUNDS))
        ours += time.process_time() - begun
        part = rows[len(rows) * number // ROUNDS : len(rows) * (number + 1) // ROUNDS]
        begun = time.process_time()
        _insert(plain_in, part, commits // ROUNDS)
        plain += time.process_time() - begun
    _check(ours_in, cases)
    return {
        "intake_vs_inserts": round(ours / plain, 2),
        "cases": cases,
        "commits_per_case": round(commits / cases, 1),
        "rows_per_case": round(len(rows) / cases, 1),
        "ours_cpu_ms_per_case": round(ours / cases * 1000, 1),
        "inserts_cpu_ms_per_case": round(plain / cases * 1000, 1),
    }


def _check(database: Database, cases: int) -> None:
    """The work was done: every case is on the list with a score."""
    with database.read() as session:
        listed = session.exec(select(Application).where(Application.state == "RESERVE")).all()
        assert len(listed) == cases
        assert all(newest_assessment(session, each) is not None for each in listed[:3])
