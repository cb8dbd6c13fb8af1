"""Notice to all, or all into force, for the entries of one file: asked for, followed, steered."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry.models import RestrictedBulk, RestrictedImport
from registry.operations import restriction_bulk as operations
from registry.queries import restriction_import as imports
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import t
from registry.web.pinning import flash_refusal, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.reading import FULL
from registry.words import restricted_import as words

ASKERS = (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER)


class BulkForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField()

    def speak(self, act: str) -> None:
        self.reason.label.text = t("理由", "Reason")
        if act == operations.ENTER:
            asked = t("请说明理由。", "Give the reason.")
            self.reason.validators = [InputRequired(asked), Length(min=4, max=4000)]


def _import(import_id: int) -> RestrictedImport:
    row = imports.import_with_id(edge.reading(), import_id)
    return row if row is not None else abort(404)


@blueprint.route("/imports/<int:import_id>/all/<any(notify,enter):act>", methods=["GET", "POST"])
@opens_to(*ASKERS)
def bulk_act(import_id: int, act: str) -> ResponseReturnValue:
    """What the act brings about, for how many, and the reason; the worker does it."""
    row = _import(import_id)
    form = BulkForm()
    form.speak(act)
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                operations.begin(
                    session,
                    import_id=import_id,
                    act=act,
                    reason=form.reason.data or "",
                    by=edge.actor(),
                    now=edge.now(),
                )
        except MoveRefused as refused:
            form.form_errors.append(words_of(refused))
        else:
            return redirect(url_for("restriction.entry_import", import_id=import_id), 303)
    page = render_template(
        "restriction/bulk_act.html",
        row=row,
        act=act,
        form=form,
        label=words.BULK_ACTS[act],
        consequences=words.BULK_CONSEQUENCES[act],
        count=operations.how_many(edge.reading(), import_id, act, on=edge.today()),
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/bulk/<int:bulk_id>/<any(pause,resume,cancel):act>")
@opens_to(*ASKERS)
def steer_bulk(bulk_id: int, act: str) -> ResponseReturnValue:
    row = edge.reading().get(RestrictedBulk, bulk_id) or abort(404)
    try:
        with edge.writing() as session:
            operations.steer(session, bulk_id=bulk_id, act=act, by=edge.actor(), now=edge.now())
        flash(t("已办理。", "Done."), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("restriction.entry_import", import_id=row.import_id), 303)


@blueprint.get("/bulk/<int:bulk_id>/progress")
@opens_to(*FULL)
def bulk_progress(bulk_id: int) -> ResponseReturnValue:
    """The moving piece of the page."""
    row = edge.reading().get(RestrictedBulk, bulk_id) or abort(404)
    return render_template("restriction/bulk_progress.html", **shown(row))


def shown(row: RestrictedBulk) -> dict[str, Any]:
    acts = words.BULK_ACTS
    return {
        "bulk": row,
        "bulk_title": acts[row.act],
        "bulk_runs": row.state in (operations.RUNNING, operations.PAUSED),
        "bulk_problems": [
            {"entry": one["entry"], "text": words.PROBLEMS.get(one["code"], one["code"])}
            for one in row.problems
        ],
        "may_steer": holds_one_of(frozenset(operations.WHO[row.act])),
    }


def bulk_of(import_id: int) -> dict[str, Any]:
    """What the page of an import shows of acts on all its entries."""
    session, on = edge.reading(), edge.today()
    newest = imports.newest_bulk(session, import_id)
    free = newest is None or newest.state not in (operations.RUNNING, operations.PAUSED)
    open_for = {
        act: operations.how_many(session, import_id, act, on=on)
        for act in (operations.NOTIFY, operations.ENTER)
        if free and holds_one_of(frozenset(operations.WHO[act]))
    }
    return {
        "open_for": {act: count for act, count in open_for.items() if count},
        "bulk_words": words.BULK_ACTS,
        **(shown(newest) if newest is not None else {"bulk": None}),
    }
