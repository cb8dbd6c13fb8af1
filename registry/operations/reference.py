"""Imports of reference data: kept by an editor after a preview, put in force by a publisher."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session

from registry.db import lock
from registry.models import ReferenceImport
from registry.operations.audit import record
from registry.queries import reference as reference_queries
from registry.reference.importing import KINDS, ImportPreview, parse_import
from registry.rules.lifecycle import REFERENCE, Facts, Need, Part, Step, step
from registry.rules.lifecycle.reference import Event
from registry.rules.permissions import Actor


class ImportRefused(Exception):
    """The file has mistakes; the preview names every one with its row."""

    def __init__(self, preview: ImportPreview) -> None:
        super().__init__(f"{len(preview.problems)} problems in {preview.filename}")
        self.preview = preview


def preview(
    session: Session,
    *,
    kind: str,
    filename: str,
    content: bytes,
    defaults: Mapping[str, str] | None = None,
) -> ImportPreview:
    """What an upload would change against what is in force; nothing is kept."""
    current = reference_queries.current_rows(session, kind)
    editions = reference_queries.current_rows(session, "catalogue_editions")
    return parse_import(
        kind, filename, content, current=current, defaults=defaults, editions=editions
    )


def import_rows(
    session: Session,
    *,
    kind: str,
    filename: str,
    content: bytes,
    note: str,
    by: Actor,
    now: datetime,
    defaults: Mapping[str, str] | None = None,
) -> ReferenceImport:
    """Keep an upload without mistakes, with its file, rows and digests; it is not in force yet."""
    found = preview(session, kind=kind, filename=filename, content=content, defaults=defaults)
    mistakes = len(found.problems) or int(not found.rows)
    if mistakes:
        raise ImportRefused(found)
    made = step(REFERENCE, None, Event.IMPORT, by, now, Facts(mistakes=mistakes))
    row = ReferenceImport(
        kind=kind,
        covers=_covers(found),
        filename=filename,
        file_sha256=found.file_sha256,
        content=content,
        defaults=dict(defaults or {}),
        rows=[dict(each) for each in found.rows],
        rows_sha256=found.rows_sha256,
        row_count=len(found.rows),
        unverified=found.unverified,
        added=len(found.added),
        changed=len(found.changed),
        removed=len(found.removed),
        state=str(made.to),
        note=note,
        imported_by_id=by.person_id or 0,
        imported_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, row, made, by, now)
    return row


def _covers(found: ImportPreview) -> str:
    scope = KINDS[found.kind].scope
    named = sorted({" ".join(row[name] for name in scope) for row in found.rows})
    return ", ".join(named)[:200]


def put_in_force(
    session: Session, *, import_id: int, rationale: str, by: Actor, now: datetime
) -> ReferenceImport:
    """Another person than who brought it lets the rules use it, from now on."""
    return _decide(session, import_id, Event.PUT_IN_FORCE, rationale, by, now)


def dismiss(
    session: Session, *, import_id: int, rationale: str, by: Actor, now: datetime
) -> ReferenceImport:
    return _decide(session, import_id, Event.DISMISS, rationale, by, now)


def withdraw(
    session: Session, *, import_id: int, rationale: str, by: Actor, now: datetime
) -> ReferenceImport:
    """Take an import out of force; what it covered is again what stood before it."""
    return _decide(session, import_id, Event.WITHDRAW, rationale, by, now)


def _decide(
    session: Session, import_id: int, event: Event, rationale: str, by: Actor, now: datetime
) -> ReferenceImport:
    row = lock(session, ReferenceImport, import_id)
    facts = Facts(
        parts={Part.PROPOSED: frozenset({row.imported_by_id})},
        given=frozenset([Need.RATIONALE] if rationale.strip() else []),
    )
    made = step(REFERENCE, row.state, event, by, now, facts)
    row.state = str(made.to)
    row.rationale = rationale
    row.decided_by_id = by.person_id
    row.decided_at = now
    session.add(row)
    session.flush()
    reference_queries.forget_standing(session)
    _note(session, row, made, by, now)
    return row


def _note(session: Session, row: ReferenceImport, made: Step, by: Actor, now: datetime) -> None:
    record(
        session,
        kind=made.event_kind,
        subject=f"reference:{row.id}",
        body={
            "kind": row.kind,
            "covers": row.covers,
            "rows": row.row_count,
            "rows_sha256": row.rows_sha256,
            "file_sha256": row.file_sha256,
            "to": row.state,
        },
        by=by,
        now=now,
    )
