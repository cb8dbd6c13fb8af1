"""Decisions through the operations: four eyes, letters, the notice, entry, and who is told."""

from datetime import timedelta

import pytest
from sqlmodel import select

from registry.models import (
    CasePart,
    ConflictOfInterest,
    Decision,
    Objection,
    Organisation,
    OutboxMessage,
    ReserveEntry,
)
from registry.operations import decision
from registry.queries import audit
from registry.reference import calendar
from registry.rules.calendar import legal_date, working_days_between
from registry.rules.lifecycle import DEADLINE, Part
from registry.rules.permissions import Role
from tests.cases import Case, team
from tests.conftest import NOW
from tests.operations.test_screening import refused
from tests.web.reviewer.conftest import restricted


@pytest.fixture
def case(session, people):
    return Case(session, team(people), NOW)


def pending(case: Case) -> Case:
    case.draft().submit().clear_hits().accept()
    case.score()
    return case.settle_all().recommend()


def test_ineligible_takes_reason_and_clause_from_the_list_and_opens_an_appeal(case):
    case.draft().submit()

    def find(code: str, clause: str) -> Decision:
        return decision.find_ineligible(
            case.session,
            application_id=case.id,
            reason_code=code,
            clause=clause,
            reason="不在目录范围内",
            by=case.actor(case.team.screener),
            now=case.at(),
        )

    assert refused(find, "outside_catalogue", " ") == "needed"
    assert refused(find, "below_green", "条款") == "reason_unknown"
    made = find("outside_catalogue", "目录")
    today = legal_date(case.now)
    days = working_days_between(today, made.appeal_until, calendar())
    assert days == DEADLINE["appeal_window"].amount
    assert (case.row.state, case.row.due_on) == ("INELIGIBLE", None)


def test_a_rejection_names_a_reason_of_its_own_list(case):
    pending(case)

    def reject(code: str, reason: str) -> None:
        decision.reject(
            case.session,
            application_id=case.id,
            reason_code=code,
            reason=reason,
            by=case.actor(case.team.approver),
            now=case.at(),
        )

    assert refused(reject, "outside_catalogue", "理由") == "reason_unknown"
    assert refused(reject, "below_green", "  ") == "needed"
    reject("below_green", "得分不足")
    assert case.row.state == "REJECTED"


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (Part.EDITED, "own_case"),
        (Part.SIGNED, "own_case"),
        (Part.SCREENED, "approver_screened"),
        (Part.RELEASED_STOP, "approver_screened"),
        (Part.ASSESSED, "approver_assessed"),
        (Part.HEARD_APPEAL, "approver_heard_appeal"),
    ],
)
def test_whoever_took_a_part_does_not_decide(case, part, code):
    pending(case)
    case.session.add(
        CasePart(
            application_id=case.id,
            person_id=case.team.approver.id,
            part=part.value,
            taken_at=case.at(),
        )
    )
    case.session.flush()
    assert refused(case.approve) == code
    assert refused(case.reject) == code


def test_a_conflict_declared_after_all_work_was_done_still_bars_the_decision(case):
    pending(case)
    case.session.add(
        ConflictOfInterest(
            person_id=case.team.approver.id,
            organisation_id=case.team.owner.id,
            reason="亲属任职",
            from_day=legal_date(case.now),
            declared_by_id=case.team.approver.id,
            declared_at=case.at(),
        )
    )
    case.session.flush()
    assert refused(case.approve) == "conflict_declared"
    case.team.approver = case.team.approver_2
    assert case.approve().row.state == "RESERVE"


def test_an_approver_of_another_zone_has_no_say(case, people):
    case.team.approver = people.person(Role.APPROVER, scope_kind="zone", scope_id="another")
    pending(case)
    assert refused(case.approve) == "role_missing"


def test_nothing_is_approved_for_a_body_that_is_not_verified_or_is_restricted(case):
    pending(case)
    owner = case.session.get_one(Organisation, case.team.owner.id)
    owner.verification = "pending"
    assert refused(case.approve) == "organisation_not_verified"
    owner.verification, owner.uscc = "verified", "91620600MA71234567"
    restricted(case.session, uscc=owner.uscc)
    assert refused(case.approve) == "restricted_on_that_day"
    assert case.row.state == "PENDING_APPROVAL"


def test_approval_without_a_notice_lists_it_at_once(case):
    pending(case).approve()
    entry = case.session.exec(select(ReserveEntry)).one()
    assert (entry.application_id, entry.state) == (case.id, "RESERVE")
    assert case.row.grade == case.row.proposed_grade
    kinds = [event.kind for event in audit.events_of(case.session, f"application:{case.id}")]
    assert kinds[-1] == "application.approved_and_entered"


def test_a_notice_runs_its_days_and_an_open_objection_holds_the_entry(case):
    pending(case).approve(notice_days=5)
    assert case.row.state == "NOTICE"
    assert refused(decision.enter, case.session, application_id=case.id, now=case.at()) == (
        "notice_running"
    )
    objection = decision.object_to(
        case.session, application_id=case.id, text="数据不实", contact="13800000000", now=case.at()
    )
    case.now += timedelta(days=14)
    enter = {"application_id": case.id, "now": case.now}
    assert refused(decision.enter, case.session, **enter) == "objection_open"
    decision.decide_objection(
        case.session,
        objection_id=objection.id,
        uphold=False,
        reason="经核实数据属实",
        by=case.actor(case.team.approver),
        now=case.at(),
    )
    decision.enter(case.session, application_id=case.id, now=case.at())
    assert case.row.state == "RESERVE"
    log = b"".join(e.canonical for e in audit.events_of(case.session, f"application:{case.id}"))
    assert b"13800000000" not in log


def test_an_upheld_objection_takes_the_case_back_into_review(case):
    pending(case).approve(notice_days=5)
    objection = decision.object_to(
        case.session, application_id=case.id, text="用地有争议", contact="", now=case.at()
    )
    about = {
        "objection_id": objection.id,
        "uphold": True,
        "reason": "需重新核对",
        "by": case.actor(case.team.approver),
    }
    decision.decide_objection(case.session, now=case.at(), **about)
    assert (case.row.state, case.row.notice_until) == ("IN_REVIEW", None)
    assert case.session.exec(select(Objection)).one().outcome == "upheld"
    assert refused(decision.decide_objection, case.session, now=case.at(), **about) == (
        "no_such_move"
    )


def test_sent_back_reaches_the_assessors_by_mail_with_its_reason(case):
    pending(case)
    decision.send_back(
        case.session,
        application_id=case.id,
        reason_code="score_unexplained",
        reason="请补充评分理由",
        by=case.actor(case.team.approver),
        now=case.at(),
    )
    mails = case.session.exec(select(OutboxMessage)).all()
    mine = [mail for mail in mails if mail.to_person_id == case.team.assessor.id]
    assert any("请补充评分理由" in mail.body for mail in mine)
    others = [mail for mail in mails if mail.to_person_id == case.team.editor.id]
    assert not any("请补充评分理由" in mail.body for mail in others)
    case.recommend()
    assert case.approve().row.state == "RESERVE"
