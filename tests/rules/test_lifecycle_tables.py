"""The tables are complete and sound: no dead ends, no state out of reach, kinds that tell."""

from pathlib import Path

import pytest

from registry.rules.lifecycle import (
    APPLICATION,
    BACK,
    CERTIFICATE,
    CYCLES,
    DEADLINE,
    DEADLINES,
    ORGANISATION,
    RESTRICTION,
    STAY,
    Cycle,
    Effect,
    Facts,
    Need,
    Refusal,
    Role,
    guards,
    reasons_for,
)
from registry.rules.lifecycle import application as a
from registry.rules.lifecycle import restriction as r
from registry.rules.lifecycle.reasons import REASONS

cycles = pytest.mark.parametrize("cycle", CYCLES.values(), ids=CYCLES)
BAR = (Role.ADMIN, Role.AUDITOR)


@cycles
def test_every_event_has_a_row_and_every_row_a_role(cycle: Cycle):
    assert {move.event for move in cycle.table} == set(cycle.events)
    assert all(move.roles for move in cycle.table)
    assert not any(role in move.roles for move in cycle.table for role in BAR)


@cycles
def test_every_state_is_reached_from_the_start(cycle: Cycle):
    reached: set[str | None] = {None}
    while True:
        more = {
            str(move.to)
            for move in cycle.table
            if move.to not in (BACK, STAY) and reached & set(move.from_states)
        } - reached
        if not more:
            break
        reached |= more
    assert reached == {None, *cycle.states}


@cycles
def test_ways_back_start_in_interrupting_states_only(cycle: Cycle):
    for move in cycle.table:
        if move.to is BACK:
            assert set(move.from_states) <= cycle.interrupting
        if move.to is STAY:
            assert None not in move.from_states
    for state in cycle.interrupting:
        assert any(move.to is BACK for move in cycle.moves_from(state))


@cycles
def test_an_event_of_the_log_tells_its_target(cycle: Cycle):
    """So that a history folds without looking into the bodies of its events."""
    targets: dict[tuple[str, str | None], set[str]] = {}
    for move in cycle.table:
        assert move.kind.startswith(f"{cycle.name}.")
        for state in move.from_states:
            targets.setdefault((move.kind, state), set()).add(str(move.to))
    assert all(len(found) == 1 for found in targets.values())


@cycles
def test_two_rows_for_one_event_and_state_are_told_apart_by_a_condition(cycle: Cycle):
    for state in (None, *cycle.states):
        for event in cycle.events:
            rows = [move for move in cycle.moves_from(state) if move.event == event]
            if len(rows) > 1:
                assert all(move.when is not None for move in rows), (event, state)
                for days in (0, 7):
                    facts = Facts(notice_days=days)
                    assert sum(move.may_start_in(state, facts) for move in rows) == 1


@cycles
def test_every_state_has_a_public_label_or_says_that_it_is_hidden(cycle: Cycle):
    assert set(cycle.public) == set(cycle.states)


@cycles
def test_what_needs_a_reason_has_a_closed_list_and_nothing_else_has(cycle: Cycle):
    for move in cycle.table:
        assert bool(reasons_for(cycle.name, move.event)) is move.reason_required, move.event
    listed = {event for name, event in REASONS if name == cycle.name}
    assert listed <= {str(event) for event in cycle.events}


def test_the_ends_are_the_ends():
    def final(cycle: Cycle) -> set[str]:
        return {str(state) for state in cycle.states if cycle.is_final(state)}

    assert final(APPLICATION) == {"LAPSED", "EXPIRED", "DELISTED", "COMPLETED", "WITHDRAWN"}
    assert final(RESTRICTION) == {"DISMISSED", "ANNULLED", "LIFTED", "EXPIRED"}
    assert final(CERTIFICATE) == {"RENEWED", "SUPERSEDED", "REVOKED", "EXPIRED", "VOID"}
    assert final(ORGANISATION) == {"CLOSED"}


def test_the_states_are_those_of_the_design():
    assert [str(state) for state in a.State] == [
        "DRAFT",
        "SUBMITTED",
        "SCREENING",
        "INELIGIBLE",
        "RETURNED",
        "LAPSED",
        "IN_REVIEW",
        "PENDING_APPROVAL",
        "NOTICE",
        "REJECTED",
        "UNDER_APPEAL",
        "RESERVE",
        "FINANCED",
        "MONITORED",
        "SUSPENDED",
        "EXPIRED",
        "DELISTED",
        "COMPLETED",
        "WITHDRAWN",
    ]


def test_decisions_compare_persons():
    """Whoever adds a row that decides something must think of conflicts and four eyes."""
    for move in APPLICATION.table:
        if move.event in (a.Event.APPROVE, a.Event.REJECT, a.Event.SEND_BACK, a.Event.RENEW):
            assert guards.approver_took_no_other_part in move.guards
        if Role.APPEAL_PANEL in move.roles:
            assert guards.panel_untouched in move.guards
        staff = set(move.roles) & {Role.SCREENER, Role.ASSESSOR, Role.APPROVER, Role.VERIFIER}
        if staff:
            known = {guards.no_conflict, guards.assignee_without_conflict}
            assert known & set(move.guards), move.event


def test_every_move_of_a_restriction_approver_compares_it_with_the_proposer():
    for move in RESTRICTION.table:
        if Role.RESTRICT_APPROVER in move.roles:
            compared = {guards.not_the_proposer, guards.lifter_is_not_the_proposer}
            assert compared & set(move.guards), move.event
            assert guards.no_conflict in move.guards


def test_nothing_prolongs_an_entry_but_a_decision_of_a_panel_or_the_confirmation_of_30_days():
    naming_an_end = {move.event for move in RESTRICTION.table if Need.END_DATE in move.needs}
    put_forward = {r.Event.PROPOSE, r.Event.AMEND}
    assert naming_an_end == put_forward | {r.Event.ENTER, r.Event.CONFIRM, r.Event.VARY}
    amending = [move for move in RESTRICTION.table if move.event is r.Event.AMEND]
    assert [move.from_states for move in amending] == [(r.State.PROPOSED,)]


def test_listing_orders_the_certificate_and_leaving_ends_it():
    for move in APPLICATION.table:
        into_the_list = move.to is a.State.RESERVE
        assert into_the_list is (Effect.ISSUE_CERTIFICATE in move.effects)
    ends = {
        a.State.EXPIRED: Effect.EXPIRE_CERTIFICATE,
        a.State.DELISTED: Effect.REVOKE_CERTIFICATE,
        a.State.SUSPENDED: Effect.SUSPEND_CERTIFICATE,
    }
    for state, effect in ends.items():
        rows = [move for move in APPLICATION.table if move.to is state]
        assert rows and all(effect in move.effects for move in rows)


def test_deadlines_are_data_of_states_that_exist():
    assert len(DEADLINE) == len(DEADLINES)
    assert len({deadline.setting for deadline in DEADLINES}) == len(DEADLINES)
    for deadline in DEADLINES:
        assert set(deadline.states) <= set(deadline.cycle.states)
        if deadline.event is not None:
            rows = [move for move in deadline.cycle.table if move.event == deadline.event]
            assert any(Role.SERVICE in move.roles for move in rows)
    assert DEADLINE["notice"].amount == 0
    assert DEADLINE["provisional"].amount == 30


def test_every_refusal_is_used_somewhere():
    registry = Path(guards.__file__).parents[2]
    places = [*(registry / "rules" / "lifecycle").glob("*.py")]
    places += (registry / "operations").glob("*.py")
    source = "".join(path.read_text(encoding="utf-8") for path in places)
    assert [code for code in Refusal if f"Refusal.{code.name}" not in source] == []
