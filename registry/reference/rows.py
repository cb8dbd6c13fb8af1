"""The rows of our reference tables, one frozen class a table; units stand in the names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from registry.reference.provenance import Provenance

CARBON_TO_CO2 = Decimal(44) / Decimal(12)


@dataclass(frozen=True, slots=True)
class Zone:
    """A national high-tech zone; `year_status` says how sure the year of approval is."""

    zone_id: str
    name_zh: str
    short_zh: str
    name_en: str
    province_code: str
    city_code: str
    city_zh: str
    approved_year: int | None
    year_status: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class Division:
    """A province, prefecture or county by its six-digit code."""

    code: str
    level: str
    parent: str
    name_zh: str
    short_zh: str
    name_en: str
    iso: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class Industry:
    """A code of GB/T 4754: level 1 section, 2 division, 3 group, 4 class."""

    code: str
    level: int
    section: str
    parent: str
    name_zh: str
    name_en: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class LegalForm:
    elf: str
    language: str
    jurisdiction: str
    name: str
    transliterated: str
    abbreviations: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition of a catalogue or list; `items_loaded` says whether we hold its items."""

    edition: str
    family: str
    name_zh: str
    name_en: str
    doc_no: str
    issuer_zh: str
    issuer_en: str
    superseded: str
    superseded_by: str
    levels: str
    items_loaded: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    edition: str
    code: str
    level: int
    parent: str
    name_zh: str
    name_en: str
    industry_code: str
    ghg_contribution: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class EuActivity:
    """An activity of the EU taxonomy; `code` is empty where our list gives the name only."""

    name_en: str
    code: str
    sector_en: str
    nace_codes: str
    mitigation: bool
    adaptation: bool
    origin: Provenance


@dataclass(frozen=True, slots=True)
class NaceCode:
    code: str
    level: int
    parent: str
    name_en: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class Grid:
    grid: str
    name_zh: str
    name_en: str
    has_om_bm: bool
    has_average: bool
    origin: Provenance


@dataclass(frozen=True, slots=True)
class GridProvince:
    """Which grid a province (or its west or east) is counted with, by family of factors."""

    family: str
    province_code: str
    grid: str
    part: str
    is_default: bool
    origin: Provenance


@dataclass(frozen=True, slots=True)
class GridAverageFactor:
    scope: str
    region: str
    basis: str
    data_year: int
    purpose: str
    region_zh: str
    region_en: str
    iso: str
    kgco2_per_kwh: Decimal
    origin: Provenance


@dataclass(frozen=True, slots=True)
class GridOmBm:
    grid: str
    vintage: int
    purpose: str
    grid_zh: str
    grid_en: str
    om_tco2_per_mwh: Decimal
    bm_tco2_per_mwh: Decimal
    origin: Provenance


@dataclass(frozen=True, slots=True)
class FuelFactor:
    """A fuel's parameters; its factor is computed, the printed one only for comparison."""

    fuel: str
    unit: str
    purpose: str
    fuel_zh: str
    fuel_en: str
    ncv_gj_per_unit: Decimal | None
    carbon_tc_per_tj: Decimal | None
    oxidation: Decimal | None
    printed_tco2_per_gj: Decimal | None
    origin: Provenance

    @property
    def tco2_per_gj(self) -> Decimal | None:
        if self.carbon_tc_per_tj is None or self.oxidation is None:
            return self.printed_tco2_per_gj
        return self.carbon_tc_per_tj * self.oxidation * CARBON_TO_CO2 / 1000

    @property
    def tco2_per_unit(self) -> Decimal | None:
        if self.ncv_gj_per_unit is None or self.tco2_per_gj is None:
            return None
        return self.ncv_gj_per_unit * self.tco2_per_gj


@dataclass(frozen=True, slots=True)
class StandardCoal:
    """Standard coal per unit; where the standard gives a range and no value, only the range."""

    energy: str
    unit: str
    basis: str
    purpose: str
    energy_zh: str
    energy_en: str
    kgce_per_unit: Decimal | None
    kgce_per_unit_low: Decimal
    kgce_per_unit_high: Decimal
    ncv_kj_per_unit_low: Decimal
    ncv_kj_per_unit_high: Decimal
    origin: Provenance


@dataclass(frozen=True, slots=True)
class CoalRateOfSupply:
    data_year: int
    purpose: str
    gce_per_kwh: Decimal
    origin: Provenance


@dataclass(frozen=True, slots=True)
class WarmingPotential:
    gas: str
    edition: str
    purpose: str
    kgco2e_per_kg: Decimal
    horizon_years: int
    origin: Provenance


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Benchmark 标杆 and baseline 基准 of a product; both may be negative, lower is better."""

    product: str
    edition: str
    product_zh: str
    product_en: str
    unit: str
    benchmark: Decimal
    baseline: Decimal
    deadline: date | None
    origin: Provenance


@dataclass(frozen=True, slots=True)
class ExclusionList:
    """A list that a gate asks; `loaded` no means that the gate is unknown, never passed."""

    list_id: str
    edition: str
    name_zh: str
    name_en: str
    table: str
    entry_count: int | None
    loaded: bool
    origin: Provenance


@dataclass(frozen=True, slots=True)
class TwoHighSector:
    sector: str
    name_zh: str
    name_en: str
    industry_codes: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class EuThreshold:
    """A threshold of the EU taxonomy, for information; valid from a day, to a day if it ends."""

    threshold: str
    activity_code: str
    name_zh: str
    name_en: str
    comparison: str
    value: Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    origin: Provenance


@dataclass(frozen=True, slots=True)
class PlanTarget:
    target: str
    name_zh: str
    name_en: str
    kind: str
    year: int
    comparison: str
    value: Decimal
    unit: str
    origin: Provenance


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day on which work stops or is made up, as the yearly notice has it."""

    day: date
    kind: str
    name_zh: str
    name_en: str
    origin: Provenance
