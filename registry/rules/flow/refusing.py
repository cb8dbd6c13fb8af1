"""Which rows no engine may score."""

from __future__ import annotations


class RowsRefused(ValueError):
    """Rows that no engine may score: what is wrong, in which column, how many, the first row_ids.

    code: no_column, no_row_id, unknown_kind, outside_its_limits.
    """

    def __init__(self, code: str, column: str, count: int, row_ids: tuple[int, ...]) -> None:
        super().__init__(f"{code}: {column}, {count} rows, e.g. {list(row_ids)}")
        self.code, self.column, self.count, self.row_ids = code, column, count, row_ids
