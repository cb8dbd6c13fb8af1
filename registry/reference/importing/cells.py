"""One cell to the text that is kept, or the code of what is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from registry.reference.importing.kinds import Column
from registry.reference.importing.reading import Cell
from registry.reference.provenance import latest_day

MOST_CHARACTERS: Final = 1000

_NOTHING: Final = frozenset({"", "-", "—", "——", "–", "/", "无", "n/a", "na", "null", "none"})
_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?|月)?")
_YEAR = re.compile(r"(\d{4})年?")


class CellWrong(Exception):
    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(code)


def kept(cell: Cell, column: Column) -> str:
    """The canonical text of a cell; empty where nothing was filled in."""
    if isinstance(cell, bool):
        cell = "yes" if cell else "no"
    if isinstance(cell, int | float):
        return _from_number(cell, column)
    if isinstance(cell, datetime | date):
        return _from_day(cell, column)
    text = plain(str(cell) if cell is not None else "")
    if column.form != "text" and _folded(text) in _NOTHING:
        return ""
    return _FORMS[column.form](text, column) if text else ""


def plain(text: str) -> str:
    """NFC, one space between words; signs that nobody sees or that turn text round are refused."""
    text = " ".join(unicodedata.normalize("NFC", text).split())
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cf", "Cn", "Co", "Cs"):
            raise CellWrong("hidden_character", f"U+{ord(character):04X}")
    if len(text) > MOST_CHARACTERS:
        raise CellWrong("too_long", str(MOST_CHARACTERS))
    return text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold().strip()


def _from_number(cell: float, column: Column) -> str:
    """A spreadsheet's number. A code that became one may have lost zeros: 0111 reads 111, 3.10 3.1."""
    number = Decimal(repr(cell))
    if not number.is_finite():
        raise CellWrong("not_a_number", str(cell))
    text = f"{number:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if column.form in ("whole", "number", "part_day"):
        return _FORMS[column.form](text, column)
    if column.form == "day":
        raise CellWrong("not_a_day", text)
    if column.form in ("code", "padded") and not text.isdigit():
        raise CellWrong("code_is_a_number", text)
    if column.form == "padded" and len(text) < 4:
        raise CellWrong("code_is_a_number", text)
    return _FORMS[column.form](text, column)


def _from_day(cell: date, column: Column) -> str:
    text = (cell.date() if isinstance(cell, datetime) else cell).isoformat()
    if column.form not in ("day", "part_day", "text"):
        raise CellWrong("unexpected_day", text)
    return text


def _text(text: str, column: Column) -> str:
    del column
    return text


def _code(text: str, column: Column) -> str:
    del column
    return unicodedata.normalize("NFKC", text).replace(" ", "")


def _choice(text: str, column: Column) -> str:
    assert column.choices is not None
    wanted = _folded(text)
    for written, value in column.choices.items():
        if _folded(written) == wanted:
            return value
    raise CellWrong("unknown_choice", text)


def _digits(text: str, column: Column) -> str:
    """Full-width digits, the true minus and thousands marks in the plain form. A percent sign is
    taken where the column counts in per cent, and refused where it would be a hundredfold slip."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace(" ", "")
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    if column.unit == "%":
        text = text.removesuffix("%")
    if text.endswith(("%", "‰")):
        raise CellWrong("percent_sign", text)
    return text


def _number(text: str, column: Column) -> str:
    text = _digits(text, column)
    if not _NUMBER.fullmatch(text):
        raise CellWrong("not_a_number", text)
    try:
        value = Decimal(text)
    except InvalidOperation as error:
        raise CellWrong("not_a_number", text) from error
    if abs(value.adjusted()) > 30 and value:
        raise CellWrong("out_of_range", text)
    _within(value, column)
    return f"{value:f}"


def _whole(text: str, column: Column) -> str:
    text = _digits(text, column)
    if not re.fullmatch(r"[+-]?\d{1,18}(\.0*)?", text):
        raise CellWrong("not_a_whole_number", text)
    value = Decimal(text)
    _within(value, column)
    return str(int(value))


def _within(value: Decimal, column: Column) -> None:
    if (column.least and value < Decimal(column.least)) or (
        column.most and value > Decimal(column.most)
    ):
        raise CellWrong("out_of_range", f"{column.least}–{column.most}")


def _day(text: str, column: Column) -> str:
    done = _part_day(text, column)
    if len(done) != 10:
        raise CellWrong("not_a_day", text)
    return done


def _part_day(text: str, column: Column) -> str:
    del column
    plain_text = unicodedata.normalize("NFKC", text).replace(" ", "")
    plain_text = re.sub(r"\(\D*\)$", "", plain_text)  # a doubt beside the date: "(not checked)"
    year = _YEAR.fullmatch(plain_text)
    day = _DAY.fullmatch(plain_text)
    if year:
        done = year.group(1)
    elif day:
        done = "-".join(part.zfill(2) for part in day.groups() if part)
    else:
        raise CellWrong("not_a_day", text)
    try:
        latest_day(done)
    except ValueError as error:
        raise CellWrong("not_a_day", text) from error
    return done


_FORMS: Final = {
    "text": _text,
    "code": _code,
    "padded": _code,
    "choice": _choice,
    "number": _number,
    "whole": _whole,
    "day": _day,
    "part_day": _part_day,
}
