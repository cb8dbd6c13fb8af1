"""Checking signatures of many certificates: no object is parsed, the chain is climbed once a signer.

The verdict is that of `signature_check`: what stands between the two signed ranges is the
signature's own digits and nothing else, so whatever is signed is the whole file. A file that is not
built exactly as ours goes through `signature_check` instead.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import pikepdf
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from registry.documents import signature_check
from registry.documents.cms_frame import cut
from registry.documents.signature_check import SignatureFacts

_PLACE = re.compile(
    rb"/ByteRange \[0 (\d{10}) (\d{10}) (\d{10})\] /Contents <([0-9a-f]+)> /M \(D:(\d{14})Z\)"
    rb" /Reference \[<</Type /SigRef /TransformMethod /DocMDP"
    rb" /TransformParams <</Type /TransformParams /P 1 /V /1\.2>>>>\]>>"
)


@dataclass(frozen=True)
class Glance:
    """Whether the signature holds over the whole file, by whom, and the anchor that it leads to."""

    intact: bool
    fingerprint: str = ""
    signed_at: datetime | None = None
    anchor: x509.Certificate | None = None


def look(data: bytes, anchors: Iterable[x509.Certificate] = ()) -> Glance:
    """The verdict on the one signature of a file; the page and the evidence are not read."""
    trusted = tuple(anchors)
    found = _place(data)
    if found is None:
        return _slowly(data, trusted)
    first, second, moment, contents = found
    try:
        before, attributes, digest, signature = cut(contents)
        signer = _signer(before, contents)
    except ValueError:
        return _slowly(data, trusted)
    own = hashlib.sha256(memoryview(data)[:first])
    own.update(memoryview(data)[second:])
    if own.digest() != digest or not signer.binds or not _holds(signer, signature, attributes):
        return Glance(False, signer.fingerprint, moment)
    anchor = _anchor(signer, trusted, moment) if trusted else None
    return Glance(True, signer.fingerprint, moment, anchor)


def _place(data: bytes) -> tuple[int, int, datetime, bytes] | None:
    at = data.find(b"/ByteRange [0 ")
    if at < 0 or data.find(b"/ByteRange", at + 1) >= 0:
        return None
    found = _PLACE.match(data, at)
    if found is None or data.count(b"%%EOF") != 1:
        return None
    first, second, rest = (int(found[index]) for index in (1, 2, 3))
    digits = found.span(4)
    if (first, second) != (digits[0] - 1, digits[1] + 1) or second + rest != len(data):
        return None
    try:
        moment = datetime.strptime(found[5].decode(), "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return first, second, moment, bytes.fromhex(found[4].decode())
    except ValueError:
        return None


@dataclass(frozen=True)
class _Signer:
    """What is the same in every signature of one signer: all but digest and signature."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    fingerprint: str
    binds: bool


@lru_cache(maxsize=256)
def _known(frame: bytes, sample: bytes) -> _Signer:
    facts = signature_check.examine_cms(sample, b"")
    certificate = facts["certificate"]
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        raise ValueError("a key of another kind")
    return _Signer(
        certificate, facts["others"], key, certificate.fingerprint(hashes.SHA256()).hex(),
        facts["binds_certificate"],
    )  # fmt: skip


_samples: dict[bytes, bytes] = {}


def _signer(frame: bytes, contents: bytes) -> _Signer:
    """Parsed once for each frame; a frame holds the certificate and every attribute but the digest."""
    if len(_samples) > 256:
        _samples.clear()
    return _known(frame, _samples.setdefault(frame, contents))


def _holds(signer: _Signer, signature: bytes, attributes: bytes) -> bool:
    try:
        if isinstance(signer.key, ec.EllipticCurvePublicKey):
            signer.key.verify(signature, attributes, ec.ECDSA(hashes.SHA256()))
        else:
            signer.key.verify(signature, attributes, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True


_chains: dict[
    tuple[str, tuple[bytes, ...]], tuple[datetime, datetime, x509.Certificate | None]
] = {}


def _anchor(
    signer: _Signer, trusted: tuple[x509.Certificate, ...], moment: datetime
) -> x509.Certificate | None:
    """Climbed once for a signer and its anchors, and again for a moment outside the days for which
    the certificates that were met are all valid."""
    slot = (signer.fingerprint, tuple(one.fingerprint(hashes.SHA256()) for one in trusted))
    known = _chains.get(slot)
    if known is not None and known[0] <= moment <= known[1]:
        return known[2]
    facts = SignatureFacts(certificate=signer.certificate, others=signer.others, signed_at=moment)
    anchor = signature_check.anchor_of(facts, trusted)
    met = (signer.certificate, *signer.others, *trusted)
    begin = max(one.not_valid_before_utc for one in met)
    end = min(one.not_valid_after_utc for one in met)
    if begin <= moment <= end:
        if len(_chains) > 256:
            _chains.clear()
        _chains[slot] = (begin, end, anchor)
    return anchor


def _slowly(data: bytes, trusted: tuple[x509.Certificate, ...]) -> Glance:
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            facts = signature_check.examine(data, pdf)
    except (pikepdf.PdfError, pikepdf.PasswordError, AttributeError, TypeError, ValueError):
        return Glance(False)
    intact = facts.intact and facts.certifies
    anchor = signature_check.anchor_of(facts, trusted) if intact else None
    return Glance(intact, facts.fingerprint, facts.signed_at, anchor)
