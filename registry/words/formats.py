"""Dates, numbers and money in the reader's manner: pure, so pages, mails and PDFs all write alike.

Every function takes the language last ("zh" or "en") and answers "—" for None: a missing value is
shown as missing, never as nought. Units hang on their number by a no-break space, thin in Chinese.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from zoneinfo import ZoneInfo

BEIJING: Final = ZoneInfo("Asia/Shanghai")
MISSING: Final = "—"
_SPACE: Final = {"zh": "\u202f", "en": "\u00a0"}
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Numeric = int | float | str | Decimal


def exact(value: Numeric) -> Decimal:
    """A float goes through its shortest text, so 0.1 reads 0.1 and not its binary neighbour."""
    return value if isinstance(value, Decimal) else Decimal(str(value))


def with_unit(text: str, unit: str, language: str) -> str:
    return f"{text}{_SPACE[language]}{unit}"


def day(value: date | None, language: str) -> str:
    """2026年11月22日 / 22 November 2026. A moment is first taken to its Beijing day."""
    if value is None:
        return MISSING
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def day_short(value: date | None) -> str:
    """2026-11-22: for tables, the same in both languages."""
    if value is None:
        return MISSING
    if isinstance(value, datetime):
        value = value.astimezone(BEIJING).date()
    return value.isoformat()


def moment(value: datetime | None, language: str) -> str:
    """Day and time in Beijing, and in English its zone, since the reader may sit elsewhere."""
    if value is None:
        return MISSING
    if value.tzinfo is None:
        value = value.replace(tzinfo=UTC)
    local = value.astimezone(BEIJING)
    clock = f"{local:%H:%M}"
    if language == "zh":
        return f"{day(local, language)} {clock}"
    return f"{day(local, language)}, {clock} (UTC+8)"


def number(value: Numeric | None, decimals: int | None, language: str) -> str:
    """Thousands apart; `decimals` fixes the places (half up), None keeps the value as it was given."""
    del (
        language
    )  # both languages group by comma and point; kept so that all formats are called alike
    if value is None or value == "":
        return MISSING
    amount = exact(value)
    if decimals is not None:
        amount = amount.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    text = f"{amount:,f}"
    return "−" + text[1:] if text.startswith("-") else text


def _plain(amount: Decimal) -> str:
    """No trailing noughts: 1.20 reads 1.2."""
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _fits(amount: Decimal, unit: Decimal) -> bool:
    """Whether the amount can be written in this unit with two places and nothing lost."""
    scaled = abs(amount) / unit
    return scaled >= 1 and scaled == scaled.quantize(Decimal("0.01"))


def yuan(fen: int | None, language: str) -> str:
    """1.2 亿元 / CNY 120 million where nothing is lost by it, else the whole figure."""
    if fen is None:
        return MISSING
    amount = Decimal(fen) / 100
    scales = (
        ((Decimal(100_000_000), "亿元"), (Decimal(10_000), "万元"))
        if language == "zh"
        else ((Decimal(1_000_000_000), "billion"), (Decimal(1_000_000), "million"))
    )
    for unit, word in scales:
        if _fits(amount, unit):
            text = _plain(amount / unit)
            return (
                with_unit(text, word, "zh") if language == "zh" else f"CNY\u00a0{text}\u00a0{word}"
            )
    text = _plain(amount) if amount == amount.to_integral() else f"{amount:,.2f}"
    return with_unit(text, "元", "zh") if language == "zh" else f"CNY\u00a0{text}"


def yuan_full(fen: int | None, language: str) -> str:
    """Always in yuan and fen: for tables whose column must line up, and for contracts."""
    if fen is None:
        return MISSING
    text = f"{Decimal(fen) / 100:,.2f}"
    return with_unit(text, "元", "zh") if language == "zh" else f"CNY\u00a0{text}"


def points(centipoints: int | None) -> str:
    """Points with two places, as they were computed: 7925 reads 79.25."""
    return MISSING if centipoints is None else f"{Decimal(centipoints) / 100:,.2f}"


def percent(basis_points: int | None, decimals: int = 1) -> str:
    """8750 reads 87.5%; whole figures lose their nought."""
    if basis_points is None:
        return MISSING
    share = (Decimal(basis_points) / 100).quantize(
        Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP
    )
    return f"{_plain(share)}%"


def file_size(octets: int | None, language: str) -> str:
    if octets is None:
        return MISSING
    size, word = Decimal(octets), "B"
    for larger in ("KB", "MB", "GB"):
        if size < 1024:
            break
        size, word = size / 1024, larger
    places = Decimal(1) if word == "B" or size >= 100 else Decimal("0.1")
    return with_unit(_plain(size.quantize(places, rounding=ROUND_HALF_UP)), word, language)
