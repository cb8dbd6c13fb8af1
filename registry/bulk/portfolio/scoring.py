"""Rows of a book through the rules on an engine. The one place that knows how engines are asked."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from registry.bulk.ingest.rows import BookRow
from registry.bulk.scoring import COMPACT, plan_for, score_file, states_of
from registry.rules.answers import YES
from registry.rules.assessment import CONDITIONAL, FAIL, MISSING, UNKNOWN, Assessment
from registry.rules.flow.python_rows import RowFunctions
from registry.rules.grading import GATES
from registry.rules.portfolio import (
    CONDITION,
    FAILED_RULE,
    IMPLAUSIBLE,
    UNVERIFIED,
    Found,
    Reason,
    grams,
)
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.environment import Environment
from registry.rules.rulebook.expression import names
from registry.rules.score import assess

PYTHON, DUCKDB, SPARK, SPARK_SQL = "python", "duckdb", "spark", "spark-sql"
ENGINES: Final = (PYTHON, DUCKDB, SPARK, SPARK_SQL)
CLUSTERS: Final = (SPARK, SPARK_SQL)
WEB_ENGINES: Final = (PYTHON, DUCKDB)  # a cluster is the command line's
FEW, MANY = 5000, 100_000  # rows at a time; Spark needs seconds for a piece, however small
# Of the results of a plan: what a loan avoids or saves, and the coal behind it.
ABATEMENT: Final = ("abatement",)
COAL: Final = ("coal_displaced", "energy_saved")
OPEN: Final = {UNKNOWN: UNKNOWN, MISSING: MISSING, CONDITIONAL: CONDITION}


class Scorer:
    """A rulebook, a day and reference data, compiled once a run; equal results on every engine."""

    def __init__(
        self,
        book: Rulebook,
        as_of: date,
        reference: ReferenceTables,
        *,
        engine: str = PYTHON,
        master: str = "local[*]",
    ) -> None:
        if engine not in ENGINES:
            raise ValueError(f"no engine {engine!r}")
        self.book, self.as_of, self.reference, self.engine = book, as_of, reference, engine
        self.master, self.piece = master, MANY if engine in CLUSTERS else FEW
        self.plan = plan_for(book, as_of, reference)
        self.names = [column.name for column in self.plan.outputs()]
        self._functions = RowFunctions(self.plan, COMPACT)
        self._checks = [
            (check, tree)
            for check, tree, _ in book.program.checks
            if tree is not None and book.input_by_id.keys() >= set(names(tree))
        ]
        self._states: dict[tuple[int, ...], tuple[Reason, ...]] = {}
        self._wide = [name for name in self.names if name.startswith("states_")]

    def score(self, rows: Sequence[BookRow]) -> list[Found]:
        """One element a row, in order; rows have kinds that the rulebook knows."""
        if not rows:
            return []
        by = {
            PYTHON: self._by_row,
            DUCKDB: self._by_file,
            **dict.fromkeys(CLUSTERS, self._by_cluster),
        }
        results = by[self.engine](rows)
        return [self._found(row, one) for row, one in zip(rows, results, strict=True)]

    def _by_row(self, rows: Sequence[BookRow]) -> Iterator[Mapping[str, Any]]:
        for number, row in enumerate(rows):
            found = self._functions[row.kind](self._values(row).get)
            yield dict(zip(self.names, (number, *found), strict=True))

    def _values(self, row: BookRow) -> dict[str, Any]:
        """Answers as the engines compute with them: numbers as doubles, yes and no as truths."""
        known = self.book.input_by_id
        values: dict[str, Any] = {}
        for id, text in row.answers.items():
            match known[id].type:
                case "number" | "integer":
                    values[id] = float(text)
                case "yes_no":
                    values[id] = text == YES
                case _:
                    values[id] = text
        return values

    def _by_file(self, rows: Sequence[BookRow]) -> Iterator[Mapping[str, Any]]:
        """Through Parquet, as a book of any size goes through an engine."""
        import duckdb

        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as engine:
            plain, source, target = (Path(folder) / name for name in ("rows.csv", "in", "out"))
            self._write(plain, rows)
            kinds = {"number": "DOUBLE", "integer": "DOUBLE", "truth": "BOOLEAN"}
            types = {c.name: kinds.get(c.type, "VARCHAR") for c in self.plan.inputs}
            types["row_id"] = "BIGINT"
            engine.execute("SET threads = 2")
            found = engine.read_csv(str(plain), header=True, dtype=types, quotechar='"')
            found.to_parquet(str(source))
            score_file(self.plan, source, target, engine=DUCKDB)
            listed = ", ".join(f'"{name}"' for name in self.names)
            asked = f"SELECT {listed} FROM read_parquet(?) ORDER BY row_id"  # noqa: S608  our own names
            for result in engine.execute(asked, [str(target)]).fetchall():
                yield dict(zip(self.names, result, strict=True))

    def _by_cluster(self, rows: Sequence[BookRow]) -> Iterator[Mapping[str, Any]]:
        """To the cluster and back through the driver: its machines need no folder in common."""
        import pyarrow as pa

        from registry.bulk.scoring import spark
        from registry.bulk.scoring.plain import schema_of

        given = [
            {"row_id": number, "kind": row.kind, **self._values(row)}
            for number, row in enumerate(rows)
        ]
        columns = {c.name: [row.get(c.name) for row in given] for c in self.plan.inputs}
        in_sql = self.engine == SPARK_SQL
        session = spark.session(self.master, in_sql)
        book = session.createDataFrame(pa.table(columns, schema=schema_of(self.plan.inputs)))
        spark.refuse(self.plan, book)
        found = spark.scored(session, self.plan, book, COMPACT, in_sql).select(*self.names)
        for result in sorted(found.collect(), key=lambda one: one["row_id"]):
            yield dict(zip(self.names, result, strict=True))

    def _write(self, plain: Path, rows: Sequence[BookRow]) -> None:
        asked = [
            column.name for column in self.plan.inputs if column.name not in ("row_id", "kind")
        ]
        with plain.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file)
            out.writerow(["row_id", "kind", *asked])
            for number, row in enumerate(rows):
                values = self._values(row)
                out.writerow([number, row.kind, *(values.get(name, "") for name in asked)])

    # -- results to words ------------------------------------------------------------------------

    def _found(self, row: BookRow, one: Mapping[str, Any]) -> Found:
        reasons = self._reasons(one)
        doubts = self.implausible(row)
        failed = [reason for reason in reasons if reason.code == FAILED_RULE]
        opened = [reason for reason in reasons if reason.code != FAILED_RULE]
        return Found(
            one["verdict"],
            one["grade"],
            int(one["total_centipoints"]),
            int(one["coverage_bp"]),
            (*failed, *doubts, *opened),
            _figure(one, ABATEMENT, "central"),
            _figure(one, ABATEMENT, "share"),
            _figure(one, COAL, "central"),
            _figure(one, COAL, "share"),
        )

    def _reasons(self, one: Mapping[str, Any]) -> tuple[Reason, ...]:
        """Failed gates, then what is open; most rows share theirs with many others."""
        key = (*(int(one[name]) for name in self._wide), int(bool(one["unverified"])))
        if key not in self._states:
            self._states[key] = tuple(self._reasons_of(one))
        return self._states[key]

    def _reasons_of(self, one: Mapping[str, Any]) -> Iterator[Reason]:
        states = states_of(self.plan, one)
        for rule in self.book.rules:
            if states[rule.id] == FAIL and rule.kind in GATES:
                yield Reason(FAILED_RULE, rule.id)
        for state, code in OPEN.items():
            for rule in self.book.rules:
                if states[rule.id] == state and rule.kind != "information":
                    yield Reason(code, rule.id)
        if one["unverified"]:
            yield Reason(UNVERIFIED)

    def implausible(self, row: BookRow) -> list[Reason]:
        """Cross-checks between answers that the form would refuse at the field: here a person looks.
        What the physics of a plant forbids is a gate of its own."""
        mine = [
            (check.id, tree)
            for check, tree in self._checks
            if check.field in row.answers and (not check.kinds or row.kind in check.kinds)
        ]
        if not mine:
            return []
        around = Environment(
            self.book, self._values(row), kind=row.kind, as_of=self.as_of, reference=self.reference
        )
        return [Reason(IMPLAUSIBLE, id) for id, tree in mine if around.evaluate(tree) is False]


def explain(
    book: Rulebook,
    reference: ReferenceTables,
    as_of: date,
    *,
    kind: str,
    answers: Mapping[str, str],
    settled: Collection[str] = (),
) -> Assessment:
    """One row in full, as every score of this registry explains itself, with what was settled for
    the whole book."""

    def made(outcomes: Mapping[str, str]) -> Assessment:
        return assess(book, answers, kind=kind, as_of=as_of, reference=reference, settled=outcomes)

    found = made({})
    if not settled:
        return found
    outcomes = {
        m.id: "pass" if m.code == UNKNOWN else "accepted"
        for m in found.matters
        if f"{m.code}:{m.subject}" in settled or m.code in settled
    }
    return made(outcomes)


def _figure(one: Mapping[str, Any], ids: Sequence[str], part: str) -> int | None:
    """The first of these benefits that could be computed, in whole grams."""
    for id in ids:
        value = one.get(f"{id}_{part}")
        if value is not None:
            return grams(value)
    return None
