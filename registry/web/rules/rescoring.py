"""Score one application again by another version; both results stay, and nothing is decided by it."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry.operations.assessment import rescore as rescore_case
from registry.operations.rulebook_impact import rule_differences
from registry.queries import rulebook as rulebooks
from registry.queries.rulebook_impact import application_with_number, scores_of
from registry.rules.assessment import Assessment
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.pinning import REFUSED, pin
from registry.web.rules import blueprint
from registry.web.rules.book import READERS
from registry.web.rules.impact import VERDICT, grade_words
from registry.words import Words
from registry.words.grades import VERDICTS
from registry.words.rulebook import RULE_STATES


class RescoreForm(FlaskForm):
    number = StringField(validators=[InputRequired(), Length(max=40)])
    version = SelectField(validators=[InputRequired()])
    rationale = TextAreaField(validators=[InputRequired(), Length(max=2000)])

    def speak(self) -> None:
        self.number.label.text = t("申请编号", "Number of the application")
        self.version.label.text = t("规则版本", "Version of the rulebook")
        self.version.choices = [
            (f"{one.id}@{one.version}", f"{one.id} {one.version}")
            for one in rulebooks.released(edge.reading())
        ]
        self.rationale.label.text = t("为什么重新评分", "Why it is scored again")


@blueprint.route("/rescore", methods=["GET", "POST"])
@opens_to(Role.RULE_EDITOR, Role.RULE_PUBLISHER)
def rescore() -> ResponseReturnValue:
    form = RescoreForm()
    form.speak()
    if form.validate_on_submit():
        case = application_with_number(edge.reading(), (form.number.data or "").strip())
        if case is None:
            form.number.errors = [t("没有这个编号的申请。", "No application has this number.")]
        else:
            id, _, version = (form.version.data or "").partition("@")
            by = edge.actor()
            try:
                with edge.writing() as session:
                    rescore_case(
                        session,
                        application_id=case,
                        rulebook_id=id,
                        version=version,
                        rationale=form.rationale.data or "",
                        by=by,
                        now=edge.now(),
                    )
            except REFUSED as refused:
                pin(form, refused, field="rationale")
            else:
                flash(
                    t("已重新评分，原结果保留。", "Scored again; the first result stays."),
                    "success",
                )
                return redirect(url_for("rules.scores", application_id=case), 303)
    page = render_template("rules/rescore.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.get("/scores/<int:application_id>")
@opens_to(*READERS)
def scores(application_id: int) -> ResponseReturnValue:
    """Every score of one application, and what the last re-score changed, rule by rule."""
    found = scores_of(edge.reading(), application_id)
    if found is None:
        abort(404)
    number, title, kept = found
    rows = [
        {
            "at": one.made_at,
            "version": f"{one.rulebook_id} {one.rulebook_version}",
            "purpose": _PURPOSES.get(one.purpose, Words(one.purpose, one.purpose)),
            "grade": grade_words(one.grade),
            "verdict": VERDICTS[VERDICT[one.verdict]],
            "centipoints": one.total_centipoints,
            "sha256": one.result_sha256,
            "why": one.rationale,
        }
        for one in kept
    ]
    return render_template(
        "rules/scores.html", number=number, title=Words(*title), rows=rows, changes=_changes(kept)
    )


_PURPOSES = {
    "screening": Words("初筛", "At screening"),
    "assessed": Words("评审", "By an assessor"),
    "rescored": Words("按另一版重评", "By another version"),
}


def _changes(kept: list[Any]) -> list[dict[str, Any]]:
    """The newest re-score against the newest score of the case's own rulebook."""
    again = next((one for one in kept if one.purpose == "rescored"), None)
    own = next((one for one in kept if one.purpose != "rescored"), None)
    if again is None or own is None:
        return []
    changes = rule_differences(
        Assessment.from_record(own.result), Assessment.from_record(again.result)
    )
    return [
        {
            **one,
            "before_words": RULE_STATES[one["before"]["state"]],
            "after_words": RULE_STATES[one["after"]["state"]],
        }
        for one in changes
    ]
