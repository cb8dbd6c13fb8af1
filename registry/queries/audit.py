"""The chain as stored: streamed for verifying, by subject for time lines, its head."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy
from sqlalchemy import LargeBinary, Select, cast, func
from sqlmodel import Session, col, select

from registry.models import Annotation, AuditEvent, AuditHead, Certificate, Person, PersonSalt
from registry.rules import chain
from registry.rules.chain import Reading

COPIED = ("kind", "subject", "actor", "at")


def stored_events(
    session: Session, *, after: int | None = None, batch: int = 2000
) -> Iterator[chain.StoredEvent]:
    """Every event in order, in batches, so that a long log needs no more memory than a short one.

    The columns come as the bytes that lie in the database: a driver that reads a moment written
    in another way as the same moment, or chokes on a text that is no text, would hide a change.
    """
    in_sqlite = session.get_bind().dialect.name == "sqlite"
    statement = (_raw() if in_sqlite else _typed()).order_by(col(AuditEvent.seq))
    if after is not None:
        statement = statement.where(col(AuditEvent.seq) > after)
    with session.execute(statement.execution_options(yield_per=batch)) as rows:
        for row in rows:  # who stops reading leaves no cursor open
            yield chain.StoredEvent(
                seq=row.seq,
                data=row.canonical,
                hash=_text(row.sha256),
                columns={name: _copied(name, getattr(row, name)) for name in COPIED},
            )


def _typed() -> Select[Any]:
    names = ("canonical", "sha256", *COPIED)
    return sqlalchemy.select(col(AuditEvent.seq), *(getattr(AuditEvent, name) for name in names))


def _raw() -> Select[Any]:
    names = ("canonical", "sha256", *COPIED)
    columns = [cast(getattr(AuditEvent, name), LargeBinary).label(name) for name in names]
    made: Any = sqlalchemy.select(*[col(AuditEvent.seq), *columns])
    return made  # type: ignore[no-any-return]


def _text(stored: Any) -> Any:
    """Text from bytes, one text for one row of bytes."""
    return stored.decode("utf-8", "surrogateescape") if isinstance(stored, bytes) else stored


def _copied(name: str, stored: Any) -> Any:
    """A column as the event itself writes it; what is stored otherwise stays as it is."""
    if name != "at":
        return _text(stored)
    if not isinstance(stored, bytes):
        return chain.moment(stored)
    written = _text(stored)
    return f"{written[:10]}T{written[11:]}Z" if written[10:11] == " " else written


def head(session: Session) -> chain.Head | None:
    row = session.get(AuditHead, 1)
    return None if row is None else chain.Head(seq=row.seq, hash=row.sha256)


def events_of(session: Session, *subjects: str) -> list[AuditEvent]:
    """The whole history of one or more subjects, oldest first."""
    return list(
        session.exec(
            select(AuditEvent)
            .where(col(AuditEvent.subject).in_(subjects))
            .order_by(col(AuditEvent.seq))
        ).all()
    )


def event(session: Session, seq: int) -> AuditEvent | None:
    return session.get(AuditEvent, seq)


def newest_events(session: Session, *, before: int | None = None, size: int) -> list[AuditEvent]:
    """A page of the log, newest first."""
    statement = select(AuditEvent).order_by(col(AuditEvent.seq).desc()).limit(size)
    if before is not None:
        statement = statement.where(AuditEvent.seq < before)
    return list(session.exec(statement).all())


def annotations_of(session: Session, *subjects: str) -> list[Annotation]:
    return list(
        session.exec(
            select(Annotation)
            .where(col(Annotation.subject).in_(subjects))
            .order_by(col(Annotation.id))
        ).all()
    )


def annotation(session: Session, annotation_id: int) -> Annotation | None:
    return session.get(Annotation, annotation_id)


def referred_suspicions(session: Session, *, size: int = 50) -> list[Annotation]:
    """What auditors referred to officers, newest first."""
    return list(
        session.exec(
            select(Annotation)
            .where(col(Annotation.refers_suspicion).is_(True))
            .order_by(col(Annotation.id).desc())
            .limit(size)
        ).all()
    )


def names_behind(session: Session, commitments: Iterable[str]) -> Mapping[str, Person]:
    """Whom commitments stand for, as far as their salts still exist: an erased person's does not."""
    wanted = set(commitments)
    found: dict[str, Person] = {}
    statement = (
        select(PersonSalt, Person)
        .join(Person, col(Person.id) == col(PersonSalt.person_id))
        .order_by(col(Person.id))
    )
    for salt, person in session.exec(statement):
        made = chain.commitment(salt.salt, f"person:{person.id}")
        if made in wanted:
            found[made] = person
    return found


def cited_heads(session: Session) -> list[chain.Head]:
    """The heads that stand on issued certificates: each is a witness against a rewritten chain."""
    rows = session.exec(
        select(Certificate.log_seq, Certificate.log_hash)
        .where(col(Certificate.log_seq).is_not(None), Certificate.log_hash != "")
        .order_by(col(Certificate.log_seq))
    ).all()
    return [chain.Head(seq=seq, hash=sha256) for seq, sha256 in rows if seq is not None]


def _noted(session: Session, heads: Iterable[chain.Head]) -> list[chain.Head]:
    """The head row and the heads on certificates count too, so that a tail cut without mending
    those is found even without an outside witness."""
    own = head(session)
    return [*heads, *cited_heads(session), *([own] if own is not None else [])]


def verify(session: Session, heads: Iterable[chain.Head] = ()) -> chain.ChainReport:
    """Read the whole log once."""
    return chain.verify(stored_events(session), _noted(session, heads))


@dataclass(frozen=True)
class Progress:
    """How far a verification has come; `report` stands at its end."""

    done: int
    total: int
    report: chain.ChainReport | None = None


def verify_in_steps(
    session: Session, heads: Iterable[chain.Head] = (), *, every: int = 20_000
) -> Iterator[Progress]:
    """The same, told step by step."""
    total = session.exec(select(func.count()).select_from(AuditEvent)).one()
    reading = Reading(_noted(session, heads))
    done = 0
    for done, row in enumerate(stored_events(session), start=1):
        reading.take(row)
        if done % every == 0:
            yield Progress(done, total)
    yield Progress(done, total, reading.report())
