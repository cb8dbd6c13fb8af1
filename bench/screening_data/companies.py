"""Companies with names in the order of the law, codes with both checks, and other names they go by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from random import Random
from typing import TypeVar

from pypinyin import lazy_pinyin

from bench.screening_data import words

T = TypeVar("T")
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
NAMES_ENGLISH, NAMES_FORMER, NAMES_SHORT = 0.36, 0.12, 0.12


@dataclass(frozen=True)
class Place:
    zh: str
    en: str
    province: str


@dataclass(frozen=True)
class Company:
    """The true parts; `name` and `name_en` are put together from them."""

    number: int
    place: Place | None
    brand: str
    brand_en: str
    industry: str
    industry_en: str
    form: str
    form_en: str
    order: str  # first: region first; brackets: behind the industry; middle: behind the brand
    suffix: str = ""  # 市 or 省 behind the region
    uscc: str = ""
    lists_english: bool = False
    former: str = ""
    short: str = ""

    @property
    def region(self) -> str:
        return self.place.zh + self.suffix if self.place else ""

    @property
    def name(self) -> str:
        if self.place and self.order == "brackets":
            return f"{self.brand}{self.industry}（{self.place.zh}）{self.form}"
        if self.place and self.order == "middle":
            return f"{self.brand}（{self.place.zh}）{self.industry}{self.form}"
        return f"{self.region}{self.brand}{self.industry}{self.form}"

    @property
    def name_en(self) -> str:
        head = f"{self.brand_en} {self.industry_en}"
        if not self.place:
            return f"{head} {self.form_en}"
        if self.order == "first":
            return f"{self.place.en} {head} {self.form_en}"
        return f"{head} ({self.place.en}) {self.form_en}"

    def changed(self, **parts: object) -> Company:
        return replace(self, **parts)  # type: ignore[arg-type]


class Draw:
    """Seeded draws; earlier items of a list come more often (weight 1 / (rank + shift))."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def ranked(self, items: Sequence[T], shift: int) -> T:
        return self.random.choices(items, cum_weights=_ranks(len(items), shift))[0]

    def weighted(self, text: str) -> str:
        """One of `this*weight|that*weight`."""
        pairs = [item.rsplit("*", 1) for item in text.split("|")]
        return self.random.choices([p[0] for p in pairs], [int(p[1]) for p in pairs])[0]

    def chance(self, share: float) -> bool:
        return self.random.random() < share


@cache
def _ranks(size: int, shift: int) -> list[float]:
    return list(accumulate(1 / (rank + shift) for rank in range(1, size + 1)))


def _places(text: str) -> tuple[Place, ...]:
    found = []
    for item in text.replace("\n", "|").strip("|").split("|"):
        zh, *english, province = item.split(" ")
        found.append(Place(zh, " ".join(english), province))
    return tuple(found)


CITIES = _places(words.PLACES)
PROVINCES = _places(words.PROVINCES)
INDUSTRIES = tuple(
    tuple(item.split("=")) for item in words.INDUSTRIES.replace("\n", "|").strip("|").split("|")
)
CHARACTERS = tuple(dict.fromkeys(words.BRAND_CHARACTERS))
BRAND_WORDS = tuple(words.BRAND_WORDS.split())
LATIN = tuple(words.LATIN_BRANDS.split())
ENGLISH = tuple(words.ENGLISH_BRANDS.split())


def pinyin_brand(brand: str) -> str:
    return "".join(lazy_pinyin(brand)).capitalize()


def draw_brand(draw: Draw) -> tuple[str, str]:
    """(Chinese brand, English brand): most are two characters, most are written in pinyin."""
    if draw.chance(0.015):
        latin = draw.random.choice(LATIN)
        return latin, latin
    if draw.chance(0.06):
        brand = draw.random.choice(BRAND_WORDS)
    else:
        size = draw.random.choices((2, 3, 4), (70, 23, 7))[0]
        brand = "".join(draw.ranked(CHARACTERS, 25) for _ in range(size))
    if draw.chance(0.12):
        return brand, " ".join(draw.random.sample(ENGLISH, draw.random.choice((1, 2))))
    return brand, pinyin_brand(brand)


def draw_place(draw: Draw) -> tuple[Place | None, str]:
    if draw.chance(0.03):
        return None, ""
    if draw.chance(0.16):
        return draw.ranked(PROVINCES, 6), draw.random.choices(("", "省"), (9, 1))[0]
    place = draw.ranked(CITIES, 8)
    return place, "市" if draw.chance(0.3) else ""


def organisation_check(first8: str) -> str:
    values = (int(char, 36) for char in first8)
    rest = 11 - sum(v * w for v, w in zip(values, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    return {10: "X", 11: "0"}.get(rest, str(rest))


def draw_uscc(draw: Draw, province: str) -> str:
    body = "MA" + "".join(draw.random.choice(ALPHABET) for _ in range(6))
    first = f"91{province}0100{body}{organisation_check(body)}"
    total = sum(ALPHABET.index(char) * pow(3, i, 31) for i, char in enumerate(first))
    return first + ALPHABET[-total % 31]


def draw_company(draw: Draw, number: int) -> Company:
    place, suffix = draw_place(draw)
    brand, brand_en = draw_brand(draw)
    industry, industry_en = draw.ranked(INDUSTRIES, 12)
    order = draw.random.choices(("first", "brackets", "middle"), (80, 16, 4))[0]
    company = Company(
        number=number,
        place=place,
        brand=brand,
        brand_en=brand_en,
        industry=industry,
        industry_en=industry_en,
        form=draw.weighted(words.FORMS),
        form_en=draw.weighted(words.ENGLISH_FORMS),
        order=order if place else "first",
        suffix=suffix if order == "first" else "",
        uscc=draw_uscc(draw, place.province if place else "11"),
        lists_english=draw.chance(NAMES_ENGLISH),
    )
    return with_other_names(draw, company)


def with_other_names(draw: Draw, company: Company) -> Company:
    """Some changed their brand or industry once, some go by a short name."""
    former = short = ""
    if draw.chance(NAMES_FORMER):
        brand, _ = draw_brand(draw)
        industry, _ = draw.ranked(INDUSTRIES, 12)
        older = (
            company.changed(brand=brand) if draw.chance(0.6) else company.changed(industry=industry)
        )
        former = older.name
    if draw.chance(NAMES_SHORT):
        short = short_name(draw, company)
    return company.changed(former=former, short=short)


def short_name(draw: Draw, company: Company) -> str:
    """How people and papers call it: 北京华信, 华信科技, 华信集团."""
    region = company.place.zh if company.place else ""
    head = company.industry if len(company.industry) <= 2 else company.industry[:2]
    ways = [f"{company.brand}{head}", f"{region}{company.brand}{head}"]
    if region:
        ways.append(f"{region}{company.brand}")
    if "集团" in company.form:
        ways.append(f"{company.brand}集团")
    return draw.random.choice(ways)


def draw_companies(seed: int, size: int) -> list[Company]:
    """`size` companies with different names, as a register demands within one region."""
    draw, names, found = Draw(seed), set(), []
    while len(found) < size:
        company = draw_company(draw, len(found))
        key = (company.place, company.brand, company.industry)
        if key not in names:
            names.add(key)
            found.append(company)
    return found
