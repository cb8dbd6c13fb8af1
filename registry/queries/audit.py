"""The chain as stored: streamed for verifying, by subject for time lines, its head."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.models import Annotation, AuditEvent, AuditHead
from registry.rules import chain


def stored_events(
    session: Session, *, after: int = 0, batch: int = 2000
) -> Iterator[chain.StoredEvent]:
    """Every event in order, in batches, so that a long log needs no more memory than a short one."""
    statement = (
        select(AuditEvent)
        .where(AuditEvent.seq > after)
        .order_by(col(AuditEvent.seq))
        .execution_options(yield_per=batch)
    )
    for row in session.exec(statement):
        yield chain.StoredEvent(
            seq=row.seq,
            data=row.canonical,
            hash=row.sha256,
            columns={
                "kind": row.kind,
                "subject": row.subject,
                "actor": row.actor,
                "at": chain.moment(row.at),
            },
        )
        session.expunge(row)


def head(session: Session) -> chain.Head | None:
    row = session.get(AuditHead, 1)
    return None if row is None else chain.Head(seq=row.seq, hash=row.sha256)


def events_of(session: Session, subject: str) -> list[AuditEvent]:
    """A subject's whole history, oldest first."""
    return list(
        session.exec(
            select(AuditEvent).where(AuditEvent.subject == subject).order_by(col(AuditEvent.seq))
        ).all()
    )


def annotations_of(session: Session, subject: str) -> list[Annotation]:
    return list(
        session.exec(
            select(Annotation).where(Annotation.subject == subject).order_by(col(Annotation.id))
        ).all()
    )


def verify(session: Session, heads: list[chain.Head]) -> chain.ChainReport:
    """Read the whole log once; the head row of the database counts as one more noted head, so
    that a tail cut without mending that row is found even without an outside witness."""
    own = head(session)
    noted = [*heads, *([own] if own is not None else [])]
    return chain.verify(stored_events(session), noted)
