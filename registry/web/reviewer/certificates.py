"""What is done to a certificate after it was issued; a revocation takes two persons."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from registry.models import Certificate
from registry.operations import certificate as operations
from registry.operations import succession
from registry.queries import certificate as certificates
from registry.rules.lifecycle import CERTIFICATE, MoveRefused, OpenMove, Part, offered_moves
from registry.rules.lifecycle.certificate import State
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.refusal import refusal_words
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import (
    CodedForm,
    Opened,
    ReasonForm,
    carry_out,
    first_shown,
    opened,
    opened_for,
)
from registry.words import Words
from registry.words.events import MOVES
from registry.words.refusals import REFUSALS

ACTS: dict[str, Callable[..., Certificate]] = {
    "propose_amendment": succession.propose_amendment,
    "amend": succession.amend,
    "propose_revocation": operations.propose_revocation,
    "revoke": operations.revoke,
    "suspend": operations.suspend,
    "reinstate": operations.reinstate,
}
CODED = ("propose_amendment", "amend", "propose_revocation", "suspend")
CONSEQUENCES: dict[str, Words] = {
    "propose_amendment": Words(
        "提议后须由另一位审定人更正换发，证书在此之前仍有效。",
        "Another approver has to amend it; until then it stays in force.",
    ),
    "amend": Words(
        "原证书即刻被替代，公开状态页随之更新；按当前登记内容以新编号换发，有效期不变。",
        "The certificate is superseded at once and its public page says so; a new one with a number "
        "of its own is issued from what is on record now, for the same term.",
    ),
    "propose_revocation": Words(
        "提议后须由另一位审定人撤销，证书在此之前仍有效。",
        "Another approver has to revoke it; until then it stays in force.",
    ),
    "revoke": Words(
        "证书即刻撤销，公开状态页随之更新，不能恢复。",
        "It is revoked at once, its public page says so, and there is no way back.",
    ),
    "suspend": Words(
        "证书暂停，须由另一位审定人恢复。",
        "It is out of force until another approver reinstates it.",
    ),
    "reinstate": Words("证书恢复有效。", "It is in force again."),
}


def _offered(certificate: Certificate, found: Opened) -> tuple[OpenMove, ...]:
    """The moves of the certificate for this person: who proposed and who suspended it count, and
    whoever proposed one end of it has not proposed the other."""
    amending = _moves(certificate, found, certificate.amendment_proposed_by_id)
    others = _moves(certificate, found, certificate.revocation_proposed_by_id)
    return tuple(
        amended if str(amended.move.event) == "amend" else other
        for amended, other in zip(amending, others, strict=True)
    )


def _moves(
    certificate: Certificate, found: Opened, proposed_by: int | None
) -> tuple[OpenMove, ...]:
    parts = {
        Part.PROPOSED: _one(proposed_by),
        Part.SUSPENDED: _one(certificate.suspended_by_id),
        Part.EDITED: found.facts.who(Part.EDITED),
        Part.SIGNED: found.facts.who(Part.SIGNED),
    }
    facts = replace(found.facts, parts=parts, decision_approved=True)
    return offered_moves(CERTIFICATE, State(certificate.state), edge.actor(), edge.now(), facts)


def _one(person_id: int | None) -> frozenset[int]:
    return frozenset({person_id} if person_id else set())


def certificate_acts(certificate: Certificate, found: Opened) -> list[dict[str, Any]]:
    """Buttons for what is open to this person, and why the rest is shut."""
    acts = []
    for offered in _offered(certificate, found):
        event = str(offered.move.event)
        if event not in ACTS:
            continue
        acts.append(
            {
                "label": MOVES["certificate"][event],
                "href": url_for(
                    "reviewer.act_on_certificate",
                    application_id=certificate.application_id,
                    event=event,
                ),
                "why_not": _why_not(offered.refused),
            }
        )
    return acts


def _why_not(refused: MoveRefused | None) -> str:
    return refusal_words(refused) if refused is not None else ""


@blueprint.route("/case/<int:application_id>/certificate/<event>", methods=["GET", "POST"])
@opens_to(Role.APPROVER, Role.SCREENER, Role.ASSESSOR)
def act_on_certificate(application_id: int, event: str) -> ResponseReturnValue:
    found = opened(application_id)
    certificate = certificates.newest_of(edge.reading(), application_id)
    if event not in ACTS or certificate is None or found.closed is not None:
        abort(404)
    if all(str(one.move.event) != event for one in _offered(certificate, found)):
        flash(said(REFUSALS["no_such_move"]), "warning")
        return redirect(found.address + "#certificate")
    form = _form(event)
    first_shown(form, certificate)
    if form.validate_on_submit() and carry_out(
        form, certificate, lambda session: _do(session, event, certificate.id, form)
    ):
        flash(t("已办理。", "Done."), "success")
        return redirect(found.address + "#certificate")
    return render_template(
        "reviewer/certificate.html",
        opened=found,
        certificate=certificate,
        form=form,
        label=said(MOVES["certificate"][event]),
        consequence=CONSEQUENCES[event],
        dangerous=event in ("amend", "revoke", "suspend"),
    )


@blueprint.route("/case/<int:application_id>/renew", methods=["GET", "POST"])
@opens_to(Role.APPROVER)
def renew(application_id: int) -> ResponseReturnValue:
    """Another term for a listed project, and the certificate that follows its certificate."""
    found = opened_for(application_id, "renew")
    if not isinstance(found, Opened):
        return found
    form = ReasonForm()
    form.speak(t("续期理由", "Why it is renewed"))
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form,
        found.application,
        lambda session: succession.renew(
            session,
            application_id=application_id,
            reason=form.reason.data,
            by=edge.actor(),
            now=edge.now(),
        ),
    ):
        flash(
            t("已续期，新证书正在生成。", "Renewed; the new certificate is being made."), "success"
        )
        return redirect(found.address + "#certificate")
    return render_template(
        "reviewer/renew.html", opened=found, form=form, days=succession.RENEWABLE_DAYS
    )


def _form(event: str) -> Any:
    if event in CODED:
        coded = CodedForm()
        coded.offer("certificate", event, t("理由", "Reason"))
        return coded
    plain = ReasonForm()
    plain.speak(t("说明", "Explanation"))
    return plain


def _do(session: Any, event: str, certificate_id: int, form: FlaskForm) -> None:
    coded = {"reason_code": form.reason_code.data} if event in CODED else {}
    ACTS[event](
        session,
        certificate_id=certificate_id,
        reason=form.reason.data,
        by=edge.actor(),
        now=edge.now(),
        **coded,
    )
