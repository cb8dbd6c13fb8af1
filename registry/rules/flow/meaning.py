"""What every step means, once in doubles and once in exact fractions.

The doubles fold what is constant; the fractions are the yardstick by which the doubles are checked:
the same steps over the same decimals, without any rounding but the rounding that the rulebook names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor
from typing import Any

from registry.rules.rulebook import arithmetic
from registry.rules.snapping import MOST_FOR_MILLI, MOST_FOR_NANO, snap

Step = Callable[..., Any]
HALF, NANO, MILLI = Fraction(1, 2), 10**9, 10**3


def _table(pairs: tuple[tuple[Any, Any], ...], option: Any) -> Any:
    return dict(pairs).get(option)


def _ratio(factor: int, a: int, b: int) -> int:
    return a * factor // b if b else 0


def _quotient(_: Any, a: Any, b: Any) -> Any:
    return a / b if b != 0 else None


_COMMON: Mapping[str, Step] = {
    "+": lambda _, a, b: a + b,
    "-": lambda _, a, b: a - b,
    "*": lambda _, a, b: a * b,
    "/": _quotient,
    "min": lambda _, a, b: min(a, b),
    "max": lambda _, a, b: max(a, b),
    "==": lambda _, a, b: a == b,
    "!=": lambda _, a, b: a != b,
    "<": lambda _, a, b: a < b,
    "<=": lambda _, a, b: a <= b,
    ">": lambda _, a, b: a > b,
    ">=": lambda _, a, b: a >= b,
    "in": lambda options, a: a in options,
    "within": lambda prefixes, a: a.startswith(prefixes),
    "not": lambda _, a: not a,
    "table": _table,
    "sum": lambda _, *parts: sum(parts),
    "ratio": _ratio,
    "bits": lambda mask, a: a & mask != 0,
    "integer": lambda _, a: int(a),
    "days_in_year": lambda _, a: type(a)(arithmetic.days_in_year(float(a))),
}

PLAIN: Mapping[str, Step] = {
    **_COMMON,
    "snap": lambda _, a: snap(a),
    "floor": lambda _, a: float(floor(a)),
    "real": lambda _, a: float(a),
    "curve": lambda points, a: arithmetic.on_curve(points, a),
    "floor_product": lambda places, a, b: arithmetic.floor_product(a, places[0], b, places[1]),
    "floor_quotient": lambda places, a, b: arithmetic.floor_quotient(a, places[0], b, places[1]),
    "power": lambda _, a, n: a ** (1.0 / n) if a > 0 and n > 0 else None,
}


def _snap(_: Any, x: Fraction) -> Fraction:
    if -MOST_FOR_NANO < x < MOST_FOR_NANO:
        return Fraction(floor(x * NANO + HALF), NANO)
    if -MOST_FOR_MILLI < x < MOST_FOR_MILLI:
        return Fraction(floor(x * MILLI + HALF), MILLI)
    return x


def _fraction(x: float) -> Fraction:
    return Fraction(Decimal(repr(x)))


def _curve(points: tuple[tuple[float, float], ...], x: Fraction) -> Fraction:
    known = [(_fraction(a), _fraction(b)) for a, b in points]
    x0, y0 = known[0]
    if x <= x0:
        return y0
    for x1, y1 in known[1:]:
        if x <= x1:
            return y0 + (x - x0) * (y1 - y0) / (x1 - x0)
        x0, y0 = x1, y1
    return y0


def _floor_product(places: tuple[int, int], a: Fraction, b: Fraction) -> Fraction:
    one, other = 10 ** places[0], 10 ** places[1]
    return Fraction(floor(a * one + HALF) * floor(b * other + HALF) // (one * other))


def _floor_quotient(places: tuple[int, int], a: Fraction, b: Fraction) -> Fraction | None:
    one, other = 10 ** places[0], 10 ** places[1]
    below = floor(b * other + HALF) * one
    return Fraction(floor(a * one + HALF) * other // below) if below else None


def _power(_: Any, x: Fraction, n: Fraction) -> Fraction | None:
    if x <= 0 or n <= 0:
        return None
    with localcontext() as context:
        context.prec = 40
        exact = (Decimal(x.numerator) / x.denominator) ** (Decimal(n.denominator) / n.numerator)
    return Fraction(exact)


EXACT: Mapping[str, Step] = {
    **_COMMON,
    "snap": _snap,
    "floor": lambda _, a: Fraction(floor(a)),
    "real": lambda _, a: Fraction(a),
    "curve": _curve,
    "floor_product": _floor_product,
    "floor_quotient": _floor_quotient,
    "power": _power,
}
