"""A rulebook ready to run: the generated function and what explanations look up, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from registry.rules.assessment import NOT_APPLICABLE, RuleResult, UsedValue
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook.declarations import Cap, Rule
from registry.rules.rulebook.evaluate import Cell, Surroundings, number_of, shown
from registry.rules.rulebook.expression import Tree
from registry.rules.rulebook.lookups import Find, finder
from registry.rules.rulebook.python_code import (
    RULE_COLUMNS,
    Row,
    compile_row,
    constants_on,
)
from registry.rules.rulebook.reach import Footprints, Plan, plan
from registry.rules.rulebook.steps import RuleTrees

if TYPE_CHECKING:
    from registry.rules.rulebook import Rulebook


class Places(NamedTuple):
    """The columns of a rule in a computed row; a key that the rule does not have is none."""

    applies: int | None
    passes: int | None
    conditional: int | None
    value: int | None
    threshold: int | None
    points: int | None


MOST_USED = 16_384
MOST_FINDERS = 64  # days asked about at once; each remembers a few rows


class Engine:
    """Everything that scoring needs of one rulebook beside the row itself."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.program = book.program
        compiled = compile_row(self.program)
        self.row: Row = compiled.row
        self.columns: Mapping[str, int] = compiled.columns
        self.source = compiled.source
        self.rules: tuple[RuleTrees, ...] = self.program.rules
        self.caps: tuple[tuple[Cap, Tree | None, Tree | None], ...] = self.program.caps
        self.footprints = Footprints(self.program, compiled.tests)
        self.benefit_plans = {b.value: Plan((b.value,), ()) for b in book.benefits}
        self.places = tuple(
            Places(*(compiled.columns.get(f"{n}:{key}") for key in Places._fields))
            for n in range(len(self.rules))
        )
        self.plans = tuple(_start(trees, compiled.tests) for trees in self.rules)
        self.choices = tuple(
            {option: number_of(points) for option, points in trees.rule.choices.items()}
            for trees in self.rules
        )
        self.statuses = tuple(rule.source.status for rule in book.rules)
        self._out: dict[tuple[str, date], tuple[str, ...]] = {}
        self._absent: dict[tuple[int, str], RuleResult] = {}
        self._used: dict[tuple[str, Cell], UsedValue] = {}
        self._constants: dict[date, tuple[float | None, ...]] = {}
        self._tables = book.program.tables
        self._finders: dict[tuple[str, int, date], tuple[Find, ReferenceTables]] = {}

    def constants(self, day: date) -> tuple[float | None, ...]:
        if day not in self._constants:
            self._constants[day] = constants_on(self.book, day)
        return self._constants[day]

    def find(self, reference: ReferenceTables, day: date) -> Find:
        """One finder a day and set of tables: it remembers the rows that it found."""
        key = (reference.sha256, id(reference), day)
        if key not in self._finders:
            if len(self._finders) >= MOST_FINDERS:
                self._finders.clear()
            self._finders[key] = (finder(self.book.lookups, reference, day), reference)
        return self._finders[key][0]

    def out(self, kind: str, day: date) -> tuple[str, ...]:
        """For each rule why it is no rule for this kind on this day, whatever is answered; or ""."""
        found = self._out.get((kind, day))
        if found is None:
            if len(self._out) >= MOST_FINDERS:
                self._out.clear()
            found = self._out[kind, day] = tuple(
                _why_out(trees.rule, kind, day) for trees in self.rules
            )
        return found

    def absent(self, n: int, reason: str) -> RuleResult:
        """What is said of a rule that does not apply: the same for every project."""
        found = self._absent.get((n, reason))
        if found is None:
            rule = self.rules[n].rule
            found = self._absent[n, reason] = RuleResult(
                *(rule.id, rule.kind, rule.category, NOT_APPLICABLE, reason, (), "", rule.unit),
                *("", (), (), 0, 0, self.statuses[n], False),
            )
        return found

    def used(self, name: str, value: Cell) -> UsedValue:
        """A value as an explanation lists it. Options, constants and cells of tables come again."""
        key = (name, value)
        found = self._used.get(key)
        if found is None:
            unit, origin, _ = self.described[name]
            if len(self._used) >= MOST_USED:
                self._used.clear()
            found = self._used[key] = UsedValue(name, shown(value), unit, origin)
        return found

    def constant(self, name: str, day: date) -> float | None:
        return self.constants(day)[self._constant_places[name]]

    def around(self, day: date, loaded: Callable[[str], bool]) -> Surroundings:
        tables = self._tables
        return Surroundings(day, tables["group"], tables["scale"], tables["curve"], loaded)

    def curve_points(self, id: str) -> tuple[tuple[float, float], ...]:
        points: tuple[tuple[float, float], ...] = self._tables["curve"][id]
        return points

    @cached_property
    def _constant_places(self) -> Mapping[str, int]:
        return {constant.id: n for n, constant in enumerate(self.book.constants)}

    @cached_property
    def described(self) -> Mapping[str, tuple[str, str, int | None]]:
        """Unit, origin and column of every name that an explanation may show; a constant has none."""
        known = {i.id: (i.unit, "input") for i in self.book.inputs}
        known |= {v.id: (v.unit, "value") for v in self.book.values}
        known |= {c.id: (c.unit, "constant") for c in self.book.constants}
        known |= {
            g.id: (g.unit, f"lookup:{lookup.id}")
            for lookup in self.book.lookups
            for g in lookup.gives
        }
        return {name: (*said, self.columns.get(name)) for name, said in known.items()}

    @cached_property
    def lookup_places(self) -> Mapping[str, int]:
        """The column of each lookup's row."""
        return {lookup.id: self.columns[f"lookup:{lookup.id}"] for lookup in self.book.lookups}

    @cached_property
    def numeric_lookups(self) -> tuple[int, ...]:
        """Columns of lookups that numbers come from; a name or a date of an edition is no number."""
        lookups = self.book.lookups
        numeric = (x.id for x in lookups if any(given.type == "number" for given in x.gives))
        return tuple(self.lookup_places[id] for id in numeric)


def _why_out(rule: Rule, kind: str, day: date) -> str:
    if not rule.active:
        return "option_off"
    if rule.kinds and kind not in rule.kinds:
        return "other_kind"
    return "" if rule.holds(day) else "not_in_force"


def _start(trees: RuleTrees, tests: Mapping[Tree, int]) -> Plan:
    """What a rule itself reads; whether it applies is told apart."""
    keys = (key for key in RULE_COLUMNS if key != "applies")
    found: list[Tree | None] = [getattr(trees, key) for key in keys]
    plans = [plan(tree, tests) for tree in found if tree is not None]
    names = dict.fromkeys(name for each in plans for name in each.names)
    return Plan(tuple(names), tuple(branch for each in plans for branch in each.branches))


_ENGINES: dict[str, Engine] = {}


def engine_of(book: Rulebook) -> Engine:
    """The engine of a rulebook, made once a process and digest."""
    engine = _ENGINES.get(book.sha256)
    if engine is None:
        engine = _ENGINES[book.sha256] = Engine(book)
    return engine


__all__ = ["Cell", "Engine", "engine_of"]
