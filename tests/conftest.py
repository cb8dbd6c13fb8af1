"""One app a session; a fresh database (SQLite) or a rolled-back transaction (PostgreSQL) a test."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import Connection
from sqlmodel import Session

from registry.app import create_app
from registry.config import Environment, Settings, prepare_instance
from registry.db import Database
from registry.models import SQLModel
from tests.people import People

pytest_plugins = ["tests.issued"]
ON_POSTGRESQL = os.environ.get("REGISTRY_TEST_DATABASE", "sqlite") == "postgresql"
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


class RolledBackDatabase(Database):
    """All sessions share one connection whose outer transaction the test rolls back."""

    def __init__(self, connection: Connection) -> None:
        self.url = str(connection.engine.url)
        self.engine = connection.engine
        self._connection = connection

    @contextmanager
    def read(self) -> Iterator[Session]:
        with Session(self._connection, join_transaction_mode="create_savepoint") as session:
            yield session

    def scratch(self) -> AbstractContextManager[Session]:
        return self.read()

    @contextmanager
    def write(self) -> Iterator[Session]:
        with Session(
            self._connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            yield session
            session.commit()

    def dispose(self) -> None:
        """The engine outlives the test."""


def fast_folder() -> Path:
    """Memory-backed where there is one: the tests' databases fsync at every commit."""
    shm = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="registry-", dir=shm if os.access(shm, os.W_OK) else None))


@pytest.fixture(scope="session", autouse=True)
def the_day() -> Iterator[None]:
    """Every test begins on the day on which its cases were written, so that no term runs out on it."""
    with time_machine.travel(NOW + timedelta(hours=1), tick=True):
        yield


@pytest.fixture(scope="session")
def settings() -> Iterator[Settings]:
    folder = fast_folder()
    made = Settings(
        environment=Environment.TEST,
        instance=folder / "instance",
        argon2_time_cost=1,
        argon2_memory_kib=8,
        rate_limits=False,
        base_url="https://registry.example",
    )
    yield prepare_instance(made)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A real PostgreSQL server for this process, from a wheel."""
    from tests.postgresql import own_server

    with own_server() as url:
        yield url


@pytest.fixture(scope="session")
def _template(settings: Settings) -> Path:
    """An empty SQLite registry that every test copies."""
    path = settings.instance / "template.sqlite3"
    database = Database(f"sqlite:///{path}")
    SQLModel.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA user_version")
    database.dispose()
    return path


@pytest.fixture(scope="session")
def _postgresql(request: pytest.FixtureRequest) -> Iterator[Database]:
    database = Database(request.getfixturevalue("postgresql_url"))
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.dispose()


@pytest.fixture
def database(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Database]:
    if ON_POSTGRESQL:
        engine = request.getfixturevalue("_postgresql").engine
        with engine.connect() as connection:
            outer = connection.begin()
            yield RolledBackDatabase(connection)
            outer.rollback()
        return
    folder = fast_folder()
    shutil.copy(request.getfixturevalue("_template"), folder / "test.sqlite3")
    fresh = Database(f"sqlite:///{folder / 'test.sqlite3'}")
    yield fresh
    fresh.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session that commits when the test ends; use `database.write()` for several."""
    with database.write() as opened:
        yield opened


@pytest.fixture(scope="session")
def _app(settings: Settings) -> Flask:
    return create_app(settings, Database("sqlite://"))


@pytest.fixture
def app(_app: Flask, database: Database) -> Flask:
    _app.config["WTF_CSRF_ENABLED"] = False
    _app.extensions["database"] = database
    return _app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def people(database: Database, app: Flask) -> People:
    return People(database, app)


# What stands on a database: only this can come out otherwise on another engine, so the second run of
# the suite takes this alone.
DATABASES = frozenset({"database", "postgresql_url", "shared", "walk"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first: begun last, it would keep one process busy while the other waits."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
    for item in items:
        if not DATABASES.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("database")
