"""Units of a column's head or of a cell, and the exact factor to what the rules count in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

Factors = Mapping[str, Decimal]

FRACTION: Final = "fraction"  # 0.12 for 12 %


def _table(rows: Mapping[str, str]) -> dict[str, Decimal]:
    """{factor: "spelling spelling …"} turned round; a spelling is folded as `fold_unit` does."""
    return {
        fold_unit(name): Decimal(factor) for factor, names in rows.items() for name in names.split()
    }


def fold_unit(text: str) -> str:
    """One spelling for full-width, capitals, blanks, "a year" and superscripts."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"[\s_·.]", "", text)
    return re.sub(r"(/年|/a|/yr|/year|每年|peryear|ayear)$", "", text)


_MONEY: Final = {  # to 10,000 yuan
    "0.0001": "元 人民币元 yuan cny rmb ¥ 元人民币",
    "0.1": "千元 thousandyuan 000yuan kcny thousandcny",
    "1": "万元 万 万元人民币 人民币万元 10kyuan 10kcny 10,000yuan 10,000cny 10000yuan tenthousandyuan wan",
    "100": "百万元 百万 millionyuan millioncny cnymillion mcny mnyuan cnymn rmbmillion",
    "1000": "千万元",
    "10000": "亿元 亿 亿元人民币 100millionyuan 100millioncny yi",
}
_ENERGY: Final = {  # to MWh
    "0.001": "kwh 千瓦时 度",
    "1": "mwh 兆瓦时 千度",
    "10": "万千瓦时 万度 万kwh 10kkwh 10,000kwh",
    "1000": "gwh 吉瓦时 百万千瓦时",
    "100000": "亿千瓦时 亿度 亿kwh",
}
_TONNES: Final = {
    "0.001": "kg 千克 公斤",
    "1": "t 吨 tonne tonnes ton tons 公吨",
    "1000": "kt 千吨",
    "10000": "万吨 10kt 10,000t",
}
_CO2: Final = {
    "0.001": f"{_TONNES['0.001']} kgco2 kgco2e",
    "1": f"{_TONNES['1']} tco2 tco2e 吨co2 吨co2e 吨二氧化碳 吨二氧化碳当量",
    "10000": f"{_TONNES['10000']} 万吨co2 万吨co2e 万吨二氧化碳 万吨二氧化碳当量",
}
_COAL: Final = {
    "0.001": f"{_TONNES['0.001']} kgce 千克标准煤 千克标煤",
    "1": f"{_TONNES['1']} tce 吨标准煤 吨标煤",
    "10000": f"{_TONNES['10000']} 万吨标准煤 万吨标煤",
}
_POWER: Final = {  # to MW. Peak megawatts of modules are another quantity and no unit here.
    "0.001": "kw 千瓦",
    "1": "mw 兆瓦 mwac",
    "10": "万千瓦 万kw",
    "1000": "gw 吉瓦",
}
_AREA: Final = {
    "1": "m2 ㎡ 平方米 平米 sqm",
    "10000": "万m2 万㎡ 万平方米 公顷 ha",
    "1000000": "km2 平方公里 平方千米",
}
_SHARE: Final = {"1": "% 百分比 percent pct 百分数", "0.1": "‰", "100": "fraction 小数 比例 倍"}

_BY_UNIT: Final[Mapping[str, dict[str, Decimal]]] = {
    "10k_yuan": _table(_MONEY),
    "10k_yuan/a": _table(_MONEY),
    "yuan": {name: factor * 10_000 for name, factor in _table(_MONEY).items()},
    "MW": _table(_POWER),
    "MWh": _table(_ENERGY),
    "MWh/a": _table(_ENERGY),
    "t/a": _table(_TONNES),
    "tCH4/a": _table(_TONNES),
    "tCO2": _table(_CO2),
    "tCO2/a": _table(_CO2),
    "tCO2e/a": _table(_CO2),
    "tce/a": _table(_COAL),
    "m2": _table(_AREA),
    "%": _table(_SHARE),
    "a": _table({"1": "年 a year years yr"}),
    "km": _table({"1": "km 公里 千米", "0.001": "m 米"}),
}
# What a person may choose for a column, the rules' own unit first.
CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "10k_yuan": ("万元", "元", "千元", "百万元", "亿元"),
    "10k_yuan/a": ("万元", "元", "千元", "百万元", "亿元"),
    "yuan": ("元", "万元", "亿元"),
    "MW": ("MW", "kW", "万千瓦", "GW"),
    "MWh": ("MWh", "kWh", "万千瓦时", "GWh", "亿千瓦时"),
    "MWh/a": ("MWh", "kWh", "万千瓦时", "GWh", "亿千瓦时"),
    "t/a": ("t", "kg", "万吨"),
    "tCH4/a": ("t", "kg", "万吨"),
    "tCO2": ("tCO2", "kgCO2", "万吨"),
    "tCO2/a": ("tCO2", "kgCO2", "万吨"),
    "tCO2e/a": ("tCO2e", "kgCO2e", "万吨"),
    "tce/a": ("tce", "kgce", "万吨标准煤"),
    "m2": ("m2", "万平方米", "km2"),
    "%": ("%", FRACTION),
    "a": ("年",),
    "km": ("km", "m"),
}


def factor(unit_of_field: str, written: str) -> Decimal | None:
    """What a number in the written unit is multiplied by; None if it is no unit of this field."""
    if written in ("", unit_of_field) and not is_ambiguous(unit_of_field):
        return Decimal(1)
    if written == unit_of_field:
        return Decimal(1)
    return _BY_UNIT.get(unit_of_field, {}).get(fold_unit(written))


def is_ambiguous(unit_of_field: str) -> bool:
    """Whether a head without a unit leaves open what is meant: then a person has to say it."""
    return len(CHOICES.get(unit_of_field, ())) > 1


def choices(unit_of_field: str) -> tuple[str, ...]:
    return CHOICES.get(unit_of_field, (unit_of_field,) if unit_of_field else ())


def choice_of(unit_of_field: str, written: str) -> str:
    """The choice that means the same as what is written; empty if none does."""
    wanted = factor(unit_of_field, written) if written else None
    if wanted is None:
        return ""
    return next(
        (one for one in choices(unit_of_field) if factor(unit_of_field, one) == wanted), written
    )
