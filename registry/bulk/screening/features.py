"""What is kept of every name as small numbers, so that hopeless pairs can be put aside in bulk.

One row a way to read a name. A number says at most "may be alike": equal texts have equal numbers,
so a pair that the numbers tell apart is apart.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cache
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from registry.rules.screening.chinese import industries
from registry.rules.screening.comparing import NO_BRACKETS, rest_of
from registry.rules.screening.folding import sound_classes, sounds
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.sides import Side
from registry.rules.screening.slips import shape

# Provinces by a small number; 0: names no region, 255: several, not to be told apart by region.
ANY_PLACE = 255
# Flags. BORROWS: a short name that takes region or industry of the full one where the other side
# has them; HAS_CHINESE: this or another name of the record is Chinese.
ZH, BRANCH, BORROWS, HAS_CHINESE = 1, 2, 4, 8
NO_TRADE = 0

COLUMNS: dict[str, str] = {
    "brand": "H",  # hash of the brand, look-alike characters made one; of a Latin one's letters
    "sound": "H",  # hash of how the brand sounds, heteronyms made one; 0 for a Latin one
    "core_sound": "H",
    "latin": "H",  # hash of the brand in pinyin, or as it is
    "core_latin": "H",
    "rest": "H",  # hash of everything beside the brand
    "industry": "H",
    "trade_bits": "Q",  # one bit a character and a class of its words; 0: names none
    "city": "H",  # prefecture, where the name says one; 0: perhaps any in its province
    "place": "B",
    "registered": "B",
    "flags": "B",
    "brand_length": "B",
    "core_length": "B",
    "text_length": "B",
    "brand_bits": "I",  # one bit a character: a small difference of texts is a small one of bits
    "core_bits": "I",
    "text_bits": "I",
}
Row = tuple[int, ...]
DTYPES = {"Q": np.uint64, "I": np.uint32, "H": np.uint16, "B": np.uint8}


SEVERAL = 1  # in place of a hash of pinyin: more than one reading


def hashed(text: str) -> int:
    return crc32(text.encode()) & 0xFFFF | 2  # 0 and 1 have a meaning of their own


class _Bits(dict[str, int]):
    def __missing__(self, char: str) -> int:
        bit = 1 << (ord(char) * 0x9E3779B1 >> 13 & 31)
        self[char] = bit
        return bit


BITS = _Bits()


def bits(text: str) -> int:
    found = 0
    for char in text:
        found |= BITS[char]
    return found


@cache
def place_number(code: str) -> int:
    return int(code) + 1


def _place(parsed: ParsedName) -> int:
    provinces = parsed.provinces
    if not provinces:
        return ANY_PLACE if parsed.regions else 0
    return place_number(provinces[0]) if len(provinces) == 1 else ANY_PLACE


def _latin(text: str) -> int:
    found = sounds(text)
    return hashed(found[0]) if len(found) == 1 else SEVERAL


def _trade(parsed: ParsedName) -> int:
    if not parsed.industry:
        return NO_TRADE
    return (crc32(" ".join(parsed.industry).encode()) & 0xFFFF) | 1


@cache
def _trade_bits(words: tuple[str, ...], chinese: bool) -> int:
    """Two industries without a bit in common are different ones."""
    known = industries()
    tokens = [*"".join(words), *(known[word][0] for word in words)] if chinese else words
    found = 0
    for token in tokens:
        if token:
            found |= 1 << (crc32(token.encode()) & 63)
    return found


def _city(parsed: ParsedName) -> int:
    """The prefecture, if there is one place and it lies in one."""
    if len(parsed.regions) != 1:
        return 0
    cities = {code[:4] for code in parsed.regions[0].codes}
    city = cities.pop() if len(cities) == 1 else ""
    return int(city[:4]) if len(city) == 4 else 0


def _row(parsed: ParsedName, lender: ParsedName | None, registered: int, flags: int) -> Row:
    """The numbers of one way to read a name; `lender` is the full name of a short one."""
    chinese = parsed.script == "zh"
    brand, core = parsed.compact, parsed.core.replace(" ", "")
    text = parsed.text.translate(NO_BRACKETS)
    classes = sound_classes()
    return (
        hashed(shape(brand)) if chinese else hashed("".join(sorted(brand))),
        hashed(brand.translate(classes)) if chinese else 0,
        hashed(core.translate(classes)) if chinese else 0,
        _latin(brand) if chinese else hashed(brand),
        _latin(core) if chinese else hashed(brand),
        crc32(repr(rest_of(parsed)).encode()) & 0xFFFF,
        _trade(parsed) or (_trade(lender) if lender else NO_TRADE),
        _trade_bits((parsed if parsed.industry else lender or parsed).industry, chinese),
        _city(parsed if parsed.regions else lender or parsed),
        _place(parsed) or (_place(lender) if lender else 0),
        registered,
        (ZH if chinese else 0)
        | (BRANCH if parsed.branch else 0)
        | (BORROWS if lender else 0)
        | flags,
        min(len(brand), 255),
        min(len(core), 255),
        min(len(text), 255),
        bits(brand),
        bits(core),
        bits(text),
    )


class FeatureRows:
    """Columns that grow row by row and end as arrays."""

    def __init__(self) -> None:
        self.columns = {name: array(kind) for name, kind in COLUMNS.items()}
        self.ends = array("I")  # after each record: how many rows there are

    def add(self, side: Side) -> None:
        columns = self.columns.values()
        registered = place_number(side.province) if side.province else 0
        flags = HAS_CHINESE if side.has_chinese else 0
        for at, parsed in enumerate(side.parsed):
            lender = side.lender(at)
            for way in parsed.ways:
                row = _row(way, lender, registered, flags)
                for column, value in zip(columns, row, strict=True):
                    column.append(value)
        self.ends.append(len(self.columns["flags"]))

    def arrays(self) -> Features:
        columns = {
            name: np.array(column, DTYPES[COLUMNS[name]]) for name, column in self.columns.items()
        }
        return Features(columns, np.array(self.ends, np.uint32))


class Features:
    """The rows of many records: `starts[i]` to `ends[i]` are those of record i."""

    def __init__(self, columns: dict[str, NDArray[Any]], ends: NDArray[np.uint32]) -> None:
        self.columns = columns
        self.ends = ends
        self.starts = np.concatenate(([0], ends[:-1])).astype(np.uint32)

    @property
    def nbytes(self) -> int:
        arrays = (self.ends, self.starts, *self.columns.values())
        return sum(column.nbytes for column in arrays)


def features_of(sides: Iterable[Side]) -> Features:
    rows = FeatureRows()
    for side in sides:
        rows.add(side)
    return rows.arrays()
