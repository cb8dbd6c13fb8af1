"""The expression language: its trees, its operations, its limits.

Only what every back end does alike is in it: + − × ÷, comparisons, and/or/not, a choice between two,
and the few named operations below. Everything else is refused with its column.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple, TypeAlias

MOST_CHARACTERS, MOST_NODES, MOST_DEPTH = 500, 100, 20

# name -> least and most number of arguments
OPERATIONS = {
    "min": (2, 9),
    "max": (2, 9),
    "round_down": (1, 1),
    "round_half_up": (2, 2),
    "floor_product": (4, 4),  # a, its decimals, b, its decimals: exact, then rounded down
    "floor_quotient": (4, 4),  # a, its decimals, b, its decimals: exact, then rounded down
    "root": (2, 2),  # x, n: the n-th root, snapped
    "given": (1, 1),  # answered or found
    "only_if": (2, 2),  # condition, x: x where it holds, else missing
    "co2e": (1, 1),  # tCO2 counted as tCO2e
    "within": (2, 2),  # code, 'group': begins with one of the group's prefixes
    "years_before": (1, 1),  # the decision date less n years
    "days_in_year": (1, 1),
    "loaded": (1, 1),  # whether a reference table is loaded
    "table_of": (2, 2),  # 'scale', choice: the number that a scale gives to an option
    "curve": (2, 2),  # 'curve', x: points of a named curve
    "decision_date": (0, 0),
}


class ExpressionRefused(ValueError):
    """An expression outside the language: a code, the column, and what stood there."""

    def __init__(self, code: str, column: int = 0, found: str = "") -> None:
        super().__init__(f"{code} at {column}: {found}")
        self.code, self.column, self.found = code, column, found


class Number(NamedTuple):
    value: Decimal


# Trees are compared and looked up as tuples: without their sort a text would equal the name that is
# spelled like it, and true the number 1.
class Text(NamedTuple):
    value: str
    sort: str = "text"


class Truth(NamedTuple):
    value: bool
    sort: str = "truth"


class Name(NamedTuple):
    id: str


class Arithmetic(NamedTuple):
    op: str  # + - * /
    left: Tree
    right: Tree


class Compare(NamedTuple):
    op: str  # == != < <= > >=
    left: Tree
    right: Tree


class Member(NamedTuple):
    item: Tree
    options: tuple[str, ...]
    negated: bool


class Logic(NamedTuple):
    op: str  # and or
    parts: tuple[Tree, ...]


class Not(NamedTuple):
    part: Tree


class Choice(NamedTuple):
    test: Tree
    yes: Tree
    no: Tree


class Call(NamedTuple):
    name: str
    parts: tuple[Tree, ...]


class Scaled(NamedTuple):
    """A conversion between units of one dimension: put in by the check, never written."""

    part: Tree
    numerator: int
    denominator: int


Tree: TypeAlias = (
    Number
    | Text
    | Truth
    | Name
    | Arithmetic
    | Compare
    | Member
    | Logic
    | Not
    | Choice
    | Call
    | Scaled
)


def children(tree: Tree) -> tuple[Tree, ...]:
    match tree:
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return left, right
        case Member(item):
            return (item,)
        case Logic(_, parts) | Call(_, parts):
            return parts
        case Not(part) | Scaled(part):
            return (part,)
        case Choice(test, yes, no):
            return test, yes, no
        case _:
            return ()


def walk(tree: Tree) -> Iterator[Tree]:
    yield tree
    for part in children(tree):
        yield from walk(part)


def names(tree: Tree) -> tuple[str, ...]:
    """The names that an expression reads, in order, each once."""
    return tuple(dict.fromkeys(part.id for part in walk(tree) if isinstance(part, Name)))
