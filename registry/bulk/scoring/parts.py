"""The Parquet files of a book: one, or those of a folder, the same for every engine."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

MAGIC = b"PAR1"  # how a Parquet file begins
# What a table of Delta Lake, Hudi or Spark's streams has: only its own reader knows which files count.
TABLES = ("_delta_log", ".hoodie", "_spark_metadata")
NOTHING = "__HIVE_DEFAULT_PARTITION__"


def parts_of(source: Path) -> list[Path]:
    """The file itself, or all files of a folder and of the folders in it, by full path in order.

    Names that begin with . or _ are hidden, but for folders that say what a column is. Raises
    FileNotFoundError where there is no file, and ValueError where something stands between them that
    is no Parquet file, or where only some of them may count.
    """
    source = source.absolute()
    if source.is_file():
        return [source]
    if not source.is_dir():
        raise FileNotFoundError(f"there is no {source}")
    found = sorted(_inside(source))
    if not found:
        raise FileNotFoundError(f"there is no Parquet file in {source}")
    if len({tuple(said_of(source, part)) for part in found}) > 1:
        raise ValueError(f"{source}: the names of folders say of some files only what a column is")
    return found


def _inside(source: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(source):
        for table in TABLES:
            if table in below:
                raise ValueError(f"{folder} is a table with a log: write out the rows that count")
        below[:] = [name for name in below if _is_seen(name) or "=" in name]
        for name in below:
            if Path(folder, name).is_symlink():
                raise ValueError(
                    f"{Path(folder, name)} is a link to a folder: give a file or folder"
                )
        for path in (Path(folder, name) for name in names if _is_seen(name)):
            if not _is_parquet(path):
                raise ValueError(
                    f"{path} is no Parquet file: a folder with a book holds nothing else"
                )
            yield path


def _is_seen(name: str) -> bool:
    return not name.startswith((".", "_"))


def _is_parquet(path: Path) -> bool:
    if not path.is_file() or path.name.endswith("._COPYING_"):
        return False
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def said_of(source: Path, part: Path) -> Mapping[str, str | None]:
    """What the names of the folders between a book and its file say: kind=solar; of a file nothing."""
    if part == source.absolute():
        return {}
    names = part.parent.relative_to(source.absolute()).parts
    pairs = (name.partition("=") for name in names if "=" in name)
    return {key: None if value == NOTHING else unquote(value) for key, _, value in pairs}


def named(path: Path) -> str:
    """A path as DuckDB takes it: no character of it stands for others."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))
