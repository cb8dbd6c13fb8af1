"""Projects of public registers as rows to score: what a register knows, and nothing made up.

CDM power projects (capacity, fuel, expected reduction) and power plants (capacity, fuel, generation,
year). What a register does not say stays missing, so most rows end at "a person must look".
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Row = dict[str, Any]
TECHNOLOGY = {
    "solar": "solar_pv",
    "wind": "wind_onshore",
    "geothermal": "geothermal",
    "hydro": "hydro_reservoir",
    "biomass": "biomass",
    "waste": "biomass",
    "biogas": "biomass",
}
INDUSTRY = {
    "coal": "4411",
    "gas": "4411",
    "oil": "4411",
    "nuclear": "4414",
    "hydro": "4413",
    "wind": "4415",
    "solar": "4416",
    "biomass": "4417",
    "waste": "4417",
}


def register_rows(folder: Path) -> Iterator[Row]:
    """Every row of the two registers in a folder, numbered from 1."""
    number = 0
    for name, read in (("cdm_power_projects.csv", _cdm), ("gppd_china_raw.csv", _plant)):
        with (folder / name).open(encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                number += 1
                yield {"row_id": number, **{k: v for k, v in read(line).items() if v is not None}}


def _number(text: str, decimals: int, low: float, high: float) -> float | None:
    """A number as the question takes it, or missing."""
    try:
        value = round(float(text), decimals)
    except ValueError:
        return None
    return value if low <= value <= high else None


def _common(line: dict[str, str]) -> Row:
    fuel = line["fuel"].lower()
    technology = next((t for word, t in TECHNOLOGY.items() if word in fuel), "")
    row: Row = {
        "industry_code": next((c for word, c in INDUSTRY.items() if word in fuel), None),
        "build_type": "new",
        "fossil_use": "no_end" if any(word in fuel for word in ("coal", "gas", "oil")) else "none",
    }
    capacity = _number(line["capacity_mw"], 3, 0.001, 50_000)
    if technology == "hydro_reservoir":
        run = "river" in f"{line.get('technology', '')} {line['name']}".lower()
        kind = "hydropower"
        row |= {"hydro_technology": "hydro_run_of_river" if run else technology}
    elif technology == "biomass":
        kind = "biomass"
    elif technology:
        kind = "renewable_power"
        row["technology"] = technology
    else:
        return row | {"kind": "other"}
    return row | {"kind": kind, "capacity_mw": capacity}


def _cdm(line: dict[str, str]) -> Row:
    row = _common(line)
    expected = _number(line["expected_er_tco2_per_year"], 3, 0, 1e9)
    if row["kind"] == "other":
        return row | {"declared_abatement_tco2e_per_year": expected}
    return row | {"verified_reduction_tco2": expected, "verified_days": 365.0}


def _plant(line: dict[str, str]) -> Row:
    row = _common(line)
    if row["kind"] == "other":
        return row
    gwh = _number(line["annual_generation_gwh"] or line["est_generation_gwh_2017"], 6, 0, 450_000)
    year = _number(line["commissioning"], 0, 1900, 2030)
    return row | {
        "generation_mwh_per_year": None if gwh is None else round(gwh * 1000, 3),
        "commissioned_on": None if year is None else f"{int(year)}-01-01",
        "generation_year": _number(line["generation_year"], 0, 1990, 2100),
    }
