"""Appeals through the operations: in time, once, heard by people who took no part."""

from datetime import timedelta

import pytest
from sqlmodel import select

from registry.models import Appeal, OutboxMessage
from registry.operations import appeal, decision
from tests.cases import Case, team
from tests.conftest import NOW
from tests.operations.test_decision import pending
from tests.operations.test_screening import refused


@pytest.fixture
def case(session, people):
    return Case(session, team(people), NOW)


def file(case: Case, grounds: str = "评分有误", by=None) -> Appeal:
    return appeal.file_appeal(
        case.session,
        application_id=case.id,
        grounds=grounds,
        by=case.actor(by or case.team.signatory),
        now=case.at(),
    )


def decide(case: Case, overturn: bool, by=None, reason: str = "经复核") -> Appeal:
    return appeal.decide_appeal(
        case.session,
        application_id=case.id,
        overturn=overturn,
        reason=reason,
        by=case.actor(by or case.team.panel),
        now=case.at(),
    )


def ineligible(case: Case) -> Case:
    case.draft().submit()
    decision.find_ineligible(
        case.session,
        application_id=case.id,
        reason_code="outside_catalogue",
        clause="目录",
        reason="不在目录范围内",
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    return case


def test_a_signatory_appeals_with_grounds_and_the_panel_is_told(case):
    pending(case).reject()
    assert refused(file, case, "  ") == "needed"
    assert refused(file, case, by=case.team.editor) == "role_missing"
    file(case)
    assert case.row.state == "UNDER_APPEAL"
    assert case.row.due_on is not None
    told = case.session.exec(select(OutboxMessage.to_person_id)).all()
    assert case.team.panel.id in told


def test_an_appeal_comes_in_time(case):
    pending(case).reject()
    case.now += timedelta(days=40)
    assert refused(file, case) == "appeal_too_late"


@pytest.mark.parametrize("start", [ineligible, lambda case: pending(case).reject()])
def test_a_refusal_that_stands_goes_back_to_where_it_came_from_and_is_spent(case, start):
    before = start(case).row.state
    file(case)
    assert decide(case, overturn=False).outcome == "stands"
    assert (case.row.state, case.row.due_on) == (before, None)
    assert refused(file, case) == "appeal_spent"


def test_an_overturned_refusal_is_reviewed_again(case):
    ineligible(case)
    file(case)
    assert decide(case, overturn=True).outcome == "overturned"
    assert case.row.state == "IN_REVIEW"
    mails = case.session.exec(select(OutboxMessage)).all()
    assert any(mail.to_person_id == case.team.signatory.id for mail in mails)


def test_who_touched_the_case_does_not_hear_it(case, people):
    from registry.models import RoleGrant
    from registry.rules.permissions import Role
    from tests.people import LONG_AGO

    pending(case).reject()
    file(case)
    for person in (case.team.screener, case.team.assessor, case.team.approver):
        case.session.add(
            RoleGrant(person_id=person.id, role=Role.APPEAL_PANEL.value, from_day=LONG_AGO)
        )
        case.session.flush()
        assert refused(decide, case, False, person) == "panel_touched_the_case"
    assert refused(decide, case, False, case.team.approver_2) == "role_missing"
    assert refused(decide, case, False, reason=" ") == "needed"
    decide(case, overturn=False)
    assert refused(decide, case, False) == "no_such_move"
