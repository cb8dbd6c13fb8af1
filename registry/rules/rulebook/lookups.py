"""Chooses the row of a reference table that a lookup asks for: newest published by the day.

No row is a missing value with its reason. Nothing falls back: not to the nation for a province
without a factor, not to another purpose, not to a later publication.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from registry.rules.reference import ReferenceTables, Row, row_id
from registry.rules.rulebook.declarations import Given, Lookup
from registry.rules.rulebook.evaluate import Cell

YES = ("yes", "true", "1")


class Found(NamedTuple):
    """A chosen row with its cells as the engine computes with them, or why there is none."""

    row: Row | None
    row_id: str
    cells: tuple[Cell, ...]
    reason: str  # "", "key_missing", "table_not_loaded", "no_row", "not_yet_published"


Key = tuple[Cell, ...]
Find = Callable[[int, Key, Key], Found]


def finder(lookups: tuple[Lookup, ...], reference: ReferenceTables, as_of: date) -> Find:
    """`find(which lookup, key values, pin values)`, remembering what was found before."""
    known: dict[tuple[int, Key, Key], Found] = {}

    def find(which: int, keys: Key, pins: Key) -> Found:
        asked = (which, keys, pins)
        found = known.get(asked)
        if found is None:
            found = known[asked] = _find(lookups[which], reference, as_of, keys, pins)
        return found

    return find


def _find(lookup: Lookup, tables: ReferenceTables, as_of: date, keys: Key, pins: Key) -> Found:
    nothing = tuple(None for _ in lookup.gives)
    if not tables.is_loaded(lookup.table):
        return Found(None, "", nothing, "table_not_loaded")
    if any(key is None for key in keys):
        return Found(None, "", nothing, "key_missing")
    columns = tuple(lookup.keys)
    wanted = dict(zip(columns, map(key_text, keys), strict=True))
    for column, pin in zip(lookup.pins, pins, strict=True):
        if pin is not None:
            wanted[column] = key_text(pin)
    if lookup.purpose:
        wanted["purpose"] = lookup.purpose
    rows = tables.table(lookup.table).matching(tuple(wanted), tuple(wanted.values()))
    known = [r for r in rows if published_by(r, as_of) and valid_on(r, lookup.during, as_of)]
    if not known:
        return Found(None, "", nothing, "not_yet_published" if rows else "no_row")
    best = max(known, key=lambda row: (row.get("published", ""), row.get(lookup.newest, "")))
    cells = tuple(_cell(given, best) for given in lookup.gives)
    return Found(best, row_id(lookup.table, best), cells, "")


def key_text(value: Cell) -> str:
    """A key as it stands in a table: 2012, not 2012.0."""
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def published_by(row: Mapping[str, str], day: date) -> bool:
    """Whether the row was out on that day; a bare month or year counts from its last day on."""
    published = row.get("published", "")
    return bool(published) and last_day(published) <= day.isoformat()


def valid_on(row: Mapping[str, str], during: tuple[str, ...], day: date) -> bool:
    """Whether the row is in force that day; a blank end is open."""
    if not during:
        return True
    first, last = (row.get(column, "") for column in during)
    return (not first or first <= day.isoformat()) and (not last or day.isoformat() <= last)


def last_day(text: str) -> str:
    """The last day that a bare year or month can mean."""
    if len(text) == 4 or text[4:] == "-12":
        return f"{text[:4]}-12-31"
    if len(text) == 7:
        return (date(int(text[:4]), int(text[5:]) + 1, 1) - timedelta(days=1)).isoformat()
    return text


def _cell(given: Given, row: Row) -> Cell:
    text = row.get(given.column, "")
    if text == "":
        return None
    match given.type:
        case "number":
            return float(text)
        case "yes_no":
            return text in YES
        case "date":
            return last_day(text)
        case _:
            return text
