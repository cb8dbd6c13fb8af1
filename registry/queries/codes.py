"""Codes as they are in force, imports included: what pickers search and pages put names to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from sqlmodel import Session

from registry.queries.reference import rows_now, standing
from registry.reference.importing import with_code
from registry.reference.searching import found, prepared

Row = Mapping[str, str]
_MOST_KNOWN = 16
SEARCHED = ("industries", "catalogue_items", "industrial_structure")


class Code(NamedTuple):
    """A code and its names; `edition` is empty where codes have none."""

    code: str
    name_zh: str
    name_en: str
    edition: str = ""


class _Shelf(NamedTuple):
    """The codes of one table, findable by what they are called."""

    codes: tuple[Code, ...]
    by_key: Mapping[tuple[str, str], Code]
    texts: tuple[str, ...]

    def of(self, edition: str) -> list[tuple[str, Code]]:
        pairs = zip(self.texts, self.codes, strict=True)
        return [(text, code) for text, code in pairs if code.edition == edition]


def search(
    session: Session, table: str, text: str, *, edition: str = "", limit: int = 30
) -> list[Code]:
    """Codes whose number or name fits, in either language; nothing for a table of no codes."""
    if table not in SEARCHED:
        return []
    shelf = _shelf(session, table)
    return found(text, shelf.of(edition if table == "catalogue_items" else ""), limit)


def named(session: Session, table: str, code: str, *, edition: str = "") -> Code | None:
    """What a code stands for, or nothing."""
    if table not in SEARCHED or not code:
        return None
    key = (edition if table == "catalogue_items" else "", code)
    return _shelf(session, table).by_key.get(key)


_known: dict[tuple[str, tuple[str, ...]], _Shelf] = {}


def _shelf(session: Session, table: str) -> _Shelf:
    key = (table, standing(session, table))
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        codes = tuple(_code(table, row) for row in rows_now(session, table))
        _known[key] = _Shelf(
            codes,
            {(code.edition, code.code): code for code in codes},
            tuple(prepared(f"{code.code} {code.name_zh} {code.name_en}") for code in codes),
        )
    return _known[key]


def _code(table: str, row: Row) -> Code:
    if table == "industrial_structure":
        # The newest edition's number stands for the entry; its text is Chinese only.
        return Code(with_code(row)["code"], f"{row['sector']}：{row['text']}", "")
    return Code(row["code"], row["name_zh"], row["name_en"], row.get("edition", ""))
