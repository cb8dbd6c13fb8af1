"""What forms and pages ask: zones, divisions, industries, catalogues, grids."""

from datetime import date

import pytest

from registry import reference
from registry.reference.rows import Zone
from registry.reference.shelf import ReferenceInvalid


def ids(rows):
    return [row.zone_id for row in rows]


def test_zones_lie_in_provinces_and_cities_that_exist():
    provinces = {row.code for row in reference.provinces()}
    for zone in reference.zones():
        assert isinstance(zone, Zone)
        assert zone.province_code in provinces
        assert reference.division(zone.city_code) is not None
        assert zone.city_code[:2] == zone.province_code[:2]
    assert len({zone.name_en for zone in reference.zones()}) == 178
    assert sum(zone.year_status == "corroborated" for zone in reference.zones()) == 67
    assert {zone.short_zh for zone in reference.zones() if zone.year_status == "low"} == {
        "拉萨",
        "许昌",
        "河北雄安",
    }


def test_outside_any_zone_is_an_answer_but_no_zone():
    assert reference.zone(reference.OUTSIDE_ANY_ZONE) is None
    assert reference.zone("HTZ001").name_en == "Zhongguancun Science Park"


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("中关村", "HTZ001"),
        ("东湖", "HTZ101"),
        ("East Lake", "HTZ101"),
        ("xian high", "HTZ158"),
        ("Xi'an", "HTZ158"),
        ("ＨＴＺ０４０", "HTZ040"),
        ("苏州 园区", "HTZ040"),
    ],
)
def test_zones_are_found_in_both_languages(text, first):
    assert ids(reference.search_zones(text))[0] == first


def test_a_search_without_words_or_hits_finds_nothing():
    assert reference.search_zones(" ") == []
    assert reference.search_zones("没有这个园区") == []
    assert len(reference.search_zones("高新", limit=5)) == 5


def test_zones_are_found_by_province():
    assert set(ids(reference.search_zones("Gansu"))) == {"HTZ165", "HTZ166"}
    assert ids(reference.zones("620000")) == ["HTZ165", "HTZ166"]


def test_divisions_form_a_tree():
    assert len(reference.provinces()) == 34
    codes = {row.code for row in reference.divisions()}
    for row in reference.divisions():
        assert (row.parent in codes) if row.level != "province" else row.parent == ""
    assert reference.division("620602").name_zh == "凉州区"
    assert all(row.iso.startswith("CN-") and row.short_zh for row in reference.provinces())


def test_industries_form_a_tree():
    assert [len(reference.industries(level)) for level in (1, 2, 3, 4)] == [20, 97, 473, 1381]
    for row in reference.industries():
        parent = reference.industry(row.parent)
        assert (parent is None) == (row.level == 1)
        assert parent is None or parent.level == row.level - 1
    assert all(row.name_en for level in (1, 2) for row in reference.industries(level))


@pytest.mark.parametrize(
    ("text", "code"), [("4415", "4415"), ("风力发电", "4415"), ("炼钢", "312"), ("civil", "48")]
)
def test_industries_are_found_by_code_and_name(text, code):
    assert code in [row.code for row in reference.search_industries(text)]


def test_two_high_sectors_name_industries_that_exist():
    for sector in reference.two_high_sectors():
        for code in sector.industry_codes.split(";"):
            assert reference.industry(code) is not None


def test_catalogue_2019_is_complete():
    levels = [len(reference.catalogue_items("2019", level)) for level in (1, 2, 3)]
    assert levels == [6, 30, 211]
    codes = {row.code for row in reference.catalogue_items("2019")}
    assert all(row.parent in codes for row in reference.catalogue_items("2019") if row.level > 1)
    assert reference.catalogue_item("2019", "3.2.2").name_zh == "太阳能利用设施建设和运营"
    assert len(reference.catalogue_items("2024")) == 7
    assert len(reference.catalogue_items("2025")) == 9
    assert reference.catalogue_items("2021") == ()


def test_an_edition_that_nobody_declared_is_refused():
    with pytest.raises(ReferenceInvalid, match="unknown_edition"):
        reference.catalogue_items("2020")


@pytest.mark.parametrize(
    ("day", "editions"),
    [
        ("2018-06-01", ["2015"]),
        ("2021-06-30", ["2015", "2019"]),
        ("2021-07-01", ["2019", "2021"]),
        ("2025-09-30", ["2021", "2024"]),
        ("2025-10-01", ["2024", "2025"]),
    ],
)
def test_the_edition_follows_the_day(day, editions):
    assert [row.edition for row in reference.edition_on(day)] == editions
    assert [row.edition for row in reference.edition_on(date.fromisoformat(day).isoformat())]


def test_the_grid_is_an_input_where_a_province_has_two():
    options = reference.grid_options("150000")
    assert [(option.grid.grid, option.part, option.is_default) for option in options] == [
        ("north", "west", True),
        ("northeast", "east", False),
    ]
    assert [option.grid.grid for option in reference.grid_options("620000")] == ["northwest"]
    assert [option.grid.grid for option in reference.grid_options("510000")] == ["central"]
    assert [option.grid.grid for option in reference.grid_options("510000", "average")] == [
        "southwest"
    ]


@pytest.mark.parametrize("province", ["540000", "710000", "810000", "820000"])
def test_no_grid_and_no_factor_is_invented(province):
    for family in ("om_bm", "average"):
        assert reference.grid_options(province, family) == ()
    assert not [row for row in reference.grid_average_factors() if row.region == province]


def test_every_other_province_has_exactly_one_usual_grid():
    none = {"540000", "710000", "810000", "820000"}
    for province in reference.provinces():
        if province.code not in none:
            for family in ("om_bm", "average"):
                options = reference.grid_options(province.code, family)
                assert [option.is_default for option in options].count(True) == 1
                assert options[0].is_default


def test_european_activities_carry_their_code_where_we_have_it():
    coded = [row for row in reference.eu_activities() if row.code]
    assert len(coded) == 101
    assert len(reference.eu_activities()) == 151
    solar = next(row for row in coded if row.code == "4.1")
    assert solar.mitigation and solar.adaptation and solar.nace_codes == "D35.11;F42.22"
    assert len([row for row in reference.nace_codes() if row.level == 1]) == 22
