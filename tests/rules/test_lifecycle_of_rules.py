"""Rulebooks and reference data: nobody puts in force what he wrote, and nothing unseen takes effect."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registry.rules.lifecycle import (
    REFERENCE,
    RULEBOOK,
    Actor,
    Facts,
    Grant,
    MoveRefused,
    Need,
    Part,
    Role,
    guards,
    step,
)
from registry.rules.lifecycle.rulebook import State
from tests.rules.histories import Entry, Histories, table

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
TODAY = date(2026, 11, 22)
ME = 7


class Rulebooks(Histories):
    cycle = RULEBOOK
    endings = frozenset(["withdraw", "drop"])
    roles = [Role.RULE_EDITOR, Role.RULE_PUBLISHER]  # noqa: RUF012
    lucky = {"mistakes": 0, "impact_known": True, "effective_on": date.max}  # noqa: RUF012
    unlucky = {"mistakes": 3, "impact_known": False, "effective_on": date.min}  # noqa: RUF012
    legal = table("""
        -: import -> DRAFT
        DRAFT CHECKED: revise -> DRAFT
        DRAFT: check -> CHECKED
        CHECKED PROPOSED: ask_impact -> stays
        CHECKED: propose -> PROPOSED
        PROPOSED: send_back -> DRAFT
        PROPOSED: publish -> PUBLISHED
        PUBLISHED: withdraw -> WITHDRAWN
        DRAFT CHECKED PROPOSED: drop -> WITHDRAWN
    """)

    def judge(self, entry: Entry, facts: Facts) -> None:
        super().judge(entry, facts)
        if entry.event == "publish":
            assert entry.person not in self.did("import", "revise", "propose")
            assert facts.mistakes == 0 and facts.impact_known
            assert facts.effective_on is not None and facts.effective_on >= entry.on
            checks = [e.event for e in self.log if e.event in ("check", "revise", "send_back")]
            assert checks[-1] == "check", "it was changed after it had been checked"


class ReferenceImports(Histories):
    cycle = REFERENCE
    endings = frozenset(["dismiss", "withdraw"])
    roles = [Role.RULE_EDITOR, Role.RULE_PUBLISHER]  # noqa: RUF012
    lucky = {"mistakes": 0}  # noqa: RUF012
    unlucky = {"mistakes": 1}  # noqa: RUF012
    legal = table("""
        -: import -> IMPORTED
        IMPORTED: put_in_force -> IN_FORCE
        IMPORTED: dismiss -> DISMISSED
        IN_FORCE: withdraw -> WITHDRAWN
    """)

    def judge(self, entry: Entry, facts: Facts) -> None:
        super().judge(entry, facts)
        if entry.event == "put_in_force":
            assert entry.person not in self.did("import")
        if entry.event == "import":
            assert facts.mistakes == 0


QUICK = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestRulebooks = Rulebooks.TestCase
TestRulebooks.settings = QUICK
TestReferenceImports = ReferenceImports.TestCase
TestReferenceImports.settings = QUICK
SEARCH = settings(
    max_examples=400,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize(
    ("machine", "guard"),
    [
        (Rulebooks, guards.publisher_edited_nothing),
        (Rulebooks, guards.proposed_by_another),
        (Rulebooks, guards.without_mistakes),
        (Rulebooks, guards.impact_known),
        (Rulebooks, guards.effect_lies_ahead),
        (ReferenceImports, guards.proposed_by_another),
        (ReferenceImports, guards.without_mistakes),
    ],
    ids=lambda one: one.__name__,
)
def test_a_table_without_this_guard_is_found_out(machine, guard):
    rows = tuple(
        replace(move, guards=tuple(one for one in move.guards if one is not guard))
        for move in machine.cycle.table
    )
    weak = type("Weakened", (machine,), {"cycle": replace(machine.cycle, table=rows)})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(weak, settings=SEARCH)


GOOD = Facts(
    parts={Part.PROPOSED: frozenset({1}), Part.EDITED: frozenset({1})},
    given=frozenset(Need),
    mistakes=0,
    impact_known=True,
    effective_on=TODAY,
)


def code_of(cycle, state, event, role, facts):
    try:
        step(cycle, state, event, Actor(ME, (Grant(Role(role)),)), NOW, facts)
    except MoveRefused as refused:
        return str(refused.code)
    return None


@pytest.mark.parametrize(
    ("against", "code"),
    [
        ({}, None),
        ({"mistakes": 1}, "has_mistakes"),
        ({"impact_known": False}, "impact_unknown"),
        ({"effective_on": TODAY - timedelta(1)}, "effect_in_the_past"),
        ({"effective_on": None}, "effect_in_the_past"),
        ({"given": frozenset({Need.DAY})}, "needed"),
        (
            {"parts": {Part.EDITED: frozenset({ME}), Part.PROPOSED: frozenset({1})}},
            "publisher_edited",
        ),
        ({"parts": {Part.PROPOSED: frozenset({ME})}}, "second_person_is_the_first"),
        ({"parts": {}}, "second_person_needed"),
    ],
)
def test_one_fact_decides_on_publication(against, code):
    facts = replace(GOOD, **against)
    assert code_of(RULEBOOK, "PROPOSED", "publish", "rule_publisher", facts) == code


def test_an_editor_does_not_publish_and_a_publisher_does_not_edit():
    assert code_of(RULEBOOK, "PROPOSED", "publish", "rule_editor", GOOD) == "role_missing"
    assert code_of(RULEBOOK, None, "import", "rule_publisher", GOOD) == "role_missing"
    assert code_of(REFERENCE, None, "import", "rule_publisher", GOOD) == "role_missing"


def test_what_was_published_is_never_edited():
    for event in ("revise", "check", "propose", "drop", "publish"):
        for role in ("rule_editor", "rule_publisher"):
            said = code_of(RULEBOOK, State.PUBLISHED, event, role, GOOD)
            assert said == "no_such_move", event


def test_facts_that_nobody_looked_up_let_nothing_through():
    assert code_of(RULEBOOK, "DRAFT", "check", "rule_editor", Facts()) == "has_mistakes"
    assert code_of(REFERENCE, None, "import", "rule_editor", Facts()) == "has_mistakes"


def test_the_ends_are_the_ends():
    assert [s for s in RULEBOOK.states if RULEBOOK.is_final(s)] == ["WITHDRAWN"]
    assert [s for s in REFERENCE.states if REFERENCE.is_final(s)] == ["DISMISSED", "WITHDRAWN"]
