"""A returned case: each finding with its field, the only ones that are open, and the answer."""

from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.models import Finding
from registry.operations import application as operations
from registry.operations import review
from registry.queries import application as queries
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.lifecycle.application import State
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint, step_form
from registry.web.applicant.answers_view import answer_of, changes_between
from registry.web.applicant.checking import DeclarationsForm, problem_lines
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk
from registry.web.applicant.files import ACCEPTED, attach_uploaded, files_at, remove_asked
from registry.web.applicant.questions import Question, question_named
from registry.web.applicant.step import hints_for_questions, pin_problems, pin_stale, save
from registry.web.applicant.step_form import AnswersForm
from registry.web.language import current_language, t
from registry.web.refusal import refusal_words
from registry.words import formats
from registry.words.problems import FINDING_KINDS

ANSWER = "answer-"
LONGEST_ANSWER = 4000


def _open_returned(application_id: int) -> Desk:
    desk = open_desk(application_id)
    if desk.case.state != State.RETURNED:
        abort(409)
    return desk


def _open_questions(desk: Desk) -> list[Question]:
    """The questions whose answers may change: those asked about, and what they bring up."""
    fields = operations.open_fields(edge.reading(), desk.case, now=edge.now(), answers=desk.answers)
    questions = [q for step in desk.steps for q in step.questions]
    return [q for q in questions if fields is None or q.id in fields]


def _form(desk: Desk, questions: list[Question]) -> AnswersForm:
    return step_form.form_for(questions, desk.answers, desk.case.draft_version)


@blueprint.get("/<int:application_id>/corrections")
@opens_to(*OPENS_TO)
def corrections(application_id: int) -> ResponseReturnValue:
    desk = _open_returned(application_id)
    questions = _open_questions(desk)
    form = _form(desk, questions)
    pin_problems(form, desk, {q.id for q in questions}, also_missing="check" in request.args)
    declared = DeclarationsForm()
    declared.speak()
    return _render(desk, questions, form, declared)


@blueprint.post("/<int:application_id>/corrections", endpoint="save_corrections")
@opens_to(*OPENS_TO)
def save_corrections(application_id: int) -> ResponseReturnValue:
    """Keeps changed answers, words on the findings and files; the button "send" then sends them."""
    desk = _open_returned(application_id)
    questions = _open_questions(desk)
    form = _form(desk, questions)
    declared = DeclarationsForm()
    declared.speak()
    if not form.validate_on_submit():
        return _render(desk, questions, form, declared), 422
    try:
        save(desk, form, step_form.typed(form, questions))
        _answer_findings(desk)
    except operations.DraftStale as stale:
        pin_stale(form, questions, stale)
        return _render(desk, questions, form, declared), 409
    except MoveRefused as refused:
        form.form_errors.append(refusal_words(refused))
        return _render(desk, questions, form, declared), 409
    if attach_uploaded(application_id, questions, form):
        return _render(_open_returned(application_id), questions, form, declared), 422
    remove_asked(application_id)
    if request.form.get("go") == "send":
        return _send(application_id, declared)
    flash(t("已保存，尚未提交。", "Saved; not sent yet."), "success")
    return redirect(url_for("applicant.corrections", application_id=application_id), 303)


def _send(application_id: int, declared: DeclarationsForm) -> ResponseReturnValue:
    """Sends the corrections: a new version; every finding must have its answer."""
    refused_answers = False
    try:
        with edge.writing() as session:
            operations.resubmit(
                session,
                application_id=application_id,
                declarations=declared.made(),
                by=edge.actor(),
                now=edge.now(),
            )
        return redirect(url_for("applicant.receipt", application_id=application_id), 303)
    except operations.AnswersRefused:
        refused_answers = True
    except MoveRefused as refused:
        if refused.code is Refusal.NEEDED:
            declared.ask_for_all()
        else:
            declared.form_errors = [*declared.form_errors, refusal_words(refused)]
    desk = _open_returned(application_id)
    questions = _open_questions(desk)
    form = step_form.form_for(questions, desk.answers, desk.case.draft_version, posted=False)
    pin_problems(form, desk, {q.id for q in questions}, also_missing=True)
    return _render(desk, questions, form, declared, refused=refused_answers), 422


def _answer_findings(desk: Desk) -> None:
    for finding in queries.open_findings(edge.reading(), desk.case):
        text = request.form.get(f"{ANSWER}{finding.id}")
        if text is None:
            continue
        text = step_form.plain(text)[:LONGEST_ANSWER]
        if text != finding.answer or (text and finding.answered_at is None):
            with edge.writing() as session:
                review.answer_finding(
                    session, finding_id=finding.id, answer=text, by=edge.actor(), now=edge.now()
                )


@blueprint.post("/<int:application_id>/corrections/autosave")
@opens_to(*OPENS_TO)
def autosave_corrections(application_id: int) -> ResponseReturnValue:
    """The timer's save of the open fields; words on findings go with the button, since each of
    them is an event of the case."""
    desk = open_desk(application_id)
    questions = _open_questions(desk)
    form = _form(desk, questions)
    try:
        version = save(desk, form, step_form.typed(form, questions))
    except (operations.DraftStale, operations.FieldsClosed, MoveRefused):
        text = t(
            "未保存：内容已被他人改动。请点“保存”查看。",
            "Not saved: somebody else changed it. Press Save to see.",
        )
        return jsonify(message=text), 409
    at = formats.moment(edge.now(), current_language())
    text = t(
        "字段已保存：%(at)s；答复文字请点“保存”",
        "Fields saved: %(at)s. Press Save to keep your answers",
        at=at,
    )
    return jsonify(message=text, version=version)


def _render(
    desk: Desk,
    questions: list[Question],
    form: AnswersForm,
    declared: DeclarationsForm,
    *,
    refused: bool = False,
) -> str:
    session = edge.reading()
    asked = queries.open_findings(session, desk.case)
    sent = queries.newest_version(session, desk.case.id)
    before = sent.answers if sent is not None else {}
    named = {finding.field: finding.text for finding in asked}
    return render_template(
        "applicant/corrections.html",
        desk=desk,
        form=form,
        findings=[_finding(desk, finding, before) for finding in asked],
        brought_up=[q for q in questions if q.id not in named],
        questions={q.id: q for q in questions},
        declared=declared,
        problems=problem_lines(desk) if refused else [],
        changes=changes_between(desk.steps, before, desk.answers, named),
        beside=hints_for_questions(desk, questions),
        files={q.id: files_at(desk, q.id) for q in questions},
        accepted=ACCEPTED,
        limit=edge.settings().upload_limit_bytes,
        longest_answer=LONGEST_ANSWER,
    )


def _finding(desk: Desk, finding: Finding, before: Any) -> dict[str, Any]:
    question = question_named(desk.steps, finding.field)
    was = answer_of(question, before) if question is not None else None
    posted = request.form.get(f"{ANSWER}{finding.id}")
    return {
        "id": finding.id,
        "name": f"{ANSWER}{finding.id}",
        "field": finding.field,
        "question": question,
        "kind": FINDING_KINDS.get(finding.kind),
        "text": finding.text,
        "answer": finding.answer if posted is None else posted,
        "was": was,
    }
