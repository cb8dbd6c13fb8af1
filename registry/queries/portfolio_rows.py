"""Loans of a run: filtered, what needs a person first, paged by key, streamed for downloads."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, literal_column, or_, select
from sqlmodel import Session, col

from registry.models import LoanCorrection, LoanRow

PAGE = 25
MOST_COUNTED = 1000
_KEY = re.compile(r"(after|before):([0-9]{1,2}):([0-9]{1,9})")


@dataclass(frozen=True)
class Filters:
    """What the address says; empty means any."""

    q: str = ""
    verdict: str = ""
    grade: str = ""
    zone: str = ""
    province: str = ""
    class_: str = ""
    kind: str = ""
    rule: str = ""
    hit: str = ""  # "yes": every hit
    corrected: str = ""

    @property
    def active(self) -> dict[str, str]:
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in found.items() if value}


def _conditions(run_id: int, asked: Filters) -> list[ColumnElement[bool]]:
    row = LoanRow
    conditions: list[ColumnElement[bool]] = [col(row.run_id) == run_id]
    for column, value in (
        (row.verdict, asked.verdict),
        (row.grade, asked.grade),
        (row.zone_id, asked.zone),
        (row.province_code, asked.province),
        (row.catalogue_class, asked.class_),
        (row.kind, asked.kind),
    ):
        if value:
            conditions.append(col(column) == value)
    if asked.rule:
        # Reasons are words with blanks between them: this one whole, wherever it stands.
        padded = " " + col(row.reasons) + " "
        conditions.append(padded.contains(f" {asked.rule} ", autoescape=True))
    if asked.hit:
        conditions.append(col(row.hit_band) != "")
    if asked.corrected:
        conditions.append(_corrected(run_id))
    if asked.q:
        conditions.append(
            or_(
                col(row.loan_key) == " ".join(asked.q.split()).casefold(),
                col(row.borrower).contains(asked.q, autoescape=True),
                col(row.uscc) == asked.q,
            )
        )
    return conditions


def _corrected(run_id: int) -> ColumnElement[bool]:
    return (
        select(col(LoanCorrection.id))
        .where(
            col(LoanCorrection.run_id) == run_id,
            col(LoanCorrection.row_no) == col(LoanRow.row_no),
        )
        .exists()
    )


@dataclass(frozen=True)
class Page:
    """One page, and the keys of its neighbours ("" where there is none)."""

    rows: list[LoanRow]
    next_key: str
    previous_key: str


def list_page(session: Session, run_id: int, asked: Filters, *, key: str = "") -> Page:
    """By priority, then as in the file. Costs the same on the last page as on the first."""
    read = _KEY.fullmatch(key)
    backwards = bool(read and read[1] == "before")
    statement = select(LoanRow).where(*_conditions(run_id, asked))
    if read:
        statement = statement.where(_beyond(int(read[2]), int(read[3]), backwards))
    order = (col(LoanRow.priority), col(LoanRow.row_no))
    ordered = statement.order_by(*(c.desc() if backwards else c.asc() for c in order))
    rows = list(session.execute(ordered.limit(PAGE + 1)).scalars().all())
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(rows), more) if backwards else (more, read is not None)
    return Page(
        rows,
        _key_of(rows[-1], "after") if rows and has_next else "",
        _key_of(rows[0], "before") if rows and has_previous else "",
    )


def _key_of(row: LoanRow, direction: str) -> str:
    return f"{direction}:{row.priority}:{row.row_no}"


def _beyond(priority: int, row_no: int, backwards: bool) -> ColumnElement[bool]:
    place, number = col(LoanRow.priority), col(LoanRow.row_no)
    if backwards:
        return or_(place < priority, and_(place == priority, number < row_no))
    return or_(place > priority, and_(place == priority, number > row_no))


def count(session: Session, run_id: int, asked: Filters) -> int:
    """How many match, counted to MOST_COUNTED + 1 at the most ("1,000+")."""
    capped = (
        select(literal_column("1"))
        .select_from(LoanRow)
        .where(*_conditions(run_id, asked))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return int(session.execute(select(func.count()).select_from(capped)).scalar_one())


def row_of(session: Session, run_id: int, row_no: int) -> LoanRow | None:
    return session.get(LoanRow, (run_id, row_no))


def neighbours(session: Session, row: LoanRow) -> tuple[int | None, int | None]:
    """The rows before and after this one in the order of the list."""
    after: Select[Any] = (
        select(col(LoanRow.row_no))
        .where(col(LoanRow.run_id) == row.run_id, _beyond(row.priority, row.row_no, False))
        .order_by(col(LoanRow.priority), col(LoanRow.row_no))
        .limit(1)
    )
    before: Select[Any] = (
        select(col(LoanRow.row_no))
        .where(col(LoanRow.run_id) == row.run_id, _beyond(row.priority, row.row_no, True))
        .order_by(col(LoanRow.priority).desc(), col(LoanRow.row_no).desc())
        .limit(1)
    )
    found = [session.execute(one).scalar_one_or_none() for one in (before, after)]
    return found[0], found[1]


def all_rows(session: Session, run_id: int, *, batch: int = 2000) -> Iterator[Row[Any]]:
    """Every loan in the file's order, plain columns, streamed."""
    statement = (
        select(LoanRow.__table__)  # type: ignore[attr-defined]
        .where(col(LoanRow.run_id) == run_id)
        .order_by(col(LoanRow.row_no))
        .execution_options(yield_per=batch)
    )
    yield from session.execute(statement)


def open_reasons(session: Session, run_id: int) -> list[tuple[str, int]]:
    """What keeps most loans from a verdict: (reason, loans), counted over whole lists of reasons."""
    counted: dict[str, int] = {}
    for reasons, number in session.execute(
        select(col(LoanRow.reasons), func.count())
        .where(col(LoanRow.run_id) == run_id, col(LoanRow.verdict) != "green")
        .group_by(col(LoanRow.reasons))
    ):
        for one in reasons.split():
            counted[one] = counted.get(one, 0) + int(number)
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:20]


def borrowers(session: Session, run_id: int, *, most: int) -> list[tuple[str, str]]:
    """(name, credit code) of every borrower once, in the order of their names."""
    found = _borrowers(run_id).order_by(col(LoanRow.borrower), col(LoanRow.uscc)).limit(most)
    return [(name, uscc) for name, uscc in session.execute(found)]


def count_borrowers(session: Session, run_id: int, *, most: int) -> int:
    """How many `borrowers` gives; for a page, which shows none of them."""
    found = _borrowers(run_id).limit(most).subquery()
    return int(session.execute(select(func.count()).select_from(found)).scalar_one())


def _borrowers(run_id: int) -> Select[str, str]:
    return (
        select(col(LoanRow.borrower), col(LoanRow.uscc))
        .where(col(LoanRow.run_id) == run_id, col(LoanRow.borrower) != "")
        .distinct()
    )
