"""CPU of the reserve list's page at 100,000 projects, over its raw SQL plus an empty template.

The plain side is a view of the same app, behind the same sign-in, that sends the same SQL as text
and renders the base page with nothing in it.
"""

import hashlib
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import insert, text
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel

from registry import reference
from registry.app import create_app
from registry.config import Environment, Settings, prepare_instance
from registry.db import Database
from registry.models import (
    Application,
    Organisation,
    Person,
    ReserveEntry,
    RoleGrant,
    SignInSession,
)
from registry.queries import reserve
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to

NOW = datetime.now(UTC)
TOKEN = "bench-token"
PLACES = "凉州海西榆林阳江大庆张掖酒泉哈密乌海赤峰通辽朔州承德"
ADDRESSES = (
    "/reserve/",
    "/reserve/?province=620000",
    "/reserve/?grade=dark&sort=points",
    "/reserve/?q=光伏",
    "/reserve/?key=after:0:50000",
)
FILTERS: tuple[tuple[reserve.Filters, str, str], ...] = (
    (reserve.Filters(), "newest", ""),
    (reserve.Filters(province="620000"), "newest", ""),
    (reserve.Filters(grade="dark"), "points", ""),
    (reserve.Filters(q="光伏"), "newest", ""),
    (reserve.Filters(), "newest", "after:0:50000"),
)
EMPTY = '{% extends "base.html" %}'


def measure(projects: int, rounds: int = 25) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="registry-bench-"))
    try:
        return _measure(folder, projects, rounds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, projects: int, rounds: int) -> dict[str, Any]:
    settings = prepare_instance(
        Settings(environment=Environment.TEST, instance=folder, rate_limits=False)
    )
    database = Database(settings.database_url)
    SQLModel.metadata.create_all(database.engine)
    fill(database, projects)
    app = create_app(settings, database)
    _add_plain_view(app, database)
    client = app.test_client()
    with client.session_transaction() as cookies:
        cookies["_user_id"], cookies["_fresh"] = TOKEN, True
    found = {}
    for number, address in enumerate(ADDRESSES):
        ours = lambda address=address: _get(client, address)  # noqa: E731
        plain = lambda number=number: _get(client, f"/bench/{number}")  # noqa: E731
        found[address] = _paired(ours, plain, rounds)
    ratios = [each["ratio"] for each in found.values()]
    return {"list_vs_sql": round(max(ratios), 2), "projects": projects, "pages": found}


def _paired(ours: Callable[[], None], plain: Callable[[], None], rounds: int) -> dict[str, float]:
    """Median CPU of each, taken in turn."""
    for _ in range(3):
        ours(), plain()
    mine, theirs = [], []
    for _ in range(rounds):
        mine.append(_cpu(ours))
        theirs.append(_cpu(plain))
    a, b = statistics.median(mine), statistics.median(theirs)
    return {"ratio": round(a / b, 2), "ours_ms": round(a * 1e3, 2), "plain_ms": round(b * 1e3, 2)}


def _cpu(work: Callable[[], None]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _get(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status


def _add_plain_view(app: Flask, database: Database) -> None:
    with database.read() as session:
        statements = [_as_text(session, *each) for each in FILTERS]

    def plain(number: int) -> str:
        session = edge.reading()
        page, count = statements[number]
        assert session.execute(text(page)).all()
        session.execute(text(count)).scalar_one()
        return render_template_string(EMPTY)

    opened = opens_to(Role.FUND_MANAGER)(plain)
    app.add_url_rule("/bench/<int:number>", endpoint="bench.plain", view_func=opened)


def _as_text(session: Session, filters: reserve.Filters, sort: Any, key: str) -> tuple[str, str]:
    """The page's own statements, as SQL with its values in it."""
    page, count = reserve.statements(session, filters, sort=sort, key=key)
    dialect, inline = sqlite.dialect(), {"literal_binds": True}
    return (
        str(page.compile(dialect=dialect, compile_kwargs=inline)).replace(":", "\\:"),
        str(count.compile(dialect=dialect, compile_kwargs=inline)).replace(":", "\\:"),
    )


def fill(database: Database, projects: int) -> None:
    """Listed projects with varied names, places, grades and sizes; and one fund manager."""
    rng = random.Random(7)
    zones = [zone.zone_id for zone in reference.zones()] + ["outside"]
    provinces = [row.code for row in reference.provinces()]
    with database.write() as session:
        owner = Organisation(name_zh="测试单位", name_en="Test owner", created_at=NOW)
        person = Person(email="bench@example.org", name="Bench", created_at=NOW)
        session.add(owner)
        session.add(person)
        session.flush()
        session.add(
            RoleGrant(person_id=person.id, role=Role.FUND_MANAGER, from_day=date(2020, 1, 1))
        )
        session.add(
            SignInSession(
                token_sha256=hashlib.sha256(TOKEN.encode()).hexdigest(),
                person_id=person.id,
                created_at=NOW,
                last_seen_at=NOW,
                expires_at=NOW + timedelta(hours=12),
            )
        )
        for start in range(0, projects, 5000):
            rows = [
                _row(rng, serial, owner.id, zones, provinces)
                for serial in range(start + 1, min(start + 5000, projects) + 1)
            ]
            session.execute(insert(Application), [_application(row, person.id) for row in rows])
            session.execute(insert(ReserveEntry), rows)
            session.execute(
                text("INSERT INTO reserve_search (rowid, tokens) VALUES (:id, :tokens)"),
                [
                    {
                        "id": row["id"],
                        "tokens": " ".join(
                            reserve.tokens_of(row["title_zh"], row["title_en"], row["list_number"])
                        ),
                    }
                    for row in rows
                ],
            )


def _row(
    rng: random.Random, serial: int, owner_id: int, zones: list[str], provinces: list[str]
) -> dict[str, Any]:
    at = rng.randrange(0, len(PLACES) - 1, 2)
    kind = rng.choice(["光伏", "风电", "生物质", "水电", "余热利用"])
    return {
        "id": serial,
        "application_id": serial,
        "list_number": f"GPL-2026-{serial:06d}-00",
        "state": rng.choice(["RESERVE", "RESERVE", "FINANCED"]),
        "title_zh": f"{PLACES[at : at + 2]}{serial}号{kind}项目",
        "title_en": f"Project no. {serial}",
        "owner_zh": "测试单位",
        "owner_en": "Test owner",
        "organisation_id": owner_id,
        "kind": "renewable_power",
        "zone_id": rng.choice(zones),
        "province_code": rng.choice(provinces),
        "catalogue_code": f"4.{rng.randint(1, 9)}",
        "catalogue_edition": "2025",
        "grade": rng.choice(["dark", "medium", "light"]),
        "grade_rank": 3,
        "total_centipoints": rng.randint(5000, 10000),
        "investment_fen": rng.randint(10**9, 10**13),
        "financed_fen": 0,
        "abatement_kg": rng.randint(10**6, 10**9),
        "listed_on": date(2026, 1, 1),
        "valid_to": date(2027, 1, 1),
    }


def _application(row: dict[str, Any], person_id: int) -> dict[str, Any]:
    return {
        "id": row["application_id"],
        "organisation_id": row["organisation_id"],
        "kind": row["kind"],
        "state": row["state"],
        "answers": {},
        "assumed": {},
        "created_by_id": person_id,
        "created_at": NOW,
        "changed_at": NOW,
    }
