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

from registry.bulk.scoring.footer import Told, file, read_footer
from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.nodes import TEXT
from registry.rules.flow.plan import Plan

_SAID = DIALECTS["duckdb"]
_BLANKS = "E' \\t\\r\\n\\f\\v'"


@contextmanager
def without_blanks(
    connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path, beside: Path
) -> Iterator[tuple[Path, dict[str, Told]]]:
    """The Parquet file `source`, or a copy in a folder next to `beside` where blanks are missing;
    and what its footer tells."""
    if source.is_dir():  # as Spark writes one: its files are its own affair
        yield source, {}
        return
    told = read_footer(connection, source)
    held = _holding_blanks(connection, plan, source, told)
    if not held:
        yield source, told
        return
    with TemporaryDirectory(prefix=f"{beside.name}.", dir=beside.parent) as folder:
        copy = Path(folder) / "book.parquet"
        replaced = ", ".join(
            f"CASE WHEN NOT {_is_blank(name)} THEN {name} END AS {name}" for name in held
        )
        connection.execute(
            f"COPY (SELECT * REPLACE ({replaced}) FROM {file(source)})"
            f" TO {_SAID.literal(str(copy))} (FORMAT parquet)"
        )
        yield copy, read_footer(connection, copy)


def _is_blank(name: str) -> str:
    return f"(trim(CAST({name} AS VARCHAR), {_BLANKS}) = '')"


def _holding_blanks(
    connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path, told: dict[str, Told]
) -> tuple[str, ...]:
    """Quoted columns with a blank text among their values."""
    texts = (column.name for column in plan.inputs if column.type == TEXT)
    doubtful = [
        _SAID.quoted(name)
        for name in texts
        if name in told and told[name].type == "BYTE_ARRAY" and told[name].blanks
    ]
    if not doubtful:
        return ()
    tests = ", ".join(f"bool_or({_is_blank(name)})" for name in doubtful)
    found = connection.execute(f"SELECT {tests} FROM {file(source)}").fetchall()[0]
    return tuple(name for name, has in zip(doubtful, found, strict=True) if has)
