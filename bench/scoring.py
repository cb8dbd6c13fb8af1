"""`./run bench scoring`: what a book costs on every engine, Parquet to Parquet, CPU-seconds in one run.

bulk_vs_generated   our own generated Python row by row, over the embedded engine, lean (>= 10)
bulk_vs_zen         zen-engine, the same rules precompiled, over the embedded engine, lean (>= 60)
bulk_vs_scan        the embedded engine, lean, over summing and counting every input (<= 5)
compact_vs_lean     the result that a portfolio keeps over verdict and grade alone (<= 1.5)
rss_mb_1m, _10m     peak memory of the embedded engine (< 512; the second at most 1.3 times the first)
postgres_vs_embedded, spark_vs_embedded   the other engines over the embedded one, lean (<= 6, <= 4.5);
                    Spark with DuckDB beside each executor, Java and Python together, the file read
                    by the nodes; rows of Spark's own reader are measured too and printed
rows_100m_s, rss_mb_100m   with --large: wall seconds and peak memory for a hundred million rows

Every measure runs in a process of its own. Scan, lean and compact take turns, and the middle of the
rounds' ratios counts. Python, zen and PostgreSQL are measured on fewer rows and
scaled up; PostgreSQL's are as many as make its parsing of the query (some .06 s) small.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from bench.parity import DAY, lay_table
from bench.scoring_data.drawn_tables import table_of
from bench.scoring_data.edges import many_rows
from registry import rulebooks
from registry.bulk.scoring import COMPACT, LEAN, Plan, plan_for, score_file
from registry.reference import tables

PIECE = 50_000
WARMING = 15  # runs on Spark, as many as the embedded engine has: Java goes on compiling for some
CLUSTER = "local-cluster[2,1,1024]"
BESIDE = 4  # runs of the embedded engine on either side of a slower peer
ROUNDS = 15  # of what takes a second or two
HERE = Path(__file__).resolve().parent.parent


def the_plan() -> Plan:
    return plan_for(rulebooks.load("low-carbon", "2026.1"), DAY, tables())


def make_rows(plan: Plan, path: Path, count: int, distinct: int) -> None:
    """A book of `count` rows; after `distinct` they come again under new numbers."""
    source = many_rows(plan, distinct, seed=7, climbs=1)
    parts = []
    while piece := list(islice(source, PIECE)):
        parts.append(table_of(plan, piece))
    whole = pa.concat_tables(parts)
    with pq.ParquetWriter(path, whole.schema, compression="zstd") as out:
        for first in range(0, count, distinct):
            numbers = pa.array(range(first + 1, first + distinct + 1), pa.int64())
            again = whole.set_column(0, "row_id", numbers)
            out.write_table(again.slice(0, min(distinct, count - first)), row_group_size=100_000)


# -- one measure, in a process of its own ---------------------------------------------------------


def scan(plan: Plan, source: Path, target: Path) -> None:
    asked = (
        f'{"sum" if c.type in ("number", "integer") else "count"}("{c.name}")' for c in plan.inputs
    )
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        connection.execute(f"SELECT {', '.join(asked)} FROM '{source}'").fetchall()


def one(name: str, source: Path, target: Path) -> dict[str, float]:
    plan = the_plan()
    began, spent = time.perf_counter(), _cpu()
    if name == "scan":
        scan(plan, source, target)
    elif name in ("lean", "compact"):
        score_file(plan, source, target, size=LEAN if name == "lean" else COMPACT)
    elif name == "python":
        score_file(plan, source, target, engine="python", size=LEAN)
    elif name in ("spark", "spark-rows"):
        return _spark(plan, source, target, by_rows=name == "spark-rows")
    return {
        "cpu": _cpu() - spent,
        "wall": time.perf_counter() - began,
        "rss": _peak(),
    }


def _peak() -> float:
    """MB at most of this program itself: `ru_maxrss` begins with what its parent held."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _spark(plan: Plan, source: Path, target: Path, by_rows: bool) -> dict[str, float]:
    """The best run after the first, so that Java is warm; CPU of Java and of its Python workers.

    All that a user runs, or, `by_rows`, a data frame of Spark's own reader, its rows unchecked.
    """
    from registry.bulk.scoring.spark import scored, session

    spark = session(CLUSTER)
    found = []
    for _ in range(WARMING):
        before, began = _cpu_below(), time.perf_counter()
        if by_rows:
            book = spark.read.parquet(str(source))
            scored(spark, plan, book, LEAN).write.mode("overwrite").parquet(str(target))
        else:
            score_file(plan, source, target, engine="spark", size=LEAN, master=CLUSTER)
        wall = time.perf_counter() - began
        found.append({"cpu": _cpu_below() - before, "wall": wall, "rss": 0.0})
    spark.stop()
    return min(found[1:], key=lambda run: run["cpu"])


def _cpu_below() -> float:
    """CPU seconds of this process and all below it, also of those that have ended."""
    import os

    parents, spent = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue
            fields = text.rpartition(")")[2].split()
            parents[int(folder.name)] = int(fields[1])
            ticks = sum(map(int, fields[11:15]))  # its own, and of its children that have ended
            spent[int(folder.name)] = ticks / os.sysconf("SC_CLK_TCK")
    mine = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in mine} - mine:
        mine |= more
    return sum(spent[pid] for pid in mine)


def child(name: str, source: Path, target: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.scoring", "--one", name, source, target]
    made = subprocess.run(command, cwd=HERE, check=False, capture_output=True, text=True)
    if made.returncode:
        raise SystemExit(f"{name} ended with {made.returncode}:\n{made.stderr}")
    found: dict[str, float] = json.loads(made.stdout.strip().splitlines()[-1])
    print(
        f"{name}: {found['cpu']:.2f} CPU-s, {found['wall']:.2f} s, {found['rss']:.0f} MB",
        flush=True,
    )
    return found


# -- the other peers ---------------------------------------------------------------------------------


def postgresql_cpu(plan: Plan, source: Path) -> float:
    """CPU seconds of the server for scoring a table of these rows into another, lean."""
    from sqlalchemy import create_engine

    from registry.queries.in_place import columns_sql, score_in_place
    from tests.postgresql import own_server

    with own_server() as url:
        engine = create_engine(url)
        with engine.connect() as connection:
            lay_table(connection, plan, pq.read_table(source))
            outputs = columns_sql(plan.outputs(LEAN), "postgresql")
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE scored ({outputs})")
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            before = _cpu_of(pid)
            score_in_place(connection, plan, "book", into="scored", size=LEAN)
            spent = _cpu_of(pid) - before
        engine.dispose()
    return spent


def _cpu_of(pid: int) -> float:
    import os

    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ratio_to_lean(book: Path, target: Path, peer: Callable[[], float]) -> float:
    """CPU seconds of a peer over the embedded engine's just before and after it, the best: a shared
    machine has slow minutes, and a peer that is measured at once has them alone."""

    def lean() -> list[float]:
        return [child("lean", book, target)["cpu"] for _ in range(BESIDE)]

    before, found = lean(), peer()
    return found / min(before + lean())


class Books(NamedTuple):
    """Generated books: the whole, and as many of its rows as the slower peers are measured on."""

    whole: Path
    few: Path
    laid: Path
    target: Path

    @classmethod
    def made(cls, plan: Plan, asked: argparse.Namespace, folder: Path) -> Self:
        paths = (folder / f"{name}.parquet" for name in (*cls._fields[:-1], "scored"))
        books = cls(*paths)
        make_rows(plan, books.whole, asked.rows, min(asked.rows, asked.distinct))
        for path, rows in ((books.few, asked.peers), (books.laid, asked.laid)):
            pq.write_table(pq.read_table(books.whole).slice(0, rows), path)
        return books


Rounds = dict[str, list[dict[str, float]]]


def embedded(books: Books) -> Rounds:
    """All rounds of scan, lean and compact, which take turns."""
    names = ("scan", "lean", "compact")
    rounds = [[child(name, books.whole, books.target) for name in names] for _ in range(ROUNDS)]
    return {name: list(runs) for name, *runs in zip(names, *rounds, strict=True)}


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    return min(runs, key=lambda run: run["cpu"])


def ratio(rounds: Rounds, one: str, other: str) -> float:
    """CPU seconds of one over another's, round by round, the middle: on a shared machine the best
    rounds of the two need not have met the same minute. The ratio of the best is printed beside."""
    pairs = zip(rounds[one], rounds[other], strict=True)
    ratios = sorted(a["cpu"] / b["cpu"] for a, b in pairs)
    best = least(rounds[one])["cpu"] / least(rounds[other])["cpu"]
    print(f"{one} over {other}: {ratios[0]:.2f} to {ratios[-1]:.2f}; of the best rounds {best:.2f}")
    return median(ratios)


def row_by_row(plan: Plan, books: Books, asked: argparse.Namespace) -> tuple[float, float]:
    """CPU seconds of generated Python and of zen-engine, scaled to all rows."""
    from bench.scoring_data.zen import measure as zen

    n, few = asked.rows, pq.read_table(books.few)
    python = child("python", books.few, books.target)["cpu"] * n / len(few)
    rows = few.slice(0, asked.zen).to_pylist()
    given = [{k: v for k, v in row.items() if v is not None} for row in rows]
    beside = books.target.with_name("zen.json")
    zen_cpu = zen(plan, given, HERE / "build" / "zen", beside)[0] * n / len(rows)
    print(f"python {python:.0f}, zen {zen_cpu:.0f} CPU-s for {n} rows")
    return python, zen_cpu


def slower_engines(plan: Plan, books: Books, asked: argparse.Namespace) -> tuple[float, float]:
    """PostgreSQL and Spark over the embedded engine, lean."""
    book, target = books.whole, books.target

    def on_postgresql() -> float:
        share = asked.rows / min(asked.rows, asked.laid)
        spent = min(postgresql_cpu(plan, books.laid) for _ in range(3)) * share
        print(f"postgresql {spent:.1f} CPU-s for {asked.rows} rows")
        return spent

    postgres = ratio_to_lean(book, target, on_postgresql)
    spark, by_rows = (
        ratio_to_lean(
            book, target, lambda name=name: child(name, book, target.with_name(name))["cpu"]
        )
        for name in ("spark", "spark-rows")
    )
    print(f"Spark by its own reader's rows: {by_rows:.2f} times the embedded engine")
    return postgres, spark


def larger(plan: Plan, books: Books, rows: int, distinct: int) -> dict[str, float]:
    path = books.whole.with_name("larger.parquet")
    make_rows(plan, path, rows, min(rows, distinct))
    return child("compact", path, books.target)


def measure(asked: argparse.Namespace, folder: Path) -> dict[str, Any]:
    plan, n = the_plan(), asked.rows
    books = Books.made(plan, asked, folder)
    rounds = embedded(books)
    lean = least(rounds["lean"])["cpu"]
    python, zen = row_by_row(plan, books, asked)
    postgres, spark = slower_engines(plan, books, asked)
    found: dict[str, Any] = {
        "bulk_vs_generated": python / lean,
        "bulk_vs_zen": zen / lean,
        "bulk_vs_scan": ratio(rounds, "lean", "scan"),
        "compact_vs_lean": ratio(rounds, "compact", "lean"),
        "rss_mb_1m": least(rounds["compact"])["rss"],
        "rss_mb_10m": larger(plan, books, 10 * n, asked.distinct)["rss"],
        "postgres_vs_embedded": postgres,
        "spark_vs_embedded": spark,
        "rows_100m_s": None,
        "rss_mb_100m": None,
    }
    print(json.dumps(found))  # what is known already, should the rest be cut
    if asked.large:
        largest = larger(plan, books, 100 * n, asked.distinct)
        found |= {"rows_100m_s": largest["wall"], "rss_mb_100m": largest["rss"]}
    return {key: value if value is None else round(value, 2) for key, value in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--distinct", type=int, default=100_000, help="rows before they come again")
    parser.add_argument("--peers", type=int, default=20_000, help="rows for Python")
    parser.add_argument("--laid", type=int, default=250_000, help="rows for PostgreSQL")
    parser.add_argument("--zen", type=int, default=2_000)
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        name, source, target = asked.one
        print(json.dumps(one(name, Path(source), Path(target))))
        return
    with TemporaryDirectory() as folder:
        print(json.dumps(measure(asked, Path(folder))))


if __name__ == "__main__":
    main()
