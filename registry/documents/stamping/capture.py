"""What one real rendering teaches: where each text stands, in which type, and all that stays."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf

from registry.documents.embedding import utf16_text
from registry.documents.stamping.slots import Place, Slot
from registry.documents.writing import Parts, Piece

_TAGS = frozenset({"p", "h1", "td", "th"})
_HOLDERS = frozenset({"/P", "/H1", "/TD", "/TH"})
_TEXT = re.compile(
    rb"/Span\n<</MCID (?P<mark>\d+)>>\nBDC\n(?P<before>(?:(?!BT\n|EMC\n).)*?)BT\n"
    rb"1 0 0 -1 (?P<x>\S+) (?P<y>\S+) Tm\n/(?P<font>\S+) (?P<size>\S+) Tf\n"
    rb"\[(?P<shown>[^\]]*)\] TJ\nET\nEMC\n",
    re.DOTALL,
)
_FIGURE = re.compile(rb"/Figure\n<</MCID (\d+)>>\nBDC\n(?:(?!EMC\n).)*EMC\n", re.DOTALL)
_PATH = re.compile(rb"(?<=4 M\n)(?:\[[0-9 ]+\] 0 d\n[0-9. ]+ m\n[0-9. ]+ l\nS\n)+")
_HEX = re.compile(rb"<([0-9a-f]+)>")
_BASE = b"0.75 0 0 0.75 0 0 cm"


class Unfit(ValueError):
    """A page that is built otherwise than templates can be made of; the full way stays open."""


@dataclass(frozen=True)
class Block:
    """One text of the page as it was laid out: its lines and where each begins (px), the room it
    had, and its style."""

    lines: tuple[str, ...]
    lefts: tuple[float, ...]
    room: float
    style: Any
    language: str


@dataclass(frozen=True)
class Mark:
    """One line of text as it was drawn."""

    number: int
    x: bytes
    y: bytes
    font: str
    size: bytes
    colour: bytes
    shown: bytes

    @property
    def scale(self) -> int:
        """Pixels of the type size in Pango's units."""
        return round(float(self.size) * 1024)


@dataclass
class Content:
    """A page's content taken apart: what stays, the lines that vary, and the QR code."""

    still: list[bytes] = field(default_factory=list)
    still_marks: list[tuple[int, Mark]] = field(default_factory=list)  # where in `still`
    marks: dict[int, Mark] = field(default_factory=dict)
    figure: tuple[bytes, bytes] = (b"", b"")  # before and behind the path of the QR code


def blocks(document: Any) -> list[Block]:
    """Every text of a one-page document, in the order of its structure."""
    if len(document.pages) != 1:
        raise Unfit("more than one page")
    return list(_blocks(document.pages[0]._page_box, ""))


def _blocks(box: Any, inside: str) -> Iterator[Block]:
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    tag = box.element_tag if getattr(box, "element", None) is not None else ""
    cell_again = tag in ("td", "th") and inside in ("td", "th")
    if tag in _TAGS and not cell_again and not isinstance(box, boxes.LineBox | boxes.TextBox):
        texts = [one for one in _texts(box) if one.text.strip()]
        if not texts:
            raise Unfit(f"an empty {tag}")
        yield Block(
            lines=tuple(one.text.rstrip(" ") for one in texts),
            lefts=tuple(float(one.position_x) for one in texts),
            room=float(box.width),
            style=texts[0].style,
            language="en" if str(texts[0].style["lang"]) == "en" else "zh-hans",
        )
        return
    for child in getattr(box, "children", ()):
        yield from _blocks(child, tag if tag in ("td", "th") else inside)


def _texts(box: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def marks_of_texts(data: bytes) -> list[list[int]]:
    """The numbers of the marked lines of every text, in the order of the structure."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return list(_marks(pdf.Root.StructTreeRoot))


def _marks(element: Any) -> Iterator[list[int]]:
    kids = element.get("/K", pikepdf.Array())
    listed = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    own = [int(one) for one in listed if isinstance(one, int)]
    if own and str(element.get("/S")) in _HOLDERS:
        yield own
    for one in listed:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield from _marks(one)


def take_apart(content: bytes, varying: frozenset[int], qr_mark: int) -> Content:
    """Sort a content stream into what stays and what varies, keeping each line's colour."""
    made, state = Content(), _State()
    at = 0
    for found in sorted(
        (*_TEXT.finditer(content), *_FIGURE.finditer(content)), key=lambda one: one.start()
    ):
        state.run(content[at : found.start()])
        made.still.append(content[at : found.start()])
        at = found.end()
        if found.re is _FIGURE:
            if int(found[1]) == qr_mark:
                made.figure = _cut_figure(found[0], state)
            else:
                made.still.append(found[0])
            continue
        state.run(found["before"])
        mark = Mark(
            int(found["mark"]), found["x"], found["y"], found["font"].decode(),
            found["size"], state.colour, found["shown"],
        )  # fmt: skip
        made.marks[mark.number] = mark
        if mark.number in varying:
            if state.matrices:
                raise Unfit("a text that varies is turned or scaled")
            made.still.append(found["before"])
        else:
            made.still_marks.append((len(made.still), mark))
            made.still.append(found[0])
    made.still.append(content[at:])
    if not varying <= made.marks.keys() or not made.figure[0]:
        raise Unfit("a text or the QR code was not found")
    return made


def _cut_figure(block: bytes, state: _State) -> tuple[bytes, bytes]:
    paths = list(_PATH.finditer(block))
    if len(paths) != 1 or state.matrices:
        raise Unfit("the QR code is drawn otherwise")
    return block[: paths[0].start()], block[paths[0].end() :]


class _State:
    """The colour and the matrices in force while a content stream runs."""

    def __init__(self) -> None:
        self.colour = b""
        self._kept: list[tuple[bytes, list[bytes]]] = []
        self._matrices: list[bytes] = []

    @property
    def matrices(self) -> list[bytes]:
        """Beyond the page's own."""
        inner = self._matrices[1:]
        return inner[1:] if inner[:1] == [_BASE] else [b"?", *inner]

    def run(self, content: bytes) -> None:
        for line in content.split(b"\n"):
            if line == b"q":
                self._kept.append((self.colour, list(self._matrices)))
            elif line == b"Q":
                self.colour, self._matrices = self._kept.pop()
            elif line.endswith(b" rg"):
                self.colour = line
            elif line.endswith(b" cm"):
                self._matrices.append(line)


def renumbered(shown: bytes, numbers: Mapping[int, int]) -> bytes:
    """The operand of TJ under other glyph numbers."""

    def new(found: re.Match[bytes]) -> bytes:
        digits = found[1]
        glyphs = (int(digits[at : at + 4], 16) for at in range(0, len(digits), 4))
        return b"<" + b"".join(b"%04x" % numbers[glyph] for glyph in glyphs) + b">"

    return _HEX.sub(new, shown)


def glyphs_in(shown: bytes) -> set[int]:
    return {
        int(digits[at : at + 4], 16)
        for digits in _HEX.findall(shown)
        for at in range(0, len(digits), 4)
    }


def matched(
    slots: Sequence[Slot], found: Sequence[Block], marks: Sequence[Sequence[int]]
) -> list[tuple[Slot, Block, Sequence[int]]]:
    """Slot, layout and marks of every text, if the three agree."""
    if not len(slots) == len(found) == len(marks):
        raise Unfit(f"{len(slots)} texts, {len(found)} laid out, {len(marks)} marked")
    made = list(zip(slots, found, marks, strict=True))
    for slot, block, own in made:
        if _bare("".join(block.lines)) != _bare(slot.text):
            raise Unfit(f"{slot.key}: another text stands there")
        if len(own) != len(block.lines) and slot.place is not Place.STILL:
            raise Unfit(f"{slot.key}: {len(own)} marks for {len(block.lines)} lines")
    return made


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def only(pieces: Sequence[Piece], holds: Callable[[Piece], bool]) -> int:
    """The place of the one object that `holds`."""
    found = [at for at, piece in enumerate(pieces) if holds(piece)]
    if len(found) != 1:
        raise Unfit(f"{len(found)} objects where one was expected")
    return found[0]


def content_number(parts: Parts) -> int:
    """The place of the page's content."""
    return only(parts.pieces, lambda one: (one.stream or b"").startswith(b"1 0 0 -1 "))


def content_of(parts: Parts) -> bytes:
    return parts.pieces[content_number(parts)].stream or b""


def figure(parts: Parts, said: str) -> int:
    """The place of the figure with this spoken name."""
    alt = b"<%s>" % utf16_text(said)
    return only(parts.pieces, lambda one: b"/S /Figure" in one.data and alt in one.data)


def mark_of_figure(parts: Parts, said: str) -> int:
    marked = re.search(rb"/K \[(\d+)\]", parts.pieces[figure(parts, said)].data)
    if marked is None:
        raise Unfit("the figure is not marked")
    return int(marked[1])
