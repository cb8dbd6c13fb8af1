"""Doubles as the engines hold and show them; apart from units, which only a rulebook's check needs."""

from __future__ import annotations

from decimal import Decimal
from math import floor

NANO, MILLI = 1e9, 1e3
MOST_FOR_NANO, MOST_FOR_MILLI = 4e6, 4e12


def snap(number: float) -> float:
    """To nine decimals, halves up: after it, doubles and exact decimals compare alike.

    A double of four million holds no nine decimals: from there on it is three, from four
    trillion on none, so that snapping never moves a number that it should keep.
    """
    if -MOST_FOR_NANO < number < MOST_FOR_NANO:
        return floor(number * NANO + 0.5) / NANO
    if -MOST_FOR_MILLI < number < MOST_FOR_MILLI:
        return floor(number * MILLI + 0.5) / MILLI
    return number


def decimal_text(number: float) -> str:
    """The number as decimal text, snapped, without an exponent or a needless zero."""
    whole = int(number)
    if whole == number:
        return str(whole)
    text = repr(snap(number))  # the shortest text of a snapped double has its decimals and no more
    if "e" in text:
        text = format(Decimal(text), "f")
    return text[:-2] if text.endswith(".0") else text
