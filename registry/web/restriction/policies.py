"""Screening policies: proposed, what each would change, put in force by a second person."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry.models import ScreeningPolicy
from registry.operations import screening_policy as operations
from registry.queries.policy import policies as all_policies
from registry.queries.policy import policy_in_force
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import t
from registry.web.pinning import flash_refusal, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.likeness import BAND_TONES
from registry.web.restriction.reading import FULL
from registry.words import screening as words

DESK = (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER)


class PolicyForm(FlaskForm):  # type: ignore[misc]
    text = TextAreaField()
    reason = TextAreaField()

    def speak(self) -> None:
        needed = InputRequired(t("此项必填。", "This is needed."))
        self.text.label.text = t("比对规则（TOML）", "Policy (TOML)")
        self.text.validators = [needed, Length(max=60_000)]
        self.reason.label.text = t("理由", "Reason")
        self.reason.validators = [needed, Length(min=4, max=4000)]


@blueprint.route("/policies", methods=["GET", "POST"])
@opens_to(*FULL)
def policies() -> ResponseReturnValue:
    """The policy in force, those that were proposed, and the form to propose another."""
    may_propose = holds_one_of(frozenset(DESK))
    form = PolicyForm()
    form.speak()
    if form.is_submitted() and not may_propose:
        abort(403)
    if form.validate_on_submit():
        made = _propose(form)
        if made is not None:
            return redirect(url_for("restriction.policy", policy_id=made), 303)
    page = render_template(
        "restriction/policies.html",
        form=form,
        may_propose=may_propose,
        current=policy_in_force(edge.reading()),
        rows=all_policies(edge.reading()),
        states=words.POLICY_STATES,
        tones=words.POLICY_TONES,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _propose(form: PolicyForm) -> int | None:
    try:
        with edge.writing() as session:
            return operations.propose(
                session,
                text=form.text.data,
                reason=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ).id
    except operations.PolicyRefused as refused:
        why = t("这不是可用的规则：", "This is no policy that can be used: ")
        form.text.errors = [*form.text.errors, why + str(refused)]
    except MoveRefused as refused:
        form.form_errors.append(words_of(refused))
    return None


def _row(policy_id: int) -> ScreeningPolicy:
    found = edge.reading().get(ScreeningPolicy, policy_id)
    return found if found is not None else abort(404)


@blueprint.get("/policies/<int:policy_id>")
@opens_to(*FULL)
def policy(policy_id: int) -> ResponseReturnValue:
    """What it would change, before anybody puts it in force."""
    row = _row(policy_id)
    approves = holds_one_of(frozenset({Role.RESTRICT_APPROVER}))
    return render_template(
        "restriction/policy.html",
        row=row,
        states=words.POLICY_STATES,
        tones=words.POLICY_TONES,
        kinds=words.POLICY_CHANGES,
        bands=words.BANDS,
        band_tones=BAND_TONES,
        may_put=row.state == operations.TRIED
        and approves
        and row.proposed_by_id != edge.actor().person_id,
        may_drop=row.state in (operations.TRYING, operations.TRIED)
        and holds_one_of(frozenset(DESK)),
    )


@blueprint.post("/policies/<int:policy_id>/<any(put_in_force,drop):act>")
@opens_to(*DESK)
def decide_policy(policy_id: int, act: str) -> ResponseReturnValue:
    _row(policy_id)
    verb = operations.put_in_force if act == "put_in_force" else operations.drop
    try:
        with edge.writing() as session:
            verb(session, policy_id=policy_id, by=edge.actor(), now=edge.now())
        flash(t("已办理。", "Done."), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("restriction.policy", policy_id=policy_id), 303)
