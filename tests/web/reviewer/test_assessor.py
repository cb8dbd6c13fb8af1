"""The assessor's desk: the sheet and its effect, the score, matters, the recommendation."""

from sqlmodel import select

from registry.models import Application, Assessment, Judgement
from registry.rulebooks import load
from tests.web.reviewer.conftest import Desk, in_review, seen_on, send, settled

WHY = "对照核查声明逐项核对"


def test_the_sheet_shows_its_effect_before_anything_is_kept(desk: Desk):
    case_id = desk.play(in_review)
    browser = desk.browser(desk.team.assessor)
    address = f"/review/case/{case_id}/score"
    fields = {"evidence_tier": "T3", "evidence_tier_why": WHY}
    shown = send(browser, address, go="effect", **fields)
    assert "With what you set" in shown.text and WHY in shown.text
    live = browser.post(f"{address}/effect", data=fields)
    assert "With what you set" in live.text
    with desk.database.read() as session:
        assert session.exec(select(Judgement)).all() == []


def test_what_the_assessor_sets_needs_a_rationale(desk: Desk):
    case_id = desk.play(in_review)
    answer = send(
        desk.browser(desk.team.assessor),
        f"/review/case/{case_id}/score",
        go="score",
        evidence_tier="T2",
        reason="逐项核对",
    )
    assert "Give the rationale" in answer.text


def test_a_score_keeps_every_judgement_and_the_newest_counts(desk: Desk):
    case_id = desk.play(in_review)
    browser = desk.browser(desk.team.assessor)
    address = f"/review/case/{case_id}/score"
    for tier in ("T1", "T2"):
        send(
            browser,
            address,
            go="score",
            evidence_tier=tier,
            evidence_tier_why=WHY,
            reason="逐项核对",
        )
    with desk.database.read() as session:
        said = session.exec(select(Judgement.value)).all()
        scores = session.exec(select(Assessment).where(Assessment.purpose == "assessed")).all()
    assert said == ["T1", "T2"]
    assert [score.rationale for score in scores] == ["逐项核对", "逐项核对"]
    assert 'value="T2" selected' in browser.get(address).text.replace(
        "selected value", "value"
    ) or ('selected value="T2"' in browser.get(address).text)


def test_the_assessor_sets_no_answer_of_the_applicant(desk: Desk):
    case_id = desk.play(in_review)
    send(
        desk.browser(desk.team.assessor),
        f"/review/case/{case_id}/score",
        go="score",
        capacity_mw="500",
        reason="逐项核对",
    )
    with desk.database.read() as session:
        assert session.exec(select(Judgement)).all() == []
        assert session.get_one(Application, case_id).answers["capacity_mw"] == "50"


def test_who_is_not_assigned_is_told_so(desk: Desk, people):
    from registry.rules.permissions import Role

    case_id = desk.play(in_review)
    other = desk.browser(people.person(Role.ASSESSOR))
    page = other.get(f"/review/case/{case_id}")
    assert "You are not assigned to assess this case" in page.text
    answer = send(other, f"/review/case/{case_id}/score", go="score", reason="逐项核对")
    assert "You are not assigned to assess this case" in answer.text


def test_a_new_judgement_asks_for_a_new_score(desk: Desk):
    case_id = desk.play(settled)
    browser = desk.browser(desk.team.assessor)
    assert f"/review/case/{case_id}/recommend" in browser.get(f"/review/case/{case_id}").text
    send(
        browser,
        f"/review/case/{case_id}/score",
        go="score",
        evidence_tier="T1",
        evidence_tier_why=WHY,
        reason="改按文件证明",
    )
    page = browser.get(f"/review/case/{case_id}/recommend")
    assert page.status_code == 200


def test_a_recommendation_is_the_computed_grade_or_lower(desk: Desk):
    case_id = desk.play(settled)
    browser = desk.browser(desk.team.assessor)
    address = f"/review/case/{case_id}/recommend"
    with desk.database.read() as session:
        application = session.get_one(Application, case_id)
        book = load(application.rulebook_id, application.rulebook_version)
        grade = session.exec(
            select(Assessment.grade).order_by(Assessment.id.desc())  # type: ignore[attr-defined]
        ).first()
    codes = [one.id for one in book.grades]
    higher = codes[codes.index(grade) - 1] if grade != codes[0] else None
    if higher:
        refused = send(browser, address, grade=higher, reason="建议提高")
        assert "error-summary" in refused.text
        assert desk.state(case_id) == "IN_REVIEW"
    lower = codes[codes.index(grade) + 1]
    send(browser, address, grade=lower, reason="证据只支持较低等级")
    with desk.database.read() as session:
        application = session.get_one(Application, case_id)
    assert (application.state, application.proposed_grade) == ("PENDING_APPROVAL", lower)
    page = desk.browser(desk.team.approver).get(f"/review/case/{case_id}/approve")
    assert "证据只支持较低等级" in page.text


def test_the_lead_alone_recommends(desk: Desk, people):
    from registry.rules.permissions import Role

    case_id = desk.play(settled)
    other = people.person(Role.ASSESSOR, name="评审癸")
    send(
        desk.browser(desk.team.screener),
        f"/review/case/{case_id}/assign",
        assessors=[desk.team.assessor.id, other.id],
        lead=desk.team.assessor.id,
    )
    browser = desk.browser(other)
    send(browser, f"/review/case/{case_id}/score", go="score", reason="同意前述评分")
    page = browser.get(f"/review/case/{case_id}/recommend")
    answer = browser.post(
        f"/review/case/{case_id}/recommend",
        data={"seen": seen_on(page), "grade": "light", "reason": "我来提出意见"},
    )
    assert "Only the lead assessor" in answer.text


def test_an_assessor_may_return_a_case_from_review(desk: Desk):
    case_id = desk.play(in_review)
    send(
        desk.browser(desk.team.assessor),
        f"/review/case/{case_id}/return",
        go="send",
        **{
            "findings-0-field": "generation_mwh_per_year",
            "findings-0-kind": "clarify",
            "findings-0-text": "请附设计文件页码",
        },
    )
    assert desk.state(case_id) == "RETURNED"
