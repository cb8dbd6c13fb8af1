"""Put mail into the outbox, in the transaction that causes it; the worker sends it."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select

from registry.db import lock
from registry.models import OutboxMessage, Person
from registry.words import Words

LEASE = timedelta(minutes=5)
"""How long a worker has for one message before another may take it: the first one has died."""

MOST_ATTEMPTS = 12
_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=12)
_ERROR_LENGTH = 300


def send_later(
    session: Session,
    *,
    to: Person,
    subject: Words,
    body: Words,
    about: str,
    now: datetime,
    is_secret: bool = False,
) -> OutboxMessage | None:
    """One message in the receiver's language. `about` names the case, e.g. "application:12".

    Who was erased has no address left and gets nothing. A secret body (a one-time link) is
    forgotten as soon as it has been sent.
    """
    if to.erased_at is not None:
        return None
    language = "en" if to.language == "en" else "zh"
    message = OutboxMessage(
        to_person_id=to.id,
        to_address=to.email,
        language=language,
        subject=subject.in_language(language),
        body=body.in_language(language),
        about=about,
        is_secret=is_secret,
        created_at=now,
    )
    session.add(message)
    return message


def claim_message(session: Session, *, now: datetime) -> OutboxMessage | None:
    """Take the oldest message that is due. The claim is committed before anything is sent, so that
    a second worker passes it by, and counts as an attempt, so that one which kills its worker is
    not tried for ever."""
    due = or_(col(OutboxMessage.next_try_at).is_(None), col(OutboxMessage.next_try_at) <= now)
    statement = (
        select(OutboxMessage)
        .where(col(OutboxMessage.sent_at).is_(None), col(OutboxMessage.given_up_at).is_(None), due)
        .order_by(col(OutboxMessage.id))
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    message = session.exec(statement).one_or_none()
    if message is None:
        return None
    message.attempts += 1
    message.next_try_at = now + LEASE
    session.add(message)
    return message


def mark_sent(session: Session, *, message_id: int, now: datetime) -> None:
    """Sent: it is never taken again, and a one-time link in it is forgotten."""
    message = lock(session, OutboxMessage, message_id)
    message.sent_at = now
    message.last_error = ""
    if message.is_secret:
        message.body = ""
    session.add(message)


def pause_after(attempts: int) -> timedelta:
    """1, 2, 4, 8 … minutes, at most half a day."""
    doublings = min(max(0, attempts - 1), 16)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def mark_failed(session: Session, *, message_id: int, error: str, now: datetime) -> None:
    """Try again later, each time after a longer pause; after the last attempt give it up."""
    message = lock(session, OutboxMessage, message_id)
    message.last_error = error[:_ERROR_LENGTH]
    if message.attempts >= MOST_ATTEMPTS:
        message.given_up_at = now
        if message.is_secret:
            message.body = ""
    else:
        message.next_try_at = now + pause_after(message.attempts)
    session.add(message)


def forget_messages(session: Session, *, person_id: int, now: datetime) -> None:
    """Erasure: what was sent to a person loses address and text; what waits is not sent."""
    statement = (
        select(OutboxMessage)
        .where(OutboxMessage.to_person_id == person_id)
        .order_by(col(OutboxMessage.id))
        .with_for_update()
    )
    for message in session.exec(statement):
        message.to_address = message.subject = message.body = message.last_error = ""
        if message.sent_at is None:
            message.given_up_at = message.given_up_at or now
        session.add(message)
