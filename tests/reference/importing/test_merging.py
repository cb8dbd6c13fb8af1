"""Imports in force: they replace what they cover, load what was not loaded, and move the digest."""

import pytest

from registry import reference
from registry.reference.importing import parse_import, rows_in_force, tables_with

FORM = {"source": "部门", "document": "文件 1号", "published": "2026-12-01"}


def read(kind, content):
    preview = parse_import(kind, "x.csv", content.encode(), current=(), defaults=FORM)
    assert preview.ok, preview.problems
    return preview.rows


def test_an_edition_replaces_its_own_rows_only():
    rows = read("catalogue_items", "edition,code,name_zh\n2025,1,节能降碳\n2025,1.1,装备\n")
    merged = rows_in_force("catalogue_items", rows)
    count = {
        edition: sum(row["edition"] == edition for row in merged)
        for edition in ("2019", "2024", "2025")
    }
    assert count == {"2019": 247, "2024": 7, "2025": 2}


def structure(restricted, eliminated):
    lines = ["edition,cls,sector_no,sector,no,text"]
    lines += [f"2024,限制类,一,农,{number},甲{number}" for number in range(restricted)]
    lines += [f"2024,淘汰类,一,农,{number},乙{number}" for number in range(eliminated)]
    return read("industrial_structure", "\n".join(lines))


@pytest.mark.parametrize(
    ("restricted", "eliminated", "loaded"),
    [(231, 422, True), (231, 421, False), (0, 422, False), (231, 0, False), (232, 422, False)],
)
def test_half_an_exclusion_list_clears_nobody(restricted, eliminated, loaded):
    tables = tables_with({"industrial_structure": structure(restricted, eliminated)})
    assert tables.is_loaded("industrial_structure") is loaded


def test_a_list_that_was_imported_is_looked_up():
    rows = read(
        "industrial_structure", "edition,cls,sector_no,sector,no,text\n2024,淘汰类,一,农,1,甲\n"
    )
    tables = tables_with({"industrial_structure": rows})
    assert not reference.tables().is_loaded("industrial_structure")
    (found,) = tables.table("industrial_structure").matching(("cls",), ("eliminated",))
    assert found["text"] == "甲"
    assert tables.table("grid_om_bm").rows == reference.tables().table("grid_om_bm").rows
    assert not tables.is_loaded("dishonest_debtors")
    assert len(tables.tables) == len(reference.tables().tables) + 1


def test_the_digest_follows_the_rows():
    one = read("coal_rate_of_supply", "data_year,gce_per_kwh\n2025,301.0\n")
    other = read("coal_rate_of_supply", "data_year,gce_per_kwh\n2025,301.1\n")
    digests = {
        reference.tables().sha256,
        tables_with({}).sha256,
        tables_with({"coal_rate_of_supply": one}).sha256,
        tables_with({"coal_rate_of_supply": other}).sha256,
    }
    assert tables_with({}).sha256 == reference.tables().sha256
    assert len(digests) == 3
    merged = tables_with({"coal_rate_of_supply": one}).table("coal_rate_of_supply")
    assert [row["data_year"] for row in merged.rows] == ["2020", "2024", "2025"]
