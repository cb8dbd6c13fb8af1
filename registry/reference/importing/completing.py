"""Fills in what a row says in other words: a code from its name, a level from its code.

Published files leave such columns out. Nothing is guessed: what a name does not settle stays
empty and is reported as missing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Mapping
from functools import cache
from typing import Final

from registry.reference.importing.shapes import Kind
from registry.reference.shelf import SHELVES, texts_of

Beside = Mapping[str, str]

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
def _by_key(table: str, keys: tuple[str, ...]) -> Mapping[tuple[str, ...], Mapping[str, str]]:
    """Our own rows by their keys; none of what we only ever import."""
    if table not in SHELVES:
        return {}
    return {tuple(row[key] for key in keys): row for row in _shipped(table)}


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


def _zone(row: dict[str, str]) -> None:
    row["short_zh"] = row["short_zh"] or row["city_zh"]


def _legal_form(row: dict[str, str]) -> None:
    row["language"] = row["language"] or ("en" if row["name"].isascii() else "zh")


def _division(row: dict[str, str]) -> None:
    known = _index("divisions", "code").get(row["code"])
    if known:
        row["short_zh"] = row["short_zh"] or known["short_zh"]
        row["iso"] = row["iso"] or known["iso"]


def _activity(row: dict[str, str], beside: Beside) -> None:
    known = _index("eu_activities", "name_en").get(row["name_en"])
    for name in ("mitigation", "adaptation"):
        if beside.get("objectives"):
            row[name] = row[name] or ("yes" if name in beside["objectives"] else "no")
        elif known:
            row[name] = row[name] or known[name]
    if known:
        for name in ("code", "sector_en", "nace_codes"):
            row[name] = row[name] or known[name]


def _standard_coal(row: dict[str, str], beside: Beside) -> None:
    known = _index("standard_coal", "energy_zh").get(row["energy_zh"])
    if known:
        for name in ("energy", "energy_en", "basis"):
            row[name] = row[name] or known[name]
    for theirs, ours in (
        ("coal_equivalent", "kgce_per_unit"),
        ("ncv_kj_per_unit", "ncv_kj_per_unit"),
    ):
        low, dash, high = beside.get(theirs, "").partition("-")
        row[f"{ours}_low"] = row[f"{ours}_low"] or low
        row[f"{ours}_high"] = row[f"{ours}_high"] or high or low
        if ours in row and not dash:
            row[ours] = row[ours] or low


def _edition_declared(row: dict[str, str], beside: Beside) -> None:
    """Published lists of editions write full-width brackets, and doubts beside the date."""
    name = unicodedata.normalize("NFKC", row["name_zh"])
    known = _index("catalogue_editions", "name_zh").get(name)
    issued, _, doubt = beside.get("issued", "").partition("(")
    row["published"] = row["published"] or issued.strip()
    if doubt and not row["note"]:
        row["note"] = doubt.rstrip(") ")
    if known:
        row["name_zh"], row["source"] = name, known["source"]
        for column, text in known.items():
            if column in row and column != "note":
                row[column] = row[column] or text


_BY_KIND: Final[Mapping[str, Callable[[dict[str, str]], None]]] = {
    "catalogue_items": _catalogue_item,
    "industrial_structure": _structure,
    "benchmarks": _benchmark,
    "grid_average_factors": _average_factor,
    "grid_om_bm": _om_bm,
    "fuel_factors": _fuel,
    "zones": _zone,
    "legal_forms": _legal_form,
    "divisions": _division,
}
_WITH_BESIDE: Final[Mapping[str, Callable[[dict[str, str], Beside], None]]] = {
    "eu_activities": _activity,
    "standard_coal": _standard_coal,
    "catalogue_editions": _edition_declared,
}
_ORIGIN: Final = ("source", "document", "clause", "published", "effective")


def completed(
    kind: Kind, row: dict[str, str], beside: Beside, columns: Collection[str]
) -> dict[str, str]:
    """The row with what follows from it and from what stands `beside` its columns in the file.

    A source's own word of confidence becomes ours. Where the file has no column that says in which
    document a row stands, it is that of the row that we hold under the same key, else that of its
    edition; a column that is there and left blank is a mistake. `columns` are those of the file.
    """
    confidence = beside.get("confidence", "")
    if confidence and not row["known_from"]:
        row["known_from"] = _CONFIDENCE.get(
            confidence, _CONFIDENCE.get(confidence[:1], "second_hand")
        )
    row["status"] = row["status"] or "unverified"
    row["known_from"] = row["known_from"] or "second_hand"
    if kind.name in _BY_KIND:
        _BY_KIND[kind.name](row)
    if kind.name in _WITH_BESIDE:
        _WITH_BESIDE[kind.name](row, beside)
    _origin(kind, row, columns)
    return row


def _origin(kind: Kind, row: dict[str, str], columns: Collection[str]) -> None:
    if all(row[name] for name in ("source", "document", "published")):
        return
    known = _by_key(kind.name, kind.keys).get(tuple(row[key] for key in kind.keys))
    if known is None and kind.family and kind.name != "catalogue_editions":
        known = _index("catalogue_editions", "edition").get(row["edition"])
    if known is None:
        return
    for name in (name for name in _ORIGIN if name not in columns):
        row[name] = row[name] or known[name]
