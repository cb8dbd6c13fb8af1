"""One cell to the text that the rules read, or the code of what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from registry.bulk.ingest.fields import Field, fold
from registry.bulk.ingest.mapping import ColumnMap
from registry.bulk.ingest.reading import Raw
from registry.bulk.ingest.units import factor
from registry.rules.answers import Refused, parse, parse_number

# What people write where there is nothing.
NOTHING: Final = frozenset(
    {"", "-", "--", "—", "——", "–", "/", "\\", "n/a", "na", "n.a.", "null", "nil", "none", "无", "空", "暂无", "不适用"}
)  # fmt: skip
MOST_EXACT: Final = 1 << 53  # from here on a spreadsheet's number has lost digits
_NUMBER = re.compile(r"([+-]?[\d.,]+)\s*(\D.*)?")
_TIME_OF_DAY = re.compile(r"[ t]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?z?$")
_EIGHT = re.compile(r"(19|20|21)(\d\d)(\d\d)(\d\d)")


class CellWrong(Exception):
    """What is wrong with one cell: a code with words, and what stood there."""

    def __init__(self, code: str, **detail: str) -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


def read(cell: Raw, known: Field, column: ColumnMap, *, in_percent: bool = False) -> str:
    """The canonical text; empty where nothing was filled in. Raises CellWrong."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return ""
    if (
        isinstance(cell, str)
        and cell.lstrip().startswith("#")
        and cell.rstrip().endswith(("!", "?", "/A", "NULL"))
    ):
        raise CellWrong("formula_error", found=cell[:40])
    match known.type:
        case "number" | "integer":
            return _number(cell, known, column, in_percent)
        case "date":
            return _date(cell, known)
        case "choice" | "yes_no":
            return _choice(cell, known, column)
        case "code":
            return _code(cell, known, column)
        case _:
            return _text(cell, known)


# -- numbers ---------------------------------------------------------------------------------------


def _number(cell: Raw, known: Field, column: ColumnMap, in_percent: bool) -> str:
    number = _quantity(cell, known, column, in_percent)
    if number is None:
        return ""
    as_written = isinstance(cell, str) and factor(known.unit, column.unit) == 1
    return _fits(number, known, may_round=not as_written)


def exact(cell: Raw, known: Field, column: ColumnMap) -> Decimal | None:
    """A number in the rules' unit with every digit that the cell has; None if it is blank."""
    return _quantity(cell, known, column, in_percent=False)


def _quantity(cell: Raw, known: Field, column: ColumnMap, in_percent: bool) -> Decimal | None:
    wanted = factor(known.unit, column.unit)
    assert wanted is not None, "an unchecked mapping"
    if isinstance(cell, bool | date | time):
        raise CellWrong("not_a_number", found=str(cell))
    if isinstance(cell, int | float | Decimal):
        number = _parsed(cell)
        return (
            number * 100
            if in_percent and known.unit == "%"
            else _refuse_percent(number * wanted, in_percent, cell)
        )
    text = _plain(str(cell))
    if text.casefold() in NOTHING:
        return None
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise CellWrong("not_a_number", found=str(cell)[:40])
    number, said = _parsed(found[1]), (found[2] or "").strip()
    if not said:
        return number * wanted
    own = factor(known.unit, said)
    if said.endswith(("%", "‰")) and known.unit != "%":
        raise CellWrong("percent_sign", found=str(cell)[:40])
    if own is None:
        raise CellWrong("unit_in_cell", found=said[:20])
    return number * own


def _refuse_percent(number: Decimal, in_percent: bool, cell: Raw) -> Decimal:
    if in_percent:
        raise CellWrong("percent_sign", found=str(cell)[:40])
    return number


def _parsed(raw: object) -> Decimal:
    try:
        return parse_number(raw)
    except Refused as why:
        raise CellWrong(why.code, **why.detail) from None


def _fits(number: Decimal, known: Field, *, may_round: bool) -> str:
    """Within the limits of the question. A converted amount is rounded to the decimals that the
    question has (half up); so is a double of a spreadsheet, whose last digits are noise. What was
    written out with more decimals is refused, as the form refuses it."""
    assert known.declared is not None
    if known.type == "integer":
        if number != number.to_integral_value():
            raise CellWrong("not_an_integer")
        number = number.to_integral_value()
    elif may_round:
        step = Decimal(1).scaleb(-known.declared.decimals)
        try:
            number = number.quantize(step, ROUND_HALF_UP)
        except InvalidOperation:
            raise CellWrong("not_finite") from None
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    _asked(known, text or "0")
    return text or "0"


def _asked(known: Field, text: str) -> None:
    """The rulebook's own limits."""
    if known.declared is None:
        return
    try:
        parse(known.declared, text)
    except Refused as why:
        raise CellWrong(why.code, **why.detail) from None


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().replace("−", "-")


# -- days, options, codes, texts -------------------------------------------------------------------


def _date(cell: Raw, known: Field) -> str:
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        text = cell.isoformat()
    elif isinstance(cell, str):
        text = _plain(cell)
        if text.casefold() in NOTHING:
            return ""
        text = _TIME_OF_DAY.sub("", text.casefold())
        eight = _EIGHT.fullmatch(text)
        if eight:
            text = f"{eight[1]}{eight[2]}-{eight[3]}-{eight[4]}"
    else:
        raise CellWrong("date_is_a_number", found=str(cell)[:40])
    assert known.declared is not None
    try:
        return str(parse(known.declared, text))
    except Refused as why:
        raise CellWrong(why.code, **why.detail) from None


def _choice(cell: Raw, known: Field, column: ColumnMap) -> str:
    """An option by its code, its name in either language, a word that books use, or the meaning
    that a person gave to it."""
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    folded = fold(str(cell))
    if folded in column.values:
        return column.values[folded]
    found = known.words.get(folded)
    if found is not None:
        return found
    if _plain(str(cell)).casefold() in NOTHING:
        return ""
    raise CellWrong("not_an_option", found=str(cell)[:40])


def _code(cell: Raw, known: Field, column: ColumnMap) -> str:
    """A code; what a spreadsheet made a number of may have lost zeros, and is named if so."""
    if isinstance(cell, date | time | bool):
        raise CellWrong("code_is_a_date", found=str(cell)[:40])
    if isinstance(cell, int | float):
        if float(cell) != int(cell) or len(str(int(cell))) < 4:
            raise CellWrong("code_is_a_number", found=str(cell)[:40])
        text = str(int(cell))
    else:
        text = _plain(str(cell))
    folded = fold(text)
    if folded in column.values:
        return column.values[folded]
    if folded in known.words:
        return known.words[folded]
    if text.casefold() in NOTHING:
        return ""
    _asked(known, text)
    return text


def _text(cell: Raw, known: Field) -> str:
    if isinstance(cell, bool | time):
        cell = str(cell)
    if isinstance(cell, int | float):
        if abs(cell) >= MOST_EXACT or float(cell) != int(cell):
            raise CellWrong("code_is_a_number", found=str(cell)[:40])
        text = str(int(cell))
    elif isinstance(cell, datetime | date):
        text = (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    else:
        text = unicodedata.normalize("NFC", str(cell)).strip()
    if text.casefold() in NOTHING:
        return ""
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"):
            raise CellWrong("forbidden_character", found=f"U+{ord(character):04X}")
    if len(text) > known.longest:
        raise CellWrong("too_long", limit=str(known.longest))
    return text
