"""Grounds for a restricted entry: a closed list, each with clause, body, longest term and repair.

From the ground follow the end of an entry (a day, or until performed with a review; never a bare
flag), the first day on which it may be lifted, what it does, and whether the public may see it.
Words, documents and clauses: `registry.words.grounds`. `unverified` rows were read second-hand.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .lifecycle.restriction import RESTRICTING

PROVISIONAL_DAYS = 30
REVIEW_MONTHS = 12  # an entry without an end date is looked at again at least this often


class Body(StrEnum):
    """Who makes the record that an entry stands on."""

    COURT = "court"
    ECOLOGY = "ecology"
    EMERGENCY = "emergency"
    DEVELOPMENT_REFORM = "development_reform"
    COMPETENT_AUTHORITY = "competent_authority"
    REGISTRY = "registry"


class SubjectKind(StrEnum):
    COMPANY = "company"
    PERSON = "person"
    SITE = "site"
    TECHNOLOGY = "technology"
    PRODUCT = "product"


class Consequence(StrEnum):
    """What an entry in force does to a case that a person has matched with it."""

    STOPS = "stops"  # open applications stop at screening, listed projects are suspended
    STOPS_NEW_BUILD = "stops_new_build"  # the same for new capacity; an upgrade is looked at
    WATCH = "watch"  # shown to the screener, stops nothing


class Status(StrEnum):
    VERIFIED = "verified"  # read in the official text
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True)
class Case:
    """One limb of a ground's clause, with its own term. `months` None: until performed."""

    code: str
    months: int | None
    grave_months: tuple[int, int] | None = None  # least and most that a grave case adds
    repair_after_months: int | None = 0  # minimum time before early lifting; None: none at all


@dataclass(frozen=True, slots=True)
class Ground:
    code: str
    body: Body
    document: str  # words and number: registry.words.grounds.DOCUMENTS
    source_date: str
    status: Status
    subjects: tuple[SubjectKind, ...]
    cases: tuple[Case, ...]
    consequence: Consequence = Consequence.STOPS
    mirrored: bool = False  # a record of a court or an authority: appealed there, not here
    provisional: bool = False  # grave enough for an entry before the subject was heard
    supervision: bool = False  # says that somebody is watched, which is no offence

    def case(self, code: str) -> Case:
        for case in self.cases:
            if case.code == code:
                return case
        raise GroundRefused(TermRefusal.CASE_UNKNOWN)


class TermRefusal(StrEnum):
    CASE_UNKNOWN = "case_unknown"
    SUBJECT_UNFIT = "subject_unfit"
    END_MISSING = "end_missing"
    END_BEFORE_START = "end_before_start"
    END_BEYOND_GROUND = "end_beyond_ground"
    END_NOT_KNOWABLE = "end_not_knowable"
    REVIEW_MISSING = "review_missing"
    REVIEW_TOO_LATE = "review_too_late"
    GRAVE_OUT_OF_RANGE = "grave_out_of_range"


class GroundRefused(ValueError):
    """A term or subject that the ground does not allow, by its code."""

    def __init__(self, code: TermRefusal) -> None:
        super().__init__(str(code))
        self.code = code


_WHO = (SubjectKind.COMPANY, SubjectKind.PERSON)
_WHERE = (SubjectKind.COMPANY, SubjectKind.SITE)
_WHAT = (SubjectKind.TECHNOLOGY, SubjectKind.PRODUCT)
_WORKS = (SubjectKind.SITE, SubjectKind.TECHNOLOGY, SubjectKind.PRODUCT)

_ALL: tuple[Ground, ...] = (
    Ground(
        "dishonest_debtor",
        Body.COURT,
        "spc_dishonest_debtors",
        "2017",
        Status.UNVERIFIED,
        _WHO,
        (
            Case("able_but_unwilling", None, repair_after_months=0),
            Case("evading", 24, grave_months=(12, 36), repair_after_months=0),
        ),
        mirrored=True,
    ),
    Ground(
        "dishonest",
        Body.COMPETENT_AUTHORITY,
        "serious_dishonesty_rules",
        "",
        Status.UNVERIFIED,
        _WHO,
        (Case("listed", 36, repair_after_months=12),),
        mirrored=True,
    ),
    Ground(
        "major_accident",
        Body.EMERGENCY,
        "zone_practice_no_accident",
        "2022",
        Status.VERIFIED,
        _WHERE,
        (Case("within_three_years", 36, repair_after_months=None),),
        provisional=True,
    ),
    Ground(
        "environmental_penalty",
        Body.ECOLOGY,
        "bank_practice_penalty",
        "",
        Status.UNVERIFIED,
        _WHERE,
        (
            Case("fine", 36, repair_after_months=12),
            Case("shutdown_order", None, repair_after_months=0),
        ),
        provisional=True,
    ),
    Ground(
        "eliminated_class",
        Body.DEVELOPMENT_REFORM,
        "restructuring_catalogue_2024",
        "2024-02-01",
        Status.UNVERIFIED,
        _WORKS,
        (Case("listed_item", None, repair_after_months=0),),
    ),
    Ground(
        "restricted_class",
        Body.DEVELOPMENT_REFORM,
        "restructuring_catalogue_2024",
        "2024-02-01",
        Status.VERIFIED,
        _WHAT,
        (Case("listed_item", None, repair_after_months=0),),
        consequence=Consequence.STOPS_NEW_BUILD,
    ),
    Ground(
        "below_benchmark",
        Body.DEVELOPMENT_REFORM,
        "energy_benchmarks_2023",
        "2023",
        Status.VERIFIED,
        _WORKS,
        (Case("new_build", None, repair_after_months=0),),
        consequence=Consequence.STOPS_NEW_BUILD,
    ),
    Ground(
        "below_baseline",
        Body.DEVELOPMENT_REFORM,
        "energy_benchmarks_2023",
        "2023",
        Status.UNVERIFIED,
        _WORKS,
        (Case("overdue", None, repair_after_months=0),),
    ),
    Ground(
        "two_high",
        Body.ECOLOGY,
        "two_high_2021_45",
        "2021-05-31",
        Status.UNVERIFIED,
        (SubjectKind.COMPANY, SubjectKind.SITE, SubjectKind.TECHNOLOGY, SubjectKind.PRODUCT),
        (Case("preconditions_missing", None, repair_after_months=0),),
        consequence=Consequence.STOPS_NEW_BUILD,
    ),
    Ground(
        "false_statement",
        Body.REGISTRY,
        "registry_rules",
        "2026-11-23",
        Status.VERIFIED,
        _WHO,
        (Case("application", 24, repair_after_months=6), Case("report", 24, repair_after_months=6)),
        provisional=True,
    ),
    Ground(
        "forged_certificate",
        Body.REGISTRY,
        "registry_rules",
        "2026-11-23",
        Status.VERIFIED,
        _WHO,
        (Case("forged_or_altered", 36, repair_after_months=None),),
        provisional=True,
    ),
    Ground(
        "misused_funds",
        Body.REGISTRY,
        "registry_rules",
        "2026-11-23",
        Status.VERIFIED,
        _WHO,
        (Case("diverted", 36, repair_after_months=12),),
        provisional=True,
    ),
    Ground(
        "benefit_sold_twice",
        Body.REGISTRY,
        "registry_rules",
        "2026-11-23",
        Status.VERIFIED,
        _WHO,
        (Case("same_benefit", 12, repair_after_months=3),),
    ),
    Ground(
        "obstruction",
        Body.REGISTRY,
        "registry_rules",
        "2026-11-23",
        Status.VERIFIED,
        _WHO,
        (Case("verification_refused", 12, repair_after_months=0),),
    ),
    Ground(
        "key_polluter",
        Body.ECOLOGY,
        "key_polluter_lists",
        "",
        Status.UNVERIFIED,
        _WHERE,
        (Case("supervised", 12, repair_after_months=0),),
        consequence=Consequence.WATCH,
        mirrored=True,
        supervision=True,
    ),
)

GROUNDS: dict[str, Ground] = {ground.code: ground for ground in _ALL}


@dataclass(frozen=True, slots=True)
class Term:
    """When an entry ends. Without `to_day` it lasts until performed and `review_on` is set."""

    from_day: date
    to_day: date | None
    review_on: date | None = None

    @property
    def until_performed(self) -> bool:
        return self.to_day is None


def after_months(day: date, months: int) -> date:
    """The day that corresponds to `day` in a later month, else that month's last day.

    Civil Code, arts. 201 and 202: the day on which a term begins does not count, and a term of
    months ends with the corresponding day, which still belongs to it.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    next_first = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = next_first - timedelta(days=1)
    return last if day.day > last.day else first.replace(day=day.day)


def longest_term(ground: Ground, case: str, from_day: date, *, grave_months: int = 0) -> Term:
    """The longest term that the ground allows from that day: what an entry gets by default."""
    limb = ground.case(case)
    _check_grave(limb, grave_months)
    if limb.months is None:
        return Term(from_day, None, after_months(from_day, REVIEW_MONTHS))
    return Term(from_day, after_months(from_day, limb.months + grave_months))


def provisional_term(from_day: date) -> Term:
    """A provisional entry ends by itself after thirty days unless it is confirmed before."""
    return Term(from_day, from_day + timedelta(days=PROVISIONAL_DAYS))


def check_term(ground: Ground, case: str, term: Term, *, grave_months: int = 0) -> None:
    """Raise `GroundRefused` where a proposed term is not one that the ground allows."""
    longest = longest_term(ground, case, term.from_day, grave_months=grave_months)
    if longest.to_day is None:
        _check_review(term, longest)
    elif term.to_day is None:
        raise GroundRefused(TermRefusal.END_MISSING)
    elif term.to_day < term.from_day:
        raise GroundRefused(TermRefusal.END_BEFORE_START)
    elif term.to_day > longest.to_day:
        raise GroundRefused(TermRefusal.END_BEYOND_GROUND)


def term_allowed(ground: Ground, case: str, term: Term, *, grave_months: int = 0) -> bool:
    """The same as a fact for the life cycle (`Facts.end_within_ground`)."""
    try:
        check_term(ground, case, term, grave_months=grave_months)
    except GroundRefused:
        return False
    return True


def check_subject(ground: Ground, kind: str) -> None:
    if kind not in ground.subjects:
        raise GroundRefused(TermRefusal.SUBJECT_UNFIT)


def minimum_until(ground: Ground, case: str, from_day: date) -> date | None:
    """The last day on which a repaired entry is not lifted yet; None: it is never lifted early."""
    months = ground.case(case).repair_after_months
    if months is None:
        return None
    return after_months(from_day, months) if months else from_day - timedelta(days=1)


def in_effect(state: str, term: Term, on: date, *, stayed: bool = False) -> bool:
    """Whether an entry restricts on a day; an appeal on identity stays it at once.

    The end date counts by itself: an entry whose timer has not run yet does not restrict any more.
    """
    ended = term.to_day is not None and on > term.to_day
    return state in RESTRICTING and not stayed and term.from_day <= on and not ended


def shown_to_public(ground: Ground, shown_grounds: Collection[str]) -> bool:
    """Off for every ground until the operator has entered the legal basis of showing it."""
    return ground.code in shown_grounds and not ground.supervision


class ReachKind(StrEnum):
    EVERYWHERE = "everywhere"
    ZONE = "zone"
    INDUSTRY = "industry"
    FUND = "fund"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where an entry counts: everywhere, in one zone, in an industry and below, with one fund."""

    kind: ReachKind = ReachKind.EVERYWHERE
    id: str = ""

    def covers(self, *, zone_id: str = "", industry_code: str = "", fund_id: str = "") -> bool:
        if self.kind is ReachKind.EVERYWHERE:
            return True
        if not self.id:
            return False
        if self.kind is ReachKind.INDUSTRY:
            return industry_code.startswith(self.id)
        return self.id == (zone_id if self.kind is ReachKind.ZONE else fund_id)


def _check_grave(limb: Case, grave_months: int) -> None:
    if not grave_months:
        return
    if limb.grave_months is None:
        raise GroundRefused(TermRefusal.GRAVE_OUT_OF_RANGE)
    least, most = limb.grave_months
    if not least <= grave_months <= most:
        raise GroundRefused(TermRefusal.GRAVE_OUT_OF_RANGE)


def _check_review(term: Term, longest: Term) -> None:
    if term.to_day is not None:
        raise GroundRefused(TermRefusal.END_NOT_KNOWABLE)
    if term.review_on is None:
        raise GroundRefused(TermRefusal.REVIEW_MISSING)
    if longest.review_on is None or not term.from_day <= term.review_on <= longest.review_on:
        raise GroundRefused(TermRefusal.REVIEW_TOO_LATE)
