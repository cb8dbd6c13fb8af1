"""Where the head of a table lies, and what each column is called: titles above it, merged groups,
several rows, a row of units beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.bulk.ingest.fields import Vocabulary
from registry.bulk.ingest.reading import Line, Raw, Source
from registry.bulk.ingest.units import CHOICES, factor

JOINT = " / "


@dataclass(frozen=True)
class Head:
    """Rows from `first` to `last` (from 1) hold the heads; `names` are the columns' in order."""

    first: int
    last: int
    names: tuple[str, ...]


def find_head(source: Source, words: Vocabulary) -> Head:
    """The proposal: the row with most known heads, with the rows above that group its columns and a
    row of units beneath."""
    lines = source.head()
    if not lines:
        return Head(1, 1, ())
    grid = _Grid(lines, source)
    leaf = max(grid.rows, key=lambda row: (grid.known(row, words), grid.filled(row) > 1, -row))
    first = leaf
    while first - 1 in grid.rows and grid.groups(first - 1):
        first -= 1
    last = leaf
    while last + 1 in grid.rows and (grid.groups_below(last) or grid.is_units(last + 1)):
        last += 1
    return Head(first, last, grid.names(first, last))


def head_at(source: Source, first: int, last: int) -> Head:
    """The heads as a person says they lie."""
    lines = source.head(max(last, 1))
    return Head(first, last, _Grid(lines, source).names(first, last))


def _text(cell: Raw) -> str:
    return "" if cell is None else " ".join(str(cell).split())


class _Grid:
    """The first rows, with merged cells known."""

    def __init__(self, lines: Sequence[Line], source: Source) -> None:
        self.rows = {row: [_text(cell) for cell in cells] for row, cells in lines}
        self.width = source.columns
        self.merged = source.merged

    def at(self, row: int, column: int) -> str:
        """A cell; inside a merged block the text of its corner."""
        for r0, c0, r1, c1 in self.merged:
            if r0 <= row <= r1 and c0 <= column <= c1:
                row, column = r0, c0
                break
        cells = self.rows.get(row, [])
        return cells[column - 1] if column <= len(cells) else ""

    def filled(self, row: int) -> int:
        return sum(1 for cell in self.rows[row] if cell)

    def known(self, row: int, words: Vocabulary) -> int:
        return len({words.recognise(cell) for cell in self.rows[row] if cell} - {""})

    def groups(self, row: int) -> bool:
        """Whether this row stands over several columns of the head or reaches down into it: a title
        over the whole width does neither."""
        for r0, c0, r1, c1 in self.merged:
            wide = c1 - c0 + 1 >= self.width * 0.8 and c1 > c0
            if r0 <= row <= r1 and not wide and (c1 > c0 or r1 > row):
                return True
        return False

    def groups_below(self, row: int) -> bool:
        """Whether a head cell of this row reaches down into the next."""
        return any(r0 <= row < r1 for r0, _, r1, _ in self.merged)

    def is_units(self, row: int) -> bool:
        cells = [cell for cell in self.rows[row] if cell]
        return bool(cells) and all(
            any(factor(unit, cell.strip("()（） ")) is not None for unit in CHOICES)
            for cell in cells
        )

    def names(self, first: int, last: int) -> tuple[str, ...]:
        """Each column's texts from top to bottom, each once; a row of units comes in brackets."""
        units = last > first and last in self.rows and self.is_units(last)
        found = []
        for column in range(1, self.width + 1):
            parts: list[str] = []
            for row in range(first, last + 1):
                text = self.at(row, column)
                if units and row == last and text:
                    text = f"({text.strip('()（） ')})"
                if text and text not in parts:
                    parts.append(text)
            found.append(JOINT.join(parts))
        return tuple(found)
