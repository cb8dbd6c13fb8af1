"""Two runs on one result: one writes, the other is told so and touches nothing."""

import multiprocessing
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.cli.sole import sole
from tests import books
from tests.bulk.scoring.pack import rows, write
from tests.rules.projects import BOOK, TODAY

HOLDING = """
import sys
from pathlib import Path
from registry.cli.sole import sole
with sole(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def nowhere(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def scored(tmp_path):
    """`rulebook score` of the pack into scored.parquet."""
    write(tmp_path / "book.parquet", rows())
    words = ["book.parquet", "scored.parquet", "--as-of", TODAY.isoformat()]
    by = ["--by", f"{BOOK.id}@{BOOK.version}"]
    return lambda: CliRunner().invoke(main, ["rulebook", "score", *words, *by])


def hidden(folder):
    return sorted(path.name for path in folder.glob(".*"))


def test_a_second_run_on_a_result_says_so_and_touches_nothing(scored, tmp_path):
    begun = tmp_path / "scored.parquet.partial"
    with sole(tmp_path / "scored.parquet"):
        begun.write_bytes(b"what the first has written")
        told = scored()
        assert told.exit_code == 1
        assert "another run is writing scored.parquet" in told.output
        assert begun.read_bytes() == b"what the first has written"
        assert not (tmp_path / "scored.parquet").exists()
    assert scored().exit_code == 0
    assert not begun.exists() and hidden(tmp_path) == []


def test_a_loan_book_too(tmp_path):
    path = books.write(tmp_path / "book.csv", books.book(4))
    proposed = CliRunner().invoke(main, ["screen-portfolio", str(path), "--propose"]).stdout
    same = "".join(f'{id} = "{value}"\n' for id, value in books.SAME.items())
    (tmp_path / "map.toml").write_text(proposed + same, encoding="utf-8")
    words = ["screen-portfolio", str(path), "--map", "map.toml", "--out", "new/out.csv"]
    state = tmp_path / "new" / "out.csv.partial" / "state.json"
    state.parent.mkdir(parents=True)
    state.write_bytes(b"where the first stands")
    with sole(tmp_path / "new" / "out.csv"):
        told = CliRunner().invoke(main, words)
        assert told.exit_code == 1 and "another run is writing new/out.csv" in told.output
        assert state.read_bytes() == b"where the first stands"
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 0, told.output
    assert (tmp_path / "new" / "out.csv").is_file() and hidden(tmp_path / "new") == []


def test_what_a_killed_run_held_is_free(scored, tmp_path):
    words = [sys.executable, "-c", HOLDING, str(tmp_path / "scored.parquet")]
    both_ends = {
        "stdin": subprocess.PIPE,
        "stdout": subprocess.PIPE,
    }  # it holds while we do not let go
    with subprocess.Popen(words, text=True, **both_ends) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        assert "another run is writing" in scored().output
        other.send_signal(signal.SIGKILL)
    assert hidden(tmp_path) == [".scored.lock"]  # left, and held by nobody
    assert scored().exit_code == 0
    assert hidden(tmp_path) == []


def test_a_place_by_another_name_is_the_same_place(tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "also").symlink_to("there")
    with (
        sole(tmp_path / "there" / "out"),
        pytest.raises(click.ClickException, match="another run"),
        sole(tmp_path / "also" / "out"),
    ):
        raise AssertionError("both hold it")
    with pytest.raises(click.ClickException, match="there is no folder"), sole(tmp_path / "x/y"):
        raise AssertionError("there is no such place")


def _contend(place, inside, times):
    for _ in range(times):
        try:
            with sole(place):
                inside.touch(exist_ok=False)  # fails where another is in there
                inside.unlink()
        except click.ClickException:
            pass


def test_however_they_come_and_go_there_is_never_a_second_one(tmp_path):
    made = multiprocessing.get_context("fork")
    given = (tmp_path / "out", tmp_path / "inside", 2000)
    several = [made.Process(target=_contend, args=given) for _ in range(4)]
    for one in several:
        one.start()
    for one in several:
        one.join()
    assert [one.exitcode for one in several] == [0] * 4
    assert hidden(tmp_path) == []


def test_where_nothing_can_be_written_it_is_said_in_a_line():
    with pytest.raises(click.ClickException, match="cannot be written"), sole(Path("/proc/out")):
        raise AssertionError("nobody writes there")


def test_a_link_in_its_place_is_not_followed(tmp_path):
    (tmp_path / ".out.lock").symlink_to(tmp_path / "elsewhere")
    with (
        pytest.raises(click.ClickException, match="cannot be written"),
        sole(tmp_path / "out.parquet"),
    ):
        raise AssertionError("it followed the link")
    assert not (tmp_path / "elsewhere").exists()
