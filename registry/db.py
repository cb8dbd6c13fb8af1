"""Engines and sessions for SQLite and PostgreSQL; no Flask.

Two kinds of session: `read()` may not write, `write()` takes the write lock at once on SQLite
(`BEGIN IMMEDIATE`), so that a read-modify-write never loses another one's update. On PostgreSQL
operations lock the rows that they change with `lock()`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Executable,
    LargeBinary,
    String,
    bindparam,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

ModelT = TypeVar("ModelT", bound=SQLModel)


class RowMissing(LookupError):
    """No row of that kind has that id."""


# SQLite's STRICT tables know five types only; these say which one holds what.
@compiles(String, "sqlite")
@compiles(DateTime, "sqlite")
@compiles(Date, "sqlite")
def _as_text(_type: Any, _compiler: Any, **_: Any) -> str:
    return "TEXT"


@compiles(Boolean, "sqlite")
@compiles(BigInteger, "sqlite")
def _as_integer(_type: Any, _compiler: Any, **_: Any) -> str:
    return "INTEGER"


@compiles(LargeBinary, "sqlite")
def _as_blob(_type: Any, _compiler: Any, **_: Any) -> str:
    return "BLOB"


def _tune_sqlite(connection: Any, *, read_only: bool) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=30000")
    if not read_only:
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    if read_only:
        cursor.execute("PRAGMA query_only=ON")
    cursor.close()


def _sqlite_engine(url: str, *, read_only: bool, begin: str = "BEGIN IMMEDIATE") -> Engine:
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})
    begin = "BEGIN" if read_only else begin

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        _tune_sqlite(connection, read_only=read_only)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _postgresql_engine(url: str, *, read_only: bool) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=20)
    return engine.execution_options(postgresql_readonly=True) if read_only else engine


class Database:
    """One registry's database: a writing engine and a reading one (which may be a replica)."""

    def __init__(self, url: str, read_url: str = "") -> None:
        self.url = url
        make = _sqlite_engine if url.startswith("sqlite") else _postgresql_engine
        self.engine = make(url, read_only=False)
        self._reader = make(read_url or url, read_only=True)

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that cannot write; always rolled back."""
        with Session(self._reader) as session:
            yield session

    @contextmanager
    def scratch(self) -> Iterator[Session]:
        """A session that reads, and may lay temporary tables for it; always rolled back.

        It keeps nobody from writing: what it lays is its connection's own.
        """
        with Session(self._beside) as session:
            yield session

    @cached_property
    def _beside(self) -> Engine:
        if not self.is_sqlite:
            return self.engine
        return _sqlite_engine(self.url, read_only=False, begin="BEGIN")

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits when the block ends well, and only then."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def dispose(self) -> None:
        self.engine.dispose()
        self._reader.dispose()
        if "_beside" in self.__dict__:
            self._beside.dispose()


def migration_engine(url: str) -> Engine:
    """A plain engine for Alembic: its own BEGIN, no pool."""
    return create_engine(url, poolclass=NullPool)


def columns_of(model: type[SQLModel]) -> Any:
    """A model's columns as plain ones: a statement over them costs half of one over the mapper."""
    return model.__table__.c  # type: ignore[attr-defined]


def sent(session: Session, statement: Executable, **values: object) -> Any:
    """Send a statement over plain columns within this session's transaction, after what waits."""
    session.flush()
    return session.connection().execute(statement, values)


@cache
def _locking(model: type[ModelT]) -> SelectOfScalar[ModelT]:
    key = model.__mapper__.primary_key[0]  # type: ignore[attr-defined]
    statement = select(model).where(key == bindparam("row_id")).with_for_update()
    return statement.execution_options(populate_existing=True)


def lock(session: Session, model: type[ModelT], row_id: object) -> ModelT:
    """Read one row for changing it: FOR UPDATE on PostgreSQL, BEGIN IMMEDIATE already on SQLite."""
    row = session.exec(_locking(model), params={"row_id": row_id}).one_or_none()
    if row is None:
        raise RowMissing(f"{model.__name__} {row_id}")
    return row
