"""The approver's and the panel's desks: four eyes on screen, letters, notice, certificates."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from registry.jobs.certificates import issue_waiting
from registry.models import Application, Certificate, Decision, Objection, Organisation
from registry.operations import appeal, decision
from registry.rules.permissions import Role
from tests.cases import Case
from tests.web.reviewer.conftest import Desk, pending, rejected, seen_on, send

WHY = "符合条件，同意入库"


def test_approval_lists_the_case_and_starts_its_certificate(desk: Desk):
    case_id = desk.play(pending)
    browser = desk.browser(desk.team.approver)
    page = browser.get(f"/review/case/{case_id}/approve")
    assert "同意" in page.text and "The recommendation" in page.text
    answer = send(browser, f"/review/case/{case_id}/approve", reason=WHY)
    assert "Approved" in answer.text
    assert desk.state(case_id) == "RESERVE"
    assert 'id="certificate"' in answer.text


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("screener", "must not have screened this case"),
        # who assessed has also settled gates, and that is named first
        ("assessor", "must not have screened this case"),
    ],
)
def test_who_worked_on_a_case_does_not_approve_it(desk: Desk, who: str, words: str):
    case_id = desk.play(pending)
    person = getattr(desk.team, who)
    with desk.database.write() as session:
        from registry.models import RoleGrant
        from tests.people import LONG_AGO

        session.add(RoleGrant(person_id=person.id, role=Role.APPROVER.value, from_day=LONG_AGO))
    browser = desk.browser(person)
    page = browser.get(f"/review/case/{case_id}")
    assert words in page.text
    assert f'href="/review/case/{case_id}/approve"' not in page.text
    answer = send(browser, f"/review/case/{case_id}/approve", reason=WHY)
    assert words in answer.text and WHY in answer.text
    assert desk.state(case_id) == "PENDING_APPROVAL"


def test_two_approvers_at_once_only_the_first_decides(desk: Desk):
    case_id = desk.play(pending)
    first, second = desk.browser(desk.team.approver), desk.browser(desk.team.approver_2)
    address = f"/review/case/{case_id}/reject"
    seen = seen_on(second.get(address))
    send(first, f"/review/case/{case_id}/approve", reason=WHY)
    late = second.post(
        address,
        data={"seen": seen, "go": "send", "reason_code": "below_green", "reason": "得分不足"},
        follow_redirects=True,
    )
    assert desk.state(case_id) == "RESERVE"
    assert "On the reserve list" in late.text


def test_an_owner_that_is_not_verified_is_not_approved(desk: Desk):
    case_id = desk.play(pending)
    with desk.database.write() as session:
        session.get_one(Organisation, desk.team.owner.id).verification = "pending"
    page = desk.browser(desk.team.approver).get(f"/review/case/{case_id}")
    assert "has not been verified yet" in page.text


def test_send_back_reaches_the_assessors_with_its_reason(desk: Desk):
    case_id = desk.play(pending)
    browser = desk.browser(desk.team.approver)
    address = f"/review/case/{case_id}/send-back"
    bare = send(browser, address, reason="理由不充分")
    assert "Choose a reason" in bare.text
    send(browser, address, reason_code="score_unexplained", reason="请补充评分理由")
    assert desk.state(case_id) == "IN_REVIEW"
    page = desk.browser(desk.team.assessor).get(f"/review/case/{case_id}")
    assert "请补充评分理由" in page.text and "A score lacks its rationale" in page.text


def test_rejection_previews_its_letter_then_sends_it(desk: Desk):
    case_id = desk.play(pending)
    browser = desk.browser(desk.team.approver)
    address = f"/review/case/{case_id}/reject"
    fields = {"reason_code": "evidence_insufficient", "reason": "发电量缺少依据"}
    preview = send(browser, address, go="preview", **fields)
    assert "不予通过通知书" in preview.text and "Notice of rejection" in preview.text
    assert desk.state(case_id) == "PENDING_APPROVAL"
    answer = send(browser, address, go="send", **fields)
    assert desk.state(case_id) == "REJECTED"
    assert "See the letter" in answer.text
    with desk.database.read() as session:
        made = session.exec(select(Decision).where(Decision.event == "reject")).one()
    assert made.appeal_until is not None
    other = desk.play(pending)
    assert browser.get(f"/review/case/{other}/letter/{made.id}").status_code == 404


def appealed(case: Case) -> None:
    rejected(case)
    appeal.file_appeal(
        case.session,
        application_id=case.id,
        grounds="发电量有设计文件支持",
        by=case.actor(case.team.signatory),
        now=case.at(),
    )


@pytest.mark.parametrize(
    ("outcome", "state"), [("stands", "REJECTED"), ("overturned", "IN_REVIEW")]
)
def test_the_panel_hears_an_appeal_with_the_letter_before_it(desk: Desk, outcome, state):
    case_id = desk.play(appealed)
    browser = desk.browser(desk.team.panel)
    assert f"/review/case/{case_id}" in browser.get("/review/appeals").text
    page = browser.get(f"/review/case/{case_id}/appeal")
    assert "发电量有设计文件支持" in page.text and "不予通过通知书" in page.text
    send(browser, f"/review/case/{case_id}/appeal", outcome=outcome, reason="经复核的意见")
    assert desk.state(case_id) == state
    assert f"/review/case/{case_id}" in browser.get("/review/appeals?view=appealed").text
    back = browser.get(f"/review/case/{case_id}/appeal")
    assert back.status_code == 302, "decided: nothing is left to hear"


def test_who_decided_does_not_hear_the_appeal(desk: Desk):
    case_id = desk.play(appealed)
    with desk.database.write() as session:
        from registry.models import RoleGrant
        from tests.people import LONG_AGO

        session.add(
            RoleGrant(
                person_id=desk.team.approver.id, role=Role.APPEAL_PANEL.value, from_day=LONG_AGO
            )
        )
    browser = desk.browser(desk.team.approver)
    answer = send(
        browser, f"/review/case/{case_id}/appeal", outcome="stands", reason="维持原来的决定"
    )
    assert "Nobody who took part in the case" in answer.text
    assert desk.state(case_id) == "UNDER_APPEAL"


def test_objections_during_the_notice_are_decided_with_reasons(desk: Desk):
    def on_notice(case: Case) -> None:
        pending(case)
        case.approve(notice_days=5)
        for text in ("数据不实", "土地有争议"):
            decision.object_to(
                case.session, application_id=case.id, text=text, contact="", now=case.at()
            )

    case_id = desk.play(on_notice)
    with desk.database.read() as session:
        first, second = session.exec(select(Objection)).all()
    browser = desk.browser(desk.team.approver)
    assert f"/review/case/{case_id}" in browser.get("/review/approval?view=notice").text
    address = f"/review/case/{case_id}/objections/"
    send(browser, f"{address}{first.id}", outcome="dismiss", reason="已核实，数据属实")
    assert desk.state(case_id) == "NOTICE"
    send(browser, f"{address}{second.id}", outcome="uphold", reason="需重新核对用地")
    assert desk.state(case_id) == "IN_REVIEW"


def issued(desk: Desk, settings) -> tuple[int, int]:
    """A listed case whose certificate was issued by the worker."""

    def listed(case: Case) -> None:
        pending(case)
        case.approve()

    case_id = desk.play(listed)
    assert issue_waiting(desk.database, settings, datetime.now(UTC) - timedelta(minutes=1)) == 1
    with desk.database.read() as session:
        return case_id, session.exec(select(Certificate.id)).one()


def test_a_certificate_is_revoked_by_two_and_suspended_until_another_reinstates(
    desk: Desk, settings
):
    case_id, certificate_id = issued(desk, settings)
    address = f"/review/case/{case_id}/certificate"
    first, second = desk.browser(desk.team.approver), desk.browser(desk.team.approver_2)

    def state() -> str:
        with desk.database.read() as session:
            return session.get_one(Certificate, certificate_id).state

    send(first, f"{address}/suspend", reason_code="permit_lapsed", reason="许可已到期")
    assert state() == "SUSPENDED"
    refused = send(first, f"{address}/reinstate", reason="许可已续")
    assert "Another approver than the one who suspended it" in refused.text
    send(second, f"{address}/reinstate", reason="许可已续")
    assert state() == "ISSUED"
    early = send(first, f"{address}/revoke", reason="直接撤销")
    assert "another one has to propose it first" in early.text
    send(first, f"{address}/propose_revocation", reason_code="double_claim", reason="重复主张")
    alone = send(first, f"{address}/revoke", reason="由我撤销")
    assert "you were the first" in alone.text
    assert "Revocation proposed" in second.get("/review/approval").text
    send(second, f"{address}/revoke", reason="核实无误")
    assert state() == "REVOKED"


def test_nobody_without_an_approvers_role_acts_on_certificates(desk: Desk, settings):
    case_id, _ = issued(desk, settings)
    browser = desk.browser(desk.team.auditor)
    assert browser.get(f"/review/case/{case_id}/certificate/suspend").status_code == 403
    assert "certificate/suspend" not in browser.get(f"/review/case/{case_id}").text
    screener = desk.browser(desk.team.screener)
    assert screener.get(f"/review/case/{case_id}/certificate/suspend").status_code == 302
    assert screener.get(f"/review/case/{case_id}/certificate/allot").status_code == 404


def test_every_form_wants_the_token(desk: Desk, app):
    case_id = desk.play(pending)
    app.config["WTF_CSRF_ENABLED"] = True
    browser = desk.browser(desk.team.approver)
    for page in ("approve", "send-back", "reject"):
        answer = browser.post(f"/review/case/{case_id}/{page}", data={"seen": "1", "reason": WHY})
        assert answer.status_code == 400
    assert desk.state(case_id) == "PENDING_APPROVAL"
    with desk.database.read() as session:
        assert session.get_one(Application, case_id).grade == ""
