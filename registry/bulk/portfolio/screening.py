"""The restricted list joined to the borrowers of a book: the same matches as a single screening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from registry.bulk.ingest.fields import BORROWER, BORROWER_EN, USCC
from registry.bulk.ingest.rows import BookRow
from registry.rules.restriction import Reach
from registry.rules.screening import Entry, Match, Policy, Subject


class Hit(NamedTuple):
    """The strongest hit of a borrower: which entry, its band, and whether it stops."""

    entry_id: int
    band: str
    stops: bool


class Restricted:
    """The list in effect on a day, indexed once; `reaches` says where each entry counts."""

    def __init__(
        self,
        entries: Iterable[Entry],
        reaches: Mapping[int, Reach],
        policy: Policy,
        *,
        fund_id: str = "",
    ) -> None:
        from registry.bulk.screening.index import index_list

        self.index = index_list(list(entries))
        self.reaches, self.policy, self.fund_id = reaches, policy, fund_id

    def screen(self, rows: Sequence[BookRow]) -> list[Hit | None]:
        """One element a row, in order."""
        if not len(self.index) or not rows:
            return [None] * len(rows)
        from registry.bulk.screening.portfolio import screen_portfolio

        found = screen_portfolio((subject_of(row) for row in rows), self.index, self.policy)
        return [
            self._strongest(matches, row) for (_, matches), row in zip(found, rows, strict=True)
        ]

    def _strongest(self, matches: Sequence[Match], row: BookRow) -> Hit | None:
        for one in matches:
            reach = self.reaches.get(one.entry, Reach())
            if reach.covers(
                zone_id=row.answers.get("zone", ""),
                industry_code=row.answers.get("industry_code", ""),
                fund_id=self.fund_id,
            ):
                return Hit(one.entry, one.band, one.stops)
        return None


def subject_of(row: BookRow) -> Subject:
    return Subject(
        name=row.own.get(BORROWER, ""),
        name_en=row.own.get(BORROWER_EN, ""),
        uscc=row.own.get(USCC, ""),
    )
