"""The desk of the auditor."""

from flask import Blueprint

blueprint = Blueprint("auditor", __name__, url_prefix="/auditor")
