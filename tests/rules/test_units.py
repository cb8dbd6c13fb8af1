"""Units: what is alike converts exactly, what is not is refused."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.snapping import decimal_text, snap
from registry.rules.units import UnknownUnit, convert, ratio, unit


@pytest.mark.parametrize(
    ("from_", "to", "times"),
    [
        ("MWh", "kWh", 1000),
        ("GJ", "kWh", Fraction(10000, 36)),
        ("tCO2/MWh", "kgCO2/kWh", 1),
        ("gce/kWh", "tce/MWh", Fraction(1, 1000)),
        ("%", "", Fraction(1, 100)),
        ("MW*h/a", "MWh/a", 1),
        ("10k_yuan", "fen", 1_000_000),
        ("GJ/t*tC/TJ", "tC/t", Fraction(1, 1000)),
    ],
)
def test_conversions(from_, to, times):
    if from_ == "GJ/t*tC/TJ":
        whole = unit("GJ/t").times(unit("tC/TJ"))
        assert whole.scale / unit("tC/t").scale == times
        assert whole.dimension == unit("tC/t").dimension
    else:
        assert ratio(from_, to) == times


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("tce", "tCO2"),
        ("tCO2", "tCO2e"),
        ("t", "tCO2"),
        ("MWh/a", "MWh"),
        ("h", "a"),
        ("MWh", "MW"),
    ],
)
def test_unlike_units_do_not_convert(from_, to):
    with pytest.raises(ValueError, match="is not"):
        ratio(from_, to)


def test_an_unknown_unit_is_named():
    with pytest.raises(UnknownUnit) as unknown:
        unit("MWh/furlong")
    assert unknown.value.symbol == "furlong"


ALIKE = st.sampled_from(
    [("MWh", "GJ"), ("t", "kg"), ("10k_yuan", "fen"), ("tce", "gce"), ("%", "")]
)


@given(ALIKE, st.decimals(0, 10**9, places=6))
def test_units_round_trip(pair, number):
    one, other = pair
    back = convert(convert(number, one, other), other, one)
    assert abs(back - number) <= Decimal("1e-12") * max(1, number)


@given(st.floats(-1e12, 1e12))
def test_snapping_twice_is_snapping_once(x):
    assert snap(snap(x)) == snap(x)


@given(st.decimals(-(10**6), 10**6, places=9))
def test_nine_decimals_survive_as_text(number):
    assert Decimal(decimal_text(float(number))) == number.normalize()


@pytest.mark.parametrize(
    ("number", "text"),
    [(63831.0, "63831"), (0.1 + 0.2, "0.3"), (-0.0, "0"), (1e-12, "0"), (420480.0, "420480"),
     (25532.4, "25532.4"), (1e14, "100000000000000"), (3, "3")],
)  # fmt: skip
def test_numbers_as_text(number, text):
    assert decimal_text(number) == text
