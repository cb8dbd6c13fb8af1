"""What is scored, by what, and what comes out: a rulebook bound to a day and to reference tables.

Results come in three sizes. `lean` is the verdict and the grade. `compact` is what a portfolio
keeps: states, points, benefits, from which every total can be drawn. `full` adds every derived value.
Two more serve the registry's own applications: `matters` is the verdict with all that a named person
may settle (see `settling`), `told` is what every rule earned, by which value against which threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from registry.rules.flow.blame import unverified_ids
from registry.rules.flow.judging import RULES_IN_ONE, STATE_BITS, Judging, bit_of
from registry.rules.flow.narrowing import Narrowing
from registry.rules.flow.nodes import INTEGER, NUMBER, TEXT, TRUTH, Graph
from registry.rules.flow.reading import TYPES, Reading
from registry.rules.flow.tables import JoinTable
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.expression import Tree
from registry.rules.rulebook.steps import LookupStep, RuleTrees

FORMAT = 1  # of what is compiled: another one may lay out results otherwise
LEAN, COMPACT, FULL = "lean", "compact", "full"
SIZES = (LEAN, COMPACT, FULL)
MATTERS, TOLD = "matters", "told"
MOST_RULES = 120


class Column(NamedTuple):
    """A column in or out. type: number (double), integer, text or truth; `unit` of a number.

    Inputs: dates are text as 2026-11-27; what is missing is NULL, never an empty text or NaN.
    """

    name: str
    type: str
    unit: str = ""


ANY_KIND = ""


class KindProgram(NamedTuple):
    """The steps for one kind of project, or for any; `outputs` are names with the number of a step."""

    kind: str
    graph: Graph
    tables: tuple[JoinTable, ...]
    outputs: tuple[tuple[str, int], ...]


class Plan:
    """A rulebook, a day, and the reference data of that day; made once, used for any number of rows."""

    def __init__(self, book: Rulebook, as_of: date, reference: ReferenceTables) -> None:
        if len(book.rules) > MOST_RULES:
            raise ValueError(f"more than {MOST_RULES} rules")
        self.book, self.as_of, self.reference = book, as_of, reference
        self._programs: dict[tuple[str, str, bool], KindProgram] = {}
        self._joins: dict[Any, JoinTable] = {}
        self._judged: dict[tuple[str, bool], tuple[Reading, Judging]] = {}

    def pin(self) -> dict[str, Any]:
        """What a run is bound to, as JSON: equal pins give equal results on every engine."""
        return {
            "format": FORMAT,
            "rulebook": self.book.id,
            "version": self.book.version,
            "rulebook_sha256": self.book.sha256,
            "reference_sha256": self.reference.sha256,
            "as_of": self.as_of.isoformat(),
        }

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return tuple(kind.id for kind in self.book.kinds)

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """What goes in: row_id (integer, never missing), kind, and every question of the rulebook."""
        asked = (
            Column(declared.id, TYPES.get(declared.type, TEXT), declared.unit)
            for declared in self.book.inputs
        )
        return (Column("row_id", INTEGER), Column("kind", TEXT), *asked)

    def outputs(self, size: str = COMPACT) -> tuple[Column, ...]:
        """What comes out, in order; row_id first."""
        lean = [
            Column("row_id", INTEGER),
            Column("verdict", TEXT),
            Column("grade", TEXT),
            Column("total_centipoints", INTEGER),
        ]
        if size == LEAN:
            return tuple(lean)
        if size == MATTERS:
            return (*lean, *self._states(), *self._doubts())
        if size == TOLD:
            return (lean[0], *self._states(), *self._told())
        if size == COMPACT:
            return (*lean, *self._compact())
        if size == FULL:
            return (*lean, *self._compact(), *self._full())
        raise ValueError(f"no size {size}")

    def _compact(self) -> Iterator[Column]:
        for name in ("got_centipoints", "applicable_bp", "coverage_bp", "caps"):
            yield Column(name, INTEGER)
        yield Column("unverified", TRUTH)
        yield from self._states()
        yield from self._earned()
        for id, parts in self.benefits.items():
            for part in parts:
                if part != "today":
                    yield Column(f"{id}_{part}", NUMBER)

    def _states(self) -> Iterator[Column]:
        for place in range(self.state_columns):
            yield Column(f"states_{place}", INTEGER)

    def _earned(self) -> Iterator[Column]:
        for rule in self.book.rules:
            if rule.kind == "score":
                yield Column(f"got_{rule.id}", INTEGER)

    def _told(self) -> Iterator[Column]:
        yield from self._earned()
        for name, trees, tree in self._measured():
            kind = (trees.rule.kinds or self.kinds)[0]
            reading, _ = self._judging(kind, True)
            yield Column(name, reading.graph.nodes[reading.tree(tree)].type)

    def _measured(self) -> Iterator[tuple[str, RuleTrees, Tree]]:
        """What a rule looks at and what it is measured against, under the name of a column."""
        for trees in self.book.program.rules:
            for name, tree in (("value", trees.value), ("threshold", trees.threshold)):
                if tree is not None:
                    yield f"{name}_of_{trees.rule.id}", trees, tree

    def _doubts(self) -> Iterator[Column]:
        """The id of the row that a lookup found, where that one is unverified."""
        for id in self.numeric_lookups:
            yield Column(f"doubt_{id}", TEXT)

    def _full(self) -> Iterator[Column]:
        for id, parts in self.benefits.items():
            if "today" in parts:
                yield Column(f"{id}_today", NUMBER)
        for lookup in self.book.lookups:
            for given in lookup.gives:
                yield Column(f"given_{given.id}", TYPES.get(given.type, TEXT), given.unit)
            yield Column(f"row_{lookup.id}", TEXT)
        for value in self.book.values:
            yield Column(f"value_{value.id}", TYPES.get(value.type, TEXT), value.unit)
        for trees in self.book.program.rules:
            if trees.points is not None:
                yield Column(f"points_{trees.rule.id}", NUMBER)

    @cached_property
    def state_columns(self) -> int:
        return -(-len(self.book.rules) // RULES_IN_ONE)

    @cached_property
    def numeric_lookups(self) -> tuple[str, ...]:
        """Lookups whose rows somebody must have compared with the original before they count."""
        asked = (one for one in self.book.lookups if any(g.type == "number" for g in one.gives))
        return tuple(one.id for one in asked)

    @cached_property
    def benefits(self) -> dict[str, tuple[str, ...]]:
        """Each benefit with the figures that any kind of project has of it."""
        found: dict[str, dict[str, None]] = {}
        for benefit in self.book.benefits:
            parts = found.setdefault(benefit.id, {})
            parts["central"] = None
            for part in ("low", "high", "share", "today"):
                if getattr(benefit, part):
                    parts[part] = None
        order = ("low", "central", "high", "share", "today")
        return {id: tuple(p for p in order if p in parts) for id, parts in found.items()}

    def unit_of(self, benefit: str, kind: str) -> str:
        """The unit of a benefit for a kind of project, e.g. tCO2e/a; empty if it has none."""
        for declared in self.book.benefits:
            if declared.id == benefit and (not declared.kinds or kind in declared.kinds):
                return declared.unit
        return ""

    # -- programs ------------------------------------------------------------------------------------

    def program(self, kind: str, size: str = COMPACT, in_doubles: bool = False) -> KindProgram:
        """The steps for a kind of project; for `ANY_KIND`, of which kind is asked in every row.

        `in_doubles`: for engines that hold numbers so; see `Narrowing`.
        """
        if kind != ANY_KIND and kind not in self.kinds:
            raise ValueError(f"unknown kind of project: {kind}")
        key = (kind, size, in_doubles)
        if key not in self._programs:
            reading, judging = self._judging(kind, size != LEAN)
            steps = self._steps(reading, judging, size)
            names = [column.name for column in self.outputs(size) if column.name != "row_id"]
            narrowing = Narrowing(reading.graph, self.kinds, in_doubles)
            outputs = narrowing.outputs(tuple((name, steps[name]) for name in names))
            self._programs[key] = KindProgram(kind, narrowing.fresh, tuple(reading.tables), outputs)
        return self._programs[key]

    def _judging(self, kind: str, details: bool) -> tuple[Reading, Judging]:
        if (kind, details) not in self._judged:
            graph = Graph()
            reading = Reading(self.book, kind, self.as_of, self.reference, graph, self._joins)
            self._judged[kind, details] = reading, Judging(reading, details)
        return self._judged[kind, details]

    def _steps(self, reading: Reading, judging: Judging, size: str) -> dict[str, int]:
        caps = judging.caps()
        steps = {
            "verdict": judging.verdict(caps),
            "grade": judging.grade(caps),
            "total_centipoints": judging.total(),
        }
        if size == LEAN:
            return steps
        steps |= {f"states_{n}": whole for n, whole in enumerate(judging.states)}
        if size == MATTERS:
            doubts = unverified_ids(reading, judging.reached)
            nothing = reading.graph.nothing[TEXT]
            return steps | {f"doubt_{id}": doubts.get(id, nothing) for id in self.numeric_lookups}
        for rule, judged in zip(self.book.rules, judging.rules, strict=True):
            if rule.kind == "score":
                steps[f"got_{rule.id}"] = judged.got
        if size == TOLD:
            return steps | self._measured_steps(reading, judging)
        sums = judging.sums
        steps |= {
            "got_centipoints": sums.got,
            "applicable_bp": sums.applicable,
            "coverage_bp": sums.coverage,
            "caps": judging.binding(caps),
            "unverified": judging.unverified,
        }
        steps |= self._benefit_steps(reading)
        return steps if size == COMPACT else steps | self._value_steps(reading)

    def _measured_steps(self, reading: Reading, judging: Judging) -> dict[str, int]:
        """Nothing where the kind of project does not know the rule."""
        types = {column.name: column.type for column in self._told()}
        can = dict(zip((rule.id for rule in self.book.rules), judging.rules, strict=True))
        return {
            name: reading.tree(tree)
            if can[trees.rule.id].can_apply
            else reading.graph.nothing[types[name]]
            for name, trees, tree in self._measured()
        }

    def _benefit_steps(self, reading: Reading) -> dict[str, int]:
        nothing = reading.graph.nothing[NUMBER]
        steps = {f"{id}_{p}": nothing for id, parts in self.benefits.items() for p in parts}
        for benefit in reversed(self.book.benefits):
            of_it = reading.is_kind(benefit.kinds)
            named = {"central": benefit.value, "low": benefit.low, "high": benefit.high}
            named |= {"share": benefit.share, "today": benefit.today}
            for part, id in named.items():
                if id and of_it != reading.graph.no:
                    name = f"{benefit.id}_{part}"
                    steps[name] = reading.graph.either(of_it, reading.name(id), steps[name])
        return steps

    def _value_steps(self, reading: Reading) -> dict[str, int]:
        steps = {f"value_{value.id}": reading.name(value.id) for value in self.book.values}
        for step in reading.program.steps:
            if isinstance(step, LookupStep):
                fields = reading.lookup(step)
                steps |= {f"given_{g.id}": fields[g.id] for g in step.lookup.gives}
                steps[f"row_{step.lookup.id}"] = fields["$id"]
        for trees in reading.program.rules:
            if trees.points is not None:
                steps[f"points_{trees.rule.id}"] = reading.tree(trees.points)
        return steps


__all__ = [
    "COMPACT",
    "FULL",
    "LEAN",
    "MATTERS",
    "SIZES",
    "STATE_BITS",
    "TOLD",
    "Column",
    "KindProgram",
    "Plan",
    "bit_of",
]
