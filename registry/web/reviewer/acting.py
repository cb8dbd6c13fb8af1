"""What every act on a case has in common: it is opened, judged as it was seen, carried out once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlmodel import Session
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry.models import Application, Certificate
from registry.operations.case import must_be_as_seen
from registry.operations.evidence import FileFault, FileRefused
from registry.queries import review
from registry.queries.case import facts_of
from registry.rules.lifecycle import Facts, MoveRefused, OpenMove, reasons_for
from registry.web import edge
from registry.web.language import current_language, said, t
from registry.web.refusal import refusal_words
from registry.words import formats
from registry.words.problems import FILE_FAULTS
from registry.words.reasons import REASONS
from registry.words.refusals import REFUSALS

LONGEST = 4000
DETAILED = 4  # a reason of fewer characters explains nothing


class ActForm(FlaskForm):  # type: ignore[misc]
    """`seen` is the version of the case on which this person decides."""

    seen = HiddenField()


class ReasonForm(ActForm):
    reason = TextAreaField()

    def speak(self, label: str) -> None:
        self.reason.label.text = label
        self.reason.validators = said_in_full()


class CodedForm(ReasonForm):
    """A reason from the closed list of the move, and why in words."""

    reason_code = SelectField()

    def offer(self, cycle: str, event: str, label: str) -> None:
        self.speak(t("说明", "Explanation"))
        self.reason_code.label.text = label
        self.reason_code.choices = [
            ("", t("请选择", "Choose one")),
            *((reason.value, said(REASONS[reason])) for reason in reasons_for(cycle, event)),
        ]
        self.reason_code.validators = [
            InputRequired(t("请从列表中选择理由。", "Choose a reason from the list."))
        ]


def said_in_full() -> list[Any]:
    return [
        InputRequired(t("请说明理由。", "Give the reason.")),
        Length(
            min=DETAILED,
            max=LONGEST,
            message=t(
                f"请写 {DETAILED} 至 {LONGEST} 个字。",
                f"Write {DETAILED} to {LONGEST} characters.",
            ),
        ),
    ]


@dataclass(frozen=True)
class Opened:
    """A case that this person may read, and what they may do with it."""

    application: Application
    facts: Facts
    closed: MoveRefused | None
    moves: tuple[OpenMove, ...]

    def offers(self, event: str) -> OpenMove | None:
        return next((one for one in self.moves if one.move.event == event), None)

    @property
    def address(self) -> str:
        return url_for("reviewer.case", application_id=self.application.id)

    @property
    def title(self) -> str:
        case = self.application
        return t(case.title_zh, case.title_en or case.title_zh)


def opened(application_id: int) -> Opened:
    """404 where the case is not there for this person, as if there were none."""
    session, viewer, now = edge.reading(), edge.actor(), edge.now()
    found = review.readable_case(session, application_id, viewer=viewer, on=edge.today())
    if found is None:
        abort(404)
    facts = facts_of(session, found, by=viewer, now=now)
    moves = review.moves_of(
        session,
        found,
        viewer=viewer,
        now=now,
        notice_days=edge.settings().notice_working_days,
    )
    return Opened(found, facts, review.closed_to(viewer, facts, edge.today()), moves)


def opened_for(application_id: int, *events: str) -> Opened | ResponseReturnValue:
    """The case, or the way back to its file where none of these moves is this person's now: most
    likely somebody was quicker, which the file's page then says."""
    found = opened(application_id)
    if found.closed is None and any(found.offers(event) for event in events):
        return found
    if found.closed is None:
        flash(said(REFUSALS["no_such_move"]), "warning")
    return redirect(found.address)


def carry_out(
    form: FlaskForm, row: Application | Certificate, act: Callable[[Session], object]
) -> bool:
    """One transaction on the row as this person saw it; a refusal stands above the form, with all
    that was typed, and the next sending counts as having seen what changed."""
    try:
        with edge.writing() as session:
            must_be_as_seen(session, type(row), row.id, _number(form.seen.data))
            act(session)
    except MoveRefused as refused:
        form.form_errors.append(refusal_words(refused))
    except FileRefused as refused:
        form.form_errors.append(file_words(refused))
    else:
        return True
    form.seen.data = str(edge.reading().get_one(type(row), row.id).version)
    return False


def file_words(refused: FileRefused) -> str:
    """Why a file was not taken."""
    words = FILE_FAULTS[refused.code.value]
    if refused.code is FileFault.TOO_LARGE:
        octets = int(str(refused.details["limit_bytes"]))
        return said(words, limit=formats.file_size(octets, current_language()))
    return said(words)


def first_shown(form: FlaskForm, row: Application | Certificate) -> None:
    """Notes the version that a page shows when it is opened."""
    if not form.is_submitted():
        form.seen.data = str(row.version)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else -1
