"""Objects into the bytes of a PDF: one revision, object streams, the smallest cross-reference table.

Used instead of pydyf's own writer, which packs every stream twice where a file has an identifier,
and shared by the full and the compiled way, so that both give files of one build.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"


@dataclass(frozen=True)
class Piece:
    """One object: its dictionary or value, what its stream holds unpacked, and whether it must
    stand by itself (the signature, whose place in the file is counted)."""

    data: bytes
    stream: bytes | None = None
    loose: bool = False
    filtered: bool = False  # the stream is packed already, and its dictionary says how


@dataclass(frozen=True)
class Parts:
    """All objects of a document, numbered from 1 as they come."""

    pieces: tuple[Piece, ...]
    root: int
    info: int


def take(pdf: Any, dropped: frozenset[int] = frozenset()) -> Parts:
    """The finished pydyf object tree as pieces."""
    import pydyf

    if pdf.info and not pdf.info.number:
        pdf.add_object(pdf.info)
    pieces = {}
    for one in pdf.objects[1:]:
        if one.number in dropped:
            continue
        if isinstance(one, pydyf.Stream):
            content = b"\n".join(pydyf._to_bytes(item) for item in one.stream)
            data, filtered = pydyf.Dictionary(one.extra).data, "Filter" in one.extra
            pieces[one.number] = Piece(data, content, filtered=filtered)
        else:
            pieces[one.number] = Piece(one.data, loose=not one.compressible)
    return _closed_up(pieces, pdf.catalog.number, pdf.info.number)


# References, and the strings in which what looks like one is text.
_REFERENCE = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9a-fA-F]+>|\b(\d+) 0 R\b", re.DOTALL)


def _closed_up(pieces: Mapping[int, Piece], root: int, info: int) -> Parts:
    """Numbered from 1 without a gap: every number takes its row in the table."""
    numbers = {old: new for new, old in enumerate(pieces, start=1)}

    def renumbered(found: re.Match[bytes]) -> bytes:
        return b"%d 0 R" % numbers[int(found[1])] if found[1] else found[0]

    made = (replace(one, data=_REFERENCE.sub(renumbered, one.data)) for one in pieces.values())
    return Parts(tuple(made), numbers[root], numbers[info])


def write(parts: Parts) -> bytes:
    """The file. Its identifier is a digest of its objects, so equal objects give equal bytes."""
    digest = hashlib.md5(usedforsecurity=False)
    for piece in parts.pieces:
        digest.update(piece.data)
        digest.update(piece.stream or b"")
    out = File(len(parts.pieces) + 3)
    gathered: list[tuple[int, bytes]] = []
    for at, piece in enumerate(parts.pieces):
        if piece.stream is not None:
            out.stream(at + 1, *packed(piece))
        elif piece.loose:
            out.plain(at + 1, piece.data)
        else:
            gathered.append((at + 1, piece.data))
    head, body = object_stream(gathered)
    out.objects(len(parts.pieces) + 1, head, pack(body), [n for n, _ in gathered])
    return out.close(parts.root, parts.info, digest.hexdigest())


def packed(piece: Piece) -> tuple[bytes, bytes]:
    """Dictionary and packed content of a stream: pictures come packed, all else is deflated."""
    assert piece.stream is not None
    if piece.filtered:
        return piece.data, piece.stream
    return deflated(piece.data), pack(piece.stream)


def pack(data: bytes) -> bytes:
    """Deflated, in the blocks of 8,192 signs that suit outlines best."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS, 7)
    return packer.compress(data) + packer.flush()


def deflated(dictionary: bytes) -> bytes:
    """The dictionary of a stream that is deflated."""
    return dictionary[:-2] + b"/Filter /FlateDecode>>"


def object_stream(gathered: Sequence[tuple[int, bytes]]) -> tuple[bytes, bytes]:
    """The dictionary's entries and the unpacked body of an object stream."""
    places, at = [], 0
    for number, data in gathered:
        places.append(b"%d %d" % (number, at))
        at += len(data) + 1
    index = b" ".join(places)
    body = index + b"\n" + b"\n".join(data for _, data in gathered)
    return b"<</Type /ObjStm /N %d /First %d>>" % (len(gathered), len(index) + 1), body


class File:
    """Bytes written so far, and where each object begins."""

    def __init__(self, size: int) -> None:
        self._parts = [HEADER]
        self._length = len(HEADER)
        self._places = [b"\0\0\0\0\xff\xff"] * size  # free, and never to be used again

    def _add(self, number: int, *parts: bytes) -> None:
        self._places[number] = b"\1" + self._length.to_bytes(3, "big") + b"\0\0"
        self._parts.extend(parts)
        self._length += sum(map(len, parts))

    def plain(self, number: int, data: bytes) -> None:
        self._add(number, b"%d 0 obj\n" % number, data, b"\nendobj\n")

    def stream(self, number: int, dictionary: bytes, packed: bytes) -> None:
        """A stream whose content is packed, as `dictionary` says; its length is added here."""
        said = b"%d 0 obj\n%s/Length %d>>\nstream\n" % (
            number, dictionary[:-2], len(packed),
        )  # fmt: skip
        self._add(number, said, packed, b"\nendstream\nendobj\n")

    def objects(self, number: int, dictionary: bytes, packed: bytes, held: Sequence[int]) -> None:
        """An object stream, and the places of the objects that it holds."""
        self.stream(number, deflated(dictionary), packed)
        for index, one in enumerate(held):
            self._places[one] = b"\2" + number.to_bytes(3, "big") + index.to_bytes(2, "big")

    def close(self, root: int, info: int, identifier: str) -> bytes:
        """Cross-reference stream and end; the number of the stream is the last one left."""
        number = len(self._places) - 1
        start = self._length
        self._places[number] = b"\1" + start.to_bytes(3, "big") + b"\0\0"
        dictionary = (
            b"<</Type /XRef/Size %d/W [1 3 2]/Root %d 0 R/Info %d 0 R/ID [<%s> <%s>]"
            b"/DecodeParms <</Predictor 12/Columns 6>>>>"
        ) % (len(self._places), root, info, identifier.encode(), identifier.encode())
        self.stream(number, deflated(dictionary), pack(_rows(self._places)))
        self._parts.append(b"startxref\n%d\n%%%%EOF\n" % start)
        return b"".join(self._parts)


def _rows(places: Sequence[bytes]) -> bytes:
    """Rows of the table as differences to the row above (PNG's filter "up"), which pack best."""
    rows = b"".join(places)
    steps = bytes((here - above) & 255 for here, above in zip(rows, bytes(6) + rows, strict=False))
    return b"".join(b"\2" + steps[at : at + 6] for at in range(0, len(steps), 6))
