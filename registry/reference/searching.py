"""Finds rows by words of their names: code first, then the beginning, then anywhere."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import TypeVar

Row = TypeVar("Row")


def prepared(text: str) -> str:
    """The text as it is compared: width, case and apostrophes (Xi'an) make no difference."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(plain.replace("'", "").replace("’", "").split())


def found(text: str, haystacks: Iterable[tuple[str, Row]], limit: int) -> list[Row]:
    """At most `limit` rows that hold every word, the closest first, else in the table's order."""
    words = prepared(text).split()
    if not words:
        return []
    ranked = [
        (_distance(words[0], haystack), place, row)
        for place, (haystack, row) in enumerate(haystacks)
        if all(word in haystack for word in words)
    ]
    ranked.sort(key=lambda hit: hit[:2])
    return [row for _, _, row in ranked[:limit]]


def _distance(word: str, haystack: str) -> int:
    """0 for a whole word, 1 for the beginning of one, 2 for anything else."""
    padded = f" {haystack} "
    if f" {word} " in padded:
        return 0
    return 1 if f" {word}" in padded else 2
