"""Scored where the data already lies: the registry's own SQLite or PostgreSQL, or a server beside it.

Nothing is copied out: the query reads a table or view with the columns of `plan.inputs`, and its rows
go into a table or come back. Dates are texts in such a table, yes and no are truths.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

from sqlalchemy.engine import Connection

from registry.rules.flow.dialects import DIALECTS
from registry.rules.flow.plan import COMPACT, Column, Plan
from registry.rules.flow.reading import bounds_of
from registry.rules.flow.refusing import RowsRefused
from registry.rules.flow.sql import query
from registry.rules.flow.sql_steps import quoted


def columns_sql(columns: tuple[Column, ...], dialect: str) -> str:
    """The columns of a plan as they stand in CREATE TABLE."""
    spoken = DIALECTS[dialect]
    types = {"number": spoken.double, "integer": spoken.big, "text": spoken.text}
    types["truth"] = "INTEGER" if dialect == "sqlite" else "BOOLEAN"
    return ", ".join(f"{spoken.quoted(column.name)} {types[column.type]}" for column in columns)


def score_in_place(
    connection: Connection, plan: Plan, source: str, *, into: str = "", size: str = COMPACT
) -> Iterator[tuple[Any, ...]]:
    """Score every row of the table or view `source`.

    With `into`, a table of that name that has the columns of `plan.outputs(size)` gets the rows and
    nothing comes back; else the rows come back as tuples in the order of those columns.
    Raises `RowsRefused` as `score_file` does. The transaction stays the caller's.
    """
    dialect = connection.dialect.name
    kinds = _refuse(connection, plan, source)
    text = query(plan, dialect, source=source, size=size, kinds=kinds) if kinds else ""
    _prepare(connection, dialect)
    if into and text:
        names = ", ".join(quoted(column.name) for column in plan.outputs(size))
        connection.exec_driver_sql(f"INSERT INTO {into} ({names}) {text}")
    if into or not text:
        return iter(())
    return (tuple(row) for row in connection.exec_driver_sql(text))


def _prepare(connection: Connection, dialect: str) -> None:
    """PostgreSQL's compiler takes longer than the query; some SQLite have no CEIL and POWER."""
    if dialect == "postgresql":
        connection.exec_driver_sql("SET LOCAL jit = off")
        return
    driver: Any = connection.connection.driver_connection
    options = {row[0] for row in connection.exec_driver_sql("PRAGMA compile_options")}
    if "ENABLE_MATH_FUNCTIONS" not in options:
        driver.create_function("CEIL", 1, _ceil, deterministic=True)
        driver.create_function("POWER", 2, _power, deterministic=True)


def _ceil(x: float | None) -> float | None:
    return None if x is None else float(ceil(x))


def _power(x: float | None, y: float | None) -> float | None:
    return None if x is None or y is None else float(x**y)


def _refuse(connection: Connection, plan: Plan, source: str) -> tuple[str, ...]:
    """The kinds among the rows, or `RowsRefused`."""
    kind = quoted("kind")
    counts = connection.exec_driver_sql(f"SELECT {kind}, COUNT(*) FROM {source} GROUP BY {kind}")
    found = {name: count for name, count in counts.all()}  # noqa: C416  (rows, not pairs)
    for name, count in found.items():
        if name not in plan.kinds:
            raise RowsRefused("unknown_kind", "kind", count, ())
    numbers = [i for i in plan.book.inputs if i.type in ("number", "integer")]
    tests = []
    for declared in numbers:
        low, high = bounds_of(declared)
        name = quoted(declared.id)
        tests.append(
            f"SUM(CASE WHEN {name} BETWEEN {low!r} AND {high!r} THEN 0 WHEN {name} IS NULL THEN 0 ELSE 1 END)"
        )
    outside = connection.exec_driver_sql(f"SELECT {', '.join(tests)} FROM {source}").one()
    for declared, count in zip(numbers, outside, strict=True):
        if count:
            raise RowsRefused("outside_its_limits", declared.id, int(count), ())
    return tuple(name for name in plan.kinds if name in found)
