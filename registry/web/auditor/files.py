"""The bytes themselves: evidence as it was uploaded, certificates and their evidence as issued."""

from pathlib import Path

from flask import Response, abort
from flask.typing import ResponseReturnValue

from registry.models import Certificate
from registry.operations.evidence import path_of
from registry.queries import certificate as certificates
from registry.queries import history
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.auditor import blueprint

INERT_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


def _answer(path: Path, name: str, media_type: str) -> Response:
    """A download that runs nowhere, whatever is in it."""
    if not path.is_file():
        abort(404)
    answer = Response(path.read_bytes(), mimetype=media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = INERT_POLICY
    return answer


@blueprint.get("/files/<int:file_id>")
@opens_to(Role.AUDITOR)
def evidence_file(file_id: int) -> ResponseReturnValue:
    found = history.evidence_file(edge.reading(), file_id)
    if found is None:
        abort(404)
    folder = edge.settings().evidence_folder
    return _answer(path_of(folder, found.sha256), found.file_name, found.media_type)


def _certificate(number: str) -> Certificate:
    found = certificates.by_number(edge.reading(), number)
    if found is None:
        abort(404)
    return found


@blueprint.get("/certificates/<number>/certificate.pdf")
@opens_to(Role.AUDITOR)
def certificate_pdf(number: str) -> ResponseReturnValue:
    found = _certificate(number)
    if not found.pdf_sha256:
        abort(404)
    path = path_of(edge.settings().documents_folder, found.pdf_sha256)
    return _answer(path, f"{number}.pdf", "application/pdf")


@blueprint.get("/certificates/<number>/evidence.json")
@opens_to(Role.AUDITOR)
def certificate_evidence(number: str) -> ResponseReturnValue:
    found = _certificate(number)
    if not found.evidence_sha256:
        abort(404)
    path = path_of(edge.settings().documents_folder, found.evidence_sha256)
    return _answer(path, f"{number}-evidence.json", "application/json")
