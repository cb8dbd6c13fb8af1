"""Rows that sit on and around every edge of a rulebook, found by the rules themselves.

A project is led up to a good score, then each of its answers is moved alone: wherever a comparison, a
segment of a curve, a grade or a verdict flips, the answers on both sides of the flip, one step apart,
and their neighbours are kept. Everything is drawn from a seed, so equal calls give equal rows.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from registry.rules.answers import cells
from registry.rules.assessment import CONDITIONAL, FAIL, MISSING, UNKNOWN
from registry.rules.flow.judging import RULES_IN_ONE, bit_of
from registry.rules.flow.nodes import TRUTH
from registry.rules.flow.plan import COMPACT, FULL, KindProgram, Plan
from registry.rules.flow.python_rows import Writer, uses_of
from registry.rules.grading import GATES
from registry.rules.rulebook.declarations import Input

Row = dict[str, Any]
FIRST_DAY, LAST_DAY = date(2014, 1, 1), date(2036, 12, 31)
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
MOST_FLIPS = 40
MOST_STEPS_DOWN = 120
SHARE_DOWN = 0.3  # of the answers, around a row at a limit between two grades


class Codes:
    """Codes that the tables know, and some that nobody does."""

    def __init__(self, plan: Plan) -> None:
        groups = [prefix for group in plan.book.groups for prefix in group.prefixes]
        self.industries = [*dict.fromkeys(f"{prefix:0<4}"[:4] for prefix in groups), "0111", "4416"]
        items = plan.reference.table("catalogue_items").rows
        self.items = [*dict.fromkeys(row["code"] for row in items)]
        self.unknown = "99.99"

    def draw(self, declared: Input, rng: Random) -> str:
        if declared.table == "industries":
            return rng.choice(self.industries)
        if declared.table == "catalogue_items":
            return rng.choice(self.items)
        return rng.choice(["HTZ001", "outside"])


class Field:
    """One question: drawing an answer, and walking over its answers in steps."""

    def __init__(self, declared: Input, codes: Codes, day: date) -> None:
        self.declared, self.codes, self.day = declared, codes, day
        self.id, self.type = declared.id, declared.type
        self.scale = 10**declared.decimals if declared.type == "number" else 1
        low, high = declared.minimum, declared.maximum
        self.low = int((low if low is not None else 0) * self.scale)
        self.high = int((high if high is not None else 10**9) * self.scale)

    def draw(self, rng: Random) -> Any:
        match self.type:
            case "number" | "integer":
                return self.at(self._drawn_step(rng))
            case "choice":
                return rng.choice([option.id for option in self.declared.options])
            case "yes_no":
                return rng.random() < 0.5
            case "date":
                return self.at(rng.randrange((LAST_DAY - FIRST_DAY).days))
            case "code":
                return self.codes.draw(self.declared, rng)
            case _:
                return "text"

    def _drawn_step(self, rng: Random) -> int:
        if rng.random() < 0.1:
            return rng.choice([self.low, self.high, max(self.low, 0), max(self.low, self.scale)])
        if self.high - self.low < 1000:
            return rng.randint(self.low, self.high)
        size = 10 ** rng.uniform(0, len(str(self.high)))
        return max(self.low, min(self.high, int(size)))

    def tries(self, rng: Random) -> list[Any]:
        """A few answers to choose from: every option, or some numbers."""
        match self.type:
            case "choice":
                return [option.id for option in self.declared.options]
            case "yes_no":
                return [True, False]
            case _:
                return [self.draw(rng) for _ in range(8)]

    @property
    def steps(self) -> tuple[int, int] | None:
        """The first and the last step of an answer that can be walked over."""
        if self.type in ("number", "integer"):
            return self.low, self.high
        return (0, (LAST_DAY - FIRST_DAY).days) if self.type == "date" else None

    def at(self, step: int) -> Any:
        if self.type == "date":
            return (FIRST_DAY + timedelta(step)).isoformat()
        return step / self.scale


class Edges:
    """One kind of project: climbing to a good row, walking each answer to where the result flips."""

    def __init__(self, plan: Plan, kind: str, rng: Random) -> None:
        self.kind, self.rng = kind, rng
        codes = Codes(plan)
        self.fields = [Field(i, codes, plan.as_of) for i in plan.book.inputs if i.is_for(kind)]
        examples = [e.given for e in plan.book.examples if e.kind == kind]
        self.examples = [cells(plan.book, given) for given in examples] or [{}]
        whole = plan.program(kind, COMPACT)
        names = [name for name, _ in whole.outputs]
        self.states = [n for n, name in enumerate(names) if name.startswith("states_")]
        self.got, self.grade = names.index("got_centipoints"), names.index("grade")
        self.failing, self.open = _masks(plan, FAIL), _masks(plan, CONDITIONAL, MISSING, UNKNOWN)
        self.row_of = Writer(whole).write(whole)
        self.signature = _signature(plan.program(kind, FULL))

    def drawn(self) -> Row:
        return {field.id: field.draw(self.rng) for field in self.fields}

    def _worth(self, row: Row) -> tuple[int, int, int]:
        """Fewer failed gates first, then fewer open rules, then more points."""
        result = self.row_of(row.get)
        states = [result[n] for n in self.states]
        failed, waiting = (
            sum((whole & mask).bit_count() for whole, mask in zip(states, masks, strict=True))
            for masks in (self.failing, self.open)
        )
        return -failed, -waiting, result[self.got]

    def climbed(self, passes: int = 2) -> Iterator[Row]:
        """Rows on the way up, each better than the one before: answer by answer, the best of a few."""
        row = self.drawn() | self.rng.choice(self.examples)
        best = self._worth(row)
        for _ in range(passes):
            for field in self.rng.sample(self.fields, len(self.fields)):
                for value in field.tries(self.rng):
                    changed = row | {field.id: value}
                    worth = self._worth(changed)
                    if worth > best:
                        row, best = changed, worth
                        yield row
        yield row

    def descended(self, row: Row) -> Iterator[Row]:
        """From a good row down, no gate failing on the way: both rows where the grade becomes another.

        Each step takes the answer that costs least of a few, so that no grade is passed over.
        """
        failed, waiting, points = self._worth(row)
        for _ in range(MOST_STEPS_DOWN):
            steps = [
                (worth[2], n, changed)
                for n, changed in enumerate(self._tried(row))
                if (worth := self._worth(changed))[0] >= failed and worth[1] >= waiting
                if worth[2] < points
            ]
            if not steps:
                return
            points, _, below = max(steps, key=lambda step: step[:2])
            if self._grade(below) != self._grade(row):
                yield from (row, below)
            row = below

    def _tried(self, row: Row) -> Iterator[Row]:
        """The row with one answer changed, for a third of the questions."""
        for field in self.rng.sample(self.fields, len(self.fields) // 3):
            yield from (row | {field.id: value} for value in field.tries(self.rng)[:4])

    def _grade(self, row: Row) -> Any:
        return self.row_of(row.get)[self.grade]

    def around(self, row: Row, share: float) -> Iterator[Row]:
        """Rows on both sides of every flip that one answer alone brings about."""
        for field in self.fields:
            if field.steps is None or self.rng.random() > share:
                continue

            def at(step: int, field: Field = field) -> Any:
                return self.signature(row | {field.id: field.at(step)})

            first, last = field.steps
            for step in _flips(at, first, last):
                for near in range(max(first, step - 1), min(last, step + 2) + 1):
                    yield row | {field.id: field.at(near)}


def _masks(plan: Plan, *states: str) -> list[int]:
    """Per integer of states, the bits of these states; of a score, a fail is no failure."""
    masks = [0] * plan.state_columns
    for n, rule in enumerate(plan.book.rules):
        if rule.kind in GATES or (rule.kind == "score" and states != (FAIL,)):
            masks[n // RULES_IN_ONE] |= sum(bit_of(n, state) for state in states)
    return masks


def _signature(whole: KindProgram) -> Callable[[Row], Any]:
    """What a row does at every comparison and on every curve, as one comparable value."""
    nodes = whole.graph.nodes
    truths = [n for n in uses_of(whole) if nodes[n].type == TRUTH and nodes[n].op in COMPARISONS]
    curves = [n for n in uses_of(whole) if nodes[n].op == "curve"]
    results = [n for name, n in whole.outputs if name in ("verdict", "grade")]
    asked = [*truths, *results, *(nodes[n].args[0] for n in curves)]
    program = whole._replace(outputs=tuple((str(n), n) for n in asked))
    row_of = Writer(program).write(program)
    plain = len(truths) + len(results)

    def signature(row: Row) -> Any:
        found = row_of(row.get)
        segments = [
            None if x is None else sum(x >= a for a, _ in nodes[n].payload)
            for n, x in zip(curves, found[plain:], strict=True)
        ]
        return (*found[:plain], *segments)

    return signature


def _flips(at: Callable[[int], Any], first: int, last: int) -> Iterator[int]:
    """Steps after which the signature changes, by halving wherever two ends differ."""
    waiting = [(first, at(first), last, at(last))]
    found = 0
    while waiting and found < MOST_FLIPS:
        low, below, high, above = waiting.pop()
        if below == above:
            continue
        if high - low <= 1:
            found += 1
            yield low
            continue
        middle = (low + high) // 2
        between = at(middle)
        waiting += [(low, below, middle, between), (middle, between, high, above)]


def edge_rows(plan: Plan, kind: str, seed: int, climbs: int, share: float = 1.0) -> list[Row]:
    """Rows of one kind: the way up, every edge around the top and around a poor row, each answer
    missing alone, and codes that no table knows. `share`: of the answers that are moved."""
    edges = Edges(plan, kind, Random(f"{seed}/{kind}"))
    found: list[Row] = []
    for _ in range(climbs):
        way = list(edges.climbed())
        found += way
        for row in edges.descended(way[-1]):
            found += [row, *edges.around(row, share * SHARE_DOWN)]
        for row in (way[-1], way[len(way) // 2], edges.drawn()):
            found += edges.around(row, share)
            found += [{k: v for k, v in row.items() if k != gone} for gone in row]
            found += [row | {f.id: edges_unknown(f)} for f in edges.fields if f.type == "code"]
            found += _extremes(edges, row)
    return [row | {"kind": kind} for row in found]


def edges_unknown(field: Field) -> str:
    return field.codes.unknown


def _extremes(edges: Edges, row: Row) -> Iterator[Row]:
    """Each number at its least, its most and at 0: zero denominators among them."""
    for field in edges.fields:
        if field.type in ("number", "integer"):
            for step in (field.low, field.high, max(field.low, 0)):
                yield row | {field.id: field.at(step)}


def many_rows(plan: Plan, count: int, seed: int = 1, climbs: int = 2) -> Iterator[Row]:
    """`count` rows over all kinds: first the edges themselves, then the edges under changed answers.

    Row numbers run from 1. An answer is a float, a text or a truth; what is missing is left out.
    For many rows as columns see `drawn_tables.edge_tables`, which is ten times as fast.
    """
    pools = [edge_rows(plan, kind, seed, climbs) for kind in plan.kinds]
    rng, number = Random(seed), 0
    fields = {kind: fields_of(plan, kind) for kind in plan.kinds}
    for pool in zip(*(_endless(pool) for pool in pools), strict=True):
        for row, is_first in pool:
            number += 1
            if number > count:
                return
            made = row if is_first else _changed(row, fields[row["kind"]], rng)
            yield {"row_id": number, **made}


def fields_of(plan: Plan, kind: str) -> list[Field]:
    """The questions that a kind of project is asked."""
    codes = Codes(plan)
    return [Field(i, codes, plan.as_of) for i in plan.book.inputs if i.is_for(kind)]


def _endless(pool: list[Row]) -> Iterator[tuple[Row, bool]]:
    first = True
    while True:
        for row in pool:
            yield row, first
        first = False


def _changed(row: Row, fields: list[Field], rng: Random) -> Row:
    """The same edge, with a few other answers drawn anew or left out."""
    made = dict(row)
    for field in rng.sample(fields, rng.choice((1, 2, 3))):
        if rng.random() < 0.3:
            made.pop(field.id, None)
        else:
            made[field.id] = field.draw(rng)
    return made
