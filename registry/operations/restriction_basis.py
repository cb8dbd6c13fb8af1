"""The legal basis of showing a ground's entries to the public: entered by one, confirmed by another."""

from datetime import datetime

from sqlmodel import Session

from registry.models import GroundBasis
from registry.operations.audit import record
from registry.operations.standing import must_hold
from registry.rules import canonical
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Actor, Role
from registry.rules.restriction import GROUNDS


def propose_basis(
    session: Session, *, ground: str, basis: str, by: Actor, now: datetime
) -> GroundBasis:
    """Name the law under which entries on this ground may be shown. What was shown is not, until
    somebody else has confirmed it."""
    must_hold(by, (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER), now)
    known = GROUNDS.get(ground)
    if known is None or known.supervision:
        raise MoveRefused(Refusal.GROUND_UNKNOWN)
    if not basis.strip():
        raise MoveRefused(Refusal.NEEDED, need="clause")
    row = session.get(GroundBasis, ground) or GroundBasis(ground=ground, basis="", proposed_at=now)
    row.basis = basis.strip()[:1000]
    row.proposed_by_id, row.proposed_at = by.person_id, now
    row.confirmed_by_id, row.confirmed_at = None, None
    session.add(row)
    _log(session, "restriction.basis_proposed", row, by, now)
    return row


def confirm_basis(session: Session, *, ground: str, by: Actor, now: datetime) -> GroundBasis:
    """The second person's word: from now on the ground's entries are public."""
    must_hold(by, (Role.RESTRICT_APPROVER,), now)
    row = session.get(GroundBasis, ground)
    if row is None or row.confirmed_at is not None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if row.proposed_by_id == by.person_id:
        raise MoveRefused(Refusal.SECOND_PERSON_IS_THE_FIRST)
    row.confirmed_by_id, row.confirmed_at = by.person_id, now
    session.add(row)
    _log(session, "restriction.basis_confirmed", row, by, now)
    return row


def _log(session: Session, kind: str, row: GroundBasis, by: Actor, now: datetime) -> None:
    session.flush()
    record(
        session,
        kind=kind,
        subject=f"ground:{row.ground}",
        body={"ground": row.ground, "basis_sha256": canonical.digest(row.basis)},
        by=by,
        now=now,
    )
