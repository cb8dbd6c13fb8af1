"""Fills in what a row says in other words: a code from its name, a level from its code.

Published files leave such columns out. Nothing is guessed: what a name does not settle stays
empty and is reported as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from registry.reference.shelf import texts_of

# How sources of data describe where a figure was read, and what we call it.
_CONFIDENCE: Final = {
    "P": "original",
    "S": "second_hand",
    "C": "computed",
    "M": "memory",
    "second-hand, several copies agree": "several_copies",
    "second-hand": "second_hand",
}


@cache
def _shipped(table: str) -> tuple[Mapping[str, str], ...]:
    texts = texts_of(table)
    return tuple(dict(zip(texts.columns, line, strict=True)) for line in texts.lines)


@cache
def _index(table: str, column: str) -> Mapping[str, Mapping[str, str]]:
    return {row[column]: row for row in _shipped(table)}


@cache
def _provinces() -> Mapping[str, Mapping[str, str]]:
    return {row["short_zh"]: row for row in _shipped("divisions") if row["level"] == "province"}


def _catalogue_item(row: dict[str, str]) -> None:
    code = row["code"]
    if not code:
        return
    row["parent"] = row["parent"] or code.rpartition(".")[0]
    row["level"] = row["level"] or str(code.count(".") + 1)


def _structure(row: dict[str, str]) -> None:
    if row["edition"].isdigit():
        row["edition"] = f"structure-{row['edition']}"


def _benchmark(row: dict[str, str]) -> None:
    if row["edition"].isdigit():
        row["edition"] = f"benchmarks-{row['edition']}"
    known = _index("benchmarks", "product_zh").get(row["product_zh"])
    if known:
        row["product"] = row["product"] or known["product"]
        row["product_en"] = row["product_en"] or known["product_en"]


def _average_factor(row: dict[str, str]) -> None:
    name = row["region_zh"]
    if row["scope"] == "province" and name in _provinces():
        province = _provinces()[name]
        row["region"] = row["region"] or province["code"]
        row["region_en"] = row["region_en"] or province["name_en"]
        row["iso"] = row["iso"] or province["iso"]
    elif row["scope"] == "region":
        _grid(row, name, "region", "region_en")
    elif row["scope"] == "national":
        row["region"] = row["region"] or "national"
        row["region_en"] = row["region_en"] or "China"


def _grid(row: dict[str, str], name: str, code: str, name_en: str) -> None:
    known = _index("grids", "name_zh").get(f"{name.removesuffix('区域电网')}区域电网")
    if known:
        row[code] = row[code] or known["grid"]
        row[name_en] = row[name_en] or known["name_en"].removesuffix(" grid")


def _om_bm(row: dict[str, str]) -> None:
    _grid(row, row["grid_zh"], "grid", "grid_en")


def _fuel(row: dict[str, str]) -> None:
    known = _index("fuel_factors", "fuel_zh").get(row["fuel_zh"])
    if known:
        row["fuel"] = row["fuel"] or known["fuel"]
        row["fuel_en"] = row["fuel_en"] or known["fuel_en"]
        row["purpose"] = row["purpose"] or known["purpose"]


def _nothing(row: dict[str, str]) -> None:
    del row


_BY_KIND: Final[Mapping[str, Callable[[dict[str, str]], None]]] = {
    "catalogue_items": _catalogue_item,
    "industrial_structure": _structure,
    "benchmarks": _benchmark,
    "grid_average_factors": _average_factor,
    "grid_om_bm": _om_bm,
    "fuel_factors": _fuel,
}


def completed(kind: str, row: dict[str, str], confidence: str = "") -> dict[str, str]:
    """The row with what follows from it; a source's own word of confidence becomes ours."""
    if confidence and not row["known_from"]:
        row["known_from"] = _CONFIDENCE.get(
            confidence, _CONFIDENCE.get(confidence[:1], "second_hand")
        )
    row["status"] = row["status"] or "unverified"
    row["known_from"] = row["known_from"] or "second_hand"
    _BY_KIND.get(kind, _nothing)(row)
    return row
