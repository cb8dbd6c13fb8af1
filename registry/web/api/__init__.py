"""The interface for programs, version 1: public reading and scoring; nothing is stored."""

from flask import Blueprint, Flask
from flask_limiter import Limiter
from flask_wtf import CSRFProtect

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

from registry.web.api import document, reading, scoring  # noqa: E402, F401


def init_app(app: Flask, *, csrf: CSRFProtect, limiter: Limiter) -> None:
    """No cookie counts here and nothing is changed, so no form token is asked for."""
    csrf.exempt(blueprint)
    for endpoint in [name for name in app.view_functions if name.startswith("api.")]:
        rate = "60 per minute" if endpoint == "api.score" else "240 per minute"
        app.view_functions[endpoint] = limiter.limit(rate)(app.view_functions[endpoint])
