"""Answers as people write them: read right or refused at their field, never guessed."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.answers import (
    Refused,
    applicable,
    canonical,
    cells,
    check,
    parse,
    parse_number,
)
from tests.rules.generated import an_answer
from tests.rules.projects import BOOK, KILN, LIANGZHOU, TODAY


def problems(answers, kind="renewable_power", complete=True):
    found = check(BOOK, kind, answers, complete=complete, as_of=TODAY)
    return {problem.field: (problem.code, problem.detail) for problem in found}


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("72,668", "72668"),
        ("７２，６６８", "72668"),
        ("１２３．５", "123.5"),
        (" 1,234,567.89 ", "1234567.89"),
        ("-30", "-30"),
        ("−30", "-30"),
        ("+5", "5"),
        (".5", "0.5"),
        (72668, "72668"),
        (0.1, "0.1"),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert parse_number(text) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("72 668", "not_a_number"),
        ("1e5", "not_a_number"),
        ("12%", "percent_sign"),
        ("１２％", "percent_sign"),
        ("N/A", "not_a_number"),
        ("—", "not_a_number"),
        ("7.2万", "not_a_number"),
        ("1,23", "ambiguous_separator"),
        ("1,2345", "ambiguous_separator"),
        ("NaN", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("٣", "not_a_number"),
        (math.nan, "not_finite"),
        (math.inf, "not_finite"),
        ("1" * 16, "not_finite"),
        (True, "not_a_number"),
    ],
)
def test_what_is_no_number_is_refused_with_its_code(text, code):
    with pytest.raises(Refused) as refused:
        parse_number(text)
    assert refused.value.code == code


def test_whole_answers_have_no_problems():
    assert problems(LIANGZHOU) == {}
    assert problems(KILN, "efficiency_retrofit") == {}


def test_blank_required_answers_block_a_submission_but_not_a_draft():
    answers = LIANGZHOU | {"capacity_mw": "  "}
    assert problems(answers) == {"capacity_mw": ("required", {})}
    assert problems(answers, complete=False) == {}


@pytest.mark.parametrize(
    ("field", "text", "code", "detail"),
    [
        ("capacity_mw", "0", "below_minimum", {"limit": "0.001", "unit": "MW"}),
        ("capacity_mw", "50.0001", "too_many_decimals", {"decimals": "3"}),
        ("lifetime_years", "25.5", "not_an_integer", {}),
        ("lifetime_years", "101", "above_maximum", {"limit": "100", "unit": "a"}),
        ("technology", "nuclear", "not_an_option", {"found": "nuclear"}),
        ("commissioned_on", "2014-02-30", "not_a_date", {"found": "2014-02-30"}),
        ("industry_code", "44X", "not_a_code", {"found": "44X"}),
        ("controller_name", "甲\u202e乙", "forbidden_character", {"found": "U+202E"}),
        ("controller_name", "甲" * 201, "too_long", {"limit": "200"}),
    ],
)
def test_limits_live_in_the_rulebook(field, text, code, detail):
    assert problems(LIANGZHOU | {field: text}) == {field: (code, detail)}


def test_strangers_are_refused():
    found = problems(LIANGZHOU | {"evidence_tier": "T3", "nonsense": "1"})
    assert found == {
        "evidence_tier": ("not_yours_to_set", {"set_by": "assessor"}),
        "nonsense": ("unknown_field", {}),
    }


@pytest.mark.parametrize(
    ("changes", "field", "code", "limit"),
    [
        ({"generation_mwh_per_year": "120001"}, "generation_mwh_per_year",
         "implausibly_many_hours", "120000"),
        ({"generation_mwh_per_year": "29999"}, "generation_mwh_per_year",
         "implausibly_few_hours", "30000"),
        ({"loan_balance_10k_yuan": "20001"}, "loan_balance_10k_yuan",
         "loan_above_investment", "20000"),
        ({"loan_balance_10k_yuan": "10000", "financed_elsewhere_percent": "51"},
         "financed_elsewhere_percent", "shares_above_whole", "50"),
        ({"static_investment_10k_yuan": "20000.0001"}, "static_investment_10k_yuan",
         "static_above_total", "20000"),
    ],
)  # fmt: skip
def test_impossible_data_is_a_problem_at_its_field_with_the_computed_limit(
    changes, field, code, limit
):
    found = problems(LIANGZHOU | changes)
    assert {f: (c, d["limit"]) for f, (c, d) in found.items()} == {field: (code, limit)}


def test_days_as_they_come():
    for text in ("2025-1-3", "2025/1/3", "2025.01.03", "2025年1月3日", "２０２５年１月３日"):
        assert canonical(BOOK, {"commissioned_on": text}) == {"commissioned_on": "2025-01-03"}


def test_one_meaning_has_one_text():
    one = canonical(BOOK, {"generation_mwh_per_year": "72,668.50", "adds_capacity": True})
    assert one == {"generation_mwh_per_year": "72668.5", "adds_capacity": "yes"}
    assert canonical(BOOK, one) == one


def test_questions_follow_the_kind_and_earlier_answers():
    def asked(answers, kind="renewable_power"):
        return {field.id for field in applicable(BOOK, kind, answers, as_of=TODAY)}

    assert "project_emissions_tco2_per_year" not in asked({"technology": "solar_pv"})
    assert "project_emissions_tco2_per_year" in asked({"technology": "geothermal"})
    assert "project_emissions_tco2_per_year" in asked({}, "biomass")
    assert "reservoir_area_m2" in asked({"hydro_technology": "hydro_reservoir"}, "hydropower")
    assert "method_vintage" in asked({"method_document": "cdm"})
    assert "unit_energy_after" in asked({"product": "clinker"}, "efficiency_retrofit")
    assert "technology" not in asked({}, "efficiency_retrofit")
    assert "eia_approved" in asked({"industry_code": "3011"}, "efficiency_retrofit")


def test_an_answer_that_no_longer_applies_has_no_effect():
    stale = {"technology": "solar_pv", "project_emissions_tco2_per_year": "99999"}
    from tests.rules.projects import scored

    assert scored(LIANGZHOU | stale).benefits == scored(LIANGZHOU).benefits


def test_every_question_is_whole():
    for field in BOOK.inputs:
        assert field.name.zh, field.id
        assert field.name.en, field.id
        assert field.hint.zh, field.id
        assert field.hint.en, field.id
        assert not field.unit or field.unit in BOOK.unit_names, field.id


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text):
    try:
        number = parse_number(text)
    except Refused as refused:
        assert refused.code
    else:
        assert number.is_finite()
        assert parse_number(f"{number:f}") == number


@given(st.decimals(-(10**9), 10**9, places=3))
def test_numbers_round_trip_through_their_canonical_text(number):
    stored = canonical(BOOK, {"unit_energy_before": str(number)})
    if stored:
        assert Decimal(stored["unit_energy_before"]) == number
        assert cells(BOOK, stored)["unit_energy_before"] == float(number)


@given(
    st.sampled_from(BOOK.inputs).flatmap(lambda field: st.tuples(st.just(field), an_answer(field))),
    st.text(max_size=3),
)
def test_what_is_read_in_one_step_is_what_parsing_says(asked, odd):
    """`cells` reads plain texts by a shortcut; with anything strange beside them it must not differ."""
    field, text = asked
    for raw in (text, text + odd, odd + text, f"{text}.50", f"-{text}", f"{text}e3", f"0{text}"):
        try:
            value = parse(field, raw)
        except Refused:
            value = None
        wanted = float(value) if isinstance(value, Decimal) else value
        assert cells(BOOK, {field.id: raw}).get(field.id) == wanted
