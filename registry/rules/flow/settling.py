"""What named persons settled, put over results that know nothing of it: as `assess` does, in SQL.

A settled outcome takes the place of a gate that is unknown, and closes matters; it never overturns
what failed. So a row's states, its doubted rows and a few masks a row are enough for grade and verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from registry.rules.assessment import (
    CONDITIONAL,
    FAIL,
    GREEN,
    MISSING,
    NO_GRADE,
    NOT_GREEN,
    PERSON_MUST_LOOK,
    UNKNOWN,
)
from registry.rules.flow.judging import RULES_IN_ONE, bit_of
from registry.rules.flow.nodes import INTEGER
from registry.rules.flow.plan import Column, Plan
from registry.rules.grading import GATES
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.expression import Name, Tree, children
from registry.rules.score import SETTLEABLE

OPEN = (CONDITIONAL, MISSING, UNKNOWN)  # states that are a matter for a person


class Settled(NamedTuple):
    """One row's outcomes by the bits of its states: what they make fail, and what stays open."""

    stops: tuple[int, ...]
    left: tuple[int, ...]


def can_be_put_over(book: Rulebook) -> bool:
    """Whether gates earn nothing and no cap asks whether a gate was scored: else an outcome may
    change points or caps, which these masks do not tell."""
    gates = {rule.id for rule in book.rules if rule.kind in GATES}
    if any(rule.weight_bp for rule in book.rules if rule.id in gates):
        return False
    trees = [tree for _, *both in book.program.caps for tree in both if tree is not None]
    read = {name.removeprefix("scored_") for tree in trees for name in _names(tree)}
    return not gates & read


def _names(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Name):
        yield tree.id
    for part in children(tree):
        yield from _names(part)


def settled_columns(plan: Plan) -> tuple[Column, ...]:
    """The columns of a table of `Settled`: row_id, stops_0 …, left_0 …; only rows that have any."""
    names = [f"{what}_{n}" for what in ("stops", "left") for n in range(plan.state_columns)]
    return (Column("row_id", INTEGER), *(Column(name, INTEGER) for name in names))


def open_masks(plan: Plan) -> tuple[int, ...]:
    """The bits that are matters while nobody has settled anything."""
    return _masks(plan, lambda kind, _: OPEN if kind != "information" else ())


def settle(plan: Plan, outcomes: Mapping[str, str]) -> Settled:
    """The masks of a row by what was settled: outcomes by the ids of matters."""

    def failing(kind: str, rule: str) -> tuple[str, ...]:
        return (UNKNOWN,) if kind in GATES and outcomes.get(rule) == FAIL else ()

    def closed(kind: str, rule: str) -> Iterator[str]:
        for state, id in ((MISSING, f"missing:{rule}"), (CONDITIONAL, f"condition:{rule}")):
            if outcomes.get(id):
                yield state
        outcome = outcomes.get(rule, "")
        promised = outcome == CONDITIONAL and not outcomes.get(f"condition:{rule}")
        if kind in GATES and outcome in SETTLEABLE and not promised:
            yield UNKNOWN

    closing = _masks(plan, closed)
    return Settled(
        _masks(plan, failing),
        tuple(a & ~b for a, b in zip(open_masks(plan), closing, strict=True)),
    )


def accepted_rows(outcomes: Mapping[str, str]) -> list[str]:
    """The ids of unverified rows of reference data that a person accepted as they are."""
    mark = "unverified:"
    return [id.removeprefix(mark) for id, done in outcomes.items() if done and id.startswith(mark)]


def _masks(plan: Plan, states: Callable[[str, str], Iterable[str]]) -> tuple[int, ...]:
    masks = [0] * plan.state_columns
    for n, rule in enumerate(plan.book.rules):
        for state in states(rule.kind, rule.id):
            masks[n // RULES_IN_ONE] |= bit_of(n, state)
    return tuple(masks)


def settled_query(plan: Plan, scored: str, settled: str, accepted: str) -> str:
    """SQL, the same on every engine: row_id, verdict, grade and total_centipoints of every row.

    `scored` has the columns of `plan.outputs(MATTERS)`, `settled` those of `settled_columns`,
    `accepted` row_id and subject (the id of a row of reference data), one line each.
    """
    places = range(plan.state_columns)
    marks = [f'(s."states_{n}" & COALESCE(p."stops_{n}", 0)) <> 0' for n in places]
    stopped = f"({' OR '.join(marks)})"
    opens = [
        f'(s."states_{n}" & COALESCE(p."left_{n}", {mask})) <> 0'
        for n, mask in enumerate(open_masks(plan))
    ]
    opens += [
        f'(s."doubt_{id}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {accepted} AS a'
        f' WHERE a.row_id = s.row_id AND a.subject = s."doubt_{id}"))'
        for id in plan.numeric_lookups
    ]
    is_open = " OR ".join([f"s.grade = '{NO_GRADE}'", *opens])
    greens = ", ".join(f"'{grade.id}'" for grade in plan.book.grades if grade.green)
    return (
        "SELECT s.row_id,"
        f" CASE WHEN {stopped} THEN '{NOT_GREEN}'"
        f" WHEN s.verdict <> '{PERSON_MUST_LOOK}' THEN s.verdict"
        f" WHEN {is_open} THEN '{PERSON_MUST_LOOK}'"
        f" WHEN s.grade IN ({greens}) THEN '{GREEN}' ELSE '{NOT_GREEN}' END AS verdict,"
        f" CASE WHEN {stopped} THEN '{plan.book.grades[-1].id}' ELSE s.grade END AS grade,"
        f" CASE WHEN {stopped} THEN 0 ELSE s.total_centipoints END AS total_centipoints"
        f" FROM {scored} AS s LEFT JOIN {settled} AS p ON p.row_id = s.row_id"
    )
