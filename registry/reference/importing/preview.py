"""An upload read, checked and compared with what is in force; nothing is stored here."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from registry.reference.importing import checking, completing
from registry.reference.importing.cells import CellWrong, kept
from registry.reference.importing.kinds import KINDS, Column, Kind
from registry.reference.importing.reading import Cell, FileRefused, grid_of
from registry.reference.importing.writing import csv_bytes
from registry.reference.shelf import SHELVES, texts_of

Row = Mapping[str, str]

MOST_PROBLEMS: Final = 500

_UNIT: Final = re.compile(r"\[[^\]]*\]")  # a heading may end in its unit: 标杆水平 [kgce/t]


@dataclass(frozen=True, slots=True)
class ImportProblem:
    """A mistake and its place. `row` is the row number that a spreadsheet shows; 0 the file."""

    row: int
    column: str
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row whose key is known and whose content is not the same: column -> (before, after)."""

    key: tuple[str, ...]
    differences: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Incomplete:
    """An edition of which the document has another number of entries than the upload."""

    what: str
    here: int
    due: int


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an upload would do. `rows` may be stored only if there are no problems (`ok`).

    `file_sha256` is of the bytes that came; `rows_sha256` of the canonical CSV of the rows, the
    same whatever file they came in.
    """

    kind: str
    filename: str
    file_sha256: str
    rows_sha256: str
    rows: tuple[Row, ...]
    problems: tuple[ImportProblem, ...]
    added: tuple[tuple[str, ...], ...]
    changed: tuple[RowChange, ...]
    removed: tuple[tuple[str, ...], ...]
    unchanged: int
    incomplete: tuple[Incomplete, ...]
    unverified: int

    @property
    def ok(self) -> bool:
        return bool(self.rows) and not self.problems


def parse_import(
    kind: str,
    filename: str,
    content: bytes,
    *,
    current: Iterable[Row] | None = None,
    defaults: Mapping[str, str] | None = None,
    editions: Iterable[Row] | None = None,
) -> ImportPreview:
    """Read an upload and say what it would change against `current` (else: what we ship).

    `editions` are the declared ones that rows may belong to (else: those that we ship).

    `defaults` fills columns that the file leaves out or empty, e.g. the edition and document that
    the form beside the upload names.
    """
    chosen = KINDS[kind]
    problems: list[ImportProblem] = []
    numbered: list[tuple[int, Row]] = []
    try:
        grid = grid_of(filename, content)
        with checking.declared(editions):
            numbered = _rows(chosen, grid, dict(defaults or {}), problems)
    except FileRefused as refused:
        problems.append(ImportProblem(0, "", refused.code, refused.detail))
    rows = tuple(row for _, row in numbered)
    with checking.declared(editions):
        incomplete = tuple(Incomplete(*each) for each in checking.expected_counts(chosen, rows))
    before = shipped_rows(kind) if current is None else tuple(current)
    added, changed, removed, unchanged = compared(chosen, before, rows)
    return ImportPreview(
        kind=kind,
        filename=filename,
        file_sha256=hashlib.sha256(content).hexdigest(),
        rows_sha256=hashlib.sha256(csv_bytes(chosen, rows)).hexdigest(),
        rows=rows,
        problems=tuple(sorted(problems, key=lambda each: each.row)[:MOST_PROBLEMS]),
        added=added,
        changed=changed,
        removed=removed,
        unchanged=unchanged,
        incomplete=incomplete,
        unverified=sum(row["status"] != "verified" for row in rows),
    )


def shipped_rows(kind: str) -> tuple[Row, ...]:
    """The rows of this kind that come with the product; none for what is only ever imported."""
    if kind not in SHELVES:
        return ()
    texts = texts_of(kind)
    names = KINDS[kind].column_names
    rows = [dict(zip(texts.columns, line, strict=True)) for line in texts.lines]
    return tuple({name: row[name] for name in names} for row in rows)


def _header_name(cell: Cell) -> str:
    text = unicodedata.normalize("NFKC", str(cell or "")).casefold()
    return "".join(_UNIT.sub("", text).split()).replace("_", "")


def _headings(kind: Kind) -> dict[str, Column]:
    """Every way to write a column's heading: its name in code, in Chinese, in English, or both."""
    known: dict[str, Column] = {}
    for column in kind.columns:
        written = (column.zh, column.en, column.name, *column.aliases)
        for text in (*written, f"{column.zh}({column.name})", f"{column.zh} {column.en}"):
            known.setdefault(_header_name(text), column)
    for column in kind.columns:
        known[_header_name(column.name)] = column
    return known


def _rows(
    kind: Kind,
    grid: list[list[Cell]],
    defaults: dict[str, str],
    problems: list[ImportProblem],
) -> list[tuple[int, Row]]:
    first = next((place for place, line in enumerate(grid) if _filled(line)), None)
    if first is None:
        raise FileRefused("no_rows")
    read = _columns(kind, grid[first], first + 1, defaults, problems)
    done: list[tuple[int, Row]] = []
    seen: dict[tuple[str, ...], int] = {}
    for number, line in enumerate(grid[first + 1 :], first + 2):
        if not _filled(line):
            continue
        row = _row(kind, line, read, defaults, number, problems)
        if "parent" in row and row["parent"] and row["parent"] == row.get("code"):
            continue  # a city without counties, which lists repeat as its own county
        key = tuple(row[name] for name in kind.keys)
        if all(key) and key in seen:
            detail = f"{'/'.join(key)} = {seen[key]}"
            problems.append(ImportProblem(number, kind.keys[0], "duplicate_key", detail))
        seen.setdefault(key, number)
        done.append((number, row))
    if not done:
        raise FileRefused("no_rows")
    for number, (column, code, detail) in checking.missing_parents(kind, done):
        problems.append(ImportProblem(number, column, code, detail))
    return done


class _Read(NamedTuple):
    """The place of each column that is kept, and of each that others follow from."""

    places: dict[str, int]
    extra: dict[str, int]


def _at(line: Sequence[Cell], place: int | None) -> Cell:
    return line[place] if place is not None and place < len(line) else ""


def _filled(line: Sequence[Cell]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in line)


def _columns(
    kind: Kind,
    header: Sequence[Cell],
    number: int,
    defaults: Mapping[str, str],
    problems: list[ImportProblem],
) -> _Read:
    """Where each column stands, and each of a published file that ours follow from."""
    headings = _headings(kind)
    ignored = {_header_name(name) for name in kind.ignored}
    beside = {_header_name(name): name for name in (*kind.extra, "confidence")}
    if "confidence" not in kind.ignored:
        del beside["confidence"]
    if not any(_header_name(cell) in headings for cell in header):
        raise FileRefused("no_header")
    places: dict[str, int] = {}
    extra: dict[str, int] = {}
    for place, cell in enumerate(header):
        name = _header_name(cell)
        column = headings.get(name)
        if column is not None:
            if column.name in places:
                problems.append(ImportProblem(number, str(cell), "column_twice"))
            places.setdefault(column.name, place)
        elif name in beside:
            extra[beside[name]] = place
        elif name and name not in ignored:
            problems.append(ImportProblem(number, str(cell), "unknown_column"))
    for name in set(defaults) - set(kind.column_names):
        problems.append(ImportProblem(0, name, "unknown_column"))
    return _Read(places, extra)


def _row(
    kind: Kind,
    line: Sequence[Cell],
    read: _Read,
    defaults: Mapping[str, str],
    number: int,
    problems: list[ImportProblem],
) -> dict[str, str]:
    row: dict[str, str] = {}
    wrong: set[str] = set()
    for column in kind.columns:
        cell = _at(line, read.places.get(column.name))
        try:
            row[column.name] = kept(cell, column) or kept(
                defaults.get(column.name, "") or column.constant, column
            )
        except CellWrong as mistake:
            row[column.name] = ""
            wrong.add(column.name)
            problems.append(ImportProblem(number, column.name, mistake.code, mistake.detail))
    beside = {name: str(_at(line, place) or "") for name, place in read.extra.items()}
    completing.completed(kind, row, beside, read.places)
    for column in kind.columns:
        if column.required and not row[column.name] and column.name not in wrong:
            wrong.add(column.name)
            problems.append(ImportProblem(number, column.name, "missing"))
    for name, code, detail in checking.row_problems(kind, row):
        if name not in wrong:
            problems.append(ImportProblem(number, name, code, detail))
    return row


def _same(column: Column, one: str, other: str) -> bool:
    if one == other:
        return True
    if column.form in ("number", "whole") and one and other:
        return Decimal(one) == Decimal(other)
    return False


def compared(
    kind: Kind, before: Sequence[Row], after: Sequence[Row]
) -> tuple[tuple[tuple[str, ...], ...], tuple[RowChange, ...], tuple[tuple[str, ...], ...], int]:
    """Keys added, rows changed, keys removed, number unchanged, within what the upload covers."""
    covered = {tuple(row[name] for name in kind.scope) for row in after}
    old = {
        tuple(row[name] for name in kind.keys): row
        for row in before
        if tuple(row[name] for name in kind.scope) in covered
    }
    new = {tuple(row[name] for name in kind.keys): row for row in after}
    changed = []
    for key in (key for key in new if key in old):
        differences = {
            column.name: (old[key][column.name], new[key][column.name])
            for column in kind.columns
            if not _same(column, old[key][column.name], new[key][column.name])
        }
        if differences:
            changed.append(RowChange(key, differences))
    return (
        tuple(key for key in new if key not in old),
        tuple(changed),
        tuple(key for key in old if key not in new),
        len(set(new) & set(old)) - len(changed),
    )
