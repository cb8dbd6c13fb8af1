"""Every glyph of a certificate where it stands, read from the file alone, to hold two against each other."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

import pikepdf

from registry.documents import pagetext

_TEXT = re.compile(
    rb"<</MCID (\d+)>>\nBDC\n(?:(?!BT\n|EMC\n).)*?BT\n1 0 0 -1 (\S+) (\S+) Tm\n"
    rb"/(\S+) (\S+) Tf\n\[([^\]]*)\] TJ\nET\nEMC",
    re.DOTALL,
)
_PIECE = re.compile(rb"<([0-9a-f]*)>|(-?[0-9.]+)")


@dataclass(frozen=True)
class Glyph:
    """A character and where it begins, in points."""

    sign: str
    x: float
    y: float
    size: float


def glyphs(data: bytes) -> dict[int, list[Glyph]]:
    """The glyphs of every marked line of a one-page file."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fonts = {}
        for name, font in pdf.pages[0].Resources.Font.items():
            fonts[name.lstrip("/").encode()] = (pagetext._to_unicode(font), _widths(font))
        content = pdf.pages[0].Contents.read_bytes()
    return {
        int(mark): list(_line(float(x), float(y), float(size), shown, *fonts[font]))
        for mark, x, y, font, size, shown in _TEXT.findall(content)
    }


def _widths(font: pikepdf.Object) -> dict[int, float]:
    items = list(font.DescendantFonts[0].W)
    return {
        int(items[at]) + offset: float(width)
        for at in range(0, len(items), 2)
        for offset, width in enumerate(items[at + 1])
    }


def _line(
    x: float, y: float, size: float, shown: bytes, said: dict[int, str], widths: dict[int, float]
) -> list[Glyph]:
    made = []
    for digits, step in _PIECE.findall(shown):
        if step:
            x -= float(step) * size / 1000
            continue
        for at in range(0, len(digits), 4):
            code = int(digits[at : at + 4], 16)
            made.append(Glyph(said[code], x * 0.75, y * 0.75, size))
            x += widths.get(code, 1000.0) * size / 1000
    return made


def farthest(one: bytes, other: bytes) -> float:
    """The largest distance, in points, between equal glyphs of two files; infinite where their
    lines or characters differ."""
    mine, theirs = glyphs(one), glyphs(other)
    if mine.keys() != theirs.keys():
        return float("inf")
    worst = 0.0
    for mark, line in mine.items():
        if [(g.sign, g.size) for g in line] != [(g.sign, g.size) for g in theirs[mark]]:
            return float("inf")
        for a, b in zip(line, theirs[mark], strict=True):
            worst = max(worst, abs(a.x - b.x), abs(a.y - b.y))
    return worst
