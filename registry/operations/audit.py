"""Append events to the chain, and the commitments that stand for people in it."""

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from registry.models import Annotation, AuditEvent, AuditHead, PersonSalt
from registry.rules import chain
from registry.rules.permissions import Actor


def commitment_of(session: Session, person_id: int) -> str:
    """The salted commitment that stands for a person in events; the salt is made on first need."""
    row = session.get(PersonSalt, person_id)
    if row is None:
        row = PersonSalt(person_id=person_id, salt=secrets.token_bytes(32))
        session.add(row)
        session.flush()
    return chain.commitment(row.salt, f"person:{person_id}")


def _actor_word(session: Session, by: Actor) -> str:
    if by.person_id is None:
        return f"service:{by.service or 'public'}"
    return commitment_of(session, by.person_id)


def record(
    session: Session,
    *,
    kind: str,
    subject: str,
    body: dict[str, Any],
    by: Actor,
    now: datetime,
) -> int:
    """Append one event and return its sequence number.

    Steps: lock the head, build the canonical bytes on its hash, insert, move the head. It is the
    last lock that an operation takes, so that two operations never wait for each other in a ring.
    `body` holds no personal data: people enter as commitments (`commitment_of`).
    """
    actor = _actor_word(session, by)
    session.flush()
    head = session.execute(
        select(col(AuditHead.seq), col(AuditHead.sha256))
        .where(col(AuditHead.id) == 1)
        .with_for_update()
    ).one_or_none()
    last_seq, last_hash = (0, chain.GENESIS) if head is None else (head.seq, head.sha256)
    seq = last_seq + 1
    raw = chain.event_bytes(
        seq=seq, at=now, kind=kind, subject=subject, actor=actor, body=body, prev=last_hash
    )
    sha256 = chain.event_hash(raw)
    session.execute(
        insert(AuditEvent).values(
            seq=seq, at=now, kind=kind, subject=subject, actor=actor, canonical=raw, sha256=sha256
        )
    )
    if head is None:
        session.execute(insert(AuditHead).values(id=1, seq=seq, sha256=sha256))
    else:
        session.execute(
            update(AuditHead).where(col(AuditHead.id) == 1).values(seq=seq, sha256=sha256)
        )
    return seq


def annotate(
    session: Session, *, subject: str, text: str, refers_suspicion: bool, by: Actor, now: datetime
) -> Annotation:
    """An auditor's note: stored beside the case, and its digest chained."""
    note = Annotation(
        subject=subject,
        text=text,
        refers_suspicion=refers_suspicion,
        written_by_id=by.person_id or 0,
        written_at=now,
    )
    session.add(note)
    session.flush()
    record(
        session,
        kind="annotation.written",
        subject=subject,
        body={
            "annotation": note.id,
            "text_sha256": hashlib.sha256(text.encode()).hexdigest(),
            "refers_suspicion": refers_suspicion,
        },
        by=by,
        now=now,
    )
    return note
