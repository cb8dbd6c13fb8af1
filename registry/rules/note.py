"""Signed notes (C2SP signed-note v1): a text with signature lines that other tools can check.

This module writes, reads and names keys; the arithmetic of signing is the caller's, as a function.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

_DASH = "— "
_MOST_SIGNATURES = 64
_MOST_BYTES = 1_000_000
_NAME = re.compile(r"[^\s+]+")
_KEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)")

Signer = Callable[[bytes], bytes]
Check = Callable[[bytes, bytes, bytes], bool]  # public key, message, signature


class NoteInvalid(ValueError):
    """Not a note, or not signed as it says."""


class Kind(IntEnum):
    """The signature types that we write and accept."""

    ED25519 = 0x01
    COSIGNATURE = 0x04  # a witness's Ed25519 signature with the time at which it looked


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name: what a verifier is given beforehand."""

    name: str
    public_key: bytes
    kind: Kind = Kind.ED25519

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteInvalid("a key's name has no spaces and no plus")
        if len(self.public_key) != 32:
            raise NoteInvalid("an Ed25519 key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key
        return hashlib.sha256(told).digest()[:4]

    def __str__(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


def parse_key(text: str) -> VerifierKey:
    """Read `name+id+key`; an id that is not the key's own is refused."""
    found = _KEY.fullmatch(text)
    if found is None:
        raise NoteInvalid("not a verifier key")
    material = _decoded(found[3])
    if not material or material[0] not in tuple(Kind):
        raise NoteInvalid("a kind of key that is not known here")
    key = VerifierKey(found[1], material[1:], Kind(material[0]))
    if key.key_id.hex() != found[2]:
        raise NoteInvalid("the key's id is not its own")
    return key


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    signature: bytes

    @property
    def line(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        return (self.text + "\n" + "".join(one.line for one in self.signatures)).encode()

    def with_signature(self, *more: Signature) -> Note:
        return Note(self.text, (*self.signatures, *more))


@dataclass(frozen=True, slots=True)
class Verified:
    """A key whose signature holds; a witness says when it looked, in seconds since 1970."""

    key: VerifierKey
    at: int | None = None


def sign(text: str, key: VerifierKey, signer: Signer) -> Signature:
    _check_text(text)
    return Signature(key.name, key.key_id, signer(text.encode()))


def cosign(text: str, key: VerifierKey, signer: Signer, *, at: int) -> Signature:
    """What a witness adds who has seen that the tree only grew since it last looked."""
    _check_text(text)
    signature = at.to_bytes(8, "big") + signer(_cosigned(text, at))
    return Signature(key.name, key.key_id, signature)


def parse(data: bytes) -> Note:
    """Read a note without believing it: the text may be used only after `verify`."""
    if len(data) > _MOST_BYTES:
        raise NoteInvalid("too long")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteInvalid("not UTF-8") from None
    text, blank, lines = whole.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteInvalid("no signature lines behind an empty line")
    text += "\n"
    _check_text(text)
    signed = lines[:-1].split("\n")
    if len(signed) > _MOST_SIGNATURES:
        raise NoteInvalid("too many signatures")
    return Note(text, tuple(_signature(line) for line in signed))


def verify(note: Note, keys: Iterable[VerifierKey], check: Check) -> tuple[Verified, ...]:
    """The known keys that signed. A known key's broken signature, or none at all, is refused."""
    known = {(key.name, key.key_id): key for key in keys}
    held: list[Verified] = []
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is None or any(found.key == key for found in held):
            continue
        held.append(_verified(note.text, key, one.signature, check))
    if not held:
        raise NoteInvalid("not signed by a key that is known")
    return tuple(held)


def _verified(text: str, key: VerifierKey, signature: bytes, check: Check) -> Verified:
    if key.kind is Kind.ED25519:
        if not check(key.public_key, text.encode(), signature):
            raise NoteInvalid(f"the signature of {key.name} does not hold")
        return Verified(key)
    at = int.from_bytes(signature[:8], "big")
    if len(signature) != 72 or not check(key.public_key, _cosigned(text, at), signature[8:]):
        raise NoteInvalid(f"the cosignature of {key.name} does not hold")
    return Verified(key, at)


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise NoteInvalid("the text does not end with a line")
    if any(sign < " " and sign != "\n" for sign in text):
        raise NoteInvalid("control characters in the text")


def _signature(line: str) -> Signature:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _NAME.fullmatch(name):
        raise NoteInvalid("a line that is no signature")
    decoded = _decoded(encoded)
    if len(decoded) < 5:
        raise NoteInvalid("a signature that is too short")
    return Signature(name, decoded[:4], decoded[4:])


def _decoded(text: str) -> bytes:
    """Base64 in its one form: another spelling of the same bytes is not accepted."""
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid("not base64") from None
    if base64.b64encode(decoded).decode() != text:
        raise NoteInvalid("not base64 in its one form")
    return decoded
