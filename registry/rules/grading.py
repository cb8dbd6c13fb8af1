"""Results to totals: what was earned of what applies, what stops a project, what it is eligible for."""

from typing import NamedTuple

from registry.rules.assessment import (
    CONDITIONAL,
    ELIGIBLE,
    FAIL,
    MISSING,
    NOT_APPLICABLE,
    NOT_ELIGIBLE,
    PASS,
    TO_BE_VERIFIED,
    UNKNOWN,
    RuleResult,
)
from registry.rules.rulebook.declarations import Cap

GATES = ("hard", "conditional", "gate")
WHOLE = 10_000


class Totals(NamedTuple):
    """Centipoints earned and basis points of weight, all integers."""

    got: int
    applicable_bp: int
    answered_bp: int
    possible_missing: int

    @property
    def total(self) -> int:
        return self.got * WHOLE // self.applicable_bp if self.applicable_bp else 0

    @property
    def at_best(self) -> int:
        """The total if everything that is missing earned all it can."""
        best = self.got + self.possible_missing
        return best * WHOLE // self.applicable_bp if self.applicable_bp else 0

    @property
    def coverage_bp(self) -> int:
        return self.answered_bp * WHOLE // self.applicable_bp if self.applicable_bp else 0


def totals_of(results: tuple[RuleResult, ...]) -> Totals:
    scored = [r for r in results if r.kind == "score" and r.state != NOT_APPLICABLE]
    missing = [r for r in scored if r.state in (MISSING, UNKNOWN)]
    applicable = sum(r.possible_centipoints for r in scored)
    lost = sum(r.possible_centipoints for r in missing)
    return Totals(sum(r.got_centipoints for r in scored), applicable, applicable - lost, lost)


def is_stopped(results: tuple[RuleResult, ...]) -> bool:
    """Whether a gate failed: then there is no score, and nothing makes up for it."""
    return any(r.state == FAIL and r.kind in GATES for r in results)


def share(results: tuple[RuleResult, ...], category: str) -> float | None:
    """What a category earned of what applies in it, as a plain ratio."""
    mine = [r for r in results if r.category == category and r.state != NOT_APPLICABLE]
    possible = sum(r.possible_centipoints for r in mine)
    return sum(r.got_centipoints for r in mine) / possible if possible else None


def was_scored(results: tuple[RuleResult, ...], rule: str) -> bool:
    return any(r.rule == rule and r.state in (PASS, FAIL, CONDITIONAL) for r in results)


def labels_of(caps: list[Cap]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cap.label for cap in caps if cap.label))


def eligibility_of(results: tuple[RuleResult, ...]) -> str:
    states = {r.state for r in results if r.kind == "gate" and r.state != NOT_APPLICABLE}
    if FAIL in states:
        return NOT_ELIGIBLE
    return TO_BE_VERIFIED if states - {PASS, CONDITIONAL} else ELIGIBLE
