"""A listed project with an issued certificate, as strangers meet it."""

from dataclasses import dataclass

import pytest

from registry.jobs.certificates import issue_waiting
from registry.models import Certificate
from registry.operations.evidence import path_of
from registry.queries import certificate as certificates
from tests.cases import Case, Team, team
from tests.conftest import NOW


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


@pytest.fixture
def issued(database, people, settings) -> Issued:
    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW).listed()
        case_id, list_number = case.id, case.row.list_number
    assert issue_waiting(database, settings, case.now) == 1
    with database.read() as session:
        made = certificates.newest_of(session, case_id)
        session.expunge(made)
    pdf = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
    return Issued(everybody, case_id, list_number, made, pdf)
