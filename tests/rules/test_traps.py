"""Mistakes that were found elsewhere, each once: here they must not come back."""

import pytest

from registry.reference import tables
from registry.rules.reference import ReferenceTables
from registry.rules.score import assess
from tests.rules.projects import BOOK, FOUND, JUDGED, KILN, LIANGZHOU, TODAY, scored

HYDRO = LIANGZHOU | {
    "hydro_technology": "hydro_reservoir",
    "generation_mwh_per_year": "200000",
    "method_document": "none",
}


@pytest.mark.parametrize("given", [{}, {"project_emissions_tco2_per_year": "120"}])
def test_other_technologies_are_blocked_while_emissions_or_leakage_are_missing(given):
    result = scored(HYDRO | given, "hydropower")
    abatement = result.benefit("abatement")
    assert abatement is not None
    assert abatement.central == ""
    assert "leakage_tco2_per_year" in abatement.missing
    assert (result.rule("A1").state, result.rule("A1").got_centipoints) == ("missing", 0)


def test_zero_emissions_must_be_said():
    told = {"project_emissions_tco2_per_year": "0", "leakage_tco2_per_year": "0"}
    abatement = scored(HYDRO | told, "hydropower").benefit("abatement")
    assert abatement is not None
    assert abatement.central == "133300"  # halves: 0.66645, rounded half up to 0.6665


def test_a_grid_without_a_published_factor_has_none_and_nothing_falls_back():
    result = scored(LIANGZHOU | {"grid_region": "unpublished"})
    assert result.rule("A1").state == "missing"
    assert result.rule("A1").reason == "no_row"
    assert "om_tco2_per_mwh" in result.rule("A1").missing


def test_families_of_factors_never_mix():
    pairs = tables().table("grid_om_bm").rows
    assert {row["purpose"] for row in pairs} == {"avoided_emissions"}
    asked = {lookup.table: lookup.purpose for lookup in BOOK.lookups if lookup.purpose}
    assert asked["grid_om_bm"] == "avoided_emissions"


def test_a_row_of_another_purpose_is_not_found():
    table = tables().table("grid_om_bm")
    inventory = tuple({**row, "purpose": "inventory"} for row in table.rows)
    changed = {"grid_om_bm": table.__class__("grid_om_bm", inventory, "x")}
    reference = ReferenceTables({**{n: tables().table(n) for n in tables().tables}, **changed}, "x")
    result = assess(BOOK, LIANGZHOU, kind="renewable_power", as_of=TODAY, reference=reference)
    assert result.rule("A1").state == "missing"


def test_fuel_factors_are_computed_from_their_inputs_not_taken_as_printed():
    used = {u.id: u.value for u in scored(KILN, "efficiency_retrofit").rule("A1").used}
    assert used["fuel_factor_tco2_per_t"].startswith("1.741")  # 19.57 × 26.1 × 0.93 × 44/12
    assert float(used["fuel_factor_tco2_per_t"]) == pytest.approx(
        19.57 * 26.1 / 1000 * 0.93 * 44 / 12
    )


def test_negative_benchmarks_exist():
    steel = KILN | {"product": "converter_steel", "industry_code": "3120"}
    at = {
        after: scored(steel | {"unit_energy_after": after}, "efficiency_retrofit")
        for after in ("-30", "-20", "-10", "-5")
    }
    assert [at[a].rule("A2").got_centipoints for a in at] == [1500, 750, 0, 0]
    assert at["-5"].rule("G-BASE-EXIST").state == "fail"
    promised = steel | {"unit_energy_after": "-10", "baseline_undertaken_on": "2027-12-31"}
    promised |= {"unit_energy_before": "-9"}
    assert scored(promised, "efficiency_retrofit").rule("G-BASE-EXIST").state == "conditional"


def test_electricity_to_coal_needs_its_basis_which_is_worth_a_factor_of_more_than_two():
    saved = {
        basis: scored(KILN | {"electricity_basis": basis}, "efficiency_retrofit")
        for basis in ("equivalent", "equal")
    }
    one, other = (
        float(saved[basis].benefit("energy_saved").central)  # type: ignore[union-attr]
        for basis in ("equivalent", "equal")
    )
    mwh = 8 * 1_500_000 / 1000
    assert other - one == pytest.approx(mwh * (0.3024 - 0.1229))
    without = {k: v for k, v in KILN.items() if k != "electricity_basis"}
    blank = scored(without, "efficiency_retrofit").benefit("energy_saved")
    assert blank is not None
    assert (blank.central, blank.missing) == ("", ("electricity_basis",))
    b1 = scored(without, "efficiency_retrofit").rule("B1")
    assert (b1.state, b1.missing) == ("missing", ("electricity_basis",))


def test_output_beyond_the_design_is_not_counted():
    more = KILN | {"output_units_per_year": "9999999"}
    at_design = KILN | {"output_units_per_year": "1550000"}
    one = scored(more, "efficiency_retrofit").benefit("abatement")
    assert one == scored(at_design, "efficiency_retrofit").benefit("abatement")


def test_another_service_level_has_no_saving():
    result = scored(KILN | {"same_service": "no"}, "efficiency_retrofit")
    abatement = result.benefit("abatement")
    assert abatement is not None
    assert abatement.central == ""


def test_applicability_is_never_a_blank_field():
    whole = scored(LIANGZHOU | FOUND | JUDGED)
    without = {k: v for k, v in LIANGZHOU.items() if k not in ("disclosure", "fossil_use")}
    blank = scored(without | FOUND | JUDGED)
    assert blank.applicable_weight_bp == whole.applicable_weight_bp == 5500
    assert blank.total_centipoints < whole.total_centipoints


def test_too_little_answered_gives_a_score_but_no_grade():
    keys = ("total_investment_10k_yuan",)
    answers = {k: v for k, v in LIANGZHOU.items() if k not in keys} | FOUND | JUDGED
    result = scored(answers)
    assert result.coverage_bp == 3500 * 10000 // 5500
    assert (result.grade, result.verdict) == ("none", "person_must_look")
    assert result.total_centipoints > 0


def test_the_tier_is_the_assessors_and_discounts_once():
    one = scored(LIANGZHOU | FOUND | JUDGED | {"evidence_tier": "T0"})
    other = scored(LIANGZHOU | FOUND | JUDGED | {"evidence_tier": "T3"})
    assert one.rule("A1").got_centipoints == other.rule("A1").got_centipoints
    assert (one.rule("E1").got_centipoints, other.rule("E1").got_centipoints) == (0, 800)
    low, high = one.benefit("abatement"), other.benefit("abatement")
    assert low is not None
    assert high is not None
    assert float(low.low) < float(high.low) < float(high.central) == float(low.central)


def test_dark_needs_verification_and_fossil_fuel_caps():
    t1 = scored(
        LIANGZHOU
        | FOUND
        | JUDGED
        | {"evidence_tier": "T1", "credential": "national", "credential_number": "1"}
    )
    assert t1.total_centipoints >= 8000
    assert (t1.grade, t1.caps) == ("medium", ("dark_needs_verification",))
    dated = scored(
        LIANGZHOU | FOUND | JUDGED | {"fossil_use": "phase_out", "phase_out_on": "2035-01-01"}
    )
    assert dated.labels == ("transition",)
    endless = scored(LIANGZHOU | FOUND | JUDGED | {"fossil_use": "no_end"})
    assert endless.grade == "light"


def test_shares_of_all_lenders_add_up_to_at_most_the_whole():
    answers = LIANGZHOU | FOUND | {"loan_balance_10k_yuan": "12000"}
    assert scored(answers | {"financed_elsewhere_percent": "40"}).rule("G-DOUBLE").state == "pass"
    over = scored(answers | {"financed_elsewhere_percent": "40.01"})
    assert (over.rule("G-DOUBLE").state, over.grade) == ("fail", "not_green")


def test_harm_to_any_objective_is_conditional_and_earns_nothing():
    answers = LIANGZHOU | FOUND | JUDGED | {"harm_water": "fail", "harm_remedied_on": "2027-06-30"}
    result = scored(answers)
    assert (result.rule("C3").state, result.rule("C3").got_centipoints) == ("conditional", 0)
    assert [(u.rule, u.due) for u in result.undertakings] == [("C3", "2027-06-30")]


def test_a_debtors_listing_ends_or_lasts_until_performed():
    listed = LIANGZHOU | FOUND | {"debtor_listed": "yes"}
    assert scored(listed).rule("G-SXBZX").state == "fail"
    ended = scored(listed | {"debtor_listed_until": "2026-11-21"})
    assert ended.rule("G-SXBZX").state == "unknown"  # the list itself is not loaded
    assert scored(listed | {"debtor_listed_until": "2026-11-22"}).rule("G-SXBZX").state == "fail"


def test_only_what_is_unknown_can_be_settled():
    listed = LIANGZHOU | FOUND | JUDGED | {"debtor_listed": "yes"}
    result = scored(listed, settled={"G-SXBZX": "pass", "G-ELIM": "pass"})
    assert (result.rule("G-SXBZX").state, result.rule("G-SXBZX").settled) == ("fail", False)
    assert (result.rule("G-ELIM").state, result.rule("G-ELIM").settled) == ("pass", True)


def test_added_capacity_of_the_restricted_class_counts_as_new():
    old = KILN | FOUND | {"structure_class": "restricted", "upgrade_due_on": "2027-12-31"}
    assert scored(old, "efficiency_retrofit").rule("G-RESTR-EXIST").state == "conditional"
    more = scored(old | {"adds_capacity": "yes"}, "efficiency_retrofit")
    assert more.rule("G-RESTR-NEW").state == "fail"
    replaced = old | {"adds_capacity": "yes", "replacement_approval_number": "2026-1"}
    assert scored(replaced, "efficiency_retrofit").rule("G-RESTR-NEW").state == "not_applicable"


def test_a_catalogue_edition_counts_by_the_day_of_the_loan():
    old = LIANGZHOU | FOUND | JUDGED | {"catalogue_edition": "2021", "loan_balance_10k_yuan": "1"}
    assert scored(old).rule("E-CAT").state == "fail"
    kept = scored(old | {"loan_approved_on": "2024-05-01"})
    assert kept.rule("E-CAT").state == "pass"


def test_conditions_that_nobody_confirmed_are_to_be_verified():
    result = scored(LIANGZHOU | FOUND)
    assert (result.rule("E-CAT").state, result.eligibility) == ("unknown", "to_be_verified")
    refused = scored(LIANGZHOU | FOUND | {"catalogue_conditions": "not_met"})
    assert (refused.eligibility, refused.verdict) == ("not_eligible", "not_green")
