"""A compiled template: everything of a certificate that stays, packed once, and the places of the rest."""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from xml.sax.saxutils import escape

from registry.documents import qr, tidying, writing
from registry.documents.embedding import (
    MAP_HEAD,
    MAP_TAIL,
    Drawn,
    map_blocks,
    thousandths,
    utf16_text,
    width_runs,
)
from registry.documents.fonts import outlines
from registry.documents.renderer import Rendered
from registry.documents.stamping import capture, shaping
from registry.documents.stamping.capture import Block, Mark, Unfit, only
from registry.documents.stamping.packing import Shared
from registry.documents.stamping.shaping import Shaped
from registry.documents.stamping.slots import Place, Slot

_WIDTHS = re.compile(rb"/W \[.*\](?=/DW)")


@dataclass(frozen=True)
class Values:
    """What the file says beside its page: attachments by name, and what the metadata repeat."""

    now: datetime
    title: str
    address: str
    figure: str
    attached: Mapping[str, bytes]
    mirrored: Mapping[str, str]

    @property
    def created(self) -> str:
        return self.now.strftime("%Y-%m-%dT%H:%M:%SZ")

    @property
    def stamp(self) -> bytes:
        return b"(D:%sZ)" % self.now.strftime("%Y%m%d%H%M%S").encode()


@dataclass(frozen=True)
class Line:
    """One line that varies: what is written before and behind its place, and where that is."""

    font: str
    front: bytes
    middle: bytes
    place: Place
    x: float
    still_x: bytes


class Font:
    """One weight of the type: the glyphs that every certificate of the shape has, and more."""

    def __init__(self, drawn: Drawn, still: Iterable[int]) -> None:
        self.face = outlines.face(drawn.semibold)
        self.still = tuple(sorted(still))
        self.said = {glyph: drawn.said[glyph] for glyph in self.still}
        self._numbers = {glyph: b"%04x" % (at + 1) for at, glyph in enumerate(self.still)}
        chosen = [self.face.glyph(glyph) for glyph in (0, *self.still)]
        self._tables = self.face.tables(chosen)
        self._widths = width_runs(self.face, self.still, 1)
        self._sum = sum(one.total for one in chosen)
        self._outlines = Shared(self._tables[b"glyf"])
        self._map = Shared(MAP_HEAD + map_blocks(tuple(self.said.values()), 1))

    def number(self, used: Iterable[int]) -> tuple[dict[int, bytes], list[int]]:
        """Numbers for all glyphs of one certificate, and those that it has beyond the still ones."""
        more = sorted(set(used).difference(self._numbers))
        first = len(self.still) + 1
        numbers = {**self._numbers, **{g: b"%04x" % (first + at) for at, g in enumerate(more)}}
        return numbers, more

    def file(self, more: Sequence[int]) -> tuple[bytes, int]:
        """The packed font file and its length unpacked."""
        chosen = [self.face.glyph(glyph) for glyph in more]
        tables = self.face.joined(self._tables, chosen)
        rest = b"".join(one.outline for one in chosen)
        total = self._sum + sum(one.total for one in chosen)
        size = len(self._tables[b"glyf"]) + len(rest)
        front = outlines.front_of(tables, total, size)
        return self._outlines.packed(rest, front=front), len(front) + size

    def character_map(self, more: Sequence[int], said: Mapping[int, str]) -> bytes:
        blocks = map_blocks([said[glyph] for glyph in more], len(self.still) + 1)
        return self._map.packed(blocks + MAP_TAIL)

    def widths(self, more: Sequence[int]) -> bytes:
        runs = width_runs(self.face, more, len(self.still) + 1)
        return b"[%s %s]" % (self._widths, runs) if runs else b"[%s]" % self._widths


class Template:
    """Made from one rendering; `stamp` makes a certificate of the same shape."""

    def __init__(self, rendered: Rendered, slots: Sequence[Slot], values: Values) -> None:
        self._parts = rendered.parts
        texts = capture.matched(
            slots, capture.blocks(rendered.layout), capture.marks_of_texts(rendered.data)
        )
        self._find_pieces(rendered, values)
        varying = [
            mark for slot, _, marks in texts if slot.place is not Place.STILL for mark in marks
        ]
        content = capture.take_apart(
            capture.content_of(self._parts), frozenset(varying), self._qr_mark
        )
        self._fonts = _fonts(rendered, content)
        self._figure = content.figure
        self._lines = _lines(texts, content, rendered)
        self._still = Shared(_still_content(rendered, content, self._fonts))
        self._pack_what_stays(values)

    # ---- taking the rendering apart --------------------------------------------------------------

    def _find_pieces(self, rendered: Rendered, values: Values) -> None:
        pieces = self._parts.pieces
        self._content = capture.content_number(self._parts)
        self._metadata = only(pieces, lambda p: b"/Subtype /XML" in p.data)
        self._info = self._parts.info - 1
        self._qr = capture.figure(self._parts, values.figure)
        self._qr_mark = capture.mark_of_figure(self._parts, values.figure)
        self._attached = {name: _attachment(pieces, name) for name in values.attached}
        self._font_pieces = {name: _FontPieces.find(pieces, name) for name in rendered.drawn}

    def _pack_what_stays(self, values: Values) -> None:
        pieces = self._parts.pieces
        varies = {self._content, self._metadata, self._info, self._qr, *self._attached.values()}
        for font in self._font_pieces.values():
            varies |= {font.file, font.to_unicode, font.descendant}
        still = [(at + 1, p) for at, p in enumerate(pieces) if at not in varies]
        gathered = [(n, p.data) for n, p in still if p.stream is None and not p.loose]
        head, body = writing.object_stream(gathered)
        self._still_head, self._still_body = head, writing.pack(body)
        self._held = [number for number, _ in gathered]
        self._streams = [(n, *writing.packed(p)) for n, p in still if p.stream is not None]
        self._loose = [(n, p.data) for n, p in still if p.loose]
        digest = hashlib.sha256(body)
        for _, data, packed in self._streams:
            digest.update(data + packed)
        self._digest = digest.digest()
        self._info_parts = _cut(pieces[self._info].data, [utf16_text(values.title), values.stamp])
        self._figure_parts = _cut(pieces[self._qr].data, [utf16_text(values.figure)])
        said = pieces[self._metadata].stream
        assert said is not None
        self._xmp_parts = _cut(said, _repeated(values))

    # ---- stamping --------------------------------------------------------------------------------

    def stamp(self, lines: Sequence[Shaped], values: Values) -> bytes | None:
        """The file; `lines` are those of all slots that vary, in order. None where a glyph would
        stand for two characters."""
        used = self._glyphs(lines)
        if used is None:
            return None
        numbers, more = {}, {}
        for name, font in self._fonts.items():
            numbers[name], more[name] = font.number(used[name])
        content = self._varying(lines, numbers, values)
        identifier = hashlib.md5(self._digest + content, usedforsecurity=False)
        out = writing.File(len(self._parts.pieces) + 4)
        for number, data, packed in self._streams:
            out.stream(number, data, packed)
        end = len(self._parts.pieces)
        out.objects(end + 1, self._still_head, self._still_body, self._held)
        for number, data in self._loose:
            out.plain(number, data)
        out.stream(self._content + 1, b"<</Filter /FlateDecode>>", self._still.packed(content))
        gathered = [(self._info + 1, _joined(self._info_parts, [utf16_text(values.title), values.stamp])),
                    (self._qr + 1, _joined(self._figure_parts, [utf16_text(values.figure)]))]  # fmt: skip
        for name, font in self._fonts.items():
            gathered.append(self._write_font(out, name, font, more[name], used[name]))
        for name, data in values.attached.items():
            identifier.update(data)
            out.stream(self._attached[name] + 1, *self._attachment(name, data, values))
        metadata = _joined(self._xmp_parts, _repeated(values))
        out.stream(
            self._metadata + 1,
            writing.deflated(self._parts.pieces[self._metadata].data),
            zlib.compress(metadata, 9),
        )
        gathered.sort()
        head, body = writing.object_stream(gathered)
        identifier.update(body)
        out.objects(end + 2, head, writing.pack(body), [number for number, _ in gathered])
        return out.close(self._parts.root, self._parts.info, identifier.hexdigest())

    def _glyphs(self, lines: Sequence[Shaped]) -> dict[str, dict[int, str]] | None:
        """Every glyph that is drawn, by font, with its character."""
        used = {name: dict(font.said) for name, font in self._fonts.items()}
        for line, shaped in zip(self._lines, lines, strict=True):
            used[line.font].update(shaped.said)
        agree = all(
            shaped.said.items() <= used[line.font].items()
            for line, shaped in zip(self._lines, lines, strict=True)
        )
        still = all(font.said.items() <= used[name].items() for name, font in self._fonts.items())
        return used if agree and still else None

    def _varying(
        self, lines: Sequence[Shaped], numbers: Mapping[str, Mapping[int, bytes]], values: Values
    ) -> bytes:
        made: list[bytes] = []
        behind = 0.0
        for line, shaped in zip(self._lines, lines, strict=True):
            if line.place is Place.LEFT:
                x, behind = line.still_x, shaped.width
            elif line.place is Place.RIGHT:
                x = thousandths(line.x - shaped.width)
            else:
                behind = 0.0 if line.still_x else behind
                x, behind = thousandths(line.x + behind), behind + shaped.width
            made += (
                line.front,
                x,
                line.middle,
                shaped.shown(numbers[line.font]),
                b"] TJ\nET\nEMC\n",
            )
        path = tidying.dashed(qr.runs(values.address))
        return b"".join((*made, self._figure[0], path, self._figure[1], b"Q"))

    def _write_font(
        self, out: writing.File, name: str, font: Font, more: Sequence[int], said: Mapping[int, str]
    ) -> tuple[int, bytes]:
        pieces = self._font_pieces[name]
        packed, length = font.file(more)
        out.stream(pieces.file + 1, b"<</Length1 %d/Filter /FlateDecode>>" % length, packed)
        out.stream(
            pieces.to_unicode + 1, b"<</Filter /FlateDecode>>", font.character_map(more, said)
        )
        data = self._parts.pieces[pieces.descendant].data
        return pieces.descendant + 1, _WIDTHS.sub(lambda _: b"/W " + font.widths(more), data)

    def _attachment(self, name: str, data: bytes, values: Values) -> tuple[bytes, bytes]:
        said = self._parts.pieces[self._attached[name]].data
        kept = said[: said.index(b"/Params")]
        checksum = hashlib.md5(data, usedforsecurity=False).hexdigest().encode()
        dictionary = b"%s/Params <</CheckSum <%s>/Size %d/ModDate %s>>>>" % (
            kept, checksum, len(data), values.stamp,
        )  # fmt: skip
        return writing.deflated(dictionary), packed_once(data)


@dataclass(frozen=True)
class _FontPieces:
    """Where in the document the objects of one font lie."""

    file: int
    to_unicode: int
    descendant: int

    @classmethod
    def find(cls, pieces: Sequence[writing.Piece], name: str) -> _FontPieces:
        base = b"/BaseFont /" + name.encode() + b"+"
        composite = only(pieces, lambda p: b"/Type0" in p.data and base in p.data)
        to_unicode = _referred(pieces[composite].data, rb"/ToUnicode (\d+) 0 R")
        descendant = _referred(pieces[composite].data, rb"/DescendantFonts \[(\d+) 0 R\]")
        descriptor = _referred(pieces[descendant].data, rb"/FontDescriptor (\d+) 0 R")
        file = _referred(pieces[descriptor].data, rb"/FontFile2 (\d+) 0 R")
        return cls(file, to_unicode, descendant)


@lru_cache(maxsize=64)
def _packed_large(data: bytes) -> bytes:
    return zlib.compress(data, 9)


def packed_once(data: bytes) -> bytes:
    """A large attachment is the same in many certificates, a small one hardly ever."""
    return _packed_large(data) if len(data) > 65536 else zlib.compress(data, 6)


def shaped_as(text: str, mark: Mark, block: Block, drawn: Drawn) -> Shaped:
    """The line shaped by us, if it comes out exactly as it was drawn."""
    shaped = shaping.shape(text, drawn.semibold, mark.scale, block.language)
    if shaped is None:
        raise Unfit(f"{text!r} cannot be shaped here")
    numbers = {glyph: b"%04x" % (at + 1) for at, glyph in enumerate(drawn.glyphs)}
    if shaped.shown(numbers) != mark.shown:
        raise Unfit(f"{text!r} is shaped otherwise")
    return shaped


def _referred(data: bytes, pattern: bytes) -> int:
    found = re.search(pattern, data)
    if found is None:
        raise Unfit(f"no {pattern!r}")
    return int(found[1]) - 1


def _attachment(pieces: Sequence[writing.Piece], name: str) -> int:
    said = b"/F (%s)" % name.encode()
    specification = only(pieces, lambda p: b"/Filespec" in p.data and said in p.data)
    return _referred(pieces[specification].data, rb"/EF <</F (\d+) 0 R>>")


def _repeated(values: Values) -> list[bytes]:
    """What the metadata repeat from certificate to certificate, as they write it."""
    mirrored = (f"<gpr:{key}>{escape(said)}</gpr:{key}>" for key, said in values.mirrored.items())
    said = (f">{escape(values.title)}<", f">{values.created}<", *mirrored)
    return [one.encode() for one in said]


def _cut(data: bytes, said: Sequence[bytes]) -> list[bytes | int]:
    """The data with places in which the texts `said` stood, by their index."""
    made: list[bytes | int] = [data]
    for index, text in enumerate(said):
        cut: list[bytes | int] = []
        found = 0
        for part in made:
            if isinstance(part, int):
                cut.append(part)
                continue
            first, *others = part.split(text)
            cut.append(first)
            for other in others:
                cut += [index, other]
            found += len(others)
        if not found:
            raise Unfit(f"{text[:40]!r} does not stand there")
        made = cut
    return made


def _joined(parts: Sequence[bytes | int], said: Sequence[bytes]) -> bytes:
    return b"".join(said[part] if isinstance(part, int) else part for part in parts)


def _fonts(rendered: Rendered, content: capture.Content) -> dict[str, Font]:
    """The fonts with the glyphs of all that stays."""
    still: dict[str, set[int]] = {name: set() for name in rendered.drawn}
    for _, mark in content.still_marks:
        glyphs = rendered.drawn[mark.font].glyphs
        still[mark.font] |= {glyphs[number - 1] for number in capture.glyphs_in(mark.shown)}
    return {name: Font(rendered.drawn[name], glyphs) for name, glyphs in still.items()}


def _still_content(
    rendered: Rendered, content: capture.Content, fonts: Mapping[str, Font]
) -> bytes:
    pieces = list(content.still)
    for at, mark in content.still_marks:
        own = fonts[mark.font].still
        number = {glyph: n + 1 for n, glyph in enumerate(own)}
        old = rendered.drawn[mark.font].glyphs
        wanted = {n: number[old[n - 1]] for n in capture.glyphs_in(mark.shown)}
        pieces[at] = pieces[at].replace(mark.shown, capture.renumbered(mark.shown, wanted))
    return b"".join(pieces) + b"\nq\n0.75 0 0 0.75 0 0 cm\n/a1.0 gs\n"


def _lines(
    texts: Sequence[tuple[Slot, Block, Sequence[int]]],
    content: capture.Content,
    rendered: Rendered,
) -> list[Line]:
    made: list[Line] = []
    behind: dict[str, float] = {}
    for slot, block, marks in texts:
        if slot.place is Place.STILL:
            continue
        for text, left, number in zip(block.lines, block.lefts, marks, strict=True):
            mark = content.marks[number]
            shaped = shaped_as(text, mark, block, rendered.drawn[mark.font])
            x, still_x = left, b""
            if slot.place is Place.LEFT:
                still_x = mark.x
                behind[slot.key] = shaped.width
            elif slot.place is Place.RIGHT:
                x += shaped.width
            else:
                still_x = b"" if slot.key in behind else mark.x
                before = behind.setdefault(slot.key, 0.0)
                x -= before
                behind[slot.key] = before + shaped.width
            made.append(
                Line(
                    font=mark.font,
                    front=b"/Span\n<</MCID %d>>\nBDC\n%s\nBT\n1 0 0 -1 " % (number, mark.colour),
                    middle=b" %s Tm\n/%s %s Tf\n[" % (mark.y, mark.font.encode(), mark.size),
                    place=slot.place,
                    x=round(x, 4),
                    still_x=still_x,
                )
            )
    return made
