"""Certificates made anew by the thousand, after a change of template or key or a mistake in many.

One person proposes a selection with a reason, another approves it; the worker then amends them one
after another, each in a transaction of its own and with the same two persons, rules and events as
an amendment by hand. What is refused, for a conflict or because it changed meanwhile, is left and
named. The numbers that are allotted wait for their documents like any other.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from registry.db import lock
from registry.models import Certificate, Reissue
from registry.operations.audit import record
from registry.operations.certificate import ISSUER
from registry.operations.standing import must_hold
from registry.operations.succession import amend, propose_amendment
from registry.queries.account import actor_of
from registry.queries.certificate import Filters, conditions
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal, reasons_for
from registry.rules.lifecycle.certificate import State
from registry.rules.permissions import Actor, Role, Scope

PROPOSED, REFUSED = "PROPOSED", "REFUSED"
RUNNING, PAUSED, DONE, CANCELLED = "RUNNING", "PAUSED", "DONE", "CANCELLED"
PROPOSERS = (Role.APPROVER, Role.SCREENER, Role.ASSESSOR)
DECIDERS = (Role.APPROVER,)
MOST_PROBLEMS = 200
AMENDMENT_WAITS, BROKEN = "amendment_waits", "broken"
_STEPS = {
    "pause": ((RUNNING,), PAUSED),
    "resume": ((PAUSED,), RUNNING),
    "cancel": ((PROPOSED, RUNNING, PAUSED), CANCELLED),
}


@dataclass(frozen=True)
class Selection:
    """Certificates in force; what is empty does not count."""

    number_prefix: str = ""
    zone_id: str = ""
    valid_from_first: date | None = None
    valid_from_last: date | None = None
    not_signed_by: str = ""  # fingerprint of a key: those that another key signed


def selection_of(row: Reissue) -> Selection:
    return Selection(
        row.number_prefix,
        row.zone_id,
        row.valid_from_first,
        row.valid_from_last,
        row.not_signed_by,
    )


def _chosen(
    chosen: Selection, *, after: int = 0, upto: int | None = None
) -> list[ColumnElement[bool]]:
    """The selection as conditions: those of the list of certificates, of what is in force."""
    filters = Filters(
        q=chosen.number_prefix,
        state=State.ISSUED.value,
        zone=chosen.zone_id,
        issued_from=chosen.valid_from_first,
        issued_to=chosen.valid_from_last,
    )
    found = [*conditions(filters), col(Certificate.id) > after]
    if upto is not None:
        found.append(col(Certificate.id) <= upto)
    if chosen.not_signed_by:
        found.append(col(Certificate.signer_fingerprint) != chosen.not_signed_by)
    return found


def how_many(session: Session, chosen: Selection) -> int:
    """How many certificates a selection is for today."""
    return session.exec(select(func.count(col(Certificate.id))).where(*_chosen(chosen))).one()


def propose(
    session: Session,
    *,
    chosen: Selection,
    reason_code: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Reissue:
    """The first of two persons. Refused where nothing is chosen, without a reason of the closed list
    or in words, or to who has no part in the zone."""
    must_hold(by, PROPOSERS, now, Scope(zone_id=chosen.zone_id or None))
    if not reason.strip() or reason_code not in {
        one.value for one in reasons_for("certificate", "amend")
    }:
        raise MoveRefused(Refusal.NEEDED, need="reason")
    total = how_many(session, chosen)
    if total == 0:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    row = Reissue(
        number_prefix=chosen.number_prefix.strip().upper(),
        zone_id=chosen.zone_id,
        valid_from_first=chosen.valid_from_first,
        valid_from_last=chosen.valid_from_last,
        not_signed_by=chosen.not_signed_by,
        reason_code=reason_code,
        reason=reason.strip(),
        upto=session.exec(select(func.max(Certificate.id))).one() or 0,
        total=total,
        problems=[],
        proposed_by_id=by.person_id or 0,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    _log(session, "reissue.proposed", row, by, now)
    return row


def decide(
    session: Session, *, reissue_id: int, approved: bool, reason: str, by: Actor, now: datetime
) -> Reissue:
    """The second person's word, with a reason; from then on the worker is at it."""
    row = lock(session, Reissue, reissue_id)
    must_hold(by, DECIDERS, now, Scope(zone_id=row.zone_id or None))
    if row.state != PROPOSED:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if row.proposed_by_id == by.person_id:
        raise MoveRefused(Refusal.PROPOSER_APPROVES)
    if not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need="reason")
    row.state = RUNNING if approved else REFUSED
    row.decided_by_id, row.decided_at = by.person_id, now
    row.decision_reason = reason.strip()
    row.ended_at = None if approved else now
    session.add(row)
    if approved:
        _log(session, "reissue.approved", row, by, now)
    else:
        _log(session, "reissue.refused", row, by, now)
    return row


def steer(session: Session, *, reissue_id: int, act: str, by: Actor, now: datetime) -> Reissue:
    """Pause, resume or cancel; what was done before stays."""
    row = lock(session, Reissue, reissue_id)
    must_hold(
        by,
        DECIDERS if row.state != PROPOSED else PROPOSERS,
        now,
        Scope(zone_id=row.zone_id or None),
    )
    allowed, to = _STEPS[act]
    if row.state not in allowed:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    row.state = to
    row.ended_at = now if to == CANCELLED else None
    session.add(row)
    _log(session, "reissue.steered", row, by, now)
    return row


# --- the worker's part -----------------------------------------------------------------------------


def waiting(session: Session) -> list[int]:
    """Those that the worker has something to do for, oldest first."""
    return list(
        session.exec(
            select(Reissue.id).where(Reissue.state == RUNNING).order_by(col(Reissue.id))
        ).all()
    )


def take_next(session: Session, *, reissue_id: int, now: datetime) -> bool:
    """Deal with the next certificate in this transaction; False when nothing is left to do."""
    row = lock(session, Reissue, reissue_id)
    if row.state != RUNNING:
        return False
    certificate_id = _next_of(session, row)
    session.add(row)
    if certificate_id is None:
        row.state, row.ended_at = DONE, now
        _log(session, "reissue.ended", row, ISSUER, now)
        return False
    _count(row, certificate_id, _amend(session, row, certificate_id, now))
    session.flush()
    return True


def pass_over(session: Session, *, reissue_id: int, behind: int) -> bool:
    """Leave the certificate after `behind`, which broke in a way that no rule foresees; False where
    there is none. Nothing, if another worker has gone on meanwhile: its next one is sound."""
    row = lock(session, Reissue, reissue_id)
    if row.at != behind:
        return True
    certificate_id = _next_of(session, row) if row.state == RUNNING else None
    if certificate_id is None:
        return False
    _count(row, certificate_id, BROKEN)
    session.add(row)
    return True


def _next_of(session: Session, row: Reissue) -> int | None:
    return session.exec(
        select(Certificate.id)
        .where(*_chosen(selection_of(row), after=row.at, upto=row.upto))
        .order_by(col(Certificate.id))
        .limit(1)
    ).first()


def _count(row: Reissue, certificate_id: int, problem: str | None) -> None:
    row.at = certificate_id
    if problem is None:
        row.done += 1
        return
    row.refused += 1
    if len(row.problems) < MOST_PROBLEMS:
        row.problems = [*row.problems, {"certificate": certificate_id, "code": problem}]


def _amend(session: Session, row: Reissue, certificate_id: int, now: datetime) -> str | None:
    """Both persons' acts on one certificate, with their roles of today; why not, or None."""
    on = legal_date(now)
    try:
        with session.begin_nested():
            certificate = lock(session, Certificate, certificate_id)
            if certificate.amendment_proposed_by_id is not None:
                return AMENDMENT_WAITS
            proposer = actor_of(session, row.proposed_by_id, on=on)
            propose_amendment(
                session,
                certificate_id=certificate_id,
                reason_code=row.reason_code,
                reason=row.reason,
                by=proposer,
                now=now,
            )
            approver = actor_of(session, row.decided_by_id or 0, on=on)
            amend(
                session,
                certificate_id=certificate_id,
                reason_code=row.reason_code,
                reason=row.decision_reason,
                by=approver,
                now=now,
            )
    except MoveRefused as refused:
        session.refresh(row)
        return str(refused.code.value)
    return None


def _log(session: Session, kind: str, row: Reissue, by: Actor, now: datetime) -> None:
    chosen = selection_of(row)
    record(
        session,
        kind=kind,
        subject=f"reissue:{row.id}",
        body={
            "selection": {
                "number_prefix": chosen.number_prefix,
                "zone": chosen.zone_id,
                "valid_from_first": _day(chosen.valid_from_first),
                "valid_from_last": _day(chosen.valid_from_last),
                "not_signed_by": chosen.not_signed_by,
            },
            "upto": row.upto,
            "reason_code": row.reason_code,
            "reason_sha256": canonical.digest(row.reason),
            "state": row.state,
            "total": row.total,
            "done": row.done,
            "refused": row.refused,
        },
        by=by,
        now=now,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
