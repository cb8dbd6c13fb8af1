"""Verdicts as a file to hand on: CSV, XLSX or Parquet, row after row, and never a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path

from registry.bulk.screening.verdicts import COLUMNS
from registry.reference.importing.inert import inert

FORMATS = (".csv", ".xlsx", ".parquet")
MOST_SHEET_ROWS = 1_048_575  # below the head: a sheet of a workbook has no more
BATCH = 4096
Rows = Iterable[Sequence[str]]


class TooManyRows(Exception):
    """More rows than a sheet holds."""


def write(path: Path, rows: Rows, proof: Mapping[str, object]) -> None:
    """Into a file of the format that its name says; `proof` is written beside the rows where the
    format has room for it."""
    writers = {".csv": _csv, ".xlsx": _xlsx, ".parquet": _parquet}
    writers[path.suffix.lower()](path, rows, proof)


def _csv(path: Path, rows: Rows, proof: Mapping[str, object]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        lines.writerows([inert(cell) for cell in row] for row in rows)


def _xlsx(path: Path, rows: Rows, proof: Mapping[str, object]) -> None:
    """All cells are text, so that nothing is a formula and no code loses a digit."""
    import xlsxwriter  # type: ignore[import-untyped]

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet("verdicts")
        sheet.freeze_panes(1, 2)
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name)
        for line, row in enumerate(rows, 1):
            if line > MOST_SHEET_ROWS:
                raise TooManyRows(str(MOST_SHEET_ROWS))
            for column, cell in enumerate(row):
                if cell:
                    sheet.write_string(line, column, cell)
        other = book.add_worksheet("proof")
        for line, (name, value) in enumerate(proof.items()):
            other.write_string(line, 0, name)
            other.write_string(line, 1, str(value))


def _batches(rows: Rows) -> Iterator[list[Sequence[str]]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _parquet(path: Path, rows: Rows, proof: Mapping[str, object]) -> None:
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    schema = pa.schema(
        [(name, pa.int64() if name == "row" else pa.string()) for name in COLUMNS],
        metadata={f"screening.{name}": str(value) for name, value in proof.items()},
    )
    with parquet.ParquetWriter(str(path), schema, compression="zstd") as writer:
        for batch in _batches(rows):
            columns = list(zip(*batch, strict=True))
            arrays = [pa.array(map(int, columns[0]), pa.int64())]
            arrays += [pa.array(column, pa.string()) for column in columns[1:]]
            writer.write_table(pa.table(arrays, schema=schema))
