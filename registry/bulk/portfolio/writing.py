"""Tables out: CSV, XLSX and Parquet in constant memory, and the book itself with its faults marked.

Text from people stays text: an apostrophe guards it in CSV, in XLSX and Parquet it is a text cell
that nothing runs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, NamedTuple

from registry.bulk.ingest.reading import Raw, Source
from registry.bulk.ingest.rows import CellProblem

TEXT, NUMBER, WHOLE = "text", "number", "whole"
Value = str | int | Decimal | None
_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MOST_LINES: Final = 1_048_576  # of a sheet


class Column(NamedTuple):
    """A column of a table; `head` in the reader's language, `name` for machines."""

    name: str
    head: str
    type: str = TEXT


def guarded(text: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe before it."""
    return "'" + text if text.lstrip(" ").startswith(_STARTS) else text


def csv_lines(columns: Sequence[Column], rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    """UTF-8 text with the mark that spreadsheets need, in pieces."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    out.write("\ufeff")
    writer.writerow([guarded(column.head) for column in columns])
    for number, row in enumerate(rows, 1):
        writer.writerow(
            [
                guarded(cell) if isinstance(cell, str) else "" if cell is None else cell
                for cell in row
            ]
        )
        if number % 500 == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def write_xlsx(
    path: Path,
    sheets: Iterable[tuple[str, Sequence[Column], Iterable[Sequence[Value]]]],
) -> None:
    """One sheet after another, each row written once and let go."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, _OPTIONS)
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    for name, columns, rows in sheets:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 18 if column.type == TEXT else 14)
            sheet.write_string(0, place, column.head, head)
        for line, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                _put(sheet, line, place, cell)
    book.close()


_OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def _put(sheet: Any, line: int, place: int, cell: Raw | Decimal, form: Any = None) -> None:
    """Text as text, numbers as numbers; nothing becomes a formula or a link."""
    if cell is None or cell == "":
        if form is not None:
            sheet.write_blank(line, place, None, form)
    elif isinstance(cell, bool):
        sheet.write_boolean(line, place, cell, form)
    elif isinstance(cell, int | float | Decimal) and abs(cell) < 10**15:
        sheet.write_number(line, place, float(cell), form)
    else:
        sheet.write_string(line, place, _text(cell)[:32767], form)


def _text(cell: object) -> str:
    if isinstance(cell, datetime):
        at_midnight = (cell.hour, cell.minute, cell.second) == (0, 0, 0)
        return cell.date().isoformat() if at_midnight else cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def write_parquet(
    path: Path,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Value]],
    *,
    facts: Mapping[str, str],
) -> None:
    """Typed columns under their machine names; `facts` become the file's key-value metadata."""
    import duckdb

    plain = path.with_suffix(".rows")
    with plain.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        for row in rows:
            writer.writerow(["" if cell is None else cell for cell in row])
    types = {TEXT: "VARCHAR", NUMBER: "DECIMAL(18,4)", WHOLE: "BIGINT"}
    named = ", ".join(f"'{column.name}': '{types[column.type]}'" for column in columns)
    held = ", ".join(f"'{key}': '{_quoted(value)}'" for key, value in facts.items())
    names = [column.name for column in columns if column.type == TEXT]
    texts = ", ".join(f"'{name}'" for name in names)
    read = (
        f"read_csv('{_quoted(str(plain))}', header=false, quote='\"', escape='\"', delim=',',"
        f" columns={{{named}}}, force_not_null=[{texts}])"
    )
    options = f"FORMAT parquet, COMPRESSION zstd, KV_METADATA {{{held}}}"
    target = _quoted(str(path))
    with duckdb.connect() as engine:
        engine.execute(f"COPY (SELECT * FROM {read}) TO '{target}' ({options})")  # noqa: S608  our own names
    plain.unlink()


def _quoted(text: str) -> str:
    return text.replace("'", "''")


# -- the book itself with what is wrong in it ------------------------------------------------------


def write_marked(
    path: Path,
    source: Source,
    *,
    head_rows: int,
    problems: Mapping[int, Sequence[tuple[CellProblem, str]]],
    words: tuple[str, str],
    pins: tuple[str, Mapping[str, str]],
    only_bad: bool,
) -> None:
    """The book as it came, faulty cells in red, with a last column that says what is wrong with each
    row. `words` are the heads of that column and of the list; `pins` the head and the lines of the
    sheet that says what the run stood on; `only_bad`: the quarantine alone, to be put right and sent
    again."""
    import xlsxwriter

    book = xlsxwriter.Workbook(path, _OPTIONS)
    red = book.add_format({"bg_color": "#f8d7da", "font_color": "#842029", "border": 1})
    bold = book.add_format({"bold": True})
    sheet = book.add_worksheet((source.sheet or "book")[:31])
    line = 0
    with source.read() as lines:
        for number, cells in lines:
            mine = problems.get(number, ())
            if number > head_rows and only_bad and not mine:
                continue
            if not only_bad:
                line = number - 1
            if line >= MOST_LINES:
                break
            marked = {one.column for one, _ in mine}
            for place, cell in enumerate(cells):
                form = red if place + 1 in marked else bold if number <= head_rows else None
                _put(sheet, line, place, cell, form)
            for column in marked:
                if column > len(cells):
                    sheet.write_blank(line, column - 1, None, red)
            if number == head_rows:
                sheet.write_string(line, source.columns, words[0], bold)
            elif mine:
                said = "\n".join(f"{one.cell}: {text}" if one.cell else text for one, text in mine)
                sheet.write_string(line, source.columns, said[:32767], red)
            line += 1
    taken = {sheet.get_name().casefold()}
    _listed(book.add_worksheet(_free(words[1], taken)), problems, bold)
    stood_on = book.add_worksheet(_free(pins[0], taken))
    stood_on.set_column(0, 1, 40)
    for line, (name, value) in enumerate(pins[1].items()):
        stood_on.write_string(line, 0, name, bold)
        stood_on.write_string(line, 1, value[:32767])
    book.close()


def _free(name: str, taken: set[str]) -> str:
    """A sheet's name that no sheet has yet: a book may call its own sheet like one of ours."""
    found, more = name[:31], 2
    while found.casefold() in taken:
        found, more = f"{name[:27]} {more}", more + 1
    taken.add(found.casefold())
    return found


def _listed(
    sheet: Any, problems: Mapping[int, Sequence[tuple[CellProblem, str]]], bold: Any
) -> None:
    for place, head in enumerate(("行 Row", "单元格 Cell", "列 Column", "问题 Problem")):
        sheet.write_string(0, place, head, bold)
    sheet.set_column(0, 1, 12)
    sheet.set_column(2, 3, 40)
    line = 0
    for number, mine in sorted(problems.items()):
        for one, text in mine:
            line += 1
            sheet.write_number(line, 0, number)
            sheet.write_string(line, 1, one.cell)
            sheet.write_string(line, 2, one.head[:32767])
            sheet.write_string(line, 3, text[:32767])
