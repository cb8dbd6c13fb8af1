"""Glyphs of the vendored TrueType files, one by one, and small files made of a few of them.

WeasyPrint's subsets keep every glyph number, the character map and the layout tables; inside a PDF
none of that is read. What is written here is `glyf` with the six tables that a CIDFontType2 needs.
Coordinates are rounded to steps of thousandths of the type size, at most 0.03 pt off in the text
and 0.05 pt in the title, both below what any printer places, and a quarter of the bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from registry.documents.fonts import REGULAR, SEMIBOLD

STEP = {"regular": 8, "semibold": 4}  # the heavier one is set three times as large
_ON, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32
_MAGIC = 0xB1B0AFBA
_TABLES = (b"glyf", b"head", b"hhea", b"hmtx", b"loca", b"maxp")


class OutlineRefused(ValueError):
    """A font file that is built otherwise than the vendored ones."""


class Face:
    """One font file, its glyphs read on first use and kept."""

    def __init__(self, path: Path, step: int) -> None:
        self._step = step
        self.data = path.read_bytes()
        self._at = {
            tag: (offset, length)
            for tag, _, offset, length in (
                struct.unpack_from(">4sIII", self.data, 12 + 16 * index)
                for index in range(struct.unpack_from(">H", self.data, 4)[0])
            )
        }
        self._head = self._table(b"head")
        self._hhea = self._table(b"hhea")
        self._maxp = self._table(b"maxp")
        self.units: int = struct.unpack_from(">H", self._head, 18)[0]
        self.glyph_count: int = struct.unpack_from(">H", self._maxp, 4)[0]
        self._measured: int = struct.unpack_from(">H", self._hhea, 34)[0]
        if struct.unpack_from(">h", self._head, 50)[0] != 1 or self.units != 1000:
            raise OutlineRefused(f"{path.name}: not long offsets and 1000 units")
        self._glyphs: dict[int, Glyph] = {}

    def _table(self, tag: bytes) -> bytes:
        offset, length = self._at[tag]
        return self.data[offset : offset + length]

    def advance(self, glyph: int) -> int:
        """Width in thousandths of the type size."""
        at = self._at[b"hmtx"][0] + 4 * min(glyph, self._measured - 1)
        made: int = struct.unpack_from(">H", self.data, at)[0]
        return made

    def glyph(self, number: int) -> Glyph:
        found = self._glyphs.get(number)
        if found is None:
            start, end = struct.unpack_from(">II", self.data, self._at[b"loca"][0] + 4 * number)
            begin = self._at[b"glyf"][0]
            found = Glyph(self.data[begin + start : begin + end], self.advance(number), self._step)
            self._glyphs[number] = found
        return found

    def file(self, glyphs: Sequence[int]) -> bytes:
        """A font of these glyphs, numbered as they come; the first must be 0, the missing one."""
        chosen = [self.glyph(number) for number in glyphs]
        return assemble(self.tables(chosen))

    def tables(self, chosen: Sequence[Glyph]) -> dict[bytes, bytes]:
        """Every table of a font of these glyphs."""
        empty = {b"glyf": b"", b"hmtx": b"", b"loca": b"\0\0"}
        tables = self.joined(empty, chosen)
        tables[b"glyf"] = b"".join(one.outline for one in chosen)
        return tables

    def joined(self, tables: dict[bytes, bytes], more: Sequence[Glyph]) -> dict[bytes, bytes]:
        """The small tables with more glyphs behind; `glyf` stays as it is."""
        offsets, at = [], len(tables[b"glyf"])
        for one in more:
            at += len(one.outline)
            offsets.append(at // 2)
        if at > 0x1FFFE:
            raise OutlineRefused("too many outlines for short offsets")
        metrics = [part for one in more for part in (one.advance, one.left)]
        measures = tables[b"hmtx"] + struct.pack(">" + "Hh" * len(more), *metrics)
        count = struct.pack(">H", len(measures) // 4)
        return {
            b"head": self._head[:8] + bytes(4) + self._head[12:50] + b"\0\0" + self._head[52:],
            b"hhea": self._hhea[:34] + count,
            b"hmtx": measures,
            b"loca": tables[b"loca"] + struct.pack(f">{len(more)}H", *offsets),
            b"maxp": self._maxp[:4] + count + self._maxp[6:],
        }


class Glyph:
    """A glyph as it is written: its outline padded to four bytes, and its metrics."""

    __slots__ = ("advance", "left", "outline", "total")

    def __init__(self, data: bytes, advance: int, step: int) -> None:
        self.advance = advance
        self.left = 0
        self.outline = b""
        if data:
            contours, flags, xs, ys = _read(data)
            xs, ys = ([_rounded(one, step) for one in axis] for axis in (xs, ys))
            self.left = min(xs)
            made = _write(contours, flags, xs, ys)
            self.outline = made + bytes(-len(made) % 4)
        self.total = checksum(self.outline)


def _rounded(value: int, step: int) -> int:
    return (value + step // 2) // step * step


def _read(data: bytes) -> tuple[list[int], list[int], list[int], list[int]]:
    """Ends of contours, which points lie on the line, and absolute coordinates."""
    count = struct.unpack_from(">h", data)[0]
    if count < 0:
        raise OutlineRefused("composite glyph")
    ends = list(struct.unpack_from(f">{count}H", data, 10))
    at = 10 + 2 * count
    at += 2 + int(struct.unpack_from(">H", data, at)[0])
    points = ends[-1] + 1
    flags: list[int] = []
    while len(flags) < points:
        flag = data[at]
        at += 1
        again = 0
        if flag & _REPEAT:
            again = data[at]
            at += 1
        flags.extend([flag] * (again + 1))
    xs, at = _axis(data, at, flags, _X_SHORT, _X_SAME)
    ys, at = _axis(data, at, flags, _Y_SHORT, _Y_SAME)
    return ends, [flag & _ON for flag in flags], xs, ys


def _axis(
    data: bytes, at: int, flags: Sequence[int], short: int, same: int
) -> tuple[list[int], int]:
    made, value = [], 0
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += struct.unpack_from(">h", data, at)[0]
            at += 2
        made.append(value)
    return made, at


def _write(ends: Sequence[int], on: Sequence[int], xs: Sequence[int], ys: Sequence[int]) -> bytes:
    flags = [
        bit | x[0] | y[0]
        for bit, x, y in zip(
            on, _steps(xs, _X_SHORT, _X_SAME), _steps(ys, _Y_SHORT, _Y_SAME), strict=True
        )
    ]
    return b"".join(
        (
            struct.pack(">hhhhh", len(ends), min(xs), min(ys), max(xs), max(ys)),
            struct.pack(f">{len(ends)}H", *ends),
            b"\0\0",
            bytes(flags),  # unpacked: deflate does it better
            *(step[1] for step in _steps(xs, _X_SHORT, _X_SAME)),
            *(step[1] for step in _steps(ys, _Y_SHORT, _Y_SAME)),
        )
    )


def _steps(values: Sequence[int], short: int, same: int) -> list[tuple[int, bytes]]:
    """Flag bits and bytes of each difference to the point before."""
    made, before = [], 0
    for value in values:
        step, before = value - before, value
        if step == 0:
            made.append((same, b""))
        elif -256 < step < 256:
            made.append((short | (same if step > 0 else 0), bytes((abs(step),))))
        else:
            made.append((0, struct.pack(">h", step)))
    return made


def checksum(data: bytes) -> int:
    """The sum of a table's 32-bit numbers, as TrueType wants it."""
    padded = data + bytes(-len(data) % 4)
    made: int = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
    return made


def assemble(tables: dict[bytes, bytes]) -> bytes:
    """The font file: directory, small tables, and the outlines last."""
    glyf = tables[b"glyf"]
    return front_of(tables, checksum(glyf), len(glyf)) + glyf


def front_of(tables: dict[bytes, bytes], total: int, size: int) -> bytes:
    """Everything before the outlines, of which only sum and size are told: they are packed apart
    where many fonts begin with the same ones."""
    at = 12 + 16 * len(_TABLES)
    entries, small = {}, []
    for tag in _TABLES[1:]:
        data = tables[tag]
        entries[tag] = (checksum(data), at, len(data))
        padded = data + bytes(-len(data) % 4)
        small.append(padded)
        at += len(padded)
    entries[b"glyf"] = (total & 0xFFFFFFFF, at, size)
    directory = struct.pack(">IHHHH", 0x00010000, len(_TABLES), 64, 2, 32) + b"".join(
        struct.pack(">4sIII", tag, *entries[tag]) for tag in _TABLES
    )
    whole = checksum(directory) + sum(one for one, _, _ in entries.values())
    head_at = entries[b"head"][1] + 8
    front = directory + b"".join(small)
    adjustment = struct.pack(">I", (_MAGIC - whole) & 0xFFFFFFFF)
    return front[:head_at] + adjustment + front[head_at + 4 :]


@cache
def face(semibold: bool) -> Face:
    """One of the two weights, read once a process."""
    if semibold:
        return Face(SEMIBOLD, STEP["semibold"])
    return Face(REGULAR, STEP["regular"])
