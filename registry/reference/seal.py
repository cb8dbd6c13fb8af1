"""Writes MANIFEST.toml: run `python -m registry.reference.seal` after a table was changed."""

from __future__ import annotations

import hashlib
from typing import Final

from registry.reference.shelf import FOLDER, MANIFEST, SHELVES, Texts, parsed
from registry.reference.typed import built

FACTS = "facts: codes, names and numbers of an official document"
ELI = "facts; European Commission, reuse under CC BY 4.0 with acknowledgement"
OWN = "own work on facts of an official document"

# table -> title in both languages, licence note
TITLES: Final[dict[str, tuple[str, str, str]]] = {
    "zones": ("国家高新技术产业开发区", "National high-tech zones", FACTS),
    "divisions": ("行政区划(2023)", "Administrative divisions (2023)", FACTS),
    "industries": ("国民经济行业分类", "Industries (GB/T 4754-2017)", FACTS),
    "legal_forms": ("法律形式", "Legal forms of entities (ISO 20275)", "facts; GLEIF, CC0 1.0"),
    "catalogue_editions": ("目录与清单的版本", "Editions of catalogues and lists", FACTS),
    "catalogue_items": ("绿色目录条目", "Items of the green catalogues", FACTS),
    "eu_activities": ("欧盟分类法经济活动", "Activities of the EU taxonomy", ELI),
    "nace": ("欧盟经济活动分类 2.1 版", "NACE Rev. 2.1", ELI),
    "grids": ("区域电网", "Regional grids", FACTS),
    "grid_provinces": ("电网与省份对应", "Which provinces a grid covers", FACTS),
    "grid_average_factors": ("电力平均二氧化碳排放因子", "Average grid factors", FACTS),
    "grid_om_bm": ("区域电网基准线排放因子", "Grid margin factors (OM, BM)", FACTS),
    "fuel_factors": ("化石燃料参数", "Fuel parameters", FACTS),
    "standard_coal": ("折标准煤系数", "Standard-coal coefficients", FACTS),
    "coal_rate_of_supply": ("供电标准煤耗", "National coal rate of supply", FACTS),
    "gwp": ("全球变暖潜势", "Global warming potentials", FACTS),
    "benchmarks": ("能效标杆水平和基准水平", "Energy benchmark and baseline levels", FACTS),
    "exclusion_lists": ("排除清单", "Exclusion lists and whether they are loaded", OWN),
    "two_high_sectors": ("两高行业", "Sectors of high energy use and emissions", OWN),
    "eu_thresholds": ("欧盟分类法阈值(参考)", "Thresholds of the EU taxonomy (information)", ELI),
    "plan_targets": ("规划目标", "Targets of plans", FACTS),
    "working_calendar": ("放假与调休", "Holidays and made-up working days", FACTS),
}


def _text(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _texts(name: str) -> Texts:
    declared = {
        column: _texts(table).column(column) for column, table in SHELVES[name].refers.items()
    }
    return parsed(name, (FOLDER / f"{name}.csv").read_bytes(), declared)


def written() -> str:
    """The manifest of the tables as they lie there now, after each row was checked."""
    parts = [
        "# What each table must be. Written by `python -m registry.reference.seal`; a table\n"
        "# whose bytes have another digest is refused.\n"
    ]
    for name in sorted(SHELVES):
        rows = built(name, _texts(name))
        digest = hashlib.sha256((FOLDER / f"{name}.csv").read_bytes()).hexdigest()
        title_zh, title_en, licence = TITLES[name]
        parts.append(
            f"\n[tables.{name}]\n"
            f"title_zh = {_text(title_zh)}\n"
            f"title_en = {_text(title_en)}\n"
            f"licence = {_text(licence)}\n"
            f"rows = {len(rows)}\n"
            f'sha256 = "{digest}"\n'
        )
    return "".join(parts)


if __name__ == "__main__":
    MANIFEST.write_text(written(), "utf-8")
