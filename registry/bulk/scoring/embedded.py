"""DuckDB inside this process: one streaming query from Parquet to Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from registry.bulk.scoring.footer import Told
from registry.bulk.scoring.reading import Group, told_of
from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.bulk.scoring.watched import watched
from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.plan import Plan
from registry.rules.flow.reading import bounds_of
from registry.rules.flow.sql import query
from registry.rules.flow.sql_steps import quoted

SHOWN = 5  # row_ids that a refusal names
# Points and benefits have too many values for a dictionary: it is given up sooner, in smaller groups.
# A result is read as a whole, not asked for single values, which is what Bloom filters are for.
WRITING = "ROW_GROUP_SIZE 40960, DICTIONARY_SIZE_LIMIT 500, WRITE_BLOOM_FILTER false"
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
    groups: list[Group],
    target: Path,
    size: str,
    say: Progress,
) -> int:
    """Rows of the view `book`, which shows these files, to rows in `target`; see `files.score_file`."""
    let_in = door(plan, told_of(groups))
    connection.execute(f"CREATE VIEW accepted AS SELECT * FROM book WHERE {let_in}")
    text = query(plan, "duckdb", source="accepted", size=size, parquet=True)
    options = f"(FORMAT parquet, COMPRESSION snappy, {WRITING})"
    try:
        count = copied(connection, f"COPY ({text}) TO {_literal(str(target))} {options}", say)
    except duckdb.InvalidInputException:
        refuse(connection, plan)  # names what the door only stopped at
        raise
    say(1.0)
    return count


def numbers_of(plan: Plan) -> list[tuple[str, float, float]]:
    """The questions that are answered by a number, with their least and most."""
    return [
        (declared.id, *bounds_of(declared))
        for declared in plan.book.inputs
        if declared.type in ("number", "integer")
    ]


def _outside(name: str, low: float, high: float) -> str:
    return f"NOT ({quoted(name)} BETWEEN {low!r}::DOUBLE AND {high!r}::DOUBLE)"


def door(plan: Plan, told: Mapping[str, Told]) -> str:
    """True of a row that may be scored, and else the end of the query: so the file is read once.

    Numbers that the file's footer tells to be within their limits are asked for NaN alone.
    """
    kinds = ", ".join(map(_literal, plan.kinds))
    refused = ["row_id IS NULL", "kind IS NULL", f"kind NOT IN ({kinds})"]
    for name, low, high in numbers_of(plan):
        inside = name in told and told[name].surely_within(low, high)
        refused.append(f"isnan({quoted(name)})" if inside else _outside(name, low, high))
    return f"CASE WHEN {' OR '.join(refused)} THEN error('{REFUSED}') ELSE TRUE END"


def refuse(connection: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """`RowsRefused` with what is wrong: one pass over kinds and numbers."""
    numbers = numbers_of(plan)
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


def copied(connection: duckdb.DuckDBPyConnection, statement: str, say: Progress) -> int:
    """The number of rows that a COPY writes."""

    def tell() -> None:
        say(max(0.0, min(connection.query_progress(), 100.0)) / 100)

    def work() -> int:
        return int(connection.execute(statement).fetchall()[0][0])

    return watched(work, tell, connection.interrupt)
