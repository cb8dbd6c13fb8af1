"""PAdES signatures in a document's only revision, by whatever holds the key.

A signature certifies the document with no change allowed (DocMDP 1). It is a baseline B-B one, or
B-T where a time-stamp authority is configured; long-term data is never added afterwards, because a
second revision makes viewers call the file modified.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from registry.documents import cms_frame, signature_place
from registry.documents.holders import KeyHolder, SoftwareKey, read_described
from registry.documents.keys import (
    KeyFiles,
    KeyRefused,
    ensure_test_key,
    read_pkcs12,
    read_test_key,
)

TIMESTAMP_BYTES = 9000
_SPARE = 256


class Signer:
    """A certificate, the ones above it, and the holder of its key."""

    def __init__(
        self,
        holder: KeyHolder,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        *,
        timestamper: Any = None,
    ) -> None:
        self.certificate = certificate
        self.chain = tuple(one for one in chain if one != certificate)
        self.holder = holder
        self._timestamper = timestamper
        self._cms_signer = _cms_signer(holder, certificate, self.chain)
        self._frame = None if timestamper else self._cut_frame()
        self.signature_bytes = self._room()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the signing certificate, as it is printed."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def is_test(self) -> bool:
        """A TEST key says so in its own name or in that of an authority above it."""
        names = (one.subject.rfc4514_string() for one in (self.certificate, *self.chain))
        return any("TEST" in name for name in names)

    def cms(self, digest: bytes) -> bytes:
        """The detached CMS signature over a SHA-256 digest of the file."""
        if self._frame is not None:
            return self._frame.fill(digest, self.holder.sign)
        return self._built(digest)

    def _built(self, digest: bytes) -> bytes:
        """The whole structure by pyHanko, with a time-stamp where an authority is set."""
        signing = self._cms_signer.async_sign(
            data_digest=digest,
            digest_algorithm="sha256",
            use_pades=True,
            timestamper=self._timestamper,
        )
        made: bytes = asyncio.run(signing).dump()
        return made

    def _cut_frame(self) -> cms_frame.Frame:
        digest = hashlib.sha256(b"frame").digest()
        return cms_frame.frame_of(self._built(digest), digest)

    def _room(self) -> int:
        """The most that a signature may take: what is left over is zeros in every file."""
        if self._frame is not None:
            longest = _longest_signature(self.certificate)
            return len(self._frame.fill(bytes(32), lambda _: bytes(longest)))
        certificates = (self.certificate, *self.chain)
        size = sum(len(one.public_bytes(serialization.Encoding.DER)) for one in certificates)
        size += 1024 + _SPARE  # attributes, algorithm names, an RSA-4096 signature
        return size + TIMESTAMP_BYTES


def _longest_signature(certificate: x509.Certificate) -> int:
    key = certificate.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 2 * ((key.key_size + 7) // 8 + 1) + 8  # two numbers with a sign, in three headers
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size // 8
    raise KeyRefused("only ECDSA and RSA keys can sign documents here")


def sign(pdf: bytes, signer: Signer, *, now: datetime) -> bytes:
    """The signed file: same length, one revision, everything covered but the digits themselves."""
    place = signature_place.open_place(pdf)
    data = signature_place.close(pdf, place, now)
    digest = hashlib.sha256(data[: place.before])
    digest.update(memoryview(data)[place.after :])
    return signature_place.fill(data, place, signer.cms(digest.digest()))


_loaded: dict[tuple[Any, ...], Signer] = {}
_loading = threading.Lock()


def load_signer(
    *, keys_folder: Path, key: Path | None = None, passphrase: str = "", timestamp_url: str = ""
) -> Signer:
    """The configured signer, or the installation's own TEST one; parsed once a process. `key` is a
    PKCS#12 file, or a TOML file that describes a token or a command (`holders`)."""
    with _loading:
        stamp = key.stat().st_mtime_ns if key else 0
        slot = (keys_folder, key, stamp, passphrase, timestamp_url)
        if slot not in _loaded:
            if key is not None and key.suffix == ".toml":
                _loaded[slot] = Signer(
                    *read_described(key, passphrase), timestamper=_timestamper(timestamp_url)
                )
            else:
                files = (
                    read_pkcs12(key, passphrase)
                    if key
                    else read_test_key(ensure_test_key(keys_folder))
                )
                _loaded[slot] = signer_from(files, timestamp_url=timestamp_url)
        return _loaded[slot]


def signer_from(files: KeyFiles, *, timestamp_url: str = "") -> Signer:
    """A signer with its key in memory."""
    return Signer(
        SoftwareKey(files.key), files.certificate, files.chain,
        timestamper=_timestamper(timestamp_url),
    )  # fmt: skip


def _timestamper(address: str) -> Any:
    if not address:
        return None
    from pyhanko.sign.timestamps import HTTPTimeStamper

    return HTTPTimeStamper(address)


def _cms_signer(
    holder: KeyHolder, certificate: x509.Certificate, chain: Sequence[x509.Certificate]
) -> Any:
    """pyHanko's CMS builder over our holder: it would parse the private key at each signature."""
    from asn1crypto import x509 as asn1
    from pyhanko.sign.signers.pdf_cms import Signer as CMSSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    der = serialization.Encoding.DER
    store = SimpleCertificateStore.from_certs(  # type: ignore[no-untyped-call]
        [asn1.Certificate.load(one.public_bytes(der)) for one in chain]
    )

    class Held(CMSSigner):
        async def async_sign_raw(
            self, data: bytes, digest_algorithm: str, dry_run: bool = False
        ) -> bytes:
            return holder.sign(data)

    return Held(
        signing_cert=asn1.Certificate.load(certificate.public_bytes(der)),
        cert_registry=store,
        embed_roots=False,
    )


__all__ = ["KeyHolder", "Signer", "SoftwareKey", "load_signer", "sign", "signer_from"]
