"""The arithmetic that every back end shares: + − × ÷, floor and comparisons of doubles, no more.

Comparisons are of numbers snapped to nine decimals, so that 0.1 + 0.2 is 0.3; every
rounding is an operation with a name. `registry/rules/rulebook` never calls Python's `round`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from math import floor
from typing import Any

from registry.rules.snapping import snap

Points = tuple[tuple[float, float], ...]


def round_down(x: float) -> float:
    return float(floor(snap(x)))


def round_half_up(x: float, decimals: float) -> float:
    scale = 10.0 ** int(decimals)
    return floor(snap(x * scale) + 0.5) / scale


def floor_product(a: float, a_decimals: float, b: float, b_decimals: float) -> float:
    """a × b rounded down, exactly: both are whole numbers of their last decimal place."""
    a_scale, b_scale = 10 ** int(a_decimals), 10 ** int(b_decimals)
    exact = floor(a * a_scale + 0.5) * floor(b * b_scale + 0.5)
    return float(exact // (a_scale * b_scale))


def floor_quotient(a: float, a_decimals: float, b: float, b_decimals: float) -> float | None:
    """a ÷ b rounded down, exactly, both being whole numbers of their last decimal place."""
    above = floor(a * 10 ** int(a_decimals) + 0.5) * 10 ** int(b_decimals)
    below = floor(b * 10 ** int(b_decimals) + 0.5) * 10 ** int(a_decimals)
    return float(above // below) if below else None


def root(x: float, n: float) -> float | None:
    """The n-th root of a positive number, snapped: powers may differ in their last bit."""
    return snap(x ** (1.0 / n)) if x > 0 and n > 0 else None


def days_in_year(year: float) -> float:
    y = int(year)
    return 366.0 if y % 4 == 0 and (y % 100 != 0 or y % 400 == 0) else 365.0


def years_before(day: date, years: int) -> str:
    """The same day some years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years).isoformat()
    except ValueError:
        return day.replace(year=day.year - years, day=28).isoformat()


def on_curve(points: Points, x: float) -> float:
    """Piecewise linear between the points, flat beyond the first and the last."""
    x = snap(x)
    x0, y0 = points[0]
    if x <= x0:
        return y0
    for x1, y1 in points[1:]:
        if x <= x1:
            return y0 + (x - x0) * (y1 - y0) / (x1 - x0)
        x0, y0 = x1, y1
    return y0


def centipoints(points: float, weight_bp: int) -> int:
    """What a rule earns: 0..100 of its weight, in whole hundredths of a point."""
    return floor(snap(points * weight_bp / 100.0) + 0.5)


def apply(op: str, left: float, right: float) -> float | None:
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right if right != 0 else None


def compare(op: str, left: Any, right: Any) -> bool:
    """Numbers are compared at nine decimals; texts, days and yes/no as they are."""
    if isinstance(left, float | int) and isinstance(right, float | int):
        left, right = snap(left), snap(right)
    match op:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


OPERATIONS: Mapping[str, Callable[..., float | None]] = {
    "min": min,
    "max": max,
    "round_down": round_down,
    "round_half_up": round_half_up,
    "floor_product": floor_product,
    "floor_quotient": floor_quotient,
    "root": root,
    "co2e": lambda x: x,
    "days_in_year": days_in_year,
}
