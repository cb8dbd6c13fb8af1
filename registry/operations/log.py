"""Grow the public log over the chain, sign its heads, take in what witnesses sign."""

import secrets
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from registry.config import Settings
from registry.db import columns_of
from registry.documents import ed25519
from registry.models import (
    AuditEvent,
    LogCheckpoint,
    LogCosignature,
    LogEntry,
    LogHead,
    LogNode,
)
from registry.queries import log as queries
from registry.rules import merkle, note, tlog
from registry.rules.note import Kind, NoteInvalid, VerifierKey

BATCH = 4096
SALT_BYTES = 16
WITNESSES = "witnesses"

_event, _head = columns_of(AuditEvent), columns_of(LogHead)
_EVENTS = select(_event.seq, _event.sha256).order_by(_event.seq).limit(BATCH)
_SIZE = select(_head.size).where(_head.id == 1).with_for_update()


class CosignatureRefused(ValueError):
    """Lines that are no witness's signature under a head of ours, and why."""


def log_key(settings: Settings) -> ed25519.NamedKey:
    """The key that signs heads. Its name is the log's origin, fixed when the key was made."""
    host = settings.base_url.split("://", 1)[-1].rstrip("/")
    return ed25519.ensure(settings.keys_folder, ed25519.LOG, name=f"{host}/log")


def grow(session: Session, *, key: ed25519.NamedKey, now: datetime) -> int:
    """Take all events into the tree and sign its head; how many were new.

    Steps: lock the size; salt and append each event behind it; keep the subtrees of a tile's
    height; sign the head unless it is signed already. The chain's lock, where a transaction needs
    both, is taken before this one.
    """
    session.flush()
    connection = session.connection()
    size = _locked_size(connection)
    frontier = merkle.frontier_at(size, queries.Nodes(session))
    while True:
        rows = connection.execute(_EVENTS.where(_event.seq > frontier.size)).all()
        if not rows:
            break
        _append(connection, frontier, [(row.seq, row.sha256) for row in rows])
    if frontier.size > size:
        connection.execute(update(LogHead).values(size=frontier.size))
    if frontier.size > queries.newest_size(session):
        _sign(session, frontier, key, now)
    return frontier.size - size


def _locked_size(connection: Connection) -> int:
    size = connection.execute(_SIZE).scalar_one_or_none()
    if size is None:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        first = dialect.insert(LogHead).values(id=1, size=0)
        connection.execute(first.on_conflict_do_nothing())
        size = connection.execute(_SIZE).scalar_one()
    return int(size)


def _append(
    connection: Connection, frontier: merkle.Frontier, events: list[tuple[int, str]]
) -> None:
    entries, nodes = [], []
    for seq, sha256 in events:
        if seq != frontier.size + 1:
            raise RuntimeError(f"event {frontier.size + 1} is missing from the chain")
        salt = secrets.token_bytes(SALT_BYTES)
        entry = tlog.public_entry(salt, sha256)
        entries.append({"seq": seq, "salt": salt, "entry": entry})
        nodes += [
            {"level": one.level, "index": one.index, "hash": one.hash}
            for one in frontier.append(merkle.leaf_hash(entry))
            if one.level and one.level % tlog.TILE_HEIGHT == 0
        ]
    connection.execute(insert(LogEntry), entries)
    if nodes:
        connection.execute(insert(LogNode), nodes)


def _sign(
    session: Session, frontier: merkle.Frontier, key: ed25519.NamedKey, now: datetime
) -> None:
    head = tlog.Checkpoint(key.name, frontier.size, frontier.root()).text()
    signed = note.Note(head, (note.sign(head, key.verifier, key.sign),)).encode()
    session.add(LogCheckpoint(size=frontier.size, note=signed, signed_at=now))
    session.flush()


def witness_keys(settings: Settings) -> list[VerifierKey]:
    """Who may sign along: the keys in the keys folder's `witnesses`, one a line."""
    path = settings.keys_folder / WITNESSES
    if not path.is_file():
        return []
    lines = (line.strip() for line in path.read_text().splitlines())
    return [note.parse_key(line) for line in lines if line and not line.startswith("#")]


def take_cosignatures(
    session: Session, data: bytes, *, witnesses: list[VerifierKey], now: datetime
) -> list[str]:
    """Keep the lines of known witnesses under a head that we signed; their names.

    `data` is the head with all its lines, as a witness returns it. A line that is there already is
    no mistake; another text than ours under the same size is.
    """
    try:
        given = note.parse(data)
        size = tlog.parse_checkpoint(given.text).size
        known = [key for key in witnesses if key.kind is Kind.COSIGNATURE]
        held = note.verify(given, known, ed25519.check)
    except (NoteInvalid, tlog.LogInvalid) as problem:
        raise CosignatureRefused(str(problem)) from None
    row = session.get(LogCheckpoint, size)
    if row is None or note.parse(row.note).text != given.text:
        raise CosignatureRefused("this is no head that this log signed")
    there = {one.witness for one in queries.cosignatures(session, [size]).get(size, [])}
    for one in held:
        if one.key.name in there or one.at is None:
            continue
        (line,) = (s.line for s in given.signatures if s.key_id == one.key.key_id)
        at = datetime.fromtimestamp(min(one.at, int(now.timestamp())), UTC)
        session.add(LogCosignature(size=size, witness=one.key.name, line=line, at=at))
    session.flush()
    return [one.key.name for one in held]
