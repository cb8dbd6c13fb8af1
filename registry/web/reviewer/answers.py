"""The answers of a version in words: by step, with their files, and against the version before."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for

from registry.models import Application, ApplicationVersion, EvidenceFile, Finding
from registry.queries import codes
from registry.queries.rulebook import pinned
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Input
from registry.web import edge, places
from registry.web.language import current_language, said, shown, t
from registry.words import Words
from registry.words.problems import PARTICULARS, PARTICULARS_STEP


def book_of(application: Application) -> Rulebook:
    return pinned(application)


def answer_words(declared: Input, raw: str, answers: Mapping[str, str]) -> str:
    """A stored answer as a reader wants it; a code with its name."""
    if not raw:
        return ""
    option = next((o for o in declared.options if o.id == raw), None)
    if option is not None:
        return t(option.name.zh, option.name.en)
    if declared.type == "yes_no":
        return str(shown(raw == "yes"))
    if declared.table == "zones":
        return places.zone_name(raw) or raw
    if declared.table:
        return f"{raw} {_code_name(declared.table, raw, answers)}".strip()
    if declared.type in ("number", "integer"):
        return str(shown(raw, "unit"))
    return raw


def _code_name(table: str, code: str, answers: Mapping[str, str]) -> str:
    edition = answers.get("catalogue_edition", "")
    row = codes.named(edge.reading(), table, code, edition=edition)
    if row is None:
        return ""
    return (row.name_en if current_language() == "en" else "") or row.name_zh


def unit_words(declared: Input, book: Rulebook) -> Words | str | None:
    name = book.unit_names.get(declared.unit)
    return Words(name.zh, name.en) if name is not None else declared.unit or None


def answer_groups(
    application: Application,
    version: ApplicationVersion,
    files: Sequence[EvidenceFile],
    *,
    finding_address: str | None,
) -> list[dict[str, Any]]:
    """Every answer by step, as `check_answers` wants it. `finding_address` leads to a question on
    the field."""
    book, answers = book_of(application), version.answers
    groups: list[dict[str, Any]] = [
        {
            "title": PARTICULARS_STEP,
            "answers": [
                _line(application, field, label, answers.get(field, ""), finding_address)
                for field, label in PARTICULARS.items()
            ],
            "files": [],
        }
    ]
    for step in book.steps:
        asked = [i for i in book.inputs_for(application.kind) if i.step == step.id]
        lines = [
            _line(
                application,
                declared.id,
                Words(declared.name.zh, declared.name.en),
                answer_words(declared, answers[declared.id], answers),
                finding_address,
                unit=unit_words(declared, book),
                secret=declared.trade_secret,
            )
            for declared in asked
            if answers.get(declared.id)
        ]
        fields = {declared.id for declared in asked}
        proofs = [file_line(file) for file in files if file.criterion in fields]
        if lines or proofs:
            groups.append(
                {"title": Words(step.name.zh, step.name.en), "answers": lines, "files": proofs}
            )
    placed = {i.id for i in book.inputs_for(application.kind)}
    others = [file_line(file) for file in files if file.criterion not in placed]
    if others:
        groups.append({"title": Words("其他文件", "Other files"), "answers": [], "files": others})
    return groups


def _line(
    application: Application,
    field: str,
    label: Words,
    value: str,
    finding_address: str | None,
    *,
    unit: Words | str | None = None,
    secret: bool = False,
) -> dict[str, Any]:
    assumed = field in application.assumed.get("fields", [])
    return {
        "label": label,
        "value": value,
        "unit": unit,
        "secret": secret,
        "assumed": assumed,
        "href": f"{finding_address}?field={field}" if finding_address else None,
        "href_label": Words("提问", "Ask"),
    }


def file_line(file: EvidenceFile) -> dict[str, Any]:
    return {
        "name": file.file_name,
        "size": file.size_bytes,
        "sha256": file.sha256,
        "at": file.uploaded_at,
        "secret": file.is_confidential,
        "href": url_for("reviewer.evidence", application_id=file.application_id, file_id=file.id),
    }


def changes(
    application: Application,
    before: ApplicationVersion,
    after: ApplicationVersion,
    findings: Sequence[Finding],
    file_names: Mapping[int, str],
) -> list[dict[str, Any]]:
    """What a version changed, each with the finding that it answers."""
    book = book_of(application)
    asked = {finding.field: finding.text for finding in findings}
    found = []
    for field in sorted(before.answers.keys() | after.answers.keys()):
        old, new = before.answers.get(field, ""), after.answers.get(field, "")
        if old == new:
            continue
        declared = book.input_by_id.get(field)
        label = PARTICULARS.get(field)
        if declared is not None:
            label = Words(declared.name.zh, declared.name.en)
            old = answer_words(declared, old, before.answers)
            new = answer_words(declared, new, after.answers)
        found.append(
            {
                "label": label or Words(field, field),
                "before": old or None,
                "after": new or None,
                "unit": unit_words(declared, book) if declared is not None else None,
                "finding": asked.get(field),
            }
        )
    return found + _changed_files(before, after, file_names)


def _changed_files(
    before: ApplicationVersion, after: ApplicationVersion, names: Mapping[int, str]
) -> list[dict[str, Any]]:
    old, new = set(before.files), set(after.files)
    label = said(Words("证据文件", "Evidence file"))
    gone = [(names.get(int(id), id), None) for id in sorted(old - new, key=int)]
    come = [(None, names.get(int(id), id)) for id in sorted(new - old, key=int)]
    return [{"label": label, "before": was, "after": now} for was, now in (*gone, *come)]
