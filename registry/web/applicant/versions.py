"""A copy of what was sent, and what changed since the version before."""

from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from registry.models import ApplicationVersion
from registry.queries import application as queries
from registry.rules.calendar import legal_date
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.answers_view import answer_groups, changes_between
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk
from registry.web.applicant.files import file_shown
from registry.web.applicant.questions import asked_now, question_named
from registry.words.problems import DECLARATIONS


@blueprint.get("/<int:application_id>/versions/<int:no>")
@opens_to(*OPENS_TO)
def sent_version(application_id: int, no: int) -> ResponseReturnValue:
    desk = open_desk(application_id)
    session = edge.reading()
    found = queries.version(session, application_id, no)
    if found is None:
        abort(404)
    earlier = queries.version(session, application_id, no - 1)
    on = legal_date(found.submitted_at)
    asked = asked_now(desk.book, desk.case.kind, found.answers, as_of=on)
    return render_template(
        "applicant/version.html",
        desk=desk,
        sent=found,
        earlier=earlier,
        groups=answer_groups(desk.steps, found.answers, asked, desk.case.assumed),
        changes=_changes(desk, earlier, found) if earlier is not None else [],
        files=_files(desk, found),
        declarations=[DECLARATIONS[name] for name in DECLARATIONS if found.declarations.get(name)],
    )


def _changes(
    desk: Desk, earlier: ApplicationVersion, found: ApplicationVersion
) -> list[dict[str, Any]]:
    asked = queries.findings(edge.reading(), desk.case.id)
    texts = {
        f.field: f.text for f in asked if earlier.submitted_at < f.raised_at < found.submitted_at
    }
    return changes_between(desk.steps, earlier.answers, found.answers, texts)


def _files(desk: Desk, found: ApplicationVersion) -> list[dict[str, Any]]:
    """The files that this version names, removed ones too: their bytes are kept."""
    rows = queries.files_by_id(edge.reading(), [int(id) for id in found.files])
    shown = []
    for row in rows.values():
        question = question_named(desk.steps, row.criterion)
        shown.append(
            {"label": question.name if question else row.criterion, "file": file_shown(row)}
        )
    return shown
