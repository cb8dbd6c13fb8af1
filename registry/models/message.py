"""Mail to be sent: written in the transaction that causes it, sent by the worker."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment


class OutboxMessage(SQLModel, table=True):
    """`next_try_at` is also the claim of the worker that is sending it now: nobody else takes it
    before then. A secret body (a one-time link) is blanked once it has been sent."""

    __tablename__ = "outbox_message"

    id: int = Field(default=None, primary_key=True)
    to_person_id: int | None = link("person.id", nullable=True)
    to_address: str
    language: str
    subject: str
    body: str
    about: str = ""
    is_secret: bool = False
    created_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True, index=True)
    attempts: int = 0
    last_error: str = ""
    next_try_at: datetime | None = moment(nullable=True, index=True)
    given_up_at: datetime | None = moment(nullable=True)
