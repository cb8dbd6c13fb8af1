"""Flask-Login over sessions that are rows, so that any of them can be revoked."""

import hashlib
from functools import cached_property

from flask import Flask
from flask_login import LoginManager, UserMixin

from registry.models import Person, SignInSession
from registry.queries import account
from registry.rules.calendar import legal_date
from registry.rules.permissions import Actor
from registry.web import edge


class SignedInPerson(UserMixin):  # type: ignore[misc]
    """The person behind this request. Its id in the cookie is the secret of one session row."""

    def __init__(self, token: str, person: Person, session: SignInSession) -> None:
        self.token = token
        self.person_id = person.id or 0
        self.session_id = session.id or 0
        self.name = person.name
        self.email = person.email
        self.language = person.language
        self.last_seen_at = session.last_seen_at

    def get_id(self) -> str:
        return self.token

    @cached_property
    def actor(self) -> Actor:
        return account.actor_of(edge.reading(), self.person_id, on=legal_date(edge.now()))


def token_digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _load(token: str) -> SignedInPerson | None:
    found = account.session_of_token(edge.reading(), token_digest(token), now=edge.now())
    if found is None:
        return None
    person, session = found
    return SignedInPerson(token, person, session)


def init_app(app: Flask) -> None:
    manager = LoginManager()
    manager.session_protection = None  # sessions are bound to a row of ours, not to an address
    manager.user_loader(_load)
    manager.init_app(app)
