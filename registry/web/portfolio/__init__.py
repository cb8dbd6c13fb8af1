"""The fund managers' loan books: brought, matched, screened, read, corrected, compared, taken away."""

from flask import Blueprint

blueprint = Blueprint("portfolio", __name__, url_prefix="/portfolios")

from registry.web.portfolio import (  # noqa: E402, F401
    bringing,
    columns,
    comparing,
    downloads,
    loans,
    running,
    watching,
)
