"""A file as a grid: what it is by its content, its encoding, its sheet, its rows one after another."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from registry.bulk.ingest.percent import Percentages, percentages

Raw = str | int | float | bool | date | datetime | time | None
Line = tuple[int, Sequence[Raw]]  # the row's number as a spreadsheet shows it, and its cells

CSV, XLSX, PARQUET = "csv", "xlsx", "parquet"
ENCODINGS: Final = ("utf-8-sig", "gb18030")
MOST_COLUMNS: Final = 300
MOST_UNPACKED: Final = 1_500_000_000
PIECE: Final = 1 << 20
HEAD: Final = 20  # rows that are looked at for the head
BATCH: Final = 2048


class FileRefused(Exception):
    """The file as a whole cannot be read; `code` says why."""

    def __init__(self, code: str, detail: str = "") -> None:
        self.code, self.detail = code, detail
        super().__init__(f"{code} {detail}".strip())


@dataclass(frozen=True)
class Source:
    """What was found out about a file; enough to read it again from the beginning.

    `lines` counts every row with the head; `merged` are (first row, first column, last row, last
    column), all from 1.
    """

    path: Path
    kind: str
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    lines: int = 0
    columns: int = 0
    merged: tuple[tuple[int, int, int, int], ...] = ()

    @contextmanager
    def read(self) -> Iterator[Iterator[Line]]:
        """All rows in order, empty ones too."""
        if self.kind == CSV:
            with self.path.open(encoding=self.encoding, newline="") as file:
                yield enumerate(csv.reader(file, delimiter=self.delimiter), 1)
        elif self.kind == XLSX:
            with _panics_refused():
                yield enumerate(_sheet(self.path, self.sheet).iter_rows(), self._first_row())
        else:
            yield _parquet_rows(self.path)

    def _first_row(self) -> int:
        start = _sheet(self.path, self.sheet).start
        return (start[0] if start else 0) + 1

    def head(self, most: int = HEAD) -> list[Line]:
        """The first rows."""
        with self.read() as lines:
            return [line for line, _ in zip(lines, range(most), strict=False)]

    def percentages(self, columns: set[int]) -> Percentages:
        """Which cells of these columns (from 1) a workbook shows in per cent."""
        return percentages(self.path, self.sheet, columns) if self.kind == XLSX else Percentages({})


def examine(path: Path, *, sheet: str = "") -> Source:
    """What the file is. Raises FileRefused with a code that has words (`words.portfolio.FILES`)."""
    with path.open("rb") as file:
        first = file.read(8)
    if not first:
        raise FileRefused("file_empty")
    if first.startswith(b"PAR1"):
        found = _parquet(path)
    elif first.startswith(b"PK"):
        found = _workbook(path, sheet)
    elif first.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused("file_is_xls")
    else:
        found = _text(path)
    if found.columns > MOST_COLUMNS:
        raise FileRefused("too_many_columns", str(MOST_COLUMNS))
    return found


# -- text ------------------------------------------------------------------------------------------


def _text(path: Path) -> Source:
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file)
        file.seek(0)
        lines = columns = 0
        try:
            for cells in csv.reader(file, delimiter=delimiter):
                lines += 1
                columns = max(columns, len(cells))
        except csv.Error as problem:
            raise FileRefused("file_broken", f"{lines + 1}: {problem}") from None
    return Source(path, CSV, encoding, delimiter, lines=lines, columns=columns)


def _encoding(path: Path) -> str:
    """UTF-16 only by its mark; else UTF-8 if every byte is, else GB18030 if every byte is."""
    with path.open("rb") as file:
        mark = file.read(4)
    if mark[:2] in (b"\xff\xfe", b"\xfe\xff"):
        if _is(path, "utf-16"):
            return "utf-16"
        raise FileRefused("encoding_unknown")
    for encoding in ENCODINGS:
        if _is(path, encoding):
            return encoding
    raise FileRefused("encoding_unknown")


def _is(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            while text := file.read(PIECE):
                if "\0" in text:
                    raise FileRefused("file_not_text")
    except UnicodeError:
        return False
    return True


def _delimiter(file: io.TextIOBase) -> str:
    """The sign that parts most cells in most of the first lines."""
    first = [line for line, _ in zip(file, range(HEAD), strict=False)]
    counts = {sign: sorted(line.count(sign) for line in first) for sign in ",\t;|"}
    return max(counts, key=lambda sign: counts[sign][len(first) // 2] if first else 0)


# -- workbooks -------------------------------------------------------------------------------------


@contextmanager
def _panics_refused() -> Iterator[None]:
    """The reader's own panics derive from BaseException: a broken file must not end the worker."""
    from python_calamine import CalamineError

    try:
        yield
    except (CalamineError, OSError) as problem:
        raise FileRefused("file_broken", str(problem)[:200]) from None
    except BaseException as problem:
        if type(problem).__name__ == "PanicException":
            raise FileRefused("file_broken") from problem
        raise


_kept: dict[tuple[Path, int, str], Any] = {}


def _sheet(path: Path, name: str) -> Any:
    """One sheet in the reader's own compact form; the last one asked for is kept."""
    from python_calamine import load_workbook

    key = (path, path.stat().st_mtime_ns, name)
    if key not in _kept:
        _kept.clear()
        _kept[key] = load_workbook(path).get_sheet_by_name(name)
    return _kept[key]


def forget() -> None:
    """Let go of the sheet that is kept."""
    _kept.clear()


def _workbook(path: Path, wanted: str) -> Source:
    _refuse_bombs(path)
    from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

    with _panics_refused():
        book = load_workbook(path)
        names = [
            one.name
            for one in book.sheets_metadata
            if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
        ]
        if wanted and wanted not in names:
            raise FileRefused("sheet_unknown", wanted)
        # The first sheet that is a table: a cover with a title has one column.
        tables = (n for n in names if _sheet(path, n).total_width > 1)
        name = wanted or next(tables, "")
        if not name:
            raise FileRefused("no_rows")
        sheet = _sheet(path, name)
        merged = tuple(
            (r0 + 1, c0 + 1, r1 + 1, c1 + 1)
            for (r0, c0), (r1, c1) in sheet.merged_cell_ranges or ()
        )
        end = sheet.end or (0, 0)
        return Source(
            path, XLSX, sheet=name, sheets=tuple(names),
            lines=end[0] + 1, columns=end[1] + 1, merged=merged,
        )  # fmt: skip


def _refuse_bombs(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as problem:
        raise FileRefused("file_broken", str(problem)) from None
    names = {part.filename for part in parts}
    if "xl/workbook.xml" not in names:
        raise FileRefused("file_type")
    if any("vbaProject" in name for name in names):
        raise FileRefused("file_has_macros")
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise FileRefused("file_too_big")


# -- Parquet ---------------------------------------------------------------------------------------


def _parquet(path: Path) -> Source:
    import duckdb

    try:
        with duckdb.connect() as engine:
            counted = engine.execute("SELECT count(*) FROM read_parquet(?)", [str(path)])
            ((count,),) = counted.fetchall()
            named = engine.execute("SELECT * FROM read_parquet(?) LIMIT 0", [str(path)])
            width = len(named.description or ())
            return Source(path, PARQUET, lines=count + 1, columns=width)
    except duckdb.Error as problem:
        raise FileRefused("file_broken", str(problem)[:200]) from None


def _parquet_rows(path: Path) -> Iterator[Line]:
    """Names first, as if they were a head; row numbers as in a spreadsheet."""
    import duckdb

    with duckdb.connect() as engine:
        found = engine.execute("SELECT * FROM read_parquet(?)", [str(path)])
        yield 1, [column[0] for column in found.description or ()]
        number = 1
        while batch := found.fetchmany(BATCH):
            for cells in batch:
                number += 1
                yield number, cells
