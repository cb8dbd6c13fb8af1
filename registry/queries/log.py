"""The public log as stored: nodes of the tree, tiles, checkpoints with their witnesses, proofs."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from registry.models import AuditEvent, LogCheckpoint, LogCosignature, LogEntry, LogHead, LogNode
from registry.rules import merkle, note, tlog
from registry.rules.tlog import TILE_HEIGHT, TILE_WIDTH, Proof, Tile


class NotYet(LookupError):
    """The tree has no such size, entry or checkpoint (yet)."""


def size(session: Session) -> int:
    row = session.get(LogHead, 1)
    return 0 if row is None else row.size


class Nodes:
    """Reads any whole subtree: of a tile's height from its row, lower ones out of their tile, which
    is read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, level: int, index: int) -> bytes:
        base, height = level // TILE_HEIGHT, level % TILE_HEIGHT
        first = index << height
        hashes = self._tile(base, first // TILE_WIDTH)
        at = first % TILE_WIDTH
        return merkle.root_of(hashes[at : at + (1 << height)])

    def _tile(self, base: int, index: int) -> list[bytes]:
        if (base, index) not in self._tiles:
            first = index * TILE_WIDTH
            self._tiles[base, index] = (
                [merkle.leaf_hash(one) for one in entries(self._session, first, TILE_WIDTH)]
                if base == 0
                else list(
                    self._session.exec(
                        select(LogNode.hash)
                        .where(
                            LogNode.level == base * TILE_HEIGHT,
                            col(LogNode.index).between(first, first + TILE_WIDTH - 1),
                        )
                        .order_by(col(LogNode.index))
                    ).all()
                )
            )
        return self._tiles[base, index]


def entries(session: Session, first: int, count: int) -> list[bytes]:
    """Public entries by index (0 is event 1), as many as there are."""
    statement = (
        select(LogEntry.entry)
        .where(col(LogEntry.seq).between(first + 1, first + count))
        .order_by(col(LogEntry.seq))
    )
    return list(session.exec(statement).all())


def salt_of(session: Session, seq: int) -> bytes:
    row = session.get(LogEntry, seq)
    if row is None:
        raise NotYet(f"event {seq}")
    return row.salt


def tile(session: Session, wanted: Tile) -> bytes:
    """The hashes of a tile, or NotYet where the tree does not reach so far."""
    if (wanted.index * TILE_WIDTH + wanted.width) << (wanted.level * TILE_HEIGHT) > size(session):
        raise NotYet(wanted.path())
    return wanted.data(Nodes(session))


def bundle(session: Session, wanted: Tile) -> bytes:
    """The entries that a tile of level 0 has the hashes of."""
    found = entries(session, wanted.index * TILE_WIDTH, wanted.width)
    if len(found) != wanted.width:
        raise NotYet(wanted.entries_path())
    return tlog.entry_bundle(found)


def checkpoint(session: Session, at_size: int | None = None) -> bytes:
    """The newest signed head, or that of one size, with the lines of its witnesses."""
    statement = select(LogCheckpoint).order_by(col(LogCheckpoint.size).desc()).limit(1)
    if at_size is not None:
        statement = statement.where(LogCheckpoint.size == at_size)
    row = session.exec(statement).one_or_none()
    if row is None:
        raise NotYet("checkpoint")
    lines = session.exec(
        select(LogCosignature.line)
        .where(LogCosignature.size == row.size)
        .order_by(col(LogCosignature.id))
    ).all()
    return row.note + "".join(lines).encode()


def newest_size(session: Session) -> int:
    """How many events the newest signed head covers; 0 where there is none."""
    return (
        session.exec(
            select(LogCheckpoint.size).order_by(col(LogCheckpoint.size).desc()).limit(1)
        ).one_or_none()
        or 0
    )


def witnessed_size(session: Session) -> int | None:
    """The newest head that a witness has signed too."""
    return session.exec(
        select(LogCosignature.size).order_by(col(LogCosignature.size).desc()).limit(1)
    ).one_or_none()


def checkpoints(session: Session, *, limit: int = 20) -> list[LogCheckpoint]:
    """Signed heads, newest first."""
    statement = select(LogCheckpoint).order_by(col(LogCheckpoint.size).desc()).limit(limit)
    return list(session.exec(statement).all())


def cosignatures(session: Session, sizes: list[int]) -> dict[int, list[LogCosignature]]:
    found: dict[int, list[LogCosignature]] = {}
    for row in session.exec(
        select(LogCosignature)
        .where(col(LogCosignature.size).in_(sizes))
        .order_by(col(LogCosignature.id))
    ):
        found.setdefault(row.size, []).append(row)
    return found


def inclusion(session: Session, index: int, at_size: int) -> list[bytes]:
    if not 0 <= index < at_size <= size(session):
        raise NotYet(f"entry {index} in a tree of {at_size}")
    return merkle.inclusion_proof(index, at_size, Nodes(session))


def consistency(session: Session, old: int, new: int) -> list[bytes]:
    if not 0 <= old <= new <= size(session):
        raise NotYet(f"trees of {old} and {new}")
    return merkle.consistency_proof(old, new, Nodes(session))


def root(session: Session, at_size: int) -> bytes:
    return merkle.root_at(at_size, Nodes(session))


def proof_of(session: Session, seq: int, *, extra: bytes | None = None) -> bytes:
    """A tlog-proof of one event under the newest signed head."""
    head = checkpoint(session)
    covers = tlog.parse_checkpoint(note.parse(head).text).size
    hashes = inclusion(session, seq - 1, covers)
    return Proof(seq - 1, tuple(hashes), head, extra).encode()


def disagreements(session: Session, *, most: int = 20) -> list[str]:
    """Where the public log is not that of the chain: entries that commit to something else, and a
    tree whose root is not the one that was signed. Empty where all is well."""
    frontier = merkle.Frontier()
    found: list[str] = []
    roots = {row.size: row for row in checkpoints(session, limit=1)}
    statement = (
        select(LogEntry.seq, LogEntry.salt, LogEntry.entry, AuditEvent.sha256)
        .join(AuditEvent, col(AuditEvent.seq) == col(LogEntry.seq), isouter=True)
        .order_by(col(LogEntry.seq))
    )
    for seq, salt, entry, sha256 in session.exec(statement.execution_options(yield_per=2000)):
        if not _commits(salt, sha256, entry) and len(found) < most:
            found.append(f"entry {seq} does not commit to event {seq}")
        frontier.append(merkle.leaf_hash(entry))
        if frontier.size in roots:
            head = tlog.parse_checkpoint(note.parse(roots.pop(frontier.size).note).text)
            if head.root != frontier.root():
                found.append(f"the head of {head.size} entries is not that of these entries")
    return [*found, *(f"the log ends before its head of {size} entries" for size in roots)]


def _commits(salt: bytes, sha256: str | None, entry: bytes) -> bool:
    try:
        return sha256 is not None and tlog.public_entry(salt, sha256) == entry
    except ValueError:  # what stands there is no hash any more
        return False


def download(session: Session) -> Iterator[tuple[str, bytes]]:
    """The whole log as files (path, content): what a mirror would fetch, the head first."""
    head = checkpoint(session)
    covers = tlog.parse_checkpoint(note.parse(head).text).size
    yield "checkpoint", head
    for one in tlog.tiles(covers):
        if one.level == 0:
            found = entries(session, one.index * TILE_WIDTH, one.width)
            yield one.entries_path(), tlog.entry_bundle(found)
            yield one.path(), b"".join(map(merkle.leaf_hash, found))
        else:
            yield one.path(), one.data(Nodes(session))
