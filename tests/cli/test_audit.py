"""`registry audit …` on a registry of its own."""

import json

import pytest
from click.testing import CliRunner

from registry.cli import main
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.migrating import upgrade
from registry.operations import audit
from registry.queries import log
from registry.rules import chain
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


def flipped(column: str, place: str) -> str:
    """SQL that puts another byte in one place of a column, around the product, as with an editor."""
    bytes_of = f"CAST({column} AS BLOB)"
    whole = (
        f"substr({bytes_of}, 1, {place} - 1) || "
        f"CASE substr({bytes_of}, {place}, 1) WHEN x'37' THEN x'38' ELSE x'37' END || "
        f"substr({bytes_of}, {place} + 1)"
    )
    return f"CAST({whole} AS {'BLOB' if column == 'canonical' else 'TEXT'})"


@pytest.mark.parametrize("column", ["canonical", "sha256", "kind", "subject", "actor", "at"])
def test_a_byte_changed_in_any_column_of_any_event_is_named(instance, column):
    places = ("1", f"(length(CAST({column} AS BLOB)) + 1) / 2", f"length(CAST({column} AS BLOB))")
    for seq in (1, 2, 13, 24, 25):
        for place in places:
            where = f"WHERE seq = {seq}"
            alter(instance, f"CREATE TABLE kept AS SELECT * FROM audit_event {where}")
            alter(instance, f"UPDATE audit_event SET {column} = {flipped(column, place)} {where}")
            answer = run("verify")
            assert answer.exit_code == 1, (column, seq, place)
            assert f"event {seq}: " in answer.output, (column, seq, place, answer.output)
            alter(
                instance,
                f"UPDATE audit_event SET {column} = (SELECT {column} FROM kept) {where}",
            )
            alter(instance, "DROP TABLE kept")
    assert run("verify").exit_code == 0


def test_two_events_that_changed_places_are_named(instance):
    for statement in (
        "UPDATE audit_event SET seq = -1 WHERE seq = 8",
        "UPDATE audit_event SET seq = 8 WHERE seq = 9",
        "UPDATE audit_event SET seq = 9 WHERE seq = -1",
    ):
        alter(instance, statement)
    answer = run("verify")
    assert answer.exit_code == 1
    assert "event 8: renumbered" in answer.output
    assert "event 9: renumbered" in answer.output


def test_an_event_slipped_in_or_taken_out_is_named(instance):
    alter(instance, "UPDATE audit_event SET seq = seq + 1000 WHERE seq > 12")
    alter(instance, "UPDATE audit_event SET seq = seq - 999 WHERE seq > 1000")
    with instance.write() as session:
        connection = session.connection()
        (raw,) = connection.exec_driver_sql(
            "SELECT canonical FROM audit_event WHERE seq = 12"
        ).one()
        forged = raw.replace(b'"no":11', b'"no":77').replace(b'"seq":12', b'"seq":13')
        connection.exec_driver_sql(
            "INSERT INTO audit_event SELECT 13, at, kind, subject, actor, ?, ? FROM audit_event "
            "WHERE seq = 12",
            (forged, chain.event_hash(forged)),
        )
    answer = run("verify")
    assert (answer.exit_code, "event 13: " in answer.output) == (1, True)
    alter(instance, "DELETE FROM audit_event WHERE seq IN (13, 20)")
    answer = run("verify")
    assert answer.exit_code == 1
    assert "event 13: removed" in answer.output


def test_the_public_log_is_held_to_an_old_head(instance, tmp_path):
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(run("checkpoint").output)
    key = (tmp_path / "keys" / "log" / "key.pub").read_text().strip()
    with instance.write() as session:
        audit.record(
            session,
            kind="organisation.edited",
            subject="organisation:1",
            body={},
            by=service("timer"),
            now=NOW,
        )
    assert "\n26\n" in run("checkpoint").output
    assert run("checkpoint", "--size", "25").output == kept.read_text()
    assert run("checkpoint", "--size", "7").exit_code == 1
    folder = tmp_path / "log"
    with instance.read() as session:
        for name, data in log.download(session):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    told = run("check", str(kept), "--log", str(folder), "--key", key)
    assert (told.exit_code, "the log only grew" in told.output) == (0, True)
    kept.write_text(kept.read_text().replace("\n25\n", "\n24\n"))
    told = run("check", str(kept), "--log", str(folder), "--key", key, "--lang", "zh")
    assert (told.exit_code, "所存日志头不可信" in told.output) == (1, True)

    witness = ("cosign", "--log", str(folder), "--key", key, "--name", "witness.example")
    first = run(*witness, "--folder", str(tmp_path / "w"))
    assert (first.exit_code, first.stdout.count("— ")) == (0, 2)
    assert run(*witness, "--folder", str(tmp_path / "w")).exit_code == 0
    vkey = first.stderr.split("witness key: ")[1].strip()
    (tmp_path / "keys" / "witnesses").write_text(vkey + "\n")
    (tmp_path / "signed.txt").write_text(first.stdout)
    assert run("witness", str(tmp_path / "signed.txt")).output == "witness.example\n"
