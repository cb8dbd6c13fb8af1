"""Files of a case, for those who review or audit it: always as a download, never in the page."""

from flask import Response, abort, send_file
from flask.typing import ResponseReturnValue

from registry.operations.evidence import path_of
from registry.queries.application import evidence_file
from registry.queries.review import FILES_OPEN_TO, judgement_of, may_open_files
from registry.web import edge
from registry.web.access import opens_to
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import opened

SANDBOX = "default-src 'none'; sandbox"


@blueprint.get("/case/<int:application_id>/evidence/<int:file_id>")
@opens_to(*FILES_OPEN_TO)
def evidence(application_id: int, file_id: int) -> ResponseReturnValue:
    """What the applicant attached."""
    _may_read(application_id)
    found = evidence_file(edge.reading(), application_id, file_id)
    if found is None:
        abort(404)
    return sent(found.sha256, found.file_name, found.media_type)


@blueprint.get("/case/<int:application_id>/proof/<int:judgement_id>")
@opens_to(*FILES_OPEN_TO)
def proof(application_id: int, judgement_id: int) -> ResponseReturnValue:
    """What a reviewer rested a judgement on."""
    _may_read(application_id)
    found = judgement_of(edge.reading(), application_id, judgement_id)
    if found is None or not found.evidence_sha256:
        abort(404)
    return sent(found.evidence_sha256, found.evidence_name, found.evidence_type)


def _may_read(application_id: int) -> None:
    case = opened(application_id)
    if case.closed is not None:
        abort(404)
    if not may_open_files(edge.actor(), case.application, edge.today()):
        abort(404)


def sent(sha256: str, name: str, media_type: str) -> Response:
    """The stored bytes, streamed; a browser saves them and runs nothing that is in them."""
    path = path_of(edge.settings().evidence_folder, sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path, mimetype=media_type, as_attachment=True, download_name=name, etag=False
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer
