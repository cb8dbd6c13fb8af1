"""One act on an entry: what it brings about, the reason, the term; judged as the page was seen."""

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from registry.models import RestrictedEntry
from registry.operations import restriction, restriction_appeal, restriction_provisional
from registry.rules.lifecycle import RESTRICTION, MoveRefused
from registry.rules.restriction import GROUNDS, longest_term
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.pinning import DayField, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.reading import DECIDERS, found, ground_name, name_of
from registry.words.events import MOVES
from registry.words.restriction import CONSEQUENCES

REASONED: dict[str, Callable[..., Any]] = {
    "dismiss": restriction.dismiss,
    "call_emergency": restriction_provisional.call_emergency,
    "enter_provisionally": restriction_provisional.enter_provisionally,
    "uphold": restriction_appeal.uphold,
    "annul": restriction_appeal.annul,
    "refuse_repair": restriction_appeal.refuse_repair,
    "lift": restriction_appeal.lift,
}
TERMED = ("enter", "confirm", "vary")
ACTS = (*REASONED, *TERMED, "notify")
_CODES = ",".join(ACTS)
DANGEROUS = ("enter", "enter_provisionally", "annul")


class ActForm(FlaskForm):  # type: ignore[misc]
    """`seen` is the version of the entry on which this person decides."""

    seen = HiddenField()
    to_day = DayField(validators=[Optional()])
    review_on = DayField(validators=[Optional()])
    reason = TextAreaField()

    def speak(self, move: str) -> None:
        self.to_day.label.text = t("截止日期", "Last day")
        self.review_on.label.text = t("复查日期", "Review on")
        self.reason.label.text = t("理由", "Reason")
        self.reason.validators = [Length(max=4000)]
        if move in REASONED or move == "vary":
            self.reason.validators = [
                InputRequired(t("请说明理由。", "Give the reason.")),
                Length(
                    min=4,
                    max=4000,
                    message=t("请写 4 至 4000 个字。", "Write 4 to 4000 characters."),
                ),
            ]


def _suggest(form: ActForm, row: RestrictedEntry, move: str) -> None:
    """The proposed end where the ground allows it from today, else the longest one."""
    ground = GROUNDS.get(row.ground)
    form.seen.data = str(row.version)
    if move not in TERMED or ground is None:
        return
    first = edge.today() if move == "enter" and row.origin != "mirrored" else row.from_day
    longest = longest_term(ground, row.case_code, first, grave_months=row.grave_months)
    asked = row.to_day
    form.to_day.data = longest.to_day
    if asked is not None and longest.to_day is not None and not row.is_provisional:
        form.to_day.data = min(asked, longest.to_day)
    form.review_on.data = longest.review_on


@blueprint.route(f"/<int:entry_id>/<any({_CODES}):move>", methods=["GET", "POST"])
@opens_to(*DECIDERS)
def act(entry_id: int, move: str) -> ResponseReturnValue:
    row = found(entry_id)
    if not any(str(one.event) == move for one in RESTRICTION.moves_from(row.state)):
        flash(t("当前状态下不能办理此事。", "This cannot be done in the present state."), "warning")
        return redirect(url_for("restriction.entry", entry_id=entry_id), 303)
    form = ActForm()
    form.speak(move)
    if not form.is_submitted():
        _suggest(form, row, move)
    elif form.validate():
        try:
            _carry_out(row, move, form)
        except MoveRefused as refused:
            form.form_errors.append(words_of(refused))
        else:
            flash(said(MOVES["restriction"][move]) + t("：已办理。", ": done."), "success")
            return redirect(url_for("restriction.entry", entry_id=entry_id), 303)
        row = found(entry_id)
        form.seen.data = str(row.version)
    ground = GROUNDS.get(row.ground)
    page = render_template(
        "restriction/act.html",
        entry=row,
        move=move,
        form=form,
        title=name_of(row),
        label=MOVES["restriction"][move],
        consequences=CONSEQUENCES[move],
        danger=move in DANGEROUS,
        ground=ground_name(row.ground),
        has_term=move in TERMED,
        until_performed=ground is not None
        and longest_term(ground, row.case_code, row.from_day).until_performed,
        has_reason=move != "notify" and move != "confirm",
    )
    return page, 422 if form.errors or form.form_errors else 200


def _carry_out(row: RestrictedEntry, move: str, form: ActForm) -> None:
    seen = int(form.seen.data) if (form.seen.data or "").isdecimal() else abort(400)
    said_by: dict[str, Any] = {"entry_id": row.id, "by": edge.actor(), "now": edge.now()}
    reason = (form.reason.data or "").strip()
    term = {"to_day": form.to_day.data, "review_on": form.review_on.data}
    with edge.writing() as session:
        if move == "notify":
            restriction.notify(session, base_url=edge.settings().base_url, **said_by)
        elif move == "enter":
            restriction.enter(session, **term, reason=reason, seen=seen, **said_by)
        elif move == "confirm":
            restriction_provisional.confirm(session, **term, seen=seen, **said_by)
        elif move == "vary":
            restriction_appeal.vary(session, **term, reason=reason, seen=seen, **said_by)
        else:
            REASONED[move](session, reason=reason, seen=seen, **said_by)
