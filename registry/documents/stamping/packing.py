"""Deflate streams that begin alike: what they share is packed once, the rest joined to it."""

from __future__ import annotations

import zlib

LEVEL = 6
_HEAD = b"\x78\x9c"


class Shared:
    """The packed beginning of many streams. A stream may have a front of its own before it."""

    def __init__(self, beginning: bytes) -> None:
        self._raw = beginning
        self._packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, 7)
        self._packed = self._packer.compress(beginning) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def packed(self, rest: bytes, *, front: bytes = b"") -> bytes:
        """A whole zlib stream of front, shared beginning and rest."""
        packer = self._packer.copy()
        end = packer.compress(rest) + packer.flush()
        check = zlib.adler32(rest, zlib.adler32(self._raw, zlib.adler32(front)))
        first = b""
        if front:
            alone = zlib.compressobj(LEVEL, zlib.DEFLATED, -15, 7)
            first = alone.compress(front) + alone.flush(zlib.Z_SYNC_FLUSH)
        return b"".join((_HEAD, first, self._packed, end, check.to_bytes(4, "big")))
