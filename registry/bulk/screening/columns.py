"""Which columns of a file hold the names and the codes: recognised by their heads, or as told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from registry.bulk.ingest.fields import (
    ALIASES,
    BORROWER,
    BORROWER_EN,
    OWN,
    USCC,
    fold,
    without_brackets,
)
from registry.bulk.ingest.reading import Line, Raw, Source
from registry.bulk.screening.verdicts import Asked
from registry.rules.screening import Subject

NAMES = "name name_zh 名称 单位 企业 公司 中文名称 主体名称 单位全称 企业全称 公司全称"
NAMES_EN = "name_en english_name 英文名 英文名称 外文名称"
CODES = "uscc 统一社会信用代码 组织机构代码 code unified_social_credit_code"
LONGEST = 400


class ColumnUnknown(Exception):
    """No column is called as names are, or not the one that was named; `heads` are those there are."""

    def __init__(self, wanted: str, heads: Sequence[str]) -> None:
        self.wanted, self.heads = wanted, tuple(heads)
        super().__init__(f"no column {wanted!r} among {', '.join(heads)}")


@dataclass(frozen=True)
class Columns:
    """Places from 1, 0 where there is none; rows up to `head` (0: no head) are no names."""

    head: int
    name: int
    name_en: int = 0
    uscc: int = 0

    def to_record(self) -> dict[str, int]:
        return asdict(self)

    def rows(self, lines: Iterator[Line]) -> Iterator[Asked]:
        """Every row below the head with a cell in it."""
        for number, cells in lines:
            if number > self.head and any(text_of(cell) for cell in cells):
                yield Asked(number, self._subject(cells))

    def _subject(self, cells: Sequence[Raw]) -> Subject:
        def at(place: int) -> str:
            return text_of(cells[place - 1]) if 0 < place <= len(cells) else ""

        return Subject(at(self.name), name_en=at(self.name_en), uscc=at(self.uscc))


def text_of(cell: Raw) -> str:
    """A cell as text in one line; a spreadsheet may have made a number of a code."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split())[:LONGEST]


def _known(own: str, field: str) -> frozenset[str]:
    zh, en, _ = OWN[field]
    return frozenset(map(fold, (zh, en, *own.split(), *ALIASES[field].split())))


def find_columns(source: Source, *, name: str = "", name_en: str = "", uscc: str = "") -> Columns:
    """The head is the first row with a known head in it; what is told goes before what is known.

    A file of one column needs no head. Raises ColumnUnknown.
    """
    lines = [(number, [text_of(cell) for cell in cells]) for number, cells in source.head()]
    wanted = (
        (name, _known(NAMES, BORROWER)),
        (name_en, _known(NAMES_EN, BORROWER_EN)),
        (uscc, _known(CODES, USCC)),
    )
    for number, heads in lines:
        places = [_place(heads, told, known) for told, known in wanted]
        if places[0]:
            for (told, _), place in zip(wanted, places, strict=True):
                if told and not place:
                    raise ColumnUnknown(told, heads)
            return Columns(number, *places)
    if not name and lines and max(len(heads) for _, heads in lines) == 1:
        return Columns(0, 1)
    raise ColumnUnknown(name or "name", lines[0][1] if lines else [])


def _place(heads: Sequence[str], told: str, known: frozenset[str]) -> int:
    """The column that is told by its head or its number from 1, else the first that is known."""
    for place, head in enumerate(heads, 1):
        folded = {fold(head), fold(without_brackets(head))}
        if (fold(told) in folded) if told else folded & known:
            return place
    return 0
