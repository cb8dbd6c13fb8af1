"""What becomes of a case, as its applicant sees it: returned, refused, appealed, listed."""

import pytest

from registry.models import Application, Finding
from registry.operations import review
from registry.operations.application import DECLARATIONS
from registry.operations.review import NewFinding
from registry.queries import application as queries
from tests.cases import SOLAR, Case
from tests.conftest import NOW

DECLARED = dict.fromkeys(DECLARATIONS, "y")
STAFF = ("受理丙", "评审丁", "审定戊", "审定己", "复议壬")


def _returned(session, everybody, *findings: NewFinding) -> Case:
    case = Case(session, everybody, NOW).draft().submit().clear_hits()
    review.ask(
        session,
        application_id=case.id,
        findings=findings,
        by=case.actor(everybody.screener),
        now=case.at(),
    )
    return case


@pytest.fixture
def returned(database, everybody) -> int:
    asked = NewFinding("generation_mwh_per_year", "correct", "电量与结算单不符")
    with database.write() as session:
        return _returned(session, everybody, asked).id


def _answer_name(database, case_id: int) -> str:
    with database.read() as session:
        case = session.get_one(Application, case_id)
        return f"answer-{queries.open_findings(session, case)[0].id}"


def test_a_returned_case_opens_only_what_was_asked(signatory, database, returned):
    page = signatory.get(f"/applications/{returned}/corrections")
    assert "电量与结算单不符" in page.text
    form = page.form_with("version")
    assert "generation_mwh_per_year" in form["names"]
    assert "capacity_mw" not in form["names"]
    page.send(form, {"capacity_mw": "1", "go": "save"})
    with database.read() as session:
        assert session.get_one(Application, returned).answers["capacity_mw"] == "50"
    assert page.get(f"/applications/{returned}/form/technology").status == 409


def test_corrections_are_answered_sent_and_their_difference_is_kept(signatory, database, returned):
    form = signatory.get(f"/applications/{returned}/corrections").form_with("version")
    answer = _answer_name(database, returned)
    changed = {"generation_mwh_per_year": "72000", answer: "已按结算单更正", "go": "send"}
    signatory.send(form, changed | DECLARED)
    assert signatory.path.endswith("/receipt"), signatory.text
    with database.read() as session:
        case = session.get_one(Application, returned)
        assert (case.state, case.version_no) == ("SCREENING", 2)
        assert case.answers["generation_mwh_per_year"] == "72000"
    second = signatory.get(f"/applications/{returned}/versions/2").text
    assert "Changed since version 1" in second
    assert "电量与结算单不符" in second
    assert "<del>" in second
    assert signatory.get(f"/applications/{returned}/versions/1").status == 200
    assert signatory.get(f"/applications/{returned}/versions/3").status == 404


def test_an_unanswered_finding_stops_the_resubmission(signatory, database, returned):
    form = signatory.get(f"/applications/{returned}/corrections").form_with("version")
    signatory.send(form, {"generation_mwh_per_year": "72000", "go": "send"} | DECLARED)
    assert signatory.status == 422
    with database.read() as session:
        case = session.get_one(Application, returned)
        assert case.state == "RETURNED"
        assert case.answers["generation_mwh_per_year"] == "72000"


def test_impossible_corrections_are_said_at_their_field(signatory, database, returned):
    form = signatory.get(f"/applications/{returned}/corrections").form_with("version")
    answer = _answer_name(database, returned)
    typed = {"generation_mwh_per_year": "1400000", answer: "更正", "go": "send"}
    signatory.send(form, typed | DECLARED)
    assert signatory.status == 422
    assert "438,000" in signatory.text
    assert 'value="1400000"' in signatory.text


def test_a_corrected_answer_opens_the_questions_that_it_brings_up(signatory, database, everybody):
    with database.write() as session:
        asked = NewFinding("fossil_use", "clarify", "备用柴油机？")
        case_id = _returned(session, everybody, asked).id
    form = signatory.get(f"/applications/{case_id}/corrections").form_with("version")
    assert "phase_out_on" not in form["names"]
    answer = _answer_name(database, case_id)
    signatory.send(form, {"fossil_use": "phase_out", answer: "有备用", "go": "send"} | DECLARED)
    assert signatory.status == 422
    form = signatory.form_with("version")
    assert "phase_out_on" in form["names"]
    signatory.send(form, {"phase_out_on": "2030-12-31", "go": "send"} | DECLARED)
    assert signatory.path.endswith("/receipt"), signatory.text


def test_a_second_round_opens_only_its_own_fields(signatory, database, everybody, returned):
    form = signatory.get(f"/applications/{returned}/corrections").form_with("version")
    answer = _answer_name(database, returned)
    signatory.send(form, {answer: "说明", "go": "send"} | DECLARED)
    with database.write() as session:
        case = Case(session, everybody, NOW)
        case.id = returned
        review.ask(
            session,
            application_id=returned,
            findings=[NewFinding("capacity_mw", "clarify", "交流侧？")],
            by=case.actor(everybody.screener),
            now=case.at(),
        )
    names = signatory.get(f"/applications/{returned}/corrections").form_with("version")["names"]
    assert "capacity_mw" in names
    assert "generation_mwh_per_year" not in names


def test_the_editor_corrects_and_cannot_send(editor, database, returned):
    page = editor.get(f"/applications/{returned}/corrections")
    assert "Ask the signatory to send it again" in page.text
    answer = _answer_name(database, returned)
    page.send(page.form_with("version"), {answer: "经办的答复", "go": "send"} | DECLARED)
    assert page.status == 422
    with database.read() as session:
        assert session.get_one(Finding, int(answer[7:])).answer == "经办的答复"
        assert session.get_one(Application, returned).state == "RETURNED"


@pytest.fixture
def rejected(database, everybody) -> int:
    with database.write() as session:
        case = Case(session, everybody, NOW).draft().submit().clear_hits().accept()
        case.score()
        return case.settle_all().recommend().reject().id


def test_a_refusal_has_its_letter_and_is_appealed_once(
    signatory, editor, database, rejected, monkeypatch
):
    from registry.web import edge

    monkeypatch.setattr(edge, "now", lambda: NOW)
    case = signatory.get(f"/applications/{rejected}")
    assert "Read the letter" in case.text
    letter = signatory.get(f"/applications/{rejected}/letter")
    assert "得分不足" in letter.text
    assert "Last day to appeal" in letter.text
    assert editor.get(f"/applications/{rejected}/appeal").status == 409
    signatory.get(f"/applications/{rejected}/appeal")
    signatory.send(signatory.form_with("grounds"), {"grounds": "<b>评分\x00有误</b>"})
    assert 'data-state="UNDER_APPEAL"' in signatory.text
    assert "&lt;b&gt;评分有误" in signatory.text
    assert signatory.get(f"/applications/{rejected}/appeal").status == 409


def test_a_rejected_case_is_copied_into_a_new_draft(signatory, database, rejected):
    answer = signatory.client.post(f"/applications/{rejected}/clone", follow_redirects=True)
    new_id = int(answer.request.path.rsplit("/", 1)[1])
    with database.read() as session:
        fresh = session.get_one(Application, new_id)
        assert (fresh.state, fresh.number) == ("DRAFT", None)
        assert fresh.answers["project_name_zh"] == SOLAR["project_name_zh"]


def test_no_page_names_a_reviewer_or_a_hit(signatory, rejected):
    for page in ("", "/letter", "/receipt", "/versions/1"):
        text = signatory.get(f"/applications/{rejected}{page}").text
        assert signatory.status == 200
        assert not [name for name in STAFF if name in text]
        assert "restricted:" not in text
        assert "submitted_by_id" not in text
        assert "Screening hit" not in text


def test_a_listed_case_shows_its_certificate_and_who_is_interested(signatory, database, everybody):
    from registry.operations import reserve

    with database.write() as session:
        case = Case(session, everybody, NOW).listed()
        reserve.express_interest(
            session,
            application_id=case.id,
            organisation_id=everybody.fund.id,
            note="愿进一步洽谈",
            by=case.actor(everybody.fund_manager),
            now=case.at(),
        )
        number = case.certificate.number
    page = signatory.get(f"/applications/{case.id}").text
    assert number in page
    assert "愿进一步洽谈" in page
    assert "Gansu Green Fund" in page
    assert "基金庚" not in page
