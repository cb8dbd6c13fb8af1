"""Column kinds that hold the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Column, DateTime, ForeignKey, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field

from registry.rules import canonical


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC; a naive one is refused rather than guessed."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}: moments carry their zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class CanonicalJson(TypeDecorator[Any]):
    """JSON kept as its RFC 8785 text, so that what is stored is what is hashed."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else canonical.dumps(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def moment(*, nullable: bool = False, index: bool = False) -> Any:
    """A UTC moment."""
    return Field(
        default=None if nullable else ...,
        sa_column=Column(UtcDateTime, nullable=nullable, index=index),
    )


def record(*, nullable: bool = False) -> Any:
    """A JSON value without floats."""
    if nullable:
        return Field(default=None, sa_column=Column(CanonicalJson, nullable=True))
    return Field(default_factory=dict, sa_column=Column(CanonicalJson, nullable=False))


def blob() -> Any:
    return Field(sa_column=Column(LargeBinary, nullable=False))


def link(target: str, *, nullable: bool = False, index: bool = True) -> Any:
    """A foreign key; `target` is "table.column"."""
    if nullable:
        return Field(default=None, sa_column=Column(ForeignKey(target), nullable=True, index=index))
    return Field(sa_column=Column(ForeignKey(target), nullable=False, index=index))
