"""Loan books: how a run moves, and how a loan's verdict comes from rules, restricted list and people.

A stop of the restricted list outranks everything; what concerns the whole book (a list that is not
loaded, reference rows that nobody compared yet) may be settled once for it by a named person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from typing import NamedTuple

from registry.rules.assessment import (
    GREEN,
    MISSING,
    NO_GRADE,
    NOT_GREEN,
    PERSON_MUST_LOOK,
    UNKNOWN,
)
from registry.rules.grading import GATES
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Rule

UPLOADED, WAITING, RUNNING, PAUSED = "UPLOADED", "WAITING", "RUNNING", "PAUSED"
CANCELLED, DONE, FAILED = "CANCELLED", "DONE", "FAILED"
STATES = (UPLOADED, WAITING, RUNNING, PAUSED, CANCELLED, DONE, FAILED)
AT_WORK = (WAITING, RUNNING)

START, BEGIN, PAUSE, RESUME, CANCEL, FINISH, BREAK_OFF = (
    *("start", "begin", "pause", "resume", "cancel", "finish", "break_off"),
)
MOVES: Mapping[tuple[str, str], str] = {
    (UPLOADED, START): WAITING,
    (WAITING, BEGIN): RUNNING,
    (WAITING, PAUSE): PAUSED,
    (RUNNING, PAUSE): PAUSED,
    (PAUSED, RESUME): WAITING,
    (FAILED, RESUME): WAITING,
    (UPLOADED, CANCEL): CANCELLED,
    (WAITING, CANCEL): CANCELLED,
    (RUNNING, CANCEL): CANCELLED,
    (PAUSED, CANCEL): CANCELLED,
    (FAILED, CANCEL): CANCELLED,
    (RUNNING, FINISH): DONE,
    (RUNNING, BREAK_OFF): FAILED,
    (WAITING, BREAK_OFF): FAILED,
}

# Why a loan has its verdict.
HIT, FAILED_RULE, POINTS, CONDITION, UNVERIFIED, IMPLAUSIBLE = (
    *("hit", "failed", "points", "condition", "unverified", "implausible"),
)
NOTHING_OPEN = ""
OPEN = (
    IMPLAUSIBLE,
    UNKNOWN,
    MISSING,
    CONDITION,
    UNVERIFIED,
)  # what keeps a green loan from being one
REASONS = (HIT, FAILED_RULE, POINTS, *OPEN)
POSSIBLE = "POSSIBLE"
GRAMS = 1_000_000  # in a tonne


def move(state: str, event: str) -> str | None:
    """The state after an event, or None where there is no such move."""
    return MOVES.get((state, event))


class Reason(NamedTuple):
    """A code of REASONS and the rule (or the cross-check) that it is about, or nothing."""

    code: str
    rule: str = ""

    @property
    def text(self) -> str:
        return f"{self.code}:{self.rule}" if self.rule else self.code


class Found(NamedTuple):
    """What an engine says of one loan by the rules alone. Benefits in whole grams a year; None where
    one could not be computed. `reasons`: failed gates, then what is open."""

    verdict: str
    grade: str
    total_centipoints: int
    coverage_bp: int
    reasons: tuple[Reason, ...]
    abatement_g: int | None
    attributed_g: int | None
    coal_g: int | None
    attributed_coal_g: int | None


class Judged(NamedTuple):
    """A loan's verdict. `priority`: what a person should see first has the lowest number."""

    verdict: str
    rule_verdict: str
    priority: int
    reasons: tuple[Reason, ...]

    @property
    def main(self) -> Reason:
        return self.reasons[0] if self.reasons else Reason(NOTHING_OPEN)


def grams(tonnes: float | None) -> int | None:
    """Whole grams, half up."""
    return None if tonnes is None else int(tonnes * GRAMS // 1 + (tonnes * GRAMS % 1 >= 0.5))


def judge(
    book: Rulebook, found: Found, *, settled: Set[str], band: str = "", stops: bool = False
) -> Judged:
    """The verdict with what was settled for the whole book, and with a hit of the restricted list."""
    failed = tuple(r for r in found.reasons if r.code == FAILED_RULE)
    still = tuple(r for r in found.reasons if r.code != FAILED_RULE and r.text not in settled)
    rule_verdict = _by_rules(book, found, still)
    if rule_verdict == NOT_GREEN and not failed:
        failed = (Reason(POINTS),)
    reasons = (*failed, *still)
    verdict = rule_verdict
    if band:
        reasons = (Reason(HIT), *reasons)
        if stops or rule_verdict == GREEN:
            verdict = PERSON_MUST_LOOK
    return Judged(verdict, rule_verdict, _priority(verdict, band, stops), reasons)


def _by_rules(book: Rulebook, found: Found, still: tuple[Reason, ...]) -> str:
    """Not green when nothing could change it; green only when nothing is left open."""
    if found.verdict == NOT_GREEN:
        return NOT_GREEN
    if still or found.grade == NO_GRADE:
        return PERSON_MUST_LOOK
    return GREEN if book.grade_by_id[found.grade].green else NOT_GREEN


def _priority(verdict: str, band: str, stops: bool) -> int:
    if stops:
        return 0
    if band:
        return 1
    return {PERSON_MUST_LOOK: 2, NOT_GREEN: 3, GREEN: 4}[verdict]


def common_matters(book: Rulebook, reference: ReferenceTables) -> tuple[str, ...]:
    """What may be open for every loan alike, and a named person may settle for a whole book: gates
    whose list is not loaded or whose answer the registry sets, and reference rows not yet compared.
    """
    found = [
        f"{UNKNOWN}:{rule.id}"
        for rule in book.rules
        if rule.kind in GATES and rule.active and _waits(book, rule, reference)
    ]
    return (*found, UNVERIFIED)


def _waits(book: Rulebook, rule: Rule, reference: ReferenceTables) -> bool:
    if any(not reference.is_loaded(name) for name in rule.lists):
        return True
    said = " ".join((rule.passes, rule.conditional, rule.applies))
    words = set(re.findall(r"[a-z_][a-z0-9_]*", said))
    return any(one.id in words and one.set_by == "registry" for one in book.inputs)
