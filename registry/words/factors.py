"""Rows of reference data in words, by their id (`grid_om_bm/northwest/2012`)."""

from functools import lru_cache

from . import Words

# In the order of how much a figure hangs on them; the first one found is named on a certificate.
FACTOR_TABLES: tuple[str, ...] = (
    "grid_om_bm",
    "grid_average_factors",
    "coal_rate_of_supply",
    "fuel_factors",
    "standard_coal",
    "gwp",
    "benchmarks",
    "catalogue_items",
    "catalogue_editions",
    "industrial_structure",
)

_TABLES: dict[str, Words] = {
    "grid_om_bm": Words("电网基准线因子 OM/BM", "grid baseline factors OM/BM"),
    "grid_average_factors": Words("电力平均排放因子", "average electricity factor"),
    "coal_rate_of_supply": Words("全国供电煤耗", "national coal rate of supply"),
    "fuel_factors": Words("燃料排放因子", "fuel factor"),
    "standard_coal": Words("折标准煤系数", "standard-coal coefficient"),
    "gwp": Words("全球变暖潜势", "global warming potential"),
    "benchmarks": Words("能效标杆与基准", "energy benchmark and baseline"),
    "catalogue_items": Words("目录条目", "catalogue item"),
    "catalogue_editions": Words("目录版本", "catalogue edition"),
    "industrial_structure": Words("产业结构调整目录", "industrial structure catalogue"),
    "zone_indicators": Words("高新区指标", "indicators of the zone"),
}

_GRIDS: dict[str, Words] = {
    "north": Words("华北", "North"),
    "northeast": Words("东北", "Northeast"),
    "east": Words("华东", "East"),
    "central": Words("华中", "Central"),
    "northwest": Words("西北", "Northwest"),
    "south": Words("南方", "South"),
    "southwest": Words("西南", "Southwest"),
    "national": Words("全国", "National"),
}


@lru_cache(maxsize=1024)
def factor_row_words(row_id: str, *, with_year: bool = True) -> Words:
    """`grid_om_bm/northwest/2012` → 西北 2012 电网基准线因子 OM/BM; the year may stand elsewhere."""
    table, *keys = row_id.split("/")
    if not with_year:
        keys = [key for key in keys if not (key.isdigit() and len(key) == 4)]
    name = _TABLES.get(table, Words(table, table))
    zh = [_GRIDS[key].zh if key in _GRIDS else key for key in keys]
    en = [_GRIDS[key].en if key in _GRIDS else key for key in keys]
    return Words(" ".join([*zh, name.zh]), " ".join([*en, name.en]))
