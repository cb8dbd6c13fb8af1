"""What would raise the grade, and what would cost it: computed from the rules, never written.

A counterfactual changes one thing and grades again. Where a rule has a curve, the value that just
reaches (or just loses) a grade is found on the curve, and then the answer that makes that value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from math import ceil, floor
from typing import NamedTuple

from registry.rules.answers import cells
from registry.rules.assessment import FAIL, MISSING, NOT_APPLICABLE, PASS, UNKNOWN, RuleResult
from registry.rules.grading import WHOLE, is_stopped, totals_of
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.arithmetic import centipoints, on_curve
from registry.rules.rulebook.declarations import Input, Rule
from registry.rules.rulebook.environment import Environment
from registry.rules.rulebook.evaluate import Cell, shown
from registry.rules.score import Case
from registry.rules.snapping import decimal_text, snap

RAISES, COSTS, FAILS = "raises", "costs", "fails"
STEPS = 60  # halvings: more than a double can tell apart


class Counterfactual(NamedTuple):
    """One change and what it would make of the grade.

    `field` is the answer that changes, empty where the rule's own value is meant. For `fails`,
    `then` is the threshold at which a gate would fail.
    """

    effect: str
    rule: str
    field: str
    now: str
    then: str
    difference: str
    unit: str
    gain_centipoints: int  # of the total, negative where it is lost
    total_centipoints: int
    grade: str


def raises(
    rulebook: Rulebook,
    answers: Mapping[str, object],
    *,
    kind: str,
    as_of: date,
    reference: ReferenceTables,
    settled: Mapping[str, str] | None = None,
) -> list[Counterfactual]:
    """Single changes that raise the grade or the total: best grade first, then the greatest gain."""
    asked = _Asked(rulebook, cells(rulebook, answers), kind, as_of, reference, settled)
    if is_stopped(asked.case.results):
        return []
    found = [*_by_option(asked), *_by_value(asked)]
    return sorted(
        found,
        key=lambda c: (asked.place(c.grade), -c.gain_centipoints, c.rule, c.field, c.then),
    )


def margins(
    rulebook: Rulebook,
    answers: Mapping[str, object],
    *,
    kind: str,
    as_of: date,
    reference: ReferenceTables,
    settled: Mapping[str, str] | None = None,
) -> list[Counterfactual]:
    """What is nearest to costing a grade or failing a gate, the nearest first."""
    asked = _Asked(rulebook, cells(rulebook, answers), kind, as_of, reference, settled)
    found = [] if is_stopped(asked.case.results) else list(_losses(asked))
    return sorted([*found, *_gates(asked)], key=lambda c: (_nearness(c), c.rule))


class _Asked:
    """One project, its case as it stands, and the means to ask "what if"."""

    def __init__(
        self,
        book: Rulebook,
        values: Mapping[str, Cell],
        kind: str,
        as_of: date,
        reference: ReferenceTables,
        settled: Mapping[str, str] | None,
    ) -> None:
        self.book, self.values, self.kind, self.as_of = book, values, kind, as_of
        self.reference, self.settled = reference, settled
        self.case = self.with_values(values)
        self.totals = totals_of(self.case.results)
        self.grade = self.case.grade(self.case.results, self.totals)[0]
        self.order = {grade.id: n for n, grade in enumerate(book.grades)}

    def with_values(self, values: Mapping[str, Cell]) -> Case:
        return Case(
            self.book,
            values,
            kind=self.kind,
            as_of=self.as_of,
            reference=self.reference,
            settled=self.settled,
        )

    def place(self, grade: str) -> int:
        """Grades in order, best first; no grade at all stands last."""
        return self.order.get(grade, len(self.order))

    def with_points(self, n: int, got: int) -> tuple[int, str]:
        """Total and grade if one rule earned so many centipoints."""
        results = list(self.case.results)
        results[n] = results[n]._replace(got_centipoints=got, state=PASS if got else FAIL)
        changed = tuple(results)
        totals = totals_of(changed)
        return totals.total, self.case.grade(changed, totals)[0]

    def rule_value(self, n: int, values: Mapping[str, Cell]) -> float | None:
        """A rule's own value for other answers."""
        env = Environment(
            self.book, values, kind=self.kind, as_of=self.as_of, reference=self.reference
        )
        tree = self.book.program.rules[n].value
        value = env.evaluate(tree) if tree is not None else None
        return value if isinstance(value, float) else None


# -- other options ---------------------------------------------------------------------------------


def _by_option(asked: _Asked) -> Iterator[Counterfactual]:
    """Choices that a rule gives points for, and yes for no: each other option graded again."""
    for n, rule in enumerate(asked.book.rules):
        result = asked.case.results[n]
        if result.kind != "score" or result.state == NOT_APPLICABLE:
            continue
        for field in _options_behind(asked, n, rule):
            yield from _other_options(asked, rule, field)


def _options_behind(asked: _Asked, n: int, rule: Rule) -> list[Input]:
    fields = [asked.book.input_by_id[name] for name in asked.case.reach(n).inputs]
    if rule.choices:
        return [f for f in fields if {o.id for o in f.options} == set(rule.choices)]
    return [f for f in fields if f.type == "yes_no"]


def _other_options(asked: _Asked, rule: Rule, field: Input) -> Iterator[Counterfactual]:
    options: list[Cell] = [o.id for o in field.options] or [True]
    now = asked.values.get(field.id)
    for option in options:
        if option == now:
            continue
        case = asked.with_values({**asked.values, field.id: option})
        totals = totals_of(case.results)
        total, grade = totals.total, case.grade(case.results, totals)[0]
        better = asked.place(grade) < asked.place(asked.grade)
        if is_stopped(case.results) or (total <= asked.totals.total and not better):
            continue
        gain = total - asked.totals.total
        now_text, then = shown(now), shown(option)
        yield Counterfactual(RAISES, rule.id, field.id, now_text, then, "", "", gain, total, grade)


# -- along a curve ---------------------------------------------------------------------------------


def _by_value(asked: _Asked) -> Iterator[Counterfactual]:
    """The value at which a curve gives just enough for the next grade, and the answers to it."""
    for n, rule, result in _on_curves(asked):
        target = _enough_for_next(asked, n, result)
        if target is None:
            continue
        got, total, grade = target
        x = _where(asked, n, rule, got.__le__)
        if x is None:
            continue
        now = asked.rule_value(n, asked.values)
        gain = total - asked.totals.total
        if now is not None:
            difference = decimal_text(x - now)
            shown_now = decimal_text(now)
            yield Counterfactual(
                *(RAISES, rule.id, "", shown_now, decimal_text(x), difference),
                *(rule.unit, gain, total, grade),
            )
        yield from _answers_for(asked, n, rule, x, (gain, total, grade))


def _on_curves(asked: _Asked) -> Iterator[tuple[int, Rule, RuleResult]]:
    for n, rule in enumerate(asked.book.rules):
        result = asked.case.results[n]
        open_ = result.state not in (NOT_APPLICABLE, MISSING, UNKNOWN)
        if rule.curve and result.kind == "score" and open_:
            yield n, rule, result


def _enough_for_next(asked: _Asked, n: int, result: RuleResult) -> tuple[int, int, str] | None:
    """Fewest centipoints of this rule that better the grade: (of the rule, total, grade)."""
    for grade in reversed(asked.book.grades):
        if asked.place(grade.id) >= asked.place(asked.grade) or grade.from_centipoints < 0:
            continue
        needed = -(-grade.from_centipoints * asked.totals.applicable_bp // WHOLE)
        got = result.got_centipoints + max(0, needed - asked.totals.got)
        if got > result.possible_centipoints:
            return None
        total, reached = asked.with_points(n, got)
        if asked.place(reached) < asked.place(asked.grade):
            return got, total, reached
    return None


def _where(asked: _Asked, n: int, rule: Rule, holds: Callable[[int], bool]) -> float | None:
    """The first value, from now towards the end of the curve, at which the points satisfy."""
    points = asked.case.engine.curve_points(rule.curve)
    now = asked.rule_value(n, asked.values)
    if now is None:
        return None
    ends = (points[0][0], points[-1][0])

    def good(x: float) -> bool:
        return holds(centipoints(on_curve(points, x), rule.weight_bp))

    far = next((end for end in ends if good(end)), None)
    return None if far is None else _edge(now, far, good)


def _edge(near: float, far: float, good: Callable[[float], bool]) -> float:
    """The value closest to `near` that is still good, by halving."""
    for _ in range(STEPS):
        middle = (near + far) / 2
        if middle in (near, far):
            break
        near, far = (near, middle) if good(middle) else (middle, far)
    return far


def _answers_for(
    asked: _Asked, n: int, rule: Rule, x: float, outcome: tuple[int, int, str]
) -> Iterator[Counterfactual]:
    """For each number with a declared direction: what it must be for the rule to reach `x`."""
    curve = asked.book.program.curves[rule.curve]
    for name in asked.case.reach(n).inputs:
        field = asked.book.input_by_id[name]
        now = asked.values.get(name)
        if not field.better or not isinstance(now, float) or field.type != "number":
            continue
        limit = field.maximum if field.better == "higher" else field.minimum
        if limit is None:
            continue

        def good(candidate: float, name: str = name) -> bool:
            value = asked.rule_value(n, {**asked.values, name: candidate})
            return value is not None and (value >= x if curve.better == "higher" else value <= x)

        if good(now) or not good(float(limit)):
            continue
        then = _answerable(_edge(now, float(limit), good), field)
        values = (decimal_text(now), decimal_text(then), decimal_text(then - now))
        yield Counterfactual(RAISES, rule.id, name, *values, field.unit, *outcome)


def _answerable(x: float, field: Input) -> float:
    """The nearest answer with as many decimals as the question allows that is still enough."""
    scale = 10.0**field.decimals
    steps = snap(x * scale)
    return (ceil(steps) if field.better == "higher" else floor(steps)) / scale


# -- what would cost a grade -----------------------------------------------------------------------


def _losses(asked: _Asked) -> Iterator[Counterfactual]:
    """The value at which a rule would earn so much less that the grade falls."""
    for n, rule, result in _on_curves(asked):
        lost = _first_loss(asked, n, result)
        if lost is None:
            continue
        got, total, grade = lost
        x = _where(asked, n, rule, got.__ge__)
        now = asked.rule_value(n, asked.values)
        if x is None or now is None:
            continue
        yield Counterfactual(
            *(COSTS, rule.id, "", decimal_text(now), decimal_text(x), decimal_text(x - now)),
            *(rule.unit, total - asked.totals.total, total, grade),
        )


def _first_loss(asked: _Asked, n: int, result: RuleResult) -> tuple[int, int, str] | None:
    """Most centipoints of this rule with which the grade is lost."""
    low, high = -1, result.got_centipoints  # lost at low (if at all), held at high
    if asked.place(asked.with_points(n, 0)[1]) <= asked.place(asked.grade):
        return None
    low = 0
    while high - low > 1:
        middle = (low + high) // 2
        held = asked.place(asked.with_points(n, middle)[1]) <= asked.place(asked.grade)
        low, high = (low, middle) if held else (middle, high)
    return (low, *asked.with_points(n, low))


def _gates(asked: _Asked) -> Iterator[Counterfactual]:
    """How far each gate with a number stands from its threshold."""
    for rule, result in zip(asked.book.rules, asked.case.results, strict=True):
        if rule.kind == "score" or not rule.unit or result.state not in (PASS, UNKNOWN):
            continue
        if result.value and result.threshold:
            difference = decimal_text(float(result.threshold) - float(result.value))
            yield Counterfactual(
                *(FAILS, rule.id, "", result.value, result.threshold, difference),
                *(rule.unit, 0, asked.totals.total, asked.book.grades[-1].id),
            )


def _nearness(found: Counterfactual) -> float:
    """The change in proportion to what there is now: what is nearest comes first."""
    now = abs(float(found.now))
    return abs(float(found.difference)) / now if now else abs(float(found.difference))
