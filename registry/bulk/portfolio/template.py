"""The empty workbook that a bank may begin with: every head in it is recognised."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from registry.bulk.ingest.fields import (
    BALANCE,
    BORROWER,
    INVESTMENT,
    KIND,
    LOAN,
    PROJECT,
    USCC,
    Field,
    Vocabulary,
)
from registry.bulk.ingest.units import choices
from registry.rules.rulebook import Rulebook

FIRST: Final = (LOAN, BORROWER, USCC, PROJECT, KIND, BALANCE, INVESTMENT)
MOST_LISTED: Final = 250  # characters of a list of options that a spreadsheet takes


def heads_of(words: Vocabulary) -> list[Field]:
    """The loan first, then every question in the rulebook's order."""
    rest = [one for id, one in words.fields.items() if id not in FIRST]
    return [words.fields[id] for id in FIRST] + rest


def head_text(one: Field) -> str:
    """The Chinese name with the unit in which the column is to be filled."""
    unit = choices(one.unit)[0] if choices(one.unit) else ""
    return one.name.zh if not unit or unit in one.name.zh else f"{one.name.zh}（{unit}）"


def write_template(path: Path, words: Vocabulary, book: Rulebook) -> None:
    """A sheet to fill in and a sheet that explains each column."""
    import xlsxwriter

    made = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
    bold = made.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = made.add_format({"num_format": "@"})
    wrapped = made.add_format({"text_wrap": True, "valign": "top"})
    sheet, notes = made.add_worksheet("贷款台账"), made.add_worksheet("说明 Notes")
    sheet.freeze_panes(1, 2)
    notes.set_column(0, 4, 32, wrapped)
    for place, title in enumerate(
        ("列 Column", "English", "单位 Unit", "可填 Values", "说明 Note")
    ):
        notes.write_string(0, place, title, bold)
    kinds = {kind.id: kind.name for kind in book.kinds}
    for place, one in enumerate(heads_of(words)):
        sheet.write_string(0, place, head_text(one), bold)
        as_text = one.type in ("text", "code", "choice", "yes_no")
        sheet.set_column(place, place, max(12, 2 * len(one.name.zh)), text if as_text else None)
        names = [option.name.zh for option in one.options] or (
            ["是", "否"] if one.type == "yes_no" else []
        )
        if names and len(",".join(names)) < MOST_LISTED:
            sheet.data_validation(
                1,
                place,
                5000,
                place,
                {"validate": "list", "source": names, "error_type": "warning"},
            )
        declared = one.declared
        for_kinds = "、".join(kinds[kind].zh for kind in (declared.kinds if declared else ()))
        cells = (
            head_text(one), one.name.en, " / ".join(choices(one.unit)), " / ".join(names),
            " ".join(part for part in (declared.hint.zh if declared else "", f"适用：{for_kinds}" if for_kinds else "") if part),
        )  # fmt: skip
        for column, cell in enumerate(cells):
            notes.write_string(place + 1, column, cell, wrapped)
    made.close()
