"""A rulebook's expressions, parsed, checked and put in order: what every back end starts from.

Columns come in this order: inputs (emptied where they do not apply), lookups and values (after what
they read), then per rule whether it applies, passes, passes on condition, its value and points.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.rules.reference import COLUMNS, PROVENANCE, PURPOSES, PURPOSES_OF
from registry.rules.rulebook.declarations import (
    Cap,
    Check,
    Constant,
    Curve,
    Input,
    Lookup,
    Rule,
)
from registry.rules.rulebook.dimensions import PLAIN_NUMBER, TEXT, YES_NO, Scope, Typed, in_unit
from registry.rules.rulebook.dimensions import check as check_types
from registry.rules.rulebook.evaluate import number_of
from registry.rules.rulebook.expression import (
    Call,
    ExpressionRefused,
    Number,
    Tree,
    Truth,
    names,
)
from registry.rules.rulebook.steps import LookupStep, RuleTrees, Step, ValueStep
from registry.rules.units import unit

if TYPE_CHECKING:
    from registry.rules.rulebook import Rulebook

MISSING = Call("only_if", (Truth(False), Number(Decimal(0))))


class Refusal(NamedTuple):
    """An expression that was refused: whose, which key, why."""

    section: str
    id: str
    key: str
    code: str
    found: str


class Program:
    """All trees of one rulebook; `refusals` is empty for one that may be used."""

    def __init__(self, book: Rulebook) -> None:
        self.book = book
        self.refusals: list[Refusal] = []
        self.whens: dict[str, Tree] = {}
        self.required: dict[str, Tree] = {}
        self.scope = self._scope()
        self._input_conditions()
        self.steps = self._ordered(self._steps())
        self.rules = tuple(self._rule(rule) for rule in book.rules)
        self.checks = tuple(self._check(check) for check in book.checks)
        self.caps = tuple(self._cap(cap) for cap in book.caps)

    @cached_property
    def curves(self) -> Mapping[str, Curve]:
        return {curve.id: curve for curve in self.book.curves}

    @cached_property
    def inputs(self) -> Mapping[str, Input]:
        return {declared.id: declared for declared in self.book.inputs}

    @cached_property
    def constants(self) -> Mapping[str, Constant]:
        return {constant.id: constant for constant in self.book.constants}

    @cached_property
    def givens(self) -> Mapping[str, tuple[LookupStep, int]]:
        """Name of a looked-up column -> its lookup and place in it."""
        return {
            given.id: (step, n)
            for step in self.steps
            if isinstance(step, LookupStep)
            for n, given in enumerate(step.lookup.gives)
        }

    @cached_property
    def values(self) -> Mapping[str, ValueStep]:
        return {step.value.id: step for step in self.steps if isinstance(step, ValueStep)}

    @cached_property
    def tables(self) -> dict[str, dict[str, Any]]:
        """Groups, scales and curves as the engine computes with them."""
        book = self.book
        return {
            "group": {group.id: group.prefixes for group in book.groups},
            "scale": {
                scale.id: {option: number_of(text) for option, text in scale.values.items()}
                for scale in book.scales
            },
            "curve": {
                curve.id: tuple((number_of(x), number_of(y)) for x, y in curve.points)
                for curve in book.curves
            },
        }

    # -- scope ---------------------------------------------------------------------------------

    def _scope(self) -> Scope:
        book = self.book
        known: dict[str, Typed] = {"kind": TEXT._replace(options=tuple(k.id for k in book.kinds))}
        known |= {declared.id: typed_input(declared) for declared in book.inputs}
        known |= {c.id: Typed("number", unit(c.unit)) for c in book.constants}
        for lookup in book.lookups:
            known |= {g.id: Typed(g.type, unit(g.unit)) for g in lookup.gives}
        known |= {v.id: Typed(v.type, unit(v.unit)) for v in book.values}
        scales = {s.id: (known.get(s.of, TEXT), unit(s.unit)) for s in book.scales if s.of in known}
        return Scope(
            names=known,
            groups=frozenset(group.id for group in book.groups),
            scales=scales,
            curves={curve.id: unit(curve.unit) for curve in book.curves},
            tables=frozenset(COLUMNS),
        )

    def _refuse(self, section: str, id: str, key: str, why: ExpressionRefused) -> None:
        self.refusals.append(Refusal(section, id, key, why.code, why.found))

    def _tree(
        self, section: str, id: str, key: str, source: str, to: Typed | None, scope: Scope
    ) -> Tree | None:
        """Parse and check one expression, converted to `to`; None if there is none.

        One that is refused stands as always missing, so that the rest can still be tried.
        """
        from registry.rules.rulebook.syntax import parse  # here: Python's parser is a slow import

        if not source:
            return None
        try:
            checked = check_types(parse(source), scope)
            if to is None:
                return checked[0]
            if to.type == "number":
                return in_unit(checked, to.unit)
            if checked[1].type != to.type:
                found = f"{checked[1].type}, not {to.type}"
                raise ExpressionRefused("wrong_kind_of_value", found=found)
            return checked[0]
        except ExpressionRefused as why:
            self._refuse(section, id, key, why)
            return MISSING

    def _input_conditions(self) -> None:
        """`when` may read only what was asked before, so a form never waits for a later answer."""
        earlier: dict[str, Typed] = {"kind": self.scope.names["kind"]}
        for declared in self.book.inputs:
            scope = self.scope._replace(names=earlier)
            one, other = declared.when, declared.required_when
            when = self._tree("input", declared.id, "when", one, YES_NO, scope)
            required = self._tree("input", declared.id, "required_when", other, YES_NO, scope)
            if when is not None:
                self.whens[declared.id] = when
            if required is not None:
                self.required[declared.id] = required
            earlier = {**earlier, declared.id: self.scope.names[declared.id]}

    # -- lookups and values --------------------------------------------------------------------

    def _steps(self) -> Iterator[tuple[Step, tuple[str, ...], tuple[str, ...]]]:
        """Each step with the names that it gives and the names that it reads."""
        for lookup in self.book.lookups:
            keys = tuple(self._keys(lookup, "keys", lookup.keys))
            pins = tuple(self._keys(lookup, "pins", lookup.pins))
            self._columns(lookup)
            reads = tuple(name for _, tree in keys + pins for name in names(tree))
            yield LookupStep(lookup, keys, pins), tuple(g.id for g in lookup.gives), reads
        for value in self.book.values:
            to = Typed(value.type, unit(value.unit))
            tree = self._tree("value", value.id, "formula", value.formula, to, self.scope)
            if tree is not None:
                yield ValueStep(value, tree), (value.id,), names(tree)

    def _keys(
        self, lookup: Lookup, key: str, sources: Mapping[str, str]
    ) -> Iterator[tuple[str, Tree]]:
        for column, source in sources.items():
            tree = self._tree("lookup", lookup.id, key, source, None, self.scope)
            if tree is not None:
                yield column, tree

    def _columns(self, lookup: Lookup) -> None:
        known = (*COLUMNS.get(lookup.table, ()), *PROVENANCE)
        asked = [*lookup.keys, *lookup.pins, *lookup.during]
        asked += [given.column for given in lookup.gives]
        for column in [*asked, lookup.newest] if lookup.newest else asked:
            if column not in known:
                why = ExpressionRefused("unknown_column", found=f"{lookup.table}.{column}")
                self._refuse("lookup", lookup.id, "table", why)
        if "purpose" in known and not lookup.purpose:
            why = ExpressionRefused("purpose_wanted", found=lookup.table)
            self._refuse("lookup", lookup.id, "table", why)
        family = PURPOSES_OF.get(lookup.table, ())
        if lookup.purpose in PURPOSES and lookup.purpose not in family:
            found = f"{lookup.purpose}: {lookup.table}"
            why = ExpressionRefused("purpose_of_another_family", found=found)
            self._refuse("lookup", lookup.id, "purpose", why)

    def _ordered(
        self, steps: Iterable[tuple[Step, tuple[str, ...], tuple[str, ...]]]
    ) -> tuple[Step, ...]:
        """After what they read, else in the order of the files; a circle is refused."""
        waiting = list(steps)
        pending = {name for _, gives, _ in waiting for name in gives}
        done: list[Step] = []
        while waiting:
            ready = next((s for s in waiting if not pending.intersection(s[2])), None)
            if ready is None:
                for step, _, _ in waiting:
                    section, id = _called(step)
                    self._refuse(section, id, "formula", ExpressionRefused("circle", found=id))
                break
            waiting.remove(ready)
            pending.difference_update(ready[1])
            done.append(ready[0])
        return tuple(done)

    # -- rules, checks, caps -------------------------------------------------------------------

    def _rule(self, rule: Rule) -> RuleTrees:
        def tree(key: str, to: Typed | None) -> Tree | None:
            return self._tree("rule", rule.id, key, getattr(rule, key), to, self.scope)

        number = Typed("number", unit(rule.unit))
        shown = TEXT if rule.choices else number if rule.unit or rule.curve else None
        value = tree("value", shown)
        points = tree("points", Typed("number", unit("points")))
        if rule.curve and value is not None:
            points = self._on_curve(rule)
        trees = (
            tree("applies", YES_NO),
            tree("passes", YES_NO),
            tree("conditional", YES_NO),
            value,
            tree("threshold", shown),
            points,
        )
        reads = (name for t in trees if t is not None for name in names(t))
        return RuleTrees(rule, *trees, tuple(dict.fromkeys(reads)))

    def _on_curve(self, rule: Rule) -> Tree | None:
        source = f"curve('{rule.curve}', {rule.value})"
        to = Typed("number", unit("points"))
        return self._tree("rule", rule.id, "curve", source, to, self.scope)

    def _check(self, check: Check) -> tuple[Check, Tree | None, Tree | None]:
        number = Typed("number", unit(check.unit))
        holds = self._tree("check", check.id, "holds", check.holds, YES_NO, self.scope)
        limit = self._tree("check", check.id, "limit", check.limit, number, self.scope)
        return check, holds, limit

    def _cap(self, cap: Cap) -> tuple[Cap, Tree | None, Tree | None]:
        """Caps may also read what was scored: `share_A` of a category, `scored_A1` of a rule."""
        extra = {f"share_{category.id}": PLAIN_NUMBER for category in self.book.categories}
        extra |= {f"scored_{rule.id}": YES_NO for rule in self.book.rules}
        scope = self.scope._replace(names={**self.scope.names, **extra})
        when = self._tree("cap", cap.id, "when", cap.when, YES_NO, scope)
        unless = self._tree("cap", cap.id, "unless", cap.unless, YES_NO, scope)
        return cap, when, unless


def typed_input(declared: Input) -> Typed:
    match declared.type:
        case "number" | "integer":
            return Typed("number", unit(declared.unit))
        case "choice":
            return Typed("text", options=tuple(option.id for option in declared.options))
        case "yes_no":
            return YES_NO
        case "date":
            return Typed("date")
        case _:
            return TEXT


def _called(step: Step) -> tuple[str, str]:
    if isinstance(step, LookupStep):
        return "lookup", step.lookup.id
    return "value", step.value.id
