"""A book in Parquet files in, a result in Parquet out, on the engine that is asked for; memory stays bounded.

The result is written beside its place and moved there when it is whole, so a file that is there is
complete. A book that is to be paused and resumed is scored in parts: one call, one part.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb

from registry.bulk.scoring.reading import Group, count_of, groups_of, whole
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
    """Score every row of `source`, a Parquet file or a folder of them, into `target`; the number of
    rows. Rows come in any order.

    Raises `RowsRefused` for rows of an unknown kind and for numbers that the rulebook does not
    accept (NaN, infinite, outside the limits of their question), and FileNotFoundError and ValueError
    for what is no book (`parts_of`, `groups_of`); then nothing is written.
    `memory_mib` and `threads` are for duckdb, `master` is for spark (DuckDB beside each
    executor) and spark-sql (Spark runs the query itself), which write a folder.
    """
    from registry.bulk.scoring.embedded import connect

    if engine not in ENGINES:
        raise ValueError(f"unknown engine: {engine}")
    source, target = source.absolute(), target.absolute()
    partial = target.with_name(f"{target.name}.partial")
    try:
        with connect(memory_mib, threads, target.parent, progress is not None) as connection:
            groups = groups_of(connection, plan, source)
            connection.execute(f"CREATE VIEW book AS {whole(groups)}")
            say = progress or (lambda share: None)
            count = _scored(connection, plan, groups, partial, (engine, master), size, say)
        put(partial, target)
    finally:
        if partial.is_dir():
            shutil.rmtree(partial, ignore_errors=True)
        else:
            partial.unlink(missing_ok=True)
    return count


def _scored(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    groups: list[Group],
    target: Path,
    engine: tuple[str, str],
    size: str,
    say: Progress,
) -> int:
    name, master = engine
    if name == "duckdb":
        from registry.bulk.scoring.embedded import score

        return score(connection, plan, groups, target, size, say)
    count = count_of(connection, groups)
    if name == "python":
        from registry.bulk.scoring.plain import score as score_plainly

        return score_plainly(connection, plan, count, target, size, say)
    from registry.bulk.scoring.spark import score as score_on_spark

    in_sql = name == "spark-sql"
    return score_on_spark(connection, plan, groups, count, target, size, say, master, in_sql)


def put(partial: Path, target: Path) -> None:
    """The result in its place. Where one of the two is a folder, as Spark writes one, neither can
    replace the other: the old one moves aside first, and goes once the new one stands."""
    if not target.exists() or not (target.is_dir() or partial.is_dir()):
        partial.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=f"{target.name}.before-", dir=target.parent))
    try:
        target.replace(aside / target.name)
        partial.replace(target)
    except BaseException:
        if not target.exists():
            (aside / target.name).replace(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


__all__ = ["ENGINES", "Progress", "RowsRefused", "score_file"]
