"""Places in company names: which administrative division a name begins with or has in brackets."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import NamedTuple

from registry.rules.screening.slips import deletions, one_edit

PEOPLES = (
    "蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 "
    "傣族 黎族 傈僳族 佤族 畲族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 "
    "布朗族 撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 鄂温克族 德昂族 保安族 裕固族 独龙族 "
    "鄂伦春族 各族 蒙古 哈萨克 柯尔克孜 壮族 回族 维吾尔"
)
PEOPLES_END = re.compile(f"(?:{'|'.join(sorted(PEOPLES.split(), key=len, reverse=True))})+$")
UNIT_END = re.compile(
    r"(特别行政区|自治区|自治州|自治县|自治旗|地区|新区|林区|矿区|省|市|县|区|盟|旗)$"
)
COUNTRY = "00"
EXTRA = {"中国": COUNTRY, "雄安": "1306", "雄安新区": "1306", "浦东": "310115", "襄樊": "4206"}
MAX_LEVELS = 3
MAX_MANGLED = 9
UNITS = frozenset("省市县区旗州盟")
ENDS = frozenset("省市县区旗盟")
UNIT_WORDS = (
    "区块",
    "区域",
    "市政",
    "市场",
    "市容",
    "县域",
    "省际",
    "旗帜",
    "旗舰",
    "盟友",
    "旗袍",
)


class Place(NamedTuple):
    """A stretch of a name that reads as a place, and every division that it may be."""

    text: str
    codes: tuple[str, ...]
    certain: bool  # a province, a prefecture or a name with its unit (县, 区); not a bare county


class _Named(NamedTuple):
    name: str
    codes: tuple[str, ...]
    certain: bool
    district: bool  # a bare district name counts only after the city that it belongs to


def _trim(code: str) -> str:
    return code[:2] if code.endswith("0000") else code[:4] if code.endswith("00") else code


def _divisions() -> list[tuple[str, str]]:
    """All divisions as (code, name); 2, 4 or 6 digits by level."""
    from registry.rules.screening.tables.divisions import LINES

    found = []
    for line in LINES.splitlines():
        code, name, *counties = line.split(" ")
        if name != "-" and not name.endswith(("市辖区", "直辖县", "行政区划")):
            found.append((code, name))
        found += [(code + county[:2], county[2:]) for county in counties]
    return found


def stem(name: str) -> str:
    """北京市 → 北京, 延边朝鲜族自治州 → 延边; the whole name where one character would remain."""
    short = UNIT_END.sub("", name)
    bare = PEOPLES_END.sub("", short) if short != name and "自治" in name else short
    return bare if len(bare) >= 2 else short if len(short) >= 2 else name


@cache
def _by_start() -> dict[str, list[_Named]]:
    """Names of places under their first two characters, longest first."""
    codes: dict[tuple[str, bool, bool], list[str]] = defaultdict(list)
    for code, name in _divisions():
        codes[name, True, False].append(code)
        short = stem(name)
        if short != name:
            district = len(code) == 6 and name.endswith("区") and not name.endswith("地区")
            codes[short, len(code) < 6, district].append(code)
    for (name, certain, district), found in list(codes.items()):
        if "州" in name:  # 杭洲, 苏洲: the commonest slip of all
            codes[name.replace("州", "洲"), certain, district] = found
    for name, code in EXTRA.items():
        codes[name, True, False].append(code)
    table: dict[str, list[_Named]] = defaultdict(list)
    for (name, certain, district), found in codes.items():
        table[name[:2]].append(_Named(name, tuple(found), certain, district))
    for named in table.values():
        named.sort(key=lambda one: (-len(one.name), not one.certain, one.district))
    return dict(table)


def _within(codes: tuple[str, ...], higher: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c for c in codes if any(c != h and c.startswith(h) for h in higher))


@cache
def _of_the_highest(codes: tuple[str, ...]) -> tuple[str, ...]:
    """河南 is the province, not the county of that name elsewhere."""
    top = min(map(len, codes))
    provinces = {code[:2] for code in codes if len(code) == top}
    return tuple(code for code in codes if code[:2] in provinces)


def _next(text: str, higher: Place | None) -> Place | None:
    best: Place | None = None
    for name, codes, certain, district in _by_start().get(text[:2], ()):
        if best and len(name) < len(best.text):
            break
        if not text.startswith(name):
            continue
        if higher:
            codes = _within(codes, higher.codes)
        elif district:
            continue
        if codes:
            known = best.codes if best else ()
            codes = tuple(dict.fromkeys(known + codes))
            if not higher:
                codes = _of_the_highest(codes)
            best = Place(name, codes, certain or bool(higher) or bool(best and best.certain))
    return best


def read_levels(text: str) -> list[Place]:
    """The places that a folded text begins with, each inside the one before it."""
    place = _next(text, None)
    found = [place] if place else []
    while place and place.codes != (COUNTRY,) and len(found) < MAX_LEVELS:
        place = _with_unit(text, place)
        found[-1] = place
        deeper = _next(text[len(place.text) :], place)
        if deeper is None:
            break
        place = Place(place.text + deeper.text, deeper.codes, True)
        found.append(place)
    if place and found and place.codes != (COUNTRY,):
        found[-1] = _with_unit(text, place)
    return found


def _with_unit(text: str, place: Place) -> Place:
    """Units that a place had before or that people add: 玉环县 is 玉环市 now, 新疆省 is none."""
    rest = text[len(place.text) :]
    if place.text[-1] in ENDS or rest[:1] not in ENDS or rest.startswith(UNIT_WORDS):
        return place
    return Place(place.text + rest[0], place.codes, True)


def read_start(text: str) -> Place | None:
    """The place that a folded text begins with, up to three levels deep (江苏省南京市江宁区)."""
    found = read_levels(text)
    return found[-1] if found else None


@cache
def _mangled_names() -> dict[str, tuple[str, ...]]:
    """Full names of divisions under themselves and under each without one character."""
    table: dict[str, set[str]] = defaultdict(set)
    for code, name in _divisions():
        if len(name) > 2:
            for shorter in (name, *deletions(name)):
                table[shorter].add(code)
    return {name: tuple(sorted(codes)) for name, codes in table.items()}


@cache
def _full_names() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = defaultdict(list)
    for code, name in _divisions():
        table[code].append(name)
    return {code: tuple(names) for code, names in table.items()}


def _mangled_start(text: str, higher: Place | None) -> Place | None:
    """A division's full name with one slip in it: it still ends with its unit."""
    for end in range(2, min(len(text), MAX_MANGLED) + 1):
        if text[end - 1] not in UNITS or text.startswith(UNIT_WORDS, end - 1):
            continue
        written = text[:end]
        if written in _codes_by_name():
            return None
        codes = {
            code
            for shorter in (written, *deletions(written))
            for code in _mangled_names().get(shorter, ())
            if any(one_edit(written, name) for name in _full_names()[code])
        }
        kept = tuple(sorted(codes))
        if higher:
            kept = _within(kept, higher.codes)
        if kept and len({code[:2] for code in kept}) == 1:
            return Place(written, kept, True)
    return None


@cache
def _codes_by_name() -> frozenset[str]:
    return frozenset(name for _, name in _divisions())


def read_mangled(text: str, levels: list[Place]) -> Place | None:
    """The place that a text begins with if the slip in its spelling is mended, or nothing; `levels`
    are the places that it begins with as it stands."""
    if levels and (levels[-1].text[-1] in ENDS or levels[0].codes == (COUNTRY,)):
        beyond = text[len(levels[-1].text) : len(levels[-1].text) + 5]
        if not any(char in ENDS for char in beyond):
            return None
    for higher in (*reversed(levels), None):
        if higher and higher.codes == (COUNTRY,):
            continue
        start = len(higher.text) if higher else 0
        inner = _mangled_start(text[start:], higher)
        if inner and (not levels or start + len(inner.text) > len(levels[-1].text)):
            found = Place(text[:start] + inner.text, inner.codes, True)
            deeper = _next(text[len(found.text) :], found)
            return Place(found.text + deeper.text, deeper.codes, True) if deeper else found
    return None


@cache
def read_whole(text: str) -> Place | None:
    """The place that a text (from brackets, say) is as a whole, or nothing."""
    place = read_start(text)
    if place and place.text == text:
        return place
    named = [one for one in _by_start().get(text[:2], ()) if one.name == text]
    codes = tuple(code for one in named for code in one.codes)
    return Place(text, codes, True) if codes else None


@cache
def _by_end() -> dict[str, list[_Named]]:
    table: dict[str, list[_Named]] = defaultdict(list)
    for named in _by_start().values():
        for one in named:
            if one.certain and COUNTRY not in one.codes:
                table[one.name[-2:]].append(one)
    for ends in table.values():
        ends.sort(key=lambda one: -len(one.name))
    return dict(table)


def read_end(text: str) -> Place | None:
    """The certain place that a folded text ends with: 中海油销售天津."""
    for name, codes, _, _ in _by_end().get(text[-2:], ()):
        if text.endswith(name):
            return Place(name, codes, True)
    return None


@cache
def names_of(code: str) -> tuple[str, ...]:
    """The full and the short name of a division."""
    return tuple(text for name in _full_names().get(code, ()) for text in (name, stem(name)))


@cache
def english_places() -> dict[str, tuple[str, ...]]:
    """English names of provinces, prefectures and county-level cities, without spaces."""
    from registry.rules.screening.folding import sounds

    table: dict[str, set[str]] = defaultdict(set)
    for code, name in _divisions():
        if len(code) < 6 or name.endswith("市"):
            for sound in sounds(stem(name)):
                if len(sound) >= 4:
                    table[sound].add(code)
    for word, code in ENGLISH_ONLY.items():
        table[word] = {code}
    return {word: tuple(sorted(codes)) for word, codes in table.items()}


@cache
def province_sets() -> tuple[frozenset[str], ...]:
    """Every set of several provinces that one name may lie in, in an order that stays: 朝阳, Suzhou."""
    named = [one for starts in _by_start().values() for one in starts]
    read = (read_start(one.name) for one in named)
    meant = [one.codes for one in named] + [one.codes for one in read if one]
    meant += english_places().values()
    found = {frozenset(code[:2] for code in codes) for codes in meant}
    several = (sorted(codes) for codes in found if len(codes) > 1 and COUNTRY not in codes)
    return tuple(map(frozenset, sorted(several)))


ENGLISH_ONLY = {
    "shaanxi": "61", "innermongolia": "15", "neimenggu": "15", "tibet": "54", "xizang": "54",
    "hongkong": "81", "hk": "81", "macau": "82", "macao": "82", "taiwan": "71", "taipei": "71",
    "harbin": "2301", "qiqihar": "2302", "hohhot": "1501", "urumqi": "6501", "lhasa": "5401",
    "ordos": "1506", "hulunbuir": "1507", "baotou": "1502", "kashgar": "6531", "karamay": "6502",
    "canton": "4401", "peking": "11", "amoy": "3502", "china": COUNTRY, "prc": COUNTRY,
    "chinese": COUNTRY, "jilin": "22", "shanxi": "14", "lvliang": "1411",
}  # fmt: skip
