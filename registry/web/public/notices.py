"""The public notice: approved projects before they are listed, and anybody's objection."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from registry.models import Application, Organisation
from registry.operations import decision
from registry.queries import notice
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.rules.lifecycle import MoveRefused
from registry.web import edge, places
from registry.web.access import opens_to_everyone
from registry.web.language import t
from registry.web.public import blueprint
from registry.web.refusal import refusal_words
from registry.web.score_view import benefits_view, score_view


class ObjectionForm(FlaskForm):
    text = TextAreaField(validators=[DataRequired(), Length(min=10, max=4000)])
    contact = StringField(validators=[Length(max=200)])

    def speak(self) -> None:
        self.text.label.text = t("异议与事实依据", "Your objection and the facts it rests on")
        self.text.validators[0].message = t("请写明异议。", "Write what you object to.")
        self.contact.label.text = t("联系方式（选填）", "How to reach you (optional)")


@blueprint.get("/notices")
@opens_to_everyone
def notices() -> ResponseReturnValue:
    rows = [
        {
            "title": t(case.title_zh, case.title_en or case.title_zh),
            "href": url_for("public.object_to_listing", number=case.number),
            "owner": t(owner.name_zh, owner.name_en or owner.name_zh),
            "zone": places.zone_name(case.zone_id),
            "class": places.class_name(case.catalogue_edition, case.catalogue_code),
            "grade": case.grade,
            "until": case.notice_until,
        }
        for case, owner in notice.on_notice(edge.reading())
    ]
    return render_template("public/notices.html", rows=rows)


def _found(number: str) -> tuple[Application, Organisation]:
    found = notice.noticed(edge.reading(), number)
    if found is None:
        abort(404)
    return found


@blueprint.route("/notices/<number>", methods=["GET", "POST"])
@opens_to_everyone
def object_to_listing(number: str) -> ResponseReturnValue:
    """What is to be listed, and the form for an objection. Who objects stays inside."""
    case, _ = _found(number)
    form = ObjectionForm()
    form.speak()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                decision.object_to(
                    session,
                    application_id=case.id,
                    text=form.text.data,
                    contact=form.contact.data or "",
                    now=edge.now(),
                )
        except MoveRefused as refused:
            flash(refusal_words(refused), "error")
        else:
            flash(
                t(
                    "异议已收到。处理完毕之前，该项目不会入库。",
                    "Your objection was received. The project is not listed before it is decided.",
                ),
                "success",
            )
            return redirect(url_for("public.object_to_listing", number=number))
    case, owner = _found(number)
    stored = newest_assessment(edge.reading(), case, ASSESSED)
    return render_template(
        "public/notice.html",
        case=case,
        owner=owner,
        form=form,
        zone_name=places.zone_name(case.zone_id),
        province_name=places.province_name(case.province_code),
        class_name=places.class_name(case.catalogue_edition, case.catalogue_code),
        kind_name=places.kind_name(case.kind),
        score=score_view(stored, is_public=True) if stored is not None else None,
        benefits=benefits_view(stored) if stored is not None else [],
    )
