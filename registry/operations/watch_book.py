"""The borrowers of a loan book, watched: its reader is told when the list comes to name one of them."""

from datetime import datetime

from sqlmodel import Session

from registry.db import RowMissing, lock
from registry.models import LoanBook, LoanRun, WatchedList
from registry.operations import watch
from registry.queries import portfolio, portfolio_rows
from registry.queries.watch import watched_of_source
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Actor
from registry.rules.portfolio import DONE
from registry.rules.screening import Subject


def source_of(book_id: int) -> str:
    return f"book:{book_id}"


def watch_book(session: Session, *, run_id: int, by: Actor, now: datetime) -> WatchedList:
    """Save each borrower of a finished book once and watch it; one such list a person and series.

    RowMissing: no book of the person's own. MoveRefused: not finished, watched already, or more
    borrowers than a list holds.
    """
    run, book = _own(session, run_id, by, now)
    source = source_of(run.book_id)
    if run.state != DONE or watched_of_source(session, by.person_id or 0, source) is not None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    borrowers = portfolio_rows.borrowers(session, run_id, most=watch.MOST_NAMES + 1)
    subjects = [Subject(name, uscc=uscc) for name, uscc in borrowers]
    title = f"{book.name} {run.as_of.isoformat()}"
    return watch.watch(session, title=title, subjects=subjects, by=by, now=now, source=source)


def unwatch_book(session: Session, *, run_id: int, by: Actor, now: datetime) -> WatchedList:
    """Nobody is told of this book's borrowers any more; what was found stays readable."""
    run, _ = _own(session, run_id, by, now)
    kept = watched_of_source(session, by.person_id or 0, source_of(run.book_id))
    if kept is None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    return watch.end(session, list_id=kept.id, by=by, now=now)


def _own(session: Session, run_id: int, by: Actor, now: datetime) -> tuple[LoanRun, LoanBook]:
    """The run and its series, which stays locked: pressed twice at once, one list is made."""
    found = portfolio.run_of(session, run_id, viewer=by, on=legal_date(now))
    if found is None:
        raise RowMissing(f"LoanRun {run_id}")
    return found[0], lock(session, LoanBook, found[0].book_id)
