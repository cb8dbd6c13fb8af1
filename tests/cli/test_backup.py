"""`registry backup` and `registry restore` as an operator types them."""

from click.testing import CliRunner

from registry.cli import main
from registry.config import Settings, prepare_instance
from registry.db import Database
from registry.migrating import upgrade
from registry.operations import audit
from registry.rules.permissions import service
from tests.conftest import NOW


def run(*arguments: str):
    return CliRunner().invoke(main, list(arguments))


def test_from_one_instance_to_another(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "old"))
    settings = prepare_instance(Settings())
    upgrade(settings.database_url)
    database = Database(settings.database_url)
    with database.write() as session:
        for n in range(3):
            audit.record(
                session,
                kind="organisation.edited",
                subject=f"organisation:{n}",
                body={},
                by=service("timer"),
                now=NOW,
            )
    database.dispose()
    kept = tmp_path / "kept.tar.gz"
    answer = run("backup", str(kept))
    assert answer.exit_code == 0, answer.output
    head = run("audit", "head").output.strip()
    assert f"audit head {head}" in answer.output

    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "new"))
    answer = run("restore", str(kept))
    assert (answer.exit_code, answer.output) == (0, "3 events, chain intact\n")
    assert run("audit", "verify", "--head", head).exit_code == 0
    assert (tmp_path / "new" / "secret_key").read_text() == settings.secret_key + "\n"

    again = run("restore", str(kept))
    assert again.exit_code == 1
    assert "is not empty" in again.output


def test_what_is_no_backup_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path / "new"))
    wrong = tmp_path / "wrong.tar.gz"
    wrong.write_text("no archive")
    answer = run("restore", str(wrong))
    assert answer.exit_code == 1
    assert "not restored" in answer.output
