"""Two books of one series beside each other: what entered, what left, what changed and why."""

import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from registry.models import LoanAnswers, LoanRow, LoanRun

ENTERED, LEFT, CHANGED, SAME = "entered", "left", "changed", "same"
PARTS = (ENTERED, LEFT, CHANGED)
PAGE = 25
BATCH = 500

# Why a loan changed.
DATA, BALANCE, LIST, RULES, REFERENCE, SETTLED, DAY = (
    *("data", "balance", "list", "rules", "reference", "settled", "day"),
)

_Old: Any = aliased(LoanRow, name="old")
_New: Any = aliased(LoanRow, name="new")
_COMPARED = ("verdict", "grade", "total_centipoints", "balance_fen", "answers_sha256", "hit_band")


def _differs() -> ColumnElement[bool]:
    return or_(
        *(
            func.coalesce(getattr(_Old, name), _nothing(name))
            != func.coalesce(getattr(_New, name), _nothing(name))
            for name in _COMPARED
        )
    )


def _nothing(name: str) -> Any:
    return -1 if name in ("total_centipoints", "balance_fen") else ""


def _entered(old_id: int, new_id: int) -> Any:
    there = select(_Old.row_no).where(
        _Old.run_id == old_id, col(_Old.loan_key) == col(_New.loan_key)
    )
    return and_(_New.run_id == new_id, ~there.exists())


def _left(old_id: int, new_id: int) -> Any:
    there = select(_New.row_no).where(
        _New.run_id == new_id, col(_New.loan_key) == col(_Old.loan_key)
    )
    return and_(_Old.run_id == old_id, ~there.exists())


def _both(old_id: int, new_id: int) -> Any:
    return and_(
        _Old.run_id == old_id, _New.run_id == new_id, col(_Old.loan_key) == col(_New.loan_key)
    )


def summary(session: Session, old: LoanRun, new: LoanRun) -> dict[str, Any]:
    """Counts and balances (whole fen, as text) of each part, and moves between verdicts."""

    def counted(side: Any, condition: Any) -> list[str]:
        found = session.execute(
            select(func.count(), func.coalesce(func.sum(side.balance_fen), 0)).where(condition)
        ).one()
        return [str(int(found[0])), str(int(found[1]))]

    both = _both(old.id, new.id)
    moves = session.execute(
        select(_Old.verdict, _New.verdict, func.count())
        .where(both, col(_Old.verdict) != col(_New.verdict))
        .group_by(_Old.verdict, _New.verdict)
        .order_by(func.count().desc(), _Old.verdict, _New.verdict)
    ).all()
    return {
        ENTERED: counted(_New, _entered(old.id, new.id)),
        LEFT: counted(_Old, _left(old.id, new.id)),
        CHANGED: counted(_New, and_(both, _differs())),
        "both": counted(_New, both),
        "moves": [[before, after, int(count)] for before, after, count in moves],
    }


@dataclass(frozen=True)
class Change:
    """One loan in one part; `fields` are the answers that differ, `why` codes of causes."""

    old: LoanRow | None
    new: LoanRow | None
    why: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def row(self) -> LoanRow:
        found = self.new or self.old
        assert found is not None
        return found


def page(
    session: Session, old: LoanRun, new: LoanRun, part: str, *, after: int = 0, size: int = PAGE
) -> tuple[list[Change], int]:
    """Loans of a part behind the row with this number (of the new book; of the old where they
    left), and the number to go on behind (0: there are no more)."""
    found = _rows(session, old, new, part, after, size + 1)
    more = len(found) > size
    found = found[:size]
    changes = _explained(session, old, new, found)
    return changes, changes[-1].row.row_no if more else 0


def everything(session: Session, old: LoanRun, new: LoanRun) -> Iterator[tuple[str, Change]]:
    """All three parts, for a download."""
    for part in PARTS:
        after = 0
        while True:
            changes, after = page(session, old, new, part, after=after, size=BATCH)
            for one in changes:
                yield part, one
            if not after:
                break


def _rows(
    session: Session, old: LoanRun, new: LoanRun, part: str, after: int, most: int
) -> list[tuple[LoanRow | None, LoanRow | None]]:
    if part == ENTERED:
        asked = select(_New).where(_entered(old.id, new.id), col(_New.row_no) > after)
        rows = session.execute(asked.order_by(_New.row_no).limit(most)).scalars().all()
        return [(None, row) for row in rows]
    if part == LEFT:
        asked = select(_Old).where(_left(old.id, new.id), col(_Old.row_no) > after)
        rows = session.execute(asked.order_by(_Old.row_no).limit(most)).scalars().all()
        return [(row, None) for row in rows]
    pairs = session.execute(
        select(_Old, _New)
        .where(_both(old.id, new.id), _differs(), col(_New.row_no) > after)
        .order_by(_New.row_no)
        .limit(most)
    ).all()
    return [(pair[0], pair[1]) for pair in pairs]


def answers_of(session: Session, run_id: int, row_nos: Sequence[int]) -> dict[int, dict[str, str]]:
    """What these rows said."""
    rows = session.execute(
        select(LoanAnswers).where(
            col(LoanAnswers.run_id) == run_id, col(LoanAnswers.row_no).in_(row_nos)
        )
    ).scalars()
    return {row.row_no: json.loads(zlib.decompress(row.answers)) for row in rows}


def _explained(
    session: Session,
    old: LoanRun,
    new: LoanRun,
    pairs: Sequence[tuple[LoanRow | None, LoanRow | None]],
) -> list[Change]:
    changed = [(a, b) for a, b in pairs if a and b and a.answers_sha256 != b.answers_sha256]
    before = answers_of(session, old.id, [a.row_no for a, _ in changed])
    after = answers_of(session, new.id, [b.row_no for _, b in changed])
    found = []
    for a, b in pairs:
        fields: tuple[str, ...] = ()
        if a and b and a.answers_sha256 != b.answers_sha256:
            was, now = before.get(a.row_no, {}), after.get(b.row_no, {})
            fields = tuple(id for id in sorted({*was, *now}) if was.get(id) != now.get(id))
        found.append(Change(a, b, _why(old, new, a, b) if a and b else (), fields))
    return found


def _why(old: LoanRun, new: LoanRun, a: LoanRow, b: LoanRow) -> tuple[str, ...]:
    """Every cause that there is. The other day of the book is one only where there is no other: it
    decides which factors and terms apply."""
    why = []
    if a.answers_sha256 != b.answers_sha256:
        why.append(DATA)
    elif a.balance_fen != b.balance_fen:
        why.append(BALANCE)
    if a.hit_band != b.hit_band:
        why.append(LIST)
    if (a.rule_verdict, a.grade, a.total_centipoints) != (
        b.rule_verdict,
        b.grade,
        b.total_centipoints,
    ):
        if old.rulebook_sha256 != new.rulebook_sha256:
            why.append(RULES)
        if old.reference_sha256 != new.reference_sha256:
            why.append(REFERENCE)
        if old.settled != new.settled:
            why.append(SETTLED)
        if not why:
            why.append(DAY)
    return tuple(why)
