"""Rows through the rules on an engine. The one place that knows how engines are asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from registry.bulk.ingest.rows import BookRow
from registry.rules.answers import cells
from registry.rules.assessment import UNKNOWN, Assessment
from registry.rules.portfolio import FAILED_RULE, IMPLAUSIBLE, Found, Reason, grams, reasons_of
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.environment import Environment
from registry.rules.score import assess

PYTHON = "python"
ENGINES = (PYTHON,)


class Scorer:
    """A rulebook, a day and reference data, on an engine; made once a run."""

    def __init__(
        self, book: Rulebook, as_of: date, reference: ReferenceTables, *, engine: str = PYTHON
    ) -> None:
        if engine not in ENGINES:
            raise ValueError(f"no engine {engine!r}")
        self.book, self.as_of, self.reference, self.engine = book, as_of, reference, engine

    def score(self, rows: Sequence[BookRow]) -> list[Found]:
        """One element a row, in order; rows have kinds that the rulebook knows."""
        return [self._found(row) for row in rows]

    def _found(self, row: BookRow) -> Found:
        found = _found(self.explain(row.kind, row.answers))
        doubts = self.implausible(row)
        return found._replace(reasons=merged(found.reasons, doubts)) if doubts else found

    def implausible(self, row: BookRow) -> list[Reason]:
        """Cross-checks that the form would refuse at the field: here a person looks at them."""
        checks = [
            (check.id, tree)
            for check, tree, _ in self.book.program.checks
            if tree is not None
            and check.field in row.answers
            and (not check.kinds or row.kind in check.kinds)
        ]
        if not checks:
            return []
        values = cells(self.book, row.answers)
        around = Environment(
            self.book, values, kind=row.kind, as_of=self.as_of, reference=self.reference
        )
        return [Reason(IMPLAUSIBLE, id) for id, tree in checks if around.evaluate(tree) is False]

    def explain(
        self, kind: str, answers: Mapping[str, str], settled: Collection[str] = ()
    ) -> Assessment:
        """One row in full, as every score of this registry explains itself, with what was settled
        for the whole book."""

        def made(outcomes: Mapping[str, str]) -> Assessment:
            return assess(
                self.book,
                answers,
                kind=kind,
                as_of=self.as_of,
                reference=self.reference,
                settled=outcomes,
            )

        found = made({})
        if not settled:
            return found
        outcomes = {
            m.id: "pass" if m.code == UNKNOWN else "accepted"
            for m in found.matters
            if f"{m.code}:{m.subject}" in settled or m.code in settled
        }
        return made(outcomes)


def merged(reasons: tuple[Reason, ...], doubts: list[Reason]) -> tuple[Reason, ...]:
    """Failed gates, doubts, then what else is open."""
    failed = [reason for reason in reasons if reason.code == FAILED_RULE]
    return (*failed, *doubts, *(reason for reason in reasons if reason.code != FAILED_RULE))


def _found(one: Assessment) -> Found:
    def figure(*ids: str, share: bool = False) -> int | None:
        for id in ids:
            benefit = one.benefit(id)
            text = (benefit.share if share else benefit.central) if benefit else ""
            if text:
                return grams(float(text))
        return None

    return Found(
        one.verdict,
        one.grade,
        one.total_centipoints,
        one.coverage_bp,
        reasons_of(one),
        figure("abatement"),
        figure("abatement", share=True),
        figure("coal_displaced", "energy_saved"),
        figure("coal_displaced", "energy_saved", share=True),
    )
