"""What the papers tell a reader to type exists."""

import configparser
import re
import subprocess
from pathlib import Path

import pytest

from registry.cli import COMMANDS
from registry.config import Settings
from tests.architecture.repository import ROOT, files, text

PAPERS = [f for f in files() if f.suffix == ".md"]
UNITS = [f for f in files() if f.suffix == ".service"]
CODE = re.compile(r"```[a-z]*\n(.*?)```|`([^`\n]+)`", re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
VARIABLE = re.compile(r"\bREGISTRY_([A-Z0-9_]+)\b")
OF_THE_TESTS = {"SCREENSHOTS", "TEST_DATABASE", "TEST_PROCESSES"}


def code_of(paper: Path) -> str:
    return "\n".join("".join(found) for found in CODE.findall(text(paper)))


def settings() -> set[str]:
    return {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_commands_exist(paper: Path) -> None:
    called = re.findall(
        r"(?:^|[\s/])registry ([a-z][a-z-]*)(?![\w/.-])", code_of(paper), re.MULTILINE
    )
    assert [name for name in called if name not in COMMANDS] == []


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_run_knows_what_papers_tell_it(paper: Path) -> None:
    known = subprocess.run(["./run", "help"], cwd=ROOT, check=True, capture_output=True, text=True)
    words = set(re.findall(r"^ +\./run ([a-z]+)", known.stdout, re.MULTILINE))
    called = re.findall(r"\./run ([a-z]+)", code_of(paper))
    assert [word for word in called if word not in words] == []


@pytest.mark.parametrize("paper", PAPERS, ids=str)
def test_links_lead_somewhere(paper: Path) -> None:
    links = LINK.findall(text(paper))
    assert [to for to in links if not (ROOT / paper.parent / to).exists()] == []


@pytest.mark.parametrize("paper", [*PAPERS, Path("deploy/registry.env.example")], ids=str)
def test_named_settings_exist(paper: Path) -> None:
    named = set(VARIABLE.findall(text(paper)))
    assert named - settings() - OF_THE_TESTS == set()


def test_every_setting_is_explained() -> None:
    explained = set(VARIABLE.findall(text("docs/operating.md")))
    assert settings() - explained == set()


def test_the_readme_has_the_two_commands() -> None:
    lines = [line.strip() for line in code_of(Path("README.md")).splitlines()]
    assert "./run" in lines
    assert "./run test" in lines


@pytest.mark.parametrize("unit", UNITS, ids=str)
def test_units_start_commands_that_exist(unit: Path) -> None:
    # Keys may repeat in a unit, and their case counts.
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text(unit))
    started = parser["Service"]["ExecStart"].split()
    assert started[0].endswith("/.venv/bin/registry")
    assert started[1] in COMMANDS
    assert parser["Service"]["NoNewPrivileges"] == "yes"
    assert parser["Service"]["User"] != "root"
