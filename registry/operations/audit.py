"""Append events to the chain, and the commitments that stand for people in it."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from registry.db import columns_of, sent
from registry.models import Annotation, AuditEvent, AuditHead, PersonSalt
from registry.rules import chain
from registry.rules.permissions import Actor

# Sent with every event, so they are built once.
_salt = columns_of(PersonSalt)
_SALT = select(_salt.salt).where(_salt.person_id == bindparam("person_id"))
_head_row = AuditHead.__table__  # type: ignore[attr-defined]
_HEAD = select(_head_row.c.seq, _head_row.c.sha256).where(_head_row.c.id == 1).with_for_update()
_APPEND = insert(AuditEvent.__table__)  # type: ignore[attr-defined]
_MOVE_HEAD = (
    update(_head_row)
    .where(_head_row.c.id == 1)
    .values(seq=bindparam("to_seq"), sha256=bindparam("to_sha256"))
)


def commitment_of(session: Session, person_id: int) -> str:
    """The salted commitment that stands for a person in events; the salt is made on first need.
    Looked up once a session: one operation often writes several events."""
    known: dict[int, str] = session.info.setdefault("commitments", {})
    if person_id not in known:
        salt = sent(session, _SALT, person_id=person_id).scalar_one_or_none()
        if salt is None:
            salt = secrets.token_bytes(32)
            session.add(PersonSalt(person_id=person_id, salt=salt))
            session.flush()
        known[person_id] = chain.commitment(salt, f"person:{person_id}")
    return known[person_id]


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
    return record_all(session, [(kind, subject, body)], by=by, now=now)


def record_all(
    session: Session,
    events: Sequence[tuple[str, str, dict[str, Any]]],
    *,
    by: Actor,
    now: datetime,
) -> int:
    """Append events (kind, subject, body) one behind the other, the same bytes as if each had been
    recorded by itself, and return the last sequence number."""
    actor = _actor_word(session, by)
    session.flush()
    connection = session.connection()
    seq, sha256 = _head(connection)
    rows = []
    for kind, subject, body in events:
        seq += 1
        raw = chain.event_bytes(
            seq=seq, at=now, kind=kind, subject=subject, actor=actor, body=body, prev=sha256
        )
        sha256 = chain.event_hash(raw)
        row = {"seq": seq, "at": now, "kind": kind, "subject": subject, "actor": actor}
        rows.append({**row, "canonical": raw, "sha256": sha256})
    if rows:
        connection.execute(_APPEND, rows)
        connection.execute(_MOVE_HEAD, {"to_seq": seq, "to_sha256": sha256})
    return seq


def _head(connection: Connection) -> tuple[int, str]:
    """Where the chain ends, locked. Two transactions may meet at a registry's first event: the
    second finds the row there and waits for it."""
    found = connection.execute(_HEAD).one_or_none()
    if found is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(AuditHead).values(id=1, seq=0, sha256=chain.GENESIS)
        connection.execute(first.on_conflict_do_nothing())
        found = connection.execute(_HEAD).one()
    return found.seq, found.sha256


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
