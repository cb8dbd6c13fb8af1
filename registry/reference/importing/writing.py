"""Rows out as CSV or XLSX so that they come back unchanged, and empty templates with notes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from registry.reference.importing.kinds import KINDS, Column, Kind
from registry.reference.importing.reading import FORMULA_STARTS

Row = Mapping[str, str]

_FORMS: Final = {
    "text": ("文本", "text"),
    "code": ("代码(文本格式)", "code (format the cell as text)"),
    "padded": ("代码(文本格式, 保留前导零)", "code (format the cell as text, keep leading zeros)"),
    "whole": ("整数", "whole number"),
    "number": ("数值", "number"),
    "day": ("日期 2026-01-31", "day 2026-01-31"),
    "part_day": ("日期, 可只填年或年月", "day; a year or a month will do"),
    "choice": ("从列出的值中选择", "one of the values listed"),
}


def export(kind: str, rows: Iterable[Row], format: Literal["csv", "xlsx"]) -> bytes:
    """The rows as a file that `parse_import` reads back without a difference."""
    if format == "csv":
        return csv_bytes(KINDS[kind], rows)
    return _workbook(KINDS[kind], rows, notes=False)


def template(kind: str) -> bytes:
    """An empty XLSX with the headings of the kind and a sheet that explains each column."""
    return _workbook(KINDS[kind], (), notes=True)


def csv_bytes(kind: Kind, rows: Iterable[Row]) -> bytes:
    """UTF-8 with the mark that Excel needs; text that looks like a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(kind.column_names)
    for row in rows:
        writer.writerow(guarded(column, row[column.name]) for column in kind.columns)
    return out.getvalue().encode("utf-8-sig")


def guarded(column: Column, text: str) -> str:
    if column.form in ("number", "whole") or not text.startswith(FORMULA_STARTS):
        return text
    return "'" + text


def heading(column: Column) -> str:
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.zh}({column.name}){unit}"


def _workbook(kind: Kind, rows: Iterable[Row], *, notes: bool) -> bytes:
    """All cells are text: numbers keep their written zeros and codes their leading ones."""
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(out, options)
    # The same rows give the same bytes: no moment of making in the file.
    book.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("data")
    for place, column in enumerate(kind.columns):
        sheet.write_string(0, place, heading(column), head)
        sheet.set_column(place, place, max(12, 2 * len(column.zh) + 4), text)
    last = 0
    for last, row in enumerate(rows, 1):
        for place, column in enumerate(kind.columns):
            if row[column.name]:
                sheet.write_string(last, place, row[column.name], text)
    sheet.freeze_panes(1, len(kind.keys))
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{max(last, 1) + 1}"})
    if notes:
        _choices(sheet, kind)
        _notes(book, head, kind)
    book.close()
    return out.getvalue()


def _choices(sheet: Any, kind: Kind) -> None:
    """Spreadsheet programs offer the values of a closed list by themselves."""
    for place, column in enumerate(kind.columns):
        if column.choices:
            sheet.data_validation(
                1, place, 5000, place, {"validate": "list", "source": list(column.choices)[:20]}
            )


def _notes(book: Any, head: Any, kind: Kind) -> None:
    sheet = book.add_worksheet("说明 Notes")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 6, 24, wrapped)
    titles = (
        "列 Column",
        "中文",
        "English",
        "必填 Required",
        "格式 Form",
        "值 Values",
        "例 Example",
    )
    for place, title in enumerate(titles):
        sheet.write_string(0, place, title, head)
    for line, column in enumerate(kind.columns, 1):
        values = " / ".join(column.choices) if column.choices else ""
        if column.least or column.most:
            values = f"{column.least} – {column.most} {column.unit}".strip()
        cells = (
            column.name,
            column.zh,
            column.en,
            "是 yes" if column.required else "",
            " · ".join(_FORMS[column.form]),
            values,
            column.example,
        )
        for place, cell in enumerate(cells):
            sheet.write_string(line, place, cell, wrapped)
