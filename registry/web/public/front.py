"""The front page and the health check."""

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue

from registry.queries.health import database_answers
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
    database_answers(edge.reading())
    return jsonify(status="ok")
