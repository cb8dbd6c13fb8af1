"""Fonts inside a document: only the glyphs that are drawn, numbered from 1, in the leanest file.

Takes the place of WeasyPrint's `build_fonts_dictionary`, which keeps the glyph numbers of the whole
font. Numbers are given in the order of the font file, so equal text gives equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.documents.fonts import outlines

_FONT = re.compile(rb"/(\S+) \S+ Tf")
_PIECE = re.compile(rb"<([0-9a-f]*)>|(-?[0-9.]+)")
_BATCH = 100  # ranges of one block of a character map, by its specification
MAP_HEAD = (
    b"/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
    b"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n"
    b"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
    b"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n"
)
MAP_TAIL = b"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"


@dataclass(frozen=True)
class Drawn:
    """The glyphs of one embedded font, numbered from 1 as they come, and what they stand for."""

    glyphs: tuple[int, ...]
    said: Mapping[int, str]
    semibold: bool


def install(weasyprint: Any) -> None:
    """Let this process' WeasyPrint embed fonts our way."""
    weasyprint.pdf.build_fonts_dictionary = build_fonts_dictionary


def build_fonts_dictionary(
    pdf: Any, fonts: Mapping[Any, Any], compress: bool, subset: bool, options: Any
) -> Any:
    """Embed the fonts of one document and renumber what its pages show; the resource dictionary."""
    import pydyf

    merged: dict[str, dict[int, str]] = {}
    by_name: dict[str, Any] = {}
    for font in fonts.values():
        merged.setdefault(font.hash, {}).update(font.to_unicode)
        by_name[font.hash] = font
    numbers = {
        name: {glyph: at + 1 for at, glyph in enumerate(sorted(shown))}
        for name, shown in merged.items()
    }
    for one in pdf.objects:
        if isinstance(one, pydyf.Stream):
            _renumber(one.stream, numbers)
    pdf.drawn = {
        name: Drawn(tuple(numbers[name]), merged[name], is_semibold(font))
        for name, font in by_name.items()
    }
    dictionary = pydyf.Dictionary()
    for name, font in by_name.items():
        dictionary[name] = _embed(pdf, font, merged[name], compress)
    return dictionary


def _renumber(content: list[Any], numbers: Mapping[str, Mapping[int, int]]) -> None:
    current: Mapping[int, int] = {}
    for at, item in enumerate(content):
        if not isinstance(item, bytes):
            continue
        if item.endswith(b" Tf"):
            named = _FONT.fullmatch(item)
            assert named is not None
            current = numbers[named[1].decode()]
        elif item.endswith(b"] TJ"):
            content[at] = b"[" + _shown(item[1:-4], current) + b"] TJ"


def _shown(pieces: bytes, numbers: Mapping[int, int]) -> bytes:
    """The same glyphs by their new numbers; steps of nothing are left out."""
    made, step = [b"<"], 0.0
    for digits, moved in _PIECE.findall(pieces):
        if moved:
            step += float(moved)
        elif digits:
            if step:
                made.append(b">%s<" % thousandths(step))
                step = 0.0
            glyphs = (int(digits[at : at + 4], 16) for at in range(0, len(digits), 4))
            made.extend(b"%04x" % numbers[glyph] for glyph in glyphs)
    return b"".join((*made, b">"))


def thousandths(value: float) -> bytes:
    """A number as a content stream writes it, to three decimals."""
    return (b"%.3f" % value).rstrip(b"0").rstrip(b".")


def _embed(pdf: Any, font: Any, shown: Mapping[int, str], compress: bool) -> bytes:
    import pydyf

    glyphs = sorted(shown)
    face = outlines.face(is_semibold(font))
    file = face.file([0, *glyphs])
    stream = pydyf.Stream([file], pydyf.Dictionary({"Length1": len(file)}), compress=compress)
    pdf.add_object(stream)
    to_unicode = pydyf.Stream([character_map(shown[glyph] for glyph in glyphs)], compress=compress)
    pdf.add_object(to_unicode)
    descriptor = pydyf.Dictionary({
        "Type": "/FontDescriptor", "FontName": font.name,
        "FontFamily": pydyf.String(font.family), "Flags": font.flags, "StemV": font.stemv,
        "StemH": font.stemh, "CapHeight": font.ascent, "ItalicAngle": font.italic_angle,
        "FontBBox": pydyf.Array([0, font.descent, 1000, font.ascent]),
        "Ascent": font.ascent, "Descent": font.descent, "FontFile2": stream.reference,
    })  # fmt: skip
    pdf.add_object(descriptor)
    descendant = pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/CIDFontType2", "BaseFont": font.name,
        "CIDSystemInfo": pydyf.Dictionary({
            "Registry": pydyf.String("Adobe"), "Ordering": pydyf.String("Identity"),
            "Supplement": 0,
        }),
        "CIDToGIDMap": "/Identity", "W": widths(face, glyphs), "DW": 1000,
        "FontDescriptor": descriptor.reference,
    })  # fmt: skip
    pdf.add_object(descendant)
    composite = pydyf.Dictionary({
        "Type": "/Font", "Subtype": "/Type0", "BaseFont": font.name, "Encoding": "/Identity-H",
        "ToUnicode": to_unicode.reference,
        "DescendantFonts": pydyf.Array([descendant.reference]),
    })  # fmt: skip
    pdf.add_object(composite)
    reference: bytes = composite.reference
    return reference


def is_semibold(font: Any) -> bool:
    """Which of the two weights this is; refuses any other font, which would be unembedded."""
    if font.family != "Registry Sans" or font.missing:
        raise outlines.OutlineRefused(f"{font.family} is not a font of our documents")
    return bool(font.weight >= 550)


def widths(face: outlines.Face, glyphs: Sequence[int]) -> bytes:
    """The widths of a font's glyphs, numbered from 1, as its dictionary says them."""
    return b"[%s]" % width_runs(face, glyphs, 1)


def width_runs(face: outlines.Face, glyphs: Sequence[int], first: int) -> bytes:
    """Those that differ from 1000, in runs of neighbours."""
    runs: list[tuple[int, list[int]]] = []
    for at, glyph in enumerate(glyphs, first):
        width = face.glyph(glyph).advance
        if width == 1000:
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == at:
            runs[-1][1].append(width)
        else:
            runs.append((at, [width]))
    return " ".join(f"{at} [{' '.join(map(str, run))}]" for at, run in runs).encode()


def character_map(texts: Iterable[str]) -> bytes:
    """What each glyph stands for, glyphs numbered from 1."""
    return b"".join((MAP_HEAD, map_blocks(tuple(texts), 1), MAP_TAIL))


def map_blocks(texts: Sequence[str], first: int) -> bytes:
    """What glyphs numbered from `first` stand for, in blocks of ranges that name no number twice.
    A range may not leave the 256 numbers that begin with the same byte."""
    lines, number, end = [], first, first + len(texts)
    while number < end:
        last = min(number | 0xFF, end - 1)
        said = b"".join(b"<%s>" % utf16(one) for one in texts[number - first : last + 1 - first])
        lines.append(b"<%04x> <%04x> [%s]" % (number, last, said))
        number = last + 1
    blocks = []
    for at in range(0, len(lines), _BATCH):
        batch = lines[at : at + _BATCH]
        blocks.append(b"%d beginbfrange\n%s\nendbfrange\n" % (len(batch), b"\n".join(batch)))
    return b"".join(blocks)


def utf16(text: str) -> bytes:
    return text.encode("utf-16-be").hex().encode()


def utf16_text(text: str) -> bytes:
    """The digits of a text as pydyf writes one that is not ASCII."""
    return b"feff" + utf16(text)
