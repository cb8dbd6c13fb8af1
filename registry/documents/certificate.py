"""A certificate: content and evidence in, one page of PDF/A-3a with a place for its signature out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from markupsafe import Markup

from registry.documents import qr, renderer, wording
from registry.documents.attached import ATTACHED, EVIDENCE_NAME, LOG_NAME, PROOF_NAME
from registry.documents.content import CertificateContent, Grade, mirrored
from registry.documents.evidence import edition_of
from registry.documents.renderer import Attached, Job
from registry.documents.text import admit
from registry.rules import canonical

SIGNATURE_BYTES = 3072
LAYOUTS = ("roomy", "snug", "dense")


class EvidenceMismatch(ValueError):
    """The page would say something else than its evidence."""


def render(
    content: CertificateContent,
    evidence: bytes,
    *,
    now: datetime,
    attachments: Sequence[Attached] = (),
    signature_bytes: int = SIGNATURE_BYTES,
    many: bool = False,
) -> bytes:
    """The unsigned certificate, equal bytes for equal input.

    1. refuses text that may not be printed, and a page that would differ from its evidence
    2. lays out one A4 page, denser where names are long; raises DoesNotFit beyond that
    3. attaches the evidence, the log head and what else is given
    4. leaves `signature_bytes` of room for the signature that follows

    With `many`, from a compiled template where every text fits its place, at a fortieth of the
    cost: the same page, text and structure in other bytes; the full way where one does not fit.
    """
    admitted = admit(content)
    page = wording.page(admitted, _compare(admitted, evidence))
    proven = any(one.name == PROOF_NAME for one in attachments)
    files = (
        attached(EVIDENCE_NAME, evidence),
        *(() if proven else _log_head(admitted)),
        *attachments,
    )

    def job(layout: str) -> Job:
        return Job(
            html=_html(admitted, page, now, layout),
            sheet="certificate.css",
            now=now.astimezone(UTC),
            assets={"asset:logo": admitted.issuer.logo} if admitted.issuer.logo else {},
            attachments=files,
            mirrored=mirrored(admitted),
            signature_bytes=signature_bytes,
        )

    if many:
        made = _stamped(admitted, page, files, now.astimezone(UTC), signature_bytes, job)
        if made is not None:
            return made
    return renderer.render_first_fitting(job(layout) for layout in LAYOUTS)


def _stamped(
    content: CertificateContent,
    page: wording.Page,
    files: Sequence[Attached],
    now: datetime,
    signature_bytes: int,
    job: Callable[[str], Job],
) -> bytes | None:
    """The certificate from the template of its shape; None where it must be laid out whole."""
    from registry.documents.stamping import press
    from registry.documents.stamping.slots import slots
    from registry.documents.stamping.template import Values

    said = mirrored(content)
    key = (
        content.issuer.accent,
        hashlib.sha256(content.issuer.logo or b"").digest(),
        page.scale,
        qr.side_of(page.status_url),
        signature_bytes,
        tuple((one.name, one.description, one.media_type, one.relationship) for one in files),
        tuple(said),
    )
    values = Values(
        now=now,
        title=f"{page.number} {page.title.zh} {page.title.en}",
        address=page.status_url,
        figure=page.figures()[-1],
        attached={one.name: one.data for one in files},
        mirrored=said,
    )
    with renderer.in_turn() as mine:
        try:
            return press.stamp(
                key, tuple(slots(page)), values, lambda: mine.rendered(job(LAYOUTS[0]))
            )
        except renderer.DoesNotFit:
            return None


def _compare(content: CertificateContent, evidence: bytes) -> int:
    """The edition of the page's words, if the evidence is this certificate's."""
    if hashlib.sha256(evidence).hexdigest() != content.evidence_sha256:
        raise EvidenceMismatch("the digest on the page is not the evidence's")
    said: Any = json.loads(evidence)
    if said.get("certificate") != content.record():
        raise EvidenceMismatch("the evidence describes another certificate")
    return edition_of(said)


def attached(name: str, data: bytes) -> Attached:
    """One of the files that a certificate may carry, with what it is to the page."""
    return Attached(name, data, *ATTACHED[name])


def _log_head(content: CertificateContent) -> tuple[Attached, ...]:
    if not content.log_hash:
        return ()
    head = canonical.dumps({"hash": content.log_hash, "seq": content.log_seq})
    return (attached(LOG_NAME, head),)


def _html(content: CertificateContent, page: wording.Page, now: datetime, layout: str) -> str:
    return str(
        template("certificate.html").render(
            page=page,
            words={
                "number": wording.NUMBER,
                "grade": wording.GRADE,
                "score": wording.SCORE,
                "careful": wording.CAREFUL,
            },
            scale=_scale(content.grade, content.issuer.accent, page.scale),
            qr=qr_code(page.status_url),
            logo="asset:logo" if content.issuer.logo else "",
            accent=content.issuer.accent,
            created=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            layout=layout,
        )
    )


@cache
def template(name: str) -> Any:
    """A template of templates/certificate, every value escaped."""
    import jinja2

    loader = jinja2.FileSystemLoader(renderer.FOLDER)
    return jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)


def _scale(grade: Grade, accent: str, said: str) -> Markup:
    """A step for every grade, filled up to the one that was reached: readable without colour."""
    steps = [
        f'<rect x="{at * 10 + 0.3:.1f}" y="0.3" width="8.4" height="2" '
        f'fill="{accent if at < grade.rank else "#ffffff"}" stroke="{accent}" stroke-width="0.3"/>'
        for at in range(grade.ranks)
    ]
    return picture("scale", f"0 0 {grade.ranks * 10} 2.6", said, "".join(steps))


def qr_code(address: str) -> Markup:
    """The address as a QR code, drawn as one path."""
    path = "".join(f"M{x} {y}.5h{length}" for x, y, length in qr.runs(address))
    side = qr.side_of(address)
    inner = f'<path d="{path}" fill="none" stroke="#000000"/>'
    return picture("qr", f"0 0 {side} {side}", f"二维码 QR code: {address}", inner)


def picture(name: str, box: str, said: str, inner: str) -> Markup:
    """A drawing with a spoken name; `inner` is our own drawing, never anybody's text."""
    frame = Markup(
        '<svg class="{}" xmlns="http://www.w3.org/2000/svg" viewBox="{}"><title>{}</title>'
    )
    return frame.format(name, box, said) + Markup(inner) + Markup("</svg>")  # noqa: S704
