"""Text into glyphs as Pango does it, without Pango: runs of one script, shaped by HarfBuzz.

Only what the law of our pages needs: horizontal, left to right, one font, no spacing. Text outside
of Latin, Han and signs common to both is left to the full way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from registry.documents.fonts import REGULAR, SEMIBOLD, outlines

UNITS = 1024  # Pango's units of a pixel
_FEATURES = dict.fromkeys(("liga", "clig", "dlig", "hlig", "calt"), False)
_COMMON, _LATIN, _HAN = "Zyyy", "Latn", "Hani"
_PAIRS = (
    "()", "<>", "[]", "{}", "«»", "‘’", "“”", "‹›", "〈〉", "《》", "「」", "『』", "【】", "〔〕",
    "〖〗", "〘〙", "〚〛",
)  # fmt: skip
_OPENS = {pair[0]: at for at, pair in enumerate(_PAIRS)}
_CLOSES = {pair[1]: at for at, pair in enumerate(_PAIRS)}
_LATIN_RANGES = (
    (0x41, 0x5A), (0x61, 0x7A), (0xAA, 0xAA), (0xBA, 0xBA), (0xC0, 0xD6), (0xD8, 0xF6),
    (0xF8, 0x2B8), (0x1E00, 0x1EFF), (0x212A, 0x212B), (0x2160, 0x2188), (0xFF21, 0xFF3A),
    (0xFF41, 0xFF5A),
)  # fmt: skip
_HAN_RANGES = (
    (0x2E80, 0x2FD5), (0x3005, 0x3005), (0x3007, 0x3007), (0x3021, 0x3029), (0x3038, 0x303B),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAD9), (0x20000, 0x323AF),
)  # fmt: skip
_COMMON_RANGES = (
    (0x20, 0x7E), (0xA0, 0xBF), (0xD7, 0xD7), (0xF7, 0xF7), (0x2010, 0x2027), (0x2030, 0x205E),
    (0x2103, 0x2103), (0x2116, 0x2116), (0x2190, 0x2199), (0x2200, 0x22FF), (0x2460, 0x249B),
    (0x25A0, 0x25FF), (0x3000, 0x3004), (0x3006, 0x3006), (0x3008, 0x3020), (0x3300, 0x33FF),
    (0xFF01, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF60), (0xFFE0, 0xFFE6),
)  # fmt: skip


@dataclass(frozen=True)
class Shaped:
    """One line of glyphs: their numbers in the font with the steps between them, ready to be
    written; which character each glyph stands for; and the width in pixels."""

    written: tuple[int | bytes, ...]
    said: Mapping[int, str]
    width: float

    def shown(self, numbers: Mapping[int, bytes]) -> bytes:
        """The operand of TJ, glyphs by their numbers in the document's own font."""
        parts = [numbers[one] if type(one) is int else one for one in self.written]
        return b"<" + b"".join(parts) + b">"  # type: ignore[arg-type]


@lru_cache(maxsize=8192)
def shape(text: str, semibold: bool, scale: int, language: str) -> Shaped | None:
    """The line at `scale` 1/1024 px; None where it is not sure to come out as Pango's would."""
    runs = script_runs(text)
    if runs is None:
        return None
    written: list[int | bytes] = []
    characters: list[tuple[int, str]] = []
    advance, face = 0, outlines.face(semibold)
    for start, end, script in runs:
        glyphs = _run(text[start:end], script, semibold, scale, language)
        if glyphs is None:
            return None
        for sign, (glyph, width) in zip(text[start:end], glyphs, strict=True):
            written.append(glyph)
            characters.append((glyph, sign))
            advance += width
            # As WeasyPrint reckons it, down to cutting instead of rounding.
            if step := int(face.glyph(glyph).advance - width * 1000 / scale):
                written.append(b">%d<" % step)
    if written and isinstance(written[-1], bytes):
        written.pop()  # nothing follows on the line
    said = dict(characters)
    if any(said[glyph] != sign for glyph, sign in characters):
        return None  # one picture for two characters could not be read back
    return Shaped(tuple(written), said, advance / UNITS)


def _run(
    text: str, script: str, semibold: bool, scale: int, language: str
) -> list[tuple[int, int]] | None:
    import uharfbuzz

    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = "ltr", script, language
    uharfbuzz.shape(_font(semibold, scale), buffer, _FEATURES)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    if len(infos) != len(text):
        return None
    found = []
    for info, position in zip(infos, positions, strict=True):
        if position.x_offset or position.y_offset or not info.codepoint:
            return None
        found.append((info.codepoint, position.x_advance))
    return found


@cache
def _font(semibold: bool, scale: int) -> Any:
    import uharfbuzz

    font = uharfbuzz.Font(_face(semibold))
    font.scale = (scale, scale)
    return font


@cache
def _face(semibold: bool) -> Any:
    import uharfbuzz

    path = SEMIBOLD if semibold else REGULAR
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))


def script_runs(text: str) -> list[tuple[int, int, str]] | None:
    """Where the script changes: signs common to scripts go with what stands before them, a closing
    bracket with its opening one. None for scripts that are not ours."""
    runs, start, current = [], 0, _COMMON
    opened: list[tuple[int, str]] = []
    for at, sign in enumerate(text):
        script = _script(sign)
        if not script:
            return None
        closing = False
        if sign in _OPENS:
            opened.append((_OPENS[sign], current))
        elif sign in _CLOSES:
            while opened and opened[-1][0] != _CLOSES[sign]:
                opened.pop()
            if opened:
                script, closing = opened[-1][1], True
        if script not in (_COMMON, current):
            if current == _COMMON:
                opened = [(pair, script if had == _COMMON else had) for pair, had in opened]
            else:
                runs.append((start, at, current))
                start = at
            current = script
        if closing:
            opened.pop()
    runs.append((start, len(text), current))
    return runs


@cache
def _script(sign: str) -> str:
    code = ord(sign)
    if unicodedata.combining(sign):
        return ""
    for script, ranges in ((_HAN, _HAN_RANGES), (_LATIN, _LATIN_RANGES), (_COMMON, _COMMON_RANGES)):
        if any(first <= code <= last for first, last in ranges):
            return script
    return ""


@lru_cache(maxsize=8192)
def lines_of(text: str, style: Any, width: float) -> tuple[str, ...]:
    """Where WeasyPrint itself breaks a text that is too long for one line of `width` pixels."""
    from weasyprint.text.line_break import split_first_line

    rest, lines = text, []
    while rest:
        _, length, resume, *_ = split_first_line(rest, style.style, None, width, 0)
        encoded = rest.encode()
        lines.append(encoded[:length].decode().rstrip(" "))
        if resume is None:
            break
        rest = encoded[resume:].decode().lstrip(" ")
    return tuple(lines)
