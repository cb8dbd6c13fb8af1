"""Loading a rulebook: whole or refused with every mistake at its line."""

import re
from pathlib import Path

import pytest

from registry import rulebooks
from registry.rules.rulebook import RulebookInvalid, digest
from registry.rules.rulebook.load import parse
from registry.rules.rulebook.sealing import seal, unseal
from registry.rules.trial import examine
from tests.rules.projects import BOOK

FILES = rulebooks.files("low-carbon", "2026.1")


def changed(file, before, after, count=1, files=FILES):
    text = files[file].decode()
    assert before in text, before
    return {**files, file: text.replace(before, after, count).encode()}


def mistakes(files):
    with pytest.raises(RulebookInvalid) as invalid:
        examine(files)
    return invalid.value.mistakes


@pytest.mark.parametrize("each", rulebooks.released(), ids=str)
def test_every_released_version_is_whole_and_its_examples_come_out(each):
    book = examine(rulebooks.files(*each))
    assert (book.id, book.version) == each
    assert book == rulebooks.load(*each)
    assert book.examples


@pytest.mark.parametrize("each", rulebooks.released(), ids=str)
def test_the_seal_says_what_the_files_say(each):
    """`python -m registry.rulebooks.seal` after every change of a rulebook."""
    files = rulebooks.files(*each)
    sealed = (Path(rulebooks.HERE) / each.id / each.version / rulebooks.SEAL).read_text("utf-8")
    read = parse(files, released=True)
    assert sealed == seal(read, files)
    back = unseal(sealed, files, lambda: read.texts)
    assert back is not None
    assert tuple(back)[:-1] == tuple(read)[:-1]
    assert back.program.refusals == []


def test_a_seal_of_other_files_is_not_used():
    files = changed("scores.toml", "weight = 20", "weight = 19")
    sealed = (Path(rulebooks.HERE) / "low-carbon" / "2026.1" / rulebooks.SEAL).read_text("utf-8")
    assert unseal(sealed, files, dict) is None


def test_all_28_rules_are_there():
    ids = "G-ELIM G-RESTR-NEW G-RESTR-EXIST G-BENCH-NEW G-BASE-EXIST G-2HIGH G-ENV3Y G-ENVPEN"
    ids += " G-SXBZX G-YZSX G-IFC G-PLAUS G-DOUBLE E-CAT A1 A2 A3 B1 B2 B3 C1 C2 C3 D1 D2 E1 E2 E3"
    assert [rule.id for rule in BOOK.rules if rule.kind != "information"] == ids.split()
    assert sum(rule.weight_bp for rule in BOOK.rules) == 10_000


def test_a_solar_plant_can_reach_at_most_55_of_100():
    """A1 20, A3 5, C3 5, D1 5, D2 5, E 15: so points count over what applies."""
    mine = [r for r in BOOK.rules if r.weight_bp and (not r.kinds or "renewable_power" in r.kinds)]
    assert sum(rule.weight_bp for rule in mine) == 5500


def test_the_digest_covers_names_and_bytes_but_not_line_ends():
    assert digest(FILES) == BOOK.sha256
    crlf = {name: content.replace(b"\n", b"\r\n") for name, content in FILES.items()}
    assert digest(crlf) == BOOK.sha256
    assert digest(changed("scores.toml", "weight = 20", "weight = 19")) != BOOK.sha256
    assert digest({f"x{name}": content for name, content in FILES.items()}) != BOOK.sha256


def test_an_unknown_key_is_a_mistake_at_its_line():
    files = changed("scores.toml", "weight = 20\n", "weight = 20\nweigth = 20\n")
    (mistake,) = mistakes(files)
    line = files["scores.toml"].decode().split("\n")[mistake.line - 1]
    assert (mistake.place, mistake.code, line) == ("rule A1", "unknown_key", "weigth = 20")


def test_adding_coal_to_carbon_dioxide_is_refused_with_the_line():
    files = changed(
        "values.toml",
        '"baseline_emissions_tco2_per_year - project_emissions_and_leakage_tco2_per_year"',
        '"baseline_emissions_tco2_per_year - coal_displaced_tce_per_year"',
    )
    found = [m for m in mistakes(files) if m.code == "unit_mismatch"]
    assert [m.place for m in found] == ["value renewable_abatement_tco2_per_year"]
    assert "coal_displaced" in files["values.toml"].decode().split("\n")[found[0].line - 1]


TEN = [
    ("values.toml", "capacity_mw * hours_in_year", "capacity_mw + hours_in_year", "unit_mismatch"),
    ("gates.toml", "structure_class_found != 'eliminated'", "structure_clas_found != 'eliminated'",
     "unknown_name"),
    ("scores.toml", '[[rule]]\nid = "E3"',
     '[[rule]]\nid = "E2"\nkind = "information"\ncategory = "E"\nzh = "甲"\nen = "a"\nwhy_zh = "乙"\n'
     'why_en = "b"\nsource = { document = "本平台设计", confidence = "design" }\n\n[[rule]]\nid = "E3"',
     "overlapping_validity"),
    ("scores.toml", "weight = 20", "weight = 21", "weights_do_not_sum"),
    ("scores.toml", "[[0, 0], [30, 70], [60, 100]]", "[[0, 0], [30, 70], [60, 60]]",
     "curve_not_monotone"),
    ("scores.toml", 'source = { document = "ISO 14064-2", date = "2019", confidence = "M" }\n', "",
     "missing_source"),
    ("gates.toml", "valid_from = 2021-05-31", "valid_from = 2021-05-32", "bad_date"),
    ("inputs.toml", 'en = "Build type"', 'en = "建设性质"', "wrong_language"),
    ("values.toml", 'purpose = "coal_equivalent"', 'purpose = "coal"', "unknown_purpose"),
    ("examples.toml", "combined_margin_tco2_per_mwh = 0.8784",
     "combined_margin_tco2_per_mwh = 0.8785", "failing_example"),
]  # fmt: skip


def test_ten_planted_mistakes_are_all_named_at_once_each_with_its_place():
    files = FILES
    for file, before, after, _ in TEN:
        files = changed(file, before, after, files=files)
    found = mistakes(files)
    for file, _, after, code in TEN:
        mine = [m for m in found if m.code == code and m.file in (file, "rulebook.toml")]
        assert mine, (code, found)
        if code not in ("missing_source", "weights_do_not_sum", "failing_example"):
            text = files[file].decode().split("\n")
            near = "\n".join(text[mine[0].line - 3 : mine[0].line + 2])
            assert after.split("\n")[0].split(" = ")[0] in near, (code, mine[0])


@pytest.mark.parametrize(("file", "before", "after", "code"), TEN, ids=[t[3] for t in TEN])
def test_each_of_them_alone(file, before, after, code):
    assert code in {m.code for m in mistakes(changed(file, before, after))}


@pytest.mark.parametrize(
    ("file", "before", "after", "code"),
    [
        ("inputs.toml", 'unit = "MW"', 'unit = "furlong"', "unknown_unit"),
        ("inputs.toml", 'unit = "MW"', 'unit = "GJ"', "unit_without_name"),
        ("inputs.toml", 'step = "project"', 'step = "nowhere"', "unknown_step"),
        ("inputs.toml", 'when = "build_type != \'new\'"', 'when = "zone_of == 1"', "unknown_name"),
        ("inputs.toml", "structure_class == 'restricted' and", "structure_class == 'old' and",
         "unknown_option"),
        ("inputs.toml", 'id = "province"', 'id = "build_type"', "duplicate_id"),
        ("inputs.toml", 'kinds = ["renewable_power"', 'kinds = ["steam"', "unknown_kind"),
        ("inputs.toml", 'en = "Build type"', "", "missing_key"),
        ("values.toml", 'table = "grid_om_bm"', 'table = "grid"', "unknown_table"),
        ("values.toml", 'column = "om_tco2_per_mwh"', 'column = "om"', "unknown_column"),
        ("values.toml", "capacity_mw * hours_in_year", "open('x')", "unknown_operation"),
        ("values.toml", "solar_pv = 600", "solar_py = 600", "unknown_option"),
        ("values.toml", '"capacity_mw * hours_in_year"', '"generation_limit_mwh_per_year"', "circle"),
        ("scores.toml", "none = 100, phase_out", "nothing = 100, phase_out", "unknown_option"),
        ("scores.toml", "T3 = 100 }", "T3 = 101 }", "points_out_of_range"),
        ("scores.toml", 'curve = "pollutant_cut"', 'curve = "nothing"', "unknown_curve"),
        ("scores.toml", 'category = "A"', 'category = "Z"', "unknown_category"),
        ("gates.toml", 'due = "upgrade_due_on"', 'due = "build_type"', "unknown_name"),
        ("rulebook.toml", 'grade = "medium"', 'grade = "great"', "unknown_grade"),
        ("rulebook.toml", "from_points = 80", "from_points = 60", "grades_out_of_order"),
        ("rulebook.toml", "[[kind]]", "[[sort]]", "unknown_section"),
        ("benefits.toml", 'unit = "tCO2/a"', 'unit = "tce/a"', "unit_mismatch"),
        ("units.toml", "[[unit]]", "[[unit]", "not_toml"),
        ("examples.toml", 'rules = ["E3"]', 'rules = ["E9"]', "unknown_rule"),
        ("scores.toml", 'confidence = "M" }', 'confidence = "X" }', "not_one_of"),
        ("scores.toml", "weight = 20", "weight = nan", "not_finite"),
        ("values.toml", 'purpose = "avoided_emissions"', 'purpose = "inventory"',
         "purpose_of_another_family"),
        ("values.toml", "net_electricity_mwh_per_year * grid_average_kgco2_per_kwh",
         "net_electricity_mwh_per_year * om_tco2_per_mwh", "families_mixed"),
        ("values.toml", "electricity_saved_mwh_per_year * grid_factor_for_savings_tco2_per_mwh",
         "electricity_saved_mwh_per_year * grid_average_kgco2_per_kwh", "families_mixed"),
    ],
)  # fmt: skip
def test_other_mistakes(file, before, after, code):
    assert code in {m.code for m in mistakes(changed(file, before, after))}


def test_a_rule_without_an_example_is_a_mistake():
    text = FILES["examples.toml"].decode()
    without = re.sub(r'rules = \["E2"\]', "rules = []", text)
    found = mistakes({**FILES, "examples.toml": without.encode()})
    assert [(m.code, m.found) for m in found] == [("rule_without_example", "E2")]


def test_names_from_a_file_never_reach_the_generated_code():
    files = changed("rulebook.toml", 'id = "dark"', "id = \"dark'); import os; ('\"")
    assert "bad_id" in {m.code for m in mistakes(files)}


def test_a_version_is_found_by_the_day():
    assert rulebooks.in_force(BOOK.valid_from) is BOOK
    with pytest.raises(rulebooks.NoRulebookInForce):
        rulebooks.in_force(BOOK.valid_from.replace(year=2000))
    with pytest.raises(LookupError):
        rulebooks.files("low-carbon", "../../../etc")
