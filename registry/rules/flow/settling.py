"""What named persons settled, put over results that know nothing of it: as `assess` does, in SQL.

A settled outcome takes the place of a gate that is unknown, and closes matters; it never overturns
what failed. So a row's states, its doubted rows and a few masks a row are enough for grade and verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
from registry.rules.rulebook.expression import names
from registry.rules.score import SETTLEABLE

_MATTERS = {"missing": MISSING, "condition": CONDITIONAL}  # states whose matters have a prefix
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
    read = {name.removeprefix("scored_") for tree in trees for name in names(tree)}
    return not gates & read


class Settling:
    """The outcomes that persons gave to matters of a plan's rows, as masks and as SQL."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.places = {rule.id: n for n, rule in enumerate(plan.book.rules)}
        self.gates = {rule.id for rule in plan.book.rules if rule.kind in GATES}
        asked = (rule.id for rule in plan.book.rules if rule.kind != "information")
        self.open = self._masks((id, state) for id in asked for state in OPEN)

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a table of `Settled`: row_id, stops_0 …, left_0 …; only rows that have any."""
        count = self.plan.state_columns
        masks = [f"{what}_{n}" for what in ("stops", "left") for n in range(count)]
        return (Column("row_id", INTEGER), *(Column(name, INTEGER) for name in masks))

    def settle(self, outcomes: Mapping[str, str]) -> Settled:
        """The masks of a row by what was settled: outcomes by the ids of matters."""
        stops, closed = [], []
        for id, outcome in outcomes.items():
            code, _, rule = id.partition(":")
            if code in _MATTERS and outcome and rule in self.places:
                closed.append((rule, _MATTERS[code]))
            elif id in self.gates and outcome in SETTLEABLE:
                if outcome == FAIL:
                    stops.append((id, UNKNOWN))
                if outcome != CONDITIONAL or outcomes.get(f"condition:{id}"):
                    closed.append((id, UNKNOWN))
        masks = zip(self.open, self._masks(closed), strict=True)
        return Settled(self._masks(stops), tuple(whole & ~mask for whole, mask in masks))

    def _masks(self, states: Iterable[tuple[str, str]]) -> tuple[int, ...]:
        masks = [0] * self.plan.state_columns
        for rule, state in states:
            n = self.places[rule]
            masks[n // RULES_IN_ONE] |= bit_of(n, state)
        return tuple(masks)

    def state(self, rule: str, state: str, outcomes: Mapping[str, str]) -> str:
        """A rule's state with what was settled."""
        outcome = outcomes.get(rule, "")
        is_settled = state == UNKNOWN and rule in self.gates and outcome in SETTLEABLE
        return outcome if is_settled else state

    def query(self, scored: str, settled: str, accepted: str) -> str:
        """SQL, the same on every engine: row_id, verdict, grade and total_centipoints of every row.

        `scored` has the columns of `plan.outputs(MATTERS)`, `settled` those of `columns`, `accepted`
        row_id and subject (the id of a row of reference data), one line each.
        """
        places = range(self.plan.state_columns)
        marks = [f'(s."states_{n}" & COALESCE(p."stops_{n}", 0)) <> 0' for n in places]
        stopped = f"({' OR '.join(marks)})"
        opens = [f'(s."states_{n}" & COALESCE(p."left_{n}", {self.open[n]})) <> 0' for n in places]
        opens += [
            f'(s."doubt_{id}" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {accepted} AS a'
            f' WHERE a.row_id = s.row_id AND a.subject = s."doubt_{id}"))'
            for id in self.plan.numeric_lookups
        ]
        is_open = " OR ".join([f"s.grade = '{NO_GRADE}'", *opens])
        grades = self.plan.book.grades
        greens = ", ".join(f"'{grade.id}'" for grade in grades if grade.green)
        return (
            "SELECT s.row_id,"
            f" CASE WHEN {stopped} THEN '{NOT_GREEN}'"
            f" WHEN s.verdict <> '{PERSON_MUST_LOOK}' THEN s.verdict"
            f" WHEN {is_open} THEN '{PERSON_MUST_LOOK}'"
            f" WHEN s.grade IN ({greens}) THEN '{GREEN}' ELSE '{NOT_GREEN}' END AS verdict,"
            f" CASE WHEN {stopped} THEN '{grades[-1].id}' ELSE s.grade END AS grade,"
            f" CASE WHEN {stopped} THEN 0 ELSE s.total_centipoints END AS total_centipoints"
            f" FROM {scored} AS s LEFT JOIN {settled} AS p ON p.row_id = s.row_id"
        )


def accepted_rows(outcomes: Mapping[str, str]) -> list[str]:
    """The ids of unverified rows of reference data that a person accepted as they are."""
    mark = "unverified:"
    return [id.removeprefix(mark) for id, done in outcomes.items() if done and id.startswith(mark)]
