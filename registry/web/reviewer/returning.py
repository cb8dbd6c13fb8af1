"""Return for correction: typed findings on fields, several at once, one consolidated request."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import FieldList, Form, FormField, SelectField, TextAreaField
from wtforms.validators import Length, ValidationError

from registry.operations import review
from registry.queries.review import field_words
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import (
    LONGEST,
    ActForm,
    Opened,
    carry_out,
    first_shown,
    opened_for,
)
from registry.web.reviewer.answers import book_of
from registry.words import Words
from registry.words.problems import PARTICULARS_STEP

KINDS = {
    "correct": Words("整改：内容有误，须改正", "Correct: it is wrong and has to be changed"),
    "clarify": Words("澄清：须说明或补充依据", "Clarify: explain it, or give the evidence"),
    "follow_up": Words("后续：须承诺后续补齐", "Follow up: promise what comes later"),
}
BLANK_ROWS = 3
MOST_ROWS = 40


class FindingForm(Form):
    field = SelectField(validate_choice=False)  # a row that is left out needs no kind
    kind = SelectField(default="correct", validate_choice=False)
    text = TextAreaField(validators=[Length(max=LONGEST)])

    def validate_text(self, text: TextAreaField) -> None:
        if self.field.data and len((text.data or "").strip()) < 4:
            raise ValidationError(
                t("请写明问题（至少 4 个字）。", "Say what is asked (4 characters).")
            )

    def validate_kind(self, kind: SelectField) -> None:
        if self.field.data and kind.data not in KINDS:
            raise ValidationError(t("请选择类型。", "Choose the kind."))

    def validate_field(self, field: SelectField) -> None:
        if not field.data and (self.text.data or "").strip():
            raise ValidationError(t("请选择对应的字段。", "Choose the field that it is about."))


class ReturnForm(ActForm):
    findings = FieldList(FormField(FindingForm), min_entries=BLANK_ROWS, max_entries=MOST_ROWS)

    def offer(self, choices: dict[str, list[tuple[str, str]]]) -> None:
        kinds = [(code, said(words)) for code, words in KINDS.items()]
        for entry in self.findings:
            entry.form.field.label.text = t("字段", "Field")
            entry.form.field.choices = choices
            entry.form.kind.label.text = t("类型", "Kind")
            entry.form.kind.choices = kinds
            entry.form.text.label.text = t("问题", "What is asked")

    def asked(self) -> list[review.NewFinding]:
        return [
            review.NewFinding(row.form.field.data, row.form.kind.data, row.form.text.data.strip())
            for row in self.findings
            if row.form.field.data
        ]


@blueprint.route("/case/<int:application_id>/return", methods=["GET", "POST"])
@opens_to(Role.SCREENER, Role.ASSESSOR)
def send_for_correction(application_id: int) -> ResponseReturnValue:
    found = opened_for(application_id, "return")
    if not isinstance(found, Opened):
        return found
    form = ReturnForm()
    if request.form.get("go") == "more":
        for _ in range(min(BLANK_ROWS, MOST_ROWS - len(form.findings))):
            form.findings.append_entry()
    form.offer(_fields(found))
    first_shown(form, found.application)
    _prefill(form, found)
    if request.form.get("go") != "more" and form.validate_on_submit():
        asked = form.asked()
        if not asked:
            form.form_errors.append(
                t("请至少指出一处具体问题。", "Name at least one finding on a field.")
            )
        elif carry_out(
            form,
            found.application,
            lambda session: review.ask(
                session,
                application_id=application_id,
                findings=asked,
                by=edge.actor(),
                now=edge.now(),
            ),
        ):
            flash(
                t("已退回补正，申请人会收到邮件。", "Returned; the applicant is told."), "success"
            )
            return redirect(found.address)
    return render_template(
        "reviewer/return.html",
        opened=found,
        form=form,
        most=found.facts.most_rounds,
        may_add=len(form.findings) < MOST_ROWS,
    )


def _prefill(form: ReturnForm, found: Opened) -> None:
    field = request.args.get("field", "")
    if not form.is_submitted() and field in field_words(found.application):
        form.findings[0].form.field.data = field


def _fields(found: Opened) -> dict[str, list[tuple[str, str]]]:
    """Every question that was put to the applicant, under its step of the form."""
    names, book = field_words(found.application), book_of(found.application)
    asked = book.inputs_for(found.application.kind)
    groups: dict[str, list[tuple[str, Any]]] = {"": [("", t("（不用此行）", "(leave this out)"))]}
    by_step = {declared.id: declared.step for declared in asked}
    groups[said(PARTICULARS_STEP)] = [
        (field, said(words)) for field, words in names.items() if field not in by_step
    ]
    for step in book.steps:
        fields = [d.id for d in asked if d.step == step.id]
        if fields:
            groups[t(step.name.zh, step.name.en)] = [(id, said(names[id])) for id in fields]
    return groups
