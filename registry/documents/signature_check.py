"""Reading a signed document without trusting it: what the signature covers, who made it, if it holds.

A lean check of exactly the profile that `signing` writes: one certifying signature over the whole
file, SHA-256, PAdES attributes. Anything else is told, not interpreted.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import pikepdf
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

_DEEPEST = 6
_HOLE = re.compile(rb"<((?:[0-9a-fA-F]{2})+)>")


@dataclass(frozen=True)
class SignatureFacts:
    """What was found; each is a plain fact, put into words elsewhere."""

    count: int = 0
    readable: bool = False
    covers_file: bool = False
    digest_matches: bool = False
    signature_holds: bool = False
    binds_certificate: bool = False
    certifies: bool = False
    signed_at: datetime | None = None
    stamped_at: datetime | None = None
    certificate: x509.Certificate | None = None
    others: tuple[x509.Certificate, ...] = ()

    @property
    def intact(self) -> bool:
        return (
            self.count == 1
            and self.covers_file
            and self.digest_matches
            and self.signature_holds
            and self.binds_certificate
        )

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex() if self.certificate else ""


def examine(data: bytes, pdf: pikepdf.Pdf) -> SignatureFacts:
    """Every fact about the one signature of a file."""
    try:
        signatures = list(_signatures(pdf))
    except (AttributeError, TypeError, ValueError):
        return SignatureFacts()
    if len(signatures) != 1:
        return SignatureFacts(count=len(signatures))
    signature = signatures[0]
    try:
        ranges = [int(one) for one in signature.ByteRange]
        contents = bytes(signature.Contents)
        covered = _covered(data, ranges, contents)
        facts = examine_cms(contents, covered or b"")
    except Exception:  # hostile ASN.1 fails in many ways; none of them is a signature
        return SignatureFacts(count=1)
    return SignatureFacts(
        count=1,
        readable=True,
        covers_file=covered is not None,
        certifies=_certifies(pdf, signature),
        signed_at=_moment(str(signature.get("/M", ""))),
        **facts,
    )


def _signatures(pdf: pikepdf.Pdf) -> Iterable[Any]:
    form = pdf.Root.get("/AcroForm")
    fields = list(form.get("/Fields", ())) if form is not None else []
    for _ in range(1000):
        if not fields:
            return
        one = fields.pop()
        fields.extend(one.get("/Kids", ()))
        if one.get("/FT") == "/Sig" and "/V" in one:
            yield one.V


def _covered(data: bytes, ranges: list[int], contents: bytes) -> bytes | None:
    """The signed bytes, if they are the whole file but the signature's own digits."""
    if len(ranges) != 4:
        return None
    start, first, second, rest = ranges
    if start != 0 or not 0 < first < second or second + rest != len(data) or rest <= 0:
        return None
    digits = _HOLE.fullmatch(data[first:second])
    if digits is None or bytes.fromhex(digits[1].decode("ascii")) != contents:
        return None
    if contents[len(cms.ContentInfo.load(contents).dump()) :].strip(b"\0"):
        return None  # something was written into the room behind the signature
    return data[:first] + data[second:]


def examine_cms(contents: bytes, covered: bytes) -> dict[str, Any]:
    """The facts of a CMS structure over the signed bytes, by the names of SignatureFacts."""
    content = cms.ContentInfo.load(contents)["content"]
    (signer,) = content["signer_infos"]
    certificates = [
        _parsed(one.chosen.dump()) for one in content["certificates"] if one.name == "certificate"
    ]
    leaf = _leaf(signer, certificates)
    attributes = {one["type"].native: one["values"] for one in signer["signed_attrs"]}
    digest = hashlib.sha256(covered).digest()
    signed = signer["signed_attrs"].untag().dump()
    algorithm = signer["digest_algorithm"]["algorithm"].native
    return {
        "digest_matches": algorithm == "sha256"
        and attributes["message_digest"][0].native == digest,
        "signature_holds": _holds(leaf, signer["signature"].native, signed),
        "binds_certificate": _binds(attributes, leaf),
        "stamped_at": _stamped(signer),
        "certificate": leaf,
        "others": tuple(one for one in certificates if one != leaf),
    }


@lru_cache(maxsize=64)
def _parsed(der: bytes) -> x509.Certificate:
    return x509.load_der_x509_certificate(der)


def _leaf(signer: Any, certificates: list[x509.Certificate]) -> x509.Certificate:
    wanted = signer["sid"].chosen
    issuer = wanted["issuer"].dump()
    for one in certificates:
        same = one.serial_number == wanted["serial_number"].native
        if same and one.issuer.public_bytes() == issuer:
            return one
    raise ValueError("the signer's certificate is not in the signature")


def _holds(leaf: x509.Certificate, signature: bytes, signed: bytes) -> bool:
    key = leaf.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _binds(attributes: dict[str, Any], leaf: x509.Certificate) -> bool:
    """PAdES: the signed attributes name the certificate by its digest, so it cannot be swapped."""
    named = attributes.get("signing_certificate_v2")
    if named is None:
        return False
    first = named[0]["certs"][0]
    if first["hash_algorithm"]["algorithm"].native != "sha256":
        return False
    der = leaf.public_bytes(serialization.Encoding.DER)
    return bool(first["cert_hash"].native == hashlib.sha256(der).digest())


def _stamped(signer: Any) -> datetime | None:
    """The time-stamp's own moment, if it is there and is over this signature's bytes.

    The authority's signature is not checked here, so nothing may rest on this moment alone.
    """
    for one in signer["unsigned_attrs"] or ():
        if one["type"].native == "signature_time_stamp_token":
            inner = one["values"][0]["content"]["encap_content_info"]["content"]
            info = tsp.TSTInfo.load(bytes(inner))
            stamped = info["message_imprint"]["hashed_message"].native
            if stamped == hashlib.sha256(signer["signature"].native).digest():
                moment = info["gen_time"].native
                return moment if isinstance(moment, datetime) else None
    return None


def _certifies(pdf: pikepdf.Pdf, signature: Any) -> bool:
    permitted = pdf.Root.get("/Perms", pikepdf.Dictionary()).get("/DocMDP")
    if permitted is None or permitted.objgen != signature.objgen:
        return False
    return any(
        one.get("/TransformMethod") == "/DocMDP" and int(one.TransformParams.get("/P", 2)) == 1
        for one in signature.get("/Reference", ())
    )


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "D:%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def anchor_of(
    facts: SignatureFacts, anchors: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    """The supplied anchor to which the signer's certificate leads on the day of signing."""
    supplied = tuple(anchors)
    moment = facts.signed_at  # claimed by the signer; a time-stamp is reported, not yet relied on
    if facts.certificate is None or moment is None or not _may_sign(facts.certificate):
        return None
    return _climb(facts.certificate, supplied, facts.others, moment, 0)


def _climb(
    one: x509.Certificate,
    anchors: tuple[x509.Certificate, ...],
    others: tuple[x509.Certificate, ...],
    moment: datetime,
    depth: int,
) -> x509.Certificate | None:
    if depth > _DEEPEST or not one.not_valid_before_utc <= moment <= one.not_valid_after_utc:
        return None
    if one in anchors:
        return one
    for above in (*anchors, *others):
        if above != one and _issued(one, above):
            found = _climb(above, anchors, others, moment, depth + 1)
            if found is not None:
                return found
    return None


def _issued(one: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        if not above.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
        if not above.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign:
            return False
        one.verify_directly_issued_by(above)
    except (InvalidSignature, TypeError, ValueError, x509.ExtensionNotFound):
        return False
    return True


def _may_sign(leaf: x509.Certificate) -> bool:
    try:
        usage = leaf.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return usage.digital_signature or usage.content_commitment
