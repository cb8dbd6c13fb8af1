"""Keys that this process never sees: in a token by PKCS#11, or with a command that signs.

Both are described by a TOML file, named where a PKCS#12 file would be (REGISTRY_SIGNING_KEY):

    kind = "pkcs11"                      kind = "command"
    certificate = "signer.pem"           certificate = "signer.pem"
    module = "/usr/lib/…/libsofthsm2.so" command = ["/usr/local/bin/sign", "--key", "registry"]
    token = "registry"                   timeout_seconds = 20
    label = "documents"

`certificate` holds the signer's certificate and those above it, PEM, beside the file. The token's
PIN is the passphrase (REGISTRY_SIGNING_KEY_PASSPHRASE). The command gets the data on its standard
input and the digest's name in SIGN_DIGEST; it answers with the signature, ECDSA in DER or RSA
PKCS#1 v1.5. It is told no passphrase: what it needs it must find by itself.
"""

from __future__ import annotations

import os
import subprocess
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from registry.documents.keys import KeyRefused, PrivateKey

SECONDS = 20
_PROBE = b"registry: does this key belong to this certificate?"


class KeyHolder(Protocol):
    """Anything that can sign with a private key it need not show: a file, a token, a service."""

    def sign(self, data: bytes) -> bytes:
        """ECDSA (DER) or RSA PKCS#1 v1.5 over SHA-256 of the data."""
        ...


class SoftwareKey:
    """A key in this process' memory. ECDSA is deterministic, so equal documents sign equal."""

    def __init__(self, key: PrivateKey) -> None:
        self._key = key

    def sign(self, data: bytes) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return self._key.sign(data, padding.PKCS1v15(), hashes.SHA256())


class CommandKey:
    """A command outside that signs what it reads; it runs without a shell."""

    def __init__(self, command: Sequence[str], seconds: float = SECONDS) -> None:
        if not command:
            raise KeyRefused("the signing command is empty")
        self._command = list(command)
        self._seconds = seconds

    def sign(self, data: bytes) -> bytes:
        try:
            made = subprocess.run(
                self._command, input=data, capture_output=True, timeout=self._seconds, check=True,
                env={"PATH": os.environ.get("PATH", ""), "SIGN_DIGEST": "sha256"},
            )  # fmt: skip
        except subprocess.CalledProcessError as problem:
            said = problem.stderr.decode("utf-8", "replace").strip()[-300:]
            raise KeyRefused(f"the signing command failed: {said}") from None
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise KeyRefused(f"the signing command did not answer: {problem}") from None
        return made.stdout


class TokenKey:
    """A key in a PKCS#11 token. One session a process; a broken one is opened again once."""

    def __init__(self, module: str, token: str, label: str, pin: str) -> None:
        self._where = (module, token, label)
        self._pin = pin
        self._lock = threading.Lock()
        self._opened: tuple[int, Any] | None = None

    def sign(self, data: bytes) -> bytes:
        import pkcs11

        with self._lock:
            try:
                return self._signed(data)
            except pkcs11.PKCS11Error:
                self._opened = None
            try:
                return self._signed(data)
            except pkcs11.PKCS11Error as problem:
                said = str(problem) or type(problem).__name__
                raise KeyRefused(f"the token does not sign: {said}") from None

    def _signed(self, data: bytes) -> bytes:
        import hashlib

        from pkcs11 import KeyType, Mechanism
        from pkcs11.util.ec import encode_ecdsa_signature

        key = self._key()
        if key.key_type == KeyType.EC:
            digest = hashlib.sha256(data).digest()
            raw = key.sign(digest, mechanism=Mechanism.ECDSA)
            return bytes(encode_ecdsa_signature(raw))
        return bytes(key.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS))

    def _key(self) -> Any:
        """Opened anew after a fork, since no session outlives one."""
        import pkcs11

        if self._opened is None or self._opened[0] != os.getpid():
            module, token, label = self._where
            library = pkcs11.lib(module)
            if self._opened is not None:
                library.reinitialize()
            session = library.get_token(token_label=token).open(user_pin=self._pin)
            key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=label)
            self._opened = (os.getpid(), key)
        return self._opened[1]


def read_described(
    path: Path, passphrase: str
) -> tuple[KeyHolder, x509.Certificate, tuple[x509.Certificate, ...]]:
    """The holder that a TOML file describes, with its certificates; refused unless they match."""
    try:
        said = tomllib.loads(path.read_text("utf-8"))
        chain = x509.load_pem_x509_certificates((path.parent / said["certificate"]).read_bytes())
        holder = _holder(said, passphrase)
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise KeyRefused(f"{path.name}: {problem}") from None
    leaf, *others = chain
    if not matches(holder, leaf):
        raise KeyRefused(f"{path.name}: the key is not that of the certificate")
    return holder, leaf, tuple(others)


def _holder(said: dict[str, Any], passphrase: str) -> KeyHolder:
    if said["kind"] == "command":
        command = [str(part) for part in said["command"]]
        return CommandKey(command, float(said.get("timeout_seconds", SECONDS)))
    if said["kind"] == "pkcs11":
        try:
            import pkcs11  # noqa: F401
        except ImportError:
            raise KeyRefused("keys in tokens need the extra `pkcs11`") from None
        return TokenKey(str(said["module"]), str(said["token"]), str(said["label"]), passphrase)
    raise KeyRefused(f"a signer of an unknown kind: {said['kind']!r}")


def matches(holder: KeyHolder, certificate: x509.Certificate) -> bool:
    """Whether the holder's key is the one that the certificate names: asked by a signature."""
    signature = holder.sign(_PROBE)
    key = certificate.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, _PROBE, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, _PROBE, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True
