"""Migrations: they make what the tables say, on both engines, and carry a registry's data along."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from registry.config import Environment, Settings, prepare_instance
from registry.db import Database
from registry.jobs.demo.load import load_demo
from registry.migrating import alembic_config, revision, upgrade
from registry.queries import audit
from tests.postgresql import own_server

BEFORE_LAST = "0003"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'registry.sqlite3'}"
        return
    with own_server() as address:
        yield address


def test_the_newest_schema_is_what_the_tables_say(url: str) -> None:
    upgrade(url)
    command.check(alembic_config(url))


def test_a_second_upgrade_changes_nothing(url: str) -> None:
    upgrade(url)
    before, after = upgrade(url)
    assert before == after == revision(url)


def test_a_registry_with_data_is_carried_along(url: str, tmp_path: Path) -> None:
    """Back to the schema before the last, as an installation of that version has it, and forward:
    every row is still there and the chain verifies."""
    settings = prepare_instance(
        Settings(
            environment=Environment.DEMO,
            instance=tmp_path / "instance",
            database_url=url,
            argon2_time_cost=1,
            argon2_memory_kib=8,
        )
    )
    upgrade(url)
    database = Database(url)
    assert load_demo(settings, database, now=datetime(2026, 11, 22, 8, 0, tzinfo=UTC))
    counted = _rows(database)
    command.downgrade(alembic_config(url), BEFORE_LAST)
    assert revision(url) == BEFORE_LAST
    upgrade(url)
    command.check(alembic_config(url))
    assert _rows(database) == counted
    with database.read() as session:
        assert audit.verify(session, []).intact
    database.dispose()


def _rows(database: Database) -> dict[str, int]:
    tables = ("person", "application", "assessment", "audit_event", "certificate", "reserve_entry")
    with database.read() as session:
        return {
            table: session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in tables
        }
