"""Files as they are published: other headings, doubts beside dates, ranges, repeated cities."""

import pytest

from registry.reference.importing import parse_import, shipped_rows, tables_with
from registry.rules.score import assess
from tests.rules.projects import BOOK, FOUND, JUDGED, LIANGZHOU, TODAY

FORM = {"source": "部门", "document": "文件 1号", "published": "2025-06-27"}


def taken(kind, text, **defaults):
    preview = parse_import(kind, "published.csv", text.encode(), defaults=defaults)
    assert preview.ok, preview.problems
    return preview


def test_a_row_that_we_hold_keeps_its_document_and_a_new_one_must_name_it():
    head = "zone_id,name_zh,short_zh,name_en,province_code,province_zh,city_zh,approved_year\n"
    known = taken(
        "zones", head + "HTZ001,中关村科技园区,中关村,Zhongguancun,110000,北京,北京,1988\n"
    )
    (row,) = known.rows
    assert (row["source"], row["document"]) == (
        "国务院",
        "国务院关于同意建设国家高新技术产业开发区的批复",
    )
    assert row["status"] == "unverified"
    assert known.removed == ()  # one zone says nothing of the others
    new = head + "HTZ999,新高新区,新,New,110000,北京,北京,2026\n"
    refused = parse_import("zones", "z.csv", new.encode())
    assert {(one.row, one.column) for one in refused.problems} == {
        (2, "source"), (2, "document"), (2, "published"),
    }  # fmt: skip
    assert taken("zones", new, **FORM).added == (("HTZ999",),)


def test_a_zone_in_a_province_that_there_is_not_is_refused_with_its_row():
    text = "zone_id,name_zh,short_zh,province_code\nHTZ999,甲,甲,990000\n"
    refused = parse_import("zones", "z.csv", text.encode(), defaults=FORM)
    assert [(one.row, one.code) for one in refused.problems] == [(2, "unknown_region")]


def test_a_city_without_counties_stands_once():
    text = "code,level,parent,name_zh\n440000,province,,广东省\n"
    text += "441900,prefecture,440000,东莞市\n441900,county,441900,东莞市\n"
    assert [row["code"] for row in taken("divisions", text).rows] == ["440000", "441900"]
    twice = text + "441900,prefecture,440000,东莞市\n"
    refused = parse_import("divisions", "d.csv", twice.encode())
    assert [(one.row, one.code) for one in refused.problems] == [(5, "duplicate_key")]


def test_the_list_of_legal_forms_has_a_status_of_its_own():
    text = "elf,country,local,transliterated,abbr,status\n2M6Y,CN,基金会,ji jin hui,,ACTV\n"
    text += "2QMJ,HK,Trust,Trust,,ACTV\n"
    rows = taken("legal_forms", text).rows
    assert [(row["language"], row["jurisdiction"]) for row in rows] == [("zh", "CN"), ("en", "HK")]
    assert {row["status"] for row in rows} == {"unverified"}


def test_objectives_of_an_activity_become_two_answers():
    text = (
        "code,name,sector,nace,objectives,description\n1.1,Afforestation,Forestry,A2,mitigation,x\n"
    )
    (row,) = taken("eu_activities", text).rows
    assert (row["mitigation"], row["adaptation"]) == ("yes", "no")
    names = taken("eu_activities", "name,in_2022_compass\nAfforestation,1\n")
    assert names.rows[0]["code"] == "1.1"


def test_a_range_of_the_standard_is_kept_as_a_range():
    text = "energy_zh,unit,ncv_kj_per_unit,coal_equivalent,coal_equivalent_unit,checked\n"
    text += "天然气,m3,32238-38979,1.1000-1.3300,kgce/m3,no\n原煤,kg,20934,0.7143,kgce/kg,no\n"
    gas, coal = taken("standard_coal", text).rows
    assert (gas["kgce_per_unit"], gas["kgce_per_unit_low"], gas["kgce_per_unit_high"]) == (
        "", "1.1000", "1.3300",
    )  # fmt: skip
    assert (coal["energy"], coal["kgce_per_unit"], coal["ncv_kj_per_unit_high"]) == (
        "raw_coal", "0.7143", "20934",
    )  # fmt: skip


def test_a_doubt_beside_a_date_becomes_a_note():
    text = "name_zh,name_en,doc_no,issued,effective,issuer,stored\n"
    text += "绿色产业指导目录（2019年版）,Green Industry,发改环资〔2019〕293号,2019-02-14 (day not checked),2019-03-01 (not checked),NDRC,x\n"
    (row,) = taken("catalogue_editions", text).rows
    assert (row["edition"], row["published"], row["effective"], row["note"]) == (
        "2019", "2019-02-14", "2019-03-01", "day not checked",
    )  # fmt: skip


def test_entries_take_the_document_of_their_edition():
    text = "edition,cls,sector_no,sector,no,text\n2024,限制类,一,农林牧渔业,1,天然草场超载放牧\n"
    (row,) = taken("industrial_structure", text).rows
    assert row["document"] == "产业结构调整指导目录(2024年本)"
    refused = parse_import("industrial_structure", "s.csv", text.replace("2024,", "2031,").encode())
    assert (2, "unknown_edition") in {(one.row, one.code) for one in refused.problems}


# -- what is in force after an import is what the rules see ----------------------------------------


def edition(levels):
    """A small edition of the green family, declared by an import."""
    row = next(dict(row) for row in shipped_rows("catalogue_editions") if row["edition"] == "2025")
    return {**row, "edition": "2026", "levels": levels, "effective": "2026-01-01"}


def item(code, mark="yes"):
    row = next(dict(row) for row in shipped_rows("catalogue_items") if row["edition"] == "2025")
    parent = code.rpartition(".")[0]
    return {**row, "edition": "2026", "code": code, "level": str(code.count(".") + 1),
            "parent": parent, "ghg_contribution": mark}  # fmt: skip


def assessed(reference, code):
    answers = LIANGZHOU | FOUND | JUDGED | {"catalogue_edition": "2025", "catalogue_code": code}
    del answers["ghg_contribution"]
    return assess(BOOK, answers, kind="renewable_power", as_of=TODAY, reference=reference)


def in_place_of_2025(items, levels):
    """The same items as the edition that the form offers."""
    editions = [{**edition(levels), "edition": "2025"}]
    rows = [{**row, "edition": "2025"} for row in items]
    return tables_with({"catalogue_editions": editions, "catalogue_items": rows})


def test_a_whole_edition_tells_what_is_not_in_it_and_half_of_one_does_not():
    whole = in_place_of_2025([item("4"), item("4.1")], "1/1")
    assert assessed(whole, "4.1").rule("E-CAT").state == "pass"
    assert assessed(whole, "4.2").rule("E-CAT").state == "fail"
    half = in_place_of_2025([item("4"), item("4.1")], "1/2")
    assert assessed(half, "4.2").rule("E-CAT").state == "pass"  # an assessor confirmed it


@pytest.mark.parametrize(("mark", "points"), [("yes", 500), ("no", 300)])
def test_the_mark_of_an_imported_item_is_what_d1_counts(mark, points):
    reference = in_place_of_2025([item("4"), item("4.1", mark)], "1/1")
    assert assessed(reference, "4.1").rule("D1").got_centipoints == points


def test_items_of_an_imported_edition_are_taken_where_it_is_declared():
    text = "code,name_zh\n1,甲\n"
    given = {**FORM, "edition": "2026"}
    refused = parse_import("catalogue_items", "c.csv", text.encode(), defaults=given)
    assert [one.code for one in refused.problems] == ["unknown_edition"]
    rows = [*shipped_rows("catalogue_editions"), edition("1")]
    assert parse_import("catalogue_items", "c.csv", text.encode(), defaults=given, editions=rows).ok
