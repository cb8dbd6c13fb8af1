"""What a Parquet file says of its own columns, so that a look at its footer saves a look at its rows."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb

from registry.bulk.scoring.parts import named

# What stands for nothing in a form (`str.strip`), the wide blank of Chinese and that of web pages
# among it; below 0x21 all are blanks or no text.
BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
_MAY_HOLD_BLANKS = " OR ".join(
    (
        "stats_min_value < chr(33)",
        *(
            f"(stats_min_value < chr({ord(blank) + 1}) AND stats_max_value >= chr({ord(blank)}))"
            for blank in BLANKS
            if blank > "!"
        ),
    )
)


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


def read_footers(connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> dict[str, Told]:
    """By column; of files that have the same columns, none of them nested."""
    rows = connection.execute(
        "SELECT path_in_schema, any_value(type), min(least), max(most),"
        " bool_and(type IN ('DOUBLE', 'INT32', 'INT64') AND"
        " (no_values OR COALESCE(least <= most, FALSE))),"
        f" bool_or(NOT no_values AND COALESCE({_MAY_HOLD_BLANKS}, TRUE))"
        " FROM (SELECT *, COALESCE(stats_null_count = num_values, FALSE) AS no_values,"
        " TRY_CAST(stats_min_value AS DOUBLE) AS least, TRY_CAST(stats_max_value AS DOUBLE) AS most"
        " FROM parquet_metadata($1)) GROUP BY path_in_schema",
        [[named(path) for path in paths]],
    ).fetchall()
    return {name: Told(*told) for name, *told in rows}
