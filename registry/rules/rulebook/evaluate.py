"""Walks an expression's tree: for forms, caps and blame, where one value is wanted, not a million.

Missing (None) spreads through arithmetic and comparisons; and/or follow Kleene, so that a known
answer is not lost to an unknown one beside it. The generated back ends do exactly the same.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from registry.rules.rulebook import arithmetic
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
    children,
)
from registry.rules.snapping import decimal_text

Cell = float | str | bool | None


class Surroundings(NamedTuple):
    """What expressions see besides names: the day, and the declared tables by id."""

    as_of: date
    groups: Mapping[str, tuple[str, ...]]
    scales: Mapping[str, Mapping[str, float]]
    curves: Mapping[str, tuple[tuple[float, float], ...]]
    loaded: Callable[[str], bool]


Read = Callable[[str], Cell]


def evaluate(tree: Tree, read: Read, around: Surroundings) -> Cell:
    """The value of an expression, None where something that it needs is missing."""
    match tree:
        case Number(value):
            return float(value)
        case Text(value) | Truth(value):
            return value
        case Name(id):
            return read(id)
        case Logic(op, parts):
            return kleene(op, [evaluate(part, read, around) for part in parts])
        case Choice(test, yes, no):
            met = evaluate(test, read, around)
            return None if met is None else evaluate(yes if met else no, read, around)
        case Call(name, parts):
            return _call(name, parts, read, around)
        case _:
            values = [evaluate(part, read, around) for part in children(tree)]
            return None if any(value is None for value in values) else _strict(tree, values)


def kleene(op: str, values: list[Cell]) -> Cell:
    decisive = op == "or"
    if any(value is decisive for value in values):
        return decisive
    return None if any(value is None for value in values) else not decisive


def _strict(tree: Tree, values: list[Cell]) -> Cell:
    """Operations that are missing as soon as one part is."""
    match tree:
        case Arithmetic(op):
            return arithmetic.apply(op, _number(values[0]), _number(values[1]))
        case Compare(op):
            return arithmetic.compare(op, values[0], values[1])
        case Member(_, options, negated):
            return (values[0] in options) is not negated
        case Not():
            return not values[0]
        case Scaled(_, numerator, denominator):
            return _number(values[0]) * numerator / denominator
        case _:
            raise TypeError(type(tree).__name__)


def _number(value: Cell) -> float:
    assert isinstance(value, float | int)
    return value


def _call(name: str, parts: tuple[Tree, ...], read: Read, around: Surroundings) -> Cell:
    match name:
        case "given":
            return evaluate(parts[0], read, around) is not None
        case "loaded":
            return around.loaded(_text(parts[0]))
        case "decision_date":
            return around.as_of.isoformat()
        case "years_before":
            return arithmetic.years_before(around.as_of, int(_literal(parts[0])))
        case "only_if":
            met = evaluate(parts[0], read, around)
            return evaluate(parts[1], read, around) if met is True else None
        case "within":
            code = evaluate(parts[0], read, around)
            return None if code is None else str(code).startswith(around.groups[_text(parts[1])])
        case "table_of":
            option = evaluate(parts[1], read, around)
            return None if option is None else around.scales[_text(parts[0])].get(str(option))
        case "curve":
            x = evaluate(parts[1], read, around)
            points = around.curves[_text(parts[0])]
            return None if x is None else arithmetic.on_curve(points, _number(x))
        case _:
            values = [evaluate(part, read, around) for part in parts]
            if any(value is None for value in values):
                return None
            return arithmetic.OPERATIONS[name](*map(_number, values))


def _text(part: Tree) -> str:
    assert isinstance(part, Text)
    return part.value


def _literal(part: Tree) -> Decimal:
    assert isinstance(part, Number)
    return part.value


Judged = tuple[Cell, tuple[str, ...]]
NOTHING: tuple[str, ...] = ()


def judge(tree: Tree, read: Read, around: Surroundings) -> Judged:
    """The value and, where it is missing, the names for want of which; one pass over the tree.

    Of a choice, only the branch taken is to blame; what `given` asks about never is.
    """
    match tree:
        case Name(id):
            value = read(id)
            return value, NOTHING if value is not None else (id,)
        case Choice(test, yes, no):
            met, blamed = judge(test, read, around)
            return (None, blamed) if met is None else judge(yes if met else no, read, around)
        case Call("only_if", (test, part)):
            met, blamed = judge(test, read, around)
            if met is False and isinstance(test, Call) and test.name == "given":
                blamed = tuple(name.id for name in test.parts if isinstance(name, Name))
            return judge(part, read, around) if met is True else (None, blamed)
        case Call("given") | Number() | Text() | Truth():
            return evaluate(tree, read, around), NOTHING
        case _:
            return _judge_parts(tree, read, around)


def _judge_parts(tree: Tree, read: Read, around: Surroundings) -> Judged:
    judged = [judge(part, read, around) for part in children(tree)]
    if isinstance(tree, Logic):
        value = kleene(tree.op, [each for each, _ in judged])
    elif any(each is None for each, _ in judged):
        value = None
    else:
        value = evaluate(tree, read, around)
    if value is not None:
        return value, NOTHING
    return None, tuple(dict.fromkeys(name for _, blamed in judged for name in blamed))


def number_of(text: str) -> float:
    """A declared number as the engine computes with it; "44/12" is a ratio."""
    if "/" not in text:
        return float(text)
    from fractions import Fraction  # here: few numbers are written so, and it is a slow import

    return float(Fraction(text))


def shown(value: Cell) -> str:
    """A cell as text: numbers as decimals, yes and no as words of the store, missing as nothing."""
    if type(value) is float:
        return decimal_text(value)
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return decimal_text(value)
