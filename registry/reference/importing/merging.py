"""What the rules see once imports are in force: imported rows in the place of what they cover."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from registry.reference import tables
from registry.reference.importing.checking import may_clear_a_gate
from registry.reference.importing.kinds import KINDS
from registry.reference.importing.preview import shipped_rows
from registry.reference.importing.writing import csv_bytes
from registry.reference.shelf import manifest
from registry.rules.reference import ReferenceTables, Table, reference_tables

Row = Mapping[str, str]


class _Layered(Mapping[str, Table]):
    """Imported tables over shipped ones, which are still read only when a rule asks."""

    def __init__(self, above: Mapping[str, Table], below: Mapping[str, Table]) -> None:
        self._above, self._below = above, below

    def __getitem__(self, name: str) -> Table:
        return self._above[name] if name in self._above else self._below[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self._below), **dict.fromkeys(self._above)})

    def __len__(self) -> int:
        return len(list(iter(self)))


def rows_in_force(kind: str, imported: Sequence[Row]) -> tuple[Row, ...]:
    """Shipped rows outside the editions or years that were imported, then the imported ones."""
    scope = KINDS[kind].scope
    covered = {tuple(row[name] for name in scope) for row in imported}
    kept = [row for row in shipped_rows(kind) if tuple(row[name] for name in scope) not in covered]
    return (*kept, *imported)


def tables_with(imported: Mapping[str, Sequence[Row]]) -> ReferenceTables:
    """The rules' tables with imports in force, by kind; their digest covers the imported rows.

    An exclusion list of which entries are missing counts as not loaded: its gates stay unknown.
    """
    changed = {}
    for kind, rows in imported.items():
        merged = rows_in_force(kind, rows)
        digest = hashlib.sha256(csv_bytes(KINDS[kind], merged)).hexdigest()
        loaded = may_clear_a_gate(KINDS[kind], merged)
        changed[kind] = Table(kind, merged, digest, loaded)
    shipped = [
        Table(name, sha256=entry["sha256"])
        for name, entry in manifest().items()
        if name not in changed
    ]
    bound = reference_tables([*shipped, *changed.values()])
    return ReferenceTables(_Layered(changed, tables().tables), bound.sha256)
