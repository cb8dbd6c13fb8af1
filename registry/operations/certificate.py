"""Certificates: a number with the listing, the document by the worker, and its later states."""

import secrets
from datetime import datetime

from sqlmodel import Session, col, func, select

from registry.models import Application, Certificate
from registry.operations.audit import record
from registry.operations.numbering import take_number
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import CERTIFICATE, Facts, step
from registry.rules.lifecycle.certificate import Event
from registry.rules.permissions import Scope, service

NUMBER_PREFIX = "GPC"  # Green Project Certificate


def subject_of(certificate: Certificate) -> str:
    return f"certificate:{certificate.number}"


def allot(session: Session, application: Application, *, now: datetime) -> Certificate:
    """Take a number for a listed project, in the transaction that lists it. The worker makes the
    document; a crash in between leaves the row, and the worker finds it."""
    issuer = service("certificates")
    facts = Facts(scope=Scope(organisation_id=application.organisation_id), decision_approved=True)
    made = step(CERTIFICATE, None, Event.ALLOT, issuer, now, facts)
    earlier = session.exec(
        select(func.count())
        .select_from(Certificate)
        .where(Certificate.application_id == application.id)
    ).one()
    certificate = Certificate(
        number=take_number(session, NUMBER_PREFIX, now=now),
        token=secrets.token_urlsafe(16),
        application_id=application.id,
        sequence=earlier + 1,
        state=str(made.to),
        organisation_id=application.organisation_id,
        zone_id=application.zone_id,
        grade=application.grade,
        valid_from=application.listed_on or legal_date(now),
        valid_to=application.valid_to or legal_date(now),
        reserved_at=now,
    )
    session.add(certificate)
    session.flush()
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(certificate),
        body={"application": application.id, "valid_to": certificate.valid_to.isoformat()},
        by=issuer,
        now=now,
    )
    return certificate


def waiting(session: Session, limit: int) -> list[int]:
    """Ids of certificates that have a number but no document yet, oldest first."""
    rows = session.exec(
        select(Certificate.id)
        .where(Certificate.state == "ALLOTTED")
        .order_by(col(Certificate.attempts), col(Certificate.id))
        .limit(limit)
    ).all()
    return list(rows)
