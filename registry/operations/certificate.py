"""Certificates: a number with the listing, the document by the worker, and its later states."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, or_, select

from registry.config import Settings, UnsafeSettings
from registry.db import Database, lock
from registry.documents import certificate as page
from registry.documents import evidence
from registry.documents.attached import ATTACHED
from registry.documents.content import CertificateContent, content_of
from registry.documents.signing import Signer, load_signer, sign
from registry.models import Application, AuditEvent, Certificate
from registry.operations import proving
from registry.operations.audit import record
from registry.operations.certificate_content import content_for
from registry.operations.evidence import path_of, store
from registry.operations.numbering import record_gap, take_number
from registry.operations.telling import applicants_of, tell
from registry.queries.case import declared_conflicts, facts_of
from registry.rules.calendar import legal_date
from registry.rules.certificate import EVIDENCE_CLOSED
from registry.rules.lifecycle import CERTIFICATE, Facts, Need, Part, Step, step
from registry.rules.lifecycle.certificate import Event, State
from registry.rules.permissions import Actor, Scope, service
from registry.words import Words

NUMBER_PREFIX = "GPC"  # Green Project Certificate
ISSUER = service("certificates")
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(hours=1)


def subject_of(certificate: Certificate) -> str:
    return f"certificate:{certificate.number}"


def signer_of(settings: Settings) -> Signer:
    """The configured signer; without one, the installation's own TEST key, which production
    refuses, also where a TEST key was configured by name."""
    signer = load_signer(
        keys_folder=settings.keys_folder,
        key=settings.signing_key,
        passphrase=settings.signing_key_passphrase,
        timestamp_url=settings.timestamp_url,
    )
    if settings.production and signer.is_test:
        raise UnsafeSettings("a TEST signing key: set REGISTRY_SIGNING_KEY to the issuer's own")
    return signer


def allot(
    session: Session,
    application: Application,
    *,
    now: datetime,
    in_place_of: Certificate | None = None,
) -> Certificate:
    """Take a number for a listed project, in the transaction that lists it, renews it or amends its
    certificate. The worker makes the document; a crash in between leaves the row, and the worker
    finds it."""
    facts = Facts(scope=Scope(organisation_id=application.organisation_id), decision_approved=True)
    made = step(CERTIFICATE, None, Event.ALLOT, ISSUER, now, facts)
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
        valid_from=legal_date(now) if in_place_of else application.listed_on or legal_date(now),
        supersedes_id=in_place_of.id if in_place_of else None,
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
        by=ISSUER,
        now=now,
    )
    return certificate


def waiting(
    session: Session, limit: int, *, now: datetime, share: tuple[int, int] = (0, 1)
) -> list[int]:
    """Ids of certificates that have a number but no document yet and whose turn has come, least
    tried first. None is ever given up: what failed often waits longer, and the desk shows it.
    `share` is the part of one of several processes: (which, of how many)."""
    mine, of = share
    rows = session.exec(
        select(Certificate.id)
        .where(
            Certificate.state == State.ALLOTTED.value,
            or_(col(Certificate.next_try_at).is_(None), col(Certificate.next_try_at) <= now),
            col(Certificate.id) % of == mine,
        )
        .order_by(col(Certificate.attempts), col(Certificate.id))
        .limit(limit)
    ).all()
    return list(rows)


def count_waiting(session: Session) -> int:
    """How many have a number and no document yet, whether or not their turn has come."""
    statement = select(func.count()).where(Certificate.state == State.ALLOTTED.value)
    return session.exec(statement).one()


def issue(
    database: Database,
    settings: Settings,
    *,
    certificate_id: int,
    now: datetime,
    many: bool = False,
) -> bool:
    """Make one certificate's document. Whether this call is the one that issued it; `many`: from a
    compiled template, which is worth it from a dozen on.

    1. close and log the evidence, once: a second try finds it closed and prints the same, unless
       the signing key was changed in between, which the page names
    2. render and sign outside any transaction, since that takes long
    3. store the bytes under their digest, then set ISSUED and log it, if nobody else has
    A kill between any two steps leaves a row that the next try goes on with.
    """
    signer = signer_of(settings)
    with database.write() as session:
        certificate = lock(session, Certificate, certificate_id)
        if certificate.state != State.ALLOTTED:
            return False
        if certificate.closed_at is None or _signed_by_another(certificate, signer):
            _close_evidence(session, certificate, settings, signer, now)
        content = printed_content(certificate)
        closed_at, digest = certificate.closed_at or now, certificate.evidence_sha256
        attached = dict(certificate.attached or {})
    proof = path_of(settings.documents_folder, digest).read_bytes()
    unsigned = page.render(
        content,
        proof,
        now=closed_at,
        attachments=[page.attached(*one) for one in read_attached(settings, attached)],
        signature_bytes=signer.signature_bytes,
        many=many,
    )
    signed = sign(unsigned, signer, now=closed_at)
    pdf_sha256 = store(settings.documents_folder, signed)
    with database.write() as session:
        certificate = lock(session, Certificate, certificate_id)
        if certificate.state != State.ALLOTTED:
            return False
        _set_issued(session, certificate, pdf_sha256, len(signed), signer, now)
    return True


def _signed_by_another(certificate: Certificate, signer: Signer) -> bool:
    return str(certificate.content.get("signer_fingerprint", "")) != signer.fingerprint


def _close_evidence(
    session: Session, certificate: Certificate, settings: Settings, signer: Signer, now: datetime
) -> None:
    content, recomputable, openings, files = content_for(
        session, certificate, settings=settings, signer=signer
    )
    proof = evidence.build(content, recomputable, proving.trust(settings))
    certificate.evidence_sha256 = store(settings.documents_folder, proof)
    seq = record(
        session,
        kind=EVIDENCE_CLOSED,
        subject=subject_of(certificate),
        body={"evidence_sha256": certificate.evidence_sha256},
        by=ISSUER,
        now=now,
    )
    certificate.content = content.record()
    certificate.openings = openings
    certificate.log_seq, certificate.log_hash = seq, _hash_of(session, seq)
    files = {**files, **proving.proofs(session, settings, content, proof, seq=seq, now=now)}
    certificate.attached = {
        name: store(settings.documents_folder, data) for name, data in files.items()
    }
    certificate.closed_at = now
    certificate.is_test = signer.is_test
    session.add(certificate)
    session.flush()


def read_attached(settings: Settings, attached: Mapping[str, str]) -> list[tuple[str, bytes]]:
    """The other files inside a certificate, in the order in which they are listed."""
    folder = settings.documents_folder
    return [
        (name, path_of(folder, attached[name]).read_bytes())
        for name in ATTACHED
        if name in attached
    ]


def _hash_of(session: Session, seq: int) -> str:
    return session.get_one(AuditEvent, seq).sha256


def printed_content(certificate: Certificate) -> CertificateContent:
    """The content as it was closed, with its evidence's digest and the log's head."""
    return replace(
        content_of(certificate.content),
        evidence_sha256=certificate.evidence_sha256,
        log_seq=certificate.log_seq,
        log_hash=certificate.log_hash,
    )


def _set_issued(
    session: Session,
    certificate: Certificate,
    pdf_sha256: str,
    size: int,
    signer: Signer,
    now: datetime,
) -> None:
    certificate.pdf_sha256 = pdf_sha256
    certificate.pdf_bytes = size
    certificate.signer_fingerprint = signer.fingerprint
    certificate.issued_at = now
    certificate.last_error = ""
    application = session.get_one(Application, certificate.application_id)
    move(
        session,
        certificate,
        Event.ISSUE,
        by=ISSUER,
        now=now,
        facts=Facts(
            scope=Scope(organisation_id=application.organisation_id), decision_approved=True
        ),
        body={"pdf_sha256": pdf_sha256, "signer": signer.fingerprint, "bytes": size},
    )
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("证书已生成", "your certificate has been issued"),
        body=Words(
            f"证书编号 {certificate.number}，请登录平台下载。",
            f"Certificate {certificate.number} is ready: sign in to download it.",
        ),
        now=now,
    )


def note_failure(session: Session, *, certificate_id: int, error: str, now: datetime) -> None:
    """A try that failed: counted, its reason kept for the people who must see to it, and the next
    one put off, twice as long each time up to an hour."""
    certificate = lock(session, Certificate, certificate_id)
    certificate.attempts += 1
    certificate.next_try_at = now + min(
        FIRST_PAUSE * 2 ** (certificate.attempts - 1), LONGEST_PAUSE
    )
    certificate.last_error = error[:500]
    session.add(certificate)


def move(
    session: Session,
    certificate: Certificate,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    facts: Facts,
    body: Mapping[str, Any],
) -> Step:
    before = State(certificate.state)
    made = step(CERTIFICATE, before, event, by, now, facts)
    certificate.state = str(made.to)
    certificate.version += 1
    session.add(certificate)
    session.flush()
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(certificate),
        body={"from": before.value, "to": certificate.state, "role": str(made.role), **body},
        by=by,
        now=now,
    )
    return made


def facts_for(
    session: Session,
    certificate: Certificate,
    *,
    by: Actor,
    now: datetime,
    given: Need | None,
    reason_code: str = "",
    proposed_by: int | None = None,
) -> Facts:
    """The case's facts on persons, and who proposed this end and suspended this certificate."""
    application = session.get_one(Application, certificate.application_id)
    case = facts_of(session, application, by=by, now=now)
    parts = {
        Part.PROPOSED: _one(proposed_by),
        Part.SUSPENDED: _one(certificate.suspended_by_id),
        Part.EDITED: case.who(Part.EDITED),
        Part.SIGNED: case.who(Part.SIGNED),
    }
    return replace(
        case,
        parts=parts,
        given=frozenset({given} if given else set()),
        reason=reason_code,
        conflicts=declared_conflicts(
            session, frozenset({by.person_id} if by.person_id else set()), on=legal_date(now)
        ),
        decision_approved=True,
        valid_until=certificate.valid_to,
    )


def _one(person_id: int | None) -> frozenset[int]:
    return frozenset({person_id} if person_id else set())


def propose_revocation(
    session: Session,
    *,
    certificate_id: int,
    reason_code: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Certificate:
    """The first of the two persons that a revocation takes."""
    certificate = lock(session, Certificate, certificate_id)
    given = Need.REASON if reason.strip() else None
    facts = facts_for(session, certificate, by=by, now=now, given=given, reason_code=reason_code)
    certificate.revocation_proposed_by_id = by.person_id
    certificate.revocation_proposed_at = now
    certificate.end_reason_code, certificate.end_reason = reason_code, reason
    move(
        session,
        certificate,
        Event.PROPOSE_REVOCATION,
        by=by,
        now=now,
        facts=facts,
        body={"reason_code": reason_code},
    )
    return certificate


def revoke(
    session: Session, *, certificate_id: int, reason: str, by: Actor, now: datetime
) -> Certificate:
    """The second person's word: revoked from now on. The PDF does not change; its page says so."""
    certificate = lock(session, Certificate, certificate_id)
    given = Need.REASON if reason.strip() else None
    facts = facts_for(
        session,
        certificate,
        by=by,
        now=now,
        given=given,
        proposed_by=certificate.revocation_proposed_by_id,
    )
    certificate.ended_at = now
    move(
        session,
        certificate,
        Event.REVOKE,
        by=by,
        now=now,
        facts=facts,
        body={"reason_code": certificate.end_reason_code},
    )
    return certificate


def suspend(
    session: Session,
    *,
    certificate_id: int,
    reason_code: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Certificate:
    """Out of force for a time, by an approver or by the registry itself."""
    certificate = lock(session, Certificate, certificate_id)
    given = Need.REASON if reason.strip() else None
    facts = facts_for(session, certificate, by=by, now=now, given=given, reason_code=reason_code)
    certificate.suspended_at = now
    certificate.suspended_by_id = by.person_id
    certificate.end_reason_code, certificate.end_reason = reason_code, reason
    move(
        session,
        certificate,
        Event.SUSPEND,
        by=by,
        now=now,
        facts=facts,
        body={"reason_code": reason_code},
    )
    return certificate


def reinstate(
    session: Session, *, certificate_id: int, reason: str, by: Actor, now: datetime
) -> Certificate:
    """Back in force, by another than who suspended it."""
    certificate = lock(session, Certificate, certificate_id)
    facts = facts_for(
        session, certificate, by=by, now=now, given=Need.REASON if reason.strip() else None
    )
    certificate.suspended_at = None
    certificate.suspended_by_id = None
    certificate.end_reason_code = certificate.end_reason = ""
    move(session, certificate, Event.REINSTATE, by=by, now=now, facts=facts, body={})
    return certificate


def over(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Ids of certificates whose last day has passed and that still count as in force."""
    rows = session.exec(
        select(Certificate.id)
        .where(
            col(Certificate.state).in_((State.ISSUED.value, State.SUSPENDED.value)),
            Certificate.valid_to < legal_date(now),
        )
        .order_by(col(Certificate.id))
        .limit(limit)
    ).all()
    return list(rows)


def expire(session: Session, *, certificate_id: int, now: datetime) -> Certificate:
    """Its last day is over."""
    certificate = lock(session, Certificate, certificate_id)
    timer = service("timer")
    facts = facts_for(session, certificate, by=timer, now=now, given=None)
    certificate.ended_at = now
    move(session, certificate, Event.EXPIRE, by=timer, now=now, facts=facts, body={})
    return certificate


def void(
    session: Session, *, certificate_id: int, reason: str, by: Actor, now: datetime
) -> Certificate:
    """A number that will never become a certificate, with the reason for the gap."""
    certificate = lock(session, Certificate, certificate_id)
    given = Need.REASON if reason.strip() else None
    facts = facts_for(session, certificate, by=by, now=now, given=given)
    certificate.ended_at = now
    certificate.end_reason = reason
    move(session, certificate, Event.VOID, by=by, now=now, facts=facts, body={})
    record_gap(session, certificate.number, reason=reason, now=now)
    return certificate
