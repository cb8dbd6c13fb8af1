"""One act on all entries that a file brought: an officer gives notice to all, an approver puts in force
all whose days for a statement are over. Without it a mirrored list could never come into force.

The worker does it chunk by chunk, each a transaction with one version of the list; every entry is
judged by itself, by who asked and with the grants of that day. What is refused is left and named.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, select

from registry.db import lock
from registry.models import RestrictedBulk, RestrictedEntry, RestrictedImport
from registry.operations.audit import record
from registry.operations.restriction_many import enter_all, notify_all
from registry.operations.standing import must_hold
from registry.queries.account import actor_of
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.lifecycle.restriction import State
from registry.rules.permissions import Actor, Role

NOTIFY, ENTER = "notify", "enter"
WHO = {NOTIFY: (Role.RESTRICT_OFFICER,), ENTER: (Role.RESTRICT_APPROVER,)}
RUNNING, PAUSED, DONE, CANCELLED = "RUNNING", "PAUSED", "DONE", "CANCELLED"
MOST_PROBLEMS = 200
_ACTS = {
    "pause": ((RUNNING,), PAUSED),
    "resume": ((PAUSED,), RUNNING),
    "cancel": ((RUNNING, PAUSED), CANCELLED),
}


def _open(import_id: int, act: str, on: date) -> ColumnElement[bool]:
    """The entries of an import that the act is for on that day."""
    of_file = col(RestrictedEntry.import_id) == import_id
    if act == NOTIFY:
        return and_(of_file, col(RestrictedEntry.state) == State.PROPOSED.value)
    is_over = col(RestrictedEntry.statement_until) < on
    return and_(of_file, col(RestrictedEntry.state) == State.NOTICED.value, is_over)


def how_many(session: Session, import_id: int, act: str, *, on: date) -> int:
    """How many entries the act would be for today."""
    counted = select(func.count()).select_from(RestrictedEntry)
    return session.exec(counted.where(_open(import_id, act, on))).one()


def begin(
    session: Session, *, import_id: int, act: str, reason: str = "", by: Actor, now: datetime
) -> RestrictedBulk:
    """Ask for the act on everything that is open for it; one at a time for a file."""
    on = legal_date(now)
    must_hold(by, WHO[act], now)
    if act == ENTER and not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need="reason")
    lock(session, RestrictedImport, import_id)
    total = how_many(session, import_id, act, on=on)
    if total == 0 or _running(session, import_id):
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    row = RestrictedBulk(
        import_id=import_id,
        act=act,
        reason=reason.strip(),
        total=total,
        problems=[],
        asked_by_id=by.person_id or 0,
        asked_at=now,
    )
    session.add(row)
    session.flush()
    _log(session, "restricted_bulk.begun", row, by, now)
    return row


def _running(session: Session, import_id: int) -> bool:
    found = session.exec(
        select(RestrictedBulk.id)
        .where(
            RestrictedBulk.import_id == import_id,
            col(RestrictedBulk.state).in_((RUNNING, PAUSED)),
        )
        .limit(1)
    ).first()
    return found is not None


def steer(session: Session, *, bulk_id: int, act: str, by: Actor, now: datetime) -> RestrictedBulk:
    """Pause, resume or cancel; what was done before stays."""
    row = lock(session, RestrictedBulk, bulk_id)
    must_hold(by, WHO[row.act], now)
    allowed, to = _ACTS[act]
    if row.state not in allowed:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    row.state = to
    row.ended_at = now if to == CANCELLED else None
    session.add(row)
    _log(session, "restricted_bulk.steered", row, by, now)
    return row


def waiting(session: Session) -> list[int]:
    """Bulk acts that the worker has something to do for, oldest first."""
    return list(
        session.exec(
            select(RestrictedBulk.id)
            .where(RestrictedBulk.state == RUNNING)
            .order_by(col(RestrictedBulk.id))
        ).all()
    )


def take_chunk(session: Session, *, bulk_id: int, size: int, base_url: str, now: datetime) -> bool:
    """Deal with the next entries in this transaction; False when nothing is left of the act."""
    row = lock(session, RestrictedBulk, bulk_id)
    if row.state != RUNNING:
        return False
    on = legal_date(now)
    by = actor_of(session, row.asked_by_id, on=on)
    entries = session.exec(
        select(RestrictedEntry)
        .where(_open(row.import_id, row.act, on), col(RestrictedEntry.id) > row.at)
        .order_by(col(RestrictedEntry.id))
        .limit(size)
        .with_for_update()
    ).all()
    if not entries:
        row.state, row.ended_at = DONE, now
        session.add(row)
        _log(session, "restricted_bulk.ended", row, by, now)
        return False
    if row.act == NOTIFY:
        refused = notify_all(session, entries, base_url=base_url, by=by, now=now)
    else:
        refused = enter_all(session, entries, reason=row.reason, by=by, now=now)
    _count(row, entries, refused)
    session.add(row)
    session.flush()
    return True


def _count(
    row: RestrictedBulk, entries: Sequence[RestrictedEntry], refused: dict[int, str]
) -> None:
    row.at = entries[-1].id
    row.done += len(entries) - len(refused)
    row.refused += len(refused)
    room = MOST_PROBLEMS - len(row.problems)
    named = [{"entry": entries[place].id, "code": code} for place, code in refused.items()]
    if room > 0 and named:
        row.problems = [*row.problems, *named[:room]]


def _log(session: Session, kind: str, row: RestrictedBulk, by: Actor, now: datetime) -> None:
    record(
        session,
        kind=kind,
        subject=f"restricted_bulk:{row.id}",
        body={
            "act": row.act,
            "import": row.import_id,
            "state": row.state,
            "total": row.total,
            "done": row.done,
            "refused": row.refused,
            "reason_sha256": canonical.digest(row.reason),
        },
        by=by,
        now=now,
    )
