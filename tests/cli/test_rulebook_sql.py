"""`registry rulebook sql`: the printed query runs as it is printed."""

import sqlite3

import duckdb
import pytest
from click.testing import CliRunner

from registry.cli.rulebook import rulebook


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "nowhere"))


def printed(*arguments):
    made = CliRunner().invoke(rulebook, ["sql", "--as-of", "2026-11-22", *arguments])
    assert made.exit_code == 0, made.output
    return made.output


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite"])
def test_the_printed_query_runs_where_nothing_of_ours_is(dialect):
    engine = duckdb.connect() if dialect == "duckdb" else sqlite3.connect(":memory:")
    engine.execute(printed("--dialect", dialect, "--columns").strip().rstrip(";"))
    engine.execute("INSERT INTO book (row_id, kind) VALUES (1, 'transport')")
    query = printed("--dialect", dialect, "--size", "lean")
    assert '"rulebook_sha256"' in query.splitlines()[0]
    assert engine.execute(query).fetchall() == [(1, "person_must_look", "none", 0)]
    engine.close()


@pytest.mark.parametrize("dialect", ["postgresql", "spark"])
def test_other_dialects_are_printed(dialect):
    query = printed("--dialect", dialect, "--size", "lean")
    assert query.count("SELECT") > 5
    assert ("`kind`" in query) == (dialect == "spark")
