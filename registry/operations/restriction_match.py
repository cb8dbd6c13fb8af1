"""A person's word on an entry that resembles the owner of a case past screening."""

from datetime import datetime

from sqlmodel import Session

from registry.db import RowMissing, lock
from registry.models import Application, ListedMatch, Organisation, RestrictedEntry, ScreeningHit
from registry.operations.audit import record
from registry.operations.case import subject_of
from registry.operations.restriction_effects import Touched, lock_case, suspend
from registry.queries.case import facts_of, newest_run
from registry.queries.policy import policy_in_force
from registry.queries.restriction import as_entry, is_supervision
from registry.queries.restriction import subject_of as subject_of_owner
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal, conflict
from registry.rules.permissions import Action, Actor, barred_from_deciding, may
from registry.rules.screening import match

DECISIONS = ("true", "false", "unsure")


def decide(
    session: Session, *, match_id: int, decision: str, reason: str, by: Actor, now: datetime
) -> ListedMatch:
    """True waits for a second person; false is remembered for this entry as it is; unsure stays."""
    row, application = _open(session, match_id)
    _may(session, application, by, now)
    if decision not in DECISIONS or row.confirmed_at is not None or row.decision == "false":
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need="reason")
    row.decision, row.reason = decision, reason
    row.decided_by_id, row.decided_at = by.person_id, now
    session.add(row)
    _log(session, "screening.match_decided", row, application, by, now)
    return row


def confirm(session: Session, *, match_id: int, by: Actor, now: datetime) -> ListedMatch:
    """The second person's word: the same body. A listed project is suspended, a case under review is
    barred from approval."""
    row, application = _open(session, match_id)
    _may(session, application, by, now)
    if row.decision != "true" or row.confirmed_at is not None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if row.decided_by_id == by.person_id:
        raise MoveRefused(Refusal.SECOND_PERSON_IS_THE_FIRST)
    entry = session.get_one(RestrictedEntry, row.entry_id)
    row.confirmed_by_id, row.confirmed_at = by.person_id, now
    session.add(row)
    _log(session, "screening.match_confirmed", row, application, by, now)
    _keep_as_hit(session, row, application, now)
    owner = session.get_one(Organisation, application.organisation_id)
    seen = as_entry(entry, supervised_only=is_supervision(entry))
    found = match(subject_of_owner(owner), seen, policy_in_force(session))
    suspend(session, entry, Touched(application, found), now)
    return row


def _open(session: Session, match_id: int) -> tuple[ListedMatch, Application]:
    found = session.get(ListedMatch, match_id)
    if found is None:
        raise RowMissing(f"ListedMatch {match_id}")
    application = lock_case(session, found.application_id)
    return lock(session, ListedMatch, match_id), application


def _may(session: Session, application: Application, by: Actor, now: datetime) -> None:
    on = legal_date(now)
    facts = facts_of(session, application, by=by, now=now)
    if barred_from_deciding(by, on) or not may(by, Action.DECIDE_MATCH, facts.scope, on):
        raise MoveRefused(Refusal.ROLE_MISSING)
    refused = conflict(by, facts, on)
    if refused is not None:
        raise refused


def _keep_as_hit(
    session: Session, row: ListedMatch, application: Application, now: datetime
) -> None:
    """The pair stands among the case's hits too, where everything that asks looks for it."""
    run = newest_run(session, application)
    if run is None:
        return
    session.add(
        ScreeningHit(
            run_id=run.id,
            application_id=application.id,
            entry_id=row.entry_id,
            entry_version=session.get_one(RestrictedEntry, row.entry_id).version,
            band=row.band,
            score_bp=row.score_bp,
            parts=row.parts,
            decision="true",
            reason_code="same_body",
            reason=row.reason,
            decided_by_id=row.decided_by_id,
            decided_at=now,
            confirmed_by_id=row.confirmed_by_id,
            confirmed_at=now,
        )
    )
    session.flush()


def _log(
    session: Session,
    kind: str,
    row: ListedMatch,
    application: Application,
    by: Actor,
    now: datetime,
) -> None:
    record(
        session,
        kind=kind,
        subject=subject_of(application),
        body={
            "match": row.id,
            "entry": f"restricted:{row.entry_id}",
            "entry_sha256": row.entry_fingerprint,
            "decision": row.decision,
            "reason_sha256": canonical.digest(row.reason),
        },
        by=by,
        now=now,
    )
