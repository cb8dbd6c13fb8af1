"""DuckDB inside this process: one streaming query from Parquet to Parquet."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import duckdb

from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.rules.flow.plan import Column, Plan
from registry.rules.flow.reading import bounds_of
from registry.rules.flow.sql import query
from registry.rules.flow.sql_steps import quoted

TYPES = {"number": "DOUBLE", "integer": "BIGINT", "text": "VARCHAR", "truth": "BOOLEAN"}
SHOWN = 5  # row_ids that a refusal names


def connect(memory_mib: int, threads: int, folder: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory_mib}MiB'")
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET temp_directory = $1", [str(folder)])
    return connection


def score(
    plan: Plan, source: Path, target: Path, size: str, say: Progress, memory_mib: int, threads: int
) -> int:
    """Rows in `source` to rows in `target`; see `files.score_file`."""
    with connect(memory_mib, threads, target.parent) as connection:
        connection.execute(f"CREATE VIEW book AS {_typed(connection, plan, source)}")
        count = refuse(connection, plan)
        text = query(plan, "duckdb", source="book", size=size)
        options = "(FORMAT parquet, COMPRESSION zstd)"
        _run(connection, f"COPY ({text}) TO {literal(target)} {options}", say)
        return count


def literal(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _typed(connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path) -> str:
    """The file with the types that the plan asks for; a column that it lacks is missing in all rows."""
    file = f"read_parquet({literal(source)})"
    described = connection.execute(f"DESCRIBE SELECT * FROM {file}").fetchall()
    known = {name: type for name, type, *_ in described}
    for needed in ("row_id", "kind"):
        if needed not in known:
            raise RowsRefused("no_column", needed, 0, ())
    columns = (_as(column, known.get(column.name)) for column in plan.inputs)
    return f"SELECT {', '.join(columns)} FROM {file}"


def _as(column: Column, type: str | None) -> str:
    wanted, name = TYPES[column.type], quoted(column.name)
    if type is None:
        return f"CAST(NULL AS {wanted}) AS {name}"
    return name if type == wanted else f"CAST({name} AS {wanted}) AS {name}"


def refuse(connection: duckdb.DuckDBPyConnection, plan: Plan) -> int:
    """The number of rows, or `RowsRefused`: one pass over kinds and numbers."""
    numbers = [
        (quoted(declared.id), *bounds_of(declared))
        for declared in plan.book.inputs
        if declared.type in ("number", "integer")
    ]
    asked = [
        f"count(*) FILTER (NOT ({n} BETWEEN {low!r} AND {high!r}))" for n, low, high in numbers
    ]
    rows = connection.execute(
        f"SELECT kind, count(*), count(*) FILTER (row_id IS NULL), {', '.join(asked)} "
        "FROM book GROUP BY kind"
    ).fetchall()
    for kind, count, *_ in rows:
        if kind not in plan.kinds:
            raise _refusal(connection, "unknown_kind", "kind", count, _same("kind", kind))
    outside = [sum(row[3 + n] for row in rows) for n in range(len(numbers))]
    for (name, low, high), count in zip(numbers, outside, strict=True):
        if count:
            # As text: a filter alone is answered from statistics, which know nothing of NaN.
            where = f"CAST({name} AS VARCHAR) = 'nan' OR NOT ({name} BETWEEN {low!r} AND {high!r})"
            raise _refusal(connection, "outside_its_limits", name.strip('"'), count, where)
    if unnamed := sum(row[2] for row in rows):
        raise RowsRefused("no_row_id", "row_id", unnamed, ())
    return sum(row[1] for row in rows)


def _same(column: str, value: str | None) -> str:
    quote = "NULL" if value is None else "'" + value.replace("'", "''") + "'"
    return f"{column} IS NOT DISTINCT FROM {quote}"


def _refusal(
    connection: duckdb.DuckDBPyConnection, code: str, column: str, count: int, where: str
) -> RowsRefused:
    ids = connection.execute(f"SELECT row_id FROM book WHERE {where} LIMIT {SHOWN}").fetchall()
    return RowsRefused(code, column, count, tuple(id for (id,) in ids))


def _run(connection: duckdb.DuckDBPyConnection, statement: str, say: Progress) -> None:
    """Run it in a thread and tell how far it is; what `say` raises interrupts it."""
    outcome: dict[str, Any] = {}

    def work() -> None:
        try:
            connection.execute(statement)
        except BaseException as why:
            outcome["why"] = why

    thread = Thread(target=work)
    thread.start()
    try:
        while thread.is_alive():
            thread.join(0.2)
            share = connection.query_progress()
            say(max(0.0, min(share, 100.0)) / 100)
    except BaseException:
        connection.interrupt()
        raise
    finally:
        thread.join()
    if "why" in outcome:
        raise outcome["why"]
    say(1.0)
