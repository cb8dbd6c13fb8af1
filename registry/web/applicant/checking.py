"""Check your answers, declare, send; and the receipt."""

from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField

from registry.operations import application as operations
from registry.queries import application as queries
from registry.queries.organisation import colleagues
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.answers_view import answer_groups
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk, open_draft
from registry.web.applicant.files import file_shown
from registry.web.applicant.questions import question_named
from registry.web.applicant.scoring import live_score
from registry.web.applicant.wording import problem_words
from registry.web.language import said, t
from registry.web.refusal import refusal_words
from registry.words.problems import DECLARATIONS, NEXT


class DeclarationsForm(FlaskForm):
    """The declarations of the signatory; the operation says which it needs."""

    true_and_complete = BooleanField()
    no_double_claim = BooleanField()
    agrees_to_publication = BooleanField()
    discloses_trade_secrets = BooleanField()

    def speak(self) -> None:
        for name in (*operations.DECLARATIONS, *operations.CONSENTS):
            self[name].label.text = said(DECLARATIONS[name])

    def made(self) -> frozenset[str]:
        offered = (*operations.DECLARATIONS, *operations.CONSENTS)
        return frozenset(name for name in offered if self[name].data)

    def ask_for_all(self) -> None:
        """Say at each box that it is needed, and at none that is ticked."""
        for name in operations.DECLARATIONS:
            if not self[name].data:
                self[name].errors = [t("提交前须作此声明。", "Declare this before you send.")]


@blueprint.get("/<int:application_id>/check")
@opens_to(*OPENS_TO)
def check_answers(application_id: int) -> ResponseReturnValue:
    desk = open_draft(application_id)
    form = DeclarationsForm()
    form.speak()
    return _render(desk, form, show_missing=False)


def _render(desk: Desk, form: DeclarationsForm, *, show_missing: bool) -> str:
    groups = answer_groups(desk.steps, desk.answers, desk.asked, desk.case.assumed)
    for group in groups:
        group["href"] = desk.step_url(group["step"])
        for answer in group["answers"]:
            problem = desk.problem_at(answer["field"])
            answer["href"] = desk.field_url(answer["field"])
            answer["problem"] = problem_words(problem, desk.book) if problem else None
    return render_template(
        "applicant/check.html",
        desk=desk,
        groups=groups,
        form=form,
        problems=problem_lines(desk),
        show_missing=show_missing,
        files=_files_by_question(desk),
        score=live_score(desk, desk.answers),
        signatories=_signatories(desk),
    )


def problem_lines(desk: Desk) -> list[dict[str, Any]]:
    """Each problem with the name of its question, leading to its field."""
    lines = []
    for problem in desk.problems:
        question = question_named(desk.steps, problem.field)
        name = said(question.name) if question is not None else problem.field
        text = f"{name}{t('：', ': ')}{problem_words(problem, desk.book)}"
        lines.append({"href": desk.field_url(problem.field), "text": text})
    return lines


def _files_by_question(desk: Desk) -> list[dict[str, Any]]:
    found = []
    for question in (q for step in desk.steps for q in step.questions if q.evidence):
        here = [file_shown(f) for f in desk.files if f.criterion == question.id]
        if question.id in desk.asked:
            found.append({"name": question.evidence, "files": here, "label": question.name})
    return found


def _signatories(desk: Desk) -> list[str]:
    """Whom an editor may ask: colleagues of the same organisation."""
    rows = colleagues(edge.reading(), desk.case.organisation_id, on=edge.today())
    return [row.name for row in rows if Role.SIGNATORY in row.roles]


@blueprint.post("/<int:application_id>/submit", endpoint="submit_application")
@opens_to(*OPENS_TO)
def submit_application(application_id: int) -> ResponseReturnValue:
    """Sends the draft. What is wrong is said at its field, and the draft is kept."""
    desk = open_draft(application_id)
    form = DeclarationsForm()
    form.speak()
    if not form.validate_on_submit():
        return _render(desk, form, show_missing=True), 422
    try:
        with edge.writing() as session:
            operations.submit(
                session,
                application_id=application_id,
                declarations=form.made(),
                by=edge.actor(),
                now=edge.now(),
            )
    except operations.AnswersRefused:
        return _render(open_draft(application_id), form, show_missing=True), 422
    except MoveRefused as refused:
        return _refused(application_id, form, refused)
    return redirect(url_for("applicant.receipt", application_id=application_id), 303)


def _refused(
    application_id: int, form: DeclarationsForm, refused: MoveRefused
) -> ResponseReturnValue:
    if refused.code is Refusal.NEEDED:
        form.ask_for_all()
    else:
        form.form_errors.append(refusal_words(refused))
    return _render(open_draft(application_id), form, show_missing=True), 422


@blueprint.get("/<int:application_id>/receipt")
@opens_to(*OPENS_TO)
def receipt(application_id: int) -> ResponseReturnValue:
    """What was sent, when, under which number and digest, and what happens now."""
    desk = open_desk(application_id)
    version = queries.newest_version(edge.reading(), application_id)
    if version is None:
        abort(404)
    return render_template(
        "applicant/receipt.html",
        desk=desk,
        sent=version,
        owner=queries.owners_of(edge.reading(), [desk.case])[desk.case.organisation_id],
        next=NEXT.get(desk.case.state),
    )
