"""Settle what the registry cannot know: a named person's word, on evidence, with a rationale."""

from collections.abc import Mapping
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from sqlmodel import Session
from wtforms import RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from registry.operations import judgement, review
from registry.queries.assessment import newest_assessment
from registry.queries.review import judgements_of
from registry.rules.assessment import UNKNOWN
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import (
    ActForm,
    Opened,
    carry_out,
    first_shown,
    opened_for,
    said_in_full,
)
from registry.web.reviewer.answers import book_of
from registry.web.score_view import matter_name
from registry.words.scoring import MATTERS


class SettleForm(ActForm):
    """Several matters may rest on the same look-up; each gets its own word in the log."""

    matters = SelectMultipleField(
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    outcome = RadioField(default="pass")
    rationale = TextAreaField()
    evidence = TextAreaField()
    proof = FileField()

    def offer(self, matters: Mapping[str, Mapping[str, Any]]) -> None:
        self.codes = {id: matter["code"] for id, matter in matters.items()}
        self.matters.label.text = t("待核事项", "Open matters")
        self.matters.choices = [
            (id, f"{said(MATTERS[m['code']])}{t('：', ': ')}{said(m['name'])}")
            for id, m in matters.items()
        ]
        self.matters.validators = [InputRequired(t("至少选择一项。", "Choose at least one."))]
        self.outcome.label.text = t("认定结果", "Outcome")
        self.outcome.choices = [
            ("pass", t("通过；或接受该事项", "Passes; or the matter is accepted")),
            ("fail", t("不通过（仅限未知的前置条件）", "Fails (unknown gates only)")),
            ("not_applicable", t("不适用（仅限未知的前置条件）", "Does not apply (unknown gates)")),
        ]
        self.rationale.label.text = t("认定理由", "Rationale")
        self.rationale.validators = said_in_full()
        self.evidence.label.text = t("证据出处", "Where the evidence is")
        self.evidence.validators = [Length(max=1000)]
        self.proof.label.text = t("证据文件", "Evidence file")

    def validate_outcome(self, field: RadioField) -> None:
        others = [id for id in self.matters.data or [] if self.codes.get(id) != UNKNOWN]
        if field.data != "pass" and others:
            raise ValidationError(
                t("这一结果只能用于未知的前置条件。", "This outcome is for unknown gates only.")
            )

    def validate_evidence(self, field: TextAreaField) -> None:
        if not (field.data or "").strip() and not self.proof.data:
            raise ValidationError(
                t("请写明证据出处或上传文件。", "Say where the evidence is, or attach a file.")
            )


@blueprint.route("/case/<int:application_id>/settle", methods=["GET", "POST"])
@opens_to(Role.SCREENER, Role.ASSESSOR)
def settle(application_id: int) -> ResponseReturnValue:
    found = opened_for(application_id, "settle_gate")
    if not isinstance(found, Opened):
        return found
    matters = _open_matters(found)
    form = SettleForm()
    form.offer(matters)
    first_shown(form, found.application)
    if matters and form.validate_on_submit():
        name, data = _uploaded(form)
        if carry_out(
            form, found.application, lambda session: _settle(session, found, form, name, data)
        ):
            flash(
                t(
                    "已认定 %(n)s 项，证书将注明。",
                    "%(n)s settled; the certificate will say so.",
                    n=len(form.matters.data),
                ),
                "success",
            )
            return redirect(found.address + "#matters")
    return render_template("reviewer/settle.html", opened=found, form=form, matters=matters)


def _open_matters(found: Opened) -> dict[str, dict[str, Any]]:
    """The matters of the newest score that nobody has settled yet."""
    newest = newest_assessment(edge.reading(), found.application)
    if newest is None:
        return {}
    settled = {
        row.rule_id
        for row in judgements_of(edge.reading(), found.application.id)
        if row.kind == "settled"
    }
    book = book_of(found.application)
    return {
        matter["id"]: {"code": matter["code"], "name": matter_name(matter["subject"], book)}
        for matter in newest.result.get("matters", [])
        if not matter["settled"] and matter["id"] not in settled
    }


def _uploaded(form: SettleForm) -> tuple[str, bytes]:
    if not form.proof.data:
        return "", b""
    return form.proof.data.filename or "", form.proof.data.read()


def _settle(session: Session, found: Opened, form: SettleForm, name: str, data: bytes) -> None:
    settings = edge.settings()
    proof = None
    if name:
        proof = judgement.keep_proof(
            settings.evidence_folder, name, data, limit_bytes=settings.upload_limit_bytes
        )
    for matter in form.matters.data:
        known = form.codes[matter] == UNKNOWN
        review.settle_gate(
            session,
            application_id=found.application.id,
            rule_id=matter,
            state=form.outcome.data if known else judgement.ACCEPTED,
            rationale=form.rationale.data,
            evidence=form.evidence.data or "",
            proof=proof,
            by=edge.actor(),
            now=edge.now(),
        )
