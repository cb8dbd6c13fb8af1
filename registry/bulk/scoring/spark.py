"""Apache Spark, for books that one machine does not finish: it shares out the work and writes.

The query of a share is run by DuckDB beside each executor (`on_nodes`), over rows that Spark hands over
or over a part of a file that the node reads itself; or, `in_sql`, by Spark itself, which needs nothing
on the nodes and several times as long: Java interprets what Spark writes of so long a query. Nothing of
ours is needed on the cluster either way.
PySpark is an extra (`pip install 'green-project-registry[spark]'`) and needs Java 17 or newer.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from registry.bulk.scoring import embedded
from registry.bulk.scoring.on_nodes import scoring_rows, scoring_shares
from registry.bulk.scoring.parts import named
from registry.bulk.scoring.reading import Group, told_of
from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.bulk.scoring.shares import Share, files_of, shares_of
from registry.bulk.scoring.watched import watched
from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.plan import ANY_KIND, Plan
from registry.rules.flow.python_rows import uses_of
from registry.rules.flow.reading import bounds_of
from registry.rules.flow.sql import query

if TYPE_CHECKING:
    import duckdb
    from pyspark import StatusTracker
    from pyspark.sql import DataFrame, SparkSession

    from registry.bulk.scoring.footer import Told

literal = DIALECTS["duckdb"].literal
TYPES = {"number": "DOUBLE", "integer": "BIGINT", "text": "STRING", "truth": "BOOLEAN"}
# What rows leave behind in Java dies young: a collector without threads of its own takes a fifth less
# of the processor for all of a run than Java's usual one, which cleans up beside the work.
COLLECTOR = "-XX:+UseSerialGC"
OPTIONS = {
    "spark.sql.execution.arrow.maxRecordsPerBatch": "8192",  # four whole vectors of DuckDB's
    "spark.sql.session.timeZone": "UTC",
    "spark.driver.extraJavaOptions": COLLECTOR,
    "spark.executor.extraJavaOptions": COLLECTOR,
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",  # `progress` tells it
    "spark.sql.adaptive.enabled": "false",  # it plans the whole query anew after each small join
    "spark.sql.ansi.enabled": "false",  # no check of each sum: limits keep them within their types
    # The most there is: below it Spark asks after each row how large each column has become.
    "spark.sql.execution.arrow.maxBytesPerBatch": "2147483647b",
}
# Without the first flag Java never compiles the long methods that Spark writes of the query; with the
# second it compiles them once and plainly, which costs a fifth of trying to better them.
JAVA = f"{COLLECTOR} -XX:-DontCompileHugeMethods -XX:TieredStopAtLevel=1"
OPTIONS_IN_SQL = {
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.sql.codegen.hugeMethodLimit": "65535",
    "spark.sql.codegen.maxFields": "5000",  # else a wide stage is not compiled at all
}


class SparkNotReady(RuntimeError):
    """PySpark or Java is not there; the text says what to install."""


def errors() -> tuple[type[Exception], ...]:
    """What Spark raises, here or from its Java; nothing where PySpark is not installed."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
    except ImportError:
        return ()
    return PySparkException, Py4JError


def session(master: str, in_sql: bool = False) -> SparkSession:
    """A session on that master, e.g. local[2], local-cluster[2,1,1024], spark://host:7077, yarn."""
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise SparkNotReady(
            "Spark needs Java 17 or newer, which is not installed. On Debian or Ubuntu: "
            "sudo apt-get install -y openjdk-17-jre-headless"
        )
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise SparkNotReady(
            "PySpark is not installed: pip install 'green-project-registry[spark]'"
        ) from None
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("registry scoring")
    for key, value in (OPTIONS | (OPTIONS_IN_SQL if in_sql else {})).items():
        builder = builder.config(key, value)
    stopped_by = signal.getsignal(signal.SIGINT)
    made = builder.getOrCreate()
    if threading.current_thread() is threading.main_thread():
        # Spark's own asks its Java to stop while another question to it may be under way.
        signal.signal(signal.SIGINT, stopped_by)
    made.sparkContext.setLogLevel("ERROR")
    return made


def scored(
    spark: SparkSession, plan: Plan, book: DataFrame, size: str, in_sql: bool = False
) -> DataFrame:
    """The result of a book as a data frame, not yet computed; the book's rows are not checked."""
    asked = None if in_sql else _asked(plan, size)
    known = set(book.columns)
    typed = book.selectExpr(
        *(
            f"CAST({f'`{c.name}`' if c.name in known else 'NULL'} AS {TYPES[c.type]}) AS `{c.name}`"
            for c in plan.inputs
            if asked is None or c.name in asked
        )
    )
    if in_sql:
        typed.createOrReplaceTempView("registry_book")
        return spark.sql(query(plan, "spark", source="registry_book", size=size))
    columns = _columns(plan, size)
    text = query(plan, "duckdb", source="registry_book", size=size)
    return typed.mapInArrow(scoring_rows(text, columns), _schema(columns))


def _columns(plan: Plan, size: str) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in plan.outputs(size)]


def _schema(columns: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"`{name}` {TYPES[type]}" for name, type in columns)


def _asked(plan: Plan, size: str) -> set[str]:
    """The columns of a book that its query reads: what else a book has does not leave Spark."""
    program = plan.program(ANY_KIND, size, in_doubles=True)
    nodes = (program.graph.nodes[n] for n in uses_of(program))
    return {"row_id", "kind"} | {node.payload for node in nodes if node.op == "column"}


def refuse(plan: Plan, book: DataFrame) -> int:
    """The number of rows, or `RowsRefused`."""
    known = ", ".join(f"'{kind}'" for kind in plan.kinds)
    wrong = {"kind": f"kind IS NULL OR kind NOT IN ({known})", "row_id": "row_id IS NULL"}
    for declared in plan.book.inputs:
        if declared.type in ("number", "integer") and declared.id in book.columns:
            low, high = bounds_of(declared)
            wrong[declared.id] = f"NOT (`{declared.id}` BETWEEN {low!r}D AND {high!r}D)"
    sums = [f"COALESCE(SUM(CASE WHEN {test} THEN 1 ELSE 0 END), 0)" for test in wrong.values()]
    counts: list[Any] = list(book.selectExpr("COUNT(*)", *sums).collect()[0])
    codes = {"kind": "unknown_kind", "row_id": "no_row_id"}
    for column, count in zip(wrong, counts[1:], strict=True):
        if count:
            raise RowsRefused(codes.get(column, "outside_its_limits"), column, count, ())
    return int(counts[0])


def score(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    groups: list[Group],
    count: int,
    target: Path,
    size: str,
    say: Progress,
    master: str,
    in_sql: bool = False,
) -> int:
    """The `count` rows of these files, which the view `book` shows, to a folder of Parquet files at
    `target`; see `files.score_file`.

    Nodes read their shares of the files themselves: rows that became Java's and then Arrow's on their
    way to DuckDB would cost twice what scoring them does.
    """
    spark = session(master, in_sql)
    files = [] if in_sql else files_of(connection, groups)
    if files:
        shares = shares_of(files, spark.sparkContext.defaultParallelism)
        _score_shares(connection, spark, plan, shares, told_of(groups), target, size, say)
    else:
        with _plain(connection, groups, target, say) as paths:
            book = spark.read.parquet(*(re.sub(r"([][{}*?\\])", r"\\\1", str(p)) for p in paths))
            refuse(plan, book)
            _written(spark, scored(spark, plan, book, size, in_sql), target, say)
    all_there(connection, target, count)
    return count


@contextmanager
def _plain(
    connection: duckdb.DuckDBPyConnection, groups: list[Group], beside: Path, say: Progress
) -> Iterator[list[Path]]:
    """The files of a book as Spark's own reader reads them, or a copy where that is otherwise."""
    if len(groups) == 1 and groups[0].plain:
        yield groups[0].paths
        return
    with TemporaryDirectory(prefix=f"{beside.name}.", dir=beside.parent) as folder:
        copy = Path(folder) / "book.parquet"
        text = f"COPY (FROM book) TO {literal(str(copy))} (FORMAT parquet)"
        embedded.copied(connection, text, lambda _: say(0.0))
        yield [copy]


def _score_shares(
    connection: duckdb.DuckDBPyConnection,
    spark: SparkSession,
    plan: Plan,
    shares: list[Share],
    told: Mapping[str, Told],
    target: Path,
    size: str,
    say: Progress,
) -> None:
    from pyspark.errors import PySparkException

    try:
        _written(spark, _of_shares(spark, plan, shares, size, told), target, say)
    except PySparkException as why:
        if embedded.REFUSED in str(why):  # names what the door only stopped at
            embedded.refuse(connection, plan)
        raise


def all_there(connection: duckdb.DuckDBPyConnection, target: Path, count: int) -> None:
    """A node that sees an older copy of the book, say, must not give a result that looks whole."""
    files = [named(path) for path in target.glob("*.parquet")]
    asked = "SELECT COALESCE(sum(num_rows), 0) FROM parquet_file_metadata($1)"
    written = connection.execute(asked, [files]).fetchall()[0][0] if files else 0
    if written != count:
        raise RuntimeError(f"{written} rows were written of a book of {count}: nothing is kept")


def _written(spark: SparkSession, found: DataFrame, target: Path, say: Progress) -> None:
    """Write it and tell how many shares are done."""
    context, name = spark.sparkContext, f"registry scoring {uuid4()}"

    def work() -> None:
        context.setJobGroup(name, "registry scoring", interruptOnCancel=True)
        found.write.mode("overwrite").parquet(str(target))

    watched(
        work,
        lambda: say(_done(context.statusTracker(), name)),
        lambda: context.cancelJobGroup(name),
    )
    say(1.0)


def _done(tracker: StatusTracker, group: str) -> float:
    """The part of the tasks of a group of jobs that is done, 0 … 1."""
    jobs = filter(None, map(tracker.getJobInfo, tracker.getJobIdsForGroup(group)))
    stages = filter(None, (tracker.getStageInfo(id) for job in jobs for id in job.stageIds))
    counts = [(stage.numCompletedTasks, stage.numTasks) for stage in stages]
    return sum(done for done, _ in counts) / max(sum(tasks for _, tasks in counts), 1)


def _of_shares(
    spark: SparkSession, plan: Plan, shares: list[Share], size: str, told: Mapping[str, Told]
) -> DataFrame:
    columns = _columns(plan, size)
    text = query(plan, "duckdb", source="registry_book", size=size, parquet=True)
    work = scoring_shares(text, columns, shares, embedded.door(plan, told))
    numbers = spark.range(0, len(shares), 1, max(len(shares), 1))
    return numbers.mapInArrow(work, _schema(columns))
