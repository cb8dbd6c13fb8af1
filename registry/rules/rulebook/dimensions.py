"""Types and units of expressions: what may stand beside what, with conversions put in.

A sum of tce and tCO2, a text compared with a number, an option that a choice does not have: each is
refused here, when a rulebook is loaded, so that no back end ever sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from registry.rules.rulebook.expression import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    ExpressionRefused,
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
from registry.rules.units import PLAIN, Unit, unit


class Typed(NamedTuple):
    """number, text, yes_no or date; numbers have a unit, choices their options."""

    type: str
    unit: Unit = PLAIN
    options: tuple[str, ...] = ()
    zero: bool = False  # the literal 0 goes with every unit


class Scope(NamedTuple):
    """What an expression may read: names with their types, and the declared tables by name."""

    names: Mapping[str, Typed]
    groups: frozenset[str]
    scales: Mapping[str, tuple[Typed, Unit]]  # scale -> (the choice it is of, unit of its numbers)
    curves: Mapping[str, Unit]
    tables: frozenset[str]


Checked = tuple[Tree, Typed]
YES_NO, TEXT, DATE, PLAIN_NUMBER = Typed("yes_no"), Typed("text"), Typed("date"), Typed("number")


def check(tree: Tree, scope: Scope) -> Checked:
    """The tree with conversions in it, and its type; `ExpressionRefused` where it makes no sense."""
    match tree:
        case Number(value):
            return tree, Typed("number", zero=value == 0)
        case Text():
            return tree, TEXT
        case Truth():
            return tree, YES_NO
        case Name(id):
            if id not in scope.names:
                raise ExpressionRefused("unknown_name", found=id)
            return tree, scope.names[id]
        case Arithmetic():
            return _arithmetic(tree, scope)
        case Compare():
            return _compare(tree, scope)
        case Member(item, options, negated):
            inner, typed = check(item, scope)
            for option in options:
                _option(typed, option)
            return Member(inner, options, negated), YES_NO
        case Logic(op, parts):
            return Logic(op, tuple(wanted(p, scope, "yes_no") for p in parts)), YES_NO
        case Not(part):
            return Not(wanted(part, scope, "yes_no")), YES_NO
        case Choice(test, yes, no):
            left, right, typed = _alike(check(yes, scope), check(no, scope))
            return Choice(wanted(test, scope, "yes_no"), left, right), typed
        case Call(name, parts):
            return _call(name, parts, scope)
        case Scaled():
            raise ExpressionRefused("not_in_the_language", found="Scaled")


def wanted(tree: Tree, scope: Scope, type_: str) -> Tree:
    inner, typed = check(tree, scope)
    if typed.type != type_:
        raise ExpressionRefused("wrong_kind_of_value", found=f"{typed.type}, not {type_}")
    return inner


def in_unit(checked: Checked, to: Unit) -> Tree:
    """Convert a number to a unit of the same dimension."""
    tree, typed = checked
    if typed.type != "number":
        raise ExpressionRefused("wrong_kind_of_value", found=f"{typed.type}, not number")
    if typed.zero:
        return tree
    if typed.unit.dimension != to.dimension:
        raise ExpressionRefused("unit_mismatch", found=f"{shown(typed.unit)} and {shown(to)}")
    return _scaled(tree, typed.unit.scale / to.scale)


def _scaled(tree: Tree, by: Fraction) -> Tree:
    return tree if by == 1 else Scaled(tree, by.numerator, by.denominator)


def shown(unit_: Unit) -> str:
    over = "*".join(f"{b}^{n}" if n > 1 else b for b, n in unit_.dimension if n > 0)
    under = "*".join(f"{b}^{-n}" if n < -1 else b for b, n in unit_.dimension if n < 0)
    return (over or "1") + (f"/({under})" if under else "")


def _alike(one: Checked, other: Checked) -> tuple[Tree, Tree, Typed]:
    """Two values of one type, the second in the unit of the first."""
    (left, a), (right, b) = one, other
    if a.type != b.type:
        raise ExpressionRefused("wrong_kind_of_value", found=f"{a.type} and {b.type}")
    if a.type != "number":
        return left, right, a
    if a.zero and not b.zero:
        return left, right, b
    return left, in_unit(other, a.unit), a


def _arithmetic(tree: Arithmetic, scope: Scope) -> Checked:
    one, other = check(tree.left, scope), check(tree.right, scope)
    for part in (one, other):
        if part[1].type != "number":
            raise ExpressionRefused("wrong_kind_of_value", found=f"{part[1].type} in arithmetic")
    if tree.op in "+-":
        left, right, typed = _alike(one, other)
        return Arithmetic(tree.op, left, right), Typed("number", typed.unit)
    power = 1 if tree.op == "*" else -1
    result = one[1].unit.times(other[1].unit, power)
    return Arithmetic(tree.op, one[0], other[0]), Typed("number", result)


def _compare(tree: Compare, scope: Scope) -> Checked:
    one, other = check(tree.left, scope), check(tree.right, scope)
    if isinstance(other[0], Text):
        _option(one[1], other[0].value)
    left, right, typed = _alike(one, other)
    if typed.type in ("text", "yes_no") and tree.op not in ("==", "!="):
        raise ExpressionRefused("not_ordered", found=f"{typed.type} {tree.op}")
    return Compare(tree.op, left, right), YES_NO


def _option(typed: Typed, option: str) -> None:
    if typed.type != "text":
        raise ExpressionRefused("wrong_kind_of_value", found=f"{typed.type} and '{option}'")
    if typed.options and option not in typed.options:
        raise ExpressionRefused("unknown_option", found=option)


def _call(name: str, parts: tuple[Tree, ...], scope: Scope) -> Checked:
    match name:
        case "min" | "max":
            return _extreme(name, parts, scope)
        case "round_down":
            inner, typed = check(parts[0], scope)
            return Call(name, (in_unit((inner, typed), typed.unit),)), Typed("number", typed.unit)
        case "round_half_up":
            inner, typed = check(parts[0], scope)
            _whole(parts[1])
            return Call(name, (in_unit((inner, typed), typed.unit), parts[1])), typed
        case "floor_product" | "floor_quotient":
            one, other = check(parts[0], scope), check(parts[2], scope)
            _whole(parts[1])
            _whole(parts[3])
            result = one[1].unit.times(other[1].unit, 1 if name == "floor_product" else -1)
            whole = (one[0], parts[1], other[0], parts[3])
            return Call(name, whole), Typed("number", result)
        case "root":
            x = in_unit(check(parts[0], scope), PLAIN)
            return Call(name, (x, in_unit(check(parts[1], scope), PLAIN))), PLAIN_NUMBER
        case "given":
            if not isinstance(parts[0], Name):
                raise ExpressionRefused("name_wanted", found=name)
            return Call(name, (check(parts[0], scope)[0],)), YES_NO
        case "only_if":
            inner, typed = check(parts[1], scope)
            return Call(name, (wanted(parts[0], scope, "yes_no"), inner)), typed
        case "co2e":
            return _as_co2e(parts[0], scope)
        case _:
            return _declared_call(name, parts, scope)


def _declared_call(name: str, parts: tuple[Tree, ...], scope: Scope) -> Checked:
    """Operations that name a group, a scale, a curve or a table, and those on days."""
    match name:
        case "within":
            _known(parts[1], scope.groups, "unknown_group")
            return Call(name, (wanted(parts[0], scope, "text"), parts[1])), YES_NO
        case "table_of":
            scale = _known(parts[0], frozenset(scope.scales), "unknown_scale")
            _, result = scope.scales[scale]
            return Call(name, (parts[0], wanted(parts[1], scope, "text"))), Typed("number", result)
        case "curve":
            curve = _known(parts[0], frozenset(scope.curves), "unknown_curve")
            x = in_unit(check(parts[1], scope), scope.curves[curve])
            return Call(name, (parts[0], x)), Typed("number", unit("points"))
        case "loaded":
            _known(parts[0], scope.tables, "unknown_table")
            return Call(name, parts), YES_NO
        case "years_before":
            _whole(parts[0])
            return Call(name, parts), DATE
        case "days_in_year":
            year = in_unit(check(parts[0], scope), PLAIN)
            return Call(name, (year,)), Typed("number", unit("day/a"))
        case "decision_date":
            return Call(name, ()), DATE
        case _:
            raise ExpressionRefused("unknown_operation", found=name)


def _extreme(name: str, parts: tuple[Tree, ...], scope: Scope) -> Checked:
    checked = [check(part, scope) for part in parts]
    typed = next((t for _, t in checked if not t.zero), PLAIN_NUMBER)
    return Call(name, tuple(in_unit(part, typed.unit) for part in checked)), typed


def _as_co2e(part: Tree, scope: Scope) -> Checked:
    inner, typed = check(part, scope)
    powers = dict(typed.unit.dimension)
    if typed.type != "number" or "co2" not in powers:
        raise ExpressionRefused("unit_mismatch", found=f"{shown(typed.unit)} is no tCO2")
    powers["co2e"] = powers.pop("co2")
    dimension = tuple(sorted(powers.items()))
    return Call("co2e", (inner,)), Typed("number", Unit(dimension, typed.unit.scale))


def _whole(part: Tree) -> None:
    if not (isinstance(part, Number) and part.value == int(part.value) >= Decimal(0)):
        raise ExpressionRefused("whole_number_wanted")


def _known(part: Tree, known: frozenset[str], code: str) -> str:
    if not isinstance(part, Text) or part.value not in known:
        raise ExpressionRefused(code, found=getattr(part, "value", ""))
    return part.value
