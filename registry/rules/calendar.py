"""Legal days: the date in Shanghai, and Chinese working days with their made-up days.

What is a holiday is data (`Calendar`, filled from the State Council's yearly notices). For a year
whose notice is not out only weekends and the fixed days of the holiday regulation count as free,
and an answer that depends on such a year is provisional: ask `is_announced`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Final

# China has had one time and no summer time since 1991, so no database of zones is needed.
SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")

# 全国年节及纪念日放假办法: the days that fall on the same date each year (month, day).
# Spring Festival, Qingming, Dragon Boat and Mid-Autumn move with the moon and the sun.
FIXED_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """The days off and the made-up working days of the years that were announced."""

    holidays: frozenset[date] = field(default_factory=frozenset)
    made_up: frozenset[date] = field(default_factory=frozenset)
    announced_years: frozenset[int] = field(default_factory=frozenset)


def legal_date(now: datetime) -> date:
    """The calendar day in China at a moment; a moment without a time zone is refused."""
    if now.tzinfo is None:
        raise ValueError("a legal date needs a moment with a time zone")
    return now.astimezone(SHANGHAI).date()


def is_working_day(day: date, holidays: Calendar) -> bool:
    if day in holidays.made_up:
        return True
    if day.weekday() >= 5:
        return False
    if day.year in holidays.announced_years:
        return day not in holidays.holidays
    return (day.month, day.day) not in FIXED_HOLIDAYS


def is_announced(day: date, holidays: Calendar) -> bool:
    """Whether the notice of that day's year is out; if not, a term that ends there may move."""
    return day.year in holidays.announced_years


def add_working_days(day: date, n: int, holidays: Calendar) -> date:
    """The n-th working day after `day`, which itself does not count (before it, if n < 0).

    With n = 0: `day` if one works on it, else the next working day.
    """
    if n == 0:
        while not is_working_day(day, holidays):
            day += _DAY
        return day
    step = _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        day += step
        if is_working_day(day, holidays):
            left -= 1
    return day


def working_days_between(start: date, end: date, holidays: Calendar) -> int:
    """Working days after `start` up to and including `end`; negative if `end` comes first."""
    if end < start:
        return -working_days_between(end, start, holidays)
    days = (start + _DAY * i for i in range(1, (end - start).days + 1))
    return sum(is_working_day(day, holidays) for day in days)
