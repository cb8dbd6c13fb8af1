"""`registry screen-portfolio`: from file to file, and on after a kill."""

import csv
import json
import os
import subprocess
import sys
from hashlib import sha256

import pytest
from click.testing import CliRunner

from registry.bulk.portfolio import scoring
from registry.cli.portfolio import screen_portfolio
from registry.jobs import book_files
from tests import books
from tests.book_desk import SETTLED


@pytest.fixture
def run(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "nowhere"))

    def call(*words: object):
        return CliRunner().invoke(screen_portfolio, [str(word) for word in words])

    return call


@pytest.fixture
def settle():
    return [word for matter in SETTLED for word in ("--settle", matter)] + ["--basis", "已查询"]


def mapped(tmp_path, run, path):
    """The proposal, with what is the same for the whole book."""
    told = run(path, "--propose", "--as-of", "2026-09-30")
    assert told.exit_code == 0, told.output
    text = told.stdout + "".join(f'{id} = "{value}"\n' for id, value in books.SAME.items())
    (tmp_path / "map.toml").write_text(text, encoding="utf-8")
    return tmp_path / "map.toml"


def test_a_book_from_file_to_file(run, settle, tmp_path):
    path = books.write(tmp_path / "book.csv", books.book(40, bad_every=10))
    given = ["--map", mapped(tmp_path, run, path), "--as-of", "2026-09-30", *settle]
    told = run(path, *given, "--out", tmp_path / "a.csv")
    assert told.exit_code == 0, told.output
    assert "36 loans screened, 4 rows not read" in told.output
    with (tmp_path / "a.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 36
    assert {row["verdict"] for row in rows} >= {"green", "person_must_look"}
    with (tmp_path / "a-quarantine.csv").open(encoding="utf-8-sig") as file:
        named = [(int(r["row_no"]), r["head"], r["code"]) for r in csv.DictReader(file)]
    assert named == books.faults(40, 10)
    assert not (tmp_path / "a.csv.partial").exists()
    pins = json.loads((tmp_path / "a-pins.json").read_text(encoding="utf-8"))
    assert pins["result_sha256"] == sha256((tmp_path / "a.csv").read_bytes()).hexdigest()
    assert pins["engine"] == "python" and len(pins["rulebook_sha256"]) == 64
    assert run(path, *given, "--out", tmp_path / "b.parquet", "--engine", "duckdb").exit_code == 0
    import duckdb

    with duckdb.connect() as engine:
        found = engine.execute(
            "SELECT loan_number, verdict, grade, total_centipoints, balance_fen, attributed_g"
            " FROM read_parquet(?) ORDER BY row_no",
            [str(tmp_path / "b.parquet")],
        ).fetchall()
    numbers = ("total_centipoints", "balance_fen", "attributed_g")
    assert found == [
        (
            r["loan_number"],
            r["verdict"],
            r["grade"],
            *(int(r[n]) if r[n] else None for n in numbers),
        )
        for r in rows
    ]


def test_a_killed_command_goes_on_and_does_no_row_twice(run, settle, tmp_path, monkeypatch):
    path = books.write(tmp_path / "book.csv", books.book(60, bad_every=7))
    given = ["--map", mapped(tmp_path, run, path), "--as-of", "2026-09-30", *settle]
    assert run(path, *given, "--out", tmp_path / "whole.csv").exit_code == 0
    monkeypatch.setattr(scoring, "FEW", 10)
    real, done = book_files.BookFile._write_down, []

    def killed(self):
        if len(done) == 3:  # rows of the fourth chunk are in the file, and nothing says so
            raise KeyboardInterrupt
        done.append(self.state.cursor)
        real(self)

    monkeypatch.setattr(book_files.BookFile, "_write_down", killed)
    assert run(path, *given, "--out", tmp_path / "part.csv").exit_code != 0
    monkeypatch.setattr(book_files.BookFile, "_write_down", real)
    state = json.loads((tmp_path / "part.csv.partial" / "state.json").read_text())
    assert state["cursor"] == done[-1]
    other = run(path, *given, "--out", tmp_path / "part.csv", "--resume", "--basis", "另查")
    assert other.exit_code == 1 and "begun with another" in other.output
    told = run(path, *given, "--out", tmp_path / "part.csv", "--resume")
    assert told.exit_code == 0, told.output
    assert (tmp_path / "part.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_without_java_spark_says_what_to_install_and_writes_nothing(
    run, settle, tmp_path, monkeypatch
):
    path = books.write(tmp_path / "book.csv", books.book(4))
    given = ["--map", mapped(tmp_path, run, path), "--as-of", "2026-09-30", *settle]
    monkeypatch.setenv("PATH", os.devnull)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    told = run(path, *given, "--out", tmp_path / "out.csv", "--engine", "spark")
    assert told.exit_code == 1 and "openjdk-17-jre-headless" in told.output
    assert not list(tmp_path.glob("out*"))


def test_what_is_not_clear_is_said_and_nothing_is_written(run, tmp_path):
    path = tmp_path / "book.csv"
    path.write_text("借据号,借款人,总投资\nL1,甲公司,100\n", encoding="utf-8")
    told = run(path, "--kind", "renewable_power", "--out", tmp_path / "out.csv")
    assert told.exit_code == 1
    assert "总投资" in told.output and "unit" in told.output
    assert not (tmp_path / "out.csv").exists()


def test_the_command_is_there():
    told = subprocess.run(
        [sys.executable, "-m", "registry.cli", "screen-portfolio", "--help"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert "--resume" in told.stdout
