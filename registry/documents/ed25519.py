"""Ed25519 keys that an installation makes for itself: one speaks for the log, one for credentials."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from registry.rules.note import VerifierKey, parse_key

LOG, CREDENTIALS = "log", "credentials"
SECRET, PUBLIC = "key.pem", "key.pub"


def check(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature is this key's over the message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True)
class NamedKey:
    """A private key under the name that it was made for; the name is part of what others check."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.public)

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


def ensure(folder: Path, which: str, *, name: str) -> NamedKey:
    """The key in `folder/which`, made on first need and never overwritten.

    Its name is kept beside it, because a log that changes its name is another log. The folder is
    built aside and renamed, so that of two processes that start together one wins whole.
    """
    home = folder / which
    if not (home / SECRET).is_file():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{which}-", dir=folder))
        _write(aside, NamedKey(name, Ed25519PrivateKey.generate()))
        try:
            aside.rename(home)
        except OSError:
            shutil.rmtree(aside)
    private = load_pem_private_key((home / SECRET).read_bytes(), None)
    said = parse_key((home / PUBLIC).read_text().strip())
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError(f"{home / SECRET} is no Ed25519 key")
    made = NamedKey(said.name, private)
    if made.verifier != said:
        raise ValueError(f"{SECRET} and {PUBLIC} in {home} do not belong together")
    return made


def _write(folder: Path, key: NamedKey) -> None:
    (folder / PUBLIC).write_text(f"{key.verifier}\n")
    secret = os.open(folder / SECRET, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(secret, "wb") as file:
        file.write(key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
