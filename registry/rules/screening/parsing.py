"""Company names taken apart: region + brand + industry + legal form, and branch.

The order of a Chinese company name is fixed by the Measures on enterprise names, so precision comes
from reading the parts, not from the distance between two strings.
"""

from __future__ import annotations

from functools import lru_cache

from registry.rules.screening.chinese import parse_chinese
from registry.rules.screening.english import parse_english
from registry.rules.screening.folding import fold, is_chinese
from registry.rules.screening.parts import EMPTY, ParsedName


@lru_cache(maxsize=65536)
def parse_folded(text: str) -> ParsedName:
    if not text:
        return EMPTY
    if is_chinese(text):
        return parse_chinese(text)
    return parse_english(text)


def parse_company(name: str) -> ParsedName:
    """Fold a company's name and take it apart, by the rules of its script."""
    return parse_folded(fold(name))
