"""Evidence files: checked by content and size, stored once under their SHA-256, linked to a rule."""

import hashlib
import os
import tempfile
import unicodedata
from datetime import datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath, PureWindowsPath

import filetype
from sqlmodel import Session, col, func, select

from registry.db import lock
from registry.models import Application, EvidenceFile
from registry.operations.audit import record
from registry.operations.case import subject_of
from registry.rules.lifecycle import APPLICATION, Facts, step
from registry.rules.lifecycle.application import Event, State
from registry.rules.permissions import Actor, Scope

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ALLOWED = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    _XLSX: ".xlsx",
    _DOCX: ".docx",
    "text/csv": ".csv",
}
LONGEST_NAME = 120


class FileFault(StrEnum):
    EMPTY = "file_empty"
    TOO_LARGE = "file_too_large"
    KIND_NOT_ALLOWED = "file_kind_not_allowed"
    KIND_DIFFERS = "file_kind_differs"
    TOO_MANY = "file_too_many"


class FileRefused(Exception):
    """The file is not taken; `code` says why."""

    def __init__(self, code: FileFault, **details: object) -> None:
        super().__init__(code.value)
        self.code = code
        self.details = details


def clean_name(name: str) -> str:
    """A file name that is safe to show and to send: no folders, no control or format characters."""
    bare = PureWindowsPath(PurePosixPath(name.replace("\x00", "")).name).name
    kept = "".join(
        sign
        for sign in unicodedata.normalize("NFC", bare)
        if unicodedata.category(sign)[0] != "C" and sign not in '<>:"|?*'
    ).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot:
        return kept[:LONGEST_NAME] or "file"
    return f"{(stem or 'file')[: LONGEST_NAME - len(ending) - 1]}.{ending[:10]}"


def kind_of(name: str, data: bytes) -> str:
    """The media type by content; the name's ending must agree. Raises FileRefused."""
    if not data:
        raise FileRefused(FileFault.EMPTY)
    guessed = filetype.guess(data)
    found = guessed.mime if guessed is not None else _text_kind(data)
    if found not in ALLOWED:
        raise FileRefused(FileFault.KIND_NOT_ALLOWED, found=found)
    ending = Path(name).suffix.lower().replace(".jpeg", ".jpg")
    if ending != ALLOWED[found]:
        raise FileRefused(FileFault.KIND_DIFFERS, found=found, ending=ending)
    return found


def _text_kind(data: bytes) -> str:
    """A table as text has no NUL and reads as UTF-8 or GB18030."""
    if b"\x00" in data:
        return "application/octet-stream"
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return "text/csv"
    return "application/octet-stream"


def path_of(folder: Path, sha256: str) -> Path:
    return folder / sha256[:2] / sha256


def store(folder: Path, data: bytes) -> str:
    """Write the bytes under their digest, whole or not at all; the same bytes are kept once."""
    sha256 = hashlib.sha256(data).hexdigest()
    target = path_of(folder, sha256)
    if target.exists():
        return sha256
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".incoming-")
    with os.fdopen(handle, "wb") as incoming:
        incoming.write(data)
        incoming.flush()
        os.fsync(incoming.fileno())
    Path(name).replace(target)
    return sha256


def attach(
    session: Session,
    *,
    application_id: int,
    criterion: str,
    file_name: str,
    data: bytes,
    is_confidential: bool,
    folder: Path,
    limit_bytes: int,
    limit_files: int,
    by: Actor,
    now: datetime,
) -> EvidenceFile:
    """Check, store and link one file to an answer of an editable case; logged by its digest."""
    application = lock(session, Application, application_id)
    _check_may_edit(application, by, now)
    if len(data) > limit_bytes:
        raise FileRefused(FileFault.TOO_LARGE, limit_bytes=limit_bytes)
    name = clean_name(file_name)
    media_type = kind_of(name, data)
    kept = session.exec(
        select(func.count())
        .select_from(EvidenceFile)
        .where(
            EvidenceFile.application_id == application.id, col(EvidenceFile.removed_at).is_(None)
        )
    ).one()
    if kept >= limit_files:
        raise FileRefused(FileFault.TOO_MANY, limit_files=limit_files)
    made = EvidenceFile(
        application_id=application.id,
        criterion=criterion,
        file_name=name,
        media_type=media_type,
        size_bytes=len(data),
        sha256=store(folder, data),
        is_confidential=is_confidential,
        uploaded_by_id=by.person_id or 0,
        uploaded_at=now,
    )
    session.add(made)
    session.flush()
    _log(session, application, made, "evidence.attached", by, now)
    return made


def remove(session: Session, *, file_id: int, by: Actor, now: datetime) -> EvidenceFile:
    """Unlink a file from an editable case. The bytes stay: an earlier version may name them."""
    found = session.get_one(EvidenceFile, file_id)
    application = lock(session, Application, found.application_id)
    _check_may_edit(application, by, now)
    if found.removed_at is None:
        found.removed_at = now
        session.add(found)
        _log(session, application, found, "evidence.removed", by, now)
    return found


def _log(
    session: Session,
    application: Application,
    file: EvidenceFile,
    kind: str,
    by: Actor,
    now: datetime,
) -> None:
    record(
        session,
        kind=kind,
        subject=subject_of(application),
        body={
            "file": file.id,
            "criterion": file.criterion,
            "sha256": file.sha256,
            "bytes": file.size_bytes,
        },
        by=by,
        now=now,
    )


def _check_may_edit(application: Application, by: Actor, now: datetime) -> None:
    facts = Facts(
        scope=Scope(
            organisation_id=application.organisation_id, zone_id=application.zone_id or None
        )
    )
    step(APPLICATION, State(application.state), Event.EDIT, by, now, facts)
