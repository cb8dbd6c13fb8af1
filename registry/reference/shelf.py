"""Reads our tables as text: checks digest, header, keys and editions, names the row that is wrong.

Standard library only and no row classes: a single score needs three tables of text, quickly.
"""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "tables"
MANIFEST: Final = Path(__file__).parent / "MANIFEST.toml"

# The last columns of every table: where the row comes from and how sure we are of it.
PROVENANCE: Final = (
    "source",
    "document",
    "clause",
    "published",
    "effective",
    "status",
    "known_from",
    "note",
)


class ReferenceInvalid(Exception):
    """A table that must not be used: which one, which row (1 is the first below the header)."""

    def __init__(self, code: str, table: str, row: int | None = None, detail: str = "") -> None:
        self.code, self.table, self.row, self.detail = code, table, row, detail
        place = table if row is None else f"{table}, row {row}"
        super().__init__(f"{place}: {code}" + (f" ({detail})" if detail else ""))


@dataclass(frozen=True)
class Shelf:
    """What a table is made of: its row class, its key, and which table declares its editions."""

    row_class: str
    keys: tuple[str, ...]
    refers: Mapping[str, str]


@dataclass(frozen=True)
class Texts:
    """A table as it is written: its columns, and its cells line by line."""

    columns: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> frozenset[str]:
        place = self.columns.index(name)
        return frozenset(line[place] for line in self.lines)


def _shelf(row_class: str, *keys: str, **refers: str) -> Shelf:
    return Shelf(row_class, keys, refers)


SHELVES: Final[Mapping[str, Shelf]] = {
    "zones": _shelf("Zone", "zone_id"),
    "divisions": _shelf("Division", "code"),
    "industries": _shelf("Industry", "code"),
    "legal_forms": _shelf("LegalForm", "elf", "language"),
    "catalogue_editions": _shelf("Edition", "edition"),
    "catalogue_items": _shelf("CatalogueItem", "edition", "code", edition="catalogue_editions"),
    "eu_activities": _shelf("EuActivity", "name_en", "code"),
    "nace": _shelf("NaceCode", "code"),
    "grids": _shelf("Grid", "grid"),
    "grid_provinces": _shelf("GridProvince", "family", "province_code", "grid", grid="grids"),
    "grid_average_factors": _shelf("GridAverageFactor", "scope", "region", "basis", "data_year"),
    "grid_om_bm": _shelf("GridOmBm", "grid", "vintage", grid="grids"),
    "fuel_factors": _shelf("FuelFactor", "fuel", "unit"),
    "standard_coal": _shelf("StandardCoal", "energy", "unit", "basis"),
    "coal_rate_of_supply": _shelf("CoalRateOfSupply", "data_year"),
    "gwp": _shelf("WarmingPotential", "gas", "edition", edition="catalogue_editions"),
    "benchmarks": _shelf("Benchmark", "product", "edition", edition="catalogue_editions"),
    "exclusion_lists": _shelf("ExclusionList", "list_id"),
    "two_high_sectors": _shelf("TwoHighSector", "sector"),
    "eu_thresholds": _shelf("EuThreshold", "threshold", "valid_from"),
    "plan_targets": _shelf("PlanTarget", "target"),
    "working_calendar": _shelf("CalendarDay", "day"),
}


@cache
def manifest() -> Mapping[str, Mapping[str, Any]]:
    """What each table must be: its digest, its number of rows, its title and licence."""
    tables: Mapping[str, Mapping[str, Any]] = tomllib.loads(MANIFEST.read_text("utf-8"))["tables"]
    return tables


def parsed(name: str, content: bytes, declared: Mapping[str, frozenset[str]]) -> Texts:
    """The cells of a table; refuses a ragged row, a key used twice, an undeclared edition.

    `declared` holds, by column, the values that another table declares (`Shelf.refers`).
    """
    shelf = SHELVES[name]
    lines = csv.reader(io.StringIO(content.decode("utf-8"), newline=""))
    columns = tuple(next(lines, ()))
    if columns[-len(PROVENANCE) :] != PROVENANCE or not {*shelf.keys} <= {*columns}:
        raise ReferenceInvalid("wrong_header", name, 0, ",".join(columns))
    key_places = [columns.index(key) for key in shelf.keys]
    allowed = [(column, columns.index(column), declared[column]) for column in shelf.refers]
    kept: dict[tuple[str, ...], tuple[str, ...]] = {}
    for number, cells in enumerate(lines, 1):
        if len(cells) != len(columns):
            raise ReferenceInvalid("wrong_number_of_cells", name, number, str(len(cells)))
        key = tuple([cells[place] for place in key_places])
        if key in kept:
            raise ReferenceInvalid("duplicate_key", name, number, "/".join(key))
        for column, place, values in allowed:
            if cells[place] not in values:
                raise ReferenceInvalid(f"unknown_{column}", name, number, cells[place])
        kept[key] = tuple(cells)
    return Texts(columns, tuple(kept.values()))


def checked(
    name: str,
    content: bytes,
    entry: Mapping[str, Any],
    declared: Mapping[str, frozenset[str]],
) -> Texts:
    """The cells of a table whose bytes are the ones that the manifest names."""
    digest = hashlib.sha256(content).hexdigest()
    if digest != entry["sha256"]:
        raise ReferenceInvalid("wrong_hash", name, None, digest)
    texts = parsed(name, content, declared)
    if len(texts.lines) != entry["rows"]:
        raise ReferenceInvalid("wrong_number_of_rows", name, None, str(len(texts.lines)))
    return texts


@cache
def texts_of(name: str) -> Texts:
    """A shipped table as text, read and checked once a process."""
    declared = {
        column: texts_of(target).column(column) for column, target in SHELVES[name].refers.items()
    }
    return checked(name, (FOLDER / f"{name}.csv").read_bytes(), manifest()[name], declared)
