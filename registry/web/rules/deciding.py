"""Propose, send back, publish, withdraw, drop: each a page that says what will happen first."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry.documents.signing import load_signer
from registry.operations import rulebook as operations
from registry.queries import rulebook as rulebooks
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.pinning import REFUSED, DayField, flash_refusal, pin
from registry.web.rules import blueprint
from registry.web.rules.book import Shown, found, number


class ReasonForm(FlaskForm):
    rationale = TextAreaField(validators=[InputRequired(), Length(max=4000)])

    def speak(self) -> None:
        self.rationale.label.text = t("理由", "Reasons")


class PublishForm(ReasonForm):
    effective_from = DayField(validators=[InputRequired()])

    def speak(self) -> None:
        super().speak()
        self.effective_from.label.text = t("施行日期", "In force from")


def _kept(key: str) -> Shown:
    shown = found(key)
    return shown if shown.row is not None else abort(404)


def _act(key: str, form: ReasonForm, template: str, act: Callable[[Any], None], done: str) -> Any:
    """The form's page until it is filled and granted; then the version's page."""
    shown = _kept(key)
    form.speak()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                act(session)
        except REFUSED as refused:
            pin(form, refused, field="rationale")
        else:
            flash(done, "success")
            return redirect(url_for("rules.rulebook", key=key), 303)
    row = shown.row
    impact = rulebooks.newest_impact(edge.reading(), row.id) if row else None
    page = render_template(f"rules/{template}.html", form=form, shown=shown, impact=impact)
    return page, 422 if form.errors else 200


@blueprint.route("/version/<key>/propose", methods=["GET", "POST"])
@opens_to(Role.RULE_EDITOR)
def propose(key: str) -> ResponseReturnValue:
    form, by = ReasonForm(), edge.actor()

    def act(session: Any) -> None:
        operations.propose(
            session,
            version_id=number(key),
            rationale=form.rationale.data or "",
            by=by,
            now=edge.now(),
        )

    done = t("已提请发布，须由他人发布。", "Proposed: another person publishes it.")
    return _act(key, form, "propose", act, done)


@blueprint.route("/version/<key>/publish", methods=["GET", "POST"])
@opens_to(Role.RULE_PUBLISHER)
def publish(key: str) -> ResponseReturnValue:
    shown = _kept(key)
    declared = shown.row.declared_from if shown.row else None
    form = PublishForm(effective_from=max(edge.today(), declared or date.min))
    by, settings = edge.actor(), edge.settings()
    signer = load_signer(
        keys_folder=settings.keys_folder,
        key=settings.signing_key,
        passphrase=settings.signing_key_passphrase,
    )

    def act(session: Any) -> None:
        operations.publish(
            session,
            version_id=number(key),
            effective_from=form.effective_from.data or date.min,
            rationale=form.rationale.data or "",
            signer=signer,
            by=by,
            now=edge.now(),
        )

    done = t("已签名并发布。", "Signed and published.")
    return _act(key, form, "publish", act, done)


@blueprint.route("/version/<key>/send-back", methods=["GET", "POST"])
@opens_to(Role.RULE_PUBLISHER)
def send_back(key: str) -> ResponseReturnValue:
    form, by = ReasonForm(), edge.actor()

    def act(session: Any) -> None:
        operations.send_back(
            session,
            version_id=number(key),
            rationale=form.rationale.data or "",
            by=by,
            now=edge.now(),
        )

    return _act(key, form, "send_back", act, t("已退回修改。", "Sent back."))


@blueprint.route("/version/<key>/withdraw", methods=["GET", "POST"])
@opens_to(Role.RULE_PUBLISHER)
def withdraw(key: str) -> ResponseReturnValue:
    form, by = ReasonForm(), edge.actor()

    def act(session: Any) -> None:
        operations.withdraw(
            session,
            version_id=number(key),
            rationale=form.rationale.data or "",
            by=by,
            now=edge.now(),
        )

    return _act(key, form, "withdraw", act, t("已撤回。", "Withdrawn."))


@blueprint.post("/version/<key>/check")
@opens_to(Role.RULE_EDITOR)
def check_again(key: str) -> ResponseReturnValue:
    return _at_once(key, operations.check_again, t("已检查。", "Checked."))


@blueprint.post("/version/<key>/drop")
@opens_to(Role.RULE_EDITOR)
def drop(key: str) -> ResponseReturnValue:
    return _at_once(
        key, operations.drop, t("草案已放弃，记录保留。", "Dropped; the record is kept.")
    )


def _at_once(key: str, operation: Callable[..., Any], done: str) -> ResponseReturnValue:
    _kept(key)
    by = edge.actor()
    try:
        with edge.writing() as session:
            operation(session, version_id=number(key), by=by, now=edge.now())
        flash(done, "success")
    except REFUSED as refused:
        flash_refusal(refused)
    return redirect(url_for("rules.rulebook", key=key), 303)
