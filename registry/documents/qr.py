"""The QR code of an address, fast enough to be drawn anew for each of ten thousand certificates.

ISO/IEC 18004, byte mode, error correction M, versions 1 to 10 (213 bytes). Symbols are whole
numbers, a bit a module, so that masks and their penalties cost a few shifts each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

QUIET = 2
# Of each version: correction bytes of a block, and how many blocks hold how many data bytes.
_BLOCKS: tuple[tuple[int, tuple[tuple[int, int], ...]], ...] = (
    (10, ((1, 16),)),
    (16, ((1, 28),)),
    (26, ((1, 44),)),
    (18, ((2, 32),)),
    (24, ((2, 43),)),
    (16, ((4, 27),)),
    (18, ((4, 31),)),
    (22, ((2, 38), (2, 39))),
    (22, ((3, 36), (2, 37))),
    (26, ((4, 43), (1, 44))),
)
_ALIGNED: tuple[tuple[int, ...], ...] = (
    (), (6, 18), (6, 22), (6, 26), (6, 30), (6, 34), (6, 22, 38), (6, 24, 42), (6, 26, 46),
    (6, 28, 50),
)  # fmt: skip
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: r * c % 2 + r * c % 3 == 0,
    lambda r, c: (r * c % 2 + r * c % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + r * c % 3) % 2 == 0,
)


class TooLong(ValueError):
    """An address that needs a larger symbol than a certificate has room for."""


@dataclass(frozen=True)
class _Frame:
    """What symbols of one version share. Modules are counted row by row."""

    side: int
    order: tuple[int, ...]
    drawn: tuple[bytes, ...]  # function patterns and mask, one for each mask


def runs(address: str) -> Iterator[tuple[int, int, int]]:
    """Dark modules as (column, row, length) of horizontal runs, quiet zone counted in."""
    flat, side = symbol(address)
    for row in range(side):
        line = flat[row * side : (row + 1) * side] + b"\0"
        start = line.find(1)
        while start >= 0:
            end = line.index(0, start)
            yield start + QUIET, row + QUIET, end - start
            start = line.find(1, end)


def side_of(address: str) -> int:
    """Modules on a side, quiet zone counted in."""
    return 17 + 4 * _version(len(_bytes(address))) + 2 * QUIET


@cache
def _last(address: str) -> tuple[bytes, int]:
    return _symbol(address)


def symbol(address: str) -> tuple[bytes, int]:
    """The modules, a byte each, row by row, under the mask of the lowest penalty; and the side."""
    if _last.cache_info().currsize > 64:
        _last.cache_clear()
    return _last(address)


def _symbol(address: str) -> tuple[bytes, int]:
    data = _bytes(address)
    version = _version(len(data))
    frame = _frame(version)
    bits = _bits(_codewords(data, version))
    plain = bytearray(frame.side * frame.side)
    for place, bit in zip(frame.order, bits, strict=False):
        plain[place] = bit
    base = int.from_bytes(plain, "big")
    masked = (
        (base ^ int.from_bytes(drawn, "big")).to_bytes(len(plain), "big") for drawn in frame.drawn
    )
    return min(masked, key=lambda flat: _penalty(flat, frame.side)), frame.side


def _bytes(address: str) -> bytes:
    try:
        return address.encode("ascii")
    except UnicodeEncodeError:
        raise TooLong("an address in a QR code is written in ASCII") from None


def _version(length: int) -> int:
    for version in range(1, len(_BLOCKS) + 1):
        capacity = sum(count * size for count, size in _BLOCKS[version - 1][1])
        if length + (3 if version > 9 else 2) <= capacity:
            return version
    raise TooLong(f"{length} bytes in a QR code, at most 213")


def _codewords(data: bytes, version: int) -> bytes:
    correction, blocks = _BLOCKS[version - 1]
    capacity = sum(count * size for count, size in blocks)
    width = 16 if version > 9 else 8
    number = ((4 << width) | len(data)) << (8 * len(data)) | int.from_bytes(data, "big")
    whole = (number << 4).to_bytes((4 + width + 4) // 8 + len(data), "big")
    whole = (whole + b"\xec\x11" * capacity)[:capacity]
    parts, at = [], 0
    for count, size in blocks:
        for _ in range(count):
            parts.append(whole[at : at + size])
            at += size
    checks = [_correction(part, correction) for part in parts]
    return _interleaved(parts) + _interleaved(checks)


def _interleaved(parts: Sequence[bytes]) -> bytes:
    longest = max(map(len, parts))
    return bytes(part[at] for at in range(longest) for part in parts if at < len(part))


def _correction(data: bytes, length: int) -> bytes:
    table, top = _products(length), 8 * (length - 1)
    keep = (1 << top) - 1
    rest = 0
    for byte in data:
        rest = ((rest & keep) << 8) ^ table[byte ^ (rest >> top)]
    return rest.to_bytes(length, "big")


@cache
def _products(length: int) -> tuple[int, ...]:
    """The generator polynomial of that degree times every byte, as whole numbers."""
    exp = [1]
    for _ in range(254):
        exp.append((exp[-1] << 1) ^ (0x11D if exp[-1] & 0x80 else 0))
    log = {value: at for at, value in enumerate(exp)}

    def times(a: int, b: int) -> int:
        return exp[(log[a] + log[b]) % 255] if a and b else 0

    generator = [1]
    for at in range(length):
        shifted = [*generator, 0]
        for index, value in enumerate(generator):
            shifted[index + 1] ^= times(value, exp[at])
        generator = shifted
    return tuple(
        int.from_bytes(bytes(times(factor, value) for value in generator[1:]), "big")
        for factor in range(256)
    )


def _bits(data: bytes) -> bytes:
    said = bin(int.from_bytes(b"\1" + data, "big"))[3:].encode()
    return said.translate(_DIGITS)


_DIGITS = bytes(value & 1 for value in range(256))


@cache
def _frame(version: int) -> _Frame:
    side = 17 + 4 * version
    fixed: dict[tuple[int, int], int] = {}
    _finders(fixed, side)
    _alignments(fixed, version)
    for at in range(8, side - 8):
        fixed.setdefault((6, at), 1 - at % 2)
        fixed.setdefault((at, 6), 1 - at % 2)
    if version > 6:
        _version_bits(fixed, side, version)
    formats = [_format_bits(side, mask) for mask in range(8)]
    taken = fixed.keys() | formats[0].keys()
    order = [place for place in _zigzag(side) if place not in taken]
    free = set(order)
    drawn = []
    for mask, hides in enumerate(_MASKS):
        shown = {**fixed, **formats[mask]}
        drawn.append(
            bytes(
                int(hides(r, c)) if (r, c) in free else shown[r, c]
                for r in range(side)
                for c in range(side)
            )
        )
    return _Frame(side, tuple(r * side + c for r, c in order), tuple(drawn))


def _finders(fixed: dict[tuple[int, int], int], side: int) -> None:
    for top, left in ((0, 0), (0, side - 7), (side - 7, 0)):
        for r in range(-1, 8):
            for c in range(-1, 8):
                if 0 <= top + r < side and 0 <= left + c < side:
                    ring = max(abs(r - 3), abs(c - 3))
                    fixed[top + r, left + c] = int(ring in (0, 1, 3))


def _alignments(fixed: dict[tuple[int, int], int], version: int) -> None:
    centres = _ALIGNED[version - 1]
    for row in centres:
        for column in centres:
            if (row, column) in fixed:
                continue  # there is a finder
            for r in range(-2, 3):
                for c in range(-2, 3):
                    fixed[row + r, column + c] = int(max(abs(r), abs(c)) != 1)


def _version_bits(fixed: dict[tuple[int, int], int], side: int, version: int) -> None:
    coded = version << 12 | _remainder(version, 12, 0x1F25)
    for at in range(18):
        bit = coded >> at & 1
        fixed[at // 3, side - 11 + at % 3] = bit
        fixed[side - 11 + at % 3, at // 3] = bit


def _format_bits(side: int, mask: int) -> dict[tuple[int, int], int]:
    """Error correction M is 00; the dark module stands beside the second copy."""
    coded = (mask << 10 | _remainder(mask, 10, 0x537)) ^ 0x5412
    down = [(r, 8) for r in (0, 1, 2, 3, 4, 5, 7, 8)]
    first = [*down, *((8, c) for c in (7, 5, 4, 3, 2, 1, 0))]
    second = [
        *((8, side - 1 - at) for at in range(8)),
        *((side - 7 + at, 8) for at in range(7)),
    ]
    made = {(side - 8, 8): 1}
    for at in range(15):
        made[first[at]] = made[second[at]] = coded >> at & 1
    return made


def _remainder(value: int, length: int, generator: int) -> int:
    rest = value << length
    for at in range(rest.bit_length() - 1, length - 1, -1):
        if rest >> at & 1:
            rest ^= generator << (at - length)
    return rest


def _zigzag(side: int) -> Iterator[tuple[int, int]]:
    upward = True
    for right in range(side - 1, 0, -2):
        column = right if right > 6 else right - 1
        rows = range(side - 1, -1, -1) if upward else range(side)
        for row in rows:
            yield row, column
            yield row, column - 1
        upward = not upward


def _penalty(flat: bytes, side: int) -> int:
    """The four rules of the standard, over all lines at once; what is outside counts as light."""
    score = 0
    text = flat.translate(_ASCII)
    rows = [text[at * side : (at + 1) * side] for at in range(side)]
    columns = [text[at::side] for at in range(side)]
    for lines in (rows, columns):
        dark = int(b"0000".join((b"", *lines, b"")), 2)
        light = int(b"0000".join((b"", *(line.translate(_FLIPPED) for line in lines), b"")), 2)
        score += _long_runs(dark) + _long_runs(light) + _finder_like(dark)
    dark = int(b"0".join(rows), 2)
    light = int(b"0".join(row.translate(_FLIPPED) for row in rows), 2)
    for one in (dark, light):
        pairs = one & one >> 1
        score += 3 * (pairs & pairs >> (side + 1)).bit_count()
    share = flat.count(1) * 100 / len(flat)
    return score + 10 * int(abs(share - 50) / 5)


_ASCII = bytes(48 + (value & 1) for value in range(256))
_FLIPPED = bytes(49 - (value & 1) for value in range(256))


def _long_runs(line: int) -> int:
    pair = line & line >> 1
    five = pair & pair >> 2 & line >> 4
    return five.bit_count() + 2 * (five & ~(five >> 1)).bit_count()


def _finder_like(dark: int) -> int:
    """Each 1:1:3:1:1 with four light modules before or after it."""
    light = ~dark
    core = dark & light >> 1 & dark >> 2 & dark >> 3 & dark >> 4 & light >> 5 & dark >> 6
    after = light << 1 & light << 2 & light << 3 & light << 4
    before = light >> 7 & light >> 8 & light >> 9 & light >> 10
    return 40 * (core & (after | before)).bit_count()
