"""The query sets over a list: hits of fifteen kinds, look-alikes, English typos, English to Chinese."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bench.screening_data.changes import (
    KINDS,
    LOOKALIKES,
    TYPOS,
    english,
    other_english,
)
from bench.screening_data.companies import Company, Draw, pinyin_brand

HITS, MISSES = 1000, 1000
ENGLISH_SHARE = 0.2


@dataclass(frozen=True)
class Query:
    """A name that somebody screens; `target` is the entry it means, or -1 where it means none."""

    text: str
    kind: str
    target: int
    script: str  # zh or en

    @property
    def is_hit(self) -> bool:
        return self.target >= 0


class Listed:
    """The companies of a list and the true parts of every name on it."""

    def __init__(self, companies: list[Company]) -> None:
        self.companies = companies
        self.parts = {(c.place, c.brand, c.industry) for c in companies}
        self.english = {c.name_en.lower() for c in companies if c.lists_english}
        self.with_former = [c for c in companies if c.former]
        self.with_english = [c for c in companies if c.lists_english]
        self.without_english = [c for c in companies if not c.lists_english and _in_pinyin(c)]

    def has(self, company: Company) -> bool:
        return (company.place, company.brand, company.industry) in self.parts


def _in_pinyin(company: Company) -> bool:
    return company.brand_en == pinyin_brand(company.brand) and not company.brand.isascii()


def hits(draw: Draw, listed: Listed, size: int) -> Iterator[Query]:
    names = list(KINDS)
    for number in range(size):
        kind = names[number % len(names)]
        pool = {"former_name": listed.with_former, "english": listed.with_english}
        company = draw.random.choice(pool.get(kind, listed.companies))
        text = KINDS[kind](draw, company)
        yield Query(text, kind, company.number, "en" if text.isascii() else "zh")


def look_alikes(draw: Draw, listed: Listed, size: int) -> Iterator[Query]:
    """Companies that are not on the list and nearly carry a listed name."""
    names = list(LOOKALIKES)
    made = 0
    while made < round(size * (1 - ENGLISH_SHARE)):
        kind = names[made % len(names)]
        other = LOOKALIKES[kind](draw, draw.random.choice(listed.companies))
        if not listed.has(other):
            made += 1
            yield Query(other.name, kind, -1, "en" if other.name.isascii() else "zh")
    yield from english_look_alikes(draw, listed, size - made)


def english_look_alikes(draw: Draw, listed: Listed, size: int) -> Iterator[Query]:
    made = 0
    while made < size:
        other = other_english(draw, draw.random.choice(listed.with_english))
        if not listed.has(other) and other.name_en.lower() not in listed.english:
            made += 1
            yield Query(other.name_en, "english_look_alike", -1, "en")


def english_typos(draw: Draw, listed: Listed, size: int) -> Iterator[Query]:
    names = list(TYPOS)
    for number in range(size):
        kind = names[number % len(names)]
        company = draw.random.choice(listed.with_english)
        yield Query(TYPOS[kind](draw, company.name_en), f"en_{kind}", company.number, "en")


def english_to_chinese(draw: Draw, listed: Listed, size: int) -> Iterator[Query]:
    for _ in range(size):
        company = draw.random.choice(listed.without_english)
        yield Query(english(draw, company), "en_to_zh", company.number, "en")


def query_sets(companies: list[Company], seed: int) -> dict[str, list[Query]]:
    """All sets for one list; halves are told apart by even and odd places."""
    listed, draw = Listed(companies), Draw(seed)
    mixed = [*hits(draw, listed, HITS), *look_alikes(draw, listed, MISSES)]
    return {
        "mixed": mixed,
        "english_typos": list(english_typos(draw, listed, 600)),
        "english_look_alikes": list(english_look_alikes(draw, listed, 600)),
        "english_to_chinese": list(english_to_chinese(draw, listed, 600)),
    }
