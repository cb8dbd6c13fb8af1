"""Loan books as their own fund or bank sees them; nobody else finds them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session, col, func, or_, select

from registry.models import (
    LoanBook,
    LoanCorrection,
    LoanMapping,
    LoanProblem,
    LoanRun,
    LoanTotal,
    Membership,
    Organisation,
    RestrictedEntry,
)
from registry.queries.organisation import own_organisations
from registry.queries.restriction import as_entry, in_effect_on, is_supervision
from registry.rules.permissions import Actor
from registry.rules.portfolio import AT_WORK, CANCELLED, DONE
from registry.rules.restriction import Reach, ReachKind
from registry.rules.screening import Entry

LENDERS = ("fund", "bank")
MOST_RUNS = 100


def own_lenders(session: Session, viewer: Actor, *, on: date) -> list[Organisation]:
    """The funds and banks that a person belongs to."""
    rows = own_organisations(session, viewer.person_id or 0, on=on)
    return [row for row in rows if row.kind in LENDERS]


def belongs(session: Session, viewer: Actor, organisation_id: int, *, on: date) -> bool:
    found = session.exec(
        select(Membership.id).where(
            Membership.person_id == viewer.person_id,
            Membership.organisation_id == organisation_id,
            Membership.since <= on,
            or_(col(Membership.until).is_(None), col(Membership.until) >= on),
        )
    ).first()
    return found is not None


def run_of(
    session: Session, run_id: int, *, viewer: Actor, on: date
) -> tuple[LoanRun, LoanBook] | None:
    """A run of the viewer's own organisation; None for anybody else's, as if there were none."""
    found = session.exec(
        select(LoanRun, LoanBook)
        .join(LoanBook, col(LoanBook.id) == col(LoanRun.book_id))
        .where(LoanRun.id == run_id)
    ).one_or_none()
    if found is None or not belongs(session, viewer, found[0].organisation_id, on=on):
        return None
    return found[0], found[1]


def runs_of(
    session: Session, organisation_ids: Sequence[int], *, book_id: int | None = None
) -> list[tuple[LoanRun, LoanBook]]:
    """Books of these organisations, the newest day first; cancelled ones last."""
    statement = (
        select(LoanRun, LoanBook)
        .join(LoanBook, col(LoanBook.id) == col(LoanRun.book_id))
        .where(col(LoanRun.organisation_id).in_(organisation_ids))
    )
    if book_id is not None:
        statement = statement.where(LoanRun.book_id == book_id)
    rows = session.exec(
        statement.order_by(
            col(LoanRun.state) == CANCELLED, col(LoanRun.as_of).desc(), col(LoanRun.id).desc()
        ).limit(MOST_RUNS)
    ).all()
    return [(run, book) for run, book in rows]


def book_names(session: Session, organisation_ids: Sequence[int]) -> list[str]:
    """Names of the series, for going on with one."""
    return list(
        session.exec(
            select(LoanBook.name)
            .where(col(LoanBook.organisation_id).in_(organisation_ids))
            .order_by(col(LoanBook.id).desc())
        ).all()
    )


def book_named(session: Session, organisation_id: int, name: str) -> LoanBook | None:
    return session.exec(
        select(LoanBook).where(LoanBook.organisation_id == organisation_id, LoanBook.name == name)
    ).one_or_none()


def mappings_of(session: Session, organisation_id: int) -> list[LoanMapping]:
    """What was confirmed, the newest first."""
    return list(
        session.exec(
            select(LoanMapping)
            .where(LoanMapping.organisation_id == organisation_id)
            .order_by(col(LoanMapping.confirmed_at).desc(), col(LoanMapping.id).desc())
        ).all()
    )


def at_work(session: Session) -> list[int]:
    """Runs that the worker has to see to, the oldest first."""
    return list(
        session.exec(
            select(LoanRun.id)
            .where(col(LoanRun.state).in_(AT_WORK))
            .order_by(col(LoanRun.started_at), col(LoanRun.id))
        ).all()
    )


def finished_before(session: Session, run: LoanRun) -> LoanRun | None:
    """The last finished book of the same series of an earlier day (or of the same, uploaded before)."""
    return session.exec(
        select(LoanRun)
        .where(
            LoanRun.book_id == run.book_id,
            LoanRun.state == DONE,
            LoanRun.id != run.id,
            or_(
                col(LoanRun.as_of) < run.as_of,
                (col(LoanRun.as_of) == run.as_of) & (col(LoanRun.id) < run.id),
            ),
        )
        .order_by(col(LoanRun.as_of).desc(), col(LoanRun.id).desc())
        .limit(1)
    ).one_or_none()


def newest_finished(session: Session, book_id: int) -> int | None:
    """The finished book of the latest day of a series (of those, the one brought last)."""
    return session.exec(
        select(LoanRun.id)
        .where(LoanRun.book_id == book_id, LoanRun.state == DONE)
        .order_by(col(LoanRun.as_of).desc(), col(LoanRun.id).desc())
        .limit(1)
    ).first()


def totals_of(session: Session, run_id: int) -> dict[str, list[LoanTotal]]:
    """Totals by dimension, most loans first."""
    found: dict[str, list[LoanTotal]] = {}
    for row in session.exec(
        select(LoanTotal)
        .where(LoanTotal.run_id == run_id)
        .order_by(col(LoanTotal.loans).desc(), col(LoanTotal.value))
    ).all():
        found.setdefault(row.dimension, []).append(row)
    return found


def problems_of(
    session: Session, run_id: int, *, after: int = 0, most: int | None = None
) -> list[LoanProblem]:
    """Cells that could not be read, in the file's order, behind the row with this number."""
    statement = (
        select(LoanProblem)
        .where(LoanProblem.run_id == run_id, LoanProblem.row_no > after)
        .order_by(col(LoanProblem.row_no), col(LoanProblem.no))
    )
    return list(session.exec(statement.limit(most) if most else statement).all())


def problem_kinds(session: Session, run_id: int) -> list[tuple[str, str, int]]:
    """(code, head, how many), the most frequent first."""
    count = func.count()
    rows = session.exec(
        select(LoanProblem.code, LoanProblem.head, count)
        .where(LoanProblem.run_id == run_id)
        .group_by(col(LoanProblem.code), col(LoanProblem.head))
        .order_by(count.desc(), col(LoanProblem.code), col(LoanProblem.head))
        .limit(50)
    ).all()
    return [(code, head, number) for code, head, number in rows]


def corrections_of(
    session: Session, run_id: int, row_nos: Sequence[int] | None = None
) -> dict[int, list[LoanCorrection]]:
    """By row, the newest first."""
    statement = select(LoanCorrection).where(LoanCorrection.run_id == run_id)
    if row_nos is not None:
        statement = statement.where(col(LoanCorrection.row_no).in_(row_nos))
    found: dict[int, list[LoanCorrection]] = {}
    for one in session.exec(statement.order_by(col(LoanCorrection.id).desc())).all():
        found.setdefault(one.row_no, []).append(one)
    return found


def restricted_on(session: Session, on: date) -> tuple[list[Entry], dict[int, Reach]]:
    """The list in effect on a day as screening sees it, and where each entry counts."""
    rows = session.exec(
        select(RestrictedEntry).where(in_effect_on(on)).order_by(col(RestrictedEntry.id))
    ).all()
    entries = [as_entry(row, supervised_only=is_supervision(row)) for row in rows]
    reaches = {row.id: Reach(ReachKind(row.scope_kind), row.scope_id) for row in rows}
    return entries, reaches


def entries_with(session: Session, ids: Sequence[int]) -> dict[int, RestrictedEntry]:
    """Restricted entries by id."""
    rows = session.exec(select(RestrictedEntry).where(col(RestrictedEntry.id).in_(ids))).all()
    return {row.id: row for row in rows}
