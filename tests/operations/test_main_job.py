"""The main job through the operations: from a draft to a certificate that the chain accounts for."""

import pytest

from registry.documents.verification import verify
from registry.jobs.certificates import issue_waiting
from registry.models import Certificate, ReserveEntry
from registry.operations.evidence import path_of
from registry.queries import audit, reserve
from registry.rules.lifecycle import APPLICATION, MoveRefused, fold
from tests.cases import Case, team
from tests.conftest import NOW


def test_a_published_project_reaches_the_list_and_its_certificate(database, people, settings):
    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW).listed()
        assert case.row.state == "RESERVE"
        assert case.row.list_number.startswith("GPL-2026-000001-")
        newest = case.certificate
        assert newest.state == "ALLOTTED"
        certificate_id, now = newest.id, case.at()
    assert issue_waiting(database, settings, now) == 1
    assert issue_waiting(database, settings, now) == 0
    with database.read() as session:
        made = session.get_one(Certificate, certificate_id)
        assert made.state == "ISSUED"
        pdf = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
        row = reserve.row_of(session, case.id)
        assert isinstance(row, ReserveEntry)
        assert row.abatement_kg == 63_831_000
        report = audit.verify(session, [])
        assert report.intact, report.findings
        kinds = [event.kind for event in audit.events_of(session, f"application:{case.id}")]
    assert fold(APPLICATION, kinds).state == "RESERVE"
    findings = verify(pdf)
    assert findings.failed == ()


def test_the_approver_may_not_have_assessed(database, people):
    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW)
        case.draft().submit().clear_hits().accept()
        case.score()
        case.settle_all().recommend()
        both = everybody.assessor
        everybody.approver = both
        with pytest.raises(MoveRefused):
            case.approve()


def test_a_rejected_case_may_be_appealed_once(database, people):
    from registry.operations import appeal

    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW)
        case.draft().submit().clear_hits().accept()
        case.score()
        case.settle_all().recommend().reject()
        assert case.row.state == "REJECTED"
        appeal.file_appeal(
            session,
            application_id=case.id,
            grounds="评分有误",
            by=case.actor(everybody.signatory),
            now=case.at(),
        )
        decided = appeal.decide_appeal(
            session,
            application_id=case.id,
            overturn=False,
            reason="维持",
            by=case.actor(everybody.panel),
            now=case.at(),
        )
        assert decided.outcome == "stands"
        assert case.row.state == "REJECTED"
