"""Put mail into the outbox, in the transaction that causes it; the worker sends it."""

from datetime import datetime

from sqlmodel import Session

from registry.models import OutboxMessage, Person
from registry.words import Words


def send_later(
    session: Session, *, to: Person, subject: Words, body: Words, about: str, now: datetime
) -> OutboxMessage:
    """One message in the receiver's language. `about` names the case, e.g. "application:12"."""
    language = "en" if to.language == "en" else "zh"
    message = OutboxMessage(
        to_address=to.email,
        language=language,
        subject=subject.in_language(language),
        body=body.in_language(language),
        about=about,
        created_at=now,
    )
    session.add(message)
    return message
