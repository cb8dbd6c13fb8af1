"""Blank texts are missing answers, as in the form and in a book that is read in.

A file's own statistics say whether a column can hold any: a text that is empty or begins with a blank
comes before all others, or within a narrow span. Only a file that has some is written once more,
without them, before an engine sees it; so all engines find the same, and a clean file costs a look at
its footer.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from registry.bulk.scoring.footer import BLANKS, Told, read_footer
from registry.bulk.scoring.parts import file, parts_of
from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.nodes import TEXT
from registry.rules.flow.plan import Plan

_SAID = DIALECTS["duckdb"]


@contextmanager
def without_blanks(
    connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path, beside: Path
) -> Iterator[tuple[Path, dict[str, Told]]]:
    """The book `source`, or one in a folder next to `beside` where blanks are missing; and what the
    footer tells, if it is one file."""
    parts = parts_of(source)
    told = {} if source.is_dir() else read_footer(connection, source)
    held = {
        part: columns
        for part in parts
        if (columns := _holding_blanks(connection, plan, part, told))
    }
    if not held:
        yield source, told
        return
    with TemporaryDirectory(prefix=f"{beside.name}.", dir=beside.parent) as folder:
        if source.is_dir():
            copy = Path(folder).absolute() / "book"
            for part in parts:
                place = copy / part.relative_to(source.absolute())
                place.parent.mkdir(parents=True, exist_ok=True)
                if part in held:
                    _copy_without(connection, part, place, held[part])
                else:
                    place.symlink_to(part)
        else:
            copy = Path(folder) / "book.parquet"
            _copy_without(connection, source, copy, *held.values())
            told = read_footer(connection, copy)
        yield copy, told


def _copy_without(
    connection: duckdb.DuckDBPyConnection, source: Path, target: Path, columns: tuple[str, ...]
) -> None:
    replaced = ", ".join(
        f"CASE WHEN NOT {_is_blank(name)} THEN {name} END AS {name}" for name in columns
    )
    connection.execute(
        f"COPY (SELECT * REPLACE ({replaced}) FROM {file(source)})"
        f" TO {_SAID.literal(str(target))} (FORMAT parquet)"
    )


def _is_blank(name: str) -> str:
    return f"(trim(CAST({name} AS VARCHAR), {_SAID.literal(BLANKS)}) = '')"


def _holding_blanks(
    connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path, told: dict[str, Told]
) -> tuple[str, ...]:
    """Quoted columns with a blank text among their values; `told` where the footer is known."""
    told = told or read_footer(connection, source)
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
