"""Mail to be sent: written in the transaction that causes it, sent by the worker."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import moment


class OutboxMessage(SQLModel, table=True):
    __tablename__ = "outbox_message"

    id: int = Field(default=None, primary_key=True)
    to_address: str
    language: str
    subject: str
    body: str
    about: str = ""
    created_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True, index=True)
    attempts: int = 0
    last_error: str = ""
    next_try_at: datetime | None = moment(nullable=True)
