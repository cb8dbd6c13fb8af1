"""Reference tables as the rules see them: plain frozen rows, filled by `registry.reference`.

A row is text by column, as in the CSV; numbers stay decimal text until a rulebook's lookup reads them.
A table that was never loaded is not the same as an empty one: a gate that needs it is *unknown*.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

Row = Mapping[str, str]

# Columns which every table carries besides its own: who published the row, when, and whether
# somebody compared it with the original (`verified`) or not yet (`unverified`).
PROVENANCE = ("source", "document", "clause", "published", "status")

# The agreement with `registry.reference`: table -> its own columns, key columns first.
# Codes: provinces are GB/T 2260 ("620000"); grids north northeast east central northwest south;
# regions of average factors the same plus southwest; the nation is "national".
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "grid_average_factors": (
        *("scope", "region", "basis", "data_year", "purpose"),
        *("region_zh", "region_en", "kgco2_per_kwh"),
    ),
    "grid_om_bm": (
        *("grid", "vintage", "purpose", "grid_zh", "grid_en"),
        *("om_tco2_per_mwh", "bm_tco2_per_mwh"),
    ),
    "coal_rate_of_supply": ("data_year", "purpose", "gce_per_kwh"),
    "fuel_factors": (
        *("fuel", "unit", "purpose", "fuel_zh", "fuel_en"),
        *("ncv_gj_per_unit", "carbon_tc_per_tj", "oxidation", "printed_tco2_per_gj"),
    ),
    "standard_coal": (
        *("energy", "unit", "basis", "purpose", "energy_zh", "energy_en"),
        *("kgce_per_unit", "kgce_per_unit_low", "kgce_per_unit_high"),
    ),
    "gwp": ("gas", "edition", "purpose", "kgco2e_per_kg"),
    "benchmarks": (
        *("product", "edition", "product_zh", "product_en", "unit"),
        *("benchmark", "baseline", "deadline"),
    ),
    "catalogue_editions": (
        *("edition", "family", "name_zh", "name_en", "doc_no"),
        *("effective", "superseded", "items_loaded"),
    ),
    "catalogue_items": (
        *("edition", "code", "parent", "level", "name_zh", "name_en", "ghg_contribution"),
    ),
    "industrial_structure": ("edition", "code", "cls", "sector_no", "no", "sector", "text"),
    "zone_indicators": (
        *("zone_id", "year", "energy_tce", "industrial_added_value_10k_yuan", "price_base_year"),
        *("co2_tco2", "clean_energy_tce", "solid_waste_use_percent", "water_reuse_percent"),
    ),
    "zones": ("zone_id", "name_zh", "name_en", "province_code", "city_zh", "approved_year"),
    "industries": ("code", "level", "parent", "name_zh", "name_en"),
    "dishonest_debtors": ("uscc", "name", "ground", "decision_no", "listed_on", "ends_on"),
    "seriously_dishonest": ("uscc", "name", "ground", "decision_no", "listed_on", "ends_on"),
    "accidents": ("uscc", "name", "level", "happened_on", "authority"),
    "environmental_penalties": ("uscc", "name", "fine_yuan", "decided_on", "shutdown", "authority"),
    "eu_thresholds": (
        *("threshold", "activity_code", "name_zh", "name_en", "comparison", "value", "unit"),
        *("valid_from", "valid_to"),
    ),
    "ifc_exclusions": ("edition", "code", "name_zh", "name_en"),
}

# `purpose` keeps families of factors apart: an inventory that asks for an OM/BM pair is an error.
PURPOSES = ("inventory", "avoided_emissions", "combustion", "coal_equivalent", "warming_potential")


# What a table may be asked for. A factor of another family is refused when a rulebook is loaded.
PURPOSES_OF: Mapping[str, tuple[str, ...]] = {
    "grid_average_factors": ("inventory",),
    "grid_om_bm": ("avoided_emissions",),
    "coal_rate_of_supply": ("coal_equivalent",),
    "standard_coal": ("coal_equivalent",),
    "fuel_factors": ("combustion", "inventory"),
    "gwp": ("warming_potential",),
}


class _Table(NamedTuple):
    name: str
    rows: tuple[Row, ...] = ()
    sha256: str = ""
    loaded: bool = True


class Table(_Table):
    """One reference table; `sha256` is that of the bytes it was read from."""

    @cached_property
    def _indexes(self) -> dict[tuple[str, ...], dict[tuple[str, ...], list[Row]]]:
        return {}

    def matching(self, columns: tuple[str, ...], values: tuple[str, ...]) -> list[Row]:
        """Rows whose `columns` equal `values`; indexed on first use, so a score costs one look."""
        index = self._indexes.get(columns)
        if index is None:
            index = {}
            for row in self.rows:
                key = tuple(row.get(column, "") for column in columns)
                index.setdefault(key, []).append(row)
            self._indexes[columns] = index
        return index.get(values, [])


class ReferenceTables(NamedTuple):
    """All tables of one moment, with one digest over them for the record of an assessment."""

    tables: Mapping[str, Table]
    sha256: str

    def is_loaded(self, name: str) -> bool:
        table = self.tables.get(name)
        return table is not None and table.loaded

    def table(self, name: str) -> Table:
        return self.tables.get(name) or Table(name, loaded=False)


def reference_tables(tables: Iterable[Table]) -> ReferenceTables:
    """Bind tables together; the digest covers names, digests and what is *not* loaded."""
    by_name = {table.name: table for table in sorted(tables, key=lambda table: table.name)}
    import hashlib  # here, because loading it takes longer than a thousand scores

    digest = hashlib.sha256()
    for table in by_name.values():
        digest.update(f"{table.name}\0{table.sha256}\0{int(table.loaded)}\n".encode())
    return ReferenceTables(by_name, digest.hexdigest())


def row_id(table: str, row: Row) -> str:
    """How a row is named on an assessment: the table and its key, e.g. `grid_om_bm/northwest/2012`."""
    keys = KEYS.get(table, ())
    return "/".join([table, *(row.get(column, "") for column in keys)])


KEYS: Mapping[str, tuple[str, ...]] = {
    "grid_average_factors": ("scope", "region", "basis", "data_year"),
    "grid_om_bm": ("grid", "vintage"),
    "coal_rate_of_supply": ("data_year",),
    "fuel_factors": ("fuel", "unit"),
    "standard_coal": ("energy", "unit", "basis"),
    "gwp": ("gas", "edition"),
    "benchmarks": ("product", "edition"),
    "catalogue_editions": ("edition",),
    "catalogue_items": ("edition", "code"),
    "industrial_structure": ("edition", "cls", "sector_no", "no"),
    "eu_thresholds": ("threshold", "valid_from"),
    "zones": ("zone_id",),
    "zone_indicators": ("zone_id", "year"),
    "industries": ("code",),
}
