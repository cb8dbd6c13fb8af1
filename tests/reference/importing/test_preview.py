"""What an upload would do, and every mistake with its row and column."""

import pytest

from registry.reference.importing import KINDS, parse_import, shipped_rows
from registry.words.importing import PROBLEMS

FORM = {"source": "部门", "document": "文件 1号", "published": "2025-06-27"}
CATALOGUE = "编码,中文名称,英文名称,行业代码,温室气体减排标识\n"


def catalogue(lines, edition="2025", **more):
    content = (CATALOGUE + lines).encode()
    defaults = {**FORM, "edition": edition, **more}
    return parse_import("catalogue_items", "items.csv", content, current=(), defaults=defaults)


def places(preview):
    return [(problem.row, problem.column, problem.code) for problem in preview.problems]


def test_a_catalogue_in_chinese_headings_is_read():
    preview = catalogue(
        "1,节能降碳,Saving,,\n1.1,装备,Equipment,,\n1.1.1,锅炉,Boilers,3411;3412,√\n"
    )
    assert preview.ok, preview.problems
    assert [(row["code"], row["level"], row["parent"]) for row in preview.rows] == [
        ("1", "1", ""),
        ("1.1", "2", "1"),
        ("1.1.1", "3", "1.1"),
    ]
    assert preview.rows[2]["ghg_contribution"] == "yes"
    assert {row["edition"] for row in preview.rows} == {"2025"}
    assert preview.unverified == 3


def test_an_incomplete_edition_is_said_to_be_so():
    preview = catalogue("1,节能降碳,Saving,,\n")
    assert [(each.what, each.here, each.due) for each in preview.incomplete] == [
        ("2025/1", 1, 9),
        ("2025/2", 0, 38),
        ("2025/3", 0, 271),
    ]


def test_ten_planted_mistakes_are_named_with_row_and_column():
    content = (
        "产品代码,版本,产品,产品英文名,单位,标杆水平,基准水平,改造期限,发布机关,文件,发布日期,核对状态\n"
        "a,benchmarks-2023,甲,A,kgce/t,1OO,117,2025-12-31,部,文,2023-06-06,未核对\n"
        "b,benchmarks-2022,乙,B,kgce/t,100,117,2025-12-31,部,文,2023-06-06,未核对\n"
        "c,benchmarks-2023,丙,C,kgce/t,120,117,2025-12-31,部,文,2023-06-06,未核对\n"
        "d,benchmarks-2023,丁,D,,100,117,2025-12-31,部,文,2023-06-06,未核对\n"
        "e,benchmarks-2023,戊,E,kgce/t,100,117,2025-13-31,部,文,2023-06-06,未核对\n"
        "f,benchmarks-2023,己,F,kgce/t,100,117,2025-12-31,,文,2023-06-06,未核对\n"
        "g,benchmarks-2023,庚,G,kgce/t,100,117,2025-12-31,部,文,2023-06-06,大概\n"
        "h,benchmarks-2023,辛,H,kgce/t,100,117,2025-12-31,部,文,2023-06-06,已核对\n"
        "i,benchmarks-2023,壬\u202e,I,kgce/t,100,117,2025-12-31,部,文,2023-06-06,未核对\n"
        "i,benchmarks-2023,癸,J,kgce/t,12%,117,2025-12-31,部,文,2023-06-06,未核对\n"
    )
    preview = parse_import("benchmarks", "b.csv", content.encode(), current=())
    assert set(places(preview)) == {
        (2, "benchmark", "not_a_number"),
        (3, "edition", "unknown_edition"),
        (4, "benchmark", "benchmark_above_baseline"),
        (5, "unit", "missing"),
        (6, "deadline", "not_a_day"),
        (7, "source", "missing"),
        (8, "status", "unknown_choice"),
        (9, "status", "verified_without_original"),
        (10, "product_zh", "hidden_character"),
        (11, "product", "duplicate_key"),
        (11, "benchmark", "percent_sign"),
    }
    assert not preview.ok


def test_negative_benchmarks_and_written_numbers():
    content = (
        "product,edition,product_zh,product_en,unit,benchmark,baseline\n"
        'x,2023,转炉钢,Steel,kgce/t,−30,－１０\ny,2023,铝,Aluminium,kWh/t,"13,000","13,350"\n'
    )
    preview = parse_import("benchmarks", "b.csv", content.encode(), current=(), defaults=FORM)
    assert preview.ok, preview.problems
    assert [(row["benchmark"], row["baseline"]) for row in preview.rows] == [
        ("-30", "-10"),
        ("13000", "13350"),
    ]
    assert preview.rows[0]["edition"] == "benchmarks-2023"


def test_a_new_factor_year_adds_and_touches_no_other_year():
    content = (
        "scope,region_zh,basis,data_year,kgco2_per_kwh\n"
        "province,甘肃,average,2024,0.4300\nregion,西北,average,2024,0.5400\n"
        "national,全国,average,2024,0.5200\n"
    )
    preview = parse_import(
        "grid_average_factors",
        "f.csv",
        content.encode(),
        defaults={**FORM, "published": "2026-12-01"},
    )
    assert preview.ok, preview.problems
    assert preview.added == (
        ("province", "620000", "average", "2024"),
        ("region", "northwest", "average", "2024"),
        ("national", "national", "average", "2024"),
    )
    assert (preview.changed, preview.removed) == ((), ())
    assert {row["purpose"] for row in preview.rows} == {"inventory"}


def test_a_factor_needs_the_day_it_was_published():
    content = "scope,region_zh,basis,data_year,kgco2_per_kwh\nprovince,西藏,average,2024,420\n"
    preview = parse_import(
        "grid_average_factors", "f.csv", content.encode(), defaults={**FORM, "published": "2026"}
    )
    assert places(preview) == [
        (2, "kgco2_per_kwh", "out_of_range"),
        (2, "published", "not_a_day"),
    ]


def test_families_of_factors_do_not_mix():
    content = "grid,vintage,purpose,grid_zh,grid_en,om_tco2_per_mwh,bm_tco2_per_mwh\n"
    content += "north,2023,inventory,华北,North China,0.9,0.4\n"
    preview = parse_import("grid_om_bm", "f.csv", content.encode(), defaults=FORM)
    assert places(preview) == [(2, "purpose", "unknown_choice")]


def test_changes_and_removals_are_told_within_the_edition():
    rows = [dict(row) for row in shipped_rows("catalogue_items") if row["edition"] == "2024"]
    header = ",".join(KINDS["catalogue_items"].column_names)
    rows[0]["name_zh"] = "节能降碳产业(改)"
    lines = [",".join(f'"{cell}"' for cell in row.values()) for row in rows[:-1]]
    preview = parse_import("catalogue_items", "c.csv", "\n".join([header, *lines]).encode())
    assert preview.ok, preview.problems
    assert preview.added == ()
    (change,) = preview.changed
    assert change.key == ("2024", "1")
    assert change.differences == {"name_zh": ("节能降碳产业", "节能降碳产业(改)")}
    assert preview.removed == (("2024", "7"),)
    assert preview.unchanged == 5


def test_a_number_written_otherwise_is_no_change():
    content = (
        "data_year,gce_per_kwh,source,document,clause,published,status,known_from,note\n"
        "2024,302.40,国家能源局,国家能源局 2024年全国电力工业统计数据,"
        "6000千瓦及以上电厂供电标准煤耗,2025-01-21,unverified,second_hand,发布日未核对\n"
    )
    preview = parse_import("coal_rate_of_supply", "c.csv", content.encode())
    assert preview.ok
    assert (preview.added, preview.changed, preview.removed) == ((), (), ())


def test_the_classes_of_the_structure_catalogue():
    content = "edition,cls,sector_no,sector,no,text\n2024,淘汰类,一,农林牧渔业,1,某落后工艺\n"
    preview = parse_import("industrial_structure", "s.csv", content.encode(), defaults=FORM)
    assert preview.ok, preview.problems
    assert preview.rows[0]["edition"] == "structure-2024"
    assert preview.rows[0]["cls"] == "eliminated"
    assert [(each.what, each.here, each.due) for each in preview.incomplete] == [
        ("structure-2024/eliminated", 1, 422)
    ]


def test_indicators_of_zones():
    content = (
        "高新区编号,年份,综合能耗 [tce],工业增加值,不变价基年,清洁能源消费量,工业固废综合利用率\n"
        "HTZ165,2024,400000,1000000,2020,100000,85%\n"
        "HTZ999,2024,400000,,,,\n"
        "HTZ166,2024,1,5,,2,101\n"
    )
    preview = parse_import("zone_indicators", "z.csv", content.encode(), defaults=FORM)
    assert preview.rows[0]["solid_waste_use_percent"] == "85"
    assert set(places(preview)) == {
        (3, "zone_id", "unknown_zone"),
        (4, "clean_energy_tce", "part_above_whole"),
        (4, "price_base_year", "missing"),
        (4, "solid_waste_use_percent", "out_of_range"),
    }


def test_a_tree_needs_its_parents():
    preview = catalogue("1,节能降碳,Saving,,\n2.1.1,锅炉,Boilers,9999,\n")
    assert places(preview) == [
        (3, "industry_code", "unknown_industry"),
        (3, "parent", "unknown_parent"),
    ]
    content = "code,level,section,parent,name_zh\nA,1,A,,农\n0111,3,A,A,稻谷种植\n"
    preview = parse_import("industries", "i.csv", content.encode(), defaults=FORM)
    assert (3, "code", "level_differs_from_code") in places(preview)


def test_columns_that_nobody_knows_are_errors_and_known_ones_of_published_files_are_not():
    preview = parse_import(
        "industries",
        "i.csv",
        "code,level,section,parent,name_zh,description_zh,colour\nA,1,A,,农,文字,red\n".encode(),
        defaults={**FORM, "colour": "red"},
    )
    assert places(preview) == [(0, "colour", "unknown_column"), (1, "colour", "unknown_column")]
    twice = parse_import("industries", "i.csv", "code,代码,level\nA,A,1\n".encode(), defaults=FORM)
    assert (1, "代码", "column_twice") in places(twice)


def test_a_published_file_says_how_sure_it_is():
    content = (
        "grid_zh,vintage,om_tco2_per_mwh,bm_tco2_per_mwh,confidence\n"
        '华北,2030,0.9,0.4,"second-hand, several copies agree"\n西北,2030,0.9,0.4,M\n'
    )
    preview = parse_import("grid_om_bm", "g.csv", content.encode(), defaults=FORM)
    assert preview.ok, preview.problems
    assert [(row["grid"], row["known_from"], row["status"]) for row in preview.rows] == [
        ("north", "several_copies", "unverified"),
        ("northwest", "memory", "unverified"),
    ]


@pytest.mark.parametrize("number", [1, 500, 800])
def test_many_mistakes_are_cut_at_five_hundred(number):
    lines = "".join(f"{place}.1.1.1.1,甲,A,,\n" for place in range(number))
    preview = catalogue(lines)
    assert len(preview.problems) == min(500, 2 * number)
    assert {problem.code for problem in preview.problems} <= set(PROBLEMS)
