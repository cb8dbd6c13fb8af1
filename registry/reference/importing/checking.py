"""What must hold of a row beyond its single cells, and of all rows together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cache
from typing import Final

from registry.reference.importing.kinds import KINDS, Kind
from registry.reference.provenance import Provenance, problem_of
from registry.reference.shelf import PROVENANCE, texts_of

Row = Mapping[str, str]
Found = tuple[str, str, str]  # column, code, detail


_declared: ContextVar[Mapping[str, Row] | None] = ContextVar("declared", default=None)


@contextmanager
def declared(editions: Iterable[Row] | None) -> Iterator[None]:
    """Check against these editions instead of the ones that we ship."""
    token = _declared.set(None if editions is None else {row["edition"]: row for row in editions})
    try:
        yield
    finally:
        _declared.reset(token)


@cache
def _shipped_editions() -> Mapping[str, Row]:
    texts = texts_of("catalogue_editions")
    rows = [dict(zip(texts.columns, line, strict=True)) for line in texts.lines]
    return {row["edition"]: row for row in rows}


def _editions() -> Mapping[str, Row]:
    known = _declared.get()
    return _shipped_editions() if known is None else known


@cache
def _values(table: str, column: str) -> frozenset[str]:
    return texts_of(table).column(column)


@cache
def _province_codes() -> frozenset[str]:
    return frozenset(code for code in _values("divisions", "code") if code.endswith("0000"))


def edition_problem(kind: Kind, row: Row) -> Iterator[Found]:
    if not kind.family or not row["edition"]:
        return
    declared = _editions().get(row["edition"])
    if declared is None or declared["family"] != kind.family:
        yield "edition", "unknown_edition", row["edition"]


def origin_problem(row: Row) -> Iterator[Found]:
    """What provenance demands; empty cells are already reported as missing."""
    if all(row[name] for name in ("source", "document", "published", "status", "known_from")):
        problem = problem_of(Provenance(*(row[name] for name in PROVENANCE)))
        if problem is not None:
            yield problem[0], problem[1], row[problem[0]]


def _catalogue_item(row: Row) -> Iterator[Found]:
    if row["code"].count(".") + 1 != int(row["level"] or 0) and "." in row["code"]:
        yield "level", "level_differs_from_code", row["code"]
    if int(row["level"] or 0) > 4:
        yield "level", "out_of_range", "1–4"
    for code in filter(None, row["industry_code"].split(";")):
        if code not in _values("industries", "code"):
            yield "industry_code", "unknown_industry", code


def _benchmark(row: Row) -> Iterator[Found]:
    benchmark, baseline = row["benchmark"], row["baseline"]
    if benchmark and baseline and Decimal(benchmark) > Decimal(baseline):
        yield "benchmark", "benchmark_above_baseline", baseline


def _average_factor(row: Row) -> Iterator[Found]:
    known = {
        "province": _province_codes(),
        "region": _values("grids", "grid"),
        "national": frozenset({"national"}),
    }.get(row["scope"], frozenset())
    if row["region"] and row["region"] not in known:
        yield "region", "unknown_region", row["region"]
    yield from _full_day(row)


def _om_bm(row: Row) -> Iterator[Found]:
    if row["grid"] and row["grid"] not in _values("grids", "grid"):
        yield "grid", "unknown_grid", row["grid"]
    yield from _full_day(row)


def _full_day(row: Row) -> Iterator[Found]:
    """A factor counts from the day it was published, so a year will not do."""
    if row["published"] and len(row["published"]) != 10:
        yield "published", "not_a_day", row["published"]


def _fuel(row: Row) -> Iterator[Found]:
    parameters = [row[name] for name in ("ncv_gj_per_unit", "carbon_tc_per_tj", "oxidation")]
    if row["purpose"] == "combustion" and not all(parameters):
        names = ("ncv_gj_per_unit", "carbon_tc_per_tj", "oxidation")
        for name in names:
            if not row[name]:
                yield name, "missing", ""
    yield from _full_day(row)


def _industry(row: Row) -> Iterator[Found]:
    pattern = {"1": r"[A-Z]", "2": r"\d{2}", "3": r"\d{3}", "4": r"\d{4}"}.get(row["level"], "")
    if row["code"] and row["level"] and not re.fullmatch(pattern, row["code"]):
        yield "code", "level_differs_from_code", row["level"]


def _zone_indicator(row: Row) -> Iterator[Found]:
    if row["zone_id"] and row["zone_id"] not in _values("zones", "zone_id"):
        yield "zone_id", "unknown_zone", row["zone_id"]
    clean, total = row["clean_energy_tce"], row["energy_tce"]
    if clean and total and Decimal(clean) > Decimal(total):
        yield "clean_energy_tce", "part_above_whole", total
    if row["industrial_added_value_10k_yuan"] and not row["price_base_year"]:
        yield "price_base_year", "missing", ""


def _zone(row: Row) -> Iterator[Found]:
    if row["province_code"] and row["province_code"] not in _province_codes():
        yield "province_code", "unknown_region", row["province_code"]


def _division(row: Row) -> Iterator[Found]:
    """Six digits; a province ends in four zeros, a prefecture in two, a county in neither."""
    zeros = {"province": r"\d\d0000", "prefecture": r"\d\d(?!00)\d\d00", "county": r"\d{6}"}
    if row["code"] and row["level"] and not re.fullmatch(zeros[row["level"]], row["code"]):
        yield "code", "level_differs_from_code", row["level"]


_BY_KIND: Final[Mapping[str, Callable[[Row], Iterator[Found]]]] = {
    "catalogue_items": _catalogue_item,
    "benchmarks": _benchmark,
    "grid_average_factors": _average_factor,
    "grid_om_bm": _om_bm,
    "coal_rate_of_supply": _full_day,
    "fuel_factors": _fuel,
    "industries": _industry,
    "zone_indicators": _zone_indicator,
    "zones": _zone,
    "divisions": _division,
}


def row_problems(kind: Kind, row: Row) -> list[Found]:
    """Everything that is wrong with one row whose cells are each in order."""
    found = [*edition_problem(kind, row), *origin_problem(row)]
    check = _BY_KIND.get(kind.name)
    return found + (list(check(row)) if check else [])


def missing_parents(kind: Kind, rows: Sequence[tuple[int, Row]]) -> Iterator[tuple[int, Found]]:
    """Rows of a tree whose parent is not in the same file."""
    if "parent" not in kind.column_names:
        return
    there = {(*(row[name] for name in kind.scope), row["code"]) for _, row in rows}
    for number, row in rows:
        parent = row["parent"]
        if row["level"] in ("1", "province"):
            if parent:
                yield number, ("parent", "top_level_has_parent", parent)
        elif not parent:
            yield number, ("parent", "missing", "")
        elif (*(row[name] for name in kind.scope), parent) not in there:
            yield number, ("parent", "unknown_parent", parent)


def may_clear_a_gate(kind: Kind, rows: Sequence[Row]) -> bool:
    """Whether "not found" in these rows means anything. Half an exclusion list clears nobody:
    both classes that gates ask must have as many entries as the document of their edition."""
    if kind.name != "industrial_structure":
        return True
    for edition in {row["edition"] for row in rows}:
        due = [int(text) for text in _editions()[edition]["levels"].split("/") if text]
        for name, number in zip(("encouraged", "restricted", "eliminated"), due, strict=False):
            count = sum(row["cls"] == name and row["edition"] == edition for row in rows)
            if name != "encouraged" and count != number:
                return False
        if not due:
            return False
    return bool(rows)


def whole_editions(rows: Sequence[Row]) -> frozenset[str]:
    """Editions of which every level has as many items as the document: what is not in them is not
    in the catalogue."""
    kind = KINDS["catalogue_items"]
    short = {what.partition("/")[0] for what, _, _ in expected_counts(kind, rows)}
    known = {edition for edition, row in _editions().items() if row["levels"]}
    return frozenset({row["edition"] for row in rows} & known - short)


def expected_counts(kind: Kind, rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    """Where an edition's official number of entries is known: what, how many here, how many due."""
    due: list[tuple[str, int, int]] = []
    for edition in sorted({row.get("edition", "") for row in rows if kind.family}):
        levels = _editions().get(edition, {}).get("levels", "")
        numbers = [int(text) for text in levels.split("/") if text.isdigit()]
        mine = [row for row in rows if row["edition"] == edition]
        if kind.name == "industrial_structure":
            for name, number in zip(
                ("encouraged", "restricted", "eliminated"), numbers, strict=False
            ):
                count = sum(row["cls"] == name for row in mine)
                if count:
                    due.append((f"{edition}/{name}", count, number))
        elif kind.name == "catalogue_items":
            for level, number in enumerate(numbers, 1):
                count = sum(row["level"] == str(level) for row in mine)
                due.append((f"{edition}/{level}", count, number))
    if kind.name == "industries":
        for level, number in ((1, 20), (2, 97), (3, 473), (4, 1381)):
            count = sum(row["level"] == str(level) for row in rows)
            due.append((f"gb4754-2017/{level}", count, number))
    return [item for item in due if item[1] != item[2]]
