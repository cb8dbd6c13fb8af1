"""Grants: for a role, a place and a time. An admin decides nothing, an auditor annotates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules import permissions
from registry.rules.permissions import (
    ACTIONS,
    ADMIN_WRITES,
    AUDITOR_WRITES,
    PUBLIC,
    READING,
    Action,
    Actor,
    Grant,
    Role,
    Scope,
    ScopeKind,
    barred_from_deciding,
    holds,
    may,
    roles_on,
    service,
)

DAY = date(2026, 11, 22)
HERE = Scope(organisation_id=5, zone_id="142", fund_id=9)

grants = st.builds(
    Grant,
    role=st.sampled_from(Role),
    scope_kind=st.sampled_from(ScopeKind),
    scope_id=st.sampled_from(["", "5", "142", "9", "6"]),
    from_day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    to_day=st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)),
)
actors = st.builds(
    Actor, person_id=st.integers(1, 9), roles=st.lists(grants, max_size=4).map(tuple)
)


def one(role: Role, kind: ScopeKind = ScopeKind.EVERYWHERE, there: str = "", **days) -> Actor:
    return Actor(1, (Grant(role, kind, there, **days),))


@pytest.mark.parametrize(
    ("kind", "there", "held"),
    [
        (ScopeKind.EVERYWHERE, "", True),
        (ScopeKind.ORGANISATION, "5", True),
        (ScopeKind.ORGANISATION, "142", False),
        (ScopeKind.ZONE, "142", True),
        (ScopeKind.ZONE, "5", False),
        (ScopeKind.FUND, "9", True),
        (ScopeKind.FUND, "", False),
    ],
)
def test_a_grant_holds_in_its_scope_only(kind, there, held):
    actor = one(Role.SCREENER, kind, there)
    assert (holds(actor, [Role.SCREENER], HERE, DAY) is not None) is held


def test_a_project_outside_any_zone_is_covered_by_everywhere_alone():
    outside = Scope(organisation_id=5)
    assert not holds(one(Role.SCREENER, ScopeKind.ZONE, "None"), [Role.SCREENER], outside, DAY)
    assert not holds(one(Role.SCREENER, ScopeKind.ZONE, ""), [Role.SCREENER], outside, DAY)
    assert holds(one(Role.SCREENER), [Role.SCREENER], outside, DAY)


@given(st.dates(date(2026, 1, 1), date(2026, 12, 31)), st.integers(0, 300))
def test_a_grant_holds_on_its_first_and_last_day_and_not_beyond(first, length):
    last = first + timedelta(days=length)
    grant = Grant(Role.APPROVER, from_day=first, to_day=last)
    assert grant.holds_on(first) and grant.holds_on(last)
    assert not grant.holds_on(first - timedelta(days=1))
    assert not grant.holds_on(last + timedelta(days=1))
    assert Grant(Role.APPROVER, from_day=first).holds_on(date.max)


@given(actors, st.sampled_from(Action))
def test_nobody_may_what_no_grant_of_the_day_gives(actor, action):
    if may(actor, action, HERE, DAY):
        wide_open = Role.PUBLIC in ACTIONS[action]
        assert wide_open or any(
            grant.role in ACTIONS[action] and grant.holds_on(DAY) and grant.covers(HERE)
            for grant in actor.roles
        )


@given(actors, st.sampled_from([action for action in Action if action not in READING]))
def test_admins_and_auditors_write_nothing_but_their_own(actor, action):
    held = roles_on(actor, DAY)
    if may(actor, action, HERE, DAY):
        assert Role.ADMIN not in held or action in ADMIN_WRITES
        assert Role.AUDITOR not in held or action in AUDITOR_WRITES


@given(actors)
def test_who_is_barred_holds_admin_or_auditor_on_that_day(actor):
    held = roles_on(actor, DAY)
    assert (barred_from_deciding(actor, DAY) is not None) is bool(held & {Role.ADMIN, Role.AUDITOR})


def test_the_public_may_read_what_is_listed_and_nothing_else():
    allowed = {action for action in Action if may(PUBLIC, action, HERE, DAY)}
    assert allowed == {Action.READ_LISTED}
    assert may(one(Role.VERIFIER), Action.READ_LISTED, HERE, DAY)


def test_every_action_is_opened_to_somebody():
    assert set(ACTIONS) == set(Action)
    assert all(ACTIONS.values())


def test_a_service_is_no_person():
    timer = service("timer")
    assert timer.person_id is None
    assert roles_on(timer, DAY) == {Role.SERVICE}
    assert not any(may(timer, action, HERE, DAY) for action in set(Action) - READING)


def test_role_values_are_those_of_the_glossary():
    assert permissions.Role("applicant.editor") is Role.EDITOR
    assert len(Role) == 17
