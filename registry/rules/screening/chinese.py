"""The parser for Chinese company names. All texts here are folded."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache

from registry.rules.screening.parts import ParsedName
from registry.rules.screening.places import Place, read_end, read_start, read_whole

BRACKETS = re.compile(r"\(([^()]*)\)")
MIN_BRAND = 2
COMPANY = "公司"
# Bodies that have branches without the word 公司 in their name.
BRANCHING = re.compile(r"^(.{2,}?(?:银行|信用合作联社|信用社|联社|合作社|总厂))(.{2,})$")
LAST_CHARACTERS = 4
SHORT_FORM, LONG_FORM = "有限公司", "有限责任公司"


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
        if not rest or rest[0] == ")" or BRACKETS.fullmatch(rest):
            return text, ""
        if rest.endswith(COMPANY) and not rest.endswith(("分公司", "支公司", "子公司")):
            return text, ""
        return text[:end], rest
    found = BRANCHING.match(text)
    if found and found[2].endswith(branch_words()):
        return found[1], found[2]
    return text, ""


def take_brackets(text: str) -> tuple[str, list[Place]]:
    """Regions out of brackets; words of form or industry stay where they stood, remarks go."""
    places = []

    def replace(found: re.Match[str]) -> str:
        inside = found[1]
        place = read_whole(inside)
        if place:
            places.append(place)
            return ""
        after_form = text[: found.start()].endswith(COMPANY)
        return "" if after_form or inside.startswith(("原", "曾用")) else inside

    return BRACKETS.sub(replace, text).strip("()"), places


def one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion, substitution or exchange of neighbours makes a into b."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    start, end = 0, 0
    shorter = min(len(a), len(b))
    while start < shorter and a[start] == b[start]:
        start += 1
    while end < shorter - start and a[-1 - end] == b[-1 - end]:
        end += 1
    mid_a, mid_b = a[start : len(a) - end], b[start : len(b) - end]
    if len(mid_a) <= 1 and len(mid_b) <= 1:
        return True
    return len(mid_a) == 2 and mid_a == mid_b[::-1]


def take_form(text: str) -> tuple[str, str, str]:
    """(text without form, form as written, class); a form with one slip in it is still the form."""
    plain = ("", "")
    for form, kind in forms().get(text[-1:], ()):
        if len(form) < len(text) and text.endswith(form):
            plain = form, kind
            break
    if plain[1] not in ("", "company", "unlimited"):
        return text[: -len(plain[0])], *plain
    for meant in (LONG_FORM, SHORT_FORM):
        for length in (len(meant), len(meant) + 1, len(meant) - 1):
            written = text[-length:]
            if len(text) >= length + MIN_BRAND and _slip_of(written, meant):
                return text[:-length], written, "ltd"
    return (text[: -len(plain[0])], *plain) if plain[0] else (text, "", "")


def _slip_of(written: str, meant: str) -> bool:
    """One edit from the form, and not a brand that merely ends in the same letters."""
    near = written[0] == meant[0] or written[1:] in meant or sorted(written) == sorted(meant)
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


def take_regions(text: str, bracketed: list[Place]) -> tuple[list[Place], str, str]:
    """(regions, core, the core before an uncertain region was taken off)."""
    places, whole = list(bracketed), ""
    place = read_start(text)
    if place:
        rest = text[len(place.text) :]
        if len(rest) >= MIN_BRAND and (place.certain or len(rest) > MIN_BRAND):
            if _eats_the_brand(rest):
                whole = text
            if not (whole and (not place.certain or bracketed)):
                places.insert(0, place)
                whole = text if not place.certain or whole else ""
                text = rest
            else:
                whole = rest
    if not places:
        last = read_end(text)
        if last and len(text) - len(last.text) > MIN_BRAND:
            return [last], text[: -len(last.text)], text
    return places, text, whole


def _eats_the_brand(rest: str) -> bool:
    """Whether no brand would remain: 东方科技 is no 科技 in 东方, 东方红科技 no 红 there."""
    brand, _ = take_industry(rest, shortest=1)
    return len(brand) < MIN_BRAND or brand in industries()


def parse_chinese(text: str) -> ParsedName:
    body, branch = split_branch(text)
    body, bracketed = take_brackets(body)
    named, form, form_class = take_form(body)
    places, core, whole = take_regions(named, bracketed)
    brand, industry = take_industry(core)
    return ParsedName(
        text, "zh", tuple(places), brand, industry, form, form_class, branch.strip("()"), whole
    )
