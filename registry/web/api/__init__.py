"""The API for programs: read what is public, score, screen; described by OpenAPI."""

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
