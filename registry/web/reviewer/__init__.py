"""The desk of the reviewer."""

from flask import Blueprint

blueprint = Blueprint("reviewer", __name__, url_prefix="/reviewer")
