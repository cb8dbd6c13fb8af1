"""The graph that both back ends are written from: steps over the columns of a row, each made once.

A step is named by its number. Making one simplifies it: what a day, a kind of project and the tables
of that day already decide is decided here, once, and not in every row. What may be missing (None) is
known of every step, and within which bounds a number lies, as far as that can be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from math import floor, inf, isfinite
from typing import Any, NamedTuple

from registry.rules.flow import meaning
from registry.rules.snapping import MOST_FOR_NANO, snap

NUMBER, INTEGER, TEXT, TRUTH = "number", "integer", "text", "truth"


class Node(NamedTuple):
    """One step. `optional`: it may be missing. `even`: snapping would not change it."""

    op: str
    args: tuple[int, ...]
    payload: Any
    type: str
    optional: bool
    low: float = -inf
    high: float = inf
    even: bool = False


class Graph:
    """Steps by number; equal steps are one. Every method returns the number of a step."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.exact: dict[float, Fraction] = {}  # what a double stands for, where its text differs
        self._known: dict[tuple[Any, ...], int] = {}
        self.nothing = {type: self._make(_const(None, type)) for type in (NUMBER, TEXT, TRUTH)}
        self.yes, self.no = self.const(True), self.const(False)

    def _make(self, node: Node) -> int:
        key = (node.op, node.args, type(node.payload), repr(node.payload), node.type)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = len(self.nodes)
            self.nodes.append(node)
        return found

    def again(self, node: Node) -> int:
        """A leaf of another graph."""
        return self._make(node)

    # -- leaves --------------------------------------------------------------------------------

    def const(self, value: float | str | bool | int | None, type: str = "") -> int:
        return self._make(_const(value, type or _type_of(value)))

    def number(self, value: float, exact: Fraction | None = None) -> int:
        if exact is not None and Fraction(Decimal(repr(float(value)))) != exact:
            self.exact[float(value)] = exact
        return self.const(float(value))

    def column(
        self, id: str, type: str, low: float = -inf, high: float = inf, even: bool = False
    ) -> int:
        even = even or type != NUMBER
        return self._make(Node("column", (), id, type, True, low, high, even))

    def certain(self, id: str) -> int:
        """A text column that is never missing."""
        return self._make(Node("column", (), id, TEXT, False, even=True))

    def look(self, table: int, field: str, keys: tuple[int, ...], like: Node) -> int:
        """A cell of the row that the keys find, or missing."""
        tests, bare = self._without_guards(keys)
        node = like._replace(op="look", args=bare, payload=(table, field), optional=True)
        return self._guarded(tests, self._make(node))

    # -- what is known of a step ---------------------------------------------------------------

    def is_const(self, n: int) -> bool:
        return self.nodes[n].op == "const"

    def value(self, n: int) -> Any:
        return self.nodes[n].payload

    def is_nothing(self, n: int) -> bool:
        return self.is_const(n) and self.value(n) is None

    def exactly(self, value: float) -> Fraction:
        found = self.exact.get(value)
        return Fraction(Decimal(repr(value))) if found is None else found

    # -- steps that are missing as soon as one part is --------------------------------------------

    def strict(
        self,
        op: str,
        args: Iterable[int],
        type: str,
        payload: Any = None,
        *,
        optional: bool = False,
        bounds: tuple[float, float] = (-inf, inf),
        even: bool = False,
    ) -> int:
        parts = tuple(args)
        if any(self.is_nothing(part) for part in parts):
            return self.const(None, type)
        if all(self.is_const(part) for part in parts):
            return self._folded(op, parts, type, payload)
        tests, bare = self._without_guards(parts)
        if tests:
            made = self.strict(op, bare, type, payload, optional=optional, bounds=bounds, even=even)
            return self._guarded(tests, made)
        chosen = self._into_branches(op, parts, type, payload)
        if chosen is not None:
            return chosen
        may = optional or any(self.nodes[part].optional for part in parts)
        even = even or type != NUMBER
        return self._make(Node(op, parts, payload, type, may, *bounds, even))

    def _without_guards(self, parts: tuple[int, ...]) -> tuple[list[int], tuple[int, ...]]:
        """Parts out of what only holds under a test, and the tests: they are asked once, outside."""
        tests: dict[int, None] = {}
        bare = []
        for part in parts:
            node = self.nodes[part]
            if node.op == "only_if":
                tests[node.args[0]] = None
                part = node.args[1]
            bare.append(part)
        return list(tests), tuple(bare)

    def _guarded(self, tests: list[int], part: int) -> int:
        return self.only_if(self.all_of(*tests), part) if tests else part

    def _into_branches(
        self, op: str, parts: tuple[int, ...], type: str, payload: Any
    ) -> int | None:
        """Done to the branches of a choice between constants, once, instead of in every row."""
        moving = [place for place, part in enumerate(parts) if not self.is_const(part)]
        node = self.nodes[parts[moving[0]]]
        choices = {"choose": self.choose, "either": self.either}
        if len(moving) > 1 or node.op not in choices:
            return None
        test, *branches = node.args
        if not all(self.is_const(branch) for branch in branches):
            return None
        made = [
            self.strict(
                op, [branch if n == moving[0] else p for n, p in enumerate(parts)], type, payload
            )
            for branch in branches
        ]
        return choices[node.op](test, *made)

    def _folded(self, op: str, parts: tuple[int, ...], type: str, payload: Any) -> int:
        values = [self.value(part) for part in parts]
        result = meaning.PLAIN[op](payload, *values)
        if type != NUMBER or result is None:
            return self.const(result, type)
        exact = [self.exactly(v) if isinstance(v, float) else v for v in values]
        return self.number(result, Fraction(meaning.EXACT[op](payload, *exact)))

    def plus(self, a: int, b: int) -> int:
        one, other = self.nodes[a], self.nodes[b]
        bounds = one.low + other.low, one.high + other.high
        return self.strict("+", (a, b), NUMBER, bounds=bounds)

    def minus(self, a: int, b: int) -> int:
        one, other = self.nodes[a], self.nodes[b]
        bounds = one.low - other.high, one.high - other.low
        return self.strict("-", (a, b), NUMBER, bounds=bounds)

    def times(self, a: int, b: int) -> int:
        if self.is_const(b) and self.value(b) == 1.0:
            return a
        one, other = self.nodes[a], self.nodes[b]
        corners = [x * y for x in (one.low, one.high) for y in (other.low, other.high)]
        known = all(isfinite(corner) for corner in corners)
        bounds = (min(corners), max(corners)) if known else (-inf, inf)
        return self.strict("*", (a, b), NUMBER, bounds=bounds)

    def over(self, a: int, b: int) -> int:
        """Missing where b is 0."""
        one, other = self.nodes[a], self.nodes[b]
        if not self.is_const(b):
            certain = other.low > 0 or other.high < 0
            return self.strict("/", (a, b), NUMBER, optional=not certain)
        by = self.value(b)
        if by == 1.0:
            return a
        if not by:
            return self.const(None, NUMBER)
        ends = sorted((one.low / by, one.high / by))
        return self.strict("/", (a, b), NUMBER, bounds=(ends[0], ends[1]))

    def operation(self, a: str, left: int, right: int) -> int:
        return {"+": self.plus, "-": self.minus, "*": self.times, "/": self.over}[a](left, right)

    def snapped(self, x: int) -> int:
        """To nine decimals (three from four million on), as comparisons want it."""
        node = self.nodes[x]
        if node.even and not self.is_const(x):
            return x
        bounds = snap(node.low), snap(node.high)
        near = node.low > -MOST_FOR_NANO and node.high < MOST_FOR_NANO
        return self.strict("snap", (x,), NUMBER, near, bounds=bounds, even=True)

    def floor(self, x: int) -> int:
        node = self.nodes[x]
        low, high = (floor(end) if isfinite(end) else end for end in (node.low, node.high))
        return self.strict("floor", (x,), NUMBER, bounds=(low, high), even=True)

    def halves_up(self, x: int) -> int:
        return self.floor(self.plus(self.snapped(x), self.const(0.5)))

    def whole(self, x: int) -> int:
        """A double without a fraction, as an integer."""
        node = self.nodes[x]
        return self.strict("integer", (x,), INTEGER, bounds=(node.low, node.high))

    def extreme(self, op: str, a: int, b: int) -> int:
        one, other = self.nodes[a], self.nodes[b]
        pick = min if op == "min" else max
        bounds = pick(one.low, other.low), pick(one.high, other.high)
        return self.strict(op, (a, b), NUMBER, bounds=bounds, even=one.even and other.even)

    def compare(self, op: str, a: int, b: int) -> int:
        if self.nodes[a].type == NUMBER:
            a, b = self.snapped(a), self.snapped(b)
        return self.strict(op, (a, b), TRUTH)

    def table_of(self, option: int, values: Mapping[Any, Any], type: str = NUMBER) -> int:
        """The value that is written beside an option; missing for any other."""
        pairs = tuple(values.items())
        numbers = [value for value in values.values() if type != TEXT]
        bounds = (min(numbers), max(numbers)) if numbers else (-inf, inf)
        even = type != NUMBER or all(snap(value) == value for value in numbers)
        return self.strict("table", (option,), type, pairs, optional=True, bounds=bounds, even=even)

    def curve(self, points: tuple[tuple[float, float], ...], x: int) -> int:
        heights = [y for _, y in points]
        bounds = min(heights), max(heights)
        return self.strict("curve", (self.snapped(x),), NUMBER, points, bounds=bounds)

    # -- truths ----------------------------------------------------------------------------------

    def negated(self, a: int) -> int:
        node = self.nodes[a]
        return node.args[0] if node.op == "not" else self.strict("not", (a,), TRUTH)

    def logic(self, op: str, parts: Iterable[int]) -> int:
        """And/or after Kleene: a decisive part decides, whatever is missing beside it."""
        decisive, neutral = (self.yes, self.no) if op == "or" else (self.no, self.yes)
        kept: dict[int, None] = {}
        for part in parts:
            node = self.nodes[part]
            kept |= dict.fromkeys(node.args if node.op == op else (part,))
        kept.pop(neutral, None)
        if decisive in kept or any(self.negation(part) in kept for part in kept):
            return decisive
        if not kept:
            return neutral
        if len(kept) == 1:
            return next(iter(kept))
        optional = any(self.nodes[part].optional for part in kept)
        return self._make(Node(op, tuple(kept), None, TRUTH, optional, even=True))

    def negation(self, part: int) -> int:
        """The step that is surely its opposite, or -1: only of what is never missing."""
        node = self.nodes[part]
        if node.optional:
            return -1
        if node.op == "not":
            return node.args[0]
        key = ("not", (part,), type(None), repr(None), TRUTH)
        return self._known.get(key, -1)

    def any_of(self, *parts: int) -> int:
        return self.logic("or", parts)

    def all_of(self, *parts: int) -> int:
        return self.logic("and", parts)

    def missing(self, a: int) -> int:
        node = self.nodes[a]
        if node.op == "const":
            return self.const(node.payload is None)
        if not node.optional:
            return self.no
        if node.op == "only_if":
            test, part = node.args
            return self.any_of(self.negated(self.is_true(test)), self.missing(part))
        if node.op == "choose" and not any(self.nodes[part].optional for part in node.args[1:]):
            return self.missing(node.args[0])
        if node.op in _MISSING_WITH_PARTS or (node.op == "/" and self.is_const(node.args[1])):
            return self.any_of(*(self.missing(part) for part in node.args))
        return self._make(Node("missing", (a,), None, TRUTH, False, even=True))

    def is_true(self, a: int) -> int:
        return self._settled("true", a, self.yes, self.is_true, lambda: a)

    def is_false(self, a: int) -> int:
        return self._settled("false", a, self.no, self.is_false, lambda: self.negated(a))

    def _settled(
        self, op: str, a: int, wanted: int, of: Callable[[int], int], certain: Callable[[], int]
    ) -> int:
        node = self.nodes[a]
        if node.op == "const":
            return self.const(a == wanted)
        if node.op == "only_if":
            test, part = node.args
            return self.all_of(self.is_true(test), of(part))
        if not node.optional:
            return certain()
        return self._make(Node(op, (a,), None, TRUTH, False, even=True))

    # -- choices -----------------------------------------------------------------------------------

    def choose(self, test: int, yes: int, no: int) -> int:
        """One of two, or missing where the test is."""
        node = self.nodes[test]
        if node.op == "const":
            met = node.payload
            return self.const(None, self.nodes[yes].type) if met is None else yes if met else no
        if not node.optional:
            return self.either(test, yes, no)
        if node.op == "only_if":
            return self.only_if(node.args[0], self.choose(node.args[1], yes, no))
        if self.is_nothing(no):
            return self.only_if(test, yes)
        return self._joined("choose", (test, yes, no), self.nodes[yes], self.nodes[no])

    def only_if(self, test: int, part: int) -> int:
        """The part, or missing unless the test holds."""
        if self.is_const(test):
            return part if self.value(test) is True else self.const(None, self.nodes[part].type)
        node, asked = self.nodes[part], self.nodes[test]
        if self.is_nothing(part):
            return part
        if asked.op == "only_if":
            return self.only_if(self.all_of(*asked.args), part)
        if node.op == "only_if":
            return self.only_if(self.all_of(test, node.args[0]), node.args[1])
        return self._make(
            node._replace(op="only_if", args=(test, part), payload=None, optional=True)
        )

    def either(self, test: int, yes: int, no: int) -> int:
        """One of two, the second also where the test is missing."""
        if self.is_const(test):
            return yes if self.value(test) is True else no
        asked, inner, outer = self.nodes[test], self.nodes[yes], self.nodes[no]
        if asked.op == "only_if":
            return self.either(self.all_of(*asked.args), yes, no)
        if inner.op in ("either", "only_if") and inner.args[0] == test:  # it was asked already
            yes = inner.args[1]
        if outer.op == "either" and outer.args[0] == test:
            no = outer.args[2]
        if yes == no:
            return yes
        if self.is_nothing(no):
            return self.only_if(test, yes)
        if (yes, no) == (self.yes, self.no):
            return self.is_true(test)
        other = self.nodes[no]
        if self.missing(no) == test:  # it stands in for what is missing
            other = other._replace(optional=False)
        return self._joined("either", (test, yes, no), self.nodes[yes], other)

    def _joined(self, op: str, args: tuple[int, ...], one: Node, other: Node) -> int:
        bounds = min(one.low, other.low), max(one.high, other.high)
        optional = one.optional or other.optional or op == "choose"
        even = one.even and other.even
        return self._make(Node(op, args, None, one.type, optional, *bounds, even))

    # -- integers ------------------------------------------------------------------------------------

    def total(self, parts: Iterable[int]) -> int:
        """The sum of integers, none of which may be missing; constants are added up here."""
        fixed, moving = 0, []
        for part in parts:
            if self.is_const(part):
                fixed += self.value(part)
            else:
                moving.append(part)
        if not moving:
            return self.const(fixed)
        if fixed:
            moving.append(self.const(fixed))
        if len(moving) == 1:
            return moving[0]
        nodes = [self.nodes[part] for part in moving]
        bounds = sum(node.low for node in nodes), sum(node.high for node in nodes)
        return self.strict("sum", moving, INTEGER, bounds=bounds)

    def ratio_down(self, a: int, b: int, factor: int) -> int:
        """a × factor ÷ b rounded down, of integers ≥ 0; 0 where b is 0."""
        if self.is_const(b) and self.value(b) in (0, factor):
            return a if self.value(b) else self.const(0)
        high = self.nodes[a].high * factor
        return self.strict("ratio", (a, b), INTEGER, factor, bounds=(0, high))

    def any_bit(self, a: int, mask: int) -> int:
        return self.strict("bits", (a,), TRUTH, mask) if mask else self.no

    def at_least(self, a: int, least: int) -> int:
        node = self.nodes[a]
        if node.low >= least:
            return self.yes
        return self.no if node.high < least else self.strict(">=", (a, self.const(least)), TRUTH)


# Missing exactly where one of their parts is.
_MISSING_WITH_PARTS = frozenset(
    [
        "+",
        "-",
        "*",
        "snap",
        "floor",
        "integer",
        "min",
        "max",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "not",
        "within",
        "curve",
        "floor_product",
        "days_in_year",
        "real",
    ]
)


def _type_of(value: Any) -> str:
    if isinstance(value, bool):
        return TRUTH
    if isinstance(value, int):
        return INTEGER
    return NUMBER if isinstance(value, float) else TEXT


def _const(value: Any, type: str) -> Node:
    if value is None or isinstance(value, str | bool):
        return Node("const", (), value, type, value is None, even=True)
    even = type != NUMBER or snap(value) == value
    return Node("const", (), value, type, False, value, value, even)
