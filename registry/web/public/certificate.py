"""A certificate's public page: its state now, what it certifies in careful words, its bytes."""

import base64
import secrets
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding
from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.documents import wording
from registry.models import Certificate
from registry.operations import certificate as operations
from registry.operations.evidence import path_of
from registry.queries import certificate as certificates
from registry.rules.lifecycle import CERTIFICATE
from registry.rules.lifecycle.certificate import State
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.public import blueprint
from registry.words import Words
from registry.words.reasons import REASONS
from registry.words.states import PUBLIC

# A PDF is data: whatever is in it may not run, load or frame anything.
PDF_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

MEANING = {
    State.ISSUED: Words(
        "按本页所示日期，登记处记录该证书有效。这只说明登记状态，不是评级、担保或碳信用。",
        "On the day shown, the register records this certificate as in force. That is a state of the "
        "register; it is not a rating, a guarantee or a carbon credit.",
    ),
    State.SUSPENDED: Words(
        "证书暂停期间不得作为凭证使用；是否恢复以本页为准。",
        "While suspended the certificate must not be relied on; this page will say if it is "
        "reinstated.",
    ),
    State.RENEWED: Words(
        "该证书已由续期证书接替，请查看新证书。",
        "A renewed certificate has taken its place: ask for that one.",
    ),
    State.SUPERSEDED: Words(
        "该证书已被更正后的证书替换，请查看新证书。",
        "An amended certificate has taken its place: ask for that one.",
    ),
    State.REVOKED: Words(
        "证书已撤销，不得再使用。PDF 文件本身不会改变，状态以本页为准。",
        "The certificate was revoked and must not be used. The PDF itself does not change; this page "
        "says how it stands.",
    ),
    State.EXPIRED: Words(
        "证书有效期已过，不再证明任何现状。",
        "Its term is over: it says nothing of the present any more.",
    ),
    State.VOID: Words(
        "该编号从未签发过证书。", "No certificate was ever issued under this number."
    ),
}


def public_facts(certificate: Certificate) -> dict[str, Any]:
    """The state and what belongs to it: all that a stranger with a number is told."""
    state = certificates.state_on(certificate, edge.today())
    label = CERTIFICATE.public_label(state)
    ended = state in (State.REVOKED, State.RENEWED, State.SUPERSEDED, State.VOID)
    since = {State.SUSPENDED: certificate.suspended_at}.get(
        state, certificate.ended_at if ended else certificate.issued_at
    )
    told = state in (State.REVOKED, State.SUSPENDED)
    return {
        "number": certificate.number,
        "state": state,
        "label": PUBLIC["certificate"][label] if label else None,
        "meaning": MEANING.get(state),
        "since": certificate.valid_to if state is State.EXPIRED else since,
        "reason": REASONS.get(certificate.end_reason_code) if told else None,
        "valid_from": certificate.valid_from,
        "valid_to": certificate.valid_to,
        "is_test": certificate.is_test,
    }


def _found(number: str, token: str) -> Certificate:
    """By number and unguessable token; what is still being made is known to nobody."""
    certificate = certificates.by_number(edge.reading(), number)
    known = certificate is not None and secrets.compare_digest(
        certificate.token.encode(), token.encode()
    )
    if certificate is None or not known:
        abort(404)
    if CERTIFICATE.public_label(State(certificate.state)) is None:
        abort(404)
    return certificate


@blueprint.get("/c/<number>/<token>")
@opens_to_everyone
def certificate_status(number: str, token: str) -> ResponseReturnValue:
    """Where the QR code leads: no account, the state first, then what was certified."""
    certificate = _found(number, token)
    successor = certificates.successor_of(edge.reading(), certificate)
    page = wording.page(operations.printed_content(certificate)) if certificate.content else None
    base = urlsplit(edge.settings().base_url)
    return render_template(
        "public/certificate.html",
        facts=public_facts(certificate),
        certificate=certificate,
        page=page,
        successor=successor,
        issuer_address=f"{base.scheme}://{base.netloc}",
        now=edge.now(),
        pdf_url=url_for("public.certificate_pdf", number=number, token=token),
    )


@blueprint.get("/c/<number>/<token>/certificate.pdf")
@opens_to_everyone
def certificate_pdf(number: str, token: str) -> ResponseReturnValue:
    """The bytes as they were signed, found by their digest and never rendered again."""
    certificate = _found(number, token)
    if not certificate.pdf_sha256:
        abort(404)
    return pdf_answer(certificate)


def pdf_answer(certificate: Certificate) -> Response:
    """Also for other desks: the stored bytes with headers that let them do nothing."""
    path = path_of(edge.settings().documents_folder, certificate.pdf_sha256)
    answer = Response(path.read_bytes(), mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'attachment; filename="{certificate.number}.pdf"'
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    digest = base64.b64encode(bytes.fromhex(certificate.pdf_sha256)).decode()
    answer.headers["Repr-Digest"] = f"sha-256=:{digest}:"
    answer.set_etag(certificate.pdf_sha256)
    return answer


@blueprint.get("/issuer/anchor.pem")
@opens_to_everyone
def anchor() -> ResponseReturnValue:
    """The issuer's root certificate, for checking certificates without a network."""
    signer = operations.signer_of(edge.settings())
    root = signer.chain[-1] if signer.chain else signer.certificate
    answer = Response(root.public_bytes(Encoding.PEM), mimetype="application/x-pem-file")
    answer.headers["Content-Disposition"] = 'attachment; filename="issuer-anchor.pem"'
    return answer
