"""From uploaded bytes to a grid of cells: CSV in its usual encodings, or the first sheet of XLSX."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime, time
from typing import Final

Cell = str | int | float | bool | date | datetime | time | None

# A CSV cell that begins like this is run as a formula (or, the apostrophe, means "as it stands").
FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "'")

MOST_BYTES: Final = 10_000_000
MOST_UNPACKED_BYTES: Final = 150_000_000
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 64


class FileRefused(Exception):
    """The file as a whole cannot be read; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".strip())


def grid_of(filename: str, content: bytes) -> list[list[Cell]]:
    """The cells, empty lines included, so that a line's place is the row number people see.

    What the content is decides, not the name; a name that says otherwise is refused.
    """
    if not content:
        raise FileRefused("file_empty")
    if len(content) > MOST_BYTES:
        raise FileRefused("file_too_big", str(MOST_BYTES))
    ending = filename.rpartition(".")[2].lower()
    if content.startswith(b"PK"):
        if ending != "xlsx":
            raise FileRefused("file_type", ending)
        grid = _sheet(content)
    else:
        if ending not in ("csv", "txt"):
            raise FileRefused("file_type", ending)
        grid = _lines(_text(content))
    if len(grid) > MOST_ROWS:
        raise FileRefused("too_many_rows", str(MOST_ROWS))
    if max((len(line) for line in grid), default=0) > MOST_COLUMNS:
        raise FileRefused("too_many_columns", str(MOST_COLUMNS))
    return grid


def _text(content: bytes) -> str:
    """UTF-8 first; what is not UTF-8 and not marked as UTF-16 is taken for GB18030."""
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise FileRefused("file_not_text")
        return text
    raise FileRefused("encoding_unknown")


def _lines(text: str) -> list[list[Cell]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [[_unguarded(cell) for cell in line] for line in lines]
    except csv.Error as error:
        raise FileRefused("file_broken", str(error)) from error


def _unguarded(cell: str) -> str:
    """Takes off the apostrophe that our CSV puts before what a spreadsheet would run."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def _sheet(content: bytes) -> list[list[Cell]]:
    from python_calamine import CalamineError, load_workbook

    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        return sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS + 1)  # type: ignore[return-value]
    except (CalamineError, ValueError, OSError) as error:
        raise FileRefused("file_broken", str(error)) from error
    except BaseException as error:
        # The reader's own panics derive from BaseException: a broken file must not end the worker.
        if type(error).__name__ == "PanicException":
            raise FileRefused("file_broken") from error
        raise


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise FileRefused("file_broken", str(error)) from error
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise FileRefused("file_type", "zip")
    if any("vbaProject" in name for name in names):
        raise FileRefused("file_has_macros")
    if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
        raise FileRefused("file_too_big", str(MOST_UNPACKED_BYTES))
