"""What people do with a loan book: bring it, say what its columns are, start, pause, correct.

Everybody else's books are as if they were not there. The log holds digests and counts, never a
borrower or a loan.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from registry.db import RowMissing, lock
from registry.models import (
    LoanBook,
    LoanCorrection,
    LoanMapping,
    LoanRow,
    LoanRun,
    Organisation,
)
from registry.operations.audit import record
from registry.queries import portfolio
from registry.queries.reference import tables
from registry.queries.restriction import newest_list
from registry.queries.rulebook import in_force
from registry.reference.screening import screening_policy
from registry.rules import canonical
from registry.rules.assessment import GREEN, NOT_GREEN, PERSON_MUST_LOOK
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Need, Refusal
from registry.rules.permissions import Action, Actor, Scope, may
from registry.rules.portfolio import CANCEL, DONE, PAUSE, RESUME, START, UPLOADED, move

CORRECTIONS = (GREEN, NOT_GREEN, PERSON_MUST_LOOK)
LONGEST_NAME = 80


def subject_of(run: LoanRun) -> str:
    return f"loan_run:{run.id}"


def _may(session: Session, organisation_id: int, by: Actor, now: datetime) -> None:
    """A fund manager who belongs to that fund or bank; anybody else learns nothing."""
    today = legal_date(now)
    if not may(by, Action.KEEP_LOAN_BOOKS, Scope(), today):
        raise MoveRefused(Refusal.ROLE_MISSING)
    if not portfolio.belongs(session, by, organisation_id, on=today):
        raise RowMissing(f"organisation {organisation_id}")


def _own(session: Session, run_id: int, by: Actor, now: datetime) -> LoanRun:
    run = lock(session, LoanRun, run_id)
    _may(session, run.organisation_id, by, now)
    return run


def bring(
    session: Session,
    *,
    organisation_id: int,
    name: str,
    as_of: date,
    file_name: str,
    file_sha256: str,
    file_bytes: int,
    source: Mapping[str, Any],
    by: Actor,
    now: datetime,
) -> LoanRun:
    """A file of a series for a day. Steps: check who brings it; find or begin the series; log."""
    _may(session, organisation_id, by, now)
    owner = session.get_one(Organisation, organisation_id)
    if owner.kind not in portfolio.LENDERS:
        raise MoveRefused(Refusal.ROLE_MISSING)
    name = name.strip()[:LONGEST_NAME]
    if not name:
        raise MoveRefused(Refusal.NEEDED, need=Need.REASON, needs=(Need.REASON,))
    book = portfolio.book_named(session, organisation_id, name)
    if book is None:
        book = LoanBook(
            organisation_id=organisation_id, name=name, made_by_id=by.person_id or 0, made_at=now
        )
        session.add(book)
        session.flush()
    run = LoanRun(
        book_id=book.id,
        organisation_id=organisation_id,
        as_of=as_of,
        file_name=file_name[:200],
        file_sha256=file_sha256,
        file_bytes=file_bytes,
        source=dict(source),
        lines=int(source.get("lines", 0)),
        asked_by_id=by.person_id or 0,
        uploaded_at=now,
    )
    session.add(run)
    session.flush()
    body = {"book": book.id, "file_sha256": file_sha256, "as_of": as_of.isoformat()}
    record(session, kind="portfolio.uploaded", subject=subject_of(run), body=body, by=by, now=now)
    return run


def keep_mapping(
    session: Session,
    *,
    run_id: int,
    mapping: Mapping[str, Any],
    source: Mapping[str, Any],
    layout: str,
    by: Actor,
    now: datetime,
) -> LoanRun:
    """What each column is, as the person confirms it: on the run, and remembered for the layout."""
    run = _own(session, run_id, by, now)
    if run.state != UPLOADED:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    run.mapping, run.source = dict(mapping), dict(source)
    run.lines = int(source.get("lines", run.lines))
    session.add(run)
    known = session.exec(
        select(LoanMapping).where(
            LoanMapping.organisation_id == run.organisation_id, LoanMapping.layout == layout
        )
    ).one_or_none()
    if known is None:
        known = LoanMapping(
            organisation_id=run.organisation_id,
            layout=layout,
            confirmed_by_id=by.person_id or 0,
            confirmed_at=now,
        )
    known.mapping, known.confirmed_by_id, known.confirmed_at = dict(mapping), by.person_id or 0, now
    session.add(known)
    session.flush()
    return run


def start(
    session: Session,
    *,
    run_id: int,
    engine: str,
    settled: Mapping[str, str],
    basis: str,
    by: Actor,
    now: datetime,
) -> LoanRun:
    """Give a mapped book to the worker. Steps: whoever settles something for the whole book says on
    what; pin rulebook, reference data, list, policy and engine; log them."""
    run = _own(session, run_id, by, now)
    if not run.mapping:
        raise MoveRefused(Refusal.INCOMPLETE)
    if settled and not basis.strip():
        raise MoveRefused(Refusal.NEEDED, need=Need.REASON, needs=(Need.REASON,))
    run.state = _moved(run, START)
    run.engine = engine
    run.settled, run.settled_basis = dict(settled), basis.strip()[:2000]
    run.started_at = now
    pin(session, run, now)
    session.add(run)
    body = {
        "rulebook": f"{run.rulebook_id}/{run.rulebook_version}",
        "rulebook_sha256": run.rulebook_sha256,
        "reference_sha256": run.reference_sha256,
        "list_version": run.list_version,
        "list_sha256": run.list_sha256,
        "policy_sha256": run.policy_sha256,
        "engine": engine,
        "file_sha256": run.file_sha256,
        "mapping_sha256": canonical.digest(run.mapping),
        "settled": sorted(run.settled),
        "basis_sha256": canonical.digest(run.settled_basis),
    }
    record(session, kind="portfolio.started", subject=subject_of(run), body=body, by=by, now=now)
    return run


def pin(session: Session, run: LoanRun, now: datetime) -> None:
    """What a run is judged by, as it is now: the rulebook of the book's day."""
    book = in_force(session, run.as_of)
    policy = screening_policy()
    run.rulebook_id, run.rulebook_version, run.rulebook_sha256 = book.id, book.version, book.sha256
    run.reference_sha256 = tables(session).sha256
    run.list_version, run.list_sha256 = newest_list(session)
    run.policy_version, run.policy_sha256 = policy.version, policy.sha256


def _moved(run: LoanRun, event: str) -> str:
    state = move(run.state, event)
    if state is None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    return state


def pause(session: Session, *, run_id: int, by: Actor, now: datetime) -> LoanRun:
    """Stop after the chunk at hand; what is done stays."""
    return _say(session, run_id, PAUSE, kind="portfolio.paused", by=by, now=now)


def resume(session: Session, *, run_id: int, by: Actor, now: datetime) -> LoanRun:
    """Go on behind the last row that was kept."""
    return _say(session, run_id, RESUME, kind="portfolio.resumed", by=by, now=now)


def cancel(session: Session, *, run_id: int, by: Actor, now: datetime) -> LoanRun:
    """Give it up; what was done stays readable, and no difference is drawn to it."""
    return _say(session, run_id, CANCEL, kind="portfolio.cancelled", by=by, now=now)


def _say(
    session: Session, run_id: int, event: str, *, kind: str, by: Actor, now: datetime
) -> LoanRun:
    run = _own(session, run_id, by, now)
    run.state = _moved(run, event)
    run.problem = ""
    session.add(run)
    body = {"rows": run.read}
    record(session, kind=kind, subject=subject_of(run), body=body, by=by, now=now)
    return run


def correct(
    session: Session,
    *,
    run_id: int,
    row_no: int,
    verdict: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> LoanCorrection:
    """A specialist's word on one loan. The computed verdict stays as it is; a stop of the restricted
    list is not lifted by it. Steps: finished run, verdict and reason; keep; log the digests."""
    run = _own(session, run_id, by, now)
    row = session.get(LoanRow, (run_id, row_no))
    if row is None or run.state != DONE or verdict not in CORRECTIONS:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need=Need.REASON, needs=(Need.REASON,))
    if row.priority == 0 and verdict == GREEN:
        raise MoveRefused(Refusal.STOP_STANDS)
    made = LoanCorrection(
        run_id=run_id,
        row_no=row_no,
        verdict=verdict,
        reason=reason.strip()[:2000],
        made_by_id=by.person_id or 0,
        made_at=now,
    )
    session.add(made)
    session.flush()
    body = {
        "correction": made.id,
        "row": row_no,
        "computed": row.verdict,
        "verdict": verdict,
        "reason_sha256": canonical.digest(made.reason),
    }
    record(session, kind="portfolio.corrected", subject=subject_of(run), body=body, by=by, now=now)
    return made
