"""What every page of the desk shares: who reads what, how an entry is called, files."""

from collections.abc import Mapping
from typing import Any

from flask import Response, abort, send_file
from wtforms import Form, SelectField

from registry.models import RestrictedEntry
from registry.operations.evidence import FileFault, FileRefused, path_of
from registry.queries import restriction_list as lists
from registry.rules.permissions import Role
from registry.rules.restriction import GROUNDS
from registry.web import edge
from registry.web.access import holds_one_of
from registry.web.language import current_language, said, t
from registry.words import Words, formats, grounds
from registry.words.problems import FILE_FAULTS

FULL = (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER, Role.APPEAL_PANEL, Role.AUDITOR)
READERS = (*FULL, Role.FUND_MANAGER)
DECIDERS = (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER, Role.APPEAL_PANEL)
PROPOSERS = (Role.RESTRICT_OFFICER, Role.FUND_MANAGER)
ORIGINS = {
    "own": Words("本平台", "This registry"),
    "mirrored": Words("法院或主管部门记录", "A court's or an authority's record"),
    "import": Words("批量导入", "Imported"),
}
SANDBOX = "default-src 'none'; sandbox"


def narrowed() -> int | None:
    """A fund manager sees own proposals and what is in force; the file itself is the desk's."""
    if holds_one_of(frozenset(FULL)):
        return None
    return edge.actor().person_id or 0


def found(entry_id: int) -> RestrictedEntry:
    row = lists.entry(edge.reading(), entry_id, proposer=narrowed())
    return row if row is not None else abort(404)


def masked(name: str) -> str:
    """A person's name with its middle hidden: 张*, 欧**华."""
    if len(name) <= 2:
        return name[:1] + "*" * (len(name) - 1)
    return name[0] + "*" * (len(name) - 2) + name[-1]


def name_of(row: RestrictedEntry) -> str:
    if row.subject_kind == "person":
        return masked(row.name_zh)
    return t(row.name_zh, row.name_en or row.name_zh)


def ground_name(code: str) -> str:
    words = grounds.GROUNDS.get(code)
    return said(words) if words is not None else code


def clause_of(row: RestrictedEntry) -> str:
    """The document and the limb of its clause that the entry stands on."""
    document = grounds.DOCUMENTS.get(row.clause)
    limb = grounds.CASES.get(row.case_code)
    parts = [said(words) for words in (document, limb) if words is not None]
    return t("；", "; ").join(parts) or row.clause


def status_of_source(row: RestrictedEntry) -> str:
    ground = GROUNDS.get(row.ground)
    return said(grounds.STATUSES[ground.status.value]) if ground is not None else ""


def due_of(row: RestrictedEntry) -> Any:
    """The day that the desk must look at: end of a statement, of a term, or the review."""
    if row.state == "NOTICED":
        return row.statement_until
    if row.state in ("IN_FORCE", "UNDER_APPEAL"):
        return row.provisional_until or row.to_day or row.review_on
    return None


def ground_choices() -> list[tuple[str, str]]:
    return [(code, ground_name(code)) for code in GROUNDS]


def chosen(field: SelectField) -> str:
    labels: Mapping[str, str] = dict(field.choices)  # type: ignore[arg-type]
    return labels.get(field.data, str(field.data))


def chips_of(form: Form, address: Any) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    return [
        {
            "label": field.label.text,
            "value": chosen(field) if isinstance(field, SelectField) else str(field.data),
            "href": address(**{name: None}),
        }
        for name, field in form._fields.items()
        if field.data and not field.errors
    ]


def file_words(refused: FileRefused) -> str:
    words = FILE_FAULTS[refused.code.value]
    if refused.code is FileFault.TOO_LARGE:
        octets = int(str(refused.details["limit_bytes"]))
        return said(words, limit=formats.file_size(octets, current_language()))
    return said(words)


def sent(sha256: str, name: str) -> Response:
    """The stored bytes as a download; a browser runs nothing that is in them."""
    path = path_of(edge.settings().evidence_folder, sha256)
    if not path.is_file():
        abort(404)
    answer = send_file(
        path,
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=name,
        etag=False,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = SANDBOX
    answer.headers["Cache-Control"] = "no-store"
    return answer
