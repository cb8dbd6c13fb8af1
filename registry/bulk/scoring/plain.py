"""The generated Python over a Parquet file: for small books, and to hold the engines against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from registry.bulk.scoring.embedded import numbers_of, refuse
from registry.bulk.scoring.refusing import Progress
from registry.rules.flow.plan import Column, Plan
from registry.rules.flow.python_rows import score_rows

BATCH = 2_000  # rows held as Python values at a time
TYPES = {"number": pa.float64(), "integer": pa.int64(), "text": pa.string(), "truth": pa.bool_()}


def schema_of(columns: tuple[Column, ...]) -> pa.Schema:
    """The Arrow schema of a plan's inputs or outputs."""
    return pa.schema([(column.name, TYPES[column.type]) for column in columns])


def score(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    count: int,
    target: Path,
    size: str,
    say: Progress,
) -> int:
    """The `count` rows of the view `book` to rows in `target`; see `files.score_file`."""
    schema = schema_of(plan.outputs(size))
    book, done = connection.sql("FROM book"), 0
    read = getattr(book, "to_arrow_reader", None) or book.fetch_record_batch  # its older name
    accepts = _accepts(plan)
    with pq.ParquetWriter(target, schema, compression="zstd") as out:
        for batch in read(BATCH):
            rows = batch.to_pylist()
            if not all(map(accepts, rows)):
                refuse(connection.cursor(), plan)
            results = list(zip(*score_rows(plan, rows, size), strict=True))
            arrays = [
                pa.array(cells, type) for cells, type in zip(results, schema.types, strict=True)
            ]
            out.write_table(pa.table(arrays, schema=schema))
            done += len(rows)
            say(done / count)
    return done


def _accepts(plan: Plan) -> Callable[[dict[str, Any]], bool]:
    """Whether a row may be scored; what is wrong with others `refuse` tells."""
    numbers = numbers_of(plan)

    def accepts(row: dict[str, Any]) -> bool:
        if row["row_id"] is None or row["kind"] not in plan.kinds:
            return False
        values = ((row[name], low, high) for name, low, high in numbers)
        return all(value is None or low <= value <= high for value, low, high in values)

    return accepts
