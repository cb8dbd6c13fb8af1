"""What an auditor takes along: the files of a selection, and whole cases of a sample."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from registry.models import Certificate
from registry.queries import audit, history
from registry.queries.certificate import Filters, conditions

MOST = 50_000
MOST_SAMPLED = 200
_NOT_A_NAME = re.compile(r"[^\w.()-]+")
_SEALED = frozenset({"openings"})  # the holder's own, not the auditor's


@dataclass(frozen=True)
class IssuedFile:
    """One certificate's file in the documents folder."""

    number: str
    sha256: str
    size: int
    application_id: int


def issued_files(session: Session, filters: Filters) -> list[IssuedFile]:
    """Every certificate of the selection that has a file, by number; at most MOST."""
    row = Certificate
    rows = session.exec(
        select(row.number, row.pdf_sha256, row.pdf_bytes, row.application_id)
        .where(*conditions(filters), col(row.pdf_sha256) != "")
        .order_by(col(row.number))
        .limit(MOST)
    ).all()
    return [IssuedFile(*one) for one in rows]


@dataclass(frozen=True)
class Pack:
    """A case for somebody who checks it: its record, and the files that were handed in."""

    record: bytes
    files: tuple[tuple[str, str, int], ...]  # name in the pack, digest, bytes
    evidence_sha256: str


def pack(session: Session, file: IssuedFile) -> Pack | None:
    """Versions, files, scores, decisions and events of a certificate's case, as they are stored."""
    found = history.case_record(session, file.application_id)
    if found is None:
        return None
    tables = {
        name: [_plain(row) for row in value] if isinstance(value, list) else _plain(value)
        for name, value in vars(found).items()
        if name != "names"
    }
    events = [_plain(one) for one in audit.events_of(session, *found.subjects)]
    record = {**tables, "persons": found.names, "events": events}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    files = tuple(
        (f"{one.id}-{_NOT_A_NAME.sub('_', one.file_name)}", one.sha256, one.size_bytes)
        for one in found.files
        if one.removed_at is None
    )
    mine = next(one for one in found.certificates if one.number == file.number)
    return Pack(text.encode(), files, mine.evidence_sha256)


def _plain(row: Any) -> Any:
    if not isinstance(row, SQLModel):
        return row
    said = row.model_dump(mode="json")
    return {name: value for name, value in said.items() if name not in _SEALED}


def packs(session: Session, files: list[IssuedFile]) -> Iterator[tuple[IssuedFile, Pack]]:
    for one in files:
        made = pack(session, one)
        if made is not None:
            yield one, made
