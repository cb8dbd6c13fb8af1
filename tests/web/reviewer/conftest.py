"""Cases at each stage, and browsers of the team, for the reviewers' desks."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, col, select
from werkzeug.test import TestResponse

from registry.db import Database
from registry.models import Application, Person, RestrictedEntry, ScreeningHit
from registry.operations.restriction_move import write_keys
from tests.cases import SOLAR, Case, Team, team
from tests.people import People

OWNER = "凉州光伏电力有限公司"


@dataclass
class Desk:
    """The team, its browsers, and a way to play a case through the operations to some stage."""

    database: Database
    people: People
    team: Team

    def play(self, stage: Callable[[Case], object], answers: dict[str, str] | None = None) -> int:
        """A case of its own, played an hour ago so that what a browser does comes after it."""
        with self.database.write() as session:
            case = Case(session, self.team, datetime.now(UTC) - timedelta(hours=1))
            case.draft(answers or SOLAR)
            stage(case)
            return case.id

    def browser(self, person: Person, language: str = "en") -> FlaskClient:
        with self.database.write() as session:
            session.get_one(Person, person.id).language = language
        return self.people.browser(person)

    def state(self, case_id: int) -> str:
        with self.database.read() as session:
            return session.get_one(Application, case_id).state


@pytest.fixture
def desk(database: Database, people: People) -> Desk:
    everybody = team(people)
    return Desk(database, people, everybody)


def submitted(case: Case) -> None:
    case.submit()


def in_review(case: Case) -> None:
    case.submit().clear_hits().accept()


def settled(case: Case) -> None:
    in_review(case)
    case.score()
    case.settle_all()


def pending(case: Case) -> None:
    settled(case)
    case.recommend()


def rejected(case: Case) -> None:
    pending(case)
    case.reject()


def restricted(
    session: Session, name: str = OWNER, uscc: str = "", **changes: str
) -> RestrictedEntry:
    """An entry in force on the restricted list, found by its keys as any other."""
    now = datetime.now(UTC)
    entry = RestrictedEntry(
        name_zh=name,
        uscc=uscc,
        **{"ground": "major_accident", **changes},
        clause="登记平台评价规则 G-ENV3Y",
        facts="某年某月发生重大环境事故。",
        from_day=date(2026, 1, 1),
        state="IN_FORCE",
        proposed_at=now,
        changed_at=now,
    )
    session.add(entry)
    session.flush()
    write_keys(session, entry)
    session.flush()
    return entry


def hits_of(desk: Desk, case_id: int) -> list[ScreeningHit]:
    with desk.database.read() as session:
        return list(
            session.exec(
                select(ScreeningHit)
                .where(ScreeningHit.application_id == case_id)
                .order_by(col(ScreeningHit.id))
            ).all()
        )


def send(client: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Open the page, then send its form as a browser does, with the version that it showed."""
    page = client.get(address)
    assert page.status_code == 200, (address, page.status_code, page.headers.get("Location"))
    return client.post(address, data={"seen": seen_on(page), **fields}, follow_redirects=True)


def seen_on(page: TestResponse) -> str:
    found = re.search(r'name="seen"[^>]*value="(\d+)"', page.text)
    assert found is not None, page.text
    return found.group(1)
