"""The borrowers of a loan book, watched: its reader is told when the list comes to name one of them."""

from datetime import datetime

from sqlmodel import Session

from registry.db import RowMissing, lock
from registry.models import LoanBook, LoanRun, Person, WatchedList
from registry.operations import watch
from registry.operations.message import send_later
from registry.queries import portfolio, portfolio_rows
from registry.queries.watch import lists_from, watched_of_source
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Actor
from registry.rules.portfolio import DONE
from registry.rules.screening import Subject
from registry.words import Words


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
    subjects, title = _borrowers(session, run), _title(book, run)
    return watch.watch(session, title=title, subjects=subjects, by=by, now=now, source=source)


def follow_on(session: Session, *, run: LoanRun, now: datetime) -> int:
    """A newer book of a watched series is finished: its borrowers are watched from now on instead of
    those of the book before, by whoever watched them. How many lists follow on.

    A book of an earlier day changes nothing. One with more borrowers than a list holds leaves the list
    as it was, and its owner is told.
    """
    if portfolio.newest_finished(session, run.book_id) != run.id:
        return 0
    book = lock(session, LoanBook, run.book_id)
    kept = lists_from(session, source_of(run.book_id))
    subjects = _borrowers(session, run) if kept else []
    for before in kept:
        if 0 < len(subjects) <= watch.MOST_NAMES:
            title = _title(book, run)
            watch.follow_on(session, before, title=title, subjects=subjects, now=now)
        else:
            _tell_of_no_change(session, before, book, run, now)
    return len(kept)


def _borrowers(session: Session, run: LoanRun) -> list[Subject]:
    found = portfolio_rows.borrowers(session, run.id, most=watch.MOST_NAMES + 1)
    return [Subject(name, uscc=uscc) for name, uscc in found]


def _title(book: LoanBook, run: LoanRun) -> str:
    return f"{book.name} {run.as_of.isoformat()}"


def _tell_of_no_change(
    session: Session, kept: WatchedList, book: LoanBook, run: LoanRun, now: datetime
) -> None:
    send_later(
        session,
        to=session.get_one(Person, kept.owner_id),
        subject=Words(
            f"仍关注“{kept.title}”的借款人", f"Still watching the borrowers of “{kept.title}”"
        ),
        body=Words(
            f"新台账“{_title(book, run)}”没有借款人，或借款人超过 {watch.MOST_NAMES} 个，无法接续关注；"
            "原名单继续关注。请将名单分成几份上传。",
            f"The new book “{_title(book, run)}” names no borrower, or more than {watch.MOST_NAMES}, so it"
            " cannot take the place of the list that is watched, which stays. Upload it in parts.",
        ),
        about=f"watched_list:{kept.id}",
        now=now,
    )


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
