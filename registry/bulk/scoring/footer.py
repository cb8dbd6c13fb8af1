"""What a Parquet file says of its own columns, so that a look at its footer saves a look at its rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import duckdb

from registry.rules.flow.dialects import DIALECTS


class Told(NamedTuple):
    """A column by its statistics. `least` and `most` are of numbers that are no NaN, None of none at all.

    Of NaN statistics tell nothing. `numbers`: it holds numbers, and every part of the file that has
    values tells both. Texts are in another order, and of single precision the footer's decimals
    are not the number that is read.
    `blanks`: texts that are empty or begin with a blank may be among them.
    """

    type: str
    least: float | None
    most: float | None
    numbers: bool
    blanks: bool

    def surely_within(self, low: float, high: float) -> bool:
        inside = self.least is None or low <= self.least
        return self.numbers and inside and (self.most is None or self.most <= high)


def read_footer(connection: duckdb.DuckDBPyConnection, source: Path) -> dict[str, Told]:
    """By column; of a file whose columns are not nested."""
    rows = connection.execute(
        "SELECT path_in_schema, any_value(type), min(least), max(most),"
        " bool_and(type IN ('DOUBLE', 'INT32', 'INT64') AND"
        " (no_values OR COALESCE(least <= most, FALSE))),"
        " bool_or(NOT no_values AND COALESCE(stats_min_value < '!', TRUE))"
        " FROM (SELECT *, COALESCE(stats_null_count = num_values, FALSE) AS no_values,"
        " TRY_CAST(stats_min_value AS DOUBLE) AS least, TRY_CAST(stats_max_value AS DOUBLE) AS most"
        " FROM parquet_metadata($1)) GROUP BY path_in_schema",
        [named(source)],
    ).fetchall()
    return {name: Told(*told) for name, *told in rows}


def named(source: Path) -> str:
    """A path as DuckDB takes it: no character of it stands for others."""
    return re.sub(r"([*?\[])", r"[\1]", str(source))


def file(source: Path) -> str:
    """The file as it is named in a query; the name of its folder, kind=solar, say, is no column of it."""
    parted = "" if source.is_dir() else ", hive_partitioning = false"
    return f"read_parquet({DIALECTS['duckdb'].literal(named(source))}{parted})"
