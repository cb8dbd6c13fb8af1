"""The same query on Apache Spark, for books that one machine does not finish: a session, two tables.

PySpark is an extra (`pip install 'green-project-registry[spark]'`) and needs Java 17 or newer. The
text of the query needs nothing of ours on the cluster.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from registry.bulk.scoring.refusing import Progress, RowsRefused
from registry.rules.flow.plan import Plan
from registry.rules.flow.reading import bounds_of
from registry.rules.flow.sql import query

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

TYPES = {"number": "DOUBLE", "integer": "BIGINT", "text": "STRING", "truth": "BOOLEAN"}
# Without the first flag Java never compiles the long methods that Spark writes of the query; with the
# second it compiles them once and plainly, which costs a fifth of trying to better them.
JAVA = "-XX:-DontCompileHugeMethods -XX:TieredStopAtLevel=1"
OPTIONS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.ui.enabled": "false",
    "spark.driver.extraJavaOptions": JAVA,
    "spark.executor.extraJavaOptions": JAVA,
    "spark.sql.codegen.hugeMethodLimit": "65535",
    "spark.sql.codegen.maxFields": "5000",  # else a wide stage is not compiled at all
    "spark.sql.adaptive.enabled": "false",  # it plans the whole query anew after each small join
    "spark.sql.ansi.enabled": "false",  # no check of each sum: limits keep them within their types
}


class SparkNotReady(RuntimeError):
    """PySpark or Java is not there; the text says what to install."""


def session(master: str) -> SparkSession:
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
    for key, value in OPTIONS.items():
        builder = builder.config(key, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def scored(spark: SparkSession, plan: Plan, book: DataFrame, size: str) -> DataFrame:
    """The result of a book as a data frame, not yet computed; the book's rows are not checked."""
    known = set(book.columns)
    columns = [
        f"CAST({f'`{c.name}`' if c.name in known else 'NULL'} AS {TYPES[c.type]}) AS `{c.name}`"
        for c in plan.inputs
    ]
    book.selectExpr(*columns).createOrReplaceTempView("registry_book")
    return spark.sql(query(plan, "spark", source="registry_book", size=size))


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


def score(plan: Plan, source: Path, target: Path, size: str, say: Progress, master: str) -> int:
    """Rows in `source` to a folder of Parquet files at `target`; see `files.score_file`."""
    spark = session(master)
    book = spark.read.parquet(str(source))
    count = refuse(plan, book)
    scored(spark, plan, book, size).write.mode("overwrite").parquet(str(target))
    say(1.0)
    return count
