"""What can be imported beside catalogues and factors: places, forms, codes, editions, parks."""

from __future__ import annotations

from typing import Final

from registry.reference.importing.shapes import (
    NAME_EN,
    NAME_ZH,
    ORIGIN,
    STATUS,
    YES_NO,
    Column,
    Kind,
    origin_with,
    purpose,
)

ZONES = Kind(
    "zones",
    "国家高新技术产业开发区",
    "National high-tech zones",
    (
        Column("zone_id", "高新区编号", "Zone", "code", True, example="HTZ165"),
        NAME_ZH,
        Column("short_zh", "简称", "Short name", required=True, example="兰州"),
        NAME_EN,
        Column("province_code", "省级代码", "Province code", "code", True, example="620000"),
        Column("city_code", "城市代码", "City code", "code", example="620100"),
        Column("city_zh", "城市", "City", example="兰州"),
        Column("approved_year", "批准年份", "Year approved", "whole", False, None, "1980", "2100"),
        Column("year_status", "批准年份的依据", "How sure the year is", example="corroborated"),
        *ORIGIN,
    ),
    ("zone_id",),
    ("zone_id",),
    ignored=("province_zh", "name_source", "nbs_2023_area", "miit_green_park"),
)

GREEN_PARKS = Kind(
    "green_parks",
    "绿色工业园区",
    "Green industrial parks",
    (
        Column("batch", "批次", "Batch", "code", True, example="1"),
        Column("region", "地区", "Region", required=True, example="天津"),
        Column("park", "园区", "Park", required=True, example="天津经济技术开发区"),
        Column("evaluator", "评价机构", "Evaluator"),
        Column("is_hightech", "是否国家高新区", "National high-tech zone", "choice", False, YES_NO),
        *origin_with(source="工业和信息化部", document="工业和信息化部 绿色制造名单(绿色工业园区)"),
    ),
    ("batch", "region", "park"),
    ("batch",),
)

DIVISION_LEVELS: Final = {
    **{name: name for name in ("province", "prefecture", "county")},
    "省级": "province",
    "地级": "prefecture",
    "县级": "county",
}

DIVISIONS = Kind(
    "divisions",
    "行政区划",
    "Administrative divisions",
    (
        Column("code", "代码", "Code", "code", True, example="620000"),
        Column("level", "级别", "Level", "choice", True, DIVISION_LEVELS, example="province"),
        Column("parent", "上级代码", "Parent code", "code", example=""),
        NAME_ZH,
        Column("short_zh", "简称", "Short name", example="甘肃"),
        NAME_EN,
        Column("iso", "ISO 代码", "ISO code", "code", example="CN-GS"),
        *ORIGIN,
    ),
    ("code",),
)

LEGAL_FORMS = Kind(
    "legal_forms",
    "法律形式",
    "Legal forms of entities (ISO 20275)",
    (
        Column("elf", "ELF 代码", "ELF code", "code", True, example="ECAK"),
        Column("language", "语言", "Language", "code", True, example="zh"),
        Column(
            "jurisdiction", "法域", "Jurisdiction", "code", True, example="CN", aliases=("country",)
        ),
        Column("name", "名称", "Name", required=True, example="有限责任公司", aliases=("local",)),
        Column("transliterated", "转写", "Transliterated"),
        Column("abbreviations", "缩写", "Abbreviations", aliases=("abbr",)),
        *origin_with(status={**STATUS, "ACTV": "unverified", "INAC": "unverified"}),
    ),
    ("elf", "language"),
)

NACE = Kind(
    "nace",
    "欧盟经济活动分类 2.1 版",
    "NACE Rev. 2.1",
    (
        Column("code", "代码", "Code", "code", True, example="35.11"),
        Column("level", "级次", "Level", "whole", True, least="1", most="4", example="4"),
        Column("parent", "上级代码", "Parent code", "code", example="35.1"),
        Column("name_en", "英文名称", "English name", required=True),
        *ORIGIN,
    ),
    ("code",),
)

EU_ACTIVITIES = Kind(
    "eu_activities",
    "欧盟分类法经济活动",
    "Activities of the EU taxonomy",
    (
        Column("name_en", "英文名称", "English name", required=True, aliases=("name",)),
        Column("code", "编码", "Code", "code", example="4.1"),
        Column("sector_en", "部门", "Sector", aliases=("sector",)),
        Column("nace_codes", "NACE 代码(第 2 版)", "NACE codes (Rev. 2)", aliases=("nace",)),
        Column("mitigation", "减缓", "Mitigation", "choice", False, YES_NO),
        Column("adaptation", "适应", "Adaptation", "choice", False, YES_NO),
        *ORIGIN,
    ),
    ("name_en", "code"),
    ignored=("description", "in_2022_compass"),
    extra=("objectives",),
)

STANDARD_COAL = Kind(
    "standard_coal",
    "折标准煤系数",
    "Standard-coal coefficients",
    (
        Column("energy", "能源代码", "Energy code", "code", True, example="raw_coal"),
        Column("unit", "单位", "Unit", "code", True, example="kg"),
        Column(
            "basis",
            "口径",
            "Basis",
            "choice",
            True,
            {
                "equivalent": "equivalent",
                "当量值": "equivalent",
                "equal": "equal",
                "等价值": "equal",
            },
            example="equivalent",
        ),
        purpose("coal_equivalent"),
        Column("energy_zh", "能源", "Energy (Chinese)", required=True, example="原煤"),
        Column("energy_en", "能源英文名", "Energy (English)", required=True, example="Raw coal"),
        Column("kgce_per_unit", "折标系数", "Coefficient", "number", least="0", most="100"),
        *(
            Column(name, zh, en, "number", True, None, "0", most)
            for name, zh, en, most in (
                ("kgce_per_unit_low", "折标系数下限", "Coefficient, least", "100"),
                ("kgce_per_unit_high", "折标系数上限", "Coefficient, most", "100"),
                ("ncv_kj_per_unit_low", "低位发热量下限", "Heat, least", "1000000"),
                ("ncv_kj_per_unit_high", "低位发热量上限", "Heat, most", "1000000"),
            )
        ),
        *ORIGIN,
    ),
    ("energy", "unit", "basis"),
    ("energy", "unit", "basis"),
    ignored=("coal_equivalent_unit", "ncv_over_29307", "checked"),
    extra=("coal_equivalent", "ncv_kj_per_unit"),
)

GWP = Kind(
    "gwp",
    "全球变暖潜势",
    "Global warming potentials",
    (
        Column("gas", "气体", "Gas", "code", True, example="CH4"),
        Column("edition", "版本", "Edition", "code", required=True, example="AR5"),
        purpose("warming_potential"),
        Column("kgco2e_per_kg", "潜势", "Potential", "number", True, None, "0", "100000"),
        Column("horizon_years", "年限", "Horizon", "whole", True, None, "1", "1000", example="100"),
        *ORIGIN,
    ),
    ("gas", "edition"),
    ("edition",),
    "warming",
)

FAMILIES: Final = {
    name: name for name in ("green", "structure", "benchmarks", "industries", "warming")
}

CATALOGUE_EDITIONS = Kind(
    "catalogue_editions",
    "目录与清单的版本",
    "Editions of catalogues and lists",
    (
        Column("edition", "版本", "Edition", "code", True, example="2027"),
        Column("family", "类别", "Family", "choice", True, FAMILIES, example="green"),
        NAME_ZH,
        NAME_EN,
        Column("doc_no", "文号", "Document number", required=True, example="银发〔2025〕132号"),
        Column("issuer_zh", "发布机关", "Issuer (Chinese)", required=True),
        Column("issuer_en", "发布机关英文名", "Issuer (English)", aliases=("issuer",)),
        Column("superseded", "废止日期", "Superseded", "day", example=""),
        Column("superseded_by", "由何版本取代", "Superseded by", "code", example=""),
        Column("levels", "各级条目数", "Entries by level", "code", example="9/38/271"),
        Column("items_loaded", "条目已载入", "Items loaded", "code", True, example="no"),
        *ORIGIN,
    ),
    ("edition",),
    ("edition",),
    ignored=("stored",),
    extra=("issued",),
)

LISTS: Final = (
    ZONES,
    GREEN_PARKS,
    DIVISIONS,
    LEGAL_FORMS,
    NACE,
    EU_ACTIVITIES,
    STANDARD_COAL,
    GWP,
    CATALOGUE_EDITIONS,
)
