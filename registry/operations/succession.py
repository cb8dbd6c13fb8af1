"""A certificate in place of another: amended by two persons, or renewed for another term.

The old PDF never changes; its public page and the status list say that another took its place. The
new one has a number of its own and names the one before.
"""

from datetime import date, datetime, timedelta

from sqlmodel import Session

from registry.db import lock
from registry.models import Application, Certificate
from registry.operations import certificate as certificates
from registry.operations import reserve
from registry.operations.case import move
from registry.operations.telling import applicants_of, tell
from registry.queries import certificate as queries
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import DEADLINE, MoveRefused, Need, Refusal
from registry.rules.lifecycle.application import Event as CaseEvent
from registry.rules.lifecycle.certificate import Event, State
from registry.rules.permissions import Actor
from registry.words import Words

RENEWABLE_DAYS = 90  # how long before its last day a listing may be renewed


def propose_amendment(
    session: Session,
    *,
    certificate_id: int,
    reason_code: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Certificate:
    """The first of the two persons that an amendment takes; the certificate stays in force."""
    certificate = lock(session, Certificate, certificate_id)
    given = Need.REASON if reason.strip() else None
    facts = certificates.facts_for(
        session, certificate, by=by, now=now, given=given, reason_code=reason_code
    )
    certificate.amendment_proposed_by_id = by.person_id
    certificate.amendment_proposed_at = now
    certificate.amendment_reason_code, certificate.amendment_reason = reason_code, reason
    certificates.move(
        session,
        certificate,
        Event.PROPOSE_AMENDMENT,
        by=by,
        now=now,
        facts=facts,
        body={"reason_code": reason_code},
    )
    return certificate


def amend(
    session: Session,
    *,
    certificate_id: int,
    reason_code: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Certificate:
    """The second person's word: superseded from now on, and a new number for the same term with
    what is on record today. A suspended one is reinstated first, or it would come back unseen."""
    certificate = lock(session, Certificate, certificate_id)
    if certificate.state == State.SUSPENDED:
        raise MoveRefused(Refusal.STILL_SUSPENDED)
    given = Need.REASON if reason.strip() else None
    facts = certificates.facts_for(
        session,
        certificate,
        by=by,
        now=now,
        given=given,
        reason_code=reason_code,
        proposed_by=certificate.amendment_proposed_by_id,
    )
    certificate.ended_at = now
    certificate.end_reason_code, certificate.end_reason = reason_code, reason
    certificates.move(
        session,
        certificate,
        Event.AMEND,
        by=by,
        now=now,
        facts=facts,
        body={"reason_code": reason_code},
    )
    application = session.get_one(Application, certificate.application_id)
    made = certificates.allot(session, application, now=now, in_place_of=certificate)
    _tell(
        session,
        application,
        certificate,
        made,
        Words("证书已更正换发", "your certificate was amended"),
        now,
    )
    return made


def is_renewable(application: Application, on: date) -> bool:
    """Whether its last days have begun."""
    last = application.valid_to
    return last is not None and on >= last - timedelta(days=RENEWABLE_DAYS)


def renew(
    session: Session, *, application_id: int, reason: str, by: Actor, now: datetime
) -> Certificate:
    """Another term for a listed project, whose certificate is followed by a new one.

    Steps: within its last days only; the case moves by an approver who took no other part; the new
    term ends whole months after the old one, so that nobody loses a day by being early; the old
    certificate is renewed and a new number allotted.
    """
    application = lock(session, Application, application_id)
    last = application.valid_to
    if last is None or not is_renewable(application, legal_date(now)):
        raise MoveRefused(Refusal.NOT_YET_DUE)
    if not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need=Need.REASON, needs=(Need.REASON,))
    until = reserve.months_after(last + timedelta(days=1), DEADLINE["listing"].amount)
    move(
        session,
        application,
        CaseEvent.RENEW,
        by=by,
        now=now,
        body={"valid_to": until.isoformat(), "reason_sha256": canonical.digest(reason)},
    )
    application.valid_to = until
    reserve.write_row(session, application)
    before = queries.newest_of(session, application_id)
    if before is None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    old = lock(session, Certificate, before.id)
    facts = certificates.facts_for(session, old, by=certificates.ISSUER, now=now, given=None)
    old.ended_at = now
    certificates.move(
        session, old, Event.RENEW, by=certificates.ISSUER, now=now, facts=facts, body={}
    )
    made = certificates.allot(session, application, now=now, in_place_of=old)
    _tell(session, application, old, made, Words("登记已续期", "your listing was renewed"), now)
    return made


def _tell(
    session: Session,
    application: Application,
    old: Certificate,
    made: Certificate,
    subject: Words,
    now: datetime,
) -> None:
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=subject,
        body=Words(
            f"证书 {old.number} 由 {made.number} 接替，有效期至 {made.valid_to}；新证书生成后可下载。",
            f"Certificate {made.number} takes the place of {old.number} and is valid until "
            f"{made.valid_to}; you can download it as soon as it has been issued.",
        ),
        now=now,
    )
