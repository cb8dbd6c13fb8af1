"""`registry audit …` on a registry of its own."""

import json

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.migrating import upgrade
from registry.operations import audit
from registry.rules.permissions import service
from tests.conftest import NOW


@pytest.fixture
def instance(tmp_path, monkeypatch):
    """A migrated registry with 25 events, which the command finds by its environment."""
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path))
    settings = prepare_instance(Settings())
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    with database.write() as session:
        for n in range(25):
            audit.record(
                session,
                kind="organisation.edited",
                subject=f"organisation:{n}",
                body={"no": n},
                by=service("timer"),
                now=NOW,
            )
    yield database
    database.dispose()


def run(*arguments: str):
    return CliRunner().invoke(main, ["audit", *arguments])


def alter(database: Database, statement: str) -> None:
    with database.write() as session:
        session.connection().exec_driver_sql(statement)


def test_a_whole_chain_is_intact(instance):
    answer = run("verify")
    assert (answer.exit_code, "25 events, chain intact" in answer.output) == (0, True)


def test_a_changed_byte_is_named(instance):
    alter(
        instance,
        "UPDATE audit_event SET canonical = CAST(replace(CAST(canonical AS TEXT), '\"no\":11', "
        "'\"no\":91') AS BLOB) WHERE seq = 12",
    )
    answer = run("verify")
    assert answer.exit_code == 1
    assert answer.output.startswith("event 12: changed")
    assert "NOT intact" in answer.output


def test_the_last_ten_deleted_are_found_against_an_older_head(instance):
    older = run("head").output.strip()
    alter(instance, "DELETE FROM audit_event WHERE seq > 15")
    alter(
        instance,
        "UPDATE audit_head SET seq = 15, sha256 = (SELECT sha256 FROM audit_event WHERE seq = 15)",
    )
    assert run("verify").exit_code == 0
    answer = run("verify", "--head", older)
    assert answer.exit_code == 1
    assert "event 25: tail_cut" in answer.output


def test_an_export_verifies_without_the_database(instance, tmp_path):
    older = run("head").output.strip()
    out = tmp_path / "log.jsonl"
    assert run("export", str(out)).exit_code == 0
    assert run("verify", "--export", str(out), "--head", older).exit_code == 0
    lines = out.read_text().splitlines(keepends=True)
    swapped = [*lines[:5], lines[6], lines[5], *lines[7:]]
    out.write_text("".join(swapped))
    assert run("verify", "--export", str(out)).exit_code == 1
    out.write_text("".join(lines[:20]))
    answer = run("verify", "--export", str(out), "--head", older)
    assert (answer.exit_code, "tail_cut" in answer.output) == (1, True)


def test_bytes_that_are_no_text_any_more_are_exported_and_named(instance, tmp_path):
    alter(instance, "UPDATE audit_event SET canonical = x'FF00FE' WHERE seq = 4")
    out = tmp_path / "log.jsonl"
    assert run("export", str(out)).exit_code == 0
    assert "event_base64" in json.loads(out.read_text().splitlines()[3])
    answer = run("verify", "--export", str(out))
    assert answer.output.startswith("event 4: changed")


def test_a_file_that_is_no_export_is_refused_in_words(instance, tmp_path):
    out = tmp_path / "log.jsonl"
    out.write_text("[]\n")
    answer = run("verify", "--export", str(out))
    assert answer.exit_code == 1
    assert "line 1 is no event" in answer.output


@pytest.mark.parametrize("wrong", ["nonsense", "5:abc", "x:" + "0" * 64])
def test_what_is_no_head_is_refused(instance, wrong):
    answer = run("verify", "--head", wrong)
    assert answer.exit_code == 2
    assert "SEQ:SHA256" in answer.output
