"""Reference tables as joins: for one day, each lookup's rows under the keys that find them.

Which row a lookup takes hangs on the day, on what was published by then and on answers that may be
blank. All that is settled here by asking the lookup itself, so a join has one row a key and no date.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import NamedTuple

from registry.rules.reference import ReferenceTables, Row
from registry.rules.rulebook.evaluate import Cell
from registry.rules.rulebook.lookups import Found, finder, key_text
from registry.rules.rulebook.steps import LookupStep

HIT, UNVERIFIED, ROW_ID = "$hit", "$unverified", "$id"
NO_PIN_TEXT, NO_PIN_NUMBER = "", -1.0e300  # how a blank pin stands in a join: no answer is that


class JoinTable(NamedTuple):
    """Unique keys to cells. `key_types` are number, text or truth; a blank pin has its own key.

    `fields` are the names that the lookup gives, then $hit (true), $unverified and $id (the row's).
    """

    lookup: str
    table: str
    key_types: tuple[str, ...]
    pins: int  # how many of the keys, at the end, may be blank
    fields: tuple[str, ...]
    rows: tuple[tuple[tuple[Cell, ...], tuple[Cell, ...]], ...]

    def cells(self, field: str) -> tuple[Cell, ...]:
        place = self.fields.index(field)
        return tuple(cells[place] for _, cells in self.rows)


def fields_of(step: LookupStep) -> tuple[str, ...]:
    return (*(given.id for given in step.lookup.gives), HIT, UNVERIFIED, ROW_ID)


def cells_of(found: Found) -> tuple[Cell, ...]:
    """A found row's cells in the order of `fields_of`."""
    row = found.row
    if row is None:
        return (*found.cells, None, None, None)
    return (*found.cells, True, row.get("status") != "verified", found.row_id)


def one_row(
    step: LookupStep,
    reference: ReferenceTables,
    day: date,
    keys: tuple[Cell, ...],
    pins: tuple[Cell, ...],
) -> tuple[Cell, ...]:
    """The cells for keys that are known already."""
    return cells_of(finder((step.lookup,), reference, day)(0, keys, pins))


def join_table(
    step: LookupStep,
    reference: ReferenceTables,
    day: date,
    fixed: dict[int, Cell],
    types: tuple[str, ...],
) -> JoinTable:
    """All that a lookup can find that day. `fixed`: keys, by place, that are the same in every row.

    `types` are the types of its keys and then of its pins, the fixed ones left out.
    """
    find = finder((step.lookup,), reference, day)
    known: dict[tuple[Cell, ...], tuple[Cell, ...]] = {}
    count = len(step.keys)
    for texts in _combinations(step, reference, fixed):
        found = find(0, texts[:count], texts[count:])
        asked = tuple(text for n, text in enumerate(texts) if n not in fixed)
        key = tuple(map(_as_asked, asked, types))
        if found.row is not None and all(part is not None for part in key):
            known[key] = cells_of(found)
    return JoinTable(
        lookup=step.lookup.id,
        table=step.lookup.table,
        key_types=types,
        pins=len(types) - sum(n not in fixed for n in range(count)),
        fields=fields_of(step),
        rows=tuple(sorted(known.items(), key=lambda item: tuple(map(repr, item[0])))),
    )


def _combinations(
    step: LookupStep, reference: ReferenceTables, fixed: dict[int, Cell]
) -> Iterator[tuple[Cell, ...]]:
    """Every key and pin that stands in the table, each pin also left blank; texts as in the table."""
    columns = [column for column, _ in (*step.keys, *step.pins)]
    pins = [n for n in range(len(step.keys), len(columns)) if n not in fixed]
    seen: dict[tuple[Cell, ...], None] = {}
    for row in reference.table(step.lookup.table).rows:
        if not _may_be(row, columns, fixed):
            continue
        for size in range(len(pins) + 1):
            for blank in combinations(pins, size):
                texts = (row.get(column, "") for column in columns)
                seen[
                    tuple(
                        fixed.get(n, None if n in blank else text) for n, text in enumerate(texts)
                    )
                ] = None
    yield from seen


def _may_be(row: Row, columns: list[str], fixed: dict[int, Cell]) -> bool:
    return all(
        value is None or row.get(columns[n], "") == key_text(value) for n, value in fixed.items()
    )


def _as_asked(text: Cell, type: str) -> Cell:
    """The answer that is written so in the table: the number 2012 for "2012"; None if none is."""
    if text is None:
        return NO_PIN_NUMBER if type == "number" else NO_PIN_TEXT
    value: Cell = text
    try:
        if type == "number":
            value = float(str(text))
        elif type == "truth":
            value = {"True": True, "False": False}[str(text)]
    except (KeyError, ValueError):
        return None
    return value if key_text(value) == text else None
