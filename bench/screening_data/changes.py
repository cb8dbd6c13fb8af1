"""What people do to a company's name: fifteen kinds, each a hit; and look-alikes that are none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache

import opencc
from pypinyin import lazy_pinyin

from bench.screening_data import words
from bench.screening_data.companies import (
    CHARACTERS,
    CITIES,
    INDUSTRIES,
    PROVINCES,
    Company,
    Draw,
    draw_brand,
    pinyin_brand,
    short_name,
)

Change = Callable[[Draw, Company], str]


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)


@cache
def _same_sound() -> dict[str, list[str]]:
    """Common characters under their toneless reading."""
    table: dict[str, list[str]] = defaultdict(list)
    common = "".join(zh for zh, _ in INDUSTRIES) + "".join(CHARACTERS)
    common += (
        "欣馨芯昕星兴鑫新心信华桦骅铧达答安鞍恒衡珩盛胜晟圣泰太态通桐同彤瑞睿锐芮宏鸿弘红洪科柯克"
    )
    common += (
        "技记计纪电店殿子资籽业叶页工公功宫程成城诚承源元园圆缘远丰峰锋枫风佳嘉家加德得康慷宝保堡"
    )
    for char in dict.fromkeys(common):
        table[lazy_pinyin(char)[0]].append(char)
    return table


def traditional(draw: Draw, company: Company) -> str:
    return _converter(draw.random.choice(("s2t", "s2hk", "s2tw"))).convert(company.name)


def full_width(draw: Draw, company: Company) -> str:
    """Latin letters, digits and brackets full width; where there are none, spaces."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in company.name)
    return wide if wide != company.name else "\u3000".join((company.name[:2], company.name[2:]))


def brackets(draw: Draw, company: Company) -> str:
    """The same company with its region in brackets of another kind, or in brackets at all."""
    if not company.place:
        return company.name.replace("有限", "（有限）", 1)
    order = "brackets" if company.order == "first" else company.order
    left, right = draw.random.choice(("()", "（）", "【】", "[]", "〔〕", "﹙﹚"))
    return company.changed(order=order).name.replace("（", left).replace("）", right)


def region(draw: Draw, company: Company) -> str:
    """The region dropped, moved, or with more or less of its unit."""
    if not company.place:
        return company.name
    way = draw.random.choice(("drop", "move", "unit"))
    if way == "drop":
        return company.changed(place=None).name
    if way == "move":
        order = "first" if company.order != "first" else draw.random.choice(("brackets", "middle"))
        return company.changed(order=order, suffix="").name
    unit = "省" if company.place in PROVINCES else "市"
    return company.changed(order="first", suffix="" if company.suffix else unit).name


def suffix(draw: Draw, company: Company) -> str:
    others = ("有限责任公司", "股份有限公司", "有限公司", "公司", "", "集团有限公司")
    return company.changed(form=draw.random.choice([f for f in others if f != company.form])).name


def space(draw: Draw, company: Company) -> str:
    name = company.name
    for _ in range(draw.random.choice((1, 1, 2))):
        at = draw.random.randrange(1, len(name))
        name = name[:at] + draw.random.choice((" ", "\u3000", "\u200b", "  ")) + name[at:]
    return name


def abbreviation(draw: Draw, company: Company) -> str:
    return short_name(draw, company)


def former_name(draw: Draw, company: Company) -> str:
    return company.former


def homophone(draw: Draw, company: Company) -> str:
    """One or (one time in four) two characters of brand and industry by others of the same sound."""
    core = list(company.brand + company.industry)
    for _ in range(2 if draw.chance(0.25) else 1):
        able = [i for i, c in enumerate(core) if len(_same_sound().get(lazy_pinyin(c)[0], ())) > 1]
        if not able:
            break
        at = draw.random.choice(able)
        others = [c for c in _same_sound()[lazy_pinyin(core[at])[0]] if c != core[at]]
        core[at] = draw.random.choice(others or [core[at]])
    cut = len(company.brand)
    return company.changed(brand="".join(core[:cut]), industry="".join(core[cut:])).name


def delete(draw: Draw, text: str) -> str:
    at = draw.random.randrange(len(text))
    return text[:at] + text[at + 1 :]


def insert(draw: Draw, text: str) -> str:
    at = draw.random.randrange(len(text) + 1)
    new = draw.random.choice(_alphabet(text)) if draw.chance(0.6) else text[max(at - 1, 0)]
    return text[:at] + new + text[at:]


def substitute(draw: Draw, text: str) -> str:
    """By a look-alike where there is one, by any character of the trade elsewhere."""
    at = draw.random.randrange(len(text))
    alike = [other for pair in words.LOOK_ALIKES.split() for other in _partner(pair, text[at])]
    others = alike or [c for c in _alphabet(text) if c != text[at]]
    return text[:at] + draw.random.choice(others) + text[at + 1 :]


def _partner(pair: str, char: str) -> str:
    return pair.replace(char, "") if char in pair else ""


def transpose(draw: Draw, text: str) -> str:
    able = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    at = draw.random.choice(able)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _alphabet(text: str) -> str:
    return "abcdefghijklmnopqrstuvwxyz" if text.isascii() else "".join(CHARACTERS)


TYPOS = {
    "deletion": delete,
    "insertion": insert,
    "substitution": substitute,
    "transposition": transpose,
}


def _typo(change: Callable[[Draw, str], str]) -> Change:
    return lambda draw, company: change(draw, company.name)


def english(draw: Draw, company: Company) -> str:
    """The English name as somebody else writes it: other form, short words, or region elsewhere."""
    name = company.name_en
    way = draw.random.choice(("form", "short", "order", "same"))
    if way == "form":
        return company.changed(
            form_en=draw.random.choice(("Co Ltd", "Limited", "Corp", ""))
        ).name_en.strip()
    if way == "short":
        return " ".join(words.ENGLISH_SHORT.get(word, word) for word in name.split(" "))
    if way == "order" and company.place:
        return company.changed(order="brackets" if company.order == "first" else "first").name_en
    return name.upper() if draw.chance(0.5) else name


def two_kinds(draw: Draw, company: Company) -> str:
    """A change of the parts first, then a change of the string."""
    first = draw.random.choice((region, suffix, homophone, brackets))
    name = first(draw, company)
    second = draw.random.choice(("traditional", "space", *TYPOS))
    if second == "traditional":
        return _converter("s2t").convert(name)
    if second == "space":
        at = draw.random.randrange(1, len(name))
        return f"{name[:at]} {name[at:]}"
    return TYPOS[second](draw, name)


KINDS: dict[str, Change] = {
    "traditional": traditional,
    "full_width": full_width,
    "brackets": brackets,
    "region": region,
    "suffix": suffix,
    "space": space,
    "abbreviation": abbreviation,
    "former_name": former_name,
    "homophone": homophone,
    "deletion": _typo(delete),
    "insertion": _typo(insert),
    "substitution": _typo(substitute),
    "transposition": _typo(transpose),
    "english": english,
    "two_kinds": two_kinds,
}


# --- look-alikes ------------------------------------------------------------------------------


def other_region(draw: Draw, company: Company) -> Company:
    here = company.place.province if company.place else ""
    place = draw.random.choice([p for p in CITIES + PROVINCES if p.province != here])
    return company.changed(place=place, suffix="")


def other_industry(draw: Draw, company: Company) -> Company:
    others = [pair for pair in INDUSTRIES if not set(pair[0]) & set(company.industry)]
    industry, industry_en = draw.random.choice(others)
    return company.changed(industry=industry, industry_en=industry_en)


def other_brand(draw: Draw, company: Company) -> Company:
    """One character of the brand is another one: another company, and one that sounds otherwise."""
    at = draw.random.randrange(len(company.brand))
    sound = lazy_pinyin(company.brand[at])
    others = [c for c in CHARACTERS if lazy_pinyin(c) != sound]
    brand = company.brand[:at] + draw.random.choice(others) + company.brand[at + 1 :]
    return company.changed(brand=brand, brand_en=pinyin_brand(brand))


def other_english(draw: Draw, company: Company) -> Company:
    change = draw.random.choice((other_region, other_industry, other_brand, _new_brand))
    return change(draw, company)


def _new_brand(draw: Draw, company: Company) -> Company:
    brand, brand_en = draw_brand(draw)
    return company.changed(brand=brand, brand_en=brand_en)


LOOKALIKES: dict[str, Callable[[Draw, Company], Company]] = {
    "other_region": other_region,
    "other_industry": other_industry,
    "other_brand": other_brand,
}
