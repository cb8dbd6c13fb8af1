"""A small pack of rows on the edges of every kind, the plans that score it, and what `assess` says."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import Any

import pyarrow.parquet as pq

from bench.scoring_data.drawn_tables import table_of
from bench.scoring_data.edges import edge_rows
from registry.bulk.scoring import FULL, LEAN, Plan, plan_for, score_rows
from registry.reference import tables
from registry.rules.answers import cells
from registry.rules.assessment import PASS
from registry.rules.flow.judging import RULES_IN_ONE, bit_of
from registry.rules.reference import COLUMNS, PROVENANCE, ReferenceTables, Table, reference_tables
from registry.rules.score import Case
from tests.rules.projects import BOOK, TODAY

Row = dict[str, Any]
LISTS = ("dishonest_debtors", "seriously_dishonest", "accidents", "environmental_penalties")


def verified(reference: ReferenceTables) -> ReferenceTables:
    """The same tables as if every row had been compared, and the lists of offenders loaded, empty."""
    found = [
        table._replace(rows=tuple({**row, "status": "verified"} for row in table.rows))
        for table in reference.tables.values()
        if table.loaded
    ]
    known = {table.name for table in found}
    found += [Table(name, (), "0" * 64) for name in COLUMNS if name not in known]
    assert set(LISTS) <= {table.name for table in found} | known
    assert "status" in PROVENANCE
    return reference_tables(Table(t.name, t.rows, t.sha256) for t in found)


@cache
def plan(is_verified: bool = False, day: date = TODAY) -> Plan:
    reference = tables()
    return plan_for(BOOK, day, verified(reference) if is_verified else reference)


@cache
def rows(each: int = 15) -> tuple[Row, ...]:
    """`each` rows a kind, out of the edges found at a fixed seed, and the worked examples."""
    found: list[Row] = []
    for kind in plan().kinds:
        mine = edge_rows(plan(True), kind, seed=4, climbs=1, share=0.03)
        found += _mixed(Random(kind).sample(mine, len(mine)))[:each]
    found += [{**cells(BOOK, example.given), "kind": example.kind} for example in BOOK.examples]
    return tuple({"row_id": n, **row} for n, row in enumerate(found, 1))


def write(path: Path, given: Sequence[Row], **options: Any) -> Path:
    """The rows as a Parquet file of a book."""
    pq.write_table(table_of(plan(), list(given)), path, **options)
    return path


def write_without(columns: list[str], path: Path, given: Sequence[Row]) -> Path:
    pq.write_table(table_of(plan(), list(given)).drop_columns(columns), path)
    return path


def write_folder(folder: Path) -> list[Row]:
    """The rows as files that are not alike: one lacks a column, one deeper down holds wide blanks and has
    a bracket in its name, one bears no ending. What they say."""
    first, second, third = rows()[:40], rows()[40:80], rows()[80:]
    texts = [column.name for column in plan().inputs[2:] if column.type == "text"]
    write_without(["credential"], folder / "a.parquet", first)
    (folder / "older").mkdir()
    blank = [row | dict.fromkeys(texts[n::3], "\u3000") for n, row in enumerate(second)]
    write(folder / "older" / "b[1].parquet", blank)
    write(folder / "000000_0", third)
    return [
        *({k: v for k, v in row.items() if k != "credential"} for row in first),
        *(row | dict.fromkeys(texts[n::3]) for n, row in enumerate(second)),
        *third,
    ]


def _mixed(found: list[Row]) -> list[Row]:
    """In turns of every grade that is among them."""
    by_grade: dict[str, list[Row]] = {}
    results = score_rows(plan(True), [{"row_id": 0, **row} for row in found], LEAN)
    for row, result in zip(found, results, strict=True):
        by_grade.setdefault(result[2], []).append(row)
    turns = zip_longest(*by_grade.values())
    return [row for turn in turns for row in turn if row is not None]


def assessed(used: Plan, row: Row) -> Row:
    """Every column of a full result, as the explained path computes it."""
    values = {k: v for k, v in row.items() if k not in ("row_id", "kind")}
    case = Case(used.book, values, kind=row["kind"], as_of=used.as_of, reference=used.reference)
    made = case.assessment()
    found = {
        "row_id": row["row_id"],
        "verdict": made.verdict,
        "grade": made.grade,
        "total_centipoints": made.total_centipoints,
        "got_centipoints": made.got_centipoints,
        "applicable_bp": made.applicable_weight_bp,
        "coverage_bp": made.coverage_bp,
        "caps": sum(1 << n for n, cap in enumerate(used.book.caps) if cap.id in made.caps),
        "unverified": bool(made.unverified),
    }
    states = [0] * used.state_columns
    for n, result in enumerate(made.rules):
        if result.state != PASS:
            states[n // RULES_IN_ONE] += bit_of(n, result.state)
        if result.kind == "score":
            found[f"got_{result.rule}"] = result.got_centipoints
    found |= {f"states_{n}": whole for n, whole in enumerate(states)}
    return found | dict(_figures(used, case, row["kind"]))


def _figures(used: Plan, case: Case, kind: str) -> Iterator[tuple[str, Any]]:
    for id, parts in used.benefits.items():
        yield from ((f"{id}_{part}", None) for part in parts)
    for benefit in used.book.benefits:
        if benefit.kinds and kind not in benefit.kinds:
            continue
        named = {"central": benefit.value, "low": benefit.low, "high": benefit.high}
        named |= {"share": benefit.share, "today": benefit.today}
        yield from ((f"{benefit.id}_{p}", case.cell(id)) for p, id in named.items() if id)
    for value in used.book.values:
        yield f"value_{value.id}", case.cell(value.id)
    for lookup in used.book.lookups:
        found = case.cell(f"lookup:{lookup.id}")
        yield f"row_{lookup.id}", found.row_id or None
        yield from ((f"given_{given.id}", case.cell(given.id)) for given in lookup.gives)
    for n, trees in enumerate(used.book.program.rules):
        if trees.points is not None:
            yield f"points_{trees.rule.id}", case.cell(f"{n}:points")


def as_tuples(used: Plan, size: str = FULL) -> list[tuple[Any, ...]]:
    """What `assess` says of the pack, in the columns of a size."""
    names = [column.name for column in used.outputs(size)]
    whole = (assessed(used, row) for row in rows())
    return [tuple(map(cells_of.__getitem__, names)) for cells_of in whole]


def differences(
    used: Plan, size: str, one: list[tuple[Any, ...]], other: list[tuple[Any, ...]]
) -> list[str]:
    """The first cells that differ, in words; a list to be compared with an empty one."""
    names = [column.name for column in used.outputs(size)]
    found = [
        f"row {a[0]} {name}: {x!r} and {y!r}"
        for a, b in zip(one, other, strict=True)
        for name, x, y in zip(names, a, b, strict=True)
        if x != y or type(x) is not type(y)
    ]
    return found[:10]
