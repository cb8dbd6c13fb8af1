"""A book row after row: the loan's particulars, its answers, and every cell that could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field as made
from decimal import ROUND_HALF_UP, Decimal

from registry.bulk.ingest import cells
from registry.bulk.ingest.fields import BALANCE, INVESTMENT, KIND, LOAN, REQUIRED, Field, Vocabulary
from registry.bulk.ingest.mapping import ColumnMap
from registry.bulk.ingest.mapping import Mapping as BookMapping
from registry.bulk.ingest.percent import Percentages
from registry.bulk.ingest.reading import Line, Raw, Source

FEN = 1_000_000  # in 10,000 yuan
TOTALS = frozenset({"合计", "小计", "总计", "汇总", "合 计", "total", "subtotal", "sum"})
NEEDED = frozenset({*REQUIRED, KIND})
MOST_CELLS_NAMED = 20  # of one row
MOST_KEPT = 4096  # readings of one column that are kept: most columns say the same over and over


@dataclass(frozen=True)
class CellProblem:
    """One cell that was not read: where it stands, for which field, and why."""

    column: int
    cell: str
    head: str
    field: str
    code: str
    detail: Mapping[str, str] = made(default_factory=dict)


@dataclass(frozen=True)
class BookRow:
    """One row: `own` are the loan's particulars, `answers` the rulebook's, amounts whole fen.

    With problems it is in quarantine: named, and never scored on what was left of it.
    """

    number: int
    own: Mapping[str, str]
    answers: Mapping[str, str]
    kind: str
    balance_fen: int | None
    investment_fen: int | None
    problems: tuple[CellProblem, ...] = ()

    @property
    def loan(self) -> str:
        return self.own.get(LOAN, "")


@contextmanager
def rows(
    source: Source, mapping: BookMapping, words: Vocabulary, *, after: int = 0
) -> Iterator[Iterator[BookRow]]:
    """Every row that is not empty, in order; those up to `after` are passed over unread."""
    reader = _Reader(source, mapping, words)
    passed = max(mapping.last, after)
    with source.read() as lines:
        yield (
            reader.row(number, line)
            for number, line in lines
            if number > passed and _is_filled(line)
        )


def _is_filled(line: Sequence[Raw]) -> bool:
    return any(cell is not None and str(cell).strip() for cell in line)


def letters(column: int) -> str:
    """A column as spreadsheets name it."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


class _Reader:
    """One mapping bound to one file."""

    def __init__(self, source: Source, mapping: BookMapping, words: Vocabulary) -> None:
        self.columns: list[tuple[ColumnMap, Field]] = [
            (one, words.fields[one.field]) for one in mapping.used
        ]
        self.same = dict(mapping.same)
        self.kept: dict[int, dict[str, tuple[str, int | None]]] = {
            one.column: {} for one in mapping.used
        }
        self.own = [KIND, *(known.id for _, known in self.columns if known.is_own)]
        self.own = list(dict.fromkeys(self.own))
        self.percent: Percentages = source.percentages(
            {one.column for one, known in self.columns if known.type == "number"}
        )
        self.merged = [
            block for block in source.merged if block[2] > mapping.last and block != block[:2] * 2
        ]
        # A cell to the right of the last head: often a comma in a number that shifted the rest.
        self.width = max((one.column for one in mapping.columns if one.head), default=0)

    def row(self, number: int, line: Sequence[Raw]) -> BookRow:
        found: dict[str, str] = dict(self.same)
        problems: list[CellProblem] = []
        amounts: dict[str, int | None] = {}
        for column, known in self.columns:
            raw = line[column.column - 1] if column.column <= len(line) else None
            try:
                if self.merged and raw in (None, "") and self._is_covered(number, column.column):
                    raise cells.CellWrong("merged_cell")
                text, amount = self._read(number, raw, known, column)
                if amount is not None:
                    amounts[known.id] = amount
                if text:
                    found[known.id] = text
            except cells.CellWrong as wrong:
                problems.append(_problem(number, column, wrong.code, wrong.detail))
        problems += self._whole_row(number, line, found, {p.field for p in problems})
        own = {id: found.pop(id) for id in self.own if id in found}
        kind = own.pop(KIND, "")
        return BookRow(
            number, own, found, kind, amounts.get(BALANCE), amounts.get(INVESTMENT),
            tuple(problems[:MOST_CELLS_NAMED]),
        )  # fmt: skip

    def _read(
        self, number: int, raw: Raw, known: Field, column: ColumnMap
    ) -> tuple[str, int | None]:
        """The text, and whole fen where the column is an amount that totals are made of."""
        in_percent = self.percent.has(number, column.column)
        kept = self.kept[column.column]
        key = raw if isinstance(raw, str) and not in_percent else None
        if key is not None and key in kept:
            return kept[key]
        text = cells.read(raw, known, column, in_percent=in_percent)
        money = text and known.id in (BALANCE, INVESTMENT)
        found = text, _fen(cells.exact(raw, known, column)) if money else None
        if key is not None:
            if len(kept) >= MOST_KEPT:
                kept.clear()
            kept[key] = found
        return found

    def _is_covered(self, row: int, column: int) -> bool:
        """Inside a merged block but not its corner: it looks filled and holds nothing."""
        return any(
            r0 <= row <= r1 and c0 <= column <= c1 and (row, column) != (r0, c0)
            for r0, c0, r1, c1 in self.merged
        )

    def _whole_row(
        self, number: int, line: Sequence[Raw], found: Mapping[str, str], named: set[str]
    ) -> Iterator[CellProblem]:
        first = next((str(cell).strip() for cell in line if cell not in (None, "")), "")
        if first.casefold() in TOTALS:
            yield CellProblem(0, str(number), "", "", "total_row", {"found": first})
            return
        for column, known in self.columns:
            if known.id in NEEDED and known.id not in found and known.id not in named:
                yield _problem(number, column, "required", {})
        extra = [
            n for n, cell in enumerate(line[self.width :], self.width + 1) if cell not in (None, "")
        ]
        if extra:
            place = f"{letters(extra[0])}{number}"
            yield CellProblem(extra[0], place, "", "", "beyond_head", {})


def _problem(number: int, column: ColumnMap, code: str, detail: Mapping[str, str]) -> CellProblem:
    place = f"{letters(column.column)}{number}"
    return CellProblem(column.column, place, column.head, column.field, code, detail)


def _fen(amount: Decimal | None) -> int | None:
    return None if amount is None else int((amount * FEN).to_integral_value(ROUND_HALF_UP))


def lines_of(source: Source) -> Iterator[Line]:
    """The raw rows, for writing the same workbook again."""
    with source.read() as lines:
        yield from lines
