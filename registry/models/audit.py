"""The append-only chain of events, and what auditors note beside it."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import blob, link, moment


class AuditEvent(SQLModel, table=True):
    """`canonical` is the event; the other columns repeat it for look-up and are checked against it."""

    __tablename__ = "audit_event"

    seq: int = Field(primary_key=True)
    at: datetime = moment(index=True)
    kind: str = Field(index=True)
    subject: str = Field(index=True)
    actor: str = Field(index=True)
    canonical: bytes = blob()
    sha256: str = Field(unique=True)


class AuditHead(SQLModel, table=True):
    """One row: where the chain ends. Locked while an event is appended."""

    __tablename__ = "audit_head"

    id: int = Field(default=1, primary_key=True)
    seq: int
    sha256: str


class Annotation(SQLModel, table=True):
    """An auditor's note on a subject; the only thing that an auditor writes."""

    __tablename__ = "annotation"

    id: int = Field(default=None, primary_key=True)
    subject: str = Field(index=True)
    text: str
    refers_suspicion: bool = False
    written_by_id: int = link("person.id")
    written_at: datetime = moment()
