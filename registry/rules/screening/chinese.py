"""The parser for Chinese company names. All texts here are folded."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from registry.rules.screening.parts import ParsedName
from registry.rules.screening.places import (
    Place,
    read_end,
    read_levels,
    read_mangled,
    read_start,
    read_whole,
)
from registry.rules.screening.slips import one_edit

BRACKETS = re.compile(r"\(([^()]*)\)")
MIN_BRAND = 2
MAX_TOWN = 4
COMPANY = "公司"
# Bodies that have branches without the word 公司 in their name.
BRANCHING = re.compile(r"^(.{2,}?(?:银行|信用合作联社|信用社|联社|合作社|总厂))(.{2,})$")
BRACKET_FORMS = ("有限合伙", "普通合伙", "特殊普通合伙")
FORM_HEADS = re.compile(r"(?:股份|集团|控股|股.|.份|.团)有?$")
SHORT_FORM, LONG_FORM = "有限公司", "有限责任公司"
# Forms that are recognised with one slip in them, and words that merely end like 公司.
MISTYPED_MIDDLE = re.compile(
    "(.{3,}?(?:有限公.|有限.司|有公司|限公司|有限公|有限司|有公限司|限有公司|有限司公))(.{2,}[分支子]公司)$"
)
MISTYPED = (
    (LONG_FORM, "ltd"),
    (SHORT_FORM, "ltd"),
    ("专业合作社", "farm"),
    ("经济合作社", "farm"),
    ("供销合作社", "coop"),
    ("合伙企业有限合伙", "partnership"),
)
MISTYPED_ENDS = frozenset("有限责任公司专业供销经济合作社伙企")
NOT_COMPANY = frozenset({"公园", "公寓", "公馆", "公路", "公社", "公证", "公益", "公共", "办公"})


@cache
def forms() -> dict[str, list[tuple[str, str]]]:
    """(form, class) under the form's last character, longest first."""
    from registry.rules.screening.tables.forms import CHINESE

    table: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for line in CHINESE.splitlines():
        form, kind = line.split(" ")
        table[form[-1]].append((form, kind))
    for known in table.values():
        known.sort(key=lambda one: -len(one[0]))
    return dict(table)


@cache
def branch_words() -> tuple[str, ...]:
    from registry.rules.screening.tables.forms import BRANCHES

    return tuple(sorted(set(BRANCHES.split()), key=len, reverse=True))


@cache
def industries() -> dict[str, tuple[str, frozenset[str]]]:
    """Industry word → (class of words that replace each other or "", English words for it)."""
    from registry.rules.screening.tables.industries import WORDS

    table = {}
    for item in WORDS.split():
        word, english = item.split("=")
        word, _, kind = word.partition("~")
        table[word] = (kind, frozenset(english.split(",")))
    return table


@cache
def light_words() -> frozenset[str]:
    from registry.rules.screening.tables.industries import LIGHT

    return frozenset(LIGHT.split())


@cache
def industry_lengths() -> dict[str, tuple[int, ...]]:
    """How long the industry words are that end with a character, longest first."""
    table: dict[str, set[int]] = defaultdict(set)
    for word in industries():
        table[word[-1]].add(len(word))
    return {last: tuple(sorted(lengths, reverse=True)) for last, lengths in table.items()}


def split_branch(text: str) -> tuple[str, str]:
    """(the body itself, its branch): what follows the first 公司 names a part of that company."""
    at = text.find(COMPANY)
    if at > 0:
        end = at + len(COMPANY)
        rest = text[end:]
        mangled = MISTYPED_MIDDLE.match(text) if text[at - 1] in "分支子" else None
        if mangled:
            return mangled[1], mangled[2]
        if not rest or rest[0] == ")" or BRACKETS.fullmatch(rest):
            return text, ""
        if rest.endswith(COMPANY) and not rest.endswith(("分公司", "支公司", "子公司")):
            return text, ""
        return text[:end], rest
    found = BRANCHING.match(text)
    if found and found[2].endswith(branch_words()):
        return found[1], found[2]
    return text, ""


def take_brackets(text: str) -> tuple[str, list[Place], str]:
    """(text without brackets, regions in them, text with a bracket of unknown content or "")."""
    places: list[Place] = []
    unknown = ""

    def replace(found: re.Match[str]) -> str:
        nonlocal unknown
        inside = found[1]
        place = _bracketed_place(inside)
        if place:
            places.append(place)
            return ""
        meant = next((f for f in BRACKET_FORMS if one_edit(inside, f)), "")
        if text[: found.start()].endswith(COMPANY) or inside.startswith(("原", "曾用")):
            return ""
        if not (meant or _is_known(inside)):
            unknown = inside
            places.append(Place(inside, (), False))
            return ""
        return meant or inside

    bare = BRACKETS.sub(replace, text)
    whole = text.replace("(", "").replace(")", "") if unknown else ""
    bare = _half_brackets(bare, places)
    return (bare, places, whole) if bare else (text.replace("(", "").replace(")", ""), [], "")


def _bracketed_place(inside: str) -> Place | None:
    """What stands in brackets as a place, also with one character too many."""
    place = read_whole(inside)
    if place is None and 2 < len(inside) < 6:
        shorter = (read_whole(inside[:i] + inside[i + 1 :]) for i in range(len(inside)))
        place = next((one for one in shorter if one and one.certain), None)
    if place is None:  # 磴口巴彦高勒: a county and a town in it
        start = read_start(inside)
        if start and 0 < len(inside) - len(start.text) <= MAX_TOWN:
            place = Place(inside, start.codes, False)
    return place


def _is_known(inside: str) -> bool:
    """Words of industry or form in brackets belong to the name where they stand."""
    return (
        inside.isascii() or take_industry(inside, 0)[0] == "" or bool(take_form("名称" + inside)[1])
    )


def _half_brackets(text: str, places: list[Place]) -> str:
    """One bracket of a pair was lost: the place beside the other one is still a region."""
    before, bracket, after = text.partition("(")
    if bracket:
        place = read_start(after)
        if place and before:
            places.append(place)
            after = after[len(place.text) :]
        text = before + after
    before, bracket, after = text.partition(")")
    if bracket:
        last = read_end(before)
        if last and len(before) > len(last.text):
            places.append(last)
            before = before[: -len(last.text)]
        text = before + after
    return text.strip("()")


def take_form(text: str) -> tuple[str, str, str]:
    """(text without form, form as written, class); a form with one slip in it is still the form."""
    form, kind = _plain_form(text)
    open_kind = kind in ("", "company", "unlimited") or form == "合作社"
    if open_kind and not MISTYPED_ENDS.isdisjoint(text[-3:]):
        for meant, meant_kind in MISTYPED:
            for length in (len(meant) + 1, len(meant), len(meant) - 1):
                if len(text) >= length + MIN_BRAND and _slip_of(text[-length:], meant):
                    return _with_head(text, length, meant_kind)
    if not kind and _is_mistyped_company(text):
        form, kind = text[-2:], "company"
    return _with_head(text, len(form), kind) if form else (text, "", "")


def _plain_form(text: str) -> tuple[str, str]:
    plain = ("", "")
    for form, kind in forms().get(text[-1:], ()):
        if len(form) < len(text) and text.endswith(form):
            plain = form, kind
            if form != "工厂" or not text.endswith(("化工厂", "重工厂", "精工厂", "电工厂")):
                break
    return plain


def _is_mistyped_company(text: str) -> bool:
    end = text[-2:]
    one_right = end[:1] == COMPANY[0] or end[1:] == COMPANY[1]
    return one_right and len(text) > 2 * MIN_BRAND and end not in NOT_COMPANY | industries().keys()


def _with_head(text: str, length: int, kind: str) -> tuple[str, str, str]:
    """集团 or 股份 before the form belongs to it, also where one of the two is mistyped."""
    if kind in ("ltd", "company") and len(text) >= length + 2 * MIN_BRAND:
        head = FORM_HEADS.search(text[:-length])
        if head:
            length += len(head[0])
            kind = "plc" if {"股", "份"} & set(head[0]) else f"group-{kind}"
    return text[:-length], text[-length:], kind.removesuffix("-company")


def _slip_of(written: str, meant: str) -> bool:
    """One edit from the form, and not a brand that merely ends in the same letters."""
    near = written[0] == meant[0]
    if len(written) <= len(meant):
        near = near or written[1:] in meant or sorted(written) == sorted(meant)
    return near and one_edit(written, meant)


def take_industry(core: str, shortest: int = MIN_BRAND) -> tuple[str, tuple[str, ...]]:
    """(brand, industry words): known words from the right while a brand of that length remains."""
    words = industries()
    lengths = industry_lengths()
    found: list[str] = []
    while True:
        room = len(core) - shortest
        for length in lengths.get(core[-1:], ()):
            if length <= room and core[-length:] in words:
                found.append(core[-length:])
                core = core[:-length]
                break
        else:
            return core, tuple(reversed(found))


Reading = tuple[list[Place], str]  # regions and core


def take_regions(text: str, bracketed: list[Place]) -> list[Reading]:
    """The ways to read regions off a name, the likeliest first."""
    levels = read_levels(text)
    place = levels[-1] if levels else None
    mangled = read_mangled(text, levels)
    if mangled:
        rest = text[len(mangled.text) :]
        if len(rest) >= MIN_BRAND:
            return [([mangled, *bracketed], rest), (bracketed, text)]
    plain = (bracketed, text)
    if place and len(text) - len(place.text) >= MIN_BRAND:
        return _with_start(text, place, bracketed)
    last = None if bracketed else read_end(text)
    if last and len(text) - len(last.text) > MIN_BRAND:
        return [([last], text[: -len(last.text)]), plain]
    if not place and not bracketed:
        return [plain, *_shifted(text)]
    return [plain]


def _with_start(text: str, place: Place, bracketed: list[Place]) -> list[Reading]:
    """A place at the start is the region, unless it is rather the brand: then the second way."""
    rest = text[len(place.text) :]
    plain, taken = (bracketed, text), ([place, *bracketed], rest)
    brand, _ = take_industry(rest, shortest=1)
    no_brand = brand in industries()
    if bracketed and len(brand) < MIN_BRAND:
        return [plain]
    if len(brand) < MIN_BRAND or no_brand:
        likelier = [taken, plain] if place.certain and not bracketed else [plain, taken]
        return likelier[:1] if no_brand and likelier[0] is plain else likelier
    if bracketed and not place.certain:
        return [plain, taken]
    return [taken] if place.certain else [taken, plain]


def _shifted(text: str) -> list[Reading]:
    """海纳南宝 for 海南纳宝: the last character of the region changed places with the brand's first."""
    for at in (1, 2):
        swapped = text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
        place = read_start(swapped)
        if place and place.certain and len(place.text) == at + 1:
            rest = swapped[at + 1 :]
            if len(rest) > MIN_BRAND:
                return [([place], rest)]
    return []


def parse_chinese(text: str) -> ParsedName:
    body, branch = split_branch(text)
    body, bracketed, with_unknown = take_brackets(body)
    named, form, form_class = take_form(body)
    ways = take_regions(named, bracketed)
    if with_unknown:
        known = [place for place in bracketed if place.codes]
        ways.append(take_regions(take_form(with_unknown)[0], known)[0])
    found = []
    for way, (places, core) in enumerate(ways):
        brand, industry = take_industry(core)
        found.append(
            ParsedName(
                text=text,
                script="zh",
                regions=tuple(places),
                brand=brand,
                industry=industry,
                form=form,
                form_class=form_class,
                branch=branch.strip("()"),
                doubtful=way > 0,
            )
        )
    return found[0]._replace(second=tuple(found[1:])) if len(found) > 1 else found[0]
