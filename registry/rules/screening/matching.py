"""Matching a subject with an entry: explained points, bands, and whether a person must look first.

A match says what was compared, how each part fared and what it counted; the points sum to the
score. `EXACT`: an identifier is the same. `STRONG`: the registered name is the same after folding,
in the same region. `POSSIBLE`: everything else above the threshold; it never stops anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from registry.rules.screening.comparing import Kinds, compare
from registry.rules.screening.folding import fold, sounds
from registry.rules.screening.identifiers import UsccCheck
from registry.rules.screening.parts import ParsedName
from registry.rules.screening.policy import FULL_SCORE, PARTS, Points, Policy
from registry.rules.screening.sides import Side, side_of
from registry.rules.screening.subjects import (
    COMPANY,
    OWN_NAMES,
    PERSON,
    REGISTERED,
    Entry,
    Name,
    Subject,
)

ENGINE_VERSION = "2"  # of parsing, keys and scoring: a verdict names it
EXACT, STRONG, POSSIBLE, NONE = "EXACT", "STRONG", "POSSIBLE", "NONE"
BANDS = (EXACT, STRONG, POSSIBLE, NONE)
SAME_PLACE = frozenset({"equal", "within", "registered", "none"})


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the comparison: what stood on both sides, how alike it is, what it counts."""

    part: str
    kind: str
    subject: str
    entry: str
    points: int


@dataclass(frozen=True, slots=True)
class Match:
    """A subject beside an entry, by the pair of their names that is most alike."""

    entry: int
    band: str
    score: int
    parts: tuple[Part, ...]
    subject_text: str
    subject_role: str
    entry_text: str
    entry_role: str
    scripts: str
    threshold: int
    policy: str
    policy_sha256: str
    stops: bool

    @property
    def is_hit(self) -> bool:
        return self.band != NONE


# --- identifiers ------------------------------------------------------------------------------


def _same_code(ours: tuple[UsccCheck, ...], theirs: tuple[UsccCheck, ...]) -> Part | None:
    """The strongest identifier that both have: whole, or the organisation code inside it."""
    for one in ours:
        for other in theirs:
            if one.kind == other.kind and one.normalised == other.normalised:
                return Part("identifier", one.kind, one.normalised, other.normalised, 0)
    for one in ours:
        for other in theirs:
            inside = one.organisation_code
            if inside and inside == other.organisation_code:
                kind = "organisation_code"
                return Part("identifier", kind, one.normalised, other.normalised, 0)
    return None


def _contradiction(
    ours: tuple[UsccCheck, ...], theirs: tuple[UsccCheck, ...]
) -> tuple[str, str] | None:
    """Two valid, different codes of the same kind cannot be one body's."""
    for one in ours:
        for other in theirs:
            if one.kind == other.kind and one.valid and other.valid:
                return one.normalised, other.normalised
    return None


def _identifier_part(ours: Side, theirs: Side, rest: int, policy: Policy) -> Part:
    """What the identifiers count once the names have `rest` points."""
    same = _same_code(ours.codes, theirs.codes)
    if same:
        return Part(same.part, same.kind, same.subject, same.entry, FULL_SCORE - rest)
    against = _contradiction(ours.codes, theirs.codes)
    if against:
        return Part("identifier", "contradicts", *against, max(policy.contradiction, -rest))
    left = ours.codes[0].normalised if ours.codes else ""
    right = theirs.codes[0].normalised if theirs.codes else ""
    return Part("identifier", "absent", left, right, 0)


# --- companies --------------------------------------------------------------------------------


def _scripts(a: ParsedName, b: ParsedName) -> str:
    return f"{a.script}-{b.script}" if a.script == b.script else "en-zh"


class _Pair(NamedTuple):
    """Two names as they were read, and how alike their parts are."""

    ours: Name
    theirs: Name
    a: ParsedName
    b: ParsedName
    kinds: Kinds


def _points(table: Points, kinds: Kinds) -> tuple[int, int, int, int, int]:
    """What each of PARTS counts."""
    brand, industry, region, form, branch = kinds
    return (
        table["brand"][brand],
        table["industry"][industry],
        table["region"][region],
        table["form"][form],
        table["branch"][branch],
    )


def _best_pair(ours: Side, theirs: Side, policy: Policy) -> _Pair | None:
    """The two names, and the ways to read them, whose points are furthest above the threshold."""
    best, best_margin = None, -10 * FULL_SCORE
    both_chinese = ours.has_chinese and theirs.has_chinese
    for i, ours_chinese in enumerate(ours.chinese):
        for j, theirs_chinese in enumerate(theirs.chinese):
            if both_chinese and ours_chinese != theirs_chinese:
                continue  # 华信 and 华鑫 are both Huaxin: where there are characters, they decide
            mine, yours = ours.read(i), theirs.read(j)
            pair = _scripts(mine, yours)
            table, threshold = policy.points[pair], policy.thresholds[pair].possible
            for one in ours.completed(i, yours).ways:
                for other in theirs.completed(j, mine).ways:
                    kinds = compare(one, other, ours.province, theirs.province)
                    margin = max(sum(_points(table, kinds)), 0) - threshold
                    if margin > best_margin:
                        best = _Pair(ours.names[i], theirs.names[j], one, other, kinds)
                        best_margin = margin
    return best


def _texts(parsed: ParsedName) -> tuple[str, str, str, str, str]:
    """What each of PARTS reads in a name."""
    regions = " ".join(place.text for place in parsed.regions)
    joint = "" if parsed.script == "zh" else " "
    return parsed.brand, joint.join(parsed.industry), regions, parsed.form, parsed.branch


def _name_parts(a: ParsedName, b: ParsedName, kinds: Kinds, policy: Policy) -> list[Part]:
    """The parts with their points; a branch that is another one takes off no more than there is."""
    parts, total = [], 0
    every = _points(policy.points[_scripts(a, b)], kinds)
    for part, kind, left, right, most in zip(
        PARTS, kinds, _texts(a), _texts(b), every, strict=True
    ):
        points = max(most, -total)
        total += points
        parts.append(Part(part, kind, left, right, points))
    return parts


def _falls_short(best: _Pair | None, policy: Policy) -> bool:
    """Whether two names have too few points, counted as `_name_parts` does: then only an identifier
    could make a hit."""
    if best is None:
        return True
    pair, total = _scripts(best.a, best.b), 0
    for points in _points(policy.points[pair], best.kinds):
        total = max(total + points, 0)
    return total < policy.thresholds[pair].possible


def _is_strong(match_parts: list[Part], ours: Name, theirs: Name) -> bool:
    """The normalised registered name and the region are the same."""
    kinds = {part.part: part.kind for part in match_parts}
    own = ours.role in OWN_NAMES and theirs.role in OWN_NAMES
    named = REGISTERED in (ours.role, theirs.role)
    same = kinds["brand"] == kinds["industry"] == kinds["branch"] == "equal"
    return own and named and same and kinds["region"] in SAME_PLACE


def _company_match(
    ours: Side, theirs: Side, best: _Pair | None, entry: Entry, policy: Policy
) -> Match:
    parts, pair = [], "zh-zh"
    mine = yours = Name("", REGISTERED)
    if best:
        parts, pair = _name_parts(best.a, best.b, best.kinds, policy), _scripts(best.a, best.b)
        mine, yours = best.ours, best.theirs
    identifier = _identifier_part(ours, theirs, sum(part.points for part in parts), policy)
    score = sum(part.points for part in parts) + identifier.points
    limits = policy.thresholds[pair]
    if identifier.kind not in ("absent", "contradicts"):
        band = EXACT
    elif score < limits.possible:
        band = NONE
    elif (
        score >= limits.strong
        and identifier.kind == "absent"
        and pair != "en-zh"
        and _is_strong(parts, mine, yours)
    ):
        band = STRONG
    else:
        band = POSSIBLE
    stops = band in (EXACT, STRONG) and not entry.supervised_only
    every = (identifier, *parts)
    return _match(entry, band, every, mine, yours, pair, limits.possible, policy, stops)


def _match(
    entry: Entry,
    band: str,
    parts: tuple[Part, ...],
    ours: Name,
    theirs: Name,
    pair: str,
    threshold: int,
    policy: Policy,
    stops: bool,
) -> Match:
    return Match(
        entry=entry.reference,
        band=band,
        score=sum(part.points for part in parts),
        parts=parts,
        subject_text=ours.text,
        subject_role=ours.role,
        entry_text=theirs.text,
        entry_role=theirs.role,
        scripts=pair,
        threshold=threshold,
        policy=policy.version,
        policy_sha256=policy.sha256,
        stops=stops,
    )


# --- persons, sites, technologies, products -----------------------------------------------------


def _plain_kind(a: str, b: str) -> str:
    if a == b:
        return "equal"
    return "different" if set(sounds(a)).isdisjoint(sounds(b)) else "sound"


def _plain_match(ours: Side, theirs: Side, subject: Subject, entry: Entry, policy: Policy) -> Match:
    """Whole names only. A person's name alone is possible at most, and a person stops nothing."""
    pair = "person" if entry.kind == PERSON else "other"
    table = policy.points[pair]["name"]
    threshold = policy.thresholds[pair].possible
    best = Part("name", "different", "", "", 0)
    mine = yours = Name("", REGISTERED)
    for one in ours.names:
        for other in theirs.names:
            kind = _plain_kind(fold(one.text), fold(other.text))
            if table[kind] > best.points or not best.subject:
                best = Part("name", kind, one.text, other.text, table[kind])
                mine, yours = one, other
    same_person = bool(subject.person_id) and subject.person_id == entry.person_id
    same_code = _same_code(ours.codes, theirs.codes)
    if same_person or same_code:
        kind = "person_id" if same_person else "code"
        parts = (Part("identifier", kind, "", "", FULL_SCORE - best.points), best)
        return _match(entry, EXACT, parts, mine, yours, pair, threshold, policy, False)
    band = POSSIBLE if best.points >= threshold else NONE
    return _match(entry, band, (best,), mine, yours, pair, threshold, policy, False)


# --- the doors --------------------------------------------------------------------------------


def match(subject: Subject, entry: Entry, policy: Policy) -> Match:
    """Compare one subject with one entry and explain it, hit or not."""
    ours, theirs = side_of(subject), side_of(entry)
    if subject.kind == entry.kind == COMPANY:
        return _company_match(ours, theirs, _best_pair(ours, theirs, policy), entry, policy)
    if subject.kind == entry.kind:
        return _plain_match(ours, theirs, subject, entry, policy)
    empty = Name("", REGISTERED)
    threshold = policy.thresholds["other"].possible
    return _match(entry, NONE, (), empty, empty, "other", threshold, policy, False)


def hit(subject: Subject, entry: Entry, policy: Policy) -> Match | None:
    """`match` where it is a hit; of many pairs most are none, and those are not explained."""
    if subject.kind == entry.kind == COMPANY:
        ours, theirs = side_of(subject), side_of(entry)
        best = _best_pair(ours, theirs, policy)
        if _falls_short(best, policy) and not _same_code(ours.codes, theirs.codes):
            return None
        found = _company_match(ours, theirs, best, entry, policy)
    else:
        found = match(subject, entry, policy)
    return found if found.is_hit else None


def rank(found: Match) -> tuple[int, int, int]:
    return BANDS.index(found.band), -found.score, found.entry


def screen(
    subject: Subject,
    candidates: Iterable[Entry],
    policy: Policy,
    *,
    top: int = 5,
    cleared: frozenset[int] = frozenset(),
) -> tuple[Match, ...]:
    """Every hit, strongest first, then runners-up below the threshold until there are `top`.

    `cleared` are the entries that a person has told apart from this subject: they are taken out
    before the list is cut, so that a clearance never hides another entry. Hits are never cut.
    """
    found = sorted(
        (match(subject, entry, policy) for entry in candidates if entry.reference not in cleared),
        key=rank,
    )
    hits = sum(one.is_hit for one in found)
    return tuple(found[: max(hits, top)])
