"""Files of restricted entries, looked through and taken piece by piece; broken off, it goes on."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import structlog

from registry.bulk.ingest.reading import FileRefused, Source, examine, forget
from registry.config import Settings
from registry.db import Database
from registry.models import RestrictedImport
from registry.operations import restriction_import as operations
from registry.operations.evidence import path_of
from registry.operations.restriction_import import CHECKING, Piece
from registry.operations.restriction_rows import (
    ReadRow,
    RowProblem,
    columns_of,
    read_row,
)
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import service
from registry.rules.screening.forgetting import forget_names

log = structlog.get_logger()
WORKER = service("worker")
LOOKED_AT = 1000  # lines a transaction where nothing changes
TAKEN = 500  # lines a transaction where every one is an event
TURN_SECONDS = 5.0  # of one import before the other duties have their turn


def take_imports(database: Database, settings: Settings, now: datetime) -> int:
    """A turn for every import that waits; one that fails keeps none of the others."""
    with database.read() as session:
        waiting = operations.waiting(session)
    done = 0
    for import_id in waiting:
        try:
            done += _turn(database, settings, import_id, now)
        except FileRefused as refused:
            _refuse(database, import_id, refused.code, now)
            done += 1
        except MoveRefused as refused:
            _refuse(database, import_id, str(refused.code), now)
            done += 1
    forget()
    return done


def _refuse(database: Database, import_id: int, code: str, now: datetime) -> None:
    log.info("import refused", restricted_import=import_id, why=code)
    with database.write() as session:
        operations.refuse(session, import_id=import_id, code=code, by=WORKER, now=now)


def _turn(database: Database, settings: Settings, import_id: int, now: datetime) -> int:
    with database.read() as session:
        row = session.get_one(RestrictedImport, import_id)
    checking = row.state == CHECKING
    began, done, at = monotonic(), 0, row.line
    left = _open_at(settings, row)
    for piece in left:
        moment = now + timedelta(seconds=monotonic() - began)
        with database.write() as session:
            if checking:
                went_on = operations.look_through(
                    session, import_id=import_id, piece=piece, begun_at=at
                )
            else:
                went_on = operations.take(
                    session, import_id=import_id, piece=piece, begun_at=at, now=moment
                )
        if not went_on:
            return done
        done, at = done + 1, piece.last_line
        forget_names()
        if monotonic() - began > TURN_SECONDS:
            _reading[:] = [(_place(row, at), left)]
            return done
    with database.write() as session:
        if checking:
            operations.checked_to_the_end(session, import_id=import_id, lines=at, now=now)
        else:
            operations.done(session, import_id=import_id, by=WORKER, now=now)
    return done + 1


def _place(row: RestrictedImport, at: int) -> tuple[object, ...]:
    return row.id, row.state, row.file_sha256, tuple(sorted(row.defaults.items())), at


_reading: list[tuple[tuple[object, ...], Iterator[Piece]]] = []
"""The file that the last turn left in the middle: the next one reads on where it was, or a long file
would be read from its beginning at every turn."""


def _open_at(settings: Settings, row: RestrictedImport) -> Iterator[Piece]:
    kept = _reading.pop() if _reading else None
    if kept is not None and kept[0] == _place(row, row.line):
        return kept[1]
    source = examine(path_of(settings.evidence_folder, row.file_sha256))
    size = LOOKED_AT if row.state == CHECKING else TAKEN
    return pieces(source, row.defaults, behind=row.line, size=size)


def pieces(source: Source, defaults: dict[str, str], *, behind: int, size: int) -> Iterator[Piece]:
    """The lines behind a row of the file, read, `size` at a time. Raises FileRefused where the head
    is not one. Lines before are read for their keys alone: a key that comes twice is a mistake of
    the later line, also where the import was broken off between the two."""
    seen: set[int] = set()
    with source.read() as lines:
        head = next(lines, None)
        if head is None:
            raise FileRefused("no_rows")
        places, problems = columns_of(head[1])
        if not {"name_zh"} <= set(places.values()):
            raise FileRefused("no_header")
        piece = Piece(head[0], problems=problems if behind == 0 else [])
        read_any = False
        for line, cells in lines:
            found = read_row(line, cells, places, defaults)
            read_any = True
            if line > behind:
                _put(piece, line, _once(found, seen))
                if line - behind >= size:
                    yield piece
                    piece, behind = Piece(line), line
            else:
                _once(found, seen)
        if not read_any:
            raise FileRefused("no_rows")
    if piece.last_line > behind or piece.problems:
        yield piece


def _once(
    found: ReadRow | list[RowProblem] | None, seen: set[int]
) -> ReadRow | list[RowProblem] | None:
    if not isinstance(found, ReadRow):
        return found
    number = hash(found.key)
    if number in seen:
        return [RowProblem(found.line, "external_key", "duplicate_key", found.key[:40])]
    seen.add(number)
    return found


def _put(piece: Piece, line: int, found: ReadRow | list[RowProblem] | None) -> None:
    piece.last_line = line
    if isinstance(found, ReadRow):
        piece.rows.append(found)
    elif found:
        piece.problems += found


def problem_rows(
    path: Path, defaults: dict[str, str]
) -> Iterator[tuple[tuple[object, ...], list[RowProblem]]]:
    """Every line of the file with its own mistakes, the head first: for the file of mistakes. What
    only the register knows (an entry that is decided) is in the import's own list."""
    source = examine(path)
    seen: set[int] = set()
    with source.read() as lines:
        head = next(lines, None)
        if head is None:
            return
        places, problems = columns_of(head[1])
        yield tuple(head[1]), problems
        for line, cells in lines:
            found = _once(read_row(line, cells, places, defaults), seen)
            yield tuple(cells), found if isinstance(found, list) else []
