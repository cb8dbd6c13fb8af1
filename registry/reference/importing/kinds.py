"""What can be imported: per kind its columns, keys, and which rows one upload speaks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from registry.reference.importing.kinds_of_lists import LISTS
from registry.reference.importing.shapes import (
    NAME_EN,
    NAME_ZH,
    ORIGIN,
    YES_NO,
    Column,
    Kind,
    purpose,
)

STRUCTURE_CLASSES: Final = {
    "encouraged": "encouraged",
    "restricted": "restricted",
    "eliminated": "eliminated",
    "鼓励类": "encouraged",
    "限制类": "restricted",
    "淘汰类": "eliminated",
}


def _edition(example: str) -> Column:
    return Column("edition", "版本", "Edition", "code", required=True, example=example)


def _number(
    name: str, zh: str, en: str, least: str, most: str, example: str, **more: str
) -> Column:
    return Column(name, zh, en, "number", True, None, least, most, more.get("unit", ""), example)


CATALOGUE_ITEMS = Kind(
    "catalogue_items",
    "绿色目录条目",
    "Items of a green catalogue",
    (
        _edition("2025"),
        Column("code", "编码", "Code", "code", True, example="4.2.1"),
        Column("level", "级次", "Level", "whole", True, least="1", most="4", example="3"),
        Column("parent", "上级编码", "Parent code", "code", example="4.2"),
        NAME_ZH,
        NAME_EN,
        Column("industry_code", "行业代码", "Industry codes", "padded", example="4415;4416"),
        Column("ghg_contribution", "温室气体减排标识", "GHG contribution", "choice", False, YES_NO),
        *ORIGIN,
    ),
    ("edition", "code"),
    ("edition",),
    "green",
    ("description_zh", "standards"),
)

INDUSTRIAL_STRUCTURE = Kind(
    "industrial_structure",
    "产业结构调整指导目录",
    "Industrial structure catalogue",
    (
        _edition("structure-2024"),
        Column("cls", "类别", "Class", "choice", True, STRUCTURE_CLASSES, example="限制类"),
        Column("sector_no", "行业序号", "Sector number", "code", True, example="一"),
        Column("no", "条目序号", "Entry number", "code", True, example="1"),
        Column("sector", "行业", "Sector", required=True, example="农林牧渔业"),
        Column("text", "条目", "Entry", required=True),
        *ORIGIN,
    ),
    ("edition", "cls", "sector_no", "no"),
    ("edition", "cls"),
    "structure",
)

BENCHMARKS = Kind(
    "benchmarks",
    "能效标杆水平和基准水平",
    "Benchmark and baseline levels",
    (
        Column("product", "产品代码", "Product code", "code", True, example="clinker"),
        _edition("benchmarks-2023"),
        Column("product_zh", "产品", "Product (Chinese)", required=True, example="水泥熟料"),
        Column("product_en", "产品英文名", "Product (English)", required=True, example="Clinker"),
        Column("unit", "单位", "Unit", required=True, example="kgce/t"),
        _number("benchmark", "标杆水平", "Benchmark", "-1000", "1000000", "100"),
        _number("baseline", "基准水平", "Baseline", "-1000", "1000000", "117"),
        Column("deadline", "改造期限", "Deadline", "day", example="2025-12-31"),
        *ORIGIN,
    ),
    ("product", "edition"),
    ("edition",),
    "benchmarks",
)

SCOPES: Final = {
    "province": "province",
    "region": "region",
    "national": "national",
    "省级": "province",
    "区域": "region",
    "全国": "national",
}
BASES: Final = {
    "average": "average",
    "ex_market_nonfossil": "ex_market_nonfossil",
    "fossil": "fossil",
    "平均": "average",
    "不包括市场化交易的非化石能源电量": "ex_market_nonfossil",
    "化石能源电力": "fossil",
}

GRID_AVERAGE_FACTORS = Kind(
    "grid_average_factors",
    "电力平均二氧化碳排放因子",
    "Average grid factors",
    (
        Column("scope", "范围", "Scope", "choice", True, SCOPES, example="province"),
        Column("region", "地区代码", "Region code", "code", True, example="620000"),
        Column("basis", "口径", "Basis", "choice", True, BASES, example="average"),
        Column("data_year", "数据年份", "Data year", "whole", True, None, "2000", "2100"),
        purpose("inventory"),
        Column("region_zh", "地区", "Region (Chinese)", required=True, example="甘肃"),
        Column("region_en", "地区英文名", "Region (English)", required=True, example="Gansu"),
        Column("iso", "ISO 代码", "ISO code", "code", example="CN-GS"),
        _number("kgco2_per_kwh", "排放因子", "Factor", "0", "1.5", "0.4471", unit="kgCO2/kWh"),
        *ORIGIN,
    ),
    ("scope", "region", "basis", "data_year"),
    ("data_year",),
    ignored=("confidence",),
)

GRID_OM_BM = Kind(
    "grid_om_bm",
    "区域电网基准线排放因子",
    "Grid margin factors (OM, BM)",
    (
        Column("grid", "电网代码", "Grid code", "code", True, example="northwest"),
        Column("vintage", "因子年份", "Vintage", "whole", True, None, "2000", "2100"),
        purpose("avoided_emissions"),
        Column("grid_zh", "电网", "Grid (Chinese)", required=True, example="西北"),
        Column("grid_en", "电网英文名", "Grid (English)", required=True, example="Northwest China"),
        _number("om_tco2_per_mwh", "OM", "OM", "0", "2", "0.8922", unit="tCO2/MWh"),
        _number("bm_tco2_per_mwh", "BM", "BM", "0", "2", "0.4407", unit="tCO2/MWh"),
        *ORIGIN,
    ),
    ("grid", "vintage"),
    ("vintage",),
    ignored=("confidence",),
)

COAL_RATE_OF_SUPPLY = Kind(
    "coal_rate_of_supply",
    "供电标准煤耗",
    "National coal rate of supply",
    (
        Column("data_year", "数据年份", "Data year", "whole", True, None, "2000", "2100"),
        purpose("coal_equivalent"),
        _number("gce_per_kwh", "供电标准煤耗", "Coal rate", "200", "500", "302.4", unit="gce/kWh"),
        *ORIGIN,
    ),
    ("data_year",),
    ("data_year",),
)

FUEL_UNITS: Final = {
    "t": "t",
    "吨": "t",
    "10k_nm3": "10k_nm3",
    "1e4 Nm3": "10k_nm3",
    "万标准立方米": "10k_nm3",
    "GJ": "GJ",
}

FUEL_FACTORS = Kind(
    "fuel_factors",
    "化石燃料参数",
    "Fuel parameters",
    (
        Column("fuel", "燃料代码", "Fuel code", "code", True, example="raw_coal"),
        Column("unit", "单位", "Unit", "choice", True, FUEL_UNITS, example="t"),
        Column(
            "purpose",
            "用途",
            "Purpose",
            "choice",
            True,
            {"combustion": "combustion", "inventory": "inventory"},
            example="combustion",
        ),
        Column("fuel_zh", "燃料", "Fuel (Chinese)", required=True, example="原煤"),
        Column("fuel_en", "燃料英文名", "Fuel (English)", required=True, example="Raw coal"),
        Column("ncv_gj_per_unit", "低位发热量", "NCV", "number", least="0", most="500", unit="GJ"),
        Column(
            "carbon_tc_per_tj", "含碳量", "Carbon", "number", least="0", most="100", unit="tC/TJ"
        ),
        Column("oxidation", "碳氧化率", "Oxidation", "number", least="0", most="1"),
        Column(
            "printed_tco2_per_gj",
            "文件所列因子",
            "Printed factor",
            "number",
            least="0",
            most="1",
            unit="tCO2/GJ",
            aliases=("tco2_per_gj_given",),
        ),
        *ORIGIN,
    ),
    ("fuel", "unit"),
    ignored=("tco2_per_gj_recomputed", "tco2_per_unit", "tco2_per_gj_full_oxidation"),
)

INDUSTRIES = Kind(
    "industries",
    "国民经济行业分类",
    "Industry classification",
    (
        Column("code", "代码", "Code", "padded", True, example="4415"),
        Column("level", "级次", "Level", "whole", True, least="1", most="4", example="4"),
        Column("section", "门类", "Section", "code", True, example="D"),
        Column("parent", "上级代码", "Parent code", "padded", example="441"),
        NAME_ZH,
        NAME_EN,
        *ORIGIN,
    ),
    ("code",),
    ignored=("description_zh", "sources"),
)

ZONE_INDICATORS = Kind(
    "zone_indicators",
    "高新区指标",
    "Indicators of zones",
    (
        Column("zone_id", "高新区编号", "Zone", "code", True, example="HTZ165"),
        Column("year", "年份", "Year", "whole", True, None, "2000", "2100", example="2024"),
        Column(
            "energy_tce",
            "综合能耗",
            "Energy use",
            "number",
            least="0",
            most="1000000000",
            unit="tce",
        ),
        Column(
            "industrial_added_value_10k_yuan",
            "工业增加值",
            "Industrial added value",
            "number",
            least="0",
            most="10000000000",
            unit="万元",
        ),
        Column(
            "price_base_year", "不变价基年", "Price base year", "whole", False, None, "1990", "2100"
        ),
        Column(
            "co2_tco2", "二氧化碳排放量", "CO2", "number", least="0", most="1000000000", unit="tCO2"
        ),
        Column(
            "clean_energy_tce",
            "清洁能源消费量",
            "Clean energy",
            "number",
            least="0",
            most="1000000000",
            unit="tce",
        ),
        Column(
            "solid_waste_use_percent",
            "工业固废综合利用率",
            "Use of solid waste",
            "number",
            least="0",
            most="100",
            unit="%",
        ),
        Column(
            "water_reuse_percent",
            "工业用水重复利用率",
            "Reuse of water",
            "number",
            least="0",
            most="100",
            unit="%",
        ),
        *ORIGIN,
    ),
    ("zone_id", "year"),
    ("year",),
)

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        CATALOGUE_ITEMS,
        INDUSTRIAL_STRUCTURE,
        BENCHMARKS,
        GRID_AVERAGE_FACTORS,
        GRID_OM_BM,
        COAL_RATE_OF_SUPPLY,
        FUEL_FACTORS,
        INDUSTRIES,
        ZONE_INDICATORS,
        *LISTS,
    )
}
