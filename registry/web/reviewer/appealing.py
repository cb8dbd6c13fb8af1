"""The appeal panel's act: let the refusal stand, or have the case reviewed again."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from registry.models import Organisation
from registry.operations import appeal
from registry.queries import application as applications
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.letter import letter_of
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import Opened, ReasonForm, carry_out, first_shown, opened_for


class AppealForm(ReasonForm):
    outcome = RadioField()

    def offer(self) -> None:
        self.speak(t("复议理由", "Reasons"))
        self.outcome.label.text = t("复议决定", "Decision")
        self.outcome.choices = [
            ("stands", t("维持原决定", "The refusal stands")),
            ("overturned", t("撤销原决定，重新评审", "Overturn it: the case is reviewed again")),
        ]
        self.outcome.validators = [InputRequired(t("请选择一项。", "Choose one."))]


@blueprint.route("/case/<int:application_id>/appeal", methods=["GET", "POST"])
@opens_to(Role.APPEAL_PANEL)
def decide_appeal(application_id: int) -> ResponseReturnValue:
    found = opened_for(application_id, "let_stand", "overturn")
    if not isinstance(found, Opened):
        return found
    form = AppealForm()
    form.offer()
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form,
        found.application,
        lambda session: appeal.decide_appeal(
            session,
            application_id=application_id,
            overturn=form.outcome.data == "overturned",
            reason=form.reason.data,
            by=edge.actor(),
            now=edge.now(),
        ),
    ):
        flash(t("复议决定已作出。", "The appeal is decided."), "success")
        return redirect(found.address)
    session = edge.reading()
    refusal = applications.last_refusal(session, application_id)
    owner = session.get_one(Organisation, found.application.organisation_id)
    return render_template(
        "reviewer/appeal.html",
        opened=found,
        form=form,
        appeal=next(iter(applications.appeals(session, application_id)), None),
        paper=letter_of(found.application, owner, refusal, legal_date(refusal.decided_at))
        if refusal is not None
        else None,
    )
