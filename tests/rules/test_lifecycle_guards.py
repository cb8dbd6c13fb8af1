"""Each condition of the tables, alone: everything speaks for the move but one fact."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from registry.rules.lifecycle import (
    APPLICATION,
    CERTIFICATE,
    ORGANISATION,
    RESTRICTION,
    Actor,
    Cycle,
    DeclaredConflict,
    Effect,
    Facts,
    Grant,
    HistoryBroken,
    MoveRefused,
    Need,
    Part,
    Role,
    Scope,
    ScopeKind,
    Stop,
    fold,
    offered_moves,
    open_moves,
    service,
    step,
)
from tests.rules.lifecycle_cases import AFTER, BEFORE, CASES, GOOD, ME, NOW, TODAY

CYCLES = {"a": APPLICATION, "r": RESTRICTION, "c": CERTIFICATE, "o": ORGANISATION}


def me(role: str, **more: Any) -> Actor:
    return service("timer") if role == "service" else Actor(ME, (Grant(Role(role)),), **more)


def code_of(cycle: Cycle, state: str | None, event: str, actor: Actor, facts: Facts) -> str | None:
    try:
        step(cycle, state, event, actor, NOW, facts)
    except MoveRefused as refused:
        return str(refused.code)
    return None


@pytest.mark.parametrize(
    ("cycle", "state", "event", "role", "against", "code"),
    CASES,
    ids=[f"{c[0]}.{c[2]}-{'+'.join(c[4]) or c[3]}" for c in CASES],
)
def test_one_fact_decides(cycle, state, event, role, against, code):
    assert code_of(CYCLES[cycle], state, event, me(role), replace(GOOD, **against)) == code
    if code not in (None, "role_missing", "no_such_move", *PERSONS):
        assert code_of(CYCLES[cycle], state, event, me(role), favourable(event)) is None


PERSONS = frozenset({"second_person_needed", "assignee_role_missing"})


def favourable(event: str) -> Facts:
    """The facts that grant this move; some moves need the opposite of what others need."""
    return {
        "release_stop": replace(GOOD, stops=(Stop("h", 1),)),
        "enter": replace(GOOD, notice_end=BEFORE),
        "object": replace(GOOD, notice_end=TODAY),
        "uphold_objection": replace(GOOD, objections_open=1),
        "dismiss_objection": replace(GOOD, objections_open=1),
        "answer": replace(GOOD, statement_end=TODAY),
        "enter_provisionally": with_parts(CALLED_EMERGENCY=1),
    }.get(event, GOOD)


def with_parts(**people: int) -> Facts:
    return replace(GOOD, parts={Part[name]: frozenset({who}) for name, who in people.items()})


PEOPLE = [
    ("a", "PENDING_APPROVAL", "approve", "approver", Part.EDITED, "own_case"),
    ("a", "PENDING_APPROVAL", "approve", "approver", Part.SIGNED, "own_case"),
    ("a", "PENDING_APPROVAL", "approve", "approver", Part.SCREENED, "approver_screened"),
    ("a", "PENDING_APPROVAL", "approve", "approver", Part.RELEASED_STOP, "approver_screened"),
    ("a", "PENDING_APPROVAL", "approve", "approver", Part.ASSESSED, "approver_assessed"),
    ("a", "PENDING_APPROVAL", "approve", "approver", Part.HEARD_APPEAL, "approver_heard_appeal"),
    ("a", "PENDING_APPROVAL", "reject", "approver", Part.ASSESSED, "approver_assessed"),
    ("a", "PENDING_APPROVAL", "send_back", "approver", Part.SCREENED, "approver_screened"),
    ("a", "NOTICE", "uphold_objection", "approver", Part.SPOKE, "own_case"),
    ("a", "UNDER_APPEAL", "overturn", "appeal_panel", Part.DECIDED, "panel_touched_the_case"),
    ("a", "UNDER_APPEAL", "let_stand", "appeal_panel", Part.SCREENED, "panel_touched_the_case"),
    ("a", "UNDER_APPEAL", "overturn", "appeal_panel", Part.SIGNED, "panel_touched_the_case"),
    ("a", "SUSPENDED", "reinstate", "approver", Part.SUSPENDED, "same_person_suspended"),
    ("a", "RESERVE", "delist", "approver", Part.PROPOSED, "second_person_is_the_first"),
    ("r", "NOTICED", "enter", "restrict_approver", Part.PROPOSED, "proposer_approves"),
    ("r", "PROPOSED", "dismiss", "restrict_approver", Part.PROPOSED, "proposer_approves"),
    ("r", "PROPOSED", "call_emergency", "restrict_approver", Part.PROPOSED, "proposer_approves"),
    ("r", "IN_FORCE", "confirm", "restrict_approver", Part.PROPOSED, "proposer_approves"),
    ("r", "IN_FORCE", "lift", "restrict_approver", Part.PROPOSED, "proposer_lifts"),
    ("r", "UNDER_APPEAL", "annul", "appeal_panel", Part.DECIDED, "panel_touched_the_case"),
    ("r", "UNDER_APPEAL", "vary", "appeal_panel", Part.NOTIFIED, "panel_touched_the_case"),
    ("c", "ISSUED", "revoke", "approver", Part.PROPOSED, "second_person_is_the_first"),
    ("c", "SUSPENDED", "reinstate", "approver", Part.SUSPENDED, "same_person_suspended"),
    ("o", "PENDING", "verify", "org_verifier", Part.EDITED, "own_case"),
]


@pytest.mark.parametrize(("cycle", "state", "event", "role", "part", "code"), PEOPLE)
def test_persons_are_compared_and_not_only_roles(cycle, state, event, role, part, code):
    facts = replace(favourable(event), parts={part: frozenset({ME, 99})})
    assert code_of(CYCLES[cycle], state, event, me(role), facts) == code
    others = replace(favourable(event), parts={part: frozenset({99})})
    assert code_of(CYCLES[cycle], state, event, me(role), others) is None


def test_a_provisional_entry_takes_two_approvers():
    facts = with_parts(CALLED_EMERGENCY=ME, PROPOSED=1)
    approver = me("restrict_approver")
    said = code_of(RESTRICTION, "PROPOSED", "enter_provisionally", approver, facts)
    assert said == "second_person_is_the_first"
    other = with_parts(CALLED_EMERGENCY=2, PROPOSED=1)
    assert code_of(RESTRICTION, "PROPOSED", "enter_provisionally", approver, other) is None


@pytest.mark.parametrize(
    ("actor", "conflicts", "code"),
    [
        (me("approver", organisation_ids=frozenset({5})), (), "conflict_same_organisation"),
        (me("approver", group_ids=frozenset({77})), (), "conflict_same_group"),
        (me("approver", organisation_ids=frozenset({6})), (), None),
        (me("approver"), (DeclaredConflict(ME, organisation_id=5),), "conflict_declared"),
        (me("approver"), (DeclaredConflict(ME, group_id=77),), "conflict_declared"),
        (me("approver"), (DeclaredConflict(ME, organisation_id=6),), None),
        (me("approver"), (DeclaredConflict(8, organisation_id=5),), None),
        (me("approver"), (DeclaredConflict(ME, organisation_id=5, to_day=BEFORE),), None),
        (me("approver"), (DeclaredConflict(ME, organisation_id=5, from_day=AFTER),), None),
        (
            me("approver"),
            (DeclaredConflict(ME, organisation_id=5, from_day=TODAY, to_day=TODAY),),
            "conflict_declared",
        ),
    ],
)
def test_a_conflict_blocks_the_decision_while_it_is_current(actor, conflicts, code):
    facts = replace(GOOD, conflicts=conflicts)
    assert code_of(APPLICATION, "PENDING_APPROVAL", "approve", actor, facts) == code


def test_a_case_without_organisation_conflicts_with_nobody_by_accident():
    facts = replace(GOOD, scope=Scope(), group_id=None, conflicts=(DeclaredConflict(ME),))
    assert code_of(APPLICATION, "PENDING_APPROVAL", "approve", me("approver"), facts) is None


def test_roles_are_those_of_the_legal_day_in_shanghai():
    grant = Grant(Role.APPROVER, from_day=AFTER)
    late = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # already the 23rd in Shanghai
    early = datetime(2026, 11, 22, 15, 59, tzinfo=UTC)
    made = step(APPLICATION, "PENDING_APPROVAL", "reject", Actor(ME, (grant,)), late, GOOD)
    assert made.to == "REJECTED"
    with pytest.raises(MoveRefused) as refused:
        step(APPLICATION, "PENDING_APPROVAL", "reject", Actor(ME, (grant,)), early, GOOD)
    assert refused.value.code == "role_missing"


@pytest.mark.parametrize(
    ("role", "code"), [("admin", "admin_decides_nothing"), ("auditor", "auditor_only_annotates")]
)
def test_admins_and_auditors_decide_nothing_even_as_approvers(role, code):
    both = Actor(ME, (Grant(Role.APPROVER), Grant(Role(role), ScopeKind.ZONE, "9")))
    assert code_of(APPLICATION, "PENDING_APPROVAL", "approve", both, GOOD) == code
    assert offered_moves(APPLICATION, "PENDING_APPROVAL", both, NOW, GOOD) == ()


def test_approval_goes_on_notice_where_one_is_set_and_onto_the_list_where_none_is():
    approver = me("approver")
    at_once = step(APPLICATION, "PENDING_APPROVAL", "approve", approver, NOW, GOOD)
    assert (at_once.to, at_once.event_kind) == ("RESERVE", "application.approved_and_entered")
    assert Effect.ISSUE_CERTIFICATE in at_once.effects
    announced = step(
        APPLICATION, "PENDING_APPROVAL", "approve", approver, NOW, replace(GOOD, notice_days=7)
    )
    assert (announced.to, announced.event_kind) == ("NOTICE", "application.approved")
    assert Effect.ISSUE_CERTIFICATE not in announced.effects


def test_a_returned_case_goes_back_to_where_it_was_interrupted():
    assessor, signatory = me("assessor"), Actor(9, (Grant(Role.SIGNATORY),))
    out = step(APPLICATION, "IN_REVIEW", "return", assessor, NOW, replace(GOOD, came_from=None))
    assert (out.to, out.came_from, out.part) == ("RETURNED", "IN_REVIEW", Part.ASSESSED)
    returned = replace(GOOD, came_from=out.came_from)
    edited = step(APPLICATION, "RETURNED", "edit", signatory, NOW, returned)
    assert (edited.to, edited.came_from) == ("RETURNED", "IN_REVIEW")
    back = step(APPLICATION, "RETURNED", "resubmit", signatory, NOW, returned)
    assert (back.to, back.came_from) == ("IN_REVIEW", None)


def test_a_closed_button_tells_why():
    facts = with_parts(SCREENED=ME)
    approver = me("approver")
    offered = offered_moves(APPLICATION, "PENDING_APPROVAL", approver, NOW, facts)
    assert {str(one.move.event): one.refused and str(one.refused.code) for one in offered} == {
        "approve": "approver_screened",
        "send_back": "approver_screened",
        "reject": "approver_screened",
    }
    assert open_moves(APPLICATION, "PENDING_APPROVAL", approver, NOW, facts) == ()


def test_a_refusal_carries_what_its_words_need():
    with pytest.raises(MoveRefused) as refused:
        step(APPLICATION, "SCREENING", "return", me("screener"), NOW, replace(GOOD, rounds=3))
    assert refused.value.details == {"most": 3}


def test_facts_that_nobody_looked_up_let_nothing_through():
    nothing = Facts(given=frozenset(Need))
    for state, event, role in [
        (None, "start", "applicant.editor"),
        ("DRAFT", "submit", "applicant.signatory"),
        ("SCREENING", "accept", "screener"),
        ("SCREENING", "return", "screener"),
        ("IN_REVIEW", "recommend", "assessor"),
        ("PENDING_APPROVAL", "approve", "approver"),
        ("RESERVE", "finance", "fund_manager"),
    ]:
        assert code_of(APPLICATION, state, event, me(role), nothing) is not None
    assert code_of(CERTIFICATE, None, "issue", service("worker"), nothing) is not None


@pytest.mark.parametrize(
    "kinds",
    [
        ["application.submitted"],
        ["application.started", "application.approved"],
        ["application.started", "application.started"],
        ["application.started", "application.no_such_thing"],
    ],
)
def test_events_that_are_no_history_do_not_fold(kinds):
    with pytest.raises(HistoryBroken):
        fold(APPLICATION, kinds)
