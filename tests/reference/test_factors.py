"""Published factors against what they are computed from, and against each other."""

from collections import Counter
from decimal import Decimal

import pytest

from registry import reference


def average(scope, data_year, basis="average"):
    return {
        row.region: row.kgco2_per_kwh
        for row in reference.grid_average_factors()
        if (row.scope, row.data_year, row.basis) == (scope, data_year, basis)
    }


def test_g11_provincial_factors_from_2022_to_2023():
    before, after = average("province", 2022), average("province", 2023)
    assert len(before) == len(after) == 30
    moves = Counter("fall" if after[code] < before[code] else "rise" for code in before)
    assert moves == {"fall": 20, "rise": 10}
    nation = average("national", 2023)["national"] / average("national", 2022)["national"]
    assert round((nation - 1) * 100, 1) == Decimal("-1.1")


def test_g01_the_northwest_pair_of_2012():
    pair = next(
        row
        for row in reference.grid_margin_factors()
        if (row.grid, row.vintage) == ("northwest", 2012)
    )
    combined = Decimal("0.75") * pair.om_tco2_per_mwh + Decimal("0.25") * pair.bm_tco2_per_mwh
    assert combined == Decimal("0.878425")
    assert int(72668 * round(combined, 4)) == 63831
    assert pair.origin.status == "unverified"


def test_families_never_share_a_purpose():
    assert {row.purpose for row in reference.grid_average_factors()} == {"inventory"}
    assert {row.purpose for row in reference.grid_margin_factors()} == {"avoided_emissions"}


def test_fuel_factors_are_computed_and_near_what_was_printed():
    """Printed tables deviate from their own inputs by up to 2.9 %: so we compute."""
    deviations = {}
    for row in reference.fuel_factors():
        if row.carbon_tc_per_tj is None:
            assert row.fuel == "purchased_heat" and row.purpose == "inventory"
            assert row.tco2_per_gj == Decimal("0.11")
            assert row.tco2_per_unit is None
            continue
        by_hand = row.carbon_tc_per_tj * row.oxidation * 44 / 12 / 1000
        assert row.tco2_per_gj == pytest.approx(by_hand)
        deviations[row.fuel] = abs(row.tco2_per_gj / row.printed_tco2_per_gj - 1)
    assert len(deviations) == 14
    assert max(deviations.values()) < Decimal("0.029")
    assert deviations["coke"] > Decimal("0.028")


def test_a_tonne_of_bituminous_coal():
    coal = next(row for row in reference.fuel_factors() if row.fuel == "bituminous_coal")
    assert round(coal.tco2_per_unit, 4) == Decimal("1.7417")


def test_standard_coal_follows_from_the_calorific_value():
    for row in reference.standard_coal():
        assert row.basis == "equivalent"
        assert row.origin.status == "unverified"
        assert row.kgce_per_unit_low <= row.kgce_per_unit_high
        for kgce, kilojoules in (
            (row.kgce_per_unit_low, row.ncv_kj_per_unit_low),
            (row.kgce_per_unit_high, row.ncv_kj_per_unit_high),
        ):
            assert kgce == pytest.approx(kilojoules / Decimal("29307"), rel=Decimal("0.002"))
        if row.kgce_per_unit is not None:
            assert row.kgce_per_unit_low <= row.kgce_per_unit <= row.kgce_per_unit_high


def test_a_range_is_no_value_unless_one_is_in_wide_use():
    by_energy = {row.energy: row for row in reference.standard_coal()}
    assert by_energy["biogas"].kgce_per_unit is None
    assert by_energy["coke_oven_gas"].kgce_per_unit is None
    assert by_energy["natural_gas"].kgce_per_unit == Decimal("1.2143")
    assert by_energy["electricity"].kgce_per_unit == Decimal("0.1229")


def test_benchmarks_are_below_baselines_even_where_negative():
    for row in reference.benchmarks():
        assert row.benchmark < row.baseline
    steel = next(row for row in reference.benchmarks() if row.product == "converter_steel")
    assert (steel.benchmark, steel.baseline) == (-30, -10)


def test_a_threshold_is_a_series_in_time():
    cars = [row for row in reference.eu_thresholds() if row.threshold == "cars"]
    assert [(row.value, str(row.valid_from), str(row.valid_to)) for row in cars] == [
        (50, "2022-01-01", "2025-12-31"),
        (0, "2026-01-01", "None"),
    ]


@pytest.mark.parametrize(
    ("threshold", "value", "unit"),
    [
        ("grey_cement", "0.469", "tCO2e/t cement"),
        ("grey_clinker", "0.722", "tCO2e/t clinker"),
        ("hot_metal", "1.331", "tCO2e/t hot metal"),
        ("hydrogen", "3", "tCO2e/tH2"),
    ],
)
def test_thresholds_name_what_they_are_per(threshold, value, unit):
    row = next(row for row in reference.eu_thresholds() if row.threshold == threshold)
    assert (row.value, row.unit) == (Decimal(value), unit)


def test_targets_of_the_plan():
    values = {row.target: row.value for row in reference.plan_targets()}
    assert values["zone_energy_intensity"] == Decimal("0.4")
    assert values["zone_energy_intensity_half"] == Decimal("0.3")
    assert values["zone_energy_intensity_2019"] == Decimal("0.464")
    assert values["zone_co2_intensity_cut"] == 4
