"""The generated Python over a Parquet file: for small books, and to hold the engines against."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

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
    """Rows in `source` to rows in `target`, in the same order; see `files.score_file`."""
    schema = schema_of(plan.outputs(size))
    asked = [column.name for column in plan.inputs]
    done = 0
    with (
        pq.ParquetFile(source) as file,
        pq.ParquetWriter(target, schema, compression="zstd") as out,
    ):
        held = [name for name in asked if name in file.schema_arrow.names]
        for batch in file.iter_batches(BATCH, columns=held):
            rows = batch.to_pylist()
            _refuse(plan, rows)
            results = list(zip(*score_rows(plan, rows, size), strict=True))
            arrays = [
                pa.array(cells, type) for cells, type in zip(results, schema.types, strict=True)
            ]
            out.write_table(pa.table(arrays, schema=schema))
            done += len(rows)
            say(done / file.metadata.num_rows)
    return done


def _refuse(plan: Plan, rows: list[dict[str, Any]]) -> None:
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
