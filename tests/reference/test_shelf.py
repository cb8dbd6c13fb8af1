"""A table that must not be used is refused, and the row that is wrong is named."""

import hashlib

import pytest

from registry.reference.shelf import FOLDER, ReferenceInvalid, checked, parsed
from registry.reference.typed import built

GRIDS = {"grid": frozenset({"north", "northwest"})}
HEADER = (
    "grid,vintage,purpose,grid_zh,grid_en,om_tco2_per_mwh,bm_tco2_per_mwh,"
    "source,document,clause,published,effective,status,known_from,note\n"
)
NORTH = "north,2019,avoided_emissions,华北,North,0.9,0.4,部,文,表,2020-12-29,,unverified,memory,\n"
EDITIONS = {"edition": frozenset({"2024"})}


def refusal(content, name="grid_om_bm", declared=GRIDS):
    with pytest.raises(ReferenceInvalid) as refused:
        built(name, parsed(name, content.encode(), declared))
    return refused.value.code, refused.value.table, refused.value.row


def test_a_good_table_is_read():
    (row,) = built("grid_om_bm", parsed("grid_om_bm", (HEADER + NORTH).encode(), GRIDS))
    assert (row.grid, row.vintage, str(row.om_tco2_per_mwh)) == ("north", 2019, "0.9")
    assert not row.origin.is_verified


def test_a_wrong_hash_is_refused():
    content = (FOLDER / "grids.csv").read_bytes()
    entry = {"sha256": hashlib.sha256(content).hexdigest(), "rows": 7}
    assert len(checked("grids", content, entry, {}).lines) == 7
    with pytest.raises(ReferenceInvalid) as refused:
        checked("grids", content.replace(b"north", b"North", 1), entry, {})
    assert (refused.value.code, refused.value.table) == ("wrong_hash", "grids")
    with pytest.raises(ReferenceInvalid, match="wrong_number_of_rows"):
        checked("grids", content, {**entry, "rows": 8}, {})


def test_a_key_used_twice_names_its_second_row():
    assert refusal(HEADER + NORTH + NORTH) == ("duplicate_key", "grid_om_bm", 2)


def test_an_undeclared_edition_names_its_row():
    columns = "edition,code,level,parent,name_zh,name_en,industry_code,ghg_contribution,"
    origin = "部,文,表,2024-02,,unverified,memory,\n"
    content = (
        columns
        + HEADER.split("mwh,")[-1]
        + "2024,1,1,,节能,Saving,,,"
        + origin
        + "2023,1,1,,节能,Saving,,,"
        + origin
    )
    assert refusal(content, "catalogue_items", EDITIONS) == (
        "unknown_edition",
        "catalogue_items",
        2,
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("0.9,0.4", "0.9x,0.4", "bad_value"),
        ("0.9,0.4", "NaN,0.4", "bad_value"),
        ("0.9,0.4", "Infinity,0.4", "bad_value"),
        ("0.9,0.4", "0.9", "wrong_number_of_cells"),
        ("north", "south", "unknown_grid"),
        (",文,", ",,", "missing"),
        (",部,", ",,", "missing"),
        ("2020-12-29", "2020-13-29", "bad_date"),
        ("2020-12-29", "", "bad_date"),
        ("unverified", "sure", "unknown_status"),
        ("unverified", "verified", "verified_without_original"),
        ("memory", "hearsay", "unknown_origin"),
    ],
)
def test_a_bad_cell_names_its_row(old, new, code):
    bad = NORTH.replace("2019", "2018").replace(old, new, 1)
    assert refusal(HEADER + NORTH + bad) == (code, "grid_om_bm", 2)


def test_a_foreign_header_is_refused():
    assert refusal(HEADER.replace("vintage", "year") + NORTH)[0] == "wrong_header"
    assert refusal(HEADER.replace("purpose", "use") + NORTH)[0] == "wrong_header"
    assert refusal("")[0] == "wrong_header"
