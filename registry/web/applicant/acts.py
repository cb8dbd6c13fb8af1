"""What an applicant does to a case as a whole: withdraw it, appeal, begin again from a copy."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry.operations import appeal as appeals
from registry.operations import application as operations
from registry.queries import application as queries
from registry.rules.lifecycle import MoveRefused
from registry.rules.lifecycle.application import BEFORE_DECISION, State
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.case import CLONED_FROM, may_appeal
from registry.web.applicant.desk import OPENS_TO, open_desk
from registry.web.applicant.step_form import plain
from registry.web.language import t
from registry.web.refusal import refusal_words

LONGEST_GROUNDS = 5000


class ConfirmForm(FlaskForm):
    """Nothing but the token."""


class AppealForm(FlaskForm):
    grounds = TextAreaField(filters=[lambda text: plain(text or "")])

    def speak(self) -> None:
        self.grounds.label.text = t("复议理由", "Grounds of the appeal")
        self.grounds.validators = [
            InputRequired(t("请写明理由。", "State your grounds.")),
            Length(
                max=LONGEST_GROUNDS,
                message=t("最多 5,000 个字符。", "Use at most 5,000 characters."),
            ),
        ]


@blueprint.route("/<int:application_id>/withdraw", methods=["GET", "POST"])
@opens_to(*OPENS_TO)
def withdraw_application(application_id: int) -> ResponseReturnValue:
    desk = open_desk(application_id)
    if State(desk.case.state) not in BEFORE_DECISION:
        abort(409)
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                operations.withdraw(
                    session, application_id=application_id, by=edge.actor(), now=edge.now()
                )
        except MoveRefused as refused:
            form.form_errors.append(refusal_words(refused))
        else:
            flash(t("申请已撤回，记录保留。", "It is withdrawn; the record is kept."), "success")
            return redirect(url_for("applicant.application", application_id=application_id), 303)
    return render_template("applicant/withdraw.html", desk=desk, form=form)


@blueprint.route("/<int:application_id>/appeal", methods=["GET", "POST"])
@opens_to(*OPENS_TO)
def file_appeal(application_id: int) -> ResponseReturnValue:
    desk = open_desk(application_id)
    refusal = queries.last_refusal(edge.reading(), application_id)
    if refusal is None:
        abort(404)
    if not may_appeal(desk, refusal, edge.today()):
        abort(409)
    form = AppealForm()
    form.speak()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                appeals.file_appeal(
                    session,
                    application_id=application_id,
                    grounds=form.grounds.data or "",
                    by=edge.actor(),
                    now=edge.now(),
                )
        except MoveRefused as refused:
            form.form_errors.append(refusal_words(refused))
        else:
            flash(
                t("复议申请已提交，结果将书面告知。", "The appeal is filed; you will be told."),
                "success",
            )
            return redirect(url_for("applicant.application", application_id=application_id), 303)
    page = render_template("applicant/appeal.html", desk=desk, form=form, refusal=refusal)
    return page, 422 if form.errors else 200


@blueprint.post("/<int:application_id>/clone", endpoint="clone_application")
@opens_to(*OPENS_TO)
def clone_application(application_id: int) -> ResponseReturnValue:
    """A new draft with the old answers; files are not taken along."""
    desk = open_desk(application_id)
    if State(desk.case.state) not in CLONED_FROM:
        abort(409)
    try:
        with edge.writing() as session:
            fresh = operations.clone(
                session, application_id=application_id, by=edge.actor(), now=edge.now()
            )
            fresh_id = fresh.id
    except MoveRefused as refused:
        flash(refusal_words(refused), "error")
        return redirect(url_for("applicant.application", application_id=application_id), 303)
    flash(
        t(
            "已复制为新草稿；证明文件请重新上传。",
            "Copied into a new draft; please upload its files again.",
        ),
        "success",
    )
    return redirect(url_for("applicant.application", application_id=fresh_id), 303)
