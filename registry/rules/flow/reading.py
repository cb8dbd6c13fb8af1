"""Trees of a rulebook as steps of a graph, for one day and that day's tables.

Either for one kind of project, without all that does not concern it, or for every kind at once, when
the kind is a column like another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from math import inf
from typing import Any

from registry.rules.flow.nodes import INTEGER, NUMBER, TEXT, TRUTH, Graph, Node
from registry.rules.flow.tables import (
    NO_PIN_NUMBER,
    NO_PIN_TEXT,
    JoinTable,
    fields_of,
    join_table,
    one_row,
)
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.arithmetic import years_before
from registry.rules.rulebook.declarations import Input
from registry.rules.rulebook.evaluate import Cell, number_of
from registry.rules.rulebook.expression import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Logic,
    Member,
    Name,
    Not,
    Number,
    Scaled,
    Text,
    Tree,
    Truth,
)
from registry.rules.rulebook.steps import LookupStep
from registry.rules.snapping import MOST_FOR_NANO, snap

TYPES = {"number": NUMBER, "integer": NUMBER, "yes_no": TRUTH}
Read = Callable[[str], int]


class Reading:
    """Projects of one kind, or of any (""), in a graph: names are read once, expressions become steps.

    `tables` collects the joins that were needed; a step "look" names one by its place.
    """

    def __init__(
        self,
        book: Rulebook,
        kind: str,
        day: date,
        reference: ReferenceTables,
        graph: Graph,
        known: dict[Any, JoinTable],
    ) -> None:
        self.book, self.kind, self.day, self.reference = book, kind, day, reference
        self.graph = graph
        self.program = book.program
        self.tables: list[JoinTable] = []
        self.known = known  # joins that another kind of project has asked for
        self.fields: dict[str, dict[str, int]] = {}  # of a lookup: its names and $ fields
        self._places: dict[tuple[str, tuple[int, ...]], int] = {}
        self._names: dict[str, int] = {"kind": graph.const(kind) if kind else graph.certain("kind")}
        self._declared = self.program.tables

    # -- names ---------------------------------------------------------------------------------

    def name(self, id: str) -> int:
        if id not in self._names:
            self._names[id] = self._read(id)
        return self._names[id]

    def _read(self, id: str) -> int:
        program = self.program
        if id in program.inputs:
            return self._input(program.inputs[id])
        if id in program.constants:
            text = program.constants[id].on(self.day)
            if text is None:
                return self.graph.const(None, NUMBER)
            return self.graph.number(number_of(text), Fraction(text))
        if id in program.givens:
            return self.lookup(program.givens[id][0])[id]
        return self.tree(program.values[id].tree)

    def _input(self, declared: Input) -> int:
        type = TYPES.get(declared.type, TEXT)
        for_it = self.is_kind(declared.kinds)
        if for_it == self.graph.no:
            return self.graph.const(None, type)
        column = self.graph.column(declared.id, type, *bounds_of(declared), even=is_even(declared))
        when = self.program.whens.get(declared.id)
        asked = for_it if when is None else self.graph.all_of(for_it, self.tree(when))
        return self.graph.only_if(asked, column)

    def is_kind(self, kinds: tuple[str, ...]) -> int:
        """Whether the project is of one of these kinds, a truth; no kinds are all kinds."""
        graph = self.graph
        if not kinds or set(kinds) >= {kind.id for kind in self.book.kinds}:
            return graph.yes
        return graph.strict("in", (self.name("kind"),), TRUTH, kinds)

    def lookup(self, step: LookupStep) -> dict[str, int]:
        """The cells of the row that a lookup finds, as steps."""
        id = step.lookup.id
        if id not in self.fields:
            self.fields[id] = self._lookup(step)
        return self.fields[id]

    def _lookup(self, step: LookupStep) -> dict[str, int]:
        graph, fields = self.graph, fields_of(step)
        keys = [self.tree(tree) for _, tree in step.keys]
        asked = keys + [self.tree(tree) for _, tree in step.pins]
        types = [self._type_of(step, field) for field in fields]
        missing = any(graph.is_nothing(key) for key in keys)
        if missing or not self.reference.is_loaded(step.lookup.table):
            return {f: graph.const(None, t) for f, t in zip(fields, types, strict=True)}
        fixed = {n: graph.value(key) for n, key in enumerate(asked) if graph.is_const(key)}
        if len(fixed) == len(asked):
            values = [graph.value(key) for key in asked]
            known, pinned = tuple(values[: len(keys)]), tuple(values[len(keys) :])
            cells = one_row(step, self.reference, self.day, known, pinned)
            return {f: graph.const(c, t) for f, c, t in zip(fields, cells, types, strict=True)}
        return self._joined(step, asked, fixed, types)

    def _joined(
        self, step: LookupStep, asked: list[int], fixed: dict[int, Cell], types: list[str]
    ) -> dict[str, int]:
        graph = self.graph
        moving = [n for n in range(len(asked)) if n not in fixed]
        key_types = tuple(graph.nodes[asked[n]].type for n in moving)
        asked_for = (step.lookup.id, tuple(fixed.items()), key_types)
        if asked_for not in self.known:
            self.known[asked_for] = join_table(step, self.reference, self.day, fixed, key_types)
        table = self.known[asked_for]
        keys = tuple(self._pin(asked[n]) if n >= len(step.keys) else asked[n] for n in moving)
        known = (step.lookup.id, keys)
        if known not in self._places:
            self._places[known] = len(self.tables)
            self.tables.append(table)
        place = self._places[known]
        return {
            field: self._cell(table, place, field, keys, type)
            for field, type in zip(table.fields, types, strict=True)
        }

    def _pin(self, key: int) -> int:
        """A blank pin as the key that stands for it."""
        graph = self.graph
        blank = NO_PIN_NUMBER if graph.nodes[key].type == NUMBER else NO_PIN_TEXT
        return graph.either(graph.missing(key), graph.const(blank), key)

    def _cell(
        self, table: JoinTable, place: int, field: str, keys: tuple[int, ...], type: str
    ) -> int:
        cells: list[Any] = [cell for cell in table.cells(field) if cell is not None]
        if not cells:
            return self.graph.const(None, type)
        low, high = (min(cells), max(cells)) if type == NUMBER else (-inf, inf)
        even = type != NUMBER or all(snap(cell) == cell for cell in cells)
        return self.graph.look(
            place, field, keys, Node("look", (), None, type, True, low, high, even)
        )

    def _type_of(self, step: LookupStep, field: str) -> str:
        if field.startswith("$"):
            return TEXT if field == "$id" else TRUTH
        given = next(given for given in step.lookup.gives if given.id == field)
        return TYPES.get(given.type, TEXT)

    # -- trees -----------------------------------------------------------------------------------

    def tree(self, tree: Tree) -> int:
        return self.step(tree, self.name)

    def step(self, tree: Tree, read: Read) -> int:
        """An expression as steps; names are read by `read`."""
        graph = self.graph
        match tree:
            case Number(value):
                return graph.number(float(value), Fraction(value))
            case Text(value) | Truth(value):
                return graph.const(value)
            case Name(id):
                return read(id)
            case Arithmetic(op, left, right):
                return graph.operation(op, self.step(left, read), self.step(right, read))
            case Compare(op, left, right):
                return graph.compare(op, self.step(left, read), self.step(right, read))
            case Member(item, options, negated):
                found = graph.strict("in", (self.step(item, read),), TRUTH, options)
                return graph.negated(found) if negated else found
            case Logic(op, parts):
                return graph.logic(op, [self.step(part, read) for part in parts])
            case Not(part):
                return graph.negated(self.step(part, read))
            case Choice(test, yes, no):
                return graph.choose(*(self.step(part, read) for part in (test, yes, no)))
            case Scaled(part, numerator, denominator):
                above = graph.times(self.step(part, read), graph.number(float(numerator)))
                return graph.over(above, graph.number(float(denominator)))
            case Call(name, parts):
                return self._call(name, parts, read)

    def _call(self, name: str, parts: tuple[Tree, ...], read: Read) -> int:
        graph, declared = self.graph, self._declared
        match name:
            case "given":
                return graph.negated(graph.missing(self.step(parts[0], read)))
            case "loaded":
                return graph.const(self.reference.is_loaded(_word(parts[0])))
            case "decision_date":
                return graph.const(self.day.isoformat())
            case "years_before":
                return graph.const(years_before(self.day, int(_number(parts[0]))))
            case "only_if":
                return graph.only_if(self.step(parts[0], read), self.step(parts[1], read))
            case "within":
                prefixes = declared["group"][_word(parts[1])]
                return graph.strict("within", (self.step(parts[0], read),), TRUTH, prefixes)
            case "table_of":
                scale: Mapping[str, float] = declared["scale"][_word(parts[0])]
                return graph.table_of(self.step(parts[1], read), scale)
            case "curve":
                points = declared["curve"][_word(parts[0])]
                return graph.curve(points, self.step(parts[1], read))
            case _:
                return self._operation(name, [self.step(part, read) for part in parts])

    def _operation(self, name: str, parts: list[int]) -> int:
        graph = self.graph
        match name:
            case "co2e":
                return parts[0]
            case "min" | "max":
                result = parts[0]
                for part in parts[1:]:
                    result = graph.extreme(name, result, part)
                return result
            case "round_down":
                return graph.floor(graph.snapped(parts[0]))
            case "round_half_up":
                scale = graph.const(10.0 ** int(graph.value(parts[1])))
                return graph.over(graph.halves_up(graph.times(parts[0], scale)), scale)
            case "floor_product" | "floor_quotient":
                places = int(graph.value(parts[1])), int(graph.value(parts[3]))
                optional = name == "floor_quotient"
                return graph.strict(
                    name, (parts[0], parts[2]), NUMBER, places, optional=optional, even=True
                )
            case "root":
                return graph.snapped(graph.strict("power", parts, NUMBER, optional=True))
            case "days_in_year":
                return graph.strict(name, parts, NUMBER, bounds=(365.0, 366.0), even=True)
            case _:
                raise ValueError(f"no step for {name}")


def bounds_of(declared: Input) -> tuple[float, float]:
    """Within which a number was accepted; the door refuses what lies outside."""
    if declared.type not in ("number", "integer"):
        return -inf, inf
    low = -1e15 if declared.minimum is None else float(declared.minimum)
    return low, 1e15 if declared.maximum is None else float(declared.maximum)


def is_even(declared: Input) -> bool:
    """Whether snapping leaves every accepted number as it is: few decimals, or not too large."""
    if declared.type != "number" or declared.decimals <= 3:
        return True
    low, high = bounds_of(declared)
    return declared.decimals <= 9 and low > -MOST_FOR_NANO and high < MOST_FOR_NANO


def _word(part: Tree) -> str:
    assert isinstance(part, Text)
    return part.value


def _number(part: Tree) -> Any:
    assert isinstance(part, Number)
    return part.value


__all__ = ["INTEGER", "Reading", "bounds_of", "is_even"]
