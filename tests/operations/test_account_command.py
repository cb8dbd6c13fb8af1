"""`registry account make-admin`: the first way in."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlmodel import SQLModel, select

from registry.cli import main
from registry.db import Database
from registry.models import MailedLink, Person, RoleGrant


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    monkeypatch.setenv("REGISTRY_INSTANCE", str(tmp_path))
    monkeypatch.setenv("REGISTRY_BASE_URL", "https://registry.example")
    database = Database(f"sqlite:///{tmp_path / 'registry.sqlite3'}")
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.dispose()


def test_it_prints_a_link_and_makes_one_admin(instance: Database) -> None:
    links = []
    for _ in range(2):
        result = CliRunner().invoke(main, ["account", "make-admin", "Root@Example.org"])
        assert result.exit_code == 0, result.output
        found = re.search(r"https://registry\.example/account/link/\S+", result.output)
        assert found
        links.append(found[0])
    assert links[0] != links[1]
    with instance.read() as session:
        assert session.exec(select(Person.email)).all() == ["root@example.org"]
        assert session.exec(select(RoleGrant.role)).all() == ["admin"]
        assert links[1].rsplit("/", 1)[1] not in session.exec(select(MailedLink.token_sha256)).all()


def test_it_says_what_is_wrong(instance: Database) -> None:
    result = CliRunner().invoke(main, ["account", "make-admin", "nobody"])
    assert result.exit_code == 1
    assert "valid mail address" in result.output
