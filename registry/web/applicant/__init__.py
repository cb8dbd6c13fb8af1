"""The applicants' desk: their applications, the form with its live score, and what becomes of them."""

from flask import Blueprint

blueprint = Blueprint("applicant", __name__, url_prefix="/applications")

from registry.web.applicant import (  # noqa: E402
    acts,
    case,
    checking,
    correction,
    files,
    listing,
    lookup,
    step,
    versions,
)

__all__ = [
    "acts",
    "blueprint",
    "case",
    "checking",
    "correction",
    "files",
    "listing",
    "lookup",
    "step",
    "versions",
]
