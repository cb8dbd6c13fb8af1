"""Which column is what: recognised, confirmed by a person, remembered, and checked before use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from dataclasses import field as made
from typing import Any, NamedTuple

from registry.bulk.ingest.fields import (
    KIND,
    REQUIRED,
    Field,
    Vocabulary,
    fold,
    unit_in,
    without_brackets,
)
from registry.bulk.ingest.heads import JOINT, Head, find_head
from registry.bulk.ingest.reading import Source
from registry.bulk.ingest.units import choice_of, factor, is_ambiguous
from registry.rules import canonical
from registry.rules.answers import Refused, parse

FORMAT = 1


@dataclass(frozen=True)
class ColumnMap:
    """One column (from 1): its head, the field that it holds (empty: left out), the unit that its
    numbers are in, and the book's own words for options."""

    column: int
    head: str
    field: str = ""
    unit: str = ""
    values: Map[str, str] = made(default_factory=dict)


@dataclass(frozen=True)
class Mapping:
    """How one layout of a book is read. `same` holds what one answer says for every row."""

    first: int
    last: int
    columns: tuple[ColumnMap, ...]
    same: Map[str, str] = made(default_factory=dict)
    sheet: str = ""

    @property
    def used(self) -> list[ColumnMap]:
        return [one for one in self.columns if one.field]

    def to_record(self) -> dict[str, Any]:
        """Plain JSON, as it is stored and pinned."""
        return {
            "format": FORMAT,
            "head": [self.first, self.last],
            "sheet": self.sheet,
            "same": dict(self.same),
            "columns": [
                {
                    "column": one.column,
                    "head": one.head,
                    "field": one.field,
                    "unit": one.unit,
                    "values": dict(one.values),
                }
                for one in self.columns
            ],
        }

    @classmethod
    def from_record(cls, record: Map[str, Any]) -> Mapping:
        if record.get("format") != FORMAT:
            raise ValueError(f"mapping of format {record.get('format')!r}")
        return cls(
            first=record["head"][0],
            last=record["head"][1],
            sheet=record.get("sheet", ""),
            same=dict(record.get("same", {})),
            columns=tuple(ColumnMap(**one) for one in record["columns"]),
        )


class MappingProblem(NamedTuple):
    """What keeps a mapping from use: the field or "column:N", and a code with words."""

    place: str
    code: str
    detail: str = ""


def layout(names: Sequence[str]) -> str:
    """The same for every file with these heads in this order."""
    return canonical.digest([fold(name) for name in names])


# -- proposing -------------------------------------------------------------------------------------


def propose(
    source: Source,
    words: Vocabulary,
    *,
    remembered: Iterable[Mapping] = (),
    head: Head | None = None,
) -> Mapping:
    """The mapping to begin with: remembered ones first (the newest first), then what is recognised.

    A field is given to one column only; a unit that the head does not say stays open.
    """
    head = head or find_head(source, words)
    known = _by_head(remembered)
    taken: set[str] = set()
    columns = []
    for number, name in enumerate(head.names, 1):
        one = known.get(fold(name)) if name else None
        if one is None or (one.field and one.field not in words.fields):
            one = _recognised(number, name, words)
        if one.field in taken:
            one = ColumnMap(number, name)
        taken.add(one.field)
        columns.append(replace(one, column=number, head=name))
    same = next((dict(one.same) for one in remembered if one.same), {})
    same = {id: value for id, value in same.items() if id not in taken and id in words.fields}
    return Mapping(head.first, head.last, tuple(columns), same, source.sheet)


def _by_head(remembered: Iterable[Mapping]) -> dict[str, ColumnMap]:
    found: dict[str, ColumnMap] = {}
    for mapping in remembered:
        for one in mapping.columns:
            if one.head:
                found.setdefault(fold(one.head), one)
    return found


def _recognised(number: int, name: str, words: Vocabulary) -> ColumnMap:
    id = words.recognise(name) or _by_last_part(name, words)
    if not id:
        return ColumnMap(number, name)
    unit = words.fields[id].unit
    return ColumnMap(number, name, id, choice_of(unit, unit_in(name, unit)))


def _by_last_part(name: str, words: Vocabulary) -> str:
    """A grouped head by its own part, without the row of units beneath it."""
    parts = [part for part in name.split(JOINT) if without_brackets(part).strip()]
    return words.recognise(parts[-1]) if parts else ""


# -- checking --------------------------------------------------------------------------------------


def check(mapping: Mapping, words: Vocabulary) -> list[MappingProblem]:
    """Everything that keeps it from use; empty if it may be used."""
    problems = list(_columns(mapping, words))
    fields = {one.field for one in mapping.used}
    problems += [MappingProblem(id, "column_needed") for id in REQUIRED if id not in fields]
    if KIND not in fields and not mapping.same.get(KIND):
        problems.append(MappingProblem(KIND, "kind_needed"))
    for id, value in mapping.same.items():
        known = words.fields.get(id)
        if known is None or id in fields or not _may_be(known, value):
            problems.append(MappingProblem(id, "same_wrong", value[:40]))
    return problems


def _columns(mapping: Mapping, words: Vocabulary) -> Iterable[MappingProblem]:
    seen: dict[str, int] = {}
    for one in mapping.used:
        place = f"column:{one.column}"
        known = words.fields.get(one.field)
        if known is None:
            yield MappingProblem(place, "field_unknown", one.field)
            continue
        if one.field in seen:
            yield MappingProblem(place, "field_twice", str(seen[one.field]))
        seen[one.field] = one.column
        if not one.unit and is_ambiguous(known.unit):
            yield MappingProblem(place, "unit_needed", known.unit)
        elif one.unit and factor(known.unit, one.unit) is None:
            yield MappingProblem(place, "unit_unknown", one.unit)
        if any(value and not _may_be(known, value) for value in one.values.values()):
            yield MappingProblem(place, "value_unknown")


def _may_be(known: Field, value: str) -> bool:
    if known.declared is None:
        return not known.options or any(one.id == value for one in known.options)
    try:
        parse(known.declared, value)
    except Refused:
        return False
    return True
