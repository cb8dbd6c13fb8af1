"""The list as CSV and XLSX: the columns that an import takes back."""

import csv
import io
from collections.abc import Iterable, Iterator

from registry.db import Database
from registry.models import RestrictedEntry
from registry.operations.restriction_columns import COLUMNS, cells_of
from registry.queries import restriction_list as lists
from registry.web.spreadsheet import inert


def _line(cells: Iterable[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([inert(cell) for cell in cells])
    return out.getvalue()


def csv_of(database: Database, filters: lists.Filters) -> Iterator[str]:
    """Streamed, with a byte order mark, every cell inert in a spreadsheet."""
    with database.read() as session:
        yield "\ufeff" + _line(COLUMNS)
        for row in lists.all_rows(session, filters):
            yield _line(cells_of(row))


def xlsx_of(rows: Iterable[RestrictedEntry]) -> bytes:
    """Every cell as text, so that no code loses a digit and nothing is a formula."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("restricted list")
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name)
    for line, row in enumerate(rows, start=1):
        for column, value in enumerate(cells_of(row)):
            sheet.write_string(line, column, value)
    book.close()
    return out.getvalue()
