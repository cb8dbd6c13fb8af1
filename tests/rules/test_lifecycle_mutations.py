"""The histories are sharp: without any one guard on persons they find somebody who cheats."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from registry.rules.lifecycle import guards
from tests.rules.histories import Histories
from tests.rules.test_lifecycle_properties import (
    Applications,
    Certificates,
    Organisations,
    Restrictions,
)

ON_PERSONS = {
    guards.no_conflict,
    guards.approver_took_no_other_part,
    guards.panel_untouched,
    guards.not_the_proposer,
    guards.lifter_is_not_the_proposer,
    guards.another_than_who_suspended,
    guards.proposed_by_another,
    guards.called_by_another,
    guards.stops_released,
    guards.decision_approved,
}
SEARCH = settings(
    max_examples=400,
    stateful_step_count=30,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def weakened() -> list[tuple[type[Histories], guards.Guard]]:
    machines = (Applications, Restrictions, Certificates, Organisations)
    return [
        (machine, guard)
        for machine in machines
        for guard in sorted(ON_PERSONS, key=lambda one: one.__name__)
        if any(guard in move.guards for move in machine.cycle.table)
    ]


@pytest.mark.parametrize(
    ("machine", "guard"),
    weakened(),
    ids=[f"{machine.__name__}-{guard.__name__}" for machine, guard in weakened()],
)
def test_a_table_without_this_guard_is_found_out(machine, guard):
    table = tuple(
        replace(move, guards=tuple(one for one in move.guards if one is not guard))
        for move in machine.cycle.table
    )
    weak = type("Weakened", (machine,), {"cycle": replace(machine.cycle, table=table)})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(weak, settings=SEARCH)
