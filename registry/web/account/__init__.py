"""The desk of the account: signing in, one's own data and sessions, one's organisations."""

from flask import Blueprint, Flask, request
from flask_limiter import Limiter
from flask_login import current_user
from flask_wtf import CSRFProtect

from registry.operations import account as operations
from registry.web import edge
from registry.words import people
from registry.words.roles import ROLES, SCOPES

blueprint = Blueprint("account", __name__, url_prefix="/account")

from registry.web.account import (  # noqa: E402
    links,
    organisations,
    overview,
    signing,
)

__all__ = ["blueprint", "init_app", "links", "organisations", "overview", "signing"]

_LIMITS = {
    "account.sign_in": "20 per minute; 200 per hour",
    "account.register": "5 per minute; 30 per hour",
    "account.forgotten": "5 per minute; 30 per hour",
    "account.open_link": "10 per minute; 60 per hour",
    "account.change_password": "10 per minute; 60 per hour",
    "account.erase": "5 per minute; 30 per hour",
}
_SEEN_AFTER_SECONDS = 300


def _note_seen() -> None:
    """When a session was last used, by what it writes: a GET never does."""
    if request.method != "POST" or not current_user.is_authenticated:
        return
    if (edge.now() - current_user.last_seen_at).total_seconds() > _SEEN_AFTER_SECONDS:
        with edge.writing() as session:
            operations.note_seen(session, session_id=current_user.session_id, now=edge.now())


def init_app(app: Flask, *, csrf: CSRFProtect, limiter: Limiter) -> None:
    """What the rest of the site needs of accounts: words, limits on guessing, kept input."""
    del csrf
    app.jinja_env.globals.update(
        known_endpoints=app.view_functions,
        role_words=ROLES,
        scope_words=SCOPES,
        link_purposes=people.LINK_PURPOSES,
        organisation_kinds=people.ORGANISATION_KINDS,
        verification_words=people.VERIFICATION,
        code_kinds=people.CODE_KINDS,
        code_warning_words=people.CODE_WARNINGS,
        people_states=people.PEOPLE_STATES,
    )
    app.extensions["registry_sign_in_keeping"] = signing.sign_in_keeping
    app.before_request(_note_seen)
    for endpoint, rate in _LIMITS.items():
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(rate, methods=["POST"])(view)
