"""A book as DuckDB reads it for every engine: typed, blanks missing, what a file lacks missing.

Blank texts are missing answers, as in the form and in a book that is read in. A file's own statistics say
whether a column may hold any; only then is it asked of each row.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import duckdb

from registry.bulk.scoring.footer import BLANKS, Told, read_footers
from registry.bulk.scoring.parts import named, parts_of, said_of
from registry.bulk.scoring.refusing import RowsRefused
from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.plan import Column, Plan

TYPES = {"number": "DOUBLE", "integer": "BIGINT", "text": "VARCHAR", "truth": "BOOLEAN"}
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
_SAID = DIALECTS["duckdb"]


class Group(NamedTuple):
    """Files of a book that are alike: columns, their types, and what the names of folders say.

    `columns` are SQL expressions of the plan's inputs; `plain`: they are the file's own columns, as
    any reader reads them.
    """

    paths: list[Path]
    columns: str
    told: Mapping[str, Told]
    plain: bool

    def select(self, *paths: Path) -> str:
        """The rows of all its files, or of some, typed."""
        listed = ", ".join(_SAID.literal(named(path)) for path in paths or self.paths)
        source = listed if len(paths or self.paths) == 1 else f"[{listed}]"
        return f"SELECT {self.columns} FROM read_parquet({source}, hive_partitioning = false)"


def groups_of(connection: duckdb.DuckDBPyConnection, plan: Plan, source: Path) -> list[Group]:
    """The files of a book in groups. Raises `RowsRefused` for files without the columns that every
    book has, and what `parts_of` raises."""
    parts = parts_of(source)
    alike: dict[object, list[Path]] = {}
    schemas = _schemas(connection, parts)
    for part in parts:
        key = (schemas[str(part)], tuple(said_of(source, part).items()))
        alike.setdefault(key, []).append(part)
    return [_group(connection, plan, paths, said_of(source, paths[0])) for paths in alike.values()]


def whole(groups: list[Group]) -> str:
    """All rows of a book."""
    return " UNION ALL ".join(group.select() for group in groups)


def told_of(groups: list[Group]) -> Mapping[str, Told]:
    """What the footers tell of the whole book: nothing where its files are not alike."""
    return groups[0].told if len(groups) == 1 else {}


def count_of(connection: duckdb.DuckDBPyConnection, groups: list[Group]) -> int:
    """The rows of a book, by the footers of its files."""
    paths = [named(path) for group in groups for path in group.paths]
    asked = "SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata($1)"
    return int(connection.execute(asked, [paths]).fetchall()[0][0])


def _schemas(connection: duckdb.DuckDBPyConnection, parts: list[Path]) -> dict[str, str]:
    """What tells files with other columns apart, whatever the order of these; by path."""
    return dict(
        connection.execute(
            "SELECT file_name, sha256(string_agg("
            "CAST(row(name, type, converted_type, logical_type, scale) AS VARCHAR) ORDER BY name))"
            " FROM parquet_schema($1) WHERE type IS NOT NULL GROUP BY file_name",
            [[named(part) for part in parts]],
        ).fetchall()
    )


def _group(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    paths: list[Path],
    said: Mapping[str, str | None],
) -> Group:
    own = Group(paths, "*", {}, plain=True)
    described = connection.execute(f"DESCRIBE {own.select(paths[0])}").fetchall()
    types = {name: type for name, type, *_ in described}
    _refuse_columns(plan, paths[0], types, said)
    told = read_footers(connection, paths)
    columns, plain = [], not said
    for column in plan.inputs:
        type = types.get(column.name)
        if column.name in said:
            columns.append(_constant(column, said[column.name]))
            continue
        blanks = column.type == "text" and column.name in told and told[column.name].blanks
        columns.append(_as(column, type, blanks))
        plain = plain and not blanks and type in (None, TYPES[column.type])
    return Group(paths, ", ".join(columns), told, plain)


def _refuse_columns(
    plan: Plan, path: Path, types: Mapping[str, str], said: Mapping[str, str | None]
) -> None:
    for needed in ("row_id", "kind"):
        if needed not in types and needed not in said:
            raise RowsRefused("no_column", needed, 0, ())
    if types.get("row_id", WHOLE[0]) not in WHOLE:
        raise ValueError(f"{path}: row_id is {types['row_id']}, and no whole number")
    known = {column.name.lower(): column.name for column in plan.inputs}
    for name in (*types, *said):
        meant = known.get(name.lower(), name)
        if meant != name:
            raise ValueError(f"{path}: the column {name} is called {meant} here")
    if both := types.keys() & said.keys() & set(known.values()):
        raise ValueError(f"{path}: {min(both)} is a column, and the name of a folder says it too")


def _constant(column: Column, value: str | None) -> str:
    wanted, name = TYPES[column.type], _SAID.quoted(column.name)
    stands = "NULL" if value is None or not value.strip() else _SAID.literal(value)
    return f"CAST({stands} AS {wanted}) AS {name}"


def _as(column: Column, type: str | None, blanks: bool) -> str:
    wanted, name = TYPES[column.type], _SAID.quoted(column.name)
    if type is None:
        return f"CAST(NULL AS {wanted}) AS {name}"
    cell = name if type == wanted else f"CAST({name} AS {wanted})"
    if blanks:
        return f"CASE WHEN trim({cell}, {_SAID.literal(BLANKS)}) <> '' THEN {cell} END AS {name}"
    return cell if cell == name else f"{cell} AS {name}"
