"""Refusals in the reader's words: pinned on the field that they are about, else above the form."""

from __future__ import annotations

from flask import flash
from flask_wtf import FlaskForm
from wtforms import DateField

from registry.operations.account import DataRefused
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.people import AccountRefused
from registry.web.language import said, t
from registry.words import people, refusals

REFUSED = (AccountRefused, DataRefused, MoveRefused)


class DayField(DateField):
    """A day, or empty; what is no day is said in the reader's language."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist and not valuelist[0].strip():
            self.data = None
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(said(people.REFUSALS["day_invalid"])) from error


def words_of(error: Exception) -> str:
    """A refusal as a sentence."""
    if isinstance(error, MoveRefused):
        words = refusals.REFUSALS.get(str(error.code))
        return said(words, **error.details) if words else t("未能办理。", "This was not done.")
    if isinstance(error, AccountRefused):
        return said(people.REFUSALS[str(error.code)], **error.details)
    if isinstance(error, DataRefused):
        return " ".join(_problem(problem.code, problem.limit) for problem in error.problems)
    raise error


def _problem(code: str, limit: int) -> str:
    return said(people.REFUSALS[code], limit=limit)


def pin(
    form: FlaskForm, error: AccountRefused | DataRefused | MoveRefused, *, field: str = ""
) -> None:
    """Put each problem on its field of this form, or on the form where no field bears it.

    `field` bears what the life cycle asks for on a page that asks for one thing only.
    """
    if isinstance(error, DataRefused):
        for problem in error.problems:
            email = problem.field == "email" and problem.code == "malformed"
            _pin_one(
                form,
                problem.field,
                _problem("email_invalid" if email else problem.code, problem.limit),
            )
        return
    if isinstance(error, AccountRefused):
        field = error.field
    elif error.code is not Refusal.NEEDED:
        field = ""
    _pin_one(form, field, words_of(error))


def _pin_one(form: FlaskForm, field: str, text: str) -> None:
    if field in form:
        form[field].errors = [*form[field].errors, text]
    else:
        form.form_errors.append(text)


def flash_refusal(error: Exception) -> None:
    """For acts without a form: the refusal stands on the next page."""
    flash(words_of(error), "error")
