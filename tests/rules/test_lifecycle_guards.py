"""Each condition of the tables, alone: everything speaks for the move but one fact."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from registry.rules.lifecycle import (
    APPLICATION,
    CERTIFICATE,
    ORGANISATION,
    PUBLIC,
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

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY, BEFORE, AFTER = date(2026, 11, 22), date(2026, 11, 21), date(2026, 11, 23)
ME = 7
ASSESSOR = Actor(8, (Grant(Role.ASSESSOR),))
GOOD = Facts(
    scope=Scope(organisation_id=5, zone_id="142", fund_id=9),
    group_id=77,
    given=frozenset(Need),
    came_from="IN_REVIEW",
    organisation_known=True,
    organisation_verified=True,
    complete=True,
    files_digested=True,
    findings=1,
    due_day=BEFORE,
    screened=True,
    assessor_ids=frozenset({ME}),
    lead_assessor_id=ME,
    scores_missing=0,
    verdict_is_green=True,
    appeal_end=TODAY,
    restricted=False,
    share_after_bp=10_000,
    report_verified=True,
    verified_finally=True,
    valid_until=BEFORE,
    assignee=ASSESSOR,
    subject_identified=True,
    actor_is_subject=True,
    ground_known=True,
    end_within_ground=True,
    emergency=True,
    provisional=True,
    noticed=True,
    statement_end=BEFORE,
    repair_filed=True,
    minimum_until=BEFORE,
    decision_approved=True,
)
CYCLES = {"a": APPLICATION, "r": RESTRICTION, "c": CERTIFICATE, "o": ORGANISATION}


def me(role: str, **more: Any) -> Actor:
    return service("timer") if role == "service" else Actor(ME, (Grant(Role(role)),), **more)


def code_of(cycle: Cycle, state: str | None, event: str, actor: Actor, facts: Facts) -> str | None:
    try:
        step(cycle, state, event, actor, NOW, facts)
    except MoveRefused as refused:
        return str(refused.code)
    return None


# cycle, state, event, role, what speaks against it, code (None: it is granted nevertheless)
CASES: list[tuple[str, str | None, str, str, dict[str, Any], str | None]] = [
    ("a", None, "start", "applicant.editor", {"organisation_known": False}, "organisation_not_known"),
    ("a", None, "start", "applicant.editor", {"organisation_verified": False}, None),
    ("a", "DRAFT", "submit", "applicant.signatory", {"complete": False}, "incomplete"),
    ("a", "DRAFT", "submit", "applicant.signatory", {"files_digested": False}, "files_not_digested"),
    ("a", "DRAFT", "submit", "applicant.signatory", {"given": frozenset()}, "needed"),
    ("a", "DRAFT", "submit", "applicant.editor", {}, "role_missing"),
    ("a", "DRAFT", "approve", "approver", {}, "no_such_move"),
    ("a", "SCREENING", "return", "screener", {"findings": 0}, "no_finding"),
    ("a", "SCREENING", "return", "screener", {"rounds": 3}, "too_many_rounds"),
    ("a", "SCREENING", "return", "screener", {"rounds": 2}, None),
    ("a", "SCREENING", "return", "assessor", {}, "role_missing"),
    ("a", "IN_REVIEW", "return", "screener", {}, "role_missing"),
    ("a", "RETURNED", "resubmit", "applicant.signatory", {"findings_open": 1}, "findings_unanswered"),
    ("a", "RETURNED", "resubmit", "applicant.signatory", {"came_from": None}, "no_such_move"),
    ("a", "RETURNED", "lapse", "service", {"due_day": TODAY}, "not_yet_due"),
    ("a", "RETURNED", "lapse", "service", {"due_day": None}, "not_yet_due"),
    ("a", "SCREENING", "ineligible", "screener", {"reason": "below_green"}, "reason_unknown"),
    ("a", "SCREENING", "ineligible", "screener", {"reason": "eliminated_class"}, None),
    ("a", "SCREENING", "accept", "screener", {"screened": False}, "not_screened"),
    ("a", "SCREENING", "accept", "screener", {"undecided_hits": 1}, "hit_undecided"),
    ("a", "SCREENING", "accept", "screener", {"stops": (Stop("h", 1),)}, "stop_not_released"),
    (
        "a", "SCREENING", "accept", "screener",
        {"stops": (Stop("h", 1, frozenset({2})),)}, "stop_needs_second_person",
    ),
    (
        "a", "SCREENING", "accept", "screener",
        {"stops": (Stop("h", 1, frozenset({1, 2})),)}, "stop_needs_second_person",
    ),
    ("a", "SCREENING", "accept", "screener", {"stops": (Stop("h", 1, frozenset({2, 3})),)}, None),
    (
        "a", "SCREENING", "accept", "screener",
        {"stops": (Stop("h", 1, frozenset({2, 3})), Stop("i", 1))}, "stop_not_released",
    ),
    ("a", "SCREENING", "release_stop", "screener", {}, "stop_not_released"),
    (
        "a", "SCREENING", "release_stop", "screener",
        {"stops": (Stop("h", ME),)}, "stop_already_released_by_you",
    ),
    (
        "a", "SCREENING", "release_stop", "screener",
        {"stops": (Stop("h", 1, frozenset({ME})),)}, "stop_already_released_by_you",
    ),
    ("a", "SCREENING", "release_stop", "approver", {"stops": (Stop("h", 1),)}, None),
    ("a", "IN_REVIEW", "assign", "screener", {"assignee": None}, "assignee_role_missing"),
    ("a", "IN_REVIEW", "assign", "screener", {"assignee": PUBLIC}, "assignee_role_missing"),
    (
        "a", "IN_REVIEW", "assign", "screener",
        {"assignee": replace(ASSESSOR, organisation_ids=frozenset({5}))},
        "conflict_same_organisation",
    ),
    (
        "a", "IN_REVIEW", "assign", "screener",
        {"conflicts": (DeclaredConflict(8, organisation_id=5),)}, "conflict_declared",
    ),
    ("a", "IN_REVIEW", "score", "assessor", {"assessor_ids": frozenset()}, "not_assigned"),
    ("a", "IN_REVIEW", "recommend", "assessor", {"lead_assessor_id": 8}, "not_lead_assessor"),
    ("a", "IN_REVIEW", "recommend", "assessor", {"scores_missing": 1}, "scores_missing"),
    ("a", "IN_REVIEW", "recommend", "assessor", {"findings_open": 1}, "findings_open"),
    ("a", "IN_REVIEW", "recommend", "assessor", {"unsettled_gates": ("G",)}, "gates_unsettled"),
    ("a", "PENDING_APPROVAL", "approve", "approver", {"unsettled_gates": ("G",)}, "gates_unsettled"),
    ("a", "PENDING_APPROVAL", "approve", "approver", {"verdict_is_green": False}, "not_green"),
    (
        "a", "PENDING_APPROVAL", "approve", "approver",
        {"organisation_verified": False}, "organisation_not_verified",
    ),
    ("a", "PENDING_APPROVAL", "approve", "approver", {"restricted": True}, "restricted_on_that_day"),
    ("a", "PENDING_APPROVAL", "reject", "approver", {"verdict_is_green": False}, None),
    ("a", "NOTICE", "object", "public", {"notice_end": BEFORE}, "notice_over"),
    ("a", "NOTICE", "object", "public", {"notice_end": TODAY}, None),
    ("a", "NOTICE", "enter", "service", {"notice_end": TODAY}, "notice_running"),
    ("a", "NOTICE", "enter", "service", {"notice_end": None}, "notice_running"),
    (
        "a", "NOTICE", "enter", "service",
        {"notice_end": BEFORE, "objections_open": 1}, "objection_open",
    ),
    (
        "a", "NOTICE", "enter", "service",
        {"notice_end": BEFORE, "restricted": True}, "restricted_on_that_day",
    ),
    ("a", "NOTICE", "uphold_objection", "approver", {}, "no_objection_open"),
    ("a", "NOTICE", "dismiss_objection", "approver", {}, "no_objection_open"),
    ("a", "REJECTED", "appeal", "applicant.signatory", {"appeal_end": BEFORE}, "appeal_too_late"),
    ("a", "REJECTED", "appeal", "applicant.signatory", {"appeal_end": TODAY}, None),
    ("a", "INELIGIBLE", "appeal", "applicant.signatory", {"appealed": True}, "appeal_spent"),
    ("a", "RESERVE", "finance", "fund_manager", {"restricted": True}, "restricted_on_that_day"),
    ("a", "RESERVE", "finance", "fund_manager", {"share_after_bp": 10_001}, "shares_beyond_whole"),
    ("a", "RESERVE", "express_interest", "fund_manager", {"restricted": True}, "restricted_on_that_day"),
    ("a", "MONITORED", "report", "applicant.editor", {"complete": False}, "incomplete"),
    ("a", "MONITORED", "confirm_report", "approver", {"report_verified": False}, "report_not_verified"),
    ("a", "RESERVE", "complete", "approver", {"verified_finally": False}, "not_verified_finally"),
    ("a", "RESERVE", "renew", "approver", {"restricted": True}, "restricted_on_that_day"),
    ("a", "RESERVE", "expire", "service", {"valid_until": TODAY}, "not_yet_due"),
    ("a", "SUSPENDED", "reinstate", "approver", {"suspension_grounds": ("permit",)}, "still_suspended"),
    ("a", "RESERVE", "delist", "approver", {}, "second_person_needed"),
    ("r", None, "propose", "restrict_officer", {"subject_identified": False}, "subject_not_identified"),
    ("r", None, "propose", "fund_manager", {"ground_known": False}, "ground_unknown"),
    ("r", None, "propose", "service", {"end_within_ground": False}, "end_beyond_ground"),
    ("r", "NOTICED", "answer", "public", {"actor_is_subject": False}, "not_the_subject"),
    ("r", "NOTICED", "answer", "public", {}, "statement_period_over"),
    ("r", "NOTICED", "answer", "public", {"statement_end": TODAY}, None),
    ("r", "NOTICED", "enter", "restrict_approver", {"statement_end": TODAY}, "statement_period_running"),
    ("r", "NOTICED", "enter", "restrict_approver", {"end_within_ground": False}, "end_beyond_ground"),
    ("r", "NOTICED", "enter", "restrict_approver", {"given": frozenset()}, "needed"),
    ("r", "PROPOSED", "enter", "restrict_approver", {}, "no_such_move"),
    ("r", "PROPOSED", "enter_provisionally", "restrict_approver", {"emergency": False}, "no_emergency"),
    ("r", "PROPOSED", "enter_provisionally", "restrict_approver", {}, "second_person_needed"),
    ("r", "IN_FORCE", "notify", "restrict_officer", {"provisional": False}, "not_provisional"),
    ("r", "IN_FORCE", "confirm", "restrict_approver", {"provisional": False}, "not_provisional"),
    ("r", "IN_FORCE", "confirm", "restrict_approver", {"noticed": False}, "not_noticed"),
    ("r", "IN_FORCE", "appeal", "public", {"mirrored": True}, "appeal_where_listed"),
    ("r", "IN_FORCE", "appeal", "public", {"appeal_end": BEFORE}, "appeal_too_late"),
    ("r", "IN_FORCE", "repair", "public", {"mirrored": True}, "appeal_where_listed"),
    ("r", "IN_FORCE", "lift", "restrict_approver", {"repair_filed": False}, "repair_not_filed"),
    ("r", "IN_FORCE", "lift", "restrict_approver", {"minimum_until": TODAY}, "minimum_time_running"),
    ("r", "IN_FORCE", "lift", "restrict_approver", {"minimum_until": None}, "minimum_time_running"),
    ("r", "IN_FORCE", "refuse_repair", "restrict_approver", {"repair_filed": False}, "repair_not_filed"),
    ("r", "UNDER_APPEAL", "vary", "appeal_panel", {"end_within_ground": False}, "end_beyond_ground"),
    ("r", "UNDER_APPEAL", "expire", "service", {}, None),
    ("r", "IN_FORCE", "expire", "service", {"valid_until": TODAY}, "not_yet_due"),
    ("r", "IN_FORCE", "expire", "service", {"valid_until": None}, "not_yet_due"),
    ("c", None, "allot", "service", {"decision_approved": False}, "decision_not_approved"),
    ("c", "ALLOTTED", "issue", "service", {"decision_approved": False}, "decision_not_approved"),
    ("c", "ALLOTTED", "issue", "approver", {}, "role_missing"),
    ("c", "ISSUED", "renew", "service", {"decision_approved": False}, "decision_not_approved"),
    ("c", "ISSUED", "revoke", "approver", {}, "second_person_needed"),
    ("c", "ISSUED", "suspend", "service", {"reason": "data_overdue"}, None),
    ("c", "SUSPENDED", "reinstate", "approver", {"suspension_grounds": ("x",)}, "still_suspended"),
    ("c", "ISSUED", "expire", "service", {"valid_until": TODAY}, "not_yet_due"),
    ("o", None, "register", "public", {}, None),
    ("o", "PENDING", "verify", "applicant.signatory", {}, "role_missing"),
]  # fmt: skip


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
