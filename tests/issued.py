"""A listed project with an issued certificate: played and printed once a process, then laid row by
row into the database of each test that begins with it, which costs a hundredth of playing it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlmodel import SQLModel

from registry.config import Settings
from registry.db import Database
from registry.jobs.certificates import issue_waiting
from registry.models import Application, Certificate
from registry.operations.evidence import path_of
from registry.operations.reserve import write_row
from registry.queries import certificate as certificates
from tests.cases import Case, Team, team
from tests.conftest import NOW
from tests.people import People


@dataclass
class Issued:
    team: Team
    case_id: int
    list_number: str
    certificate: Certificate
    pdf: bytes

    @property
    def address(self) -> str:
        return f"/c/{self.certificate.number}/{self.certificate.token}"


@dataclass
class Played:
    """What was played, the rows that it left, and how many people bear which name."""

    issued: Issued
    rows: list[tuple[Any, list[dict[str, Any]]]]
    names: Counter[str]


def play(database: Database, people: People, settings: Settings) -> Played:
    assert not people.counted, "ask for `issued` before you make people"
    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW).listed()
        case_id, list_number = case.id, case.row.list_number
    assert issue_waiting(database, settings, case.now) == 1
    with database.read() as session:
        made = certificates.newest_of(session, case_id)
        session.expunge(made)
        rows = [
            (table, [dict(row) for row in session.execute(select(table)).mappings()])
            for table in SQLModel.metadata.sorted_tables
        ]
    pdf = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
    issued = Issued(everybody, case_id, list_number, made, pdf)
    return Played(issued, [each for each in rows if each[1]], people.counted.copy())


def lay(database: Database, people: People, played: Played) -> None:
    """The same rows in an empty database, and the list's search index made again."""
    with database.write() as session:
        for table, rows in played.rows:
            session.execute(insert(table), rows)
        write_row(session, session.get_one(Application, played.issued.case_id))
    people.counted.update(played.names)


@pytest.fixture(scope="session")
def _played() -> list[Played]:
    """Empty until the first test needs it."""
    return []


@pytest.fixture
def issued(database: Database, people: People, settings: Settings, _played: list[Played]) -> Issued:
    if _played:
        lay(database, people, _played[0])
    else:
        _played.append(play(database, people, settings))
    return _played[0].issued
