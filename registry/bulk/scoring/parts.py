"""The Parquet files of a book: one, or those of a folder, the same for every engine."""

from __future__ import annotations

import os
import re
from pathlib import Path

from registry.rules.flow.dialects import DIALECTS

MAGIC = b"PAR1"  # how a Parquet file begins


def parts_of(source: Path) -> list[Path]:
    """The file itself, or all files of a folder and of the folders in it, by full path in order.

    Names that begin with . or _ are hidden, as Spark has it. Raises FileNotFoundError where there is
    no file, and ValueError where something else stands between them: a table of Delta Lake or Iceberg
    also has files that no longer count, and only its own reader knows which.
    """
    if not source.is_dir():
        if not source.is_file():
            raise FileNotFoundError(f"there is no {source}")
        return [source.absolute()]
    if (source / "_delta_log").exists():
        raise ValueError(f"{source} is a table of Delta Lake: write its rows out as Parquet first")
    found = []
    for folder, below, names in os.walk(source.absolute(), followlinks=True):
        below[:] = filter(_is_seen, below)
        found += [Path(folder) / name for name in names if _is_seen(name)]
    for path in found:
        if not _is_parquet(path):
            raise ValueError(f"{path} is no Parquet file: a folder with a book holds nothing else")
    if not found:
        raise FileNotFoundError(f"there is no Parquet file in {source}")
    return sorted(found)


def _is_seen(name: str) -> bool:
    return not name.startswith((".", "_"))


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def by_columns(source: Path) -> bool:
    """Whether folders in a folder say what a column is: kind=solar."""
    parts = parts_of(source) if source.is_dir() else []
    return any("=" in str(part.parent.relative_to(source.absolute())) for part in parts)


def named(path: Path) -> str:
    """A path as DuckDB takes it: no character of it stands for others."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


def file(source: Path) -> str:
    """The book as it is named in a query; the name of a folder in it, kind=solar, is a column of it,
    the name of the folder that it lies in is none. What one file lacks is missing in its rows."""
    if not source.is_dir():
        return f"read_parquet({_quoted(source)}, hive_partitioning = false)"
    listed = ", ".join(map(_quoted, parts_of(source)))
    parted = str(by_columns(source)).lower()
    return f"read_parquet([{listed}], union_by_name = true, hive_partitioning = {parted})"


def _quoted(path: Path) -> str:
    return DIALECTS["duckdb"].literal(named(path))
