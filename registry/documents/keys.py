"""The TEST key that an installation makes for itself on first start, and reading configured ones."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
ANCHOR, CERTIFICATE, KEY = "anchor.pem", "signer.pem", "signer.key.pem"


class KeyRefused(ValueError):
    """A key file that cannot sign documents, and why."""


@dataclass(frozen=True)
class KeyFiles:
    """A private key with its certificate and the certificates above it."""

    key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]


def ensure_test_key(folder: Path, *, now: datetime | None = None) -> Path:
    """Make `folder/test` with a TEST authority and a leaf on first start; never overwrite.

    The authority's own key is thrown away, so nothing else can ever be issued under it. The folder
    is built aside and renamed, so that of two processes that start together one wins whole.
    """
    home = folder / "test"
    if (home / KEY).is_file():
        return home
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".test-", dir=folder))
    _write_test_key(aside, now or datetime.now(UTC))
    try:
        aside.rename(home)
    except OSError:
        shutil.rmtree(aside)
        if not (home / KEY).is_file():
            raise
    return home


def _write_test_key(folder: Path, now: datetime) -> None:
    root_key, leaf_key = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    root_name, leaf_name = _name("Registry CA TEST"), _name("Registry Document Signer TEST")
    root = _certificate(root_name, root_name, root_key, root_key, now, years=20, authority=True)
    leaf = _certificate(leaf_name, root_name, leaf_key, root_key, now, years=10, authority=False)
    pem = serialization.Encoding.PEM
    (folder / ANCHOR).write_bytes(root.public_bytes(pem))
    (folder / CERTIFICATE).write_bytes(leaf.public_bytes(pem))
    secret = os.open(folder / KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(secret, "wb") as file:
        file.write(
            leaf_key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )


def _name(common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "TEST only, not an authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing_key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    years: int,
    authority: bool,
) -> x509.Certificate:
    public = key.public_key()
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=not authority,
        key_cert_sign=authority, crl_sign=authority, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365 * years))
        .add_extension(x509.BasicConstraints(authority, 0 if authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()),
            critical=False,
        )
    )
    return builder.sign(signing_key, hashes.SHA256())


def read_test_key(home: Path) -> KeyFiles:
    """The key that `ensure_test_key` made."""
    key = serialization.load_pem_private_key((home / KEY).read_bytes(), None)
    leaf = x509.load_pem_x509_certificate((home / CERTIFICATE).read_bytes())
    root = x509.load_pem_x509_certificate((home / ANCHOR).read_bytes())
    return KeyFiles(_fit(key), leaf, (root,))


def read_pkcs12(path: Path, passphrase: str) -> KeyFiles:
    """A configured key with its certificates."""
    try:
        key, leaf, others = pkcs12.load_key_and_certificates(
            path.read_bytes(), passphrase.encode() or None
        )
    except (OSError, ValueError) as problem:
        raise KeyRefused(f"{path.name}: {problem}") from None
    if key is None or leaf is None:
        raise KeyRefused(f"{path.name}: needs a private key and its certificate")
    return KeyFiles(_fit(key), leaf, tuple(others))


def _fit(key: object) -> PrivateKey:
    if isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        return key
    raise KeyRefused("only ECDSA and RSA keys can sign documents here")
