"""What this installation is configured to, to read. Settings change where it is run, not here."""

from flask import render_template
from flask.typing import ResponseReturnValue

from registry.queries import account as accounts
from registry.rules.permissions import Role
from registry.web.access import opens_to
from registry.web.admin import blueprint
from registry.web.edge import database, reading, settings


@blueprint.get("/settings", endpoint="settings")
@opens_to(Role.ADMIN)
def settings_view() -> ResponseReturnValue:
    return render_template(
        "admin/settings.html",
        settings=settings(),
        is_sqlite=database().is_sqlite,
        outbox=accounts.outbox(reading()),
    )
