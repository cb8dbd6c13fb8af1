"""The front page and the health check."""

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.public import blueprint


@blueprint.get("/")
@opens_to_everyone
def front() -> ResponseReturnValue:
    return render_template("public/front.html")


@blueprint.get("/healthz")
@opens_to_everyone
def healthz() -> ResponseReturnValue:
    """For load balancers: the database answers."""
    edge.reading().execute(text("SELECT 1"))
    return jsonify(status="ok")
