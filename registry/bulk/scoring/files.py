"""A Parquet file in, a Parquet file out, on the engine that is asked for; memory stays bounded.

The result is written beside its place and moved there when it is whole, so a file that is there is
complete. A book that is to be paused and resumed is scored in parts: one call, one part.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from registry.rules.flow.plan import COMPACT, Plan

Progress = Callable[[float], None]  # the share that is done, 0 … 1; what it raises ends the run
ENGINES = ("duckdb", "python")


class RowsRefused(ValueError):
    """Rows that no engine may score: what is wrong, in which column, how many, the first row_ids."""

    def __init__(self, code: str, column: str, count: int, row_ids: tuple[int, ...]) -> None:
        super().__init__(f"{code}: {column}, {count} rows, e.g. {list(row_ids)}")
        self.code, self.column, self.count, self.row_ids = code, column, count, row_ids


def score_file(
    plan: Plan,
    source: Path,
    target: Path,
    *,
    engine: str = "duckdb",
    size: str = COMPACT,
    progress: Progress | None = None,
    memory_mib: int = 256,
    threads: int = 2,
) -> int:
    """Score every row of `source` into `target`; the number of rows. Rows come in any order.

    Raises `RowsRefused` for rows of an unknown kind and for numbers that the rulebook does not
    accept (NaN, infinite, outside the limits of their question); then nothing is written.
    """
    say = progress or (lambda share: None)
    partial = target.with_name(f"{target.name}.partial")
    try:
        if engine == "duckdb":
            from registry.bulk.scoring.embedded import score

            count = score(plan, source, partial, size, say, memory_mib, threads)
        elif engine == "python":
            from registry.bulk.scoring.plain import score as score_plainly

            count = score_plainly(plan, source, partial, size, say)
        else:
            raise ValueError(f"unknown engine: {engine}")
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return count
