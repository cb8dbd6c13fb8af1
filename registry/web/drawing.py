"""Geometry of the small drawings in pages: plain numbers out, so that templates hold no arithmetic.

A scale always reads "better to the right": where less is better, its axis runs backwards. Drawings
use attributes and classes only, because the content policy forbids inline style.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise

from registry.words.formats import Numeric, exact, number

WIDTH, HEIGHT = 300, 78
LEFT, RIGHT = 14, WIDTH - 14
TOP, AXIS = 22, 48
_LETTER = 6.4  # average width of a digit at the labels' size
_SIDE = Decimal("0.08")  # of the span, kept free beyond the outermost knee

Knee = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Tick:
    x: float
    y: float
    label: str
    points: str
    labelled: bool
    anchor: str


@dataclass(frozen=True)
class Mark:
    x: float
    label: str
    anchor: str
    beyond: int  # -1 left of the scale, 1 right of it, 0 on it


@dataclass(frozen=True)
class Scale:
    width: int
    height: int
    axis: int
    top: int
    left: int
    right: int
    outline: str
    area: str
    ticks: tuple[Tick, ...]
    mark: Mark | None
    limit: Mark | None
    reversed: bool


def _anchor(x: float, text: str) -> str:
    half = len(text) * _LETTER / 2
    if x - half < 0:
        return "start"
    return "end" if x + half > WIDTH else "middle"


def _span(values: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    low, high = min(values), max(values)
    margin = (high - low) * _SIDE or Decimal(1)
    return low - margin, high + margin


@dataclass(frozen=True)
class _Axis:
    low: Decimal
    high: Decimal
    backwards: bool

    def place(self, value: Decimal) -> float:
        share = (value - self.low) / (self.high - self.low)
        share = 1 - share if self.backwards else share
        return round(LEFT + float(share) * (RIGHT - LEFT), 1)

    def in_order(self, knees: Sequence[Knee]) -> list[Knee]:
        """From left to right, also where two knees fall on the same spot."""
        return sorted(knees, reverse=self.backwards)

    def mark(self, value: Decimal, label: str) -> Mark:
        beyond = (value > self.high) - (value < self.low)
        x = self.place(min(max(value, self.low), self.high))
        return Mark(x, label, _anchor(x, label), -beyond if self.backwards else beyond)


def _height_of(points: Decimal) -> float:
    share = float(min(max(points, Decimal(0)), Decimal(100))) / 100
    return round(AXIS - share * (AXIS - TOP), 1)


def _ticks(axis: _Axis, knees: Sequence[Knee]) -> tuple[Tick, ...]:
    """Every knee has its dot; a label gives way where it would run into the one before it."""
    placed = [(axis.place(x), x, y) for x, y in axis.in_order(knees)]
    ticks: list[Tick] = []
    edge = float("-inf")
    last_start = placed[-1][0] - len(number(placed[-1][1], None, "en")) * _LETTER - 4
    for index, (x, value, points) in enumerate(placed):
        label = number(value.normalize(), None, "en")
        half = max(len(label), 3) * _LETTER / 2
        last = index == len(placed) - 1
        fits = x - half > edge and (last or index == 0 or x + half < last_start)
        if fits:
            edge = x + half
        shown = number(points.normalize(), None, "en")
        ticks.append(Tick(x, _height_of(points), label, shown, fits, _anchor(x, label)))
    return tuple(ticks)


def _line(axis: _Axis, knees: Sequence[Knee]) -> tuple[str, str]:
    """The curve, flat beyond its ends since scores are clamped, and the area under it."""
    placed = [(axis.place(x), _height_of(y)) for x, y in axis.in_order(knees)]
    line = [(float(LEFT), placed[0][1]), *placed, (float(RIGHT), placed[-1][1])]
    outline = " ".join(f"{x:g},{y:g}" for x, y in line)
    return outline, f"{LEFT},{AXIS} {outline} {RIGHT},{AXIS}"


def _limit(axis: _Axis, limit: Decimal) -> Mark:
    """Its label has the word before it, and room for both."""
    mark = axis.mark(limit, number(limit.normalize(), None, "en"))
    return replace(mark, anchor=_anchor(mark.x, f"limit {mark.label}"))


def score_scale(
    curve: Sequence[Sequence[Numeric]] = (),
    value: Numeric | None = None,
    threshold: Numeric | None = None,
    decimals: int | None = None,
) -> Scale | None:
    """The drawing of one rule: its curve's knees, its threshold, the reader's own mark.

    None where there is nothing to read off: neither a curve, nor a mark beside a threshold.
    """
    knees = [(exact(x), exact(y)) for x, y in curve]
    limit = None if threshold is None else exact(threshold)
    own = None if value is None or value == "" else exact(value)
    if not knees and (limit is None or own is None):
        return None
    if len(knees) == 1:
        knees = []
    shown = [x for x, _ in knees] + ([limit] if limit is not None else [])
    if not knees:
        shown += [Decimal(0)] + ([own] if own is not None else [])
    backwards = bool(knees) and all(a[1] >= b[1] for a, b in pairwise(sorted(knees)))
    axis = _Axis(*_span(shown), backwards)
    outline, area = _line(axis, knees) if knees else ("", "")
    return Scale(
        WIDTH, HEIGHT, AXIS, TOP, LEFT, RIGHT, outline, area,
        ticks=_ticks(axis, knees) if knees else (),
        mark=None if own is None else axis.mark(own, number(own, decimals, "en")),
        limit=None if limit is None else _limit(axis, limit),
        reversed=backwards,
    )  # fmt: skip


def bar_width(part: int, whole: int, width: int = 100) -> float:
    """How much of a bar is filled; nothing of nothing is an empty bar."""
    return round(width * min(max(part, 0), whole) / whole, 2) if whole > 0 else 0.0
