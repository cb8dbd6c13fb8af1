"""Evidence: taken with a step, listed by the question that it proves, removed, read back."""

from collections.abc import Iterable
from typing import Any

from flask import Response, abort, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage

from registry.models import EvidenceFile
from registry.operations import evidence
from registry.queries import application as queries
from registry.rules.lifecycle import MoveRefused
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk
from registry.web.applicant.questions import Question
from registry.web.applicant.step_form import FILE, SECRET, AnswersForm
from registry.web.applicant.wording import file_words
from registry.web.refusal import refusal_words

ACCEPTED = ",".join(sorted(evidence.ALLOWED.values()))


def files_at(desk: Desk, field: str) -> list[dict[str, Any]]:
    """The files of one question, as the component lists them."""
    return [file_shown(f, removable=True) for f in desk.files if f.criterion == field]


def file_shown(file: EvidenceFile, *, removable: bool = False) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "name": file.file_name,
        "size": file.size_bytes,
        "sha256": file.sha256,
        "at": file.uploaded_at,
        "href": url_for(
            "applicant.evidence_file", application_id=file.application_id, file_id=file.id
        ),
        "secret": file.is_confidential,
    }
    if removable:
        shown |= {"remove_name": "remove", "remove_value": file.id}
    return shown


def attach_uploaded(application_id: int, questions: Iterable[Question], form: AnswersForm) -> bool:
    """Take the files that came with a step, each in its own transaction: a bad one stops no other.

    Whether any was refused; the reason stands at its field.
    """
    refused_any = False
    for question in questions:
        if question.evidence is None:
            continue
        refused = []
        for upload in form[FILE + question.id].data or []:
            if not isinstance(upload, FileStorage) or not upload.filename:
                continue
            fault = _attach(
                application_id, question.id, upload, bool(form[SECRET + question.id].data)
            )
            if fault:
                refused.append(f"{evidence.clean_name(upload.filename)}: {fault}")
        if refused:
            form[FILE + question.id].errors = refused
            refused_any = True
    return refused_any


def _attach(application_id: int, field: str, upload: FileStorage, is_secret: bool) -> str:
    settings = edge.settings()
    try:
        with edge.writing() as session:
            evidence.attach(
                session,
                application_id=application_id,
                criterion=field,
                file_name=upload.filename or "",
                data=upload.stream.read(),
                is_confidential=is_secret,
                folder=settings.evidence_folder,
                limit_bytes=settings.upload_limit_bytes,
                limit_files=settings.evidence_limit_files,
                by=edge.actor(),
                now=edge.now(),
            )
    except evidence.FileRefused as refused:
        return file_words(refused)
    except MoveRefused as refused:
        return refusal_words(refused)
    return ""


def remove_asked(application_id: int) -> bool:
    """Remove the file whose button was pressed, if it is one of this case's."""
    wanted = request.form.get("remove", "")
    if not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 10):
        return False
    if queries.evidence_file(edge.reading(), application_id, int(wanted)) is None:
        abort(404)
    with edge.writing() as session:
        evidence.remove(session, file_id=int(wanted), by=edge.actor(), now=edge.now())
    return True


@blueprint.get("/<int:application_id>/files/<int:file_id>")
@opens_to(*OPENS_TO)
def evidence_file(application_id: int, file_id: int) -> ResponseReturnValue:
    """The bytes as they were sent, always as a download: nobody's upload runs in our pages."""
    open_desk(application_id)
    found = queries.evidence_file(edge.reading(), application_id, file_id)
    if found is None:
        abort(404)
    path = evidence.path_of(edge.settings().evidence_folder, found.sha256)
    answer: Response = send_file(
        path, mimetype=found.media_type, as_attachment=True, download_name=found.file_name
    )
    return answer
