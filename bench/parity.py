"""`python -m bench.parity`: every engine gives every cell of every row, and grades hold in exact decimals.

Rows come from the edges of the rules (`--rows`, `--seed`) or from a folder with public registers
(`--projects PATH`). The engines of `--engines` are compared with the generated Python on every row,
and `--exact N` rows are scored again in fractions. (The generated Python is held against
`assess` by tests/bulk/scoring/test_same_cells.py.) The last line is JSON: rows and differing rows by engine.
"""

import argparse
import io
import json
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from datetime import date
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv
from sqlalchemy import create_engine

from bench.scoring_data.drawn_tables import edge_tables, table_of
from bench.scoring_data.exact import exact_grades
from bench.scoring_data.registers import register_rows
from registry import rulebooks
from registry.bulk.scoring import COMPACT, LEAN, Plan, plan_for, score_file, score_rows
from registry.queries.in_place import columns_sql, score_in_place
from registry.reference import tables

DAY = date(2026, 11, 22)
PIECE = 20_000
ENGINES = ("duckdb", "sqlite", "postgresql", "spark", "spark-sql")
Row = dict[str, Any]


class Parity:
    """Counts rows and differing rows by engine."""

    def __init__(self, plan: Plan, size: str, folder: Path, engines: Collection[str]) -> None:
        self.plan, self.size, self.folder, self.engines = plan, size, folder, engines
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

    def piece(self, table: pa.Table, rows: list[Row], server: Any) -> None:
        plan, size = self.plan, self.size
        expected = {row[0]: row for row in score_rows(plan, rows, size)}
        self.rows += len(rows)
        source, target = self.folder / "rows.parquet", self.folder / "scored.parquet"
        if "duckdb" in self.engines:
            pq.write_table(table, source)
            score_file(plan, source, target, engine="duckdb", size=size, memory_mib=1024)
            self.compare("duckdb", expected, duckdb.sql(f"FROM '{target}'").fetchall())
        for name, url in (("sqlite", "sqlite://"), ("postgresql", server)):
            if name not in self.engines:
                continue
            engine = create_engine(url)
            with engine.connect() as connection:
                lay_table(connection, plan, table)
                self.compare(name, expected, score_in_place(connection, plan, "book", size=size))
            engine.dispose()


def rows_of(table: pa.Table) -> list[Row]:
    """The rows of a table as the generated Python takes them."""
    names = table.column_names
    return [dict(zip(names, row, strict=True)) for row in cells_of(table)]


def cells_of(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def lay_table(connection: Any, plan: Plan, table: pa.Table) -> None:
    """A table as a temporary table of the database."""
    dialect = connection.dialect.name
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE book ({columns_sql(plan.inputs, dialect)})")
    cursor = connection.connection.cursor()
    if dialect == "sqlite":
        marks = ", ".join("?" * table.num_columns)
        cursor.executemany(f"INSERT INTO book VALUES ({marks})", cells_of(table))
    else:
        text = io.BytesIO()
        csv.write_csv(table, text, csv.WriteOptions(include_header=False))
        with cursor.copy("COPY book FROM STDIN (FORMAT csv)") as copy:
            copy.write(text.getvalue())
        cursor.execute("ANALYZE book")


def spark_differences(plan: Plan, size: str, pieces: list[Path], master: str, in_sql: bool) -> int:
    """Rows of all pieces that Spark scores otherwise than the generated Python; with DuckDB beside it
    both ways: rows that Spark hands over, and files that the nodes read."""
    from registry.bulk.scoring.spark import scored, session

    expected: dict[int, tuple[Any, ...]] = {}
    for path in pieces:
        expected |= {r[0]: r for r in score_rows(plan, rows_of(pq.read_table(path)), size)}
    spark = session(master, in_sql)
    book = spark.read.parquet(*map(str, pieces))
    wrong = _differing(expected, scored(spark, plan, book, size, in_sql).toLocalIterator())
    if not in_sql:
        wrong += _differing(expected, _from_files(plan, size, pieces, master))
    spark.stop()  # the two ways ask for other flags of Java
    return wrong


def _from_files(plan: Plan, size: str, pieces: list[Path], master: str) -> Iterator[Iterable[Any]]:
    with TemporaryDirectory() as folder:
        target = Path(folder) / "scored"
        for path in pieces:
            score_file(plan, path, target, engine="spark", size=size, master=master)
            yield from (row.values() for row in pq.read_table(target).to_pylist())


def _differing(expected: dict[int, tuple[Any, ...]], made: Iterable[Iterable[Any]]) -> int:
    waiting, wrong = dict(expected), 0
    for row in map(tuple, made):
        wrong += row != waiting.pop(row[0], None)
    return wrong + len(waiting)


def tables_of(plan: Plan, asked: argparse.Namespace) -> Iterator[pa.Table]:
    if not asked.projects:
        yield from edge_tables(plan, asked.rows, asked.seed, piece=PIECE)
        return
    rows = register_rows(asked.projects)
    while piece := list(islice(rows, PIECE)):
        yield table_of(plan, piece)


def exact_differences(plan: Plan, rows: list[Row]) -> int:
    """Rows whose grade is another in exact fractions."""
    plain = [row[2] for row in score_rows(plan, rows, LEAN)]
    return sum(a != b for a, b in zip(plain, exact_grades(plan, rows), strict=True))


def run(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from tests.postgresql import own_server

    plan = plan_for(rulebooks.load("low-carbon", "2026.1"), DAY, tables())
    parity, exact, kept = Parity(plan, asked.size, folder, asked.engines), 0, []
    checked = 0
    with own_server() if "postgresql" in asked.engines else nullcontext() as server:
        for n, table in enumerate(tables_of(plan, asked)):
            began = time.perf_counter()
            rows = rows_of(table)
            parity.piece(table, rows, server)
            if checked < asked.exact:
                some = rows[: asked.exact - checked]
                checked += len(some)
                exact += exact_differences(plan, some)
            if asked.clusters:
                kept.append(folder / f"piece{n}.parquet")
                pq.write_table(table, kept[-1], row_group_size=PIECE // 4)
            print(
                parity.rows,
                parity.differing,
                f"exact {exact}/{checked}",
                f"{time.perf_counter() - began:.0f} s",
                flush=True,
            )
    found = {"rows": parity.rows, "cells_a_row": len(plan.outputs(asked.size)), **parity.differing}
    for engine in asked.clusters:
        in_sql = engine == "spark-sql"
        found[engine] = spark_differences(plan, asked.size, kept, asked.master, in_sql)
    return found | {"exact_rows": checked, "exact_grades_differ": exact}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", default=COMPACT)
    parser.add_argument("--exact", type=int, default=200_000)
    parser.add_argument("--projects", type=Path, help="folder with the two registers as CSV")
    parser.add_argument("--engines", default=",".join(ENGINES[:-2]), help=", ".join(ENGINES))
    parser.add_argument("--master", default="local-cluster[2,1,1024]", help="for spark")
    asked = parser.parse_args()
    asked.engines = asked.engines.split(",")
    if strange := set(asked.engines) - set(ENGINES):
        parser.error(f"no engine {', '.join(sorted(strange))}; there are {', '.join(ENGINES)}")
    asked.clusters = [engine for engine in asked.engines if engine.startswith("spark")]
    with TemporaryDirectory() as folder:
        print(json.dumps(run(asked, Path(folder))))


if __name__ == "__main__":
    main()
