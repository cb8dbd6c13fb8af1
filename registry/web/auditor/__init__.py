"""The auditor's desk: reads everything, verifies the log, writes nothing but annotations."""

from flask import Blueprint

blueprint = Blueprint("auditor", __name__, url_prefix="/audit")

from registry.web.auditor import case, chain, desk, files, numbers, parcels  # noqa: E402, F401
