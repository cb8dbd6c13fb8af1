"""From a compact result back to words: which rules failed, what is open, and the whole of one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.rules.assessment import CONDITIONAL, FAIL, MISSING, PASS, UNKNOWN, Assessment
from registry.rules.flow.explained import states_of
from registry.rules.flow.judging import RULES_IN_ONE, STATE_BITS, bit_of
from registry.rules.flow.plan import Plan
from registry.rules.rulebook.declarations import Rule
from registry.rules.score import Case

__all__ = ["explain_row", "rules_in", "state_condition", "states_of"]


def rules_in(plan: Plan, result: Mapping[str, Any], *states: str) -> list[Rule]:
    """The rules that are in one of these states, in the rulebook's order.

    A rule carries its name, its reason (`why`) and its source with the clause. Without `states`:
    what stands between the row and green: failed gates if any, else whatever is open.
    """
    known = states_of(plan, result)
    if states:
        return [rule for rule in plan.book.rules if known[rule.id] in states]
    gates = [rule for rule in plan.book.rules if rule.kind not in ("score", "information")]
    failed = [rule for rule in gates if known[rule.id] == FAIL]
    if failed:
        return failed
    waiting = (CONDITIONAL, MISSING, UNKNOWN)
    asked = [rule for rule in plan.book.rules if rule.kind != "information"]
    return [rule for rule in asked if known[rule.id] in waiting]


def state_condition(plan: Plan, rule: str, state: str, alias: str = "") -> str:
    """SQL that holds where a rule is in a state, over the columns of a compact result."""
    n = next(n for n, known in enumerate(plan.book.rules) if known.id == rule)
    column = f'{alias}"states_{n // RULES_IN_ONE}"'
    if state == PASS:
        bits = sum(bit_of(n, each) for each in STATE_BITS)
        return f"({column} & {bits}) = 0"
    return f"({column} & {bit_of(n, state)}) <> 0"


def explain_row(plan: Plan, row: Mapping[str, Any]) -> Assessment:
    """The whole assessment of one row, as for an application; the row as `score_rows` takes it."""
    ids = plan.book.input_by_id
    return Case(
        plan.book,
        {id: value for id, value in row.items() if id in ids and value is not None},
        kind=row["kind"],
        as_of=plan.as_of,
        reference=plan.reference,
    ).assessment()
