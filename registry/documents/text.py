"""Which text may stand on a document: normalised, visible, left to right, short enough, printable."""

from __future__ import annotations

import unicodedata
from dataclasses import fields, is_dataclass, replace
from functools import cache, lru_cache
from typing import Any, TypeVar

from registry.documents.fonts import covered
from registry.words import Words

LONGEST = 300

# Letters by category that print as nothing: a name could hide behind them.
_BLANK_LETTERS = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_REFUSED = {
    "Cc": "control",
    "Cf": "format",
    "Cs": "surrogate",
    "Co": "private_use",
    "Cn": "unassigned",
    "Zl": "control",
    "Zp": "control",
}
_RIGHT_TO_LEFT = frozenset(
    {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "PDF", "PDI"}
)

T = TypeVar("T")


class TextRefused(ValueError):
    """Text that could deceive or not be printed; `code` says which rule, `sign` which character."""

    def __init__(self, place: str, code: str, sign: str = "") -> None:
        shown = f" U+{ord(sign):04X}" if sign else ""
        super().__init__(f"{place}: {code}{shown}")
        self.place = place
        self.code = code
        self.sign = sign


class GlyphMissing(TextRefused):
    """A character for which the embedded font has no picture: an error, not a box on paper."""

    def __init__(self, place: str, sign: str) -> None:
        super().__init__(place, "no_glyph", sign)


@cache
def _fault(sign: str) -> str:
    if unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT:
        return "direction"
    if sign in _BLANK_LETTERS:
        return "invisible"
    return _REFUSED.get(unicodedata.category(sign), "")


def admitted(text: str, place: str, longest: int = LONGEST) -> str:
    """The text as it will be printed: NFC, odd spaces made plain; raises TextRefused."""
    made, code, sign = _judged(text, longest)
    if code == "no_glyph":
        raise GlyphMissing(place, sign)
    if code:
        raise TextRefused(place, code, sign)
    return made


@lru_cache(maxsize=8192)
def _judged(text: str, longest: int) -> tuple[str, str, str]:
    """The text as it will be printed, or the rule that refuses it and the character. Most texts of
    a certificate are those of the one before."""
    if len(text) > longest * 2:
        return "", "too_long", ""
    for sign in text:
        if fault := _fault(sign):
            return "", fault, sign
    made = unicodedata.normalize("NFC", text)
    if not made.isascii():
        made = "".join(_plain_space(sign) for sign in made)
    made = made.strip()
    if len(made) > longest:
        return "", "too_long", ""
    for sign in made:
        if not covered(sign):
            return "", "no_glyph", sign
    return made, "", ""


@cache
def _plain_space(sign: str) -> str:
    return " " if unicodedata.category(sign) == "Zs" and sign != "\u3000" else sign


def admit(value: T, place: str = "", *, longest: int = LONGEST) -> T:
    """The same frozen value with every text in it admitted; raises on the first that is not."""
    made: Any = _admit(value, place, longest)
    return made  # type: ignore[no-any-return]


def _admit(value: Any, place: str, longest: int) -> Any:
    if isinstance(value, str):
        return admitted(value, place, longest)
    if isinstance(value, Words):
        return Words(
            admitted(value.zh, f"{place}.zh", longest), admitted(value.en, f"{place}.en", longest)
        )
    if isinstance(value, tuple):
        return tuple(_admit(item, f"{place}[{at}]", longest) for at, item in enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: _admit(
                getattr(value, field.name), f"{place}.{field.name}".lstrip("."), longest
            )
            for field in fields(value)
        }
        return replace(value, **changed)
    return value
