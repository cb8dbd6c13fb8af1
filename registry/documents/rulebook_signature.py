"""A detached signature over a rulebook: which id, which version, which digest, by whose key.

It is a JSON text beside the files. It says nothing about when the rulebook takes effect (that is
the publication's), and it is over the digest, so that the files may be carried apart from it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from registry.documents.signing import Signer
from registry.rules import canonical

SCHEMA = "https://w3id.org/green-project-registry/rulebook-signature/1"
FILE_NAME = "rulebook.sig.json"


class SignatureRefused(ValueError):
    """A text that is no signature of a rulebook, or does not fit the one at hand."""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """What a signature says once it was found intact; `trusted`: the signer is one that was named."""

    rulebook: str
    version: str
    sha256: str
    signed_at: datetime
    signer: str
    fingerprint: str
    is_test: bool
    trusted: bool


def sign_rulebook(
    signer: Signer, *, rulebook: str, version: str, sha256: str, now: datetime
) -> dict[str, Any]:
    """The envelope: what is signed, the signature, and the certificates to check it with."""
    statement = {
        "schema": SCHEMA,
        "rulebook": rulebook,
        "version": version,
        "sha256": sha256,
        "signed_at": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    chain = (signer.certificate, *signer.chain)
    return {
        "statement": statement,
        "signature": base64.b64encode(signer.holder.sign(canonical.dumps(statement))).decode(),
        "certificates": [
            one.public_bytes(serialization.Encoding.PEM).decode("ascii") for one in chain
        ],
    }


def verify_rulebook(
    envelope: Mapping[str, Any], *, sha256: str, trusted: Sequence[x509.Certificate] = ()
) -> Signed:
    """What the envelope says, if it is intact and speaks of this digest; else `SignatureRefused`.

    Trusted is who is among `trusted` or was issued by one of them; an intact signature of a
    stranger is reported as such and never as good.
    """
    try:
        statement = dict(envelope["statement"])
        certificates = [
            x509.load_pem_x509_certificate(str(one).encode()) for one in envelope["certificates"]
        ]
        signature = base64.b64decode(envelope["signature"], validate=True)
        leaf = certificates[0]
        at = datetime.strptime(statement["signed_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except (KeyError, IndexError, TypeError, ValueError) as why:
        raise SignatureRefused("not a signature of a rulebook") from why
    if statement.get("schema") != SCHEMA:
        raise SignatureRefused("unknown schema")
    _check(leaf, signature, canonical.dumps(statement))
    if statement.get("sha256") != sha256:
        raise SignatureRefused("signs other files")
    return Signed(
        rulebook=str(statement["rulebook"]),
        version=str(statement["version"]),
        sha256=sha256,
        signed_at=at,
        signer=leaf.subject.rfc4514_string(),
        fingerprint=leaf.fingerprint(hashes.SHA256()).hex(),
        is_test=any("TEST" in one.subject.rfc4514_string() for one in certificates),
        trusted=any(_issued(leaf, certificates[1:], anchor) for anchor in trusted),
    )


def _check(leaf: x509.Certificate, signature: bytes, data: bytes) -> None:
    key = leaf.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise SignatureRefused("unknown kind of key")
    except InvalidSignature:
        raise SignatureRefused("the signature does not fit what it signs") from None


def _issued(
    leaf: x509.Certificate, between: Sequence[x509.Certificate], anchor: x509.Certificate
) -> bool:
    """Whether a line of certificates leads from the leaf to the anchor."""
    seen = leaf
    for _ in range(len(between) + 2):
        if seen == anchor or _is_directly_issued(seen, anchor):
            return True
        above = next(
            (one for one in between if one != seen and _is_directly_issued(seen, one)), None
        )
        if above is None:
            return False
        seen = above
    return False


def _is_directly_issued(one: x509.Certificate, by: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(by)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
