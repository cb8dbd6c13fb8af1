"""The day that a command goes by when none is said."""

import json
from datetime import UTC, datetime

import pytest
import time_machine
from click.testing import CliRunner

from registry.cli import main


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC), "2026-11-22"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "2026-11-23"),  # midnight in China
    ],
)
def test_today_is_the_day_in_china(moment, day, tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "nowhere"))
    with time_machine.travel(moment, tick=False):
        told = CliRunner().invoke(main, ["rulebook", "sql", "--size", "lean"])
    assert told.exit_code == 0, told.output
    pin = json.loads(told.output.splitlines()[0].removeprefix("-- "))
    assert pin["as_of"] == day


@pytest.mark.parametrize(
    "words",
    [
        ["rulebook", "impact"],
        ["rulebook", "rescore"],
        ["rulebook", "score"],
        ["rulebook", "sql"],
        ["screen-portfolio"],
    ],
)
def test_every_command_says_it_alike(words):
    told = CliRunner().invoke(main, [*words, "--help"], terminal_width=200)
    assert "--as-of" in told.output and "today in China" in told.output
