"""Answers of projects that the rules are tried on: published figures, the rest assumed and said so."""

from datetime import date

from registry import rulebooks
from registry.reference import tables
from registry.rules.assessment import Assessment
from registry.rules.score import assess

TODAY = date(2026, 11, 22)
BOOK = rulebooks.load("low-carbon", "2026.1")

# Nothing below is published; every project needs it.
ASSUMED = {
    "build_type": "new",
    "structure_class": "encouraged",
    "commissioned_on": "2014-06-30",
    "lifetime_years": "25",
    "catalogue_edition": "2025",
    "catalogue_code": "4.1",
    "investment_document": "assumed",
    "total_investment_10k_yuan": "20000",
    "financed_elsewhere_percent": "0",
    "fossil_use": "none",
    "harm_adaptation": "pass",
    "harm_water": "pass",
    "harm_circular": "pass",
    "harm_pollution": "pass",
    "harm_biodiversity": "pass",
    "major_accidents": "0",
    "penalty_count": "0",
    "shutdown_orders": "0",
    "controller_name": "assumed",
    "attributes": "retained",
    "credential": "none",
    "disclosure": "public_annual",
    "monitoring_parameters": "yes",
    "monitoring_meters": "yes",
    "monitoring_roles": "yes",
    "monitoring_records": "yes",
    "monitoring_quality": "yes",
}

# G01: CDM design document of 2013-09-04, ACM0002 version 13.
LIANGZHOU = ASSUMED | {
    "province": "620000",
    "zone": "outside",
    "industry_code": "4416",
    "technology": "solar_pv",
    "capacity_mw": "50",
    "generation_mwh_per_year": "72668",
    "grid_region": "northwest",
    "method_document": "cdm",
    "method_reference": "ACM0002 version 13, 2013-09-04",
    "method_vintage": "2012",
    "attributes": "cdm_sold",
    "attributes_details": "CDM",
}

# A cement kiln brought to the benchmark; all figures assumed.
KILN = ASSUMED | {
    "build_type": "upgrade",
    "adds_capacity": "no",
    "province": "340000",
    "zone": "outside",
    "industry_code": "3011",
    "structure_class": "permitted",
    "product": "clinker",
    "same_service": "yes",
    "output_units_per_year": "1500000",
    "design_output_units_per_year": "1550000",
    "grid_region": "east",
    "electricity_before_kwh_per_unit": "60",
    "electricity_after_kwh_per_unit": "52",
    "electricity_basis": "equivalent",
    "fuel": "bituminous_coal",
    "fuel_before_kg_per_unit": "165",
    "fuel_after_kg_per_unit": "148",
    "gas": "none",
    "unit_energy_before": "112",
    "unit_energy_after": "100",
    "total_investment_10k_yuan": "9000",
    "fossil_use": "phase_out",
    "phase_out_on": "2040-12-31",
    "energy_use_tce_per_year": "150000",
    "added_value_10k_yuan_per_year": "420000",
    "price_base_year": "2020",
    "clean_energy_tce_per_year": "30000",
    "base_year": "2020",
    "current_year": "2025",
    "co2_base_tco2_per_year": "1000000",
    "co2_current_tco2_per_year": "850000",
    "added_value_base_10k_yuan": "400000",
    "pollutant": "nox",
    "pollutant_before_t_per_year": "900",
    "pollutant_after_t_per_year": "600",
    "solid_waste_t_per_year": "10000",
    "solid_waste_used_t_per_year": "9300",
    "water_reuse_percent": "92",
    "eia_approved": "yes",
    "total_control": "yes",
    "peak_alignment": "yes",
    "access_list": "yes",
    "coal_offset": "not_required",
}

FOUND = {"debtor_listed": "no", "seriously_dishonest": "no", "identical_claim": "no"}
JUDGED = {"evidence_tier": "T2", "catalogue_conditions": "confirmed", "ghg_contribution": "flagged"}

LISTS_NOT_LOADED = ("G-ELIM", "G-RESTR-NEW", "G-ENV3Y", "G-ENVPEN", "G-SXBZX", "G-YZSX")
SETTLED = dict.fromkeys(LISTS_NOT_LOADED, "pass")


def scored(
    answers: dict[str, str],
    kind: str = "renewable_power",
    as_of: date = TODAY,
    settled: dict[str, str] | None = None,
) -> Assessment:
    """By the shipped rulebook and the shipped reference tables."""
    return assess(BOOK, answers, kind=kind, as_of=as_of, reference=tables(), settled=settled or {})


def everything_settled(answers: dict[str, str], kind: str = "renewable_power") -> Assessment:
    """A named person has accepted every open matter."""
    first = scored(answers, kind, settled=SETTLED)
    accepted = {matter.id: "accepted" for matter in first.open_matters}
    return scored(answers, kind, settled=SETTLED | accepted)
