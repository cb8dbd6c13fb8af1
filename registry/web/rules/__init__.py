"""The desk of the rules."""

from flask import Blueprint

blueprint = Blueprint("rules", __name__, url_prefix="/rules")
