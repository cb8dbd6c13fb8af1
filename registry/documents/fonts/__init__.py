"""The one font family of all documents, and which characters it can draw."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
REGULAR = FOLDER / "NotoSansSC-Regular.ttf"
SEMIBOLD = FOLDER / "NotoSansSC-SemiBold.ttf"


def covered(sign: str) -> bool:
    """Whether the font has a picture for this character."""
    return ord(sign) in coverage()


@cache
def coverage() -> frozenset[int]:
    """Every code point of the regular weight's character map (format 12; the other weight is equal).

    Read directly rather than through fontTools: a worker asks once and should not wait for it.
    """
    data = REGULAR.read_bytes()
    table = _table(data, b"cmap")
    count = struct.unpack_from(">H", data, table + 2)[0]
    for index in range(count):
        offset = table + struct.unpack_from(">I", data, table + 4 + 8 * index + 4)[0]
        if struct.unpack_from(">H", data, offset)[0] == 12:
            return frozenset(_groups(data, offset))
    raise ValueError(f"{REGULAR.name} has no full character map")


def widths(data: bytes) -> Callable[[int], float]:
    """Width of a glyph in thousandths of the type size, as a font file itself has it."""
    unit = struct.unpack_from(">H", data, _table(data, b"head") + 18)[0]
    counted = struct.unpack_from(">H", data, _table(data, b"hhea") + 34)[0]
    metrics = _table(data, b"hmtx")

    def width(glyph: int) -> float:
        at = metrics + 4 * min(glyph, counted - 1)  # all later glyphs are as wide as the last one
        advance: int = struct.unpack_from(">H", data, at)[0]
        return advance * 1000 / int(unit)

    return width


def _table(data: bytes, name: bytes) -> int:
    for index in range(struct.unpack_from(">H", data, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + 16 * index)
        if tag == name:
            return int(offset)
    raise ValueError(f"no table {name!r}")


def _groups(data: bytes, offset: int) -> list[int]:
    codes: list[int] = []
    for index in range(struct.unpack_from(">I", data, offset + 12)[0]):
        first, last, _ = struct.unpack_from(">III", data, offset + 16 + 12 * index)
        codes.extend(range(first, last + 1))
    return codes
