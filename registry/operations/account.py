"""What a person does with the own account: sign in and out, password, name, language, sessions."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import ValidationError
from sqlmodel import Session, SQLModel, col, select

from registry.config import Settings
from registry.db import lock
from registry.models import Person, PersonData, SignInSession
from registry.operations.audit import commitment_of, record
from registry.operations.message import send_later
from registry.queries import account as accounts
from registry.rules.people import AccountRefusal, AccountRefused, check_password
from registry.rules.permissions import Actor, service
from registry.words import mails

DataT = TypeVar("DataT", bound=SQLModel)
BROWSER_LENGTH = 120


@dataclass(frozen=True)
class Problem:
    """A field that a form must put right: a code for words, and the limit that was passed."""

    field: str
    code: str
    limit: int = 0


class DataRefused(Exception):
    """What was typed cannot be stored; every problem names its field."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(", ".join(f"{p.field}: {p.code}" for p in problems))
        self.problems = problems


_CODES = {"string_too_short": "too_short", "string_too_long": "too_long", "missing": "required"}


def checked(model: type[DataT], values: Mapping[str, Any]) -> DataT:
    """The values as the data model sees them, or every problem at once."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        problems = []
        for fault in error.errors():
            limits = fault.get("ctx", {})
            limit = int(limits.get("min_length", limits.get("max_length", 0)))
            code = _CODES.get(fault["type"], "malformed")
            code = "required" if code == "too_short" and not fault["input"] else code
            problems.append(Problem(str(fault["loc"][0]), code, limit))
        raise DataRefused(tuple(problems)) from error


def digest_of(token: str) -> str:
    """What is stored of a secret that only a browser or a mailbox knows."""
    return hashlib.sha256(token.encode()).hexdigest()


# ---- passwords ----


@cache
def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


@cache
def _nobodys_hash(time_cost: int, memory_kib: int) -> str:
    return _hasher(time_cost, memory_kib).hash(secrets.token_urlsafe(16))


def hash_password(settings: Settings, password: str) -> str:
    """argon2id at the cost that the settings say. Slow on purpose: not inside a transaction."""
    return _hasher(settings.argon2_time_cost, settings.argon2_memory_kib).hash(password)


def new_password_hash(settings: Settings, password: str, *, email: str, name: str) -> str:
    """Check a new password, then hash it."""
    check_password(password, email=email, name=name)
    return hash_password(settings, password)


@dataclass(frozen=True)
class Weighed:
    """Whose password it would be and whether it is; `rehashed` if the settings have changed."""

    person_id: int | None
    matches: bool
    rehashed: str = ""


def weigh_password(session: Session, *, email: str, password: str, settings: Settings) -> Weighed:
    """Compare a password. Reads only, and takes as long for an address that nobody has."""
    person = accounts.person_with_email(session, email)
    hasher = _hasher(settings.argon2_time_cost, settings.argon2_memory_kib)
    stored = person.password_hash if person and person.password_hash else ""
    nobodys = _nobodys_hash(settings.argon2_time_cost, settings.argon2_memory_kib)
    try:
        matches = hasher.verify(stored or nobodys, password) and bool(stored)
    except (VerificationError, InvalidHashError):
        matches = False
    rehashed = hasher.hash(password) if matches and hasher.check_needs_rehash(stored) else ""
    return Weighed(person.id if person else None, matches, rehashed)


# ---- signing in and out ----


@dataclass(frozen=True)
class SignedIn:
    token: str
    person_id: int
    language: str


def sign_in(
    session: Session, *, weighed: Weighed, browser: str, settings: Settings, now: datetime
) -> SignedIn | None:
    """Open a session, or count a failure. None says no, and never why: not to strangers.

    Steps: lock the person's row (so that guesses made at once are counted one by one), refuse a
    closed or locked account whatever the password, count a wrong one and lock at the limit, tell
    the person by mail; else open a session of which only the token's hash is kept.
    """
    if weighed.person_id is None:
        return None
    person = lock(session, Person, weighed.person_id)
    if not person.is_active or (person.locked_until is not None and person.locked_until > now):
        return None
    if not weighed.matches:
        _count_failure(session, person, settings=settings, now=now)
        return None
    person.failed_sign_ins, person.locked_until = 0, None
    person.password_hash = weighed.rehashed or person.password_hash
    session.add(person)
    return _open_session(session, person, browser=browser, settings=settings, now=now)


def _count_failure(session: Session, person: Person, *, settings: Settings, now: datetime) -> None:
    person.failed_sign_ins += 1
    session.add(person)
    if person.failed_sign_ins < settings.lock_after_failures:
        return
    person.failed_sign_ins = 0
    person.locked_until = now + timedelta(minutes=settings.lock_minutes)
    mail = mails.locked(
        settings.lock_after_failures,
        settings.lock_minutes,
        f"{settings.base_url}/account/forgotten",
    )
    send_later(session, to=person, subject=mail.subject, body=mail.body, about="account", now=now)
    record(
        session,
        kind="account.locked",
        subject=commitment_of(session, person.id),
        body={"failures": settings.lock_after_failures, "minutes": settings.lock_minutes},
        by=service("sign-in"),
        now=now,
    )


def _open_session(
    session: Session, person: Person, *, browser: str, settings: Settings, now: datetime
) -> SignedIn:
    token = secrets.token_urlsafe(32)
    row = SignInSession(
        token_sha256=digest_of(token),
        person_id=person.id,
        browser=browser[:BROWSER_LENGTH],
        created_at=now,
        last_seen_at=now,
        expires_at=now + timedelta(hours=settings.session_hours),
    )
    session.add(row)
    session.flush()
    _note(session, "session.opened", person.id, {"session": row.id}, Actor(person.id), now)
    return SignedIn(token, person.id, person.language)


def _note(
    session: Session, kind: str, person_id: int, body: dict[str, Any], by: Actor, now: datetime
) -> None:
    """An event about a person: who it is about stands in it as a commitment only."""
    subject = commitment_of(session, person_id)
    record(session, kind=kind, subject=subject, body=body, by=by, now=now)


def note_seen(session: Session, *, session_id: int, now: datetime) -> None:
    """When a session was last used. A counter of its own, no change of state, so no event."""
    row = session.get(SignInSession, session_id)
    if row is not None:
        row.last_seen_at = now
        session.add(row)


def revoke_session(session: Session, *, session_id: int, by: Actor, now: datetime) -> None:
    """End one of one's own sessions, this browser's or another's."""
    row = lock(session, SignInSession, session_id)
    if row.person_id != by.person_id:
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    if row.revoked_at is None:
        row.revoked_at = now
        session.add(row)
        _note(session, "session.revoked", row.person_id, {"session": row.id}, by, now)


def revoke_sessions(
    session: Session, *, person_id: int, by: Actor, now: datetime, keep_id: int = 0
) -> int:
    """End every live session of a person but one; gives how many that were."""
    statement = (
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.id != keep_id,
            col(SignInSession.revoked_at).is_(None),
            SignInSession.expires_at > now,
        )
        .order_by(col(SignInSession.id))
        .with_for_update()
    )
    rows = session.exec(statement).all()
    for row in rows:
        row.revoked_at = now
        session.add(row)
    if rows:
        ended = [row.id for row in rows]
        _note(session, "session.revoked", person_id, {"sessions": ended}, by, now)
    return len(rows)


def revoke_other_sessions(session: Session, *, keep_id: int, by: Actor, now: datetime) -> int:
    """End all of one's own sessions but this one."""
    return revoke_sessions(session, person_id=_own(session, by).id, by=by, now=now, keep_id=keep_id)


# ---- one's own data ----


def _own(session: Session, by: Actor) -> Person:
    if by.person_id is None:
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    person = lock(session, Person, by.person_id)
    if person.erased_at is not None:
        raise AccountRefused(AccountRefusal.ACCOUNT_ERASED)
    return person


def change_password(
    session: Session,
    *,
    weighed: Weighed,
    password_hash: str,
    keep_session_id: int,
    by: Actor,
    now: datetime,
) -> None:
    """Set a new password after the present one was weighed; all other sessions end, mail is sent."""
    person = _own(session, by)
    if not weighed.matches or weighed.person_id != person.id:
        raise AccountRefused(AccountRefusal.PASSWORD_WRONG, "current")
    person.password_hash = password_hash
    session.add(person)
    revoke_sessions(session, person_id=person.id, by=by, now=now, keep_id=keep_session_id)
    mail = mails.PASSWORD_CHANGED
    send_later(session, to=person, subject=mail.subject, body=mail.body, about="account", now=now)
    _note(session, "account.password_changed", person.id, {}, by, now)


def change_profile(
    session: Session, *, name: str, language: str, by: Actor, now: datetime
) -> Person:
    """Name and language. The event names the fields that changed, not what stands in them."""
    person = _own(session, by)
    data = checked(PersonData, {"email": person.email, "name": name.strip(), "language": language})
    changed = [
        field for field in ("name", "language") if getattr(person, field) != getattr(data, field)
    ]
    if changed:
        person.name, person.language = data.name, data.language
        session.add(person)
        _note(session, "account.profile_changed", person.id, {"fields": changed}, by, now)
    return person


def choose_language(session: Session, *, language: str, by: Actor, now: datetime) -> None:
    """The language of pages and mails, from the switch in the head of a page."""
    person = _own(session, by)
    change_profile(session, name=person.name, language=language, by=by, now=now)
