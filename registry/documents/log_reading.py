"""Hold a log to an older head: from a downloaded ZIP or folder, or from its public address.

Needs nothing of the registry's database. What is read is believed only as far as the log's key
signed it, and a head that somebody kept is believed more than the log.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.documents.ed25519 import check
from registry.rules import merkle, note, tlog
from registry.rules.note import NoteInvalid, VerifierKey
from registry.rules.tlog import Checkpoint, LogInvalid
from registry.words import Words

LARGEST_PART = 64 * 1024 * 1024
Fetch = Callable[[str], bytes]


@dataclass(frozen=True)
class Held:
    """What comparing an older head with a log came to."""

    holds: bool
    words: Words
    old: Checkpoint | None = None
    new: Checkpoint | None = None


def head_of(data: bytes, key: VerifierKey) -> Checkpoint:
    """The head in a signed note, if the log's key signed it; else NoteInvalid or LogInvalid."""
    signed = note.parse(data)
    note.verify(signed, [key], check)
    head = tlog.parse_checkpoint(signed.text)
    if head.origin != key.name:
        raise LogInvalid("the head is another log's")
    return head


def compare(kept: bytes, key: VerifierKey, fetch: Fetch) -> Held:
    """Whether the log as it is now begins with what the kept head says.

    Steps: read both heads under the log's key; refuse a shorter log; climb the proof of
    consistency, or, where the log is a download, compute both roots from its entries.
    """
    try:
        old = head_of(kept, key)
    except (NoteInvalid, LogInvalid) as problem:
        said = Words(
            f"所存日志头不可信：{problem}", f"the kept head is not to be trusted: {problem}"
        )
        return Held(False, said)
    try:
        new = head_of(fetch("checkpoint"), key)
        held = _begins_with(old, new, fetch)
    except (NoteInvalid, LogInvalid, OSError, KeyError, ValueError) as problem:
        said = Words(
            f"日志不可读或不可信：{problem}", f"the log cannot be read or trusted: {problem}"
        )
        return Held(False, said, old)
    return Held(held.holds, held.words, old, new)


def _begins_with(old: Checkpoint, new: Checkpoint, fetch: Fetch) -> Held:
    if new.size < old.size:
        return Held(
            False,
            Words(
                f"日志被截断：所存日志头有 {old.size} 条，现在只有 {new.size} 条",
                f"the log was truncated: the kept head has {old.size} entries, it has {new.size} now",
            ),
        )
    if isinstance(fetch, Download):
        same = fetch.root(old.size, new) == old.root
    else:
        proof = hashes(fetch(f"consistency?from={old.size}&to={new.size}"))
        same = merkle.verify_consistency(old.size, old.root, new.size, new.root, proof)
    if same:
        return Held(
            True,
            Words(
                f"日志只增不改：前 {old.size} 条与所存日志头一致，现有 {new.size} 条",
                f"the log only grew: its first {old.size} entries are those of the kept head, "
                f"it has {new.size} now",
            ),
        )
    return Held(
        False,
        Words(
            f"日志被改写：前 {old.size} 条与所存日志头不一致",
            f"the log was rewritten: its first {old.size} entries are not those of the kept head",
        ),
    )


def hashes(data: bytes) -> list[bytes]:
    """Base64 lines of a proof."""
    return [base64.b64decode(line, validate=True) for line in data.split()]


class Download:
    """A log as `GET /log/download` gives it, or the same files in a folder."""

    def __init__(self, path: Path | None = None, *, data: bytes | None = None) -> None:
        self._folder = path if path is not None and path.is_dir() else None
        source = io.BytesIO(data) if data is not None else path
        self._archive = zipfile.ZipFile(source) if self._folder is None and source else None
        self._nodes: dict[tuple[int, int], bytes] = {}
        self._read = merkle.Frontier()

    def __call__(self, name: str) -> bytes:
        if self._folder is not None:
            return (self._folder / name).read_bytes()
        assert self._archive is not None
        if self._archive.getinfo(name).file_size > LARGEST_PART:
            raise LogInvalid(f"{name} is too large")
        return self._archive.read(name)

    def root(self, size: int, of: Checkpoint) -> bytes:
        """The root over the first `size` entries; LogInvalid where the head's own is another."""
        self._load(of)
        return merkle.root_at(size, lambda level, index: self._nodes[level, index])

    def leaf(self, index: int, of: Checkpoint) -> bytes:
        """The hash of one entry."""
        self._load(of)
        return self._nodes[0, index]

    def _load(self, of: Checkpoint) -> None:
        """Read every entry once, however many heads and proofs are held to them."""
        if self._read.size == of.size:
            return
        self._nodes, self._read = {}, merkle.Frontier()
        for tile in tlog.tiles(of.size):
            if tile.level == 0:
                for entry in tlog.parse_bundle(self(tile.entries_path())):
                    for node in self._read.append(merkle.leaf_hash(entry)):
                        self._nodes[node.level, node.index] = node.hash
        if self._read.size != of.size:
            raise LogInvalid("its bundles hold another number of entries")
        if self._read.root() != of.root:
            raise LogInvalid("its entries do not give the root of its own head")


def address(base: str) -> Fetch:
    """A log at its public address (http or https)."""
    if not base.startswith(("https://", "http://")):
        raise ValueError("a log's address begins with https://")

    def fetch(name: str) -> bytes:
        from urllib.request import urlopen

        with urlopen(f"{base.rstrip('/')}/{name}", timeout=60) as answer:  # noqa: S310
            data: bytes = answer.read(LARGEST_PART)
        return data

    return fetch


def opened(where: str) -> Fetch:
    """A log by its address, or by the path of a download."""
    if where.startswith(("https://", "http://")):
        return address(where)
    return Download(Path(where))


def at(head: bytes, fetch: Fetch) -> Fetch:
    """The same log, whose newest head is the one in hand, however it grows meanwhile."""
    if isinstance(fetch, Download):
        return fetch
    return lambda name: head if name == "checkpoint" else fetch(name)


def cosign(
    head: bytes, key: VerifierKey, witness: VerifierKey, sign: note.Signer, *, at: int
) -> bytes:
    """A head with a witness's line under it. Whether the tree only grew is the caller's to know."""
    head_of(head, key)
    signed = note.parse(head)
    return signed.with_signature(note.cosign(signed.text, witness, sign, at=at)).encode()


def names_of(data: bytes, keys: Sequence[VerifierKey]) -> list[str]:
    """Whose signatures of these keys stand under a head."""
    try:
        return [one.key.name for one in note.verify(note.parse(data), keys, check)]
    except NoteInvalid:
        return []
