"""DuckDB inside this process: one streaming query from Parquet to Parquet."""

from __future__ import annotations

from pathlib import Path

import duckdb

from registry.bulk.scoring.footer import Told
from registry.bulk.scoring.parts import file
from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.bulk.scoring.watched import watched
from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.plan import Column, Plan
from registry.rules.flow.reading import bounds_of
from registry.rules.flow.sql import query
from registry.rules.flow.sql_steps import quoted

TYPES = {"number": "DOUBLE", "integer": "BIGINT", "text": "VARCHAR", "truth": "BOOLEAN"}
SHOWN = 5  # row_ids that a refusal names
# Points and benefits have too many values for a dictionary: it is given up sooner, in smaller groups.
WRITING = "ROW_GROUP_SIZE 40960, DICTIONARY_SIZE_LIMIT 2000"
REFUSED = "a row is refused"  # what the door says; `refuse` names the rest
_literal = DIALECTS["duckdb"].literal


def connect(
    memory_mib: int, threads: int, folder: Path, tells: bool = False
) -> duckdb.DuckDBPyConnection:
    """A database in memory, which puts aside in `folder` what does not fit; `tells` how far it is."""
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory_mib}MiB'")
    connection.execute(f"SET threads = {threads}")
    connection.execute("SET preserve_insertion_order = false")
    # A file's statistics know nothing of NaN, so no comparison may be answered from them.
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    if tells:
        connection.execute("SET enable_progress_bar = true")  # else `query_progress` knows nothing
        connection.execute("SET enable_progress_bar_print = false")
    connection.execute("SET temp_directory = $1", [str(folder)])
    return connection


def score(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    source: Path,
    target: Path,
    size: str,
    say: Progress,
    told: dict[str, Told],
) -> int:
    """Rows in `source`, whose footer tells `told`, to rows in `target`; see `files.score_file`."""
    connection.execute(f"CREATE VIEW book AS {typed(connection, plan, source)}")
    connection.execute(f"CREATE VIEW accepted AS SELECT * FROM book WHERE {door(plan, told)}")
    text = query(plan, "duckdb", source="accepted", size=size, parquet=True)
    options = f"(FORMAT parquet, COMPRESSION snappy, {WRITING})"
    try:
        return _run(connection, f"COPY ({text}) TO {_literal(str(target))} {options}", say)
    except duckdb.InvalidInputException:
        refuse(connection, plan)  # names what the door only stopped at
        raise


def typed(connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path) -> str:
    """The file with the types that the plan asks for; a column that it lacks is missing in all rows."""
    described = connection.execute(f"DESCRIBE SELECT * FROM {file(source)}").fetchall()
    known = {name: type for name, type, *_ in described}
    for needed in ("row_id", "kind"):
        if needed not in known:
            raise RowsRefused("no_column", needed, 0, ())
    columns = (_as(column, known.get(column.name)) for column in plan.inputs)
    return f"SELECT {', '.join(columns)} FROM {file(source)}"


def _as(column: Column, type: str | None) -> str:
    wanted, name = TYPES[column.type], quoted(column.name)
    if type is None:
        return f"CAST(NULL AS {wanted}) AS {name}"
    return name if type == wanted else f"CAST({name} AS {wanted}) AS {name}"


def _numbers(plan: Plan) -> list[tuple[str, float, float]]:
    return [
        (declared.id, *bounds_of(declared))
        for declared in plan.book.inputs
        if declared.type in ("number", "integer")
    ]


def _outside(name: str, low: float, high: float) -> str:
    return f"NOT ({quoted(name)} BETWEEN {low!r}::DOUBLE AND {high!r}::DOUBLE)"


def door(plan: Plan, told: dict[str, Told]) -> str:
    """True of a row that may be scored, and else the end of the query: so the file is read once.

    Numbers that the file's footer tells to be within their limits are asked for NaN alone.
    """
    kinds = ", ".join(map(_literal, plan.kinds))
    refused = ["row_id IS NULL", "kind IS NULL", f"kind NOT IN ({kinds})"]
    for name, low, high in _numbers(plan):
        inside = name in told and told[name].surely_within(low, high)
        refused.append(f"isnan({quoted(name)})" if inside else _outside(name, low, high))
    return f"CASE WHEN {' OR '.join(refused)} THEN error('{REFUSED}') ELSE TRUE END"


def refuse(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """`RowsRefused` with what is wrong: one pass over kinds and numbers."""
    numbers = _numbers(plan)
    asked = [f"count(*) FILTER ({_outside(*number)})" for number in numbers]
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
            # As text too: a filter alone skips parts of a file by their statistics.
            nan = f"CAST({quoted(name)} AS VARCHAR) = 'nan'"
            where = f"{nan} OR {_outside(name, low, high)}"
            raise _refusal(connection, "outside_its_limits", name, count, where)
    if unnamed := sum(row[2] for row in rows):
        raise RowsRefused("no_row_id", "row_id", unnamed, ())


def _same(column: str, value: str | None) -> str:
    quote = "NULL" if value is None else _literal(value)
    return f"{column} IS NOT DISTINCT FROM {quote}"


def _refusal(
    connection: duckdb.DuckDBPyConnection, code: str, column: str, count: int, where: str
) -> RowsRefused:
    ids = connection.execute(f"SELECT row_id FROM book WHERE {where} LIMIT {SHOWN}").fetchall()
    return RowsRefused(code, column, count, tuple(id for (id,) in ids))


def _run(connection: duckdb.DuckDBPyConnection, statement: str, say: Progress) -> int:
    """The rows written."""

    def tell() -> None:
        say(max(0.0, min(connection.query_progress(), 100.0)) / 100)

    def work() -> int:
        return int(connection.execute(statement).fetchall()[0][0])

    rows = watched(work, tell, connection.interrupt)
    say(1.0)
    return rows
