"""A printed paper of a case, sent as it lies."""

from flask import Response, abort, send_file

from registry.models import CasePaper
from registry.operations.evidence import path_of
from registry.web import edge

SANDBOX = "default-src 'none'; sandbox"


def paper_sent(paper: CasePaper) -> Response:
    """The stored bytes; nothing in them runs in our pages, and no cache keeps them."""
    path = path_of(edge.settings().documents_folder, paper.sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path,
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"{paper.kind}-{paper.id}.pdf",
        etag=False,
    )
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
