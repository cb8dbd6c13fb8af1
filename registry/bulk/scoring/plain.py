"""The generated Python over a Parquet file: for small books, and to hold the engines against."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from registry.bulk.scoring.parts import by_columns, parts_of
from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.rules.flow.plan import Column, Plan
from registry.rules.flow.python_rows import score_rows
from registry.rules.flow.reading import bounds_of

BATCH = 2_000  # rows held as Python values at a time
TYPES = {"number": pa.float64(), "integer": pa.int64(), "text": pa.string(), "truth": pa.bool_()}


def schema_of(columns: tuple[Column, ...]) -> pa.Schema:
    """The Arrow schema of a plan's inputs or outputs."""
    return pa.schema([(column.name, TYPES[column.type]) for column in columns])


def score(plan: Plan, source: Path, target: Path, size: str, say: Progress) -> int:
    """Rows in `source` to rows in `target`, in the same order; see `files.score_file`.

    Raises ValueError for a folder whose folders' names are columns.
    """
    if by_columns(source):
        raise ValueError(f"{source}: names of folders are columns for duckdb and spark only")
    schema = schema_of(plan.outputs(size))
    done, parts = 0, parts_of(source)
    total = sum(pq.read_metadata(part).num_rows for part in parts)
    with pq.ParquetWriter(target, schema, compression="zstd") as out:
        for part in parts:
            for rows in _rows_of(plan, part):
                _refuse(plan, rows)
                results = list(zip(*score_rows(plan, rows, size), strict=True))
                arrays = [
                    pa.array(cells, type) for cells, type in zip(results, schema.types, strict=True)
                ]
                out.write_table(pa.table(arrays, schema=schema))
                done += len(rows)
                say(done / total)
    return done


def _rows_of(plan: Plan, part: Path) -> Iterator[list[dict[str, Any]]]:
    """The rows of one file, some at a time."""
    with pq.ParquetFile(part) as file:
        held = [column.name for column in plan.inputs if column.name in file.schema_arrow.names]
        for needed in ("row_id", "kind"):
            if needed not in held:
                raise RowsRefused("no_column", needed, 0, ())
        for batch in file.iter_batches(BATCH, columns=held):
            yield batch.to_pylist()


def _refuse(plan: Plan, rows: list[dict[str, Any]]) -> None:
    if unnamed := sum(row["row_id"] is None for row in rows):
        raise RowsRefused("no_row_id", "row_id", unnamed, ())
    strange = [row["row_id"] for row in rows if row["kind"] not in plan.kinds]
    if strange:
        raise RowsRefused("unknown_kind", "kind", len(strange), tuple(strange[:5]))
    for declared in plan.book.inputs:
        if declared.type not in ("number", "integer"):
            continue
        low, high = bounds_of(declared)
        values = ((row["row_id"], row.get(declared.id)) for row in rows)
        outside = [id for id, value in values if value is not None and not low <= value <= high]
        if outside:
            code = "outside_its_limits"
            raise RowsRefused(code, declared.id, len(outside), tuple(outside[:5]))
