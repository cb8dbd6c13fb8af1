"""Reads our tables: checks hash, header, keys and editions, and names the row that is wrong."""

from __future__ import annotations

import csv
import hashlib
import io
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

from registry.reference import provenance, rows

FOLDER: Final = Path(__file__).parent / "tables"
MANIFEST: Final = Path(__file__).parent / "MANIFEST.toml"


class ReferenceInvalid(Exception):
    """A table that must not be used: which one, which row (1 is the first below the header)."""

    def __init__(self, code: str, table: str, row: int | None = None, detail: str = "") -> None:
        self.code, self.table, self.row, self.detail = code, table, row, detail
        place = table if row is None else f"{table}, row {row}"
        super().__init__(f"{place}: {code}" + (f" ({detail})" if detail else ""))


@dataclass(frozen=True)
class Shelf:
    """What a table is made of: its row class, its key, and where its editions are declared."""

    row: type
    keys: tuple[str, ...]
    refers: Mapping[str, str]

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(field.name for field in fields(self.row) if field.name != "origin")


def _shelf(row: type, *keys: str, **refers: str) -> Shelf:
    return Shelf(row, keys, refers)


SHELVES: Final[Mapping[str, Shelf]] = {
    "zones": _shelf(rows.Zone, "zone_id"),
    "divisions": _shelf(rows.Division, "code"),
    "industries": _shelf(rows.Industry, "code"),
    "legal_forms": _shelf(rows.LegalForm, "elf", "language"),
    "catalogue_editions": _shelf(rows.Edition, "edition"),
    "catalogue_items": _shelf(rows.CatalogueItem, "edition", "code", edition="catalogue_editions"),
    "eu_activities": _shelf(rows.EuActivity, "name_en", "code"),
    "nace": _shelf(rows.NaceCode, "code"),
    "grids": _shelf(rows.Grid, "grid"),
    "grid_provinces": _shelf(rows.GridProvince, "family", "province_code", "grid", grid="grids"),
    "grid_average_factors": _shelf(rows.GridAverageFactor, "scope", "region", "basis", "data_year"),
    "grid_om_bm": _shelf(rows.GridOmBm, "grid", "vintage", grid="grids"),
    "fuel_factors": _shelf(rows.FuelFactor, "fuel", "unit"),
    "standard_coal": _shelf(rows.StandardCoal, "energy", "unit", "basis"),
    "coal_rate_of_supply": _shelf(rows.CoalRateOfSupply, "data_year"),
    "gwp": _shelf(rows.WarmingPotential, "gas", "edition", edition="catalogue_editions"),
    "benchmarks": _shelf(rows.Benchmark, "product", "edition", edition="catalogue_editions"),
    "exclusion_lists": _shelf(rows.ExclusionList, "list_id"),
    "two_high_sectors": _shelf(rows.TwoHighSector, "sector"),
    "eu_thresholds": _shelf(rows.EuThreshold, "threshold", "valid_from"),
    "plan_targets": _shelf(rows.PlanTarget, "target"),
    "working_calendar": _shelf(rows.CalendarDay, "day"),
}


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


@cache
def manifest() -> Mapping[str, Mapping[str, Any]]:
    """What each table must be: its digest, its number of rows, its title and licence."""
    tables: Mapping[str, Mapping[str, Any]] = tomllib.loads(MANIFEST.read_text("utf-8"))["tables"]
    return tables


def read_texts(name: str, content: bytes) -> list[list[str]]:
    """The cells of a table with the right header; a ragged row is named."""
    shelf = SHELVES[name]
    lines = list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))
    expected = [*shelf.columns, *provenance.COLUMNS]
    if not lines or lines[0] != expected:
        raise ReferenceInvalid("wrong_header", name, 0, ",".join(lines[0] if lines else []))
    for number, line in enumerate(lines[1:], 1):
        if len(line) != len(expected):
            raise ReferenceInvalid("wrong_number_of_cells", name, number, str(len(line)))
    return lines[1:]


def build_rows(name: str, lines: list[list[str]], known: Mapping[str, frozenset[str]]) -> list[Any]:
    """Typed rows; refuses a bad cell, a key used twice, an edition that nobody declared."""
    shelf = SHELVES[name]
    columns = shelf.columns
    converters = [_converter(str(f.type)) for f in fields(shelf.row) if f.name != "origin"]
    key_places = [columns.index(key) for key in shelf.keys]
    origins: dict[tuple[str, ...], provenance.Provenance] = {}
    seen: set[tuple[str, ...]] = set()
    built = []
    for number, line in enumerate(lines, 1):
        key = tuple(line[place] for place in key_places)
        if key in seen:
            raise ReferenceInvalid("duplicate_key", name, number, "/".join(key))
        seen.add(key)
        for column, allowed in known.items():
            if line[columns.index(column)] not in allowed:
                raise ReferenceInvalid(
                    f"unknown_{column}", name, number, line[columns.index(column)]
                )
        origin = _origin(name, number, tuple(line[len(columns) :]), origins)
        built.append(shelf.row(*_cells(name, number, columns, converters, line), origin))
    return built


def _cells(
    name: str,
    number: int,
    columns: tuple[str, ...],
    converters: list[Callable[[str], Any]],
    line: list[str],
) -> list[Any]:
    place = 0
    try:
        cells = []
        for place, convert in enumerate(converters):
            cells.append(convert(line[place]))
        return cells
    except (ValueError, InvalidOperation) as error:
        detail = f"{columns[place]}: {line[place]!r}"
        raise ReferenceInvalid("bad_value", name, number, detail) from error


def _origin(
    name: str,
    number: int,
    texts: tuple[str, ...],
    known: dict[tuple[str, ...], provenance.Provenance],
) -> provenance.Provenance:
    """One object for all rows that come from the same place: most tables have one or two."""
    origin = known.get(texts)
    if origin is None:
        origin = provenance.Provenance(*texts)
        problem = provenance.problem_of(origin)
        if problem is not None:
            column, code = problem
            raise ReferenceInvalid(code, name, number, f"{column}: {getattr(origin, column)!r}")
        known[texts] = origin
    return origin


@cache
def lines_of(name: str) -> list[list[str]]:
    """The cells of a shipped table, after its bytes were compared with the manifest."""
    content = (FOLDER / f"{name}.csv").read_bytes()
    entry = manifest()[name]
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry["sha256"]:
        raise ReferenceInvalid("wrong_hash", name, None, digest)
    lines = read_texts(name, content)
    if len(lines) != entry["rows"]:
        raise ReferenceInvalid("wrong_number_of_rows", name, None, str(len(lines)))
    return lines


@cache
def rows_of(name: str) -> tuple[Any, ...]:
    """The typed rows of a shipped table."""
    known = {
        column: frozenset(line[0] for line in lines_of(target))
        for column, target in SHELVES[name].refers.items()
    }
    return tuple(build_rows(name, lines_of(name), known))


def texts_of(name: str) -> tuple[dict[str, str], ...]:
    """The rows as text by column, for the rules; checked as the typed rows are."""
    rows_of(name)
    header = (*SHELVES[name].columns, *provenance.COLUMNS)
    return tuple(dict(zip(header, line, strict=True)) for line in lines_of(name))
