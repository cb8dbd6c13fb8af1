"""Every table that we ship: as many rows as there should be, each with its source."""

import hashlib
import subprocess
import sys

import pytest

from registry import reference
from registry.reference.seal import TITLES, written
from registry.reference.shelf import FOLDER, MANIFEST, SHELVES, manifest
from registry.reference.typed import rows_of
from registry.rules import reference as rules_reference

ROWS = {
    "zones": 178,
    "divisions": 3351,
    "industries": 1971,
    "legal_forms": 55,
    "catalogue_editions": 12,
    "catalogue_items": 263,
    "eu_activities": 151,
    "nace": 1047,
    "grids": 7,
    "grid_provinces": 62,
    "grid_average_factors": 117,
    "grid_om_bm": 8,
    "fuel_factors": 15,
    "standard_coal": 26,
    "coal_rate_of_supply": 2,
    "gwp": 9,
    "benchmarks": 8,
    "exclusion_lists": 7,
    "two_high_sectors": 6,
    "eu_thresholds": 17,
    "plan_targets": 11,
    "working_calendar": 108,
}


def test_every_table_has_its_rows():
    assert reference.check_everything() == ROWS


@pytest.mark.parametrize("table", sorted(SHELVES))
def test_every_row_says_where_it_comes_from(table):
    for row in rows_of(table):
        origin = row.origin
        assert origin.source and origin.document
        assert origin.published_by.year >= 1988
        assert origin.status in ("verified", "unverified")
        if origin.known_from in ("second_hand", "memory", "several_copies", "computed"):
            assert origin.status == "unverified"


@pytest.mark.parametrize("table", sorted(SHELVES))
def test_keys_are_unique(table):
    keys = [tuple(getattr(row, key) for key in SHELVES[table].keys) for row in rows_of(table)]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("table", sorted(SHELVES))
def test_every_row_has_words_in_both_languages_or_a_name_in_its_own(table):
    """Names of industries below level 2, counties and European activities have one language."""
    for row in rows_of(table):
        for zh, en in (("name_zh", "name_en"), ("grid_zh", "grid_en"), ("fuel_zh", "fuel_en")):
            if hasattr(row, zh):
                assert getattr(row, zh)
                assert getattr(row, en) or table in ("divisions", "industries")


def test_the_manifest_is_what_the_tables_are():
    assert MANIFEST.read_text("utf-8") == written()
    assert set(manifest()) == set(SHELVES) == set(TITLES)
    assert {path.stem for path in FOLDER.glob("*.csv")} == set(SHELVES)
    for name, entry in manifest().items():
        content = (FOLDER / f"{name}.csv").read_bytes()
        assert entry["sha256"] == hashlib.sha256(content).hexdigest()
        assert entry["licence"] and entry["title_zh"] and entry["title_en"]


def test_no_sentences_are_shipped():
    """Facts only: names and numbers. Explanations of official documents stay in them."""
    for name in SHELVES:
        for row in rows_of(name):
            for column in ("name_zh", "text"):
                assert "。" not in getattr(row, column, "")
                assert len(getattr(row, column, "")) <= 60


def test_the_rules_find_every_column_that_they_ask_for():
    tables = reference.tables()
    for name, columns in rules_reference.COLUMNS.items():
        if not tables.is_loaded(name):
            continue
        row = tables.table(name).rows[0]
        assert set(columns) | set(rules_reference.PROVENANCE) <= set(row)


def test_what_is_not_loaded_is_told_apart_from_what_is_empty():
    tables = reference.tables()
    lists = {row.table: row for row in reference.exclusion_lists()}
    assert {row.list_id: row.entry_count for row in reference.exclusion_lists()}[
        "eliminated"
    ] == 422
    for name, row in lists.items():
        assert not row.loaded
        assert not tables.is_loaded(name)


def test_one_digest_over_all_tables():
    digests = [rules_reference.Table(name, sha256=manifest()[name]["sha256"]) for name in SHELVES]
    assert reference.tables().sha256 == rules_reference.reference_tables(digests).sha256


def test_a_single_score_loads_no_typed_rows():
    """Three tables of text and nothing else: what `registry.rules` needs for one project."""
    program = (
        "import sys, registry.reference as r;"
        "t = r.tables();"
        "[t.table(n).rows for n in ('grid_om_bm', 'grid_average_factors', 'coal_rate_of_supply')];"
        "print('registry.reference.rows' in sys.modules, r.texts_of.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "4"], done.stderr  # the three, and grids for the keys
