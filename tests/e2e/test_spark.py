"""A real local cluster of two workers gives every cell that the generated Python gives."""

import json
import os
import signal
import subprocess
import time
from datetime import date
from itertools import islice

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.scoring_data.drawn_tables import table_of
from bench.scoring_data.edges import many_rows
from registry import rulebooks
from registry.bulk import ingest
from registry.bulk.portfolio import Scorer
from registry.bulk.scoring import COMPACT, FULL, RowsRefused, score_file, score_rows
from registry.bulk.scoring.spark import OPTIONS_IN_SQL, SparkNotReady, scored, session
from registry.reference import tables
from tests import books
from tests.bulk.scoring.pack import differences, plan, rows, write_folder
from tests.interrupting import interruptible
from tests.rules.projects import BOOK, TODAY

pytestmark = [pytest.mark.e2e, pytest.mark.filterwarnings("ignore::ResourceWarning")]
MASTER = "local-cluster[2,1,1024]"
DAY = date(2026, 9, 30)
MANY, DISTINCT = 1_000_000, 20_000


@pytest.fixture(scope="module")
def spark():
    opened = session(MASTER)
    yield opened
    opened.stop()


def write(path, given, times=1):
    """The rows, `times` times under new numbers."""
    table = table_of(plan(), list(given))
    with pq.ParquetWriter(path, table.schema) as out:
        for n in range(times):
            numbers = pa.array(range(n * len(given) + 1, (n + 1) * len(given) + 1), pa.int64())
            out.write_table(table.set_column(0, "row_id", numbers))
    return path


@pytest.mark.parametrize("in_sql", [False, True], ids=["spark", "spark-sql"])
def test_the_pack_is_scored_alike_in_every_cell(in_sql, spark, tmp_path):
    """By DuckDB beside the executors, and by Spark itself."""
    used = plan(is_verified=True)
    for name, value in OPTIONS_IN_SQL.items() if in_sql else ():
        if name.startswith("spark.sql."):
            spark.conf.set(name, value)
    book = spark.read.parquet(str(write(tmp_path / "book.parquet", rows())))
    made = sorted(tuple(row) for row in scored(spark, used, book, FULL, in_sql).collect())
    for name in OPTIONS_IN_SQL:
        if name.startswith("spark.sql."):
            spark.conf.unset(name)
    assert differences(used, FULL, made, sorted(score_rows(used, rows(), FULL))) == []


def test_a_million_rows_are_scored_alike(spark, tmp_path):
    """Spark's file beside DuckDB's, joined by row number; DuckDB's beside Python's, row by row."""
    import duckdb

    used = plan()
    edges = list(islice(many_rows(used, DISTINCT, seed=3, climbs=1), DISTINCT))
    source = write(tmp_path / "book.parquet", edges, MANY // DISTINCT)
    ours, theirs = tmp_path / "duckdb.parquet", tmp_path / "spark"
    assert score_file(used, source, ours, memory_mib=1024) == MANY
    told: list[float] = []
    given = {"engine": "spark", "master": MASTER}
    assert score_file(used, source, theirs, progress=told.append, **given) == MANY
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)
    differing = duckdb.sql(
        f"SELECT count(*) FROM '{ours}' a FULL JOIN '{theirs}/*.parquet' b USING (row_id) "
        "WHERE a IS DISTINCT FROM b"
    ).fetchall()
    assert differing == [(0,)]
    first = duckdb.sql(f"FROM '{ours}' WHERE row_id <= {DISTINCT} ORDER BY row_id").fetchall()
    expected = [*score_rows(used, ({**row, "row_id": n} for n, row in enumerate(edges, 1)))]
    assert differences(used, COMPACT, first, expected) == []


def test_what_may_not_be_scored_is_named_and_nothing_is_written(spark, tmp_path):
    """The nodes that read the files only stop at it; here in a file that has not the columns of the first."""
    name = "financed_elsewhere_percent"
    folder, target = tmp_path / "book", tmp_path / "scored"
    folder.mkdir()
    first = pq.read_table(write(folder / "a.parquet", rows()[:40]))
    pq.write_table(first.drop_columns([name]), folder / "a.parquet")
    write(folder / "b.parquet", [rows()[40], rows()[41] | {name: float("nan")}])
    with pytest.raises(RowsRefused) as refused:
        score_file(plan(), folder, target, engine="spark", master=MASTER)
    assert (refused.value.code, refused.value.column) == ("outside_its_limits", name)
    assert (refused.value.count, len(refused.value.row_ids)) == (1, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["book"]


def test_what_a_person_stops_leaves_nothing_and_spark_idle(spark, tmp_path):
    """A book of many seconds; the job that had begun has failed, and no other began."""
    source = write(tmp_path / "book.parquet", [*rows()] * 250, 50)
    tracker = spark.sparkContext.statusTracker()
    jobs: list[int] = []

    def stop(share):
        jobs.extend(tracker.getActiveJobsIds())
        if jobs:
            raise KeyboardInterrupt

    given = {"engine": "spark", "master": MASTER, "progress": stop}
    with pytest.raises(KeyboardInterrupt):
        score_file(plan(), source, tmp_path / "scored", **given)
    assert [path.name for path in tmp_path.iterdir()] == ["book.parquet"]
    assert [tracker.getJobInfo(job).status for job in jobs] == ["FAILED"]
    assert list(tracker.getActiveJobsIds()) == []


def test_a_book_without_rows_has_a_result_without_rows(spark, tmp_path):
    source, target = write(tmp_path / "book.parquet", []), tmp_path / "scored"
    assert score_file(plan(), source, target, engine="spark", master=MASTER) == 0
    assert pq.read_table(target).column_names == [c.name for c in plan().outputs()]


def test_a_folder_that_spark_wrote_is_scored_like_a_file(spark, tmp_path):
    used = plan(is_verified=True)
    source = write(tmp_path / "book.parquet", rows())
    spark.read.parquet(str(source)).repartition(3).write.parquet(str(tmp_path / "book"))
    parted = spark.read.parquet(str(source)).repartition(2).write.partitionBy("evidence_tier")
    parted.parquet(str(tmp_path / "parted"))
    expected = sorted(score_rows(used, rows(), FULL))
    for name in ("book", "parted"):
        target = tmp_path / f"{name}.scored"
        given = {"engine": "spark", "master": MASTER, "size": FULL}
        assert score_file(used, tmp_path / name, target, **given) == len(rows())
        made = sorted(tuple(row.values()) for row in pq.read_table(target).to_pylist())
        assert differences(used, FULL, made, expected) == []


def command(folder, *words):
    """`registry rulebook score` on a cluster of its own, where there is no registry."""
    given = ["--by", f"{BOOK.id}@{BOOK.version}", "--as-of", TODAY, "--master", MASTER]
    around = os.environ | {"REGISTRY_INSTANCE": str(folder / "nowhere")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return interruptible("rulebook", "score", *words, *given, cwd=folder, env=around, **pipes)


def test_the_command_line_scores_on_a_cluster(tmp_path):
    write(tmp_path / "book.parquet", rows())
    with command(tmp_path, "book.parquet", "scored", "--engine", "spark") as process:
        said, told = process.communicate()
    assert process.returncode == 0, told
    assert f"{len(rows())} rows scored" in said
    assert "100 %" in told
    assert "Exception" not in told
    target = tmp_path / "scored"
    made = sorted(tuple(row.values()) for row in pq.read_table(target).to_pylist())
    assert differences(plan(), COMPACT, made, sorted(score_rows(plan(), rows()))) == []
    pins = json.loads((tmp_path / "scored-pins.json").read_text(encoding="utf-8"))
    assert (pins["engine"], pins["rows"]) == ("spark", len(rows()))
    assert sorted(pins["result_sha256"]) == sorted(path.name for path in target.glob("*.parquet"))


def test_ctrl_c_on_the_command_line_leaves_nothing(tmp_path):
    write(tmp_path / "book.parquet", [*rows()] * 250, 50)
    with command(tmp_path, "book.parquet", "scored", "--engine", "spark") as process:
        for line in process.stderr:
            if line.startswith("0 %"):
                break
        while not any((tmp_path / "scored.partial").rglob("part-*")):
            assert process.poll() is None  # a node begins its file with its share
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        told = process.stderr.read()
    assert process.returncode == 1
    assert told.strip().splitlines()[-1] == "Aborted!"
    assert "Traceback" not in told
    assert [path.name for path in tmp_path.iterdir()] == ["book.parquet"]


@pytest.mark.parametrize("engine", ["spark", "spark-sql"])
def test_a_folder_of_files_that_are_not_alike(engine, spark, tmp_path):
    """As on every engine: tests/bulk/scoring/test_parts.py."""
    used, folder = plan(is_verified=True), tmp_path / "book {new} [2026]"
    folder.mkdir()
    expected = sorted(score_rows(used, write_folder(folder)))
    target = tmp_path / "scored"
    given = {"engine": engine, "master": MASTER}
    assert score_file(used, folder, target, **given) == len(rows())
    made = sorted(tuple(row.values()) for row in pq.read_table(target).to_pylist())
    assert differences(used, COMPACT, made, expected) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == [folder.name, target.name]


def test_a_loan_book_is_judged_alike(spark, tmp_path):
    """As `registry screen-portfolio --engine spark` does: the same words for every loan."""
    given = books.write(tmp_path / "book.csv", books.book(60))
    book = rulebooks.in_force(DAY)
    words = ingest.vocabulary(book)
    source = ingest.examine(given)
    mapping = ingest.propose(source, words)
    with ingest.rows(source, mapping, words) as rows:
        loans = [row for row in rows if not row.problems and row.kind]
    assert len(loans) > 50
    here, there = (
        Scorer(book, DAY, tables(), engine=engine, master=MASTER) for engine in ("python", "spark")
    )
    assert there.score(loans) == here.score(loans)


def test_without_java_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SparkNotReady, match="openjdk-17-jre-headless"):
        session(MASTER)
