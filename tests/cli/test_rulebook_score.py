"""`registry rulebook score`: a book in Parquet files into a result, with what it was made by."""

import json
import signal
import subprocess
from datetime import UTC, datetime
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from registry.bulk.scoring import FULL, score_rows
from registry.cli import main
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.migrating import upgrade
from registry.models import Person, ReferenceImport
from registry.queries.reference import tables as in_this_registry
from registry.reference import tables
from registry.reference.importing import shipped_rows
from registry.rules.lifecycle.reference import State
from tests.bulk.scoring.pack import differences, plan, rows, write, write_folder
from tests.interrupting import interruptible
from tests.rules.projects import BOOK, TODAY


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command in a folder of its own, with a rulebook and a day, and no registry."""
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.chdir(tmp_path)

    def call(*words, named=True):
        day = [] if "--as-of" in words else ["--as-of", TODAY.isoformat()]
        book = ["--by", f"{BOOK.id}@{BOOK.version}"] if named else []
        return CliRunner().invoke(main, ["rulebook", "score", *map(str, words), *day, *book])

    return call


def cells(path):
    return sorted(tuple(row.values()) for row in pq.read_table(path).to_pylist())


@pytest.mark.parametrize("engine", ["duckdb", "python"])
def test_a_file_is_scored_and_pinned(engine, run, tmp_path):
    source = write(tmp_path / "book.parquet", rows())
    told = run("book.parquet", "scored.parquet", "--engine", engine, "--size", "full")
    assert told.exit_code == 0, told.output
    assert f"{len(rows())} rows scored" in told.stdout
    assert "100 %" in told.stderr
    expected = sorted(score_rows(plan(), rows(), FULL))
    assert differences(plan(), FULL, cells(tmp_path / "scored.parquet"), expected) == []
    pins = json.loads((tmp_path / "scored-pins.json").read_text(encoding="utf-8"))
    assert pins.items() >= plan().pin().items()
    assert (pins["engine"], pins["size"], pins["rows"]) == (engine, "full", len(rows()))
    scored = (tmp_path / "scored.parquet").read_bytes()
    assert pins["book_sha256"] == {"book.parquet": sha256(source.read_bytes()).hexdigest()}
    assert pins["result_sha256"] == {"scored.parquet": sha256(scored).hexdigest()}


def test_a_folder_and_a_result_that_is_there_already(run, tmp_path):
    (tmp_path / "book").mkdir()
    meant = write_folder(tmp_path / "book")
    assert run("book", "scored.parquet", "--size", "full").exit_code == 0
    expected = sorted(score_rows(plan(), meant, FULL))
    assert differences(plan(), FULL, cells(tmp_path / "scored.parquet"), expected) == []
    again = run("book", "scored.parquet")
    assert again.exit_code == 1
    assert "scored.parquet is there already: --replace" in again.output
    assert len(pq.read_schema(tmp_path / "scored.parquet")) == len(plan().outputs(FULL))
    assert run("book", "scored.parquet", "--replace").exit_code == 0
    assert len(pq.read_schema(tmp_path / "scored.parquet")) == len(plan().outputs())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"kind": "perpetual_motion"},
            "1 row of a kind that the rulebook does not know (row_id 2)",
        ),
        (
            {"financed_elsewhere_percent": 101.0},
            "1 row with a number that financed_elsewhere_percent does not take (row_id 2)",
        ),
        ({"row_id": None}, "1 row without row_id"),
    ],
)
def test_refused_rows_are_named(change, words, run, tmp_path):
    write(tmp_path / "book.parquet", [rows()[0], rows()[1] | change])
    told = run("book.parquet", "scored.parquet")
    assert told.exit_code == 1
    assert words in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["book.parquet"]


def test_what_is_no_book_is_said_in_a_line(run, tmp_path):
    good = pq.read_table(write(tmp_path / "book.parquet", rows()[:3]))
    place = good.schema.get_field_index("total_investment_10k_yuan")
    odd = good.set_column(place, "total_investment_10k_yuan", pa.array(["12 万", None, None]))
    pq.write_table(odd, tmp_path / "odd.parquet")
    pq.write_table(good.drop_columns(["kind"]), tmp_path / "unkind.parquet")
    (tmp_path / "list.parquet").write_text("row_id,kind\n")
    (tmp_path / "empty").mkdir()
    for source, words in (
        ("odd.parquet", "12 万"),
        ("unkind.parquet", "the book has no column kind: nothing was written"),
        ("list.parquet", "No magic bytes found"),
        ("empty", "there is no Parquet file in /"),
    ):
        told = run(source, "scored.parquet")
        assert (told.exit_code, words in told.output) == (1, True), told.output
        assert told.output.removeprefix("0 %\n").count("\n") == 1
    assert "there is no folder" in run("book.parquet", "nowhere/scored.parquet").output
    assert not (tmp_path / "scored.parquet").exists()


def test_a_result_takes_no_place_but_that_of_a_result(run, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "notes").mkdir()
    write(tmp_path / "data" / "book.parquet", rows()[:3])
    (tmp_path / "mine-pins.json").write_text("{}")
    for source, place, words in (
        ("data/book.parquet", "data/book.parquet", "in one another"),
        ("data/book.parquet", "data", "in one another"),
        ("data", "data/scored.parquet", "in one another"),
        ("data/book.parquet", ".", "in one another"),
        ("data/book.parquet", "notes", "notes is a folder that no run of this command wrote"),
    ):
        told = run(source, place, "--replace")
        assert (told.exit_code, words in told.output) == (1, True), told.output
    assert "mine-pins.json is there already" in run("data", "mine.parquet").output
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        *("book.parquet", "data", "mine-pins.json", "notes")
    ]


def test_a_rulebook_of_no_registry_and_a_server_that_is_silent(run, tmp_path, monkeypatch):
    write(tmp_path / "book.parquet", rows()[:3])
    told = run("book.parquet", "scored.parquet", "--by", "low-carbon@1999", named=False)
    assert (told.exit_code, "there is no registry here: low-carbon@1999" in told.output) == (
        2,
        True,
    )
    monkeypatch.setenv("REGISTRY_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    told = run("book.parquet", "scored.parquet")
    assert (told.exit_code, "the database does not answer: " in told.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir()] == ["book.parquet"]


def test_ctrl_c_ends_it_and_leaves_nothing(run, tmp_path):
    """While DuckDB works: it tells how far it is, and the book is too long to be done by then."""
    table = pq.read_table(write(tmp_path / "some.parquet", [*rows()] * 40))
    with pq.ParquetWriter(tmp_path / "book.parquet", table.schema) as out:
        for _ in range(150):
            out.write_table(table)
    (tmp_path / "some.parquet").unlink()
    words = ("rulebook", "score", "book.parquet", "b.parquet")
    with interruptible(*words, cwd=tmp_path, stderr=subprocess.PIPE) as process:
        for line in process.stderr:
            if 0 < int(line.partition(" %")[0]) < 90:
                process.send_signal(signal.SIGINT)
                break
        said = process.stderr.read()
    assert process.returncode == 1
    assert said.strip().splitlines()[-1] == "Aborted!"
    assert [path.name for path in tmp_path.iterdir()] == ["book.parquet"]


def in_force(url):
    """A registry where the first row of the grid's factors is another than the shipped one."""
    upgrade(url)
    database, now = Database(url), datetime.now(UTC)
    rows = [dict(row) for row in shipped_rows("grid_om_bm")]
    rows[0]["om_tco2_per_mwh"] = "0.9420"
    with database.write() as session:
        person = Person(email="editor@example.org", name="editor", created_at=now)
        session.add(person)
        session.flush()
        session.add(
            ReferenceImport(
                kind="grid_om_bm",
                covers="",
                filename="x.csv",
                file_sha256="0" * 64,
                content=b"",
                defaults={},
                rows=rows,
                rows_sha256="1" * 64,
                row_count=len(rows),
                unverified=0,
                added=0,
                changed=1,
                removed=0,
                state=State.IN_FORCE,
                note="",
                imported_by_id=person.id,
                imported_at=now,
                decided_at=now,
            )
        )
    with database.read() as session:
        found = in_this_registry(session).sha256
    database.dispose()
    return found


def test_a_registry_scores_by_its_own_reference_data(run, tmp_path):
    write(tmp_path / "book.parquet", rows()[:3])
    assert run("book.parquet", "scored.parquet", named=False).exit_code == 0
    pins = json.loads((tmp_path / "scored-pins.json").read_text(encoding="utf-8"))
    assert pins["reference_sha256"] == tables().sha256
    own = in_force(prepare_instance(Settings()).database_url)
    assert own != tables().sha256
    assert run("book.parquet", "scored.parquet", "--replace", named=False).exit_code == 0
    pins = json.loads((tmp_path / "scored-pins.json").read_text(encoding="utf-8"))
    assert pins["reference_sha256"] == own
    printed = CliRunner().invoke(main, ["rulebook", "sql", "--as-of", TODAY.isoformat()])
    assert own in printed.stdout.splitlines()[0]


def test_a_day_without_a_rulebook(run, tmp_path):
    write(tmp_path / "book.parquet", rows()[:3])
    told = run("book.parquet", "scored.parquet", "--as-of", "1999-01-01", named=False)
    assert (told.exit_code, told.output) == (
        1,
        "Error: no rulebook is in force on 1999-01-01\n",
    )
