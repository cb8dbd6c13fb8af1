"""The desk of the applicant."""

from flask import Blueprint

blueprint = Blueprint("applicant", __name__, url_prefix="/applicant")
