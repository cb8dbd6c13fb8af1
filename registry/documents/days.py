"""Days as documents write them, in both languages.

Apart from `registry.words.formats`: a document's words may not change with the pages', and a file is
checked where no time zones are installed.
"""

from __future__ import annotations

from datetime import date

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day_zh(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def day_en(on: date) -> str:
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"
