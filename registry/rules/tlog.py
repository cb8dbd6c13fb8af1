"""The log towards others: checkpoints, proof files and tiles as C2SP writes them.

tlog-checkpoint (the head of the tree in a signed note), tlog-proof@v1 (one entry with everything
that binds it to a checkpoint) and tlog-tiles (the paths and hashes that mirrors fetch).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from . import canonical, note
from .merkle import HASH_BYTES, ReadNode, verify_inclusion

TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
_PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")
_TILE = re.compile(
    r"(entries|[0-9]|[1-5][0-9])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?"
)
_MOST_HASHES = 64


class LogInvalid(ValueError):
    """Text that is no checkpoint or no proof."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of the tree: what is signed, printed, witnessed and compared."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def text(self) -> str:
        lines = (self.origin, str(self.size), _base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise LogInvalid("a checkpoint has at least three lines and none is empty")
    origin, size, root, *extensions = lines[:-1]
    return Checkpoint(origin, _number(size), _hash(root), tuple(extensions))


@dataclass(frozen=True, slots=True)
class Proof:
    """One entry of the log, bound to a checkpoint; `extra` is not authenticated by anything."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes  # the signed note, as it was signed
    extra: bytes | None = None

    def encode(self) -> bytes:
        head = [_PROOF_HEADER]
        if self.extra is not None:
            head.append(f"extra {_base64(self.extra)}")
        head += [f"index {self.index}", *(_base64(one) for one in self.hashes), ""]
        return "".join(f"{line}\n" for line in head).encode() + self.checkpoint


def parse_proof(data: bytes) -> Proof:
    head, blank, checkpoint = data.partition(b"\n\n")
    if not blank or not checkpoint:
        raise LogInvalid("no checkpoint in the proof")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise LogInvalid("not a proof") from None
    if lines.pop(0) != _PROOF_HEADER:
        raise LogInvalid("not a proof of a version that is known")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = _bytes(lines.pop(0).removeprefix("extra "))
    if not lines or not lines[0].startswith("index "):
        raise LogInvalid("no index in the proof")
    index = _number(lines.pop(0).removeprefix("index "))
    if len(lines) > _MOST_HASHES:
        raise LogInvalid("too many hashes")
    return Proof(index, tuple(_hash(line) for line in lines), checkpoint, extra)


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry that is in the log, by whose word, and up to which head."""

    checkpoint: Checkpoint
    signed_by: tuple[note.Verified, ...]


def verify_proof(
    proof: Proof,
    leaf: bytes,
    *,
    origin: str,
    log_keys: Sequence[note.VerifierKey],
    witness_keys: Sequence[note.VerifierKey] = (),
    check: note.Check,
) -> Proven:
    """Bind a leaf's hash to a signed head, or raise LogInvalid or NoteInvalid with the reason.

    Steps: read the note; demand a log key's signature; demand the origin; climb to the root. How
    many witnesses are enough is for the caller to say, from `signed_by`.
    """
    signed = note.parse(proof.checkpoint)
    verified = note.verify(signed, [*log_keys, *witness_keys], check)
    if not any(one.key in log_keys for one in verified):
        raise LogInvalid("no key of the log signed the checkpoint")
    checkpoint = parse_checkpoint(signed.text)
    if checkpoint.origin != origin:
        raise LogInvalid("the checkpoint is another log's")
    if not verify_inclusion(leaf, proof.index, checkpoint.size, proof.hashes, checkpoint.root):
        raise LogInvalid("the entry is not in the tree of the checkpoint")
    return Proven(checkpoint, verified)


@dataclass(frozen=True, slots=True)
class Tile:
    """Up to 256 consecutive hashes of one height; a partial one is still growing."""

    level: int
    index: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        return f"tile/{self.level}/{_spread(self.index)}{self._partial()}"

    def entries_path(self) -> str:
        """Where the entries lie that a tile of level 0 has the hashes of."""
        return f"tile/entries/{_spread(self.index)}{self._partial()}"

    def data(self, read: ReadNode) -> bytes:
        first = self.index * TILE_WIDTH
        level = self.level * TILE_HEIGHT
        return b"".join(read(level, first + at) for at in range(self.width))

    def _partial(self) -> str:
        return "" if self.width == TILE_WIDTH else f".p/{self.width}"


def tiles(size: int) -> Iterator[Tile]:
    """Every tile of a tree of this size, the partial ones included."""
    level = 0
    while size:
        whole, rest = divmod(size, TILE_WIDTH)
        for index in range(whole):
            yield Tile(level, index)
        if rest:
            yield Tile(level, whole, rest)
        level, size = level + 1, whole


def entry_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries with their length before each, as mirrors fetch them."""
    if any(len(entry) > 0xFFFF for entry in entries):
        raise LogInvalid("an entry of more than 65,535 bytes has no place in a bundle")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def parse_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle."""
    entries, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        entry = data[at + 2 : at + 2 + length]
        if len(data) < at + 2 or len(entry) != length:
            raise LogInvalid("a bundle that breaks off")
        entries.append(entry)
        at += 2 + length
    return entries


def parse_tile_path(path: str) -> Tile:
    """`0/x001/067.p/5` or `entries/067`: the tile behind `tile/`; entries count as level 0."""
    found = _TILE.fullmatch(path)
    if found is None:
        raise LogInvalid("no address of a tile")
    level = 0 if found[1] == "entries" else int(found[1])
    width = int(found[3]) if found[3] else TILE_WIDTH
    tile = Tile(level, int(found[2].replace("x", "").replace("/", "")), width)
    if not 0 < width <= TILE_WIDTH or path not in (
        tile.path().removeprefix("tile/"),
        tile.entries_path().removeprefix("tile/"),
    ):
        raise LogInvalid("no address of a tile")
    return tile


def public_entry(salt: bytes, event_hash: str) -> bytes:
    """What the log shows of an event: a commitment, which tells nobody anything without the salt."""
    return hmac.new(salt, bytes.fromhex(event_hash), hashlib.sha256).digest()


def opening(event: bytes, salt: bytes) -> bytes:
    """What is carried in a proof's `extra` to show what its entry stands for."""
    return canonical.dumps({"event": event.decode("utf-8"), "salt": salt.hex()})


def opened(extra: bytes) -> tuple[bytes, bytes]:
    """The event and the salt of such an opening."""
    try:
        said = json.loads(extra)
        return said["event"].encode("utf-8"), bytes.fromhex(said["salt"])
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise LogInvalid("no opening of an entry") from None


def _spread(index: int) -> str:
    """1234067 -> x001/x234/067, so that no folder grows beyond a thousand."""
    digits = f"{index:03d}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise LogInvalid("not a number without leading zeroes")
    return int(text)


def _bytes(text: str) -> bytes:
    try:
        decoded = base64.b64decode(text, validate=True)
    except ValueError:
        raise LogInvalid("not base64") from None
    if _base64(decoded) != text:
        raise LogInvalid("not base64 in its one form")
    return decoded


def _hash(text: str) -> bytes:
    decoded = _bytes(text)
    if len(decoded) != HASH_BYTES:
        raise LogInvalid("not a SHA-256 hash")
    return decoded
