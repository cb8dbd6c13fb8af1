"""Finding a code: a page that works without script, and a list for the field that has it."""

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.operations import application as operations
from registry.rules.lifecycle import MoveRefused
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.codes import SEARCHED, is_whole, search_codes
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk, open_draft
from registry.web.applicant.questions import Question, question_named, step_asking
from registry.web.applicant.step import EDITION_FIELD
from registry.web.language import t
from registry.web.refusal import refusal_words


def _searched(desk: Desk, field: str) -> Question:
    question = question_named(desk.steps, field)
    return question if question is not None and question.table in SEARCHED else abort(404)


def _edition(desk: Desk) -> str:
    return request.args.get("edition", "") or desk.answers.get(EDITION_FIELD, "")


@blueprint.get("/<int:application_id>/codes/<field>")
@opens_to(*OPENS_TO)
def look_up(application_id: int, field: str) -> ResponseReturnValue:
    desk = open_draft(application_id)
    question = _searched(desk, field)
    text = request.args.get("q", "")[:100]
    step = step_asking(desk.steps, field)
    assert step is not None  # a question stands in a step
    return render_template(
        "applicant/look_up.html",
        desk=desk,
        question=question,
        q=text,
        found=search_codes(question.table, text, _edition(desk)),
        is_whole=is_whole(question.table, _edition(desk)),
        back=desk.step_url(step, field),
    )


@blueprint.get("/<int:application_id>/codes/<field>.json")
@opens_to(*OPENS_TO)
def suggest_codes(application_id: int, field: str) -> ResponseReturnValue:
    """What the field offers while somebody types; `edition` is what stands beside it on the page."""
    desk = open_desk(application_id)
    question = _searched(desk, field)
    text = request.args.get("q", "")[:100]
    found = search_codes(question.table, text, _edition(desk), limit=12)
    return jsonify([{"code": code, "name": name} for code, name in found])


@blueprint.post("/<int:application_id>/codes/<field>")
@opens_to(*OPENS_TO)
def choose_code(application_id: int, field: str) -> ResponseReturnValue:
    """Puts a found code into the draft and returns to its field."""
    desk = open_draft(application_id)
    _searched(desk, field)
    step = step_asking(desk.steps, field)
    assert step is not None
    code = request.form.get("code", "").strip()[:20]
    try:
        with edge.writing() as session:
            operations.save_draft(
                session,
                application_id=application_id,
                changes={field: code},
                draft_version=desk.case.draft_version,
                by=edge.actor(),
                now=edge.now(),
            )
    except operations.DraftStale:
        flash(
            t("他人同时作了修改，请再选一次。", "Somebody saved meanwhile: choose again."), "error"
        )
        return redirect(
            url_for("applicant.look_up", application_id=application_id, field=field), 303
        )
    except MoveRefused as refused:
        flash(refusal_words(refused), "error")
    return redirect(desk.step_url(step, field), 303)
