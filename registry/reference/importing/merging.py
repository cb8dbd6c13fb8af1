"""What the rules see once imports are in force: imported rows in the place of what they cover."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

from registry.reference import tables
from registry.reference.importing.checking import declared, may_clear_a_gate, whole_editions
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

    An exclusion list of which entries are missing counts as not loaded: its gates stay unknown. An
    edition whose items were imported whole counts as loaded: a code that is not in it is none.
    """
    changed = {}
    editions = rows_in_force("catalogue_editions", imported.get("catalogue_editions", ()))
    with declared(editions):
        found = dict(imported)
        if "catalogue_items" in imported:
            found["catalogue_editions"] = _loaded(editions, imported["catalogue_items"])
        for kind, rows in found.items():
            merged = rows_in_force(kind, rows)
            digest = hashlib.sha256(csv_bytes(KINDS[kind], merged)).hexdigest()
            loaded = may_clear_a_gate(KINDS[kind], merged)
            changed[kind] = Table(kind, tuple(map(with_code, merged)), digest, loaded)
    shipped = [
        Table(name, sha256=entry["sha256"])
        for name, entry in manifest().items()
        if name not in changed
    ]
    bound = reference_tables([*shipped, *changed.values()])
    return ReferenceTables(_Layered(changed, tables().tables), bound.sha256)


def _loaded(editions: Sequence[Row], items: Sequence[Row]) -> list[Row]:
    whole = whole_editions(items)
    return [{**row, "items_loaded": "yes"} if row["edition"] in whole else row for row in editions]


def with_code(row: Row) -> Row:
    """Entries of the structure catalogue get one code of their class, sector and number."""
    if "cls" not in row:
        return row
    return {**row, "code": f"{row['cls']}-{row['sector_no']}-{row['no']}"}
