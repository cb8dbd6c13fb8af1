"""The assessor's acts: the sheet that sets what is the assessor's, the score, the recommendation."""

from decimal import Decimal
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from registry.operations import review
from registry.operations.assessment import judged, try_score
from registry.operations.review import NewJudgement
from registry.operations.screening import found_by_registry
from registry.queries import review as cases
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.rules.answers import Refused, parse
from registry.rules.assessment import Assessment
from registry.rules.permissions import Role
from registry.rules.rulebook.declarations import Input
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import (
    LONGEST,
    Opened,
    ReasonForm,
    carry_out,
    first_shown,
    opened_for,
)
from registry.web.reviewer.answers import book_of, unit_words
from registry.web.score_view import score_view
from registry.words import Words
from registry.words.grades import GRADES

RULE_STATES: dict[str, Words] = {
    "pass": Words("通过", "Pass"),
    "fail": Words("不通过", "Fail"),
    "conditional": Words("附条件", "On a condition"),
    "missing": Words("缺数据", "Missing"),
    "unknown": Words("未知", "Unknown"),
    "not_applicable": Words("不适用", "Does not apply"),
}


class SheetForm(ReasonForm):
    """The rulebook's inputs that an assessor sets, each with its rationale; made per case."""

    inputs: tuple[Input, ...] = ()

    def new_judgements(self, current: dict[str, str]) -> list[NewJudgement]:
        """What this person now says otherwise, or says for the first time."""
        said_now = [
            (i.id, self[i.id].data or "", self[f"{i.id}_why"].data or "") for i in self.inputs
        ]
        return [
            NewJudgement(id, value, why)
            for id, value, why in said_now
            if value and (value != current.get(id, "") or why.strip())
        ]

    def changed(self) -> dict[str, str]:
        return {i.id: self[i.id].data for i in self.inputs if self[i.id].data}


def _sheet(found: Opened, current: dict[str, str]) -> SheetForm:
    """A form class with a value and a rationale for each of the assessor's inputs."""
    inputs = book_of(found.application).inputs_for(found.application.kind, "assessor")
    fields: dict[str, Any] = {"inputs": inputs}
    for declared in inputs:
        fields[declared.id] = _control(declared)
        fields[f"{declared.id}_why"] = TextAreaField(
            t(
                "理由：%(name)s",
                "Rationale: %(name)s",
                name=t(declared.name.zh, declared.name.en),
            ),
            validators=[Length(max=LONGEST)],
        )
        fields[f"validate_{declared.id}"] = _check(declared)
        fields[f"validate_{declared.id}_why"] = _check_why(declared, current)
    form = type("Sheet", (SheetForm,), fields)()
    form.speak(t("评分说明", "On the score as a whole"))
    if not form.is_submitted():
        for declared in inputs:
            form[declared.id].data = current.get(declared.id, "")
    return form


def _control(declared: Input) -> Any:
    label = t(declared.name.zh, declared.name.en)
    if declared.type == "yes_no":
        said_so = [("", "—"), ("yes", t("是", "Yes")), ("no", t("否", "No"))]
        return SelectField(label, choices=[SelectChoice(*one) for one in said_so], default="")
    if declared.options:
        options = [(o.id, t(o.name.zh, o.name.en)) for o in declared.options]
        unset = SelectChoice("", t("尚未认定", "Not set yet"))
        choices = [unset, *(SelectChoice(*one) for one in options)]
        return SelectField(label, choices=choices, default="")
    return StringField(label)


def _check(declared: Input) -> Any:
    def check(_form: FlaskForm, field: Any) -> None:
        try:
            parse(declared, field.data)
        except Refused:
            raise ValidationError(t("请核对此项的格式。", "This cannot be read.")) from None

    return check


def _check_why(declared: Input, current: dict[str, str]) -> Any:
    def check(form: FlaskForm, field: TextAreaField) -> None:
        value = form[declared.id].data or ""
        if value and value != current.get(declared.id, "") and not (field.data or "").strip():
            raise ValidationError(t("请说明认定理由。", "Give the rationale."))

    return check


@blueprint.route("/case/<int:application_id>/score", methods=["GET", "POST"])
@opens_to(Role.ASSESSOR)
def score(application_id: int) -> ResponseReturnValue:
    """The sheet: see the effect as often as wanted, then score."""
    found = opened_for(application_id, "score")
    if not isinstance(found, Opened):
        return found
    session = edge.reading()
    current, _ = judged(session, found.application)
    form = _sheet(found, current)
    first_shown(form, found.application)
    effect = _effect(found, form) if form.is_submitted() else None
    sending = request.form.get("go") == "score"
    if sending and form.validate_on_submit():
        judgements = form.new_judgements(current)
        if carry_out(
            form,
            found.application,
            lambda session: review.score(
                session,
                application_id=application_id,
                judgements=judgements,
                rationale=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ),
        ):
            flash(t("评分已保存。", "The score is on record."), "success")
            return redirect(found.address + "#score")
    return render_template(
        "reviewer/score.html",
        opened=found,
        form=form,
        effect=effect,
        units={i.id: unit_words(i, book_of(found.application)) for i in form.inputs},
        said_before={
            row.rule_id: row
            for row in reversed(cases.judgements_of(edge.reading(), application_id))
            if row.kind == "input"
        },
    )


@blueprint.post("/case/<int:application_id>/score/effect")
@opens_to(Role.ASSESSOR)
def score_effect(application_id: int) -> ResponseReturnValue:
    """The effect of the sheet as it is being filled, for the page's own script."""
    found = opened_for(application_id, "score")
    if not isinstance(found, Opened):
        return "", 204
    current, _ = judged(edge.reading(), found.application)
    return render_template("reviewer/effect.html", effect=_effect(found, _sheet(found, current)))


def _effect(found: Opened, form: SheetForm) -> dict[str, Any]:
    """The newest score beside what it would be, and the rules that would come out otherwise."""
    session = edge.reading()
    newest = newest_assessment(session, found.application)
    then = try_score(
        session,
        found.application,
        inputs=form.changed(),
        found=found_by_registry(session, found.application),
        now=edge.now(),
    )
    before = Assessment.from_record(newest.result) if newest is not None else then
    book = book_of(found.application)
    old = {result.rule: result for result in before.rules}
    moved = [
        {
            "name": book.rule_by_id[result.rule].name,
            "before": old[result.rule],
            "after": result,
        }
        for result in then.rules
        if result.rule in old
        and (result.state, result.got_centipoints)
        != (old[result.rule].state, old[result.rule].got_centipoints)
    ]
    return {
        "before": before,
        "after": then,
        "rules": moved,
        "state_words": RULE_STATES,
        "difference": Decimal(then.total_centipoints - before.total_centipoints) / 100,
    }


class RecommendForm(ReasonForm):
    grade = SelectField()

    def offer(self, grades: tuple[str, ...]) -> None:
        self.speak(t("评审意见", "Your recommendation in words"))
        self.grade.label.text = t("建议等级", "Grade that you recommend")
        self.grade.choices = [(code, said(GRADES[code])) for code in grades]


@blueprint.route("/case/<int:application_id>/recommend", methods=["GET", "POST"])
@opens_to(Role.ASSESSOR)
def recommend(application_id: int) -> ResponseReturnValue:
    """The computed grade or a lower one, with reasons; the case goes to an approver."""
    found = opened_for(application_id, "recommend")
    if not isinstance(found, Opened):
        return found
    newest = newest_assessment(edge.reading(), found.application, ASSESSED)
    if newest is None:
        return redirect(found.address)
    form = RecommendForm()
    form.offer(cases.grades_open_to(newest))
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form,
        found.application,
        lambda session: review.recommend(
            session,
            application_id=application_id,
            grade=form.grade.data,
            rationale=form.reason.data,
            by=edge.actor(),
            now=edge.now(),
        ),
    ):
        flash(t("已提交审定。", "The case is with the approvers now."), "success")
        return redirect(found.address)
    return render_template(
        "reviewer/recommend.html", opened=found, form=form, score=score_view(newest)
    )
