"""Units as products of base dimensions with an exact scale: what may be added to what.

tCO2, tCO2e, tce and product tonnes are dimensions of their own, so a sum of two of them is refused
when a rulebook is loaded. Hours (of running) and years (of a yearly figure) do not cancel.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import NamedTuple

Dimension = tuple[tuple[str, int], ...]

# symbol -> (base dimension, scale to that dimension's base unit)
_SYMBOLS: dict[str, tuple[str, Fraction]] = {
    "kWh": ("energy", Fraction(1)),
    "MWh": ("energy", Fraction(1000)),
    "GWh": ("energy", Fraction(10**6)),
    "MJ": ("energy", Fraction(10, 36)),
    "GJ": ("energy", Fraction(10**4, 36)),
    "TJ": ("energy", Fraction(10**7, 36)),
    "gCO2": ("co2", Fraction(1, 1000)),
    "kgCO2": ("co2", Fraction(1)),
    "tCO2": ("co2", Fraction(1000)),
    "kgCO2e": ("co2e", Fraction(1)),
    "tCO2e": ("co2e", Fraction(1000)),
    "gCO2e": ("co2e", Fraction(1, 1000)),
    "gce": ("coal", Fraction(1, 1000)),
    "kgce": ("coal", Fraction(1)),
    "tce": ("coal", Fraction(1000)),
    "tC": ("carbon", Fraction(1000)),
    "kgCH4": ("methane", Fraction(1)),
    "tCH4": ("methane", Fraction(1000)),
    "kg": ("mass", Fraction(1)),
    "t": ("mass", Fraction(1000)),
    "Nm3": ("gas", Fraction(1)),
    "10k_Nm3": ("gas", Fraction(10**4)),
    "m3": ("water", Fraction(1)),
    "yuan": ("money", Fraction(1)),
    "10k_yuan": ("money", Fraction(10**4)),
    "fen": ("money", Fraction(1, 100)),
    "h": ("hour", Fraction(1)),
    "a": ("year", Fraction(1)),
    "day": ("day", Fraction(1)),
    "m2": ("area", Fraction(1)),
    "km": ("distance", Fraction(1)),
    "100km": ("distance", Fraction(100)),
    "vehicle": ("vehicle", Fraction(1)),
    "unit": ("unit", Fraction(1)),
    "benchmark_unit": ("benchmark", Fraction(1)),
    "count": ("count", Fraction(1)),
}
_COMPOUND = {"MW": "MWh/h", "kW": "kWh/h", "W": "kWh/h"}
_PLAIN = {"": Fraction(1), "1": Fraction(1), "%": Fraction(1, 100), "points": Fraction(1)}


class UnknownUnit(ValueError):
    """A symbol that no dimension is known for."""

    def __init__(self, symbol: str) -> None:
        super().__init__(symbol)
        self.symbol = symbol


class Unit(NamedTuple):
    """A dimension (sorted powers, empty for a plain number) and the scale to its base units."""

    dimension: Dimension
    scale: Fraction

    def times(self, other: Unit, power: int = 1) -> Unit:
        powers = dict(self.dimension)
        for base, exponent in other.dimension:
            powers[base] = powers.get(base, 0) + power * exponent
        dimension = tuple(sorted((base, n) for base, n in powers.items() if n))
        return Unit(dimension, self.scale * other.scale**power)


PLAIN = Unit((), Fraction(1))


@cache
def unit(text: str) -> Unit:
    """Read "tCO2/MWh", "MW*h/a", "%" or ""; after a slash every symbol up to the next star divides."""
    if text in _PLAIN:
        return Unit((), _PLAIN[text])
    result = PLAIN
    for n, part in enumerate(text.split("/")):
        for symbol in part.split("*"):
            result = result.times(_symbol(symbol), -1 if n else 1)
    return result


def _symbol(symbol: str) -> Unit:
    if symbol in _COMPOUND:
        scale = Fraction(1, 1000) if symbol == "W" else Fraction(1)
        whole = unit(_COMPOUND[symbol])
        return Unit(whole.dimension, whole.scale * scale)
    if symbol in _PLAIN:
        return Unit((), _PLAIN[symbol])
    if symbol not in _SYMBOLS:
        raise UnknownUnit(symbol)
    base, scale = _SYMBOLS[symbol]
    return Unit(((base, 1),), scale)


def ratio(from_: str, to: str) -> Fraction:
    """What a number in `from_` is multiplied by to stand in `to`; refuses unlike dimensions."""
    one, other = unit(from_), unit(to)
    if one.dimension != other.dimension:
        raise ValueError(f"{from_} is not {to}")
    return one.scale / other.scale


def convert(number: Decimal, from_: str, to: str) -> Decimal:
    """Exact conversion of a decimal where the ratio is a decimal; else to 28 digits."""
    by = ratio(from_, to)
    return number * by.numerator / by.denominator
