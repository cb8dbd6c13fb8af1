"""Folding: one spelling for texts that people write in many ways, shared by list and query.

Everything here is lossy on purpose and only ever used to compare: what people see is the original.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

HAN = "〇\u3400-\u9fff\U00020000-\U000323af"
HAN_CHAR = re.compile(f"[{HAN}]")
LOOSE_SPACE = re.compile(f"(?<=[{HAN}()]) | (?=[{HAN}()])")
SPACES = re.compile(r"\s{2,}")
MARKED = re.compile("[\u00aa-\u024f\u0300-\u036f\u1e00-\u1eff]")
TOKEN = re.compile(f"[{HAN}]+|[^\\s(){HAN}]+")
DROPPED = "'’‘`´\"“”„«»《》〈〉「」『』﹁﹂\u034f\u115f\u1160\u3164\uffa0"
SPECIAL = {"○": "〇", "◯": "〇", "〔": "(", "〕": ")", "<": "(", ">": ")"}


class _Characters(dict[int, str | None]):
    """What each character folds to, worked out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        folded = _fold_character(chr(code))
        self[code] = folded
        return folded


def _fold_character(char: str) -> str | None:
    category = unicodedata.category(char)
    if char.isspace() or category[0] == "Z":
        return " "
    if category in ("Cf", "Cc", "Cs", "Co", "Cn") or 0xFE00 <= ord(char) <= 0xFE0F:
        return None
    if 0xE0100 <= ord(char) <= 0xE01EF or char in DROPPED:
        return None
    if category in ("Ps", "Pe"):
        return "(" if category == "Ps" else ")"
    return " " if category[0] in "PS" else char


@cache
def _characters() -> _Characters:
    from registry.rules.screening.tables.variants import PAIRS

    table = _Characters()
    pairs = PAIRS.replace("\n", "")
    table.update(zip(map(ord, pairs[::2]), pairs[1::2], strict=True))
    table.update({ord(char): folded for char, folded in SPECIAL.items()})
    table.update({code: chr(code) for code in range(0x4E00, 0xA000) if code not in table})
    return table


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if unicodedata.category(c) != "Mn")


@cache
def _plain() -> dict[str, str]:
    """What those characters fold to that no neighbour can change: most names have no others."""
    table = _characters()
    chars = map(chr, (*range(0x20, 0x7F), *range(0x4E00, 0xA000), 0xFF08, 0xFF09))
    return {char: table[ord(unicodedata.normalize("NFKC", char).lower())] or "" for char in chars}


def fold_characters(text: str) -> str:
    """`fold` but for the spaces, for every text."""
    text = unicodedata.normalize("NFKC", text).lower()
    if not text.isascii() and MARKED.search(text):
        text = MARKED.sub(lambda found: _without_marks(found[0]), text).lower()
    return text.translate(_characters())


def fold_spaces(text: str) -> str:
    text = text.strip()
    if " " in text:
        text = SPACES.sub(" ", text)
        text = LOOSE_SPACE.sub("", text)
    return text


def fold(text: str) -> str:
    """NFKC; zero-width out; traditional and variant characters to simplified; ( and ) for every
    bracket; other punctuation out; lower case; no space beside a Chinese character."""
    try:
        return fold_spaces("".join(map(_plain().__getitem__, text)))
    except KeyError:
        return fold_spaces(fold_characters(text))


def is_chinese(text: str) -> bool:
    return HAN_CHAR.search(text) is not None


def bigrams(text: str) -> tuple[str, ...]:
    """Search tokens: pairs of neighbouring Chinese characters, other words whole.

    A single Chinese character stands for itself, so that nothing written becomes unfindable.
    """
    tokens: list[str] = []
    for run in TOKEN.findall(fold(text)):
        if is_chinese(run) and len(run) > 1:
            tokens += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            tokens.append(run)
    return tuple(tokens)


@cache
def _syllables() -> dict[str, tuple[str, ...]]:
    from registry.rules.screening.tables.readings import ALSO, SYLLABLES

    table: dict[str, tuple[str, ...]] = {}
    for word in SYLLABLES.split():
        cut = next(i for i, char in enumerate(word) if not char.isascii())
        table.update(dict.fromkeys(word[cut:], (word[:cut],)))
    for word in ALSO.split():
        table[word[0]] = (*table.get(word[0], ()), word[1:])
    return table


def syllables(char: str) -> tuple[str, ...]:
    """The toneless readings of one character; other characters read as themselves."""
    return _syllables().get(char, (char,))


def same_sound(a: str, b: str) -> bool:
    """Whether two texts can be read alike, character by character."""
    if len(a) != len(b):
        return False
    table = _syllables()
    for one, other in zip(a, b, strict=True):
        if one != other:
            readings = table.get(one, ())
            if not any(reading in readings for reading in table.get(other, ())):
                return False
    return True


class Itself(dict[str, str]):
    """Characters and what stands for them; every other one stands for itself."""

    def __missing__(self, char: str) -> str:
        return char

    def of(self, text: str) -> str:
        return "".join(map(self.__getitem__, text))


@cache
def sound_classes() -> Itself:
    """Each character and one sound for all that may sound like it, through whatever reading."""
    chosen: dict[str, str] = {}
    for readings in _syllables().values():
        known = min(chosen.get(reading, reading) for reading in readings)
        merged = {chosen.get(reading, reading) for reading in readings}
        if len(merged) > 1:
            chosen = {s: known if one in merged else one for s, one in chosen.items()}
        chosen.update(dict.fromkeys([*readings, *merged], known))
    return Itself({char: f"{chosen[first]} " for char, (first, *_) in _syllables().items()})


@cache
def _only_sounds() -> dict[str, str]:
    """Characters that are read in one way, and those that read as themselves in most names."""
    found = {char: char for char in "abcdefghijklmnopqrstuvwxyz0123456789()"} | {" ": ""}
    return found | {char: read[0] for char, read in _syllables().items() if len(read) == 1}


@lru_cache(maxsize=65536)
def sounds(text: str, limit: int = 4) -> tuple[str, ...]:
    """How a folded text may be read, without tones and spaces: the usual reading first."""
    try:
        return ("".join(map(_only_sounds().__getitem__, text)),)
    except KeyError:
        table = _syllables()
    found = [""]
    for char in text:
        options = table.get(char)
        if options is None:
            found = [start + char for start in found]
        elif len(options) == 1 or len(found) * len(options) > limit:
            found = [start + options[0] for start in found]
        else:
            found = [start + option for start in found for option in options]
    return tuple(dict.fromkeys(sound.replace(" ", "") for sound in found))
