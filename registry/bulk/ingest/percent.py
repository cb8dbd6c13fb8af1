"""Which cells a workbook shows in per cent: 0.12 shown as 12% is 12 per cent, and the reader of
values alone cannot tell it from 0.12."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CELL = re.compile(rb"<c\b([^>]*)>")
_PLACE = re.compile(rb'\br="([A-Z]{1,3})([0-9]+)"')
_STYLE = re.compile(rb'\bs="([0-9]+)"')
_BUILT_IN = {9, 10}
PIECE = 1 << 20
LONGEST = 4096  # no cell's opening tag is longer


class Percentages(NamedTuple):
    """Rows (from 1) shown in per cent, by column (from 1)."""

    by_column: Mapping[int, frozenset[int]]

    def has(self, row: int, column: int) -> bool:
        return row in self.by_column.get(column, ())


def column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def percentages(path: Path, sheet: str, columns: set[int]) -> Percentages:
    """Looks only where the workbook has such a format at all."""
    if not columns:
        return Percentages({})
    with zipfile.ZipFile(path) as archive:
        styles = _percent_styles(archive)
        if not styles:
            return Percentages({})
        found: dict[int, set[int]] = {column: set() for column in columns}
        for letters, row, style in _cells(archive, _part_of(archive, sheet)):
            if style in styles:
                column = column_number(letters)
                if column in found:
                    found[column].add(row)
    return Percentages({column: frozenset(rows) for column, rows in found.items() if rows})


def _percent_styles(archive: zipfile.ZipFile) -> set[int]:
    try:
        root = ElementTree.fromstring(archive.read("xl/styles.xml"))  # noqa: S314  no entities: expat refuses to expand what is not declared, and sizes are limited before
    except (KeyError, ElementTree.ParseError):
        return set()
    own = {
        int(one.get("numFmtId", "0"))
        for one in root.iter(f"{_MAIN}numFmt")
        if "%" in re.sub(r'"[^"]*"|\\.', "", one.get("formatCode", ""))
    }
    percent = own | _BUILT_IN
    formats = root.find(f"{_MAIN}cellXfs")
    if formats is None:
        return set()
    return {n for n, one in enumerate(formats) if int(one.get("numFmtId", "0")) in percent}


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """The file inside that holds the sheet of this name."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    ids = {one.get("name"): one.get(_REL) for one in book.iter(f"{_MAIN}sheet")}
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    target = next(one.get("Target", "") for one in links if one.get("Id") == ids.get(sheet))
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, int, int]]:
    """(letters, row, style) of every cell that has a style, read in pieces."""
    rest = b""
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            text = rest + piece
            end = 0
            for tag in _CELL.finditer(text):
                end = tag.end()
                place, style = _PLACE.search(tag[1]), _STYLE.search(tag[1])
                if place and style:
                    yield place[1].decode(), int(place[2]), int(style[1])
            rest = text[max(end, len(text) - LONGEST) :]
