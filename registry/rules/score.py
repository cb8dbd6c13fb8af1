"""Scores one project: gates, eligibility, benefit, points over applicable weight, grade, verdict.

Points are whole hundredths; what a rule earns is rounded once, the sum is exact, and the total is
rounded down, so that a printed 80.00 is an 80. Gates are never made up for by points.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from registry.rules.answers import cells
from registry.rules.assessment import (
    CONDITIONAL,
    FAIL,
    GREEN,
    MISSING,
    NO_GRADE,
    NOT_APPLICABLE,
    NOT_GREEN,
    PASS,
    PERSON_MUST_LOOK,
    UNKNOWN,
    Assessment,
    BenefitFigure,
    Matter,
    RuleResult,
    Undertaken,
    UsedValue,
)
from registry.rules.grading import (
    GATES,
    Totals,
    eligibility_of,
    is_stopped,
    labels_of,
    share,
    totals_of,
    was_scored,
)
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.arithmetic import centipoints, years_before
from registry.rules.rulebook.declarations import Benefit, Rule
from registry.rules.rulebook.engine import Engine, engine_of
from registry.rules.rulebook.environment import Environment
from registry.rules.rulebook.evaluate import Cell, Surroundings, evaluate, shown
from registry.rules.rulebook.expression import Tree
from registry.rules.rulebook.lookups import Found
from registry.rules.rulebook.reach import Reach

__all__ = ["Assessment", "assess"]

SETTLEABLE = (PASS, FAIL, CONDITIONAL, NOT_APPLICABLE)


def assess(
    rulebook: Rulebook,
    answers: Mapping[str, object],
    *,
    kind: str,
    as_of: date,
    reference: ReferenceTables,
    settled: Mapping[str, str] | None = None,
) -> Assessment:
    """The assessment of one project.

    `settled` holds what named persons decided on evidence: a gate's state by its rule id, and
    "accepted" by the id of any other matter. It settles what is unknown, never what failed.
    """
    return Case(
        rulebook,
        cells(rulebook, answers),
        kind=kind,
        as_of=as_of,
        reference=reference,
        settled=settled,
    ).assessment()


class Case:
    """One project on its way through the rules; `values` are its answers as the engine computes."""

    def __init__(
        self,
        book: Rulebook,
        values: Mapping[str, Cell],
        *,
        kind: str,
        as_of: date,
        reference: ReferenceTables,
        settled: Mapping[str, str] | None = None,
    ) -> None:
        if kind not in {known.id for known in book.kinds}:
            raise ValueError(f"unknown kind of project: {kind}")
        self.book, self.kind, self.as_of, self.reference = book, kind, as_of, reference
        self.given, self.settled = values, settled or {}
        self.engine: Engine = engine_of(book)
        self.row = self.engine.row(
            kind,
            values,
            self.engine.find(reference, as_of),
            self.engine.constants(as_of),
            as_of.isoformat(),
            reference.is_loaded,
            lambda years: years_before(as_of, years),
        )
        self.columns = self.engine.columns
        self._out = self.engine.out(kind, as_of)
        self._shown: dict[str, UsedValue | None] = {}
        self._blames: dict[int, tuple[str, ...]] = {}

    def cell(self, name: str) -> Any:
        return self.row[self.columns[name]]

    @cached_property
    def environment(self) -> Environment:
        """The slow way round, for telling what is missing; made only when something is."""
        return Environment(
            self.book,
            self.given,
            kind=self.kind,
            as_of=self.as_of,
            reference=self.reference,
            find=self.engine.find(self.reference, self.as_of),
        )

    @cached_property
    def _around(self) -> Surroundings:
        return self.engine.around(self.as_of, self.reference.is_loaded)

    @cached_property
    def results(self) -> tuple[RuleResult, ...]:
        return tuple([self._rule(n, rule) for n, rule in enumerate(self.book.rules)])

    # -- the whole -----------------------------------------------------------------------------

    def assessment(self) -> Assessment:
        results = self.results
        benefits = tuple(
            self._benefit(benefit)
            for benefit in self.book.benefits
            if not benefit.kinds or self.kind in benefit.kinds
        )
        totals = totals_of(results)
        stopped = is_stopped(results)
        grade, caps, labels = self.grade(results, totals)
        matters = tuple(self._matters(results, benefits))
        return Assessment(
            rulebook_id=self.book.id,
            rulebook_version=self.book.version,
            rulebook_sha256=self.book.sha256,
            reference_sha256=self.reference.sha256,
            kind=self.kind,
            as_of=self.as_of,
            rules=results,
            benefits=benefits,
            got_centipoints=totals.got,
            applicable_weight_bp=totals.applicable_bp,
            total_centipoints=0 if stopped else totals.total,
            coverage_bp=totals.coverage_bp,
            grade=grade,
            caps=caps,
            labels=labels,
            eligibility=eligibility_of(results),
            undertakings=tuple(self._undertakings(results)),
            matters=matters,
            verdict=self._verdict(grade, totals, stopped, matters),
        )

    # -- one rule ------------------------------------------------------------------------------

    def _rule(self, n: int, rule: Rule) -> RuleResult:
        why_not = self._does_not_apply(n)
        if why_not:
            return self.engine.absent(n, why_not)
        if rule.kind == "score":
            return self._scored(n, rule)
        state, reason = self._gate(n, rule) if rule.passes or rule.conditional else (PASS, "")
        outcome = self.settled.get(rule.id, "") if rule.kind in GATES else ""
        settled = state == UNKNOWN and outcome in SETTLEABLE
        return self._result(n, rule, outcome if settled else state, reason, 0, settled)

    def _does_not_apply(self, n: int) -> str:
        """A reason, or nothing. What cannot be told applies: a blank never takes a rule away."""
        out = self._out[n]
        if out:
            return out
        place = self.engine.places[n].applies
        return "condition" if place is not None and self.row[place] is False else ""

    def _gate(self, n: int, rule: Rule) -> tuple[str, str]:
        places = self.engine.places[n]
        passes = self.row[places.passes] if places.passes is not None else False
        if passes is None:
            return self._wanting(n, "passes")
        if passes:
            for name in rule.lists:
                if not self.reference.is_loaded(name):
                    return UNKNOWN, "list_not_loaded"
            return PASS, ""
        if places.conditional is None:
            return FAIL, ""
        conditional = self.row[places.conditional]
        if conditional is None:
            return self._wanting(n, "conditional")
        return (CONDITIONAL, "") if conditional else (FAIL, "")

    def _scored(self, n: int, rule: Rule) -> RuleResult:
        points = self._points(n, rule)
        if points is None:
            key = "value" if rule.value else "points"
            return self._result(n, rule, MISSING, self._wanting(n, key)[1], 0)
        place = self.engine.places[n].conditional
        if place is not None and self.row[place]:
            return self._result(n, rule, CONDITIONAL, "", 0)
        got = centipoints(points, rule.weight_bp)
        return self._result(n, rule, PASS if got else FAIL, "", got)

    def _points(self, n: int, rule: Rule) -> float | None:
        places = self.engine.places[n]
        if rule.choices and places.value is not None:
            return self.engine.choices[n].get(self.row[places.value])
        points: float | None = None if places.points is None else self.row[places.points]
        return points

    def _wanting(self, n: int, key: str) -> tuple[str, str]:
        """Missing is the applicant's to give; unknown is for the registry or a person to find."""
        blamed = self._blamed(n)
        setters = {self.book.input_by_id[b].set_by for b in blamed if b in self.book.input_by_id}
        if "applicant" in setters:
            return MISSING, "answer_missing"
        if setters:
            return UNKNOWN, f"awaits_{min(setters)}"
        rows = [b for b in blamed if b in self.book.program.givens]
        return UNKNOWN, self.environment.found(rows[0]).reason if rows else "cannot_be_computed"

    def _blamed(self, n: int) -> tuple[str, ...]:
        if n not in self._blames:
            trees = self.engine.rules[n]
            asked = (trees.passes, trees.conditional, trees.value, trees.points)
            found = (self.environment.blame(tree) for tree in asked if tree is not None)
            self._blames[n] = tuple(dict.fromkeys(name for names in found for name in names))
        return self._blames[n]

    def _result(
        self, n: int, rule: Rule, state: str, reason: str, got: int, settled: bool = False
    ) -> RuleResult:
        reach, places = self.reach(n), self.engine.places[n]
        wanting = reason not in ("", "list_not_loaded")
        return RuleResult(
            rule.id,
            rule.kind,
            rule.category,
            state,
            reason,
            self._blamed(n) if wanting else (),
            "" if places.value is None else shown(self.row[places.value]),
            rule.unit,
            "" if places.threshold is None else shown(self.row[places.threshold]),
            self._used(reach.shown),
            self._rows(reach.rows) if reach.rows else (),
            got,
            rule.weight_bp,
            self.engine.statuses[n],
            settled,
        )

    def reach(self, n: int) -> Reach:
        """What a rule stands on in this row, down to answers and rows of tables."""
        return self.engine.footprints.of(self.engine.plans[n], self.row)

    def _used(self, names: tuple[str, ...]) -> tuple[UsedValue, ...]:
        known = self._shown
        for name in names:
            if name not in known:
                known[name] = self._one_used(name)
        return tuple([used for name in names if (used := known[name]) is not None])

    def _one_used(self, name: str) -> UsedValue | None:
        place = self.engine.described[name][2]
        value = self.engine.constant(name, self.as_of) if place is None else self.row[place]
        return None if value is None else self.engine.used(name, value)

    def _rows(self, lookups: tuple[str, ...]) -> tuple[str, ...]:
        places = self.engine.lookup_places
        found: list[Found] = [self.row[places[lookup]] for lookup in lookups]
        return tuple(dict.fromkeys(each.row_id for each in found if each.row is not None))

    # -- benefits, grade, verdict --------------------------------------------------------------

    def _benefit(self, benefit: Benefit) -> BenefitFigure:
        def figure(name: str) -> str:
            return shown(self.cell(name)) if name else ""

        central = figure(benefit.value)
        return BenefitFigure(
            id=benefit.id,
            unit=benefit.unit,
            words=benefit.words,
            low=figure(benefit.low),
            central=central,
            high=figure(benefit.high),
            share=figure(benefit.share),
            today=figure(benefit.today),
            rows=self._rows(
                self.engine.footprints.of(self.engine.benefit_plans[benefit.value], self.row).rows
            ),
            missing=() if central else self._blamed_value(benefit.value),
        )

    def _blamed_value(self, name: str) -> tuple[str, ...]:
        return self.environment.blame(self.book.program.values[name].tree)

    def grade(
        self, results: tuple[RuleResult, ...], totals: Totals
    ) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """The grade of these results and their totals, the caps that bind it, the labels beside it."""
        grades = self.book.grades
        if is_stopped(results):
            return grades[-1].id, (), ()
        if totals.coverage_bp < self.book.coverage_bp:
            return NO_GRADE, (), ()
        place = next(n for n, g in enumerate(grades) if totals.total >= g.from_centipoints)
        order = {grade.id: n for n, grade in enumerate(grades)}
        in_force = [
            cap
            for cap, when, unless in self.engine.caps
            if (cap.label or order[cap.grade] > place) and self._caps(results, when, unless)
        ]
        lowest = max([place, *(order[cap.grade] for cap in in_force)])
        binding = tuple(cap.id for cap in in_force if order[cap.grade] > place)
        return grades[lowest].id, binding, labels_of(in_force)

    def _caps(
        self, results: tuple[RuleResult, ...], when: Tree | None, unless: Tree | None
    ) -> bool:
        def read(name: str) -> Cell:
            if name.startswith("share_"):
                return share(results, name.removeprefix("share_"))
            if name.startswith("scored_"):
                return was_scored(results, name.removeprefix("scored_"))
            value: Cell = self.kind if name == "kind" else self.cell(name)
            return value

        around = self._around
        if when is not None and evaluate(when, read, around) is not True:
            return False
        return unless is None or evaluate(unless, read, around) is not True

    def _undertakings(self, results: tuple[RuleResult, ...]) -> list[Undertaken]:
        found = []
        for result, rule in zip(results, self.book.rules, strict=True):
            if result.state == CONDITIONAL and rule.undertaking is not None:
                due = self.given.get(rule.undertaking.due)
                found.append(Undertaken(rule.id, str(due or "")))
        return found

    def _matters(
        self, results: tuple[RuleResult, ...], benefits: tuple[BenefitFigure, ...]
    ) -> list[Matter]:
        """What a person must look at, each with what a named person made of it."""
        found: list[Matter] = []
        for result in results:
            if result.kind == "information":
                continue
            outcome = self.settled.get(result.rule, "")
            if result.settled:
                found.append(Matter(result.rule, UNKNOWN, result.rule, outcome))
            elif result.state == UNKNOWN:
                found.append(Matter(result.rule, UNKNOWN, result.rule))
            elif result.state == MISSING:
                found.append(self._matter(MISSING, result.rule))
            if result.state == CONDITIONAL:
                found.append(self._matter("condition", result.rule))
        rows = dict.fromkeys(row for result in results for row in result.rows)
        rows |= dict.fromkeys(row for figure in benefits for row in figure.rows)
        unverified = {
            each.row_id
            for place in self.engine.numeric_lookups
            if (each := self.row[place]).row is not None and each.row.get("status") != "verified"
        }
        return found + [self._matter("unverified", row) for row in rows if row in unverified]

    def _matter(self, code: str, subject: str) -> Matter:
        id = f"{code}:{subject}"
        return Matter(id, code, subject, self.settled.get(id, ""))

    def _verdict(
        self, grade: str, totals: Totals, stopped: bool, matters: tuple[Matter, ...]
    ) -> str:
        """Not green when nothing could change it; green only when nothing is left open."""
        green_from = min(g.from_centipoints for g in self.book.grades if g.green)
        if stopped or totals.at_best < green_from:
            return NOT_GREEN
        if grade == NO_GRADE or any(not matter.settled for matter in matters):
            return PERSON_MUST_LOOK
        return GREEN if self.book.grade_by_id[grade].green else NOT_GREEN
