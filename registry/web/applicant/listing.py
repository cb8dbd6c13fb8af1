"""The reader's applications, oldest clock first, and how to start one."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from registry.models import Application, Organisation
from registry.operations import application as operations
from registry.queries import application as queries
from registry.queries.rulebook import in_force
from registry.rules.lifecycle import MoveRefused
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.desk import OPENS_TO
from registry.web.language import said, t
from registry.web.refusal import refusal_words
from registry.words import Words
from registry.words.problems import NEXT


@blueprint.get("/")
@opens_to(*OPENS_TO)
def applications() -> ResponseReturnValue:
    """Own cases: those that wait for the applicant first, then by their clock."""
    session, viewer, today = edge.reading(), edge.actor(), edge.today()
    cases = queries.own_applications(session, viewer=viewer, on=today)
    owners = queries.owners_of(session, cases)
    own = queries.organisations_to_act_for(session, viewer=viewer, on=today)
    rows = [_row(case, owners[case.organisation_id]) for case in sorted(cases, key=_urgency)]
    return render_template("applicant/applications.html", rows=rows, may_start=bool(own))


def _urgency(case: Application) -> tuple[int, str, int]:
    """Waiting for the applicant, then in others' hands, then at an end; within, the nearest day."""
    waiting = {"RETURNED": 0, "DRAFT": 1}.get(case.state, 2 if case.due_on is not None else 3)
    return waiting, case.due_on.isoformat() if case.due_on is not None else "9", -case.id


def _row(case: Application, owner: Organisation) -> dict[str, Any]:
    untitled = t("未命名项目", "Untitled project")
    return {
        "title": t(case.title_zh, case.title_en) or case.title_zh or untitled,
        "href": url_for("applicant.application", application_id=case.id),
        "number": case.number or t("草稿", "Draft"),
        "owner": t(owner.name_zh, owner.name_en or owner.name_zh),
        "kind": places.kind_name(case.kind),
        "state": case.state,
        "due_on": case.due_on,
        "next": said(NEXT[case.state]) if case.state in NEXT else "",
    }


class StartForm(FlaskForm):
    organisation_id = RadioField(coerce=int, validators=[InputRequired()])
    kind = RadioField(validators=[InputRequired()])

    def speak(self, own: list[Organisation]) -> None:
        """Labels and choices in the reader's language; a single organisation is chosen already."""
        self.organisation_id.label.text = t("申请单位", "Applicant")
        self.organisation_id.choices = [
            SelectChoice(row.id, t(row.name_zh, row.name_en or row.name_zh)) for row in own
        ]
        self.kind.label.text = t("项目类型", "Kind of project")
        self.kind.choices = [SelectChoice(*kind) for kind in places.kind_choices()]
        if len(own) == 1 and not self.organisation_id.raw_data:
            self.organisation_id.data = own[0].id
        for field in (self.organisation_id, self.kind):
            field.validators = [InputRequired(t("请选择一项。", "Choose one."))]


@blueprint.route("/start", methods=["GET", "POST"], endpoint="start_application")
@opens_to(*OPENS_TO)
def start_application() -> ResponseReturnValue:
    viewer, today = edge.actor(), edge.today()
    own = list(queries.organisations_to_act_for(edge.reading(), viewer=viewer, on=today))
    form = StartForm()
    form.speak(own)
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                organisation = next(row for row in own if row.id == form.organisation_id.data)
                started = operations.start(
                    session,
                    organisation=organisation,
                    kind=form.kind.data,
                    by=viewer,
                    now=edge.now(),
                )
                started_id = started.id
        except MoveRefused as refused:
            form.form_errors.append(refusal_words(refused))
        except StopIteration:
            abort(404)
        else:
            page = url_for("applicant.application", application_id=started_id)
            return redirect(page, 303)
    kinds = [
        (Words(kind.name.zh, kind.name.en), Words(kind.hint.zh, kind.hint.en))
        for kind in in_force(edge.reading(), today).kinds
    ]
    page = render_template("applicant/start.html", form=form, own=own, kinds=kinds)
    return page, 422 if form.errors else 200
