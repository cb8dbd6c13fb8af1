"""Legal dates and working days, with the made-up days of the yearly notices."""

from datetime import UTC, date, datetime, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.reference import calendar
from registry.rules.calendar import (
    Calendar,
    add_working_days,
    is_announced,
    is_working_day,
    legal_date,
    working_days_between,
)

DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))


def test_a_legal_date_is_the_day_in_shanghai():
    assert legal_date(datetime(2026, 2, 14, 15, 59, tzinfo=UTC)) == date(2026, 2, 14)
    assert legal_date(datetime(2026, 2, 14, 16, 0, tzinfo=UTC)) == date(2026, 2, 15)
    with pytest.raises(ValueError, match="time zone"):
        legal_date(datetime(2026, 2, 14, 16, 0))  # noqa: DTZ001


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_the_notices_agree_with_an_independent_list(year):
    day = date(year, 1, 1)
    while day.year == year:
        assert is_working_day(day, calendar()) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


def test_spring_festival_2026():
    """Friday the 13th is followed by a made-up Saturday, nine days off, and a Tuesday."""
    friday = date(2026, 2, 13)
    assert add_working_days(friday, 1, calendar()) == date(2026, 2, 14)
    assert add_working_days(friday, 2, calendar()) == date(2026, 2, 24)
    assert working_days_between(friday, date(2026, 2, 23), calendar()) == 1
    assert add_working_days(date(2026, 2, 24), -2, calendar()) == friday


def test_no_days_means_today_or_the_next_working_day():
    assert add_working_days(date(2026, 2, 13), 0, calendar()) == date(2026, 2, 13)
    assert add_working_days(date(2026, 2, 15), 0, calendar()) == date(2026, 2, 24)


def test_a_year_without_a_notice_has_only_the_fixed_days_and_says_so():
    assert not is_announced(date(2027, 1, 4), calendar())
    assert is_announced(date(2026, 12, 31), calendar())
    assert add_working_days(date(2026, 12, 31), 1, calendar()) == date(2027, 1, 4)
    assert not is_working_day(date(2027, 10, 1), calendar())
    assert is_working_day(date(2027, 10, 4), calendar())
    assert not is_working_day(date(2027, 5, 1), Calendar())


@given(DAYS, st.integers(1, 120))
def test_counting_undoes_adding(day, n):
    end = add_working_days(day, n, calendar())
    assert is_working_day(end, calendar())
    assert working_days_between(day, end, calendar()) == n
    assert working_days_between(end, day, calendar()) == -n


@given(DAYS, st.integers(0, 40), st.integers(0, 40))
def test_more_days_never_end_earlier(day, n, more):
    assert add_working_days(day, n, calendar()) <= add_working_days(day, n + more, calendar())


@given(DAYS, DAYS, DAYS)
def test_counts_add_up(first, second, third):
    one, two, three = sorted((first, second, third))
    assert working_days_between(one, three, calendar()) == working_days_between(
        one, two, calendar()
    ) + working_days_between(two, three, calendar())
