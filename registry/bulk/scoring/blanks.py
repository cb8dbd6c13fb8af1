"""Blank texts are missing answers, as in the form and in a book that is read in.

A file's own statistics say whether a column can hold any: a text that is empty or begins with a blank
comes before all others. Only a file that has some is written once more, without them, before an
engine sees it; so all engines find the same, and a clean file costs a look at its footer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.nodes import TEXT
from registry.rules.flow.plan import Plan

_SAID = DIALECTS["duckdb"]
_BLANKS = "E' \\t\\r\\n\\f\\v'"


@contextmanager
def without_blanks(plan: Plan, source: Path, beside: Path, memory_mib: int) -> Iterator[Path]:
    """The Parquet file `source`, or a copy in a folder next to `beside` where blanks are missing."""
    if source.is_dir():  # as Spark writes one: its files are its own affair
        yield source
        return
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute(f"SET memory_limit = '{memory_mib}MiB'")
        held = _holding_blanks(connection, plan, source)
        if not held:
            yield source
            return
        with TemporaryDirectory(prefix=f"{beside.name}.", dir=beside.parent) as folder:
            connection.execute("SET temp_directory = $1", [folder])
            copy = Path(folder) / "book.parquet"
            replaced = ", ".join(
                f"CASE WHEN NOT {_is_blank(name)} THEN {name} END AS {name}" for name in held
            )
            connection.execute(
                f"COPY (SELECT * REPLACE ({replaced}) FROM {_file(source)})"
                f" TO {_SAID.literal(str(copy))} (FORMAT parquet)"
            )
            yield copy


def _file(source: Path) -> str:
    return f"read_parquet({_SAID.literal(str(source))})"


def _is_blank(name: str) -> str:
    return f"(trim(CAST({name} AS VARCHAR), {_BLANKS}) = '')"


def _holding_blanks(
    connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path
) -> tuple[str, ...]:
    """Quoted columns with a blank text among their values."""
    asked = ", ".join(_SAID.literal(c.name) for c in plan.inputs if c.type == TEXT)
    rows = connection.execute(
        "SELECT path_in_schema, type FROM parquet_metadata($1)"
        f" WHERE path_in_schema IN ({asked}) AND stats_null_count IS DISTINCT FROM num_values"
        " GROUP BY ALL HAVING bool_or(COALESCE(stats_min_value < '!', TRUE))",
        [str(source)],
    ).fetchall()
    doubtful = [_SAID.quoted(name) for name, type in rows if type == "BYTE_ARRAY"]
    if not doubtful:
        return ()
    tests = ", ".join(f"bool_or({_is_blank(name)})" for name in doubtful)
    found = connection.execute(f"SELECT {tests} FROM {_file(source)}").fetchall()[0]
    return tuple(name for name, has in zip(doubtful, found, strict=True) if has)
