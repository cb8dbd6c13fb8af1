"""Pages for everybody: the front page, certificate status, the lists' public side, health."""

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from registry.web.public import front  # noqa: E402, F401
