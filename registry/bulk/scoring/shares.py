"""A book in Parquet files, cut along their row groups into shares that are read apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb

from registry.bulk.scoring.parts import named
from registry.bulk.scoring.reading import Group

# DuckDB takes some .2 s to plan the query of a share, and some 2.5 for a million rows of it; of so many
# rows Spark's own reader takes some 8 more.
MOST = 500_000  # rows of a share, where row groups allow
FEW, SMALL = (
    16,
    30_000,
)  # of more files than that, with fewer rows each, Spark's reader is the cheaper one
ROW_NUMBER = "file_row_number"  # what DuckDB calls the place of a row, where no column is called so


class Share(NamedTuple):
    """The rows of one file from `first` to before `end`; `select` gives the whole file, typed."""

    select: str
    first: int
    end: int


class File(NamedTuple):
    """A Parquet file: what gives its rows, typed, and how many each of its row groups has, in order."""

    select: str
    groups: list[int]

    @property
    def rows(self) -> int:
        return sum(self.groups)


def files_of(connection: duckdb.DuckDBPyConnection, groups: list[Group]) -> list[File]:
    """The files of a book that nodes may read for themselves; none where Spark must.

    That is so for very many small files, and where a column bears the name by which DuckDB numbers rows.
    """
    if _have_row_numbers(connection, [path for group in groups for path in group.paths]):
        return []
    files = [
        File(group.select(path), _row_groups(connection, path))
        for group in groups
        for path in group.paths
    ]
    small = sum(file.rows for file in files) < SMALL * len(files)
    return [] if small and len(files) > FEW else files


def _have_row_numbers(connection: duckdb.DuckDBPyConnection, paths: list[Path]) -> bool:
    asked = "SELECT count(*) > 0 FROM parquet_schema($1) WHERE lower(name) = $2"
    names = [named(path) for path in paths]
    return bool(connection.execute(asked, [names, ROW_NUMBER]).fetchall()[0][0])


def _row_groups(connection: duckdb.DuckDBPyConnection, path: Path) -> list[int]:
    found = connection.execute(
        "SELECT any_value(row_group_num_rows) FROM parquet_metadata($1)"
        " GROUP BY row_group_id ORDER BY row_group_id",
        [named(path)],
    ).fetchall()
    return [rows for (rows,) in found]


def shares_of(files: list[File], workers: int) -> list[Share]:
    """The whole book in shares of about the same size: one for each worker, more of a large book.

    No row group is cut and no two files are put together.
    """
    rows = sum(file.rows for file in files)
    aim = min(MOST, -(-rows // max(workers, 1)))
    return [
        Share(file.select, first, end) for file in files for first, end in spans(file.groups, aim)
    ]


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
