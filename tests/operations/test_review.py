"""Review through the operations: returning, assigning, judging, scoring, recommending."""

import pytest
from sqlmodel import select

from registry.models import (
    Application,
    ApplicationVersion,
    Assignment,
    Decision,
    Finding,
    Judgement,
    OutboxMessage,
)
from registry.operations import review
from registry.operations.case import must_be_as_seen
from registry.operations.evidence import FileRefused, path_of
from registry.operations.judgement import keep_proof
from registry.queries.application import open_findings
from registry.queries.assessment import newest_assessment
from registry.queries.review import assessors_for, grades_open_to
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from tests.cases import Case, team
from tests.conftest import NOW
from tests.operations.test_screening import corrected, refused


@pytest.fixture
def case(session, people):
    return Case(session, team(people), NOW)


def in_review(case: Case) -> Case:
    return case.draft().submit().clear_hits().accept()


def ask(case: Case, *findings: review.NewFinding, by=None) -> None:
    review.ask(
        case.session,
        application_id=case.id,
        findings=findings,
        by=case.actor(by or case.team.screener),
        now=case.at(),
    )


def recommend(case: Case, grade: str, rationale: str = "同意") -> None:
    review.recommend(
        case.session,
        application_id=case.id,
        grade=grade,
        rationale=rationale,
        by=case.actor(case.team.assessor),
        now=case.at(),
    )


def settle(case: Case, matter: str, state: str, evidence: str = "官网查询") -> Judgement:
    return review.settle_gate(
        case.session,
        application_id=case.id,
        rule_id=matter,
        state=state,
        rationale="已逐项查询",
        evidence=evidence,
        by=case.actor(case.team.assessor),
        now=case.at(),
    )


ADDRESS = review.NewFinding("site_address", "correct", "请写到村")


def test_a_return_stops_the_clock_and_a_correction_goes_on_with_what_was_left(case):
    case.draft().submit()
    due = case.row.due_on
    corrected(case, case.team.screener)
    assert case.row.state == "SCREENING"
    assert case.row.due_on == due
    assert case.session.exec(select(ApplicationVersion.no)).all() == [1, 2]


def test_a_round_names_fields_that_were_asked_in_kinds_that_exist(case):
    case.draft().submit()
    for wrong in (
        review.NewFinding("evidence_tier", "correct", "这不是申请人填的"),
        review.NewFinding("no_such_field", "correct", "没有这个字段"),
        review.NewFinding("site_address", "scold", "没有这种类型"),
        review.NewFinding("site_address", "correct", "  "),
    ):
        assert refused(ask, case, ADDRESS, wrong) == "no_finding"
    assert refused(ask, case) in ("no_finding", "needed")


def test_at_most_three_rounds_and_each_closes_the_one_before(case):
    case.draft().submit()
    for round_no in (1, 2, 3):
        corrected(case, case.team.screener)
        assert case.row.rounds == round_no
    assert refused(ask, case, ADDRESS) == "too_many_rounds"
    assert len(open_findings(case.session, case.row)) == 1
    case.accept()
    assert open_findings(case.session, case.row) == []
    rows = case.session.exec(select(Finding)).all()
    assert len(rows) == 3 and all(row.closed_at for row in rows)


def test_the_request_speaks_of_fields_in_words_and_of_no_reviewer(case):
    case.draft().submit()
    ask(case, ADDRESS, review.NewFinding("capacity_mw", "clarify", "与备案不一致"))
    bodies = "\n".join(mail.body for mail in case.session.exec(select(OutboxMessage)).all())
    assert "项目地址：请写到村" in bodies and "与备案不一致" in bodies
    assert "site_address" not in bodies and case.team.screener.name not in bodies


def test_the_lead_is_one_of_those_who_are_assigned(case, people):
    other = people.person(Role.ASSESSOR)
    case.draft().submit().clear_hits()
    code = refused(
        review.accept,
        case.session,
        application_id=case.id,
        assessors=[case.actor(case.team.assessor)],
        lead_id=other.id,
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    assert code == "needed"


def test_nobody_with_a_conflict_is_assigned_and_the_list_says_why(case, people):
    insider = people.person(Role.ASSESSOR, organisation=case.team.owner)
    elsewhere = people.person(Role.ASSESSOR, scope_kind="zone", scope_id="another")
    in_review(case)
    by = case.actor(case.team.screener)
    found = {c.person.id: c for c in assessors_for(case.session, case.row, by=by, now=case.now)}
    assert elsewhere.id not in found
    assert str(found[insider.id].refused.code) == "conflict_same_organisation"
    assert (found[case.team.assessor.id].refused, found[case.team.assessor.id].in_hand) == (None, 1)
    code = refused(
        review.assign,
        case.session,
        application_id=case.id,
        assessor=case.actor(insider),
        is_lead=False,
        by=by,
        now=case.at(),
    )
    assert code == "conflict_same_organisation"


def test_a_new_lead_replaces_the_old_one_and_is_told(case, people):
    other = people.person(Role.ASSESSOR)
    in_review(case)
    review.assign(
        case.session,
        application_id=case.id,
        assessor=case.actor(other),
        is_lead=True,
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    leads = case.session.exec(select(Assignment.person_id).where(Assignment.is_lead)).all()
    assert leads == [other.id]
    told = case.session.exec(select(OutboxMessage.to_person_id)).all()
    assert other.id in told


@pytest.mark.parametrize(
    ("judgement", "code"),
    [
        (review.NewJudgement("capacity_mw", "500", "更大"), "no_such_move"),
        (review.NewJudgement("debtor_listed", "no", "已查"), "no_such_move"),
        (review.NewJudgement("evidence_tier", "T9", "没有这一级"), "no_such_move"),
        (review.NewJudgement("evidence_tier", "T3", " "), "needed"),
    ],
)
def test_an_assessor_sets_what_is_the_assessors_with_reasons(case, judgement, code):
    in_review(case)
    found = refused(
        review.score,
        case.session,
        application_id=case.id,
        judgements=[judgement],
        rationale="逐项核对",
        by=case.actor(case.team.assessor),
        now=case.at(),
    )
    assert found == code


def test_only_matters_of_the_newest_score_are_settled_in_outcomes_that_fit(case):
    in_review(case)
    matters = case.score().result["matters"]
    gate = next(m["id"] for m in matters if m["code"] == "unknown")
    other = next(m["id"] for m in matters if m["code"] != "unknown")
    for matter, state in (("E1", "pass"), (gate, "accepted"), (other, "pass"), (gate, "")):
        assert refused(settle, case, matter, state) == "no_such_move"
    assert refused(settle, case, gate, "pass", evidence=" ") == "needed"
    assert settle(case, gate, "pass").value == "pass"
    assert settle(case, other, "accepted").value == "accepted"


def test_a_gate_that_was_settled_as_failed_stops_the_score(case):
    in_review(case)
    gate = next(m["id"] for m in case.score().result["matters"] if m["code"] == "unknown")
    settle(case, gate, "fail")
    made = case.score({})
    assert (made.grade, made.verdict) == ("not_green", "not_green")
    assert grades_open_to(made) == ("not_green",)


def test_a_score_older_than_a_judgement_recommends_nothing(case):
    in_review(case)
    case.score()
    case.settle_all()
    matter = case.score({}).result["matters"][0]
    settle(case, matter["id"], "fail" if matter["code"] == "unknown" else "accepted")
    grade = newest_assessment(case.session, case.row).grade
    assert refused(recommend, case, grade) == "scores_missing"


def test_a_grade_may_be_lowered_with_reasons_and_never_raised(case):
    in_review(case)
    case.score()
    case.settle_all()
    made = newest_assessment(case.session, case.row)
    open_grades = grades_open_to(made)
    assert open_grades[0] == made.grade
    for higher in {"dark", "medium", "light"} - set(open_grades):
        assert refused(recommend, case, higher) == "grade_above_score"
    assert refused(recommend, case, "no-such-grade") == "grade_above_score"
    recommend(case, open_grades[1], "证据只支持较低等级")
    kept = case.session.exec(select(Decision)).one()
    assert (kept.event, kept.grade, kept.reason, kept.assessment_id) == (
        "recommend",
        open_grades[1],
        "证据只支持较低等级",
        made.id,
    )


def test_a_recommendation_below_green_is_not_approved(case):
    in_review(case)
    case.score()
    case.settle_all()
    recommend(case, "basic", "证据不足以支持绿色等级")
    assert refused(case.approve) == "not_green"
    assert case.reject().row.state == "REJECTED"


def test_a_proof_is_checked_by_content_and_kept_by_digest(tmp_path):
    kept = keep_proof(tmp_path, "../查询.csv", "结果,未列入\n".encode(), limit_bytes=100)
    assert (kept.name, kept.media_type) == ("查询.csv", "text/csv")
    assert path_of(tmp_path, kept.sha256).read_text() == "结果,未列入\n"
    for name, data in (("a.exe", b"MZ\x00"), ("a.pdf", b"no pdf"), ("a.csv", b"x" * 101)):
        with pytest.raises(FileRefused):
            keep_proof(tmp_path, name, data, limit_bytes=100)


def test_a_page_that_is_out_of_date_decides_nothing(case):
    case.draft().submit()
    seen = case.row.version
    must_be_as_seen(case.session, Application, case.id, seen)
    matters = newest_assessment(case.session, case.row).result["matters"]
    review.settle_gate(
        case.session,
        application_id=case.id,
        rule_id=matters[0]["id"],
        state="pass",
        rationale="已查询",
        evidence="官网",
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    with pytest.raises(MoveRefused) as caught:
        must_be_as_seen(case.session, Application, case.id, seen)
    assert str(caught.value.code) == "changed_meanwhile"
