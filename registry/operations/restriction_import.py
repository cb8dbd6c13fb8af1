"""A file of restricted entries, taken row after row: each row a proposal, an amendment, or a mistake.

The file is looked through first and changes nothing; a person sees what it would change and starts
it. Chunks are transactions that move the cursor along, so that a broken-off import goes on behind
its last row and repeats none; and an entry is known by its key, so that a file that comes twice
changes nothing the second time. What stands in a decided entry is changed by no import.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import RestrictedEntry, RestrictedImport
from registry.operations.audit import record
from registry.operations.evidence import FileFault, FileRefused, clean_name, store
from registry.operations.restriction_draft import (
    Proof,
    draft_of,
    drawn_up,
    origin_of,
    put_forward,
)
from registry.operations.restriction_many import propose_all
from registry.operations.restriction_move import write_keys
from registry.operations.restriction_rows import DEFAULTS, ReadRow, RowProblem
from registry.queries.account import actor_of
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.lifecycle.restriction import Event, State
from registry.rules.permissions import Action, Actor, Scope, may

CHECKING, CHECKED, RUNNING, PAUSED = "CHECKING", "CHECKED", "RUNNING", "PAUSED"
DONE, CANCELLED, REFUSED = "DONE", "CANCELLED", "REFUSED"
WORKED_ON = (CHECKING, RUNNING)
MOST_PROBLEMS = 200  # kept with the import; the file of mistakes has all
_ACTS = {
    "start": ((CHECKED,), RUNNING),
    "pause": ((RUNNING,), PAUSED),
    "resume": ((PAUSED,), RUNNING),
    "cancel": ((CHECKING, CHECKED, RUNNING, PAUSED), CANCELLED),
}


def subject_of(row: RestrictedImport) -> str:
    return f"restricted_import:{row.id}"


def _may(by: Actor, now: datetime) -> None:
    if not may(by, Action.IMPORT_RESTRICTED, Scope(), legal_date(now)):
        raise MoveRefused(Refusal.ROLE_MISSING)


def keep_table(folder: Path, file_name: str, data: bytes) -> Proof:
    """Store a table as it came; whether it can be read is found out when it is looked through.
    Raises FileRefused where it is empty."""
    if not data:
        raise FileRefused(FileFault.EMPTY)
    return Proof(store(folder, data), clean_name(file_name))


def bring(
    session: Session,
    *,
    proof: Proof,
    defaults: dict[str, str],
    by: Actor,
    now: datetime,
) -> RestrictedImport:
    """Keep a stored file for the worker to look through. `defaults` fill what its rows leave blank."""
    _may(by, now)
    row = RestrictedImport(
        filename=proof.name,
        file_sha256=proof.sha256,
        defaults={name: said for name, said in defaults.items() if name in DEFAULTS and said},
        problems=[],
        uploaded_by_id=by.person_id or 0,
        uploaded_at=now,
    )
    session.add(row)
    session.flush()
    body = {"file_sha256": row.file_sha256, "defaults": row.defaults}
    record(
        session,
        kind="restricted_import.brought",
        subject=subject_of(row),
        body=body,
        by=by,
        now=now,
    )
    return row


def steer(
    session: Session, *, import_id: int, act: str, by: Actor, now: datetime
) -> RestrictedImport:
    """Start, pause, resume or cancel; what was taken before stays."""
    _may(by, now)
    row = lock(session, RestrictedImport, import_id)
    allowed, to = _ACTS[act]
    if row.state not in allowed:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if act == "start":
        row.line = row.new = row.changed = row.same = row.bad = 0
        row.problems, row.started_at = [], now
    row.state = to
    row.ended_at = now if to == CANCELLED else None
    session.add(row)
    body = {"act": act, "line": row.line, "file_sha256": row.file_sha256}
    record(
        session,
        kind="restricted_import.steered",
        subject=subject_of(row),
        body=body,
        by=by,
        now=now,
    )
    return row


def waiting(session: Session) -> list[int]:
    """Imports that the worker has something to do for, oldest first."""
    return list(
        session.exec(
            select(RestrictedImport.id)
            .where(col(RestrictedImport.state).in_(WORKED_ON))
            .order_by(col(RestrictedImport.id))
        ).all()
    )


@dataclass
class Piece:
    """Some lines of a file in a row, read: good ones, mistakes, and how far they reach."""

    last_line: int
    rows: list[ReadRow] = field(default_factory=list)
    problems: list[RowProblem] = field(default_factory=list)


def look_through(session: Session, *, import_id: int, piece: Piece, begun_at: int) -> bool:
    """Count what a piece would change. False where somebody else went on or it was cancelled."""
    row = _own(session, import_id, CHECKING, begun_at)
    if row is None:
        return False
    known = _known(session, piece.rows)
    for read in piece.rows:
        entry = known.get(read.key)
        if entry is None:
            row.new += 1
        elif not read.differs_from(entry):
            row.same += 1
        elif entry.state == State.PROPOSED:
            row.changed += 1
        else:
            piece.problems.append(_decided(read, entry))
    _count(row, piece)
    session.add(row)
    return True


def take(session: Session, *, import_id: int, piece: Piece, begun_at: int, now: datetime) -> bool:
    """Put a piece into the register in this transaction: proposals, amendments, mistakes.

    Acts for the person who brought the file, with the grants of today.
    """
    row = _own(session, import_id, RUNNING, begun_at)
    if row is None:
        return False
    by = actor_of(session, row.uploaded_by_id, on=legal_date(now))
    _may(by, now)
    known = _known(session, piece.rows)
    proof = Proof(row.file_sha256, row.filename)
    new: list[ReadRow] = []
    for read in piece.rows:
        entry = known.get(read.key)
        try:
            if entry is None:
                new.append(read)
            elif not read.differs_from(entry):
                row.same += 1
            elif entry.state == State.PROPOSED:
                _amend(session, read, entry, proof, by, now)
                row.changed += 1
            else:
                piece.problems.append(_decided(read, entry))
        except MoveRefused as refused:
            piece.problems.append(RowProblem(read.line, "", str(refused.code)))
    _propose(session, new, row, piece, by, now)
    _count(row, piece)
    session.add(row)
    session.flush()
    return True


def _own(session: Session, import_id: int, state: str, begun_at: int) -> RestrictedImport | None:
    row = lock(session, RestrictedImport, import_id)
    return row if row.state == state and row.line == begun_at else None


def _known(session: Session, rows: Iterable[ReadRow]) -> dict[str, RestrictedEntry]:
    keys = [read.key for read in rows]
    found = session.exec(
        select(RestrictedEntry).where(col(RestrictedEntry.external_key).in_(keys))
    ).all()
    return {entry.external_key or "": entry for entry in found}


def _decided(read: ReadRow, entry: RestrictedEntry) -> RowProblem:
    return RowProblem(read.line, "external_key", "entry_decided", entry.number or str(entry.id))


def _count(row: RestrictedImport, piece: Piece) -> None:
    row.bad += len({problem.line for problem in piece.problems})
    room = MOST_PROBLEMS - len(row.problems)
    if room > 0 and piece.problems:
        row.problems = [*row.problems, *(asdict(one) for one in piece.problems[:room])]
    row.line = piece.last_line


def _proof(read: ReadRow, file: Proof) -> Proof:
    return Proof(read.evidence_sha256, file.name) if read.evidence_sha256 else file


def _propose(
    session: Session,
    new: list[ReadRow],
    row: RestrictedImport,
    piece: Piece,
    by: Actor,
    now: datetime,
) -> None:
    file = Proof(row.file_sha256, row.filename)
    entries = [
        drawn_up(
            values=read.values,
            proof=_proof(read, file),
            by=by,
            now=now,
            aliases=read.aliases,
            person_commitment=read.person_commitment,
            review_on=read.review_on,
            origin="import",
            external_key=read.key,
            import_id=row.id,
        )
        for read in new
    ]
    refused = propose_all(session, entries, by=by, now=now)
    for place, code in refused.items():
        piece.problems.append(RowProblem(new[place].line, "", code))
    piece.problems.sort(key=lambda one: one.line)
    row.new += len(new) - len(refused)


def _amend(
    session: Session,
    read: ReadRow,
    entry: RestrictedEntry,
    file: Proof,
    by: Actor,
    now: datetime,
) -> None:
    """A proposal that its source now words otherwise, while nobody has been told of it."""
    entry = lock(session, RestrictedEntry, entry.id)
    for name, value in draft_of(read.values).model_dump().items():
        setattr(entry, name, value)
    entry.aliases, entry.person_commitment = read.aliases, read.person_commitment
    entry.review_on = read.review_on
    proof = _proof(read, file)
    entry.evidence_sha256, entry.evidence_name = proof.sha256, proof.name
    entry.origin = origin_of("import", entry.ground)
    put_forward(session, entry, Event.AMEND, by, now)
    write_keys(session, entry)


def checked_to_the_end(session: Session, *, import_id: int, lines: int, now: datetime) -> None:
    """Everything was looked at: it waits for a person."""
    row = lock(session, RestrictedImport, import_id)
    if row.state == CHECKING:
        row.state, row.lines = CHECKED, lines
        session.add(row)


def refuse(session: Session, *, import_id: int, code: str, by: Actor, now: datetime) -> None:
    """The file as a whole cannot be read, or whoever brought it may not import any more."""
    row = lock(session, RestrictedImport, import_id)
    row.state, row.refused, row.ended_at = REFUSED, code, now
    session.add(row)
    _ended(session, row, by, now)


def done(session: Session, *, import_id: int, by: Actor, now: datetime) -> None:
    """Every row was dealt with."""
    row = lock(session, RestrictedImport, import_id)
    if row.state != RUNNING:
        return
    row.state, row.ended_at = DONE, now
    session.add(row)
    _ended(session, row, by, now)


def _ended(session: Session, row: RestrictedImport, by: Actor, now: datetime) -> None:
    body: dict[str, Any] = {
        "state": row.state,
        "refused": row.refused,
        "file_sha256": row.file_sha256,
        "new": row.new,
        "changed": row.changed,
        "same": row.same,
        "bad": row.bad,
    }
    record(
        session, kind="restricted_import.ended", subject=subject_of(row), body=body, by=by, now=now
    )
