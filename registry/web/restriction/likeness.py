"""Likenesses on listed cases: one person says true or false, a true one waits for a second."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry.models import Application, ListedMatch, Organisation, RestrictedEntry
from registry.operations import restriction_match
from registry.queries import restriction_list as lists
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.pinning import flash_refusal, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.reading import ground_name
from registry.words import screening as words

DECIDING = (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER, Role.SCREENER)
BAND_TONES = {"EXACT": "stop", "STRONG": "stop", "POSSIBLE": "wait", "NONE": "quiet"}


class MatchForm(FlaskForm):  # type: ignore[misc]
    decision = RadioField()
    reason = TextAreaField()

    def speak(self) -> None:
        self.decision.label.text = t("认定", "Your decision")
        self.decision.choices = [
            ("false", t("不是同一主体", "Not the same")),
            ("true", t("是同一主体（须另一人复核）", "The same (a second person confirms)")),
            ("unsure", t("尚不能认定", "Cannot be told yet")),
        ]
        self.decision.validators = [InputRequired(t("请选择一项。", "Choose one."))]
        self.reason.label.text = t("理由", "Reason")
        self.reason.validators = [
            InputRequired(t("请说明理由。", "Give the reason.")),
            Length(
                min=4, max=4000, message=t("请写 4 至 4000 个字。", "Write 4 to 4000 characters.")
            ),
        ]


@blueprint.get("/matches")
@opens_to(*DECIDING, Role.AUDITOR)
def matches() -> ResponseReturnValue:
    return render_template(
        "restriction/matches.html",
        rows=lists.matches_waiting(edge.reading()),
        bands=words.BANDS,
        tones=BAND_TONES,
        decisions=words.DECISIONS,
        ground_name=ground_name,
    )


@blueprint.route("/matches/<int:match_id>", methods=["GET", "POST"])
@opens_to(*DECIDING)
def match(match_id: int) -> ResponseReturnValue:
    row = edge.reading().get(ListedMatch, match_id)
    if row is None:
        abort(404)
    form = MatchForm()
    form.speak()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                restriction_match.decide(
                    session,
                    match_id=match_id,
                    decision=form.decision.data,
                    reason=form.reason.data,
                    by=edge.actor(),
                    now=edge.now(),
                )
        except MoveRefused as refused:
            form.form_errors.append(words_of(refused))
        else:
            flash(t("认定已记录。", "Your decision is on record."), "success")
            return redirect(url_for("restriction.matches"), 303)
    session = edge.reading()
    row = session.get_one(ListedMatch, match_id)
    application = session.get_one(Application, row.application_id)
    page = render_template(
        "restriction/match.html",
        row=row,
        form=form,
        parts=row.parts,
        entry=session.get_one(RestrictedEntry, row.entry_id),
        application=application,
        owner=session.get_one(Organisation, application.organisation_id),
        bands=words.BANDS,
        tones=BAND_TONES,
        decisions=words.DECISIONS,
        part_names=words.PARTS,
        kind_words=words.kind_words,
        ground_name=ground_name,
        may_decide=row.decision in ("", "unsure"),
        may_confirm=row.decision == "true"
        and row.confirmed_at is None
        and row.decided_by_id != edge.actor().person_id,
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/matches/<int:match_id>/confirm")
@opens_to(*DECIDING)
def confirm_match(match_id: int) -> ResponseReturnValue:
    try:
        with edge.writing() as session:
            restriction_match.confirm(session, match_id=match_id, by=edge.actor(), now=edge.now())
        flash(
            t(
                "已复核：同一主体。项目与证书已按条目处理。",
                "Confirmed: the same body. Project and certificate follow the entry.",
            ),
            "success",
        )
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("restriction.matches"), 303)
