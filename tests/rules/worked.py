"""Typical projects of five kinds, their figures assumed: what an expert checks the rulebook against."""

from tests.rules.projects import ASSUMED, FOUND, JUDGED, KILN, LIANGZHOU

SCORED = FOUND | JUDGED

WIND = ASSUMED | SCORED | {
    "province": "130000", "zone": "outside", "industry_code": "4415", "technology": "wind_onshore",
    "capacity_mw": "100", "generation_mwh_per_year": "240000", "method_document": "none",
    "total_investment_10k_yuan": "65000",
}  # fmt: skip

STEEL = KILN | SCORED | {
    "industry_code": "3120", "product": "converter_steel", "province": "130000",
    "grid_region": "north", "output_units_per_year": "2000000",
    "design_output_units_per_year": "2100000", "electricity_before_kwh_per_unit": "45",
    "electricity_after_kwh_per_unit": "38", "fuel": "none", "gas": "converter_gas",
    "gas_before_nm3_per_unit": "22", "gas_after_nm3_per_unit": "8", "unit_energy_before": "-12",
    "unit_energy_after": "-25", "total_investment_10k_yuan": "18000", "fossil_use": "no_end",
    "energy_use_tce_per_year": "1200000", "added_value_10k_yuan_per_year": "2600000",
    "clean_energy_tce_per_year": "120000", "co2_base_tco2_per_year": "3900000",
    "co2_current_tco2_per_year": "3500000", "added_value_base_10k_yuan": "2400000",
}  # fmt: skip

SEWAGE = ASSUMED | SCORED | {
    "province": "320000", "zone": "outside", "industry_code": "4620", "build_type": "upgrade",
    "adds_capacity": "no", "methane_source": "sewage", "methane_destroyed_tch4_per_year": "420",
    "gwp_edition": "AR5", "displaced_electricity_mwh_per_year": "2600", "grid_region": "east",
    "methane_project_emissions_tco2e_per_year": "380", "total_investment_10k_yuan": "6800",
    "electricity_basis": "equivalent", "energy_use_tce_per_year": "3100",
    "added_value_10k_yuan_per_year": "9200", "price_base_year": "2020",
    "clean_energy_tce_per_year": "700", "base_year": "2020", "current_year": "2025",
    "co2_base_tco2_per_year": "21000", "co2_current_tco2_per_year": "17000",
    "added_value_base_10k_yuan": "8800", "pollutant": "cod", "pollutant_before_t_per_year": "900",
    "pollutant_after_t_per_year": "560", "solid_waste_t_per_year": "12000",
    "solid_waste_used_t_per_year": "9900", "water_reuse_percent": "81",
}  # fmt: skip

DATA_CENTRE = ASSUMED | SCORED | {
    "province": "440000", "zone": "outside", "industry_code": "6450", "build_type": "upgrade",
    "adds_capacity": "no", "product": "other", "same_service": "yes",
    "output_units_per_year": "87600000", "design_output_units_per_year": "105000000",
    "electricity_before_kwh_per_unit": "1.55", "electricity_after_kwh_per_unit": "1.25",
    "electricity_basis": "equivalent", "fuel": "none", "gas": "none", "grid_region": "south",
    "total_investment_10k_yuan": "14000",
}  # fmt: skip

PROJECTS = {
    "Solar, 50 MW, Gansu, factors of 2012 光伏": (LIANGZHOU | SCORED, "renewable_power"),
    "Wind, 100 MW, 2,400 h, North grid 风电·华北": (
        WIND | {"grid_region": "north"},
        "renewable_power",
    ),
    "Wind, the same, Northwest 风电·西北": (WIND | {"grid_region": "northwest"}, "renewable_power"),
    "Wind, the same, East 风电·华东": (WIND | {"grid_region": "east"}, "renewable_power"),
    "Wind, the same, South 风电·南方": (WIND | {"grid_region": "south"}, "renewable_power"),
    "Steel, converter from −12 to −25 kgce/t 转炉改造": (STEEL, "efficiency_retrofit"),
    "Sewage works, biogas recovered 污水厂沼气": (SEWAGE, "methane"),
    "Data centre, PUE 1.55 to 1.25 数据中心": (DATA_CENTRE, "efficiency_retrofit"),
}
