"""The restricted list's desk: proposals, due process, likenesses, look-ups; and the subject's pages."""

from flask import Blueprint, Flask
from flask_limiter import Limiter
from flask_wtf import CSRFProtect

blueprint = Blueprint("restriction", __name__, url_prefix="/restriction")

from registry.web.restriction import (  # noqa: E402
    acting,  # noqa: F401
    bulk,  # noqa: F401
    entry,  # noqa: F401
    importing,  # noqa: F401
    likeness,  # noqa: F401
    listing,  # noqa: F401
    looked_up,  # noqa: F401
    looking_up,  # noqa: F401
    policies,  # noqa: F401
    proposing,  # noqa: F401
    showing,  # noqa: F401
    subject,  # noqa: F401
    watching,  # noqa: F401
)

# The subject's pages need no account: its link may be used, not guessed, and not to flood the desk.
_LIMITS = {
    "restriction.subject": ("60 per minute", ["GET"]),
    "restriction.make_statement": ("10 per hour", ["POST"]),
    "restriction.file_appeal": ("10 per hour", ["POST"]),
    "restriction.file_repair": ("10 per hour", ["POST"]),
}


def init_app(app: Flask, *, csrf: CSRFProtect, limiter: Limiter) -> None:
    del csrf
    for endpoint, (rate, methods) in _LIMITS.items():
        view = app.view_functions[endpoint]
        app.view_functions[endpoint] = limiter.limit(rate, methods=methods)(view)
