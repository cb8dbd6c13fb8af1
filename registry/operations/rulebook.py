"""Rulebooks from draft to force: imported, changed, checked, proposed, published by another person.

Each step locks the version, asks the life cycle, changes it, notes the person's part and logs it.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import structlog
from sqlmodel import Session, col, select

from registry import rulebooks
from registry.db import lock
from registry.documents.signing import Signer
from registry.models import (
    RulebookFile,
    RulebookPart,
    RulebookVersion,
)
from registry.operations.audit import record
from registry.operations.rulebook_signature import sign
from registry.queries import rulebook as rulebook_queries
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import RULEBOOK, Facts, MoveRefused, Need, Refusal, Step, step
from registry.rules.lifecycle.rulebook import Event
from registry.rules.permissions import Actor
from registry.rules.rulebook import Mistake, Rulebook, RulebookId, RulebookInvalid, digest
from registry.rules.trial import examine

log = structlog.get_logger()
HEAD_FILE = "rulebook.toml"
UNCHECKABLE = "cannot_be_checked"
MOST_FILES = 40
MOST_OCTETS = 4 * 1024 * 1024
_FILE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.toml")


class FilesRefused(Exception):
    """What came is no set of TOML files; `code` says why, `name` which one."""

    def __init__(self, code: str, name: str = "") -> None:
        super().__init__(f"{code} {name}".strip())
        self.code, self.name = code, name


def subject_of(row: RulebookVersion) -> str:
    return f"rulebook:{row.id}"


def mistakes_in(files: Mapping[str, bytes]) -> tuple[Rulebook | None, tuple[Mistake, ...]]:
    """The rulebook of these files, or every mistake in them; its examples are run.

    A draft may be broken in ways that nobody thought of: then that is its mistake, and not a page
    that fails.
    """
    try:
        return examine(files), ()
    except RulebookInvalid as invalid:
        return None, invalid.mistakes
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
    ) as e:
        log.warning("draft cannot be checked", sha256=digest(files), exc_info=True)
        found = f"{type(e).__name__}: {e}"
        return None, (Mistake(HEAD_FILE, 1, "rulebook", UNCHECKABLE, found[:200]),)


def import_draft(
    session: Session,
    *,
    files: Mapping[str, bytes],
    note: str,
    by: Actor,
    now: datetime,
    based_on: str = "",
) -> RulebookVersion:
    """Keep files as a draft, mistakes and all, and check it: without mistakes it is CHECKED."""
    _refuse_files(files)
    made = step(RULEBOOK, None, Event.IMPORT, by, now, Facts())
    row = RulebookVersion(
        rulebook_id="",
        version="",
        sha256=digest(files),
        state=str(made.to),
        based_on=based_on,
        note=note,
        made_by_id=by.person_id or 0,
        made_at=now,
        changed_at=now,
    )
    session.add(row)
    session.flush()
    _store(session, row, files)
    _note(session, row, made, by, now, {"based_on": based_on})
    return _check(session, row, by, now)


def begin_version(
    session: Session,
    *,
    id: str,
    version: str,
    new_version: str,
    valid_from: date,
    note: str,
    by: Actor,
    now: datetime,
) -> RulebookVersion:
    """A draft with the files of a released version, under a new name and with its own first day."""
    files = rulebook_queries.files(session, id, version)
    files[HEAD_FILE] = _renamed(files[HEAD_FILE], new_version, valid_from)
    return import_draft(session, files=files, note=note, by=by, now=now, based_on=f"{id} {version}")


def _renamed(head: bytes, version: str, valid_from: date) -> bytes:
    text = head.decode("utf-8")
    quoted = version.replace("\\", "").replace('"', "")
    text = re.sub(r"(?m)^version\s*=.*$", lambda _: f'version = "{quoted}"', text, count=1)
    text = re.sub(r"(?m)^valid_from\s*=.*$", f"valid_from = {valid_from}", text, count=1)
    return text.encode("utf-8")


def revise_draft(
    session: Session,
    *,
    version_id: int,
    changed: Mapping[str, bytes],
    by: Actor,
    now: datetime,
    removed: Iterable[str] = (),
) -> RulebookVersion:
    """Put files in the place of others of the same name, take some away, and check again."""
    row = lock(session, RulebookVersion, version_id)
    made = step(RULEBOOK, row.state, Event.REVISE, by, now, _facts(session, row))
    files = {**rulebook_queries.files_of(session, row.id), **changed}
    for name in removed:
        files.pop(name, None)
    _refuse_files(files)
    row.state = str(made.to)
    row.sha256 = digest(files)
    row.changed_at = now
    _store(session, row, files)
    _note(session, row, made, by, now, {"files": sorted(changed)})
    return _check(session, row, by, now)


def _check(session: Session, row: RulebookVersion, by: Actor, now: datetime) -> RulebookVersion:
    files = rulebook_queries.files_of(session, row.id)
    book, mistakes = mistakes_in(files)
    row.mistakes = len(mistakes)
    row.rulebook_id, row.version, row.declared_from = _head_of(files, book)
    if book is not None:
        row.name_zh, row.name_en = book.name.zh, book.name.en
    session.add(row)
    session.flush()
    if book is None:
        return row
    made = step(RULEBOOK, row.state, Event.CHECK, by, now, _facts(session, row))
    row.state = str(made.to)
    _note(session, row, made, by, now, {})
    return row


def _head_of(files: Mapping[str, bytes], book: Rulebook | None) -> tuple[str, str, date | None]:
    """Id, version and first day, as far as a draft with mistakes tells them."""
    if book is not None:
        return book.id, book.version, book.valid_from
    text = files.get(HEAD_FILE, b"").decode("utf-8", "replace")

    def said(key: str) -> str:
        found = re.search(rf'(?m)^{key}\s*=\s*"([^"]*)"', text)
        return found[1][:80] if found else ""

    return said("id") or "?", said("version") or "?", None


def _refuse_files(files: Mapping[str, bytes]) -> None:
    if not files:
        raise FilesRefused("no_files")
    if len(files) > MOST_FILES:
        raise FilesRefused("too_many_files")
    if sum(map(len, files.values())) > MOST_OCTETS:
        raise FilesRefused("too_big")
    for name in files:
        if not _FILE_NAME.fullmatch(name):
            raise FilesRefused("bad_file_name", name)
    if HEAD_FILE not in files:
        raise FilesRefused("no_head_file")


def _store(session: Session, row: RulebookVersion, files: Mapping[str, bytes]) -> None:
    kept = session.exec(select(RulebookFile).where(RulebookFile.version_id == row.id)).all()
    known = {file.name: file for file in kept}
    for name, file in known.items():
        if name not in files:
            session.delete(file)
    for name, content in files.items():
        file = known.get(name) or RulebookFile(version_id=row.id, name=name, content=b"")
        file.content = content
        session.add(file)
    session.flush()


def propose(
    session: Session, *, version_id: int, rationale: str, by: Actor, now: datetime
) -> RulebookVersion:
    """An editor asks for publication; the impact of these very files is known by then."""
    given = [Need.RATIONALE] if rationale.strip() else []
    return _move(session, version_id, Event.PROPOSE, by, now, given, rationale)


def send_back(
    session: Session, *, version_id: int, rationale: str, by: Actor, now: datetime
) -> RulebookVersion:
    """A publisher wants it changed: it is a draft again, and is checked as such."""
    given = [Need.RATIONALE] if rationale.strip() else []
    return _move(session, version_id, Event.SEND_BACK, by, now, given, rationale)


def drop(session: Session, *, version_id: int, by: Actor, now: datetime) -> RulebookVersion:
    """Give a draft up; the record is kept."""
    return _move(session, version_id, Event.DROP, by, now, [], "")


def withdraw(
    session: Session, *, version_id: int, rationale: str, by: Actor, now: datetime
) -> RulebookVersion:
    """Take a published version out of force from today; cases that have it keep it."""
    given = [Need.RATIONALE] if rationale.strip() else []
    row = _move(session, version_id, Event.WITHDRAW, by, now, given, rationale)
    row.withdrawn_on = legal_date(now)
    session.add(row)
    return row


def check_again(session: Session, *, version_id: int, by: Actor, now: datetime) -> RulebookVersion:
    """Check a draft as it stands, after it was sent back."""
    row = lock(session, RulebookVersion, version_id)
    step(RULEBOOK, row.state, Event.CHECK, by, now, Facts(mistakes=0))
    return _check(session, row, by, now)


def publish(
    session: Session,
    *,
    version_id: int,
    effective_from: date,
    rationale: str,
    signer: Signer,
    by: Actor,
    now: datetime,
) -> RulebookVersion:
    """Another person puts a proposed version in force from a day on.

    Steps: lock every version of that rulebook, so that one name is published once; parse again and
    run the examples; ask the life cycle; sign and verify the signature; log it with the digest.
    """
    row = _locked_with_siblings(session, version_id)
    files = rulebook_queries.files_of(session, row.id)
    book, mistakes = mistakes_in(files)
    row.mistakes = len(mistakes)
    ahead = row.declared_from is None or effective_from >= row.declared_from
    given = [Need.DAY, *([Need.RATIONALE] if rationale.strip() else [])]
    facts = _facts(session, row, given, effective_from if ahead else None)
    made = step(RULEBOOK, row.state, Event.PUBLISH, by, now, facts)
    if book is None or book.sha256 != row.sha256:
        raise MoveRefused(Refusal.HAS_MISTAKES)
    _refuse_taken(session, row)
    signature = sign(session, id=book.id, version=book.version, sha256=book.sha256,
                     signer=signer, by=by, now=now)  # fmt: skip
    row.state = str(made.to)
    row.effective_from = effective_from
    row.published_at = now
    row.rationale = rationale
    body = {
        "effective_from": effective_from.isoformat(),
        "signer": signature.signer_fingerprint,
        "mistakes": 0,
    }
    _note(session, row, made, by, now, body)
    return row


def _locked_with_siblings(session: Session, version_id: int) -> RulebookVersion:
    row = session.get_one(RulebookVersion, version_id)
    session.exec(
        select(RulebookVersion.id)
        .where(RulebookVersion.rulebook_id == row.rulebook_id)
        .order_by(col(RulebookVersion.id))
        .with_for_update()
    ).all()
    return lock(session, RulebookVersion, version_id)


def _refuse_taken(session: Session, row: RulebookVersion) -> None:
    name = RulebookId(row.rulebook_id, row.version)
    other = rulebook_queries.published_row(session, *name)
    if name in rulebooks.released() or (other is not None and other.id != row.id):
        raise MoveRefused(Refusal.VERSION_TAKEN)


def _move(
    session: Session,
    version_id: int,
    event: Event,
    by: Actor,
    now: datetime,
    given: list[Need],
    rationale: str,
) -> RulebookVersion:
    row = lock(session, RulebookVersion, version_id)
    made = step(RULEBOOK, row.state, event, by, now, _facts(session, row, given))
    row.state = str(made.to)
    row.changed_at = now
    row.rationale = rationale
    _note(session, row, made, by, now, {"rationale": rationale} if rationale else {})
    return row


def _facts(
    session: Session,
    row: RulebookVersion,
    given: Iterable[Need] = (),
    effective_on: date | None = None,
) -> Facts:
    return Facts(
        parts=rulebook_queries.parts_of(session, row.id),
        given=frozenset(given),
        mistakes=row.mistakes,
        impact_known=rulebook_queries.impact_is_known(session, row),
        effective_on=effective_on,
    )


def _note(
    session: Session,
    row: RulebookVersion,
    made: Step,
    by: Actor,
    now: datetime,
    body: Mapping[str, object],
) -> None:
    """The person's part, the parts that no longer count, and the event."""
    for part in made.clears:
        rows = session.exec(
            select(RulebookPart).where(
                RulebookPart.version_id == row.id,
                RulebookPart.part == part.value,
                col(RulebookPart.cleared_at).is_(None),
            )
        ).all()
        for old in rows:
            old.cleared_at = now
            session.add(old)
    if made.part is not None and by.person_id is not None:
        session.add(
            RulebookPart(
                version_id=row.id, person_id=by.person_id, part=made.part.value, taken_at=now
            )
        )
    session.add(row)
    session.flush()
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(row),
        body={
            "rulebook": row.rulebook_id,
            "version": row.version,
            "sha256": row.sha256,
            "to": row.state,
            **body,
        },
        by=by,
        now=now,
    )
