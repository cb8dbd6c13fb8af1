"""Rules to states, states to totals, grade and verdict, as steps of a graph: what `assess` does.

A rule's state is one bit of a whole number, so that a row's states are a few integers, sums of
constants; 0 is a pass. `STATE_BITS` names the bits.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from registry.rules.assessment import (
    CONDITIONAL,
    FAIL,
    GREEN,
    MISSING,
    NO_GRADE,
    NOT_APPLICABLE,
    NOT_GREEN,
    PERSON_MUST_LOOK,
    UNKNOWN,
)
from registry.rules.flow.blame import Blame, Reached, unverified_row
from registry.rules.flow.nodes import INTEGER, NUMBER, TRUTH
from registry.rules.flow.reading import Reading
from registry.rules.grading import GATES, WHOLE
from registry.rules.rulebook.arithmetic import centipoints
from registry.rules.rulebook.declarations import Rule
from registry.rules.rulebook.evaluate import number_of
from registry.rules.rulebook.expression import Tree
from registry.rules.rulebook.steps import RuleTrees

STATE_BITS = (FAIL, CONDITIONAL, MISSING, UNKNOWN, NOT_APPLICABLE)
RULES_IN_ONE = 12  # rules whose states share an integer: 60 bits


def bit_of(n: int, state: str) -> int:
    """The bit of a state of the n-th rule, within the integer `n // RULES_IN_ONE`."""
    return 1 << (len(STATE_BITS) * (n % RULES_IN_ONE) + STATE_BITS.index(state))


class Judged(NamedTuple):
    """One rule: its state and what it earned (centipoints), as steps.

    `state` is a bit; what `reasons` give is added to it: tests, each with an integer if it is met.
    """

    state: int
    reasons: tuple[tuple[int, int], ...]
    got: int
    can_apply: bool
    not_applicable: int  # a truth
    wanting: int  # a truth: missing or unknown
    failed: int  # a truth
    waiting: int  # a truth: conditional, missing or unknown


class Sums(NamedTuple):
    got: int
    applicable: int
    total: int
    coverage: int
    at_best: int


class Judging:
    """Rules as steps. Without `details` what is missing is not told from what is unknown."""

    def __init__(self, reading: Reading, details: bool = True) -> None:
        self.details = details
        self.reading, self.graph, self.book = reading, reading.graph, reading.book
        self.blame = Blame(reading)
        self.rules = [self._rule(n, trees) for n, trees in enumerate(reading.program.rules)]
        self.states = self._states()
        self.stopped = self._stopped()
        self.sums = self._sums()
        self.reached: dict[str, int] = {}  # per lookup, whether it was, a truth
        self.unverified = self._unverified()

    # -- one rule --------------------------------------------------------------------------------

    def _rule(self, n: int, trees: RuleTrees) -> Judged:
        graph, rule = self.graph, trees.rule
        no_state = graph.const(bit_of(n, NOT_APPLICABLE))
        off = graph.negated(self.reading.is_kind(rule.kinds))
        if off == graph.yes or not (rule.active and rule.holds(self.reading.day)):
            return Judged(no_state, (), graph.const(0), False, graph.yes, *[graph.no] * 3)
        if trees.applies is not None:
            off = graph.any_of(off, graph.is_false(self.reading.tree(trees.applies)))
        if rule.kind == "score":
            return self._scored(n, trees, off)
        state, *found = self._gate(n, trees)
        return Judged(
            graph.either(off, no_state, state),
            (),
            graph.const(0),
            off != graph.yes,
            off,
            *(graph.all_of(graph.negated(off), truth) for truth in found),
        )

    def _gate(self, n: int, trees: RuleTrees) -> tuple[int, int, int, int]:
        """Its state, and whether it is wanting, failed, waiting."""
        graph, rule = self.graph, trees.rule
        if trees.passes is None and trees.conditional is None:
            return graph.const(0), graph.no, graph.no, graph.no
        passes = graph.no if trees.passes is None else self.reading.tree(trees.passes)
        otherwise, open_too = graph.const(bit_of(n, FAIL)), graph.no
        failed = graph.is_false(passes)
        if trees.conditional is not None:
            met = self.reading.tree(trees.conditional)
            bit = graph.const(bit_of(n, CONDITIONAL))
            otherwise = graph.either(met, bit, otherwise)
            otherwise = graph.either(graph.missing(met), self._wanting(n, trees), otherwise)
            open_too = graph.all_of(failed, graph.missing(met))
            on_condition = graph.all_of(failed, graph.is_true(met))
            failed = graph.all_of(failed, graph.is_false(met))
        else:
            on_condition = graph.no
        unloaded = any(not self.reading.reference.is_loaded(name) for name in rule.lists)
        passed = graph.const(bit_of(n, UNKNOWN) if unloaded else 0)
        unsure = graph.is_true(passes) if unloaded else graph.no
        missing = graph.missing(passes)
        state = graph.either(passes, passed, otherwise)
        state = graph.either(missing, self._wanting(n, trees), state)
        wanting = graph.any_of(missing, open_too, unsure)
        return state, wanting, failed, graph.any_of(wanting, on_condition)

    def _wanting(self, n: int, trees: RuleTrees) -> int:
        """The applicant's to give, or for the registry or a person to find."""
        if not self.details:
            return self.graph.const(bit_of(n, UNKNOWN))
        asked = (trees.passes, trees.conditional, trees.value, trees.points)
        blamed = self.graph.any_of(*(self.blame.of(tree) for tree in asked if tree is not None))
        bits = (self.graph.const(bit_of(n, state)) for state in (MISSING, UNKNOWN))
        return self.graph.either(blamed, *bits)

    def _scored(self, n: int, trees: RuleTrees, off: int) -> Judged:
        """Earning nothing is a fail, unless there is another reason for it; there is at most one.

        So the bits are added up: engines that go column by column add faster than they choose.
        """
        graph, on = self.graph, self.graph.negated(off)
        got, nothing = self._got(trees), graph.const(0)
        missing = graph.missing(got)
        got = graph.either(missing, nothing, got)
        wanting, on_condition = graph.all_of(on, missing), graph.no
        if trees.conditional is not None:
            met = graph.is_true(self.reading.tree(trees.conditional))
            on_condition = graph.all_of(on, graph.negated(missing), met)
            got = graph.either(met, nothing, got)
        got = graph.either(off, nothing, got)
        fail = bit_of(n, FAIL)
        others = ((off, NOT_APPLICABLE), (wanting, MISSING), (on_condition, CONDITIONAL))
        return Judged(
            nothing,
            (
                (graph.strict("==", (got, nothing), TRUTH), fail),
                *((test, bit_of(n, state) - fail) for test, state in others),
            ),
            got,
            off != graph.yes,
            off,
            wanting,
            graph.no,  # no points are no failure
            graph.any_of(wanting, on_condition),
        )

    def _got(self, trees: RuleTrees) -> int:
        """Centipoints, or missing; of a choice they are written out beside its options."""
        graph, rule = self.graph, trees.rule
        if rule.choices:
            if trees.value is None:
                return graph.const(None, INTEGER)
            earned = {
                option: centipoints(number_of(points), rule.weight_bp)
                for option, points in rule.choices.items()
            }
            return graph.table_of(self.reading.tree(trees.value), earned, INTEGER)
        if trees.points is None:
            return graph.const(None, INTEGER)
        points = self.reading.tree(trees.points)
        share = graph.over(
            graph.times(points, graph.const(float(rule.weight_bp))), graph.const(100.0)
        )
        return graph.whole(graph.halves_up(share))

    # -- all rules ---------------------------------------------------------------------------------

    def _states(self) -> tuple[int, ...]:
        return tuple(
            self._together(self.rules[first : first + RULES_IN_ONE])
            for first in range(0, len(self.rules), RULES_IN_ONE)
        )

    def _together(self, rules: list[Judged]) -> int:
        """The states of some rules in one integer; a test that several rules ask is asked once."""
        graph, met = self.graph, Counter[int]()
        for judged in rules:
            for test, bits in judged.reasons:
                met[test] += bits
        reasons = (
            graph.either(test, graph.const(bits), graph.const(0)) for test, bits in met.items()
        )
        return graph.total([*(judged.state for judged in rules), *reasons])

    def _stopped(self) -> int:
        """Whether a gate failed: by the bits where there are bits anyway, else by truths."""
        if self.details:
            return self._any(GATES, FAIL)
        pairs = zip(self.book.rules, self.rules, strict=True)
        return self.graph.any_of(*(judged.failed for rule, judged in pairs if rule.kind in GATES))

    def _waiting(self) -> int:
        """Whether a gate or a score stands open."""
        kinds = (*GATES, "score")
        if self.details:
            return self._any(kinds, CONDITIONAL, MISSING, UNKNOWN)
        pairs = zip(self.book.rules, self.rules, strict=True)
        return self.graph.any_of(*(judged.waiting for rule, judged in pairs if rule.kind in kinds))

    def _any(self, kinds: tuple[str, ...], *states: str) -> int:
        """Whether any rule of these kinds is in one of these states."""
        found = []
        for place, whole in enumerate(self.states):
            first = place * RULES_IN_ONE
            mask = sum(
                bit_of(n, state)
                for n, rule in enumerate(self.book.rules)
                if rule.kind in kinds and first <= n < first + RULES_IN_ONE
                for state in states
            )
            found.append(self.graph.any_bit(whole, mask))
        return self.graph.any_of(*found)

    def _weights(self, chosen: list[tuple[Rule, Judged]]) -> int:
        """The weights of those rules that apply, in basis points."""
        graph = self.graph
        return graph.total(
            graph.either(judged.not_applicable, graph.const(0), graph.const(rule.weight_bp))
            for rule, judged in chosen
            if rule.weight_bp
        )

    def _sums(self) -> Sums:
        graph = self.graph
        pairs = list(zip(self.book.rules, self.rules, strict=True))
        scored = [(rule, judged) for rule, judged in pairs if rule.kind == "score"]
        got = graph.total(judged.got for _, judged in scored)
        applicable = self._weights(scored)
        lost = [
            graph.either(judged.wanting, graph.const(rule.weight_bp), graph.const(0))
            for rule, judged in scored
        ]
        answered = graph.total(
            graph.either(
                graph.any_of(judged.not_applicable, judged.wanting),
                graph.const(0),
                graph.const(rule.weight_bp),
            )
            for rule, judged in scored
        )
        best = graph.total([got, *lost])
        return Sums(
            got,
            applicable,
            graph.ratio_down(got, applicable, WHOLE),
            graph.ratio_down(answered, applicable, WHOLE),
            graph.ratio_down(best, applicable, WHOLE),
        )

    def _unverified(self) -> int:
        """Rules that apply and benefits of the kind stand on what they read."""
        graph, reached = self.graph, Reached(self.reading)
        for trees, judged in zip(self.reading.program.rules, self.rules, strict=True):
            if judged.can_apply:
                when = graph.negated(judged.not_applicable)
                for tree in _read_by(trees):
                    reached.start(tree, when)
        for benefit in self.book.benefits:
            when = self.reading.is_kind(benefit.kinds)
            reached.start(self.reading.program.values[benefit.value].tree, when)
        self.reached = reached.settle()
        return unverified_row(self.reading, self.reached)

    # -- the whole -----------------------------------------------------------------------------------

    def named(self, id: str) -> int:
        """A name as caps read it: also what was scored, and the share of a category."""
        graph = self.graph
        if id.startswith("share_"):
            mine = [
                (rule, judged)
                for rule, judged in zip(self.book.rules, self.rules, strict=True)
                if rule.category == id.removeprefix("share_") and judged.can_apply
            ]
            got = graph.total(judged.got for _, judged in mine)
            real = [graph.strict("real", (part,), NUMBER) for part in (got, self._weights(mine))]
            return graph.over(*real)
        if id.startswith("scored_"):
            places = [
                n for n, r in enumerate(self.book.rules) if r.id == id.removeprefix("scored_")
            ]
            return graph.any_of(
                *(
                    graph.negated(graph.any_of(self.rules[n].not_applicable, self.rules[n].wanting))
                    for n in places
                )
            )
        return self.reading.name(id)

    def caps(self) -> list[int]:
        """Per cap of the rulebook, whether it is in force, a truth."""
        graph, found = self.graph, []
        for _, when, unless in self.reading.program.caps:
            holds = graph.yes if when is None else graph.is_true(self._cap(when))
            lifted = graph.no if unless is None else graph.is_true(self._cap(unless))
            found.append(graph.all_of(holds, graph.negated(lifted)))
        return found

    def _cap(self, tree: Tree) -> int:
        return self.reading.step(tree, self.named)

    def place(self) -> int:
        """The place of the grade by points alone, 0 the best."""
        graph, result = self.graph, -1
        for n, grade in reversed(list(enumerate(self.book.grades))):
            here = graph.const(n)
            enough = graph.at_least(self.sums.total, grade.from_centipoints)
            result = here if result < 0 else graph.either(enough, here, result)
        return result

    def binding(self, caps: list[int]) -> int:
        """Caps that lower the grade, one bit each in the order of the rulebook."""
        graph = self.graph
        order = {grade.id: n for n, grade in enumerate(self.book.grades)}
        bits = graph.total(
            graph.either(
                graph.all_of(in_force, self._better(order[cap.grade])),
                graph.const(1 << n),
                graph.const(0),
            )
            for n, (cap, in_force) in enumerate(zip(self.book.caps, caps, strict=True))
        )
        return graph.either(graph.any_of(self.stopped, self.ungraded()), graph.const(0), bits)

    def _better(self, place: int) -> int:
        """Whether the points alone reach a better grade than that."""
        least = [g.from_centipoints for g in self.book.grades[:place]]
        return self.graph.any_of(*(self.graph.at_least(self.sums.total, x) for x in least))

    def ungraded(self) -> int:
        return self.graph.negated(self.graph.at_least(self.sums.coverage, self.book.coverage_bp))

    def grade(self, caps: list[int]) -> int:
        """The grade's id."""
        graph, grades = self.graph, self.book.grades
        order = {grade.id: n for n, grade in enumerate(grades)}
        result = graph.const(grades[-1].id)
        for n in range(len(grades) - 2, -1, -1):
            allowed = [
                graph.negated(in_force)
                for cap, in_force in zip(self.book.caps, caps, strict=True)
                if order[cap.grade] > n
            ]
            enough = graph.at_least(self.sums.total, grades[n].from_centipoints)
            result = graph.either(graph.all_of(enough, *allowed), graph.const(grades[n].id), result)
        result = graph.either(self.ungraded(), graph.const(NO_GRADE), result)
        return graph.either(self.stopped, graph.const(grades[-1].id), result)

    def verdict(self, caps: list[int]) -> int:
        """Not green when nothing could change it; green only when nothing is left open."""
        graph, grades = self.graph, self.book.grades
        look, green, no = (graph.const(x) for x in (PERSON_MUST_LOOK, GREEN, NOT_GREEN))
        green_from = min(g.from_centipoints for g in grades if g.green)
        hopeless = graph.negated(graph.at_least(self.sums.at_best, green_from))
        is_open = graph.any_of(self.ungraded(), self._waiting(), self.unverified)
        greens = {grade.id: grade.green for grade in grades}
        by_grade = graph.either(self._green_place(caps, greens), green, no)
        return graph.either(
            graph.any_of(self.stopped, hopeless), no, graph.either(is_open, look, by_grade)
        )

    def _green_place(self, caps: list[int], greens: dict[str, bool]) -> int:
        """Whether the grade is a green one, wherever it is one at all."""
        graph = self.graph
        return graph.strict(
            "in", (self.grade(caps),), TRUTH, tuple(id for id, yes in greens.items() if yes)
        )

    def total(self) -> int:
        return self.graph.either(self.stopped, self.graph.const(0), self.sums.total)


def _read_by(trees: RuleTrees) -> list[Tree]:
    """What a rule itself reads; whether it applies is told apart."""
    asked = (trees.passes, trees.conditional, trees.value, trees.threshold, trees.points)
    return [tree for tree in asked if tree is not None]
