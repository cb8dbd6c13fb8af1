"""Which rows of reference data a score looked at: enough to compute it again, and no more.

A lookup asks a table for the rows with certain keys and chooses among them. Every row that was
offered is kept, also those that were not chosen, because a later one would have been.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.rules.reference import ReferenceTables, Row, Table

FORMAT = 1


class ConsultedInvalid(ValueError):
    """A record of looked-up rows that cannot be read."""


class _Watched(Table):
    """A table that remembers what it was asked for."""

    def matching(self, columns: tuple[str, ...], values: tuple[str, ...]) -> list[Row]:
        rows = super().matching(columns, values)
        for row in rows:
            self.offered.setdefault(tuple(row.items()), row)
        return rows

    @property
    def offered(self) -> dict[tuple[tuple[str, str], ...], Row]:
        found: dict[tuple[tuple[str, str], ...], Row] = self.__dict__.setdefault("_offered", {})
        return found


class Watch(Mapping[str, Table]):
    """The same tables, watched; `record()` says what was looked at."""

    def __init__(self, tables: ReferenceTables) -> None:
        self._tables = tables
        self._watched: dict[str, _Watched] = {}

    def tables(self) -> ReferenceTables:
        return ReferenceTables(self, self._tables.sha256)

    def __getitem__(self, name: str) -> Table:
        if name not in self._watched:
            self._watched[name] = _Watched(*self._tables.tables[name])
        return self._watched[name]

    def __iter__(self) -> Any:
        return iter(self._tables.tables)

    def __len__(self) -> int:
        return len(self._tables.tables)

    def record(self) -> dict[str, Any]:
        """Plain JSON values: the rows that were offered, which tables were loaded at all, and the
        one digest over every table."""
        rows = {
            name: [dict(row) for row in table.offered.values()]
            for name, table in sorted(self._watched.items())
            if table.offered
        }
        return {
            "format": FORMAT,
            "reference_sha256": self._tables.sha256,
            "tables": {name: self._tables.tables[name].sha256 for name in rows},
            "loaded": sorted(name for name in self._tables.tables if self._tables.is_loaded(name)),
            "rows": rows,
        }


def tables_of(record: Any) -> ReferenceTables:
    """The tables of such a record, under the digest that the whole ones had together. A table that
    was loaded and not looked into is there and empty."""
    try:
        if record["format"] != FORMAT:
            raise ConsultedInvalid(f"format {record['format']!r}")
        rows: Mapping[str, Any] = record["rows"]
        if not set(rows) <= set(record["loaded"]):
            raise ConsultedInvalid("rows of a table that was not loaded")
        tables = {
            name: Table(
                name,
                tuple(_row(row) for row in rows.get(name, ())),
                str(record["tables"].get(name, "")),
            )
            for name in map(str, record["loaded"])
        }
        return ReferenceTables(tables, str(record["reference_sha256"]))
    except (KeyError, TypeError, AttributeError) as problem:
        raise ConsultedInvalid(f"{type(problem).__name__}: {problem}") from None


def _row(row: Any) -> Row:
    if not all(type(key) is str and type(value) is str for key, value in row.items()):
        raise ConsultedInvalid("a cell that is no text")
    return dict(row)
