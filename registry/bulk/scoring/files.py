"""A Parquet file in, a Parquet file out, on the engine that is asked for; memory stays bounded.

The result is written beside its place and moved there when it is whole, so a file that is there is
complete. A book that is to be paused and resumed is scored in parts: one call, one part.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.rules.flow.plan import COMPACT, Plan

ENGINES = ("duckdb", "python", "spark", "spark-sql")


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
    master: str = "local[*]",
) -> int:
    """Score every row of `source` into `target`; the number of rows. Rows come in any order.

    Raises `RowsRefused` for rows of an unknown kind and for numbers that the rulebook does not
    accept (NaN, infinite, outside the limits of their question); then nothing is written.
    Texts that are blank are missing, as NULL is.
    `memory_mib` and `threads` are for duckdb, `master` is for spark (DuckDB beside each
    executor) and spark-sql (Spark runs the query itself), which write a folder.
    """
    from registry.bulk.scoring.blanks import without_blanks
    from registry.bulk.scoring.embedded import connect, score

    if engine not in ENGINES:
        raise ValueError(f"unknown engine: {engine}")
    say = progress or (lambda share: None)
    partial = target.with_name(f"{target.name}.partial")
    try:
        with (
            connect(memory_mib, threads, target.parent, progress is not None) as connection,
            without_blanks(connection, plan, source, target) as (book, told),
        ):
            if engine == "duckdb":
                count = score(connection, plan, book, partial, size, say, told)
            elif engine == "python":
                from registry.bulk.scoring.plain import score as score_plainly

                count = score_plainly(plan, book, partial, size, say)
            else:
                from registry.bulk.scoring.spark import score as score_on_spark

                in_sql = engine == "spark-sql"
                count = score_on_spark(
                    connection, plan, book, partial, size, say, told, master, in_sql
                )
        put(partial, target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)
    return count


def put(partial: Path, target: Path) -> None:
    """The result in its place. Where one of the two is a folder, as Spark writes one, neither can
    replace the other: the old one moves aside first, and goes once the new one stands."""
    if not target.exists() or not (target.is_dir() or partial.is_dir()):
        partial.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f"{target.name}.before-", dir=target.parent))
    target.replace(aside / target.name)
    partial.replace(target)
    shutil.rmtree(aside, ignore_errors=True)


__all__ = ["ENGINES", "Progress", "RowsRefused", "score_file"]
