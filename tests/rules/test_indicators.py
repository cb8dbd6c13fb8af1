"""The second reckoning in exact decimals: published figures, and the rulebook held against it."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.reference import tables
from registry.rules import indicators
from registry.rules.indicators import FacilityRow
from tests.rules.projects import BOOK, LIANGZHOU, scored


def test_g01():
    margin = indicators.combined_margin(D("0.9913"), D("0.5398"))
    assert margin == D("0.8784")
    zero = {"project_emissions_tco2": D(0), "leakage_tco2": D(0)}
    assert indicators.renewable_abatement_tco2(D(72668), margin, **zero) == 63831
    assert 63831 * 7 == 446_817


def test_g03():
    assert indicators.per_year(D(1_286_349), 627) == 748_831


def test_g04_a_ratio():
    assert (D(2_456_900) / D(999_200)).quantize(D("0.0001")) == D("2.4589")


def test_g05_ratios_and_why_f1_is_another_figure():
    assert (D("8.56") / D("5.35")).quantize(D("0.001")) == D("1.600")
    coal_tce = D(5_350_000) * D("0.7143")
    assert (coal_tce / D(11_000_000) * 1000).quantize(D("0.1")) == D("347.4")
    f1 = indicators.coal_saved_tce(D(11_000_000), D("305.5"))
    assert (f1 / 1_000_000).quantize(D("0.01")) == D("3.36")
    assert (coal_tce / 1_000_000).quantize(D("0.01")) == D("3.82")


def test_g08_g09_the_central_banks_facility():
    loans_fen = int(D("1615857.17") * 10_000 * 100)
    (bank, total) = indicators.facility_disclosure(
        [FacilityRow("clean_energy", loans_fen, D("3.1"), D("5066756.28"))]
    )
    assert bank.tonnes_per_10k_yuan.quantize(D("0.0001")) == D("3.1356")
    assert total.loans_fen == loans_fen
    assert D("138.6") / indicators.FACILITY_SHARE == D(231)
    assert D(150_000_000) / (D(750_000_000_000) / 10_000) == D("2.0")


def test_g10():
    assert indicators.loan_share(D(63831), D(100), D(250)) == D("25532.4")


def test_g11_twenty_provinces_fall_and_ten_rise():
    rows = [r for r in tables().table("grid_average_factors").rows if r["basis"] == "average"]
    by = {(r["scope"], r["region"], r["data_year"]): D(r["kgco2_per_kwh"]) for r in rows}
    provinces = {region for scope, region, _ in by if scope == "province"}
    change = {p: by["province", p, "2023"] - by["province", p, "2022"] for p in provinces}
    assert sum(c < 0 for c in change.values()) == 20
    assert sum(c > 0 for c in change.values()) == 10
    nation = by["national", "national", "2023"] / by["national", "national", "2022"] - 1
    assert (nation * 100).quantize(D("0.1")) == D("-1.1")


def test_g12_an_offset_is_printed_as_one():
    from tests.rules.projects import ASSUMED

    park = ASSUMED | {
        "province": "110000", "zone": "outside", "industry_code": "3415",
        "inventory_boundary": "scopes 1 and 2 without self-used own power",
        "inventory_fuel_tco2_per_year": "11937", "inventory_process_tco2_per_year": "0",
        "carbon_in_products_tco2_per_year": "0", "net_electricity_mwh_per_year": "0",
        "net_heat_gj_per_year": "0", "inventory_base_tco2_per_year": "11937",
        "same_boundary": "yes", "credits_cancelled_tco2e": "11937", "credits_details": "kind, vintage",
    }  # fmt: skip
    result = scored(park, "park")
    offset, abatement = result.benefit("offset"), result.benefit("abatement")
    assert offset is not None
    assert abatement is not None
    assert (offset.central, offset.words) == ("11937", "offsets")
    assert (abatement.central, result.rule("A1").got_centipoints) == ("0", 0)


def test_g13():
    assert indicators.most_generation_mwh(D(48)) == D(420_480)
    assert indicators.most_generation_mwh(D(48), leap_year=True) == D(421_632)


def test_g16():
    left = indicators.left_after(D("0.04"), 5)
    assert (left * 100).quantize(D("0.01")) == D("81.54")
    assert abs(indicators.yearly_cut(D(1), left, 5) - D("0.04")) < D("1e-20")


def test_missing_project_emissions_are_no_zero():
    with pytest.raises(indicators.FactorMissing):
        indicators.renewable_abatement_tco2(
            D(1), D(1), project_emissions_tco2=None, leakage_tco2=D(0)
        )


def test_facility_lines_add_up():
    rows = [
        FacilityRow("clean_energy", 100, D(3), D(10)),
        FacilityRow("saving", 300, D(4), D(20)),
        FacilityRow("clean_energy", 100, D(5), D(30)),
    ]
    *fields, total = indicators.facility_disclosure(rows)
    assert [(f.field, f.projects, f.loans_fen) for f in fields] == [
        ("clean_energy", 2, 200),
        ("saving", 1, 300),
    ]
    assert total.weighted_rate_percent == D(4)
    assert total.central_bank_fen == 300
    assert indicators.facility_disclosure([]) == ()


def test_every_method_has_its_second_reckoning():
    for name in indicators.METHODS.values():
        assert callable(getattr(indicators, name))
    assert {value.method for value in BOOK.values if value.method} == set(indicators.METHODS) - {
        "F12"
    }


@settings(max_examples=150, deadline=None)
@given(
    st.decimals(1, 400_000_000, places=3), st.sampled_from(["north", "east", "south", "central"])
)
def test_f2_of_the_rulebook_is_exact_at_any_size(generation, grid):
    pair = next(
        row for row in tables().table("grid_om_bm").rows
        if row["grid"] == grid and row["vintage"] == "2019"
    )  # fmt: skip
    margin = indicators.combined_margin(D(pair["om_tco2_per_mwh"]), D(pair["bm_tco2_per_mwh"]))
    zero = {"project_emissions_tco2": D(0), "leakage_tco2": D(0)}
    exact = indicators.renewable_abatement_tco2(generation, margin, **zero)
    answers = LIANGZHOU | {"generation_mwh_per_year": str(generation), "grid_region": grid}
    result = scored(answers | {"method_document": "none"}).benefit("abatement")
    assert result is not None
    assert D(result.central) == exact


@settings(max_examples=100, deadline=None)
@given(st.decimals(0, 10**9, places=3), st.integers(1, 36_600))
def test_f10_of_the_rulebook_is_exact(total, days):
    given_ = LIANGZHOU | {"verified_reduction_tco2": str(total), "verified_days": str(days)}
    verified = scored(given_).benefit("verified")
    assert verified is not None
    assert D(verified.central) == indicators.per_year(total, days)
