"""What is kept of every name as small numbers, so that hopeless pairs can be put aside in bulk.

One row a way to read a name. A number says at most "may be alike": equal texts have equal numbers,
so a pair that the numbers tell apart is apart.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import or_, xor
from struct import Struct
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from registry.rules.screening.chinese import industries
from registry.rules.screening.comparing import bare, rest_of
from registry.rules.screening.folding import sound_classes
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.places import Place, names_of, province_sets
from registry.rules.screening.sides import Side
from registry.rules.screening.slips import shape

# Provinces by a small number; 0: names no region; from 100 on: a name that may lie in one of several
# provinces (`province_sets`); 255: perhaps in any, not to be told apart by region.
SEVERAL, ANY_PLACE = 100, 255
# Flags. BORROWS: a short name that takes region or industry of the full one where the other side
# has them; HAS_CHINESE: this or another name of the record is Chinese; DOUBTFUL: a second way to
# read a name; NESTED: names a province and a place in it.
ZH, BRANCH, BORROWS, HAS_CHINESE, DOUBTFUL, NESTED = 1, 2, 4, 8, 16, 32
NO_TRADE = 0
# Of the bits of an industry the lower ones are characters, the upper ones what its words mean.
CHARACTER_BITS = 32
APART, WITHIN = "\x1e", "\x1f"  # stand in no folded text

# Name and format of each number. Hashes that are asked for difference have 32 bits, so that two texts
# share one practically never; those that are only asked for likeness have 16.
COLUMNS: dict[str, str] = {
    "brand": "I",  # hash of the brand, look-alike characters made one; of a Latin one's letters
    "rest": "I",  # hash of everything beside the brand
    "industry": "I",
    # Hashes of how brand and core sound, heteronyms made one. Of a Latin name together the letters
    # that its text has an odd number of times.
    "sound": "H",
    "core_sound": "H",
    "city": "H",  # prefecture, where the name says one; 0: perhaps any in its province
    "place": "B",
    "registered": "B",
    "flags": "B",
    "brand_length": "B",
    "core_length": "B",
    "text_length": "B",
    "trade_bits": "Q",  # one bit a character and one a meaning; 0: names none
    "brand_bits": "I",  # one bit a character: a small difference of texts is a small one of bits
    "core_bits": "Q",  # of a Latin name one bit a pair of neighbours in its brand
    "text_bits": "Q",
}
Row = tuple[int, ...]
WIDTHS = {"Q": "<u8", "I": "<u4", "H": "<u2", "B": "u1"}
DTYPE = np.dtype([(name, WIDTHS[kind]) for name, kind in COLUMNS.items()])
PACK = Struct("<" + "".join(COLUMNS.values())).pack


def hashed(text: str) -> int:
    return crc32(text.encode()) | 1  # 0 has a meaning of its own


class _Bits(dict[str, int]):
    """One bit for each character, or each pair of letters, worked out when it is first met."""

    def __init__(self, size: int, factor: int = 0x9E3779B1) -> None:
        super().__init__()
        self.size, self.factor = size, factor

    def __missing__(self, char: str) -> int:
        number = ord(char) if len(char) == 1 else ord(char[0]) << 7 ^ ord(char[1])
        letter = len(char) == 1 and "a" <= char <= "z"  # each Latin letter has a bit of its own
        wide = number if letter else number * self.factor >> 13
        self[char] = 1 << (wide & self.size - 1)
        return self[char]

    def of(self, text: Iterable[str]) -> int:
        """Which bits there are: a part of a text has none that the text has not."""
        return reduce(or_, map(self.__getitem__, text), 0)

    def parity(self, text: Iterable[str]) -> int:
        """Which bits are there an odd number of times: one slip turns two of them at most."""
        return reduce(xor, map(self.__getitem__, text), 0)


BITS_32, BITS_64 = _Bits(32), _Bits(64)
CORE_BITS = _Bits(64, 0x85EBCA6B)  # characters that share a bit in a brand's bits have two here
PAIR_BITS = _Bits(64)


@cache
def place_number(code: str) -> int:
    return int(code) + 1


@cache
def _numbered_sets() -> dict[frozenset[str], int]:
    return dict(zip(province_sets(), range(SEVERAL, ANY_PLACE), strict=False))


@cache
def clashes() -> NDArray[np.bool_]:
    """At 256 * a + b whether the places numbered a and b have no province in common."""
    lies_in = {number: frozenset({f"{number - 1:02}"}) for number in range(1, SEVERAL)}
    lies_in |= {number: provinces for provinces, number in _numbered_sets().items()}
    found = np.zeros((256, 256), bool)
    for a, ours in lies_in.items():
        for b, theirs in lies_in.items():
            found[a, b] = ours.isdisjoint(theirs)
    return found.ravel()


def _place(regions: tuple[Place, ...]) -> int:
    provinces = frozenset(code[:2] for place in regions for code in place.codes)
    if len(provinces) == 1:
        return place_number(*provinces)
    if not all(place.codes for place in regions):
        return ANY_PLACE
    return _numbered_sets().get(provinces, ANY_PLACE) if regions else 0


def _city(regions: tuple[Place, ...]) -> int:
    """The prefecture, if there is one place and it lies in one."""
    if len(regions) != 1:
        return 0
    cities = {code[:4] for code in regions[0].codes}
    city = cities.pop() if len(cities) == 1 else ""
    return int(city) if len(city) == 4 else 0


def _nested(regions: tuple[Place, ...]) -> bool:
    """Whether a region may begin with another place's name: 江苏南京, or several of them."""
    if len(regions) != 1:
        return len(regions) > 1
    return any(
        regions[0].text.startswith(name)
        for code in regions[0].codes
        for higher in {code[:2], code[:4]} - {code}
        for name in names_of(higher)
    )


@lru_cache(maxsize=4096)
def _where(regions: tuple[Place, ...]) -> tuple[int, int, int]:
    """(place, city, flag)."""
    return _place(regions), _city(regions), NESTED if _nested(regions) else 0


TRADES: dict[int, tuple[str, ...]] = {}  # what the number of a Chinese industry stands for


class _Trade(NamedTuple):
    """What an industry adds to a row: its own number and bits, and its part of the core's."""

    number: int
    bits: int
    length: int
    sound: str
    core_bits: int


@cache
def _trade(words: tuple[str, ...], chinese: bool) -> _Trade:
    """English words count as a set."""
    if not words:
        return _Trade(NO_TRADE, 0, 0, "", 0)
    text = "".join(words)
    bits = _trade_bits(words, chinese)
    if not chinese:
        return _Trade(hashed(" ".join(sorted({*words}))), bits, len(text), "", 0)
    number = hashed(" ".join(words))
    TRADES[number] = words
    return _Trade(number, bits, len(text), sound_classes().of(text), CORE_BITS.of(text))


def _trade_bits(words: tuple[str, ...], chinese: bool) -> int:
    """Two industries without a bit in common in the upper half are different ones.

    An English word has a bit in either half, and the one says nothing of the other.
    """
    known = industries()
    found = 0
    for word in words:
        for char in word if chinese else (word,):
            found |= 1 << crc32(char.encode()) % CHARACTER_BITS
        meaning = crc32((known[word][0] or word).encode()) if chinese else crc32(word.encode()) >> 8
        found |= 1 << CHARACTER_BITS + meaning % (64 - CHARACTER_BITS)
    return found


def _row(parsed: ParsedName, lender: ParsedName | None, registered: int, flags: int) -> Row:
    """The numbers of one way to read a name; `lender` is the full name of a short one."""
    chinese = parsed.script == "zh"
    brand, text = parsed.compact, bare(parsed.text)
    own = trade = _trade(parsed.industry, chinese)
    if lender and not parsed.industry:
        trade = _trade(lender.industry, chinese)
    regions = parsed.regions or (lender.regions if lender else ())
    flags |= ZH if chinese else 0
    flags |= BRANCH if parsed.branch else 0
    flags |= DOUBTFUL if parsed.doubtful else 0
    flags |= BORROWS if lender else 0
    place, city, nested = _where(regions)
    if chinese:
        sound = sound_classes().of(brand)
        sounds = hashed(sound) & 0xFFFF, hashed(sound + own.sound) & 0xFFFF
        core_bits = CORE_BITS.of(brand) | own.core_bits
    else:
        sounds = divmod(BITS_32.parity(text), 1 << 16)
        core_bits = PAIR_BITS.of(map("".join, pairwise(brand)))
    return (
        hashed(shape(brand) if chinese else "".join(sorted(brand))),
        hashed(APART.join(map(WITHIN.join, rest_of(parsed)))),
        trade.number,
        *sounds,
        city,
        place,
        registered,
        flags | nested,
        min(len(brand), 255),
        min(len(brand) + own.length, 255),
        min(len(text), 255),
        trade.bits,
        BITS_32.of(brand),
        core_bits,
        BITS_64.of(text),
    )


class FeatureRows:
    """Rows of features one after another."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.ends = array("I")  # after each record: how many rows there are
        self.count = 0

    def add(self, side: Side) -> None:
        registered = place_number(side.province) if side.province else 0
        flags = HAS_CHINESE if side.has_chinese else 0
        for at, parsed in enumerate(side.parsed):
            lender = side.lender(at)
            for way in parsed.ways:
                self.data += PACK(*_row(way, lender, registered, flags))
                self.count += 1
        self.ends.append(self.count)

    def arrays(self) -> Features:
        rows = np.frombuffer(self.data, DTYPE)
        columns = {name: rows[name].copy() for name in COLUMNS}
        return Features(columns, np.array(self.ends, np.uint32))


class Features:
    """The rows of many records, column by column: those of record i end before `ends[i]`."""

    def __init__(self, columns: dict[str, NDArray[Any]], ends: NDArray[np.uint32]) -> None:
        self.columns = columns
        self.ends = ends

    def starts(self, records: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Where the rows of some records start."""
        starts: NDArray[np.uint32] = np.where(records > 0, self.ends[records - 1], 0)
        return starts

    @property
    def nbytes(self) -> int:
        return self.ends.nbytes + sum(column.nbytes for column in self.columns.values())
