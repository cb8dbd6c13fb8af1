"""A book in Parquet files, cut along their row groups into shares that are read apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from registry.bulk.scoring.embedded import typed
from registry.rules.flow.plan import Plan

# DuckDB takes some .2 s to plan the query of a share, and some 2.5 for a million rows of it.
MOST = 500_000


class Share(NamedTuple):
    """The rows of one file from `first` to before `end`; `rows` is the SELECT that types that file."""

    rows: str
    first: int
    end: int


def files_of(source: Path) -> list[Path]:
    """The Parquet files of a book, by full path; none where a folder holds anything else but hidden files."""
    if not source.is_dir():
        return [source.resolve()]
    shown = [path for path in source.resolve().iterdir() if not path.name.startswith((".", "_"))]
    plain = all(path.is_file() and path.suffix == ".parquet" for path in shown)
    return sorted(shown) if plain else []


def shares_of(
    connection: duckdb.DuckDBPyConnection, plan: Plan, files: list[Path], workers: int
) -> list[Share]:
    """The whole book in shares: as many as workers, or more where they would pass `MOST` rows.

    Raises `RowsRefused` for a file without the columns that every book has.
    """
    groups = [_row_groups(connection, path) for path in files]
    aim = min(MOST, -(-sum(map(sum, groups)) // max(workers, 1)))
    return [
        Share(rows, first, end)
        for path, sizes in zip(files, groups, strict=True)
        if (rows := typed(connection, plan, path))
        for first, end in spans(sizes, aim)
    ]


def rows_in(shares: list[Share]) -> int:
    return sum(share.end - share.first for share in shares)


def _row_groups(connection: duckdb.DuckDBPyConnection, path: Path) -> list[int]:
    """How many rows each row group of a file has, in their order."""
    found = connection.execute(
        "SELECT any_value(row_group_num_rows) FROM parquet_metadata($1)"
        " GROUP BY row_group_id ORDER BY row_group_id",
        [str(path)],
    ).fetchall()
    return [rows for (rows,) in found]


def spans(sizes: list[int], aim: int) -> Iterator[tuple[int, int]]:
    """Neighbouring row groups put together to shares of about the same size, some `aim` rows each."""
    total = sum(sizes)
    count = -(-total // max(aim, 1))
    first = end = place = 0
    for rows in sizes:
        belongs = (2 * end + rows) * count // (2 * max(total, 1))  # by its middle
        if belongs > place and end > first:
            yield first, end
            first = end
        end, place = end + rows, belongs
    if end > first:
        yield first, end
