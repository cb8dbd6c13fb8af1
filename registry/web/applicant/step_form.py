"""A page of the form as WTForms fields, made from its questions. The rules judge, not the fields:
whatever is typed is kept as it was typed."""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput

from registry.rules.answers import NO, YES
from registry.web.applicant.codes import zones_by_province
from registry.web.applicant.questions import LONG, Question
from registry.web.language import said, t

MOST_RADIOS = 5
MOST_CHARACTERS = 20_000
FILE = "file-"  # rules' ids have no hyphen, so that these never meet an answer's field
SECRET = "secret-"  # noqa: S105  a mark on a file, no password


class AnswersForm(FlaskForm):
    """`version` is the draft that was shown, `seen` the answers in it: see `save_draft`."""

    version = HiddenField()
    seen = HiddenField()


def form_for(
    questions: Iterable[Question],
    answers: Mapping[str, str],
    draft_version: int,
    *,
    posted: bool = True,
) -> AnswersForm:
    """A form of these questions, filled with the answers so far or with what was just posted."""
    asked = list(questions)
    fields: dict[str, Field] = {}
    for question in asked:
        fields[question.id] = _field(question, answers.get(question.id, ""))
        if question.evidence is not None:
            fields[FILE + question.id] = MultipleFileField(said(question.evidence))
            fields[SECRET + question.id] = BooleanField(
                t("此文件含商业秘密", "This file holds trade secrets")
            )
    made = type("Answers", (AnswersForm,), fields)
    shown = {question.id: answers.get(question.id, "") for question in asked}
    filled = {**shown, "version": str(draft_version), "seen": _packed(shown)}
    form: AnswersForm = made(data=filled) if posted else made(formdata=None, data=filled)
    return form


def _packed(shown: Mapping[str, str]) -> str:
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def show_again(form: AnswersForm, answers: Mapping[str, str], draft_version: int) -> None:
    """Keep what was typed in the fields, and take the stored draft as what has now been seen."""
    shown = {field: answers.get(field, "") for field in seen_of(form)}
    form.version.data, form.seen.data = str(draft_version), _packed(shown)


def version_of(form: AnswersForm) -> int:
    text = str(form.version.data or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def seen_of(form: AnswersForm) -> dict[str, str]:
    """What stood in the fields; what cannot be read counts as nothing seen."""
    try:
        found: Any = json.loads(str(form.seen.data or ""))
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(k): plain(v) for k, v in found.items() if isinstance(v, str)}


def typed(form: AnswersForm, questions: Iterable[Question]) -> dict[str, str]:
    """What the reader wrote, untouched but for line ends; a field that the post lacks is no answer."""
    return {
        question.id: plain(str(form[question.id].data or ""))
        for question in questions
        if form[question.id].raw_data
    }


def plain(text: str) -> str:
    """A post's text as it is kept: one kind of line end, and no NUL, which no store can hold."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()[:MOST_CHARACTERS]


def _field(question: Question, answer: str) -> Field:
    label = said(question.name)
    match question.type:
        case "choice" if len(question.options) > MOST_RADIOS:
            return SelectField(label, choices=_choices(question), validate_choice=False)
        case "choice":
            choices = [SelectChoice(id, said(name)) for id, name in question.options]
            return RadioField(label, choices=choices, validate_choice=False)
        case "yes_no":
            choices = [SelectChoice(YES, t("是", "Yes")), SelectChoice(NO, t("否", "No"))]
            return RadioField(label, choices=choices, validate_choice=False)
        case "code" if question.table == "zones":
            return SelectField(label, choices=_zones(), validate_choice=False)
        case "date":
            return StringField(label, widget=DateInput() if _is_day(answer) else None)
        case "text" if question.longest > LONG:
            return TextAreaField(label)
        case _:
            return StringField(label)


def _choices(question: Question) -> list[SelectChoice]:
    named = [SelectChoice(id, said(name)) for id, name in question.options]
    return [SelectChoice("", "—"), *named]


def _zones() -> list[SelectChoice]:
    """Every zone under its province."""
    return [SelectChoice(id, name, optgroup=province) for id, name, province in zones_by_province()]


def _is_day(answer: str) -> bool:
    """A browser's own calendar shows nothing for a text that is no day: that text stays a text."""
    try:
        return not answer or bool(date.fromisoformat(answer))
    except ValueError:
        return False
