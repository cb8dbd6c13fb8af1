"""The desk of the admin and of the officers who verify organisations. Nothing here decides a case."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

from registry.web.admin import (  # noqa: E402
    organisations,
    people,
    person,
    settings_page,
)

__all__ = ["blueprint", "organisations", "people", "person", "settings_page"]
