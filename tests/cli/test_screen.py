"""`registry screen FILE` on a registry of its own."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import Session

from registry.bulk.screening.listing import load_list
from registry.cli import main
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.models import SQLModel
from registry.queries.restriction import newest_list
from registry.reference.screening import screening_policy
from tests.conftest import NOW
from tests.entries import USCC, EntryPlay, desk
from tests.people import People


@pytest.fixture
def instance(tmp_path, monkeypatch, app):
    """A registry with one entry in force, which the command finds by its environment."""
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "instance"))
    settings = prepare_instance(Settings())
    database = Database(settings.database_url)
    SQLModel.metadata.create_all(database.engine)
    staff = desk(People(database, app))
    with database.write() as session:
        EntryPlay(session, staff, NOW).in_force()
    yield database
    database.dispose()


def run(*arguments: object):
    return CliRunner().invoke(main, ["screen", *map(str, arguments)])


def test_a_file_is_screened_and_the_answer_pinned(instance: Database, tmp_path: Path) -> None:
    path, out = tmp_path / "names.csv", tmp_path / "said.csv"
    path.write_text(f"名称,代码\n涼州光伏電力有限公司,\n无关能源有限公司,\n某,{USCC}\n", "utf-8")
    answer = run(path, "--out", out, "--lang", "zh", "--uscc", "代码")
    assert answer.exit_code == 0, answer.output
    assert "3 rows  EXACT 1  NONE 1  STRONG 1  stops 2" in answer.output
    with instance.read() as session:
        version, sha256 = newest_list(session)
    proof = json.loads(Path(f"{out}.proof.json").read_text(encoding="utf-8"))
    assert (proof["list_version"], proof["list_sha256"]) == (version, sha256)
    said = out.read_text(encoding="utf-8-sig")
    assert f"{version}:{sha256}" in said and "GPX-2026-000001" in said and "字号" in said


def test_what_cannot_be_read_is_said(instance: Database, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    path.write_text("甲方,乙方\n1,2\n", "utf-8")
    answer = run(path)
    assert answer.exit_code == 1 and "甲方 | 乙方" in answer.output
    assert run(path, "--out", tmp_path / "x.docx").exit_code == 2
    assert run(path, "--out", path, "--name", "甲方").exit_code == 2
    path.write_bytes(b"\xd0\xcf\x11\xe0 old workbook")
    assert run(path).exit_code == 1


def test_the_hash_of_what_was_loaded_is_the_hash_of_the_list(instance: Database) -> None:
    with instance.read() as session:
        assert isinstance(session, Session)
        pin = load_list(session, screening_policy()).pin
        assert (pin.list_version, pin.list_sha256) == newest_list(session)
        assert pin.entries == 1
