"""Two parsed names side by side: for each part the kind of likeness. Points come from the policy.

`compare` answers one kind a part, in the order of `policy.PARTS`. Brands carry their length (slip_2,
slip_3, slip_4): one different character means another company when the brand has two.
"""

from __future__ import annotations

import re

from registry.rules.screening.chinese import (
    industries,
    light_words,
)
from registry.rules.screening.english import LIGHT, SHORT
from registry.rules.screening.folding import same_sound, sounds
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.places import COUNTRY, Place, names_of, read_whole, stem
from registry.rules.screening.slips import numbered_apart, one_edit, slip_kind

Kinds = tuple[str, str, str, str, str]
NEAR_FORMS = frozenset({"ltd", "plc", "group-ltd", "group-plc", "group", "company"})
LONGEST = {"slip": 5}
MIN_WITHIN = 2
LONG_BRANCH = 7
ORDINALS = frozenset("一二三四五六七八九十东西南北0123456789")
SHORT_BRAND, SHORT_CORE, PLAIN = 2, 4, "ltd"
MUNICIPALITIES = frozenset({"11", "12", "31", "50"})
UNSURE = frozenset({"unknown", "unsaid", "added", "elsewhere"})
ELSEWHERE = frozenset({"elsewhere", "same_province", "partial", "conflict", "within", "level"})
ALIKE = frozenset({"equal", "sound", "slip"})
UNITS_OF_PLACES = re.compile(
    "(?<=..)[省市县区旗](?=.*(?:分公司|支公司|支行|分行|营业部|分部|分社|分厂)$)"
)
MIN_SLIP_EN = 5
MEDIUM_LATIN, LONG_LATIN = 5, 8


def graded(kind: str, length: int) -> str:
    return f"{kind}_{min(max(length, 2), LONGEST.get(kind, 4))}"


def compare(a: ParsedName, b: ParsedName, a_in: str = "", b_in: str = "") -> Kinds:
    """The kinds of likeness; `a_in`, `b_in` are the provinces where the two are registered."""
    if a.script == b.script and not (a.doubtful or b.doubtful):
        slip = _text_slip(a, b, a_in, b_in)
        if slip:
            return slip
    if a.script == b.script == "zh":
        brand, industry, region = _chinese(a, b, a_in, b_in)
    else:
        region = region_kind(a, b, a_in, b_in)
        if a.script == b.script:
            brand, industry = _english(a, b)
        else:
            brand, industry = _across(a, b) if a.script == "zh" else _across(b, a)
    branch = branch_kind(a, b)
    if branch == "parent" and region in UNSURE:
        branch = "different"  # a branch leads to its parent, not to whoever bears the parent's name
    return brand, industry, region, form_kind(a, b), branch


# --- region, form, branch ---------------------------------------------------------------------


def region_kind(a: ParsedName, b: ParsedName, a_in: str, b_in: str) -> str:
    if not a.regions and not b.regions:
        if a_in and b_in:
            return "registered" if a_in == b_in else "conflict"
        return "none"
    if not a.regions or not b.regions:
        known, registered = (b, a_in) if b.regions else (a, b_in)
        if not registered or not known.provinces or COUNTRY in known.provinces:
            return _unknown(a, b)
        return "registered" if registered in known.provinces else "elsewhere"
    if len(a.regions) == 1 == len(b.regions):
        return _two_places(a.regions[0], b.regions[0])
    return _many_places(a.regions, b.regions)


def _unknown(a: ParsedName, b: ParsedName) -> str:
    """The subject or the entry names a region, the other none.

    People leave words of a registered name out, they add none: 泰山石膏（辽宁） is a subsidiary of the
    listed 泰山石膏, not its name written otherwise. And what is left of a name without its region must
    tell a company by itself: 超威电源有限公司 may be a group's head as well as 江苏超威电源.
    """
    if a.regions:
        return "added"
    return "unsaid" if _tells_little(b) and a.form_class == PLAIN else "unknown"


def _tells_little(name: ParsedName) -> bool:
    """Two characters of brand, two of industry, the commonest form, and a mere province (no city)."""
    short = len(name.brand) <= SHORT_BRAND and len(name.core) <= SHORT_CORE
    codes = {code for place in name.regions for code in place.codes}
    wide = all(len(code) == 2 and code not in MUNICIPALITIES for code in codes)
    return short and wide and name.form_class == PLAIN


def _two_places(a: Place, b: Place) -> str:
    if not a.codes or not b.codes:  # something in brackets that no table knows
        if a.text == b.text:
            return "equal"
        one, other = stem(a.text), stem(b.text)
        mistyped = (a.codes or b.codes) and (one == other or one_edit(one, other))
        return "unknown" if mistyped else "conflict"
    if a.codes == b.codes:
        return "equal"
    best = "conflict"
    for one in a.codes:
        for other in b.codes:
            if one == other:
                return "equal"
            if one.startswith(other) or other.startswith(one):
                best = _nested(a.text, b.text)
            elif one[:2] == other[:2] and best == "conflict":
                best = "same_province"
    return best


def _nested(a: str, b: str) -> str:
    """江苏 and 江苏南京 is one place told more closely; 江苏 and 南京 are two levels of registration."""
    shorter, longer = sorted((a, b), key=len)
    return "within" if longer.startswith(stem(shorter)) else "level"


def _many_places(a: tuple[Place, ...], b: tuple[Place, ...]) -> str:
    few, many = (a, b) if len(a) <= len(b) else (b, a)
    agreeing = sum(any(_two_places(x, y) in ("equal", "within") for y in many) for x in few)
    if agreeing < len(few):
        return "conflict" if not agreeing else "partial"
    return "equal" if len(few) == len(many) else "partial"


def form_kind(a: ParsedName, b: ParsedName) -> str:
    if not a.form_class or not b.form_class:
        return "equal" if a.form_class == b.form_class else "missing"
    if a.form_class == b.form_class:
        return "equal"
    return "near" if {a.form_class, b.form_class} <= NEAR_FORMS else "different"


def branch_kind(a: ParsedName, b: ParsedName) -> str:
    if a.branch == b.branch:
        return "equal"
    if not a.branch or not b.branch:
        return "parent"
    if _without_units(a.branch) == _without_units(b.branch):
        return "slip"
    alike = same_sound(a.branch, b.branch)
    if not alike and one_edit(a.branch, b.branch):
        told_apart = ORDINALS & (set(a.branch) ^ set(b.branch))
        alike = max(len(a.branch), len(b.branch)) >= LONG_BRANCH and not told_apart
        alike = alike or a.branch.startswith(b.branch) or b.branch.startswith(a.branch)
        alike = alike or slip_kind(a.branch, b.branch) in ("swap", "double", "shape")
    return "slip" if alike and len(a.branch) > 3 else "different"


def _without_units(branch: str) -> str:
    """静宁县支行 and 静宁支行 are one."""
    return UNITS_OF_PLACES.sub("", branch)


# --- Chinese with Chinese ---------------------------------------------------------------------


def _chinese(a: ParsedName, b: ParsedName, a_in: str, b_in: str) -> tuple[str, str, str]:
    region = region_kind(a, b, a_in, b_in)
    if a.core == b.core:
        return _generic(a, b, region, "equal"), "equal", region
    if a.doubtful or b.doubtful:
        return *_cores(a, b, strict=True), region
    if bool(a.regions) != bool(b.regions):
        found = _hidden_region(a, b) if b.regions else _hidden_region(b, a)
        if found:
            return found
    brand, industry = _cores(a, b)
    if brand == "equal":
        brand = _generic(a, b, region, industry)
    return brand, industry, region


def _generic(a: ParsedName, b: ParsedName, region: str, industry: str) -> str:
    """自来水公司 exists in every county: a brand that is a word of industry needs its region, one
    that is the name of a place needs its industry."""
    if a.brand in industries():
        return "generic" if region in ELSEWHERE or industry not in ALIKE else "equal"
    if not (a.industry or b.industry) and len(a.brand) <= SHORT_BRAND and _retold(a, b):
        return "generic"
    return "generic" if industry not in ALIKE and read_whole(a.brand) else "equal"


def _retold(a: ParsedName, b: ParsedName) -> bool:
    """One place in two wordings and two forms: 新兴铸管股份 is not 广东新兴铸管有限, for 新兴 is a
    county of 广东 and as likely a brand."""
    both = bool(a.regions and b.regions)
    return both and a.regions != b.regions and a.form_class != b.form_class


def rest_of(name: ParsedName) -> tuple[tuple[str, ...], ...]:
    """All that is written beside the brand."""
    return (
        name.industry,
        tuple(place.text for place in name.regions),
        (name.form, name.branch),
    )


def bare(text: str) -> str:
    """Without brackets and spaces."""
    return text.replace("(", "").replace(")", "").replace(" ", "")


def _text_slip(a: ParsedName, b: ParsedName, a_in: str, b_in: str) -> Kinds | None:
    """The two names differ by one slip as a whole, which upset the reading of one of them.

    Not so where both can be read: two regions, or 电缆 and 电器, which both are words.
    """
    if abs(len(a.text) - len(b.text)) > 3:
        return None
    one, other = bare(a.text), bare(b.text)
    if not one_edit(one, other) or numbered_apart(one, other) or a.core == b.core:
        return None
    if a.compact not in other and b.compact not in one:
        return None
    if rest_of(a) == rest_of(b):
        return None  # the slip is in the brand, and there it counts as one
    region = region_kind(a, b, a_in, b_in)
    both_read = a.script == "zh" and a.industry and b.industry and a.industry != b.industry
    if region == "conflict" or (both_read and a.form == b.form and a.branch == b.branch):
        return None
    return (
        "equal",
        "equal" if a.industry == b.industry else "slip",
        "slip" if region in UNSURE or region in ("partial", "same_province") else region,
        form_kind(a, b),
        "equal" if a.branch == b.branch else "slip",
    )


def _hidden_region(a: ParsedName, b: ParsedName) -> tuple[str, str, str] | None:
    """`a` names no region that could be read: b's may stand inside its core, or have a slip in it."""
    for place in b.regions:
        spellings = {place.text} | {n for code in place.codes[:2] for n in names_of(code)}
        for name in spellings:
            if name in a.core and a.core.replace(name, "", 1) == b.core:
                return "equal", "equal", "equal"
        if a.core.endswith(b.core):
            before = a.core[: -len(b.core)]
            if any(one_edit(before, name) or same_sound(before, name) for name in spellings):
                return "equal", "equal", "slip"
    return None


def _cores(a: ParsedName, b: ParsedName, strict: bool = False) -> tuple[str, str]:
    """Brand and industry by the cores; `strict`: as wholes they are alike or nothing is."""
    core_a, core_b = a.core, b.core
    if numbered_apart(core_a, core_b):
        return "different", "equal" if a.industry == b.industry else "different"
    if same_sound(core_a, core_b):
        return _place_of("sound", a, b)
    if abs(len(core_a) - len(core_b)) < 2 and one_edit(core_a, core_b):
        return _place_of("slip", a, b)
    if strict:
        return "different", "different"
    return chinese_brand(a.brand, b.brand), chinese_industry(a.industry, b.industry)


def _place_of(kind: str, a: ParsedName, b: ParsedName) -> tuple[str, str]:
    """Where the one difference between two cores lies: in the brand or in the industry."""
    if a.industry == b.industry:
        return chinese_brand(a.brand, b.brand), "equal"
    if a.brand == b.brand:
        if kind == "slip" and a.industry and b.industry:
            return "equal", chinese_industry(a.industry, b.industry)
        return "equal", kind
    read, other = (a, b) if len(a.brand) < len(b.brand) else (b, a)
    if other.core.startswith(read.brand):
        return "equal", kind
    trade = "".join(read.industry)
    if trade and other.core.endswith(trade):
        return chinese_brand(read.brand, other.core[: -len(trade)]), "equal"
    length = min(len(a.brand), len(b.brand))
    if kind == "sound":
        return graded("sound", length), "sound"
    kind = slip_kind(a.core, b.core)
    return kind if kind in ("lost", "double") else graded(kind, length), "equal"


def chinese_brand(a: str, b: str) -> str:
    if a == b:
        return "equal"
    length = min(len(a), len(b))
    if same_sound(a, b):
        return graded("sound", length)
    near = abs(len(a) - len(b)) < 2 and one_edit(a, b)
    kind = slip_kind(a, b) if near else ""
    if kind and kind != "slip":
        return kind if kind in ("lost", "double") else graded(kind, length)
    if length >= MIN_WITHIN and (
        a.startswith(b) or b.startswith(a) or a.endswith(b) or b.endswith(a)
    ):
        return graded("within", length)
    return graded("slip", length) if near and length >= MIN_WITHIN else "different"


def chinese_industry(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    if a == b:
        return "equal"
    if not a or not b:
        light = light_words().issuperset(a or b)
        return "light" if light else "missing"
    one, other = "".join(a), "".join(b)
    shorter, longer = sorted((one, other), key=len)
    if longer.startswith(f"{shorter}集团") and not longer.endswith("集团"):
        return "subsidiary"  # 某某能源集团财务 is not 某某能源
    if shorter in longer:
        if longer.startswith(shorter):
            return "part"
        return "tail" if longer == other else "narrowed"
    return _word_overlap(a, b)


def _word_overlap(a: tuple[str, ...], b: tuple[str, ...]) -> str:
    table = industries()
    meanings_a = {table[word][0] or word for word in a}
    meanings_b = {table[word][0] or word for word in b}
    if meanings_a == meanings_b:
        return "class"
    light = light_words()
    telling_a = {w for w in meanings_a if w not in light}
    telling_b = {w for w in meanings_b if w not in light}
    if telling_a and telling_a == telling_b:
        return "class"
    return "overlap" if meanings_a & meanings_b else "different"


# --- Latin with Latin, and across -------------------------------------------------------------


def _english(a: ParsedName, b: ParsedName) -> tuple[str, str]:
    one, other = a.compact, b.compact
    industry = english_industry(set(a.industry), set(b.industry))
    if one == other or sorted(a.brand.split()) == sorted(b.brand.split()):
        return "equal", industry
    return latin_brand(one, other), industry


def latin_brand(a: str, b: str) -> str:
    length = min(len(a), len(b))
    if length >= MIN_SLIP_EN - 1 and one_edit(a, b):
        return "slip_4" if length > LONG_LATIN else "slip_3" if length > MEDIUM_LATIN else "slip_2"
    if length >= MIN_SLIP_EN and (a.startswith(b) or b.startswith(a)):
        return "within_4" if length > LONG_LATIN else "within_3"
    return "different"


def english_industry(a: set[str], b: set[str]) -> str:
    if a == b:
        return "equal"
    if not a or not b:
        return "light" if (a or b) <= LIGHT else "missing"
    if a <= b or b <= a:
        return "part"
    return "overlap" if a & b else "different"


def _across(zh: ParsedName, en: ParsedName) -> tuple[str, str]:
    """A Chinese name and a Latin one: the brand by its sound, the industry by what it means."""
    brand, compact = "different", en.compact
    for sound in zh.brand_sounds:
        if sound == compact:
            return "equal", meant_industry(zh, en)
        if brand == "different":
            brand = latin_brand(sound, compact)
    if compact in sounds(zh.core):
        return "equal", "equal" if not en.industry else "part"
    return brand, meant_industry(zh, en)


def meant_industry(zh: ParsedName, en: ParsedName) -> str:
    said = set(en.industry)
    if not zh.industry or not said:
        return "equal" if not zh.industry and not said else "missing"
    table = industries()
    meant = [{SHORT.get(w, w) for w in table[word][1]} for word in zh.industry]
    told = sum(not words.isdisjoint(said) for words in meant)
    understood = said & set().union(*meant)
    if told == len(meant) and understood == said:
        return "equal"
    if told == 0:
        return "different"
    return "part" if told == len(meant) or understood == said else "overlap"
