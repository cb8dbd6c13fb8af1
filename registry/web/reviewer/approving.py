"""The approver's acts: approve, send back, reject, and objections during the notice."""

from flask import abort, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from wtforms import RadioField
from wtforms.validators import InputRequired

from registry.operations import decision
from registry.queries import review as cases
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import (
    CodedForm,
    Opened,
    ReasonForm,
    carry_out,
    first_shown,
    opened_for,
)
from registry.web.reviewer.screening import draft_letter, form_says_send
from registry.web.score_view import score_view


def _recommendation(found: Opened) -> dict[str, object]:
    """What the lead assessor said, and the score that it stands on."""
    decisions = cases.decisions_of(edge.reading(), found.application.id)
    newest = newest_assessment(edge.reading(), found.application, ASSESSED)
    said = next((d for d in decisions if d.event == "recommend"), None)
    return {
        "recommended": said,
        "score": score_view(newest) if newest is not None else None,
        "names": cases.names_of(edge.reading(), [said.decided_by_id] if said else []),
    }


@blueprint.route("/case/<int:application_id>/approve", methods=["GET", "POST"])
@opens_to(Role.APPROVER)
def approve(application_id: int) -> ResponseReturnValue:
    found = opened_for(application_id, "approve")
    if not isinstance(found, Opened):
        return found
    notice_days = edge.settings().notice_working_days
    form = ReasonForm()
    form.speak(t("批准理由", "Why you approve"))
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form,
        found.application,
        lambda session: decision.approve(
            session,
            application_id=application_id,
            reason=form.reason.data,
            notice_days=notice_days,
            by=edge.actor(),
            now=edge.now(),
        ),
    ):
        flash(t("已批准。", "Approved."), "success")
        return redirect(found.address)
    return render_template(
        "reviewer/approve.html",
        opened=found,
        form=form,
        notice_days=notice_days,
        **_recommendation(found),
    )


@blueprint.route("/case/<int:application_id>/send-back", methods=["GET", "POST"])
@opens_to(Role.APPROVER)
def send_back(application_id: int) -> ResponseReturnValue:
    found = opened_for(application_id, "send_back")
    if not isinstance(found, Opened):
        return found
    form = CodedForm()
    form.offer("application", "send_back", t("退回评审的理由", "Why it goes back"))
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form,
        found.application,
        lambda session: decision.send_back(
            session,
            application_id=application_id,
            reason_code=form.reason_code.data,
            reason=form.reason.data,
            by=edge.actor(),
            now=edge.now(),
        ),
    ):
        flash(t("已退回评审。", "Sent back to review."), "success")
        return redirect(found.address)
    return render_template("reviewer/send_back.html", opened=found, form=form)


@blueprint.route("/case/<int:application_id>/reject", methods=["GET", "POST"])
@opens_to(Role.APPROVER)
def reject(application_id: int) -> ResponseReturnValue:
    """Reason, explanation, and the letter before it goes."""
    found = opened_for(application_id, "reject")
    if not isinstance(found, Opened):
        return found
    form = CodedForm()
    form.offer("application", "reject", t("不予通过的理由", "Why it is rejected"))
    first_shown(form, found.application)
    paper = None
    if form.validate_on_submit():
        paper = draft_letter(found, "reject", form, "")
        if form_says_send() and carry_out(
            form,
            found.application,
            lambda session: decision.reject(
                session,
                application_id=application_id,
                reason_code=form.reason_code.data,
                reason=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ),
        ):
            flash(t("已决定不予通过，通知书已送达。", "Rejected; the letter was sent."), "success")
            return redirect(found.address)
    return render_template(
        "reviewer/refuse.html", opened=found, form=form, paper=paper, event="reject"
    )


class ObjectionForm(ReasonForm):
    outcome = RadioField()

    def offer(self) -> None:
        self.speak(t("处理理由", "Reasons"))
        self.outcome.label.text = t("处理结果", "Outcome")
        self.outcome.choices = [
            ("dismiss", t("驳回异议，公示继续", "Dismiss it: the notice goes on")),
            ("uphold", t("采纳异议，退回评审", "Uphold it: the case is reviewed again")),
        ]
        self.outcome.validators = [InputRequired(t("请选择一项。", "Choose one."))]


@blueprint.route(
    "/case/<int:application_id>/objections/<int:objection_id>", methods=["GET", "POST"]
)
@opens_to(Role.APPROVER)
def decide_objection(application_id: int, objection_id: int) -> ResponseReturnValue:
    found = opened_for(application_id, "dismiss_objection", "uphold_objection")
    if not isinstance(found, Opened):
        return found
    rows = cases.objections_of(edge.reading(), application_id)
    objection = next((row for row in rows if row.id == objection_id), None)
    if objection is None:
        abort(404)
    if objection.outcome:
        flash(t("该异议已由他人处理。", "Somebody has decided this objection."), "warning")
        return redirect(found.address + "#objections")
    form = ObjectionForm()
    form.offer()
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form,
        found.application,
        lambda session: decision.decide_objection(
            session,
            objection_id=objection_id,
            uphold=form.outcome.data == "uphold",
            reason=form.reason.data,
            by=edge.actor(),
            now=edge.now(),
        ),
    ):
        flash(t("异议已处理。", "The objection is decided."), "success")
        return redirect(found.address + "#objections")
    return render_template("reviewer/objection.html", opened=found, form=form, objection=objection)
