"""The fund managers' desk: the reserve list, its projects, interest and money."""

from flask import Blueprint

blueprint = Blueprint("manager", __name__, url_prefix="/reserve")

from registry.web.manager import financing, listing, project  # noqa: E402, F401
