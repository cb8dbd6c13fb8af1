"""`python -m bench.parity`: every engine gives every cell of every row, and grades hold in exact decimals.

Rows come from the edges of the rules (`--rows`, `--seed`) or from a folder with public registers
(`--projects PATH`). SQLite, DuckDB, PostgreSQL and Spark are compared with the generated Python on
every row, and `--exact N` rows are scored again in fractions. (The generated Python is held against
`assess` by tests/bulk/scoring/test_same_cells.py.) The last line is JSON: rows and differing rows by engine.
"""

import argparse
import json
import time
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from sqlalchemy import create_engine

from bench.scoring_data.edges import many_rows
from bench.scoring_data.exact import exact_grades
from bench.scoring_data.registers import register_rows
from registry import rulebooks
from registry.bulk.scoring import COMPACT, LEAN, Plan, plan_for, score_file, score_rows
from registry.bulk.scoring.in_place import columns_sql, score_in_place
from registry.bulk.scoring.plain import schema_of
from registry.reference import tables

DAY = date(2026, 11, 22)
PIECE = 20_000
Row = dict[str, Any]


class Parity:
    """Counts rows and differing rows by engine."""

    def __init__(self, plan: Plan, size: str, folder: Path) -> None:
        self.plan, self.size, self.folder = plan, size, folder
        self.rows = 0
        self.differing: dict[str, int] = {}
        self.truths = [n for n, c in enumerate(plan.outputs(size)) if c.type == "truth"]

    def compare(self, engine: str, expected: dict[int, tuple[Any, ...]], found: Any) -> None:
        seen, wrong = 0, 0
        for row in found:
            seen += 1
            cells = list(row)
            for n in self.truths:
                cells[n] = None if cells[n] is None else bool(cells[n])
            wrong += tuple(cells) != expected[cells[0]]
        wrong += len(expected) - seen
        self.differing[engine] = self.differing.get(engine, 0) + wrong

    def piece(self, rows: list[Row], server: Any) -> None:
        plan, size = self.plan, self.size
        made = list(score_rows(plan, rows, size))
        expected = {row[0]: row for row in made}
        self.rows += len(rows)
        source, target = self.folder / "rows.parquet", self.folder / "scored.parquet"
        write(plan, rows, source)
        score_file(plan, source, target, engine="duckdb", size=size, memory_mib=1024)
        found = duckdb.sql(f"FROM '{target}'").fetchall()
        self.compare("duckdb", expected, found)
        for url in ("sqlite://", server):
            engine = create_engine(url)
            with engine.connect() as connection:
                lay(connection, plan, rows)
                name = connection.dialect.name
                self.compare(name, expected, score_in_place(connection, plan, "book", size=size))
            engine.dispose()


def write(plan: Plan, rows: list[Row], path: Path) -> None:
    schema = schema_of(plan.inputs)
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    pq.write_table(pa.table(columns, schema=schema), path)


def lay(connection: Any, plan: Plan, rows: list[Row]) -> None:
    """The rows as a temporary table."""
    dialect = connection.dialect.name
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE book ({columns_sql(plan.inputs, dialect)})")
    names = [column.name for column in plan.inputs]
    values = (tuple(row.get(name) for name in names) for row in rows)
    cursor = connection.connection.cursor()
    if dialect == "sqlite":
        cursor.executemany(f"INSERT INTO book VALUES ({', '.join('?' * len(names))})", values)
    else:
        with cursor.copy("COPY book FROM STDIN") as copy:
            for row in values:
                copy.write_row(row)
        cursor.execute("ANALYZE book")


def spark_differences(plan: Plan, size: str, pieces: list[Path], master: str) -> int:
    """Rows of all pieces that Spark scores otherwise than the generated Python."""
    from registry.bulk.scoring.spark import scored, session

    spark = session(master)
    book = spark.read.parquet(*map(str, pieces))
    expected: dict[int, tuple[Any, ...]] = {}
    wrong = 0
    for path in pieces:
        expected |= {r[0]: r for r in score_rows(plan, pq.read_table(path).to_pylist(), size)}
    for row in scored(spark, plan, book, size).toLocalIterator():
        wrong += tuple(row) != expected.pop(row[0], None)
    return wrong + len(expected)


def pieces_of(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while piece := list(islice(rows, PIECE)):
        yield piece


def exact_differences(plan: Plan, rows: list[Row]) -> int:
    """Rows whose grade is another in exact fractions."""
    plain = [row[2] for row in score_rows(plan, rows, LEAN)]
    return sum(a != b for a, b in zip(plain, exact_grades(plan, rows), strict=True))


def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from tests.postgresql import own_server

    plan = plan_for(rulebooks.load("low-carbon", "2026.1"), DAY, tables())
    source = (
        register_rows(asked.projects) if asked.projects else many_rows(plan, asked.rows, asked.seed)
    )
    parity, exact, kept = Parity(plan, asked.size, folder), 0, []
    checked = 0
    with own_server() as server:
        for n, rows in enumerate(pieces_of(source)):
            began = time.perf_counter()
            parity.piece(rows, server)
            if checked < asked.exact:
                some = rows[: asked.exact - checked]
                checked += len(some)
                exact += exact_differences(plan, some)
            if asked.spark:
                kept.append(folder / f"piece{n}.parquet")
                write(plan, rows, kept[-1])
            print(
                parity.rows,
                parity.differing,
                f"exact {exact}/{checked}",
                f"{time.perf_counter() - began:.0f} s",
                flush=True,
            )
    found = {"rows": parity.rows, "cells_a_row": len(plan.outputs(asked.size)), **parity.differing}
    if asked.spark:
        found["spark"] = spark_differences(plan, asked.size, kept, asked.spark)
    return found | {"exact_rows": checked, "exact_grades_differ": exact}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", default=COMPACT)
    parser.add_argument("--exact", type=int, default=200_000)
    parser.add_argument("--projects", type=Path, help="folder with the two registers as CSV")
    parser.add_argument("--spark", default="", help="a master, e.g. local-cluster[2,1,1024]")
    with TemporaryDirectory() as folder:
        print(json.dumps(run(parser.parse_args(), Path(folder))))


if __name__ == "__main__":
    main()
