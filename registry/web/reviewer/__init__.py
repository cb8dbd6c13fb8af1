"""The reviewers' desks: screening, assessment, approval, appeals; one case file for all of them."""

from flask import Blueprint

blueprint = Blueprint("reviewer", __name__, url_prefix="/review")

from registry.web.reviewer import (  # noqa: E402
    appealing,  # noqa: F401
    approving,  # noqa: F401
    assessing,  # noqa: F401
    case,  # noqa: F401
    certificates,  # noqa: F401
    files,  # noqa: F401
    queues,  # noqa: F401
    reissues,  # noqa: F401
    returning,  # noqa: F401
    screening,  # noqa: F401
    settling,  # noqa: F401
)
