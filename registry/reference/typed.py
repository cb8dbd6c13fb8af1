"""Turns the text of a table into typed rows; a cell that is no number or date is named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Final

from registry.reference import rows
from registry.reference.provenance import Provenance, problem_of
from registry.reference.shelf import SHELVES, ReferenceInvalid, Texts, texts_of


def _bool(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(text)
    return text == "yes"


def _decimal(text: str) -> Decimal:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return value


_CONVERTERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "str": sys.intern,
    "int": int,
    "bool": _bool,
    "date": date.fromisoformat,
    "Decimal": _decimal,
}


def _converter(annotation: str) -> Callable[[str], Any]:
    name, _, optional = annotation.partition(" | ")
    convert = _CONVERTERS[name]
    return (lambda text: convert(text) if text else None) if optional else convert


def columns_of(row_class: str) -> dict[str, Callable[[str], Any]]:
    """The columns of a row class in order, each with what turns its text into a value."""
    return {
        field.name: _converter(str(field.type))
        for field in fields(getattr(rows, row_class))
        if field.name != "origin"
    }


def built(name: str, texts: Texts) -> tuple[Any, ...]:
    """The typed rows of a table."""
    row_class = getattr(rows, SHELVES[name].row_class)
    columns = columns_of(SHELVES[name].row_class)
    if texts.columns[: len(columns)] != tuple(columns):
        raise ReferenceInvalid("wrong_header", name, 0, ",".join(texts.columns))
    origins: dict[tuple[str, ...], Provenance] = {}
    done = []
    for number, line in enumerate(texts.lines, 1):
        cells = _cells(name, number, columns, line)
        done.append(row_class(*cells, _origin(name, number, line[len(columns) :], origins)))
    return tuple(done)


def _cells(
    name: str, number: int, columns: Mapping[str, Callable[[str], Any]], line: tuple[str, ...]
) -> list[Any]:
    cells: list[Any] = []
    for (column, convert), text in zip(columns.items(), line, strict=False):
        try:
            cells.append(convert(text))
        except (ValueError, InvalidOperation) as error:
            detail = f"{column}: {text!r}"
            raise ReferenceInvalid("bad_value", name, number, detail) from error
    return cells


def _origin(
    name: str,
    number: int,
    texts: tuple[str, ...],
    known: dict[tuple[str, ...], Provenance],
) -> Provenance:
    """One object for all rows that come from the same place: most tables have one or two."""
    origin = known.get(texts)
    if origin is None:
        origin = Provenance(*texts)
        problem = problem_of(origin)
        if problem is not None:
            column, code = problem
            raise ReferenceInvalid(code, name, number, f"{column}: {getattr(origin, column)!r}")
        known[texts] = origin
    return origin


@cache
def rows_of(name: str) -> tuple[Any, ...]:
    """The typed rows of a shipped table, built once a process."""
    return built(name, texts_of(name))
