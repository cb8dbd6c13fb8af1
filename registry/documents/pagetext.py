"""The visible text of a tagged PDF as its structure orders it, read from the page itself.

Reads only what our own documents contain: two-byte glyph codes with a ToUnicode map, marked content
with identifiers. Anything else on a page is an oddity, and told as one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pikepdf

_MOST_KIDS = 20_000
_CHAR = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_RANGE = re.compile(
    rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]+)>|\[([0-9A-Fa-f<>\s]*)\])"
)
_TEXT = re.compile(rb"<([0-9A-Fa-f]*)>")
_BLOCK = re.compile(rb"begin(bfchar|bfrange)(.*?)end\1", re.DOTALL)


class Unreadable(ValueError):
    """The page is not built as our documents are."""


@dataclass
class PageText:
    """Text by structure, the spoken names of its figures, and what stands outside the structure."""

    text: str = ""
    figures: list[str] = field(default_factory=list)
    outside: str = ""
    pictures: int = 0


def read(pdf: pikepdf.Pdf) -> PageText:
    """All pages, in the order in which the structure tree reads them."""
    made = PageText()
    marked: dict[tuple[Any, int], str] = {}
    for page in pdf.pages:
        reader = _PageReader(page.obj.objgen, marked)
        reader.run(page, page.obj.get("/Resources", pikepdf.Dictionary()))
        made.outside += reader.outside
        made.pictures += reader.pictures
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        raise Unreadable("no structure")
    parts: list[str] = []
    _Tree(marked, parts, made.figures).walk(root, None)
    made.text = "".join(parts)
    return made


def texts_by_element(pdf: pikepdf.Pdf) -> list[tuple[str, str, str]]:
    """Type, language in force and text of every element that holds text itself."""
    marked: dict[tuple[Any, int], str] = {}
    for page in pdf.pages:
        _PageReader(page.obj.objgen, marked).run(page, page.obj.get("/Resources"))
    found: list[tuple[str, str, str]] = []
    _collect(pdf.Root.StructTreeRoot.K[0], str(pdf.Root.get("/Lang", "")), marked, found)
    return found


def _collect(
    element: Any,
    language: str,
    marked: dict[tuple[Any, int], str],
    found: list[tuple[str, str, str]],
) -> None:
    language = str(element.get("/Lang", language))
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            text = marked.get((element.Pg.objgen, kid), "")
            if text.strip():
                found.append((str(element.S), language, text))
        elif isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            _collect(kid, language, marked, found)


class _PageReader:
    """Runs a content stream and collects text by marked-content identifier."""

    def __init__(self, page: Any, marked: dict[tuple[Any, int], str]) -> None:
        self._page = page
        self._marked = marked
        self._stack: list[int | None] = []
        self._font: dict[int, str] = {}
        self.outside = ""
        self.pictures = 0

    def run(self, content: Any, resources: Any, depth: int = 0) -> None:
        if depth > 8:
            raise Unreadable("forms nested too deep")
        fonts = {name: _to_unicode(font) for name, font in resources.get("/Font", {}).items()}
        for instruction in pikepdf.parse_content_stream(content):
            operands, name = instruction.operands, str(instruction.operator)
            if name in ("BDC", "BMC"):
                self._stack.append(_identifier(operands))
            elif name == "EMC" and self._stack:
                self._stack.pop()
            elif name == "Tf":
                self._font = fonts.get(str(operands[0]), {})
            elif name in ("Tj", "TJ", "'", '"'):
                self._show(operands[-1])
            elif name == "Do":
                self._do(resources, str(operands[0]), depth)
            elif name == "INLINE IMAGE":
                self.pictures += 1

    def _do(self, resources: Any, name: str, depth: int) -> None:
        drawn = resources.get("/XObject", {}).get(name)
        if drawn is None:
            return
        if drawn.get("/Subtype") == "/Form":
            self.run(drawn, drawn.get("/Resources", resources), depth + 1)
        else:
            self.pictures += 1

    def _show(self, shown: Any) -> None:
        pieces = shown if isinstance(shown, pikepdf.Array) else [shown]
        text = "".join(
            self._decode(bytes(one)) for one in pieces if isinstance(one, pikepdf.String)
        )
        at = next((one for one in reversed(self._stack) if one is not None), None)
        if at is None:
            self.outside += text
        else:
            key = (self._page, at)
            self._marked[key] = self._marked.get(key, "") + text

    def _decode(self, data: bytes) -> str:
        codes = (int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2))
        return "".join(self._font.get(code, "\ufffd") for code in codes)


class _Tree:
    """Walks the structure tree once, refusing loops and excess."""

    def __init__(
        self, marked: dict[tuple[Any, int], str], parts: list[str], figures: list[str]
    ) -> None:
        self._marked = marked
        self._parts = parts
        self._figures = figures
        self._seen = 0

    def walk(self, node: Any, page: Any) -> None:
        self._seen += 1
        if self._seen > _MOST_KIDS:
            raise Unreadable("structure too large")
        if isinstance(node, int):
            self._parts.append(self._marked.get((page, node), ""))
        elif isinstance(node, pikepdf.Array):
            for kid in node:
                self.walk(kid, page)
        elif isinstance(node, pikepdf.Dictionary):
            page = node.Pg.objgen if "/Pg" in node else page
            if "/MCID" in node:
                self._parts.append(self._marked.get((page, int(node.MCID)), ""))
            if node.get("/S") == "/Figure":
                self._figures.append(str(node.get("/Alt", "")))
            if "/K" in node:
                self.walk(node.K, page)


def _identifier(operands: Any) -> int | None:
    properties = operands[1] if len(operands) > 1 else None
    if isinstance(properties, pikepdf.Dictionary) and "/MCID" in properties:
        return int(properties.MCID)
    return None


def _to_unicode(font: Any) -> dict[int, str]:
    if "/ToUnicode" not in font:
        return {}
    found: dict[int, str] = {}
    for kind, body in _BLOCK.findall(font.ToUnicode.read_bytes()):
        if kind == b"bfchar":
            for code, text in _CHAR.findall(body):
                found[int(code, 16)] = _utf16(text)
        else:
            for first, last, text, texts in _RANGE.findall(body):
                start = int(first, 16)
                count = min(int(last, 16), 0xFFFF) - start + 1
                if text:
                    found.update((start + at, chr(int(text, 16) + at)) for at in range(count))
                else:
                    listed = _TEXT.findall(texts)[: max(count, 0)]
                    found.update((start + at, _utf16(one)) for at, one in enumerate(listed))
    return found


def _utf16(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")
