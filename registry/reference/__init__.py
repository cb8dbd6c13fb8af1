"""Reference data: who, where, what class and which factor, each row with its official source.

Tables are read when first asked for, compared with MANIFEST.toml, and kept for the process.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from registry.reference.searching import found, prepared
from registry.reference.shelf import SHELVES, ReferenceInvalid, manifest, texts_of
from registry.rules.calendar import Calendar
from registry.rules.reference import ReferenceTables, Table, reference_tables

if TYPE_CHECKING:
    from registry.reference.rows import (
        Benchmark,
        CalendarDay,
        CatalogueItem,
        Division,
        Edition,
        EuActivity,
        EuThreshold,
        ExclusionList,
        FuelFactor,
        Grid,
        GridAverageFactor,
        GridOmBm,
        GridProvince,
        Industry,
        LegalForm,
        NaceCode,
        PlanTarget,
        StandardCoal,
        TwoHighSector,
        Zone,
    )

__all__ = [
    "OUTSIDE_ANY_ZONE",
    "GridOption",
    "ReferenceInvalid",
    "benchmarks",
    "calendar",
    "catalogue_edition",
    "catalogue_editions",
    "catalogue_item",
    "catalogue_items",
    "check_everything",
    "division",
    "divisions",
    "edition_on",
    "eu_activities",
    "eu_thresholds",
    "exclusion_lists",
    "fuel_factors",
    "grid",
    "grid_average_factors",
    "grid_margin_factors",
    "grid_options",
    "grids",
    "industries",
    "industry",
    "legal_forms",
    "nace_codes",
    "plan_targets",
    "provinces",
    "search_industries",
    "search_zones",
    "standard_coal",
    "tables",
    "two_high_sectors",
    "zone",
    "zones",
]

# What an applicant answers whose project lies in no national high-tech zone: no row, a choice.
OUTSIDE_ANY_ZONE: Final = "outside"


@dataclass(frozen=True, slots=True)
class GridOption:
    """A grid that a province's plant may feed; `part` is whole, west or east."""

    grid: Grid
    part: str
    is_default: bool


def rows_of(table: str) -> tuple[Any, ...]:
    """The typed rows of a table. Its classes are imported late: a single score needs only text."""
    from registry.reference.typed import rows_of as typed_rows

    return typed_rows(table)


@cache
def _by_key(table: str, column: str) -> Mapping[str, object]:
    return {getattr(row, column): row for row in rows_of(table)}


def zones(province_code: str = "") -> tuple[Zone, ...]:
    """All national high-tech zones, or those of one province, in the order of the list."""
    return tuple(row for row in rows_of("zones") if province_code in ("", row.province_code))


def zone(zone_id: str) -> Zone | None:
    """The zone; none for `OUTSIDE_ANY_ZONE` and for an id that does not exist."""
    return _by_key("zones", "zone_id").get(zone_id)  # type: ignore[return-value]


@cache
def _zone_haystacks() -> list[tuple[str, Zone]]:
    names = {row.code: f"{row.name_zh} {row.name_en}" for row in provinces()}
    return [
        (
            prepared(
                f"{row.zone_id} {row.short_zh} {row.name_zh} {row.name_en} {row.city_zh} "
                f"{names[row.province_code]}"
            ),
            row,
        )
        for row in zones()
    ]


def search_zones(text: str, limit: int = 20) -> list[Zone]:
    """Zones whose names, city or province hold every word of the text, in either language."""
    return found(text, _zone_haystacks(), limit)


def divisions(level: str = "", parent: str = "") -> tuple[Division, ...]:
    return tuple(
        row
        for row in rows_of("divisions")
        if level in ("", row.level) and parent in ("", row.parent)
    )


def division(code: str) -> Division | None:
    return _by_key("divisions", "code").get(code)  # type: ignore[return-value]


@cache
def provinces() -> tuple[Division, ...]:
    """The 34 divisions of provincial level, in the order of their codes."""
    return divisions("province")


def industries(level: int = 0, parent: str = "") -> tuple[Industry, ...]:
    return tuple(
        row
        for row in rows_of("industries")
        if level in (0, row.level) and parent in ("", row.parent)
    )


def industry(code: str) -> Industry | None:
    return _by_key("industries", "code").get(code)  # type: ignore[return-value]


@cache
def _industry_haystacks() -> list[tuple[str, Industry]]:
    return [(prepared(f"{row.code} {row.name_zh} {row.name_en}"), row) for row in industries()]


def search_industries(text: str, limit: int = 20) -> list[Industry]:
    """Industries by code or by words of their name; English names exist for levels 1 and 2."""
    return found(text, _industry_haystacks(), limit)


def legal_forms() -> tuple[LegalForm, ...]:
    return rows_of("legal_forms")


def catalogue_editions(family: str = "green") -> tuple[Edition, ...]:
    """Editions of a family (green, structure, benchmarks, industries, warming), oldest first."""
    return tuple(row for row in rows_of("catalogue_editions") if family in ("", row.family))


def catalogue_edition(edition: str) -> Edition | None:
    return _by_key("catalogue_editions", "edition").get(edition)  # type: ignore[return-value]


def edition_on(day: str, family: str = "green") -> tuple[Edition, ...]:
    """Editions in force on a day (ISO text); a loan keeps the edition of its approval."""
    return tuple(
        row
        for row in catalogue_editions(family)
        if row.origin.effective <= day and (not row.superseded or day < row.superseded)
    )


def catalogue_items(edition: str, level: int = 0) -> tuple[CatalogueItem, ...]:
    """The items that we hold of an edition; none where the edition says that none are loaded."""
    if catalogue_edition(edition) is None:
        raise ReferenceInvalid("unknown_edition", "catalogue_items", None, edition)
    return tuple(
        row
        for row in rows_of("catalogue_items")
        if row.edition == edition and level in (0, row.level)
    )


def catalogue_item(edition: str, code: str) -> CatalogueItem | None:
    return next((row for row in catalogue_items(edition) if row.code == code), None)


def grids() -> tuple[Grid, ...]:
    return rows_of("grids")


def grid(code: str) -> Grid | None:
    return _by_key("grids", "grid").get(code)  # type: ignore[return-value]


def grid_options(province_code: str, family: str = "om_bm") -> tuple[GridOption, ...]:
    """The grids that a plant in this province may feed, the usual one first; none for Tibet,
    Hong Kong, Macao and Taiwan, for which nothing is published."""
    rows: list[GridProvince] = [
        row
        for row in rows_of("grid_provinces")
        if row.family == family and row.province_code == province_code
    ]
    options = [GridOption(_grid_of(row), row.part, row.is_default) for row in rows]
    return tuple(sorted(options, key=lambda option: not option.is_default))


def _grid_of(row: GridProvince) -> Grid:
    known = grid(row.grid)
    assert known is not None  # the shelf refuses a grid that nobody declared
    return known


def grid_average_factors() -> tuple[GridAverageFactor, ...]:
    return rows_of("grid_average_factors")


def grid_margin_factors() -> tuple[GridOmBm, ...]:
    return rows_of("grid_om_bm")


def fuel_factors() -> tuple[FuelFactor, ...]:
    return rows_of("fuel_factors")


def standard_coal() -> tuple[StandardCoal, ...]:
    return rows_of("standard_coal")


def benchmarks() -> tuple[Benchmark, ...]:
    return rows_of("benchmarks")


def exclusion_lists() -> tuple[ExclusionList, ...]:
    return rows_of("exclusion_lists")


def two_high_sectors() -> tuple[TwoHighSector, ...]:
    return rows_of("two_high_sectors")


def eu_activities() -> tuple[EuActivity, ...]:
    return rows_of("eu_activities")


def eu_thresholds() -> tuple[EuThreshold, ...]:
    return rows_of("eu_thresholds")


def nace_codes() -> tuple[NaceCode, ...]:
    return rows_of("nace")


def plan_targets() -> tuple[PlanTarget, ...]:
    return rows_of("plan_targets")


@cache
def calendar() -> Calendar:
    """Holidays and made-up working days of the years whose notice is out."""
    days: tuple[CalendarDay, ...] = rows_of("working_calendar")
    return Calendar(
        holidays=frozenset(row.day for row in days if row.kind == "holiday"),
        made_up=frozenset(row.day for row in days if row.kind == "workday"),
        announced_years=frozenset(row.day.year for row in days),
    )


class _TablesOnDemand(Mapping[str, Table]):
    """The rules' tables, each read when a rule first looks into it."""

    def __init__(self, digests: Mapping[str, str]) -> None:
        self._digests = digests
        self._tables: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._tables:
            texts = texts_of(name)
            rows = tuple(dict(zip(texts.columns, line, strict=True)) for line in texts.lines)
            self._tables[name] = Table(name, rows, self._digests[name])
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


@cache
def tables() -> ReferenceTables:
    """What the rules may look up. A table that is not in it counts as not loaded."""
    digests = {name: manifest()[name]["sha256"] for name in sorted(SHELVES)}
    bound = reference_tables(Table(name, sha256=digest) for name, digest in digests.items())
    return ReferenceTables(_TablesOnDemand(digests), bound.sha256)


def check_everything() -> dict[str, int]:
    """Read and check every table; the rows of each. Raises `ReferenceInvalid`."""
    return {name: len(rows_of(name)) for name in SHELVES}
