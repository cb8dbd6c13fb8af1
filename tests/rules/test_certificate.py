"""Numbers whose check digits find slips, and the state of a certificate on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.certificate import (
    CertificateLife,
    CertificateState,
    Suspension,
    check,
    number,
    state,
)

numbers = st.builds(
    number,
    st.from_regex(r"[A-Z]{2,8}", fullmatch=True),
    st.integers(1000, 9999),
    st.integers(1, 999_999_999),
)


def test_the_digits_are_iso_7064_mod_97_10() -> None:
    assert number("GPR", 2026, 42) == "GPR-2026-000042-09"
    spelled = "".join(str(int(sign, 36)) for sign in "GPR202600004209")
    assert int(spelled) % 97 == 1


@given(numbers)
def test_every_number_checks(made: str) -> None:
    assert check(made)


@given(numbers, st.data())
def test_one_wrong_sign_is_found(made: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from([at for at, sign in enumerate(made) if sign != "-"]))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    changed = made[:at] + other + made[at + 1 :]
    assert check(changed) == (changed == made)


@given(numbers, st.data())
def test_two_neighbours_that_changed_places_are_found(made: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(made) - 2))
    changed = made[:at] + made[at + 1] + made[at] + made[at + 2 :]
    assert check(changed) == (changed == made)


@pytest.mark.parametrize(
    "text", ["", "GPR-2026-000042", "gpr-2026-000042-09", "GPR-2026-000042-0９"]
)
def test_what_is_no_number(text: str) -> None:
    assert not check(text)


@pytest.mark.parametrize(
    ("prefix", "year", "serial"),
    [("g", 2026, 1), ("A1B", 2026, 1), ("GPR", 26, 1), ("GPR", 2026, 0)],
)
def test_no_number_is_made_of_nonsense(prefix: str, year: int, serial: int) -> None:
    with pytest.raises(ValueError, match=r"prefix|no number"):
        number(prefix, year, serial)


FIRST, LAST = date(2026, 11, 23), date(2027, 11, 22)
DAY = timedelta(days=1)


def on(day: date, **facts: object) -> CertificateState:
    return state(CertificateLife(FIRST, LAST, **facts), day)  # type: ignore[arg-type]


def test_the_last_day_still_counts() -> None:
    assert on(LAST) is CertificateState.ISSUED
    assert on(LAST + DAY) is CertificateState.EXPIRED


def test_a_suspension_ends_on_the_day_of_reinstatement() -> None:
    gap = (Suspension(date(2027, 1, 1), date(2027, 2, 1)), Suspension(date(2027, 5, 1)))
    assert on(date(2026, 12, 31), suspensions=gap) is CertificateState.ISSUED
    assert on(date(2027, 1, 31), suspensions=gap) is CertificateState.SUSPENDED
    assert on(date(2027, 2, 1), suspensions=gap) is CertificateState.ISSUED
    assert on(LAST, suspensions=gap) is CertificateState.SUSPENDED
    assert on(LAST + DAY, suspensions=gap) is CertificateState.EXPIRED


def test_an_end_is_for_good_and_the_gravest_one_is_told() -> None:
    day = date(2027, 3, 1)
    assert on(day - DAY, revoked_on=day) is CertificateState.ISSUED
    assert on(day, revoked_on=day, renewed_on=FIRST) is CertificateState.REVOKED
    assert on(LAST + DAY, renewed_on=day) is CertificateState.RENEWED
    assert on(day, superseded_on=day, renewed_on=day) is CertificateState.SUPERSEDED
