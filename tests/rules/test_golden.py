"""Published figures must come out to the digit."""

from datetime import date

from registry.rules.answers import check
from registry.rules.assessment import (
    GREEN,
    NOT_GREEN,
    PERSON_MUST_LOOK,
    Assessment,
    BenefitFigure,
)
from registry.rules.snapping import snap
from tests.rules.projects import (
    BOOK,
    FOUND,
    JUDGED,
    KILN,
    LIANGZHOU,
    TODAY,
    everything_settled,
    scored,
)

WHOLE_LIANGZHOU = LIANGZHOU | FOUND | JUDGED


def abatement_of(answers: dict[str, str], **given: date) -> BenefitFigure:
    found = scored(answers, **given).benefit("abatement")
    assert found is not None
    return found


def test_g01_liangzhou_with_its_pinned_pair_and_todays_figure_beside():
    abatement = abatement_of(LIANGZHOU)
    assert (abatement.central, abatement.today) == ("63831", "56630")
    assert abatement.rows == ("grid_om_bm/northwest/2012",)
    assert int(abatement.central) * 7 == 446_817
    margin = next(u for u in scored(LIANGZHOU).rule("A1").used if "combined_margin" in u.id)
    assert (margin.value, margin.unit) == ("0.8784", "tCO2/MWh")


def test_g01_without_a_method_document_takes_the_newest_pair():
    answers = LIANGZHOU | {"method_document": "none"}
    abatement = abatement_of(answers)
    assert abatement.central == "56630"
    assert abatement.rows == ("grid_om_bm/northwest/2019",)


def test_a_second_published_plant_comes_out_of_its_own_grids_pair():
    """Hangjinqi Balagong, 10 MWp, Inner Mongolia: CDM design document of 2013-04-10, AMS-I.D
    version 17; 15,580 MWh a year in the north grid, 14,023 tCO2 a year (grid pair of 2012)."""
    answers = LIANGZHOU | {
        "province": "150000",
        "grid_region": "north",
        "capacity_mw": "10",
        "generation_mwh_per_year": "15580",
        "method_reference": "AMS-I.D version 17, 2013-04-10",
    }
    abatement = abatement_of(answers)
    assert abatement.central == "14023"
    assert abatement.rows == ("grid_om_bm/north/2012",)


def test_a_plant_of_a_vintage_that_is_not_kept_gets_no_figure():
    """Baicheng Chaganhot, 30 MW wind, Jilin: its design document of 2007-03-08 has a pair that the
    registry does not hold; a newer one must not stand in for it."""
    answers = LIANGZHOU | {
        "province": "220000",
        "grid_region": "northeast",
        "technology": "wind_onshore",
        "capacity_mw": "30",
        "generation_mwh_per_year": "50635",
        "method_vintage": "2006",
    }
    abatement = abatement_of(answers)
    assert (abatement.low, abatement.central, abatement.high, abatement.rows) == ("", "", "", ())
    assert abatement.missing == ("om_tco2_per_mwh", "bm_tco2_per_mwh")


def test_g10_a_loans_share():
    answers = LIANGZHOU | {"total_investment_10k_yuan": "25000", "loan_balance_10k_yuan": "10000"}
    abatement = abatement_of(answers)
    assert abatement.share == "25532.4"


def test_g13_more_than_the_hours_of_the_year_is_refused_at_its_field():
    answers = LIANGZHOU | {"technology": "wind_onshore", "capacity_mw": "48"}
    answers |= {"generation_mwh_per_year": "1,400,000"}
    problems = check(BOOK, "renewable_power", answers, complete=True, as_of=TODAY)
    assert [(p.field, p.code) for p in problems] == [
        ("generation_mwh_per_year", "exceeds_physical_limit")
    ]
    assert problems[0].detail == {"limit": "420480", "unit": "MWh/a"}
    result = scored(answers)
    assert (result.rule("G-PLAUS").state, result.grade, result.verdict) == (
        "fail",
        "not_green",
        NOT_GREEN,
    )


def test_g13_a_leap_year_has_8784_hours():
    answers = LIANGZHOU | {"technology": "geothermal", "capacity_mw": "48"}
    answers |= {"generation_mwh_per_year": "421632.001", "generation_year": "2024"}
    answers |= {"project_emissions_tco2_per_year": "0", "leakage_tco2_per_year": "0"}
    problems = check(BOOK, "renewable_power", answers, complete=True, as_of=TODAY)
    assert [p.detail["limit"] for p in problems] == ["421632"]


def test_g16_five_years_of_four_percent_leave_8154_of_the_base():
    base = 1_000_000
    left = base * 0.96**5
    answers = KILN | {
        "co2_base_tco2_per_year": str(base),
        "co2_current_tco2_per_year": f"{left:.3f}",
    }
    answers |= {"added_value_base_10k_yuan": "400000", "added_value_10k_yuan_per_year": "400000"}
    b2 = scored(answers, "efficiency_retrofit").rule("B2")
    assert snap(left / base) == 0.815372698
    assert abs(float(b2.value) - 4) < 1e-6
    assert b2.got_centipoints == 350  # 70 of 100 at 4 %, weight 5


def test_liangzhou_is_dark_green_when_named_persons_settled_what_was_unknown():
    first = scored(WHOLE_LIANGZHOU)
    assert first.verdict == PERSON_MUST_LOOK
    assert first.unknowns  # lists that are not loaded are unknown, never passed
    result = everything_settled(WHOLE_LIANGZHOU)
    assert (result.grade, result.verdict, result.total_centipoints) == ("dark", GREEN, 8470)
    assert (result.got_centipoints, result.applicable_weight_bp) == (4659, 5500)
    assert all(matter.settled for matter in result.matters)
    assert "grid_om_bm/northwest/2012" in result.unverified


def test_a_blast_furnace_brought_to_benchmark_does_not_turn_dark_green():
    answers = KILN | {"product": "blast_furnace_iron", "industry_code": "3110"} | FOUND | JUDGED
    answers |= {"unit_energy_before": "430", "unit_energy_after": "361", "fossil_use": "no_end"}
    result = scored(answers, "efficiency_retrofit")
    assert result.rule("A2").got_centipoints == 1500
    assert result.grade in ("light", "basic")


def test_the_record_is_canonical_and_comes_back():
    from registry.rules import canonical

    result = scored(WHOLE_LIANGZHOU)
    record = result.to_record()
    assert canonical.dumps(record) == canonical.dumps(scored(WHOLE_LIANGZHOU).to_record())
    assert Assessment.from_record(record) == result


def test_a_factor_of_tomorrow_does_not_count_today():
    before = date(2020, 12, 28)  # the pair of 2019 was published on 29 December 2020
    answers = LIANGZHOU | {"method_document": "none"}
    abatement = abatement_of(answers, as_of=before)
    assert abatement.rows == ("grid_om_bm/northwest/2012",)
