"""The front page and the health check."""

from flask import jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.queries.health import database_answers
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.clocks import clock_of
from registry.web.public import blueprint
from registry.web.waiting import waiting_for_me


@blueprint.get("/")
@opens_to_everyone
def front() -> ResponseReturnValue:
    """What this is; who is signed in sees their own work instead."""
    if not current_user.is_authenticated:
        return render_template("public/front.html")
    return render_template("public/desk.html", waiting=waiting_for_me(), clock_of=clock_of)


@blueprint.get("/healthz")
@opens_to_everyone
def healthz() -> ResponseReturnValue:
    """For load balancers: the database answers."""
    database_answers(edge.reading())
    return jsonify(status="ok")
