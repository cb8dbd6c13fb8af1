"""Worked examples of a rulebook: given answers and reference rows, and what must come out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registry.rules.rulebook.declarations import Example
from registry.rules.rulebook.mistakes import Mistakes, Place
from registry.rules.rulebook.section import Section, mend_dates

EXPECTED = (
    *("values", "states", "centipoints", "problems"),
    *("grade", "verdict", "eligibility", "total_centipoints"),
)


def read_examples(
    texts: Mapping[str, str], mistakes: Mistakes, places: dict[str, Place] | None = None
) -> tuple[Example, ...]:
    """All `[[example]]` tables, from files of their own and from beside the rules."""
    places = {} if places is None else places
    found = []
    for file, text in texts.items():
        try:
            content = tomllib.loads(mend_dates(text), parse_float=Decimal)
        except tomllib.TOMLDecodeError as why:
            mistakes.add(Place(file, ""), "not_toml", str(why))
            continue
        if file.startswith("examples") and set(content) - {"example"}:
            mistakes.add(Place(file, ""), "unknown_section", ", ".join(set(content) - {"example"}))
        for number, table in enumerate(content.get("example", [])):
            place = Place(file, "example", number, f"example {table.get('id', number)}")
            found.append(_example(Section(table, place, mistakes)))
            places[f"example {found[-1].id}"] = place
    return tuple(found)


def _example(s: Section) -> Example:
    s.taken |= {"given", "rows", "expect"}
    expect: dict[str, Any] = dict(s.table.get("expect", {}))
    if not expect:
        s.wrong("missing_key", "expect")
    for key in expect:
        if key not in EXPECTED:
            s.wrong("unknown_key", key, "expect")
    example = Example(
        id=s.id(),
        name=s.names(),
        rules=s.texts("rules"),
        kind=s.text("kind", True),
        as_of=s.day("as_of", True) or date.min,
        given=dict(s.table.get("given", {})),
        rows={
            table: tuple({column: str(cell) for column, cell in row.items()} for row in rows)
            for table, rows in s.table.get("rows", {}).items()
        },
        expect=expect,
        source=s.source(),
    )
    s.close()
    return example
