"""The sRGB profile of all documents: ICC version 4, its curve as a formula, half a kilobyte.

The usual profile carries the curve as a table of a thousand numbers, which no compression takes away.
"""

from __future__ import annotations

import struct
from functools import cache

# IEC 61966-2-1, its primaries adapted to D50 by Bradford, as the ICC publishes them.
_WHITE = (0.9642, 1.0, 0.8249)
_RED, _GREEN, _BLUE = (
    (0.43606567, 0.22248840, 0.01391602),
    (0.38514709, 0.71687317, 0.09707642),
    (0.14307836, 0.06060791, 0.71409607),
)
_TO_D50 = (
    1.04788208, 0.02291870, -0.05020142,
    0.02958679, 0.99047852, -0.01707458,
    -0.00924683, 0.01507568, 0.75167847,
)  # fmt: skip
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


@cache
def srgb_profile() -> bytes:
    """The profile's bytes."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    named = {
        b"desc": _text("sRGB"),
        b"cprt": _text("CC0"),
        b"wtpt": _xyz(_WHITE),
        b"chad": b"sf32" + bytes(4) + _fixed(*_TO_D50),
        b"rXYZ": _xyz(_RED),
        b"gXYZ": _xyz(_GREEN),
        b"bXYZ": _xyz(_BLUE),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    start = 128 + 4 + 12 * len(named)
    places: dict[bytes, int] = {}
    body = b""
    for data in named.values():
        if data not in places:
            places[data] = start + len(body)
            body += data + bytes(-len(data) % 4)
    table = b"".join(
        struct.pack(">4sII", tag, places[data], len(data)) for tag, data in named.items()
    )
    header = struct.pack(
        ">I4sI4s4s4s12s4s4sII4sQI12s", start + len(body), b"", 0x04200000, b"mntr", b"RGB ",
        b"XYZ ", struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp", b"", 0, 0, b"", 0, 1,
        _fixed(*_WHITE),
    )  # fmt: skip
    return header.ljust(128, b"\0") + struct.pack(">I", len(named)) + table + body


def _fixed(*values: float) -> bytes:
    return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))


def _xyz(values: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*values)


def _text(said: str) -> bytes:
    encoded = said.encode("utf-16-be")
    front = struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(encoded), 28)
    return b"mluc" + bytes(4) + front + encoded
