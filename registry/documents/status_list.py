"""The signed status list: what every certificate is on one day, for those who check offline.

A status list is canonical JSON. It carries the certificates of its signer; whoever reads it brings
the anchor, exactly as for a certificate, and trusts nothing else in it.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from registry.documents.findings import StatusEntry, StatusList
from registry.rules import canonical
from registry.rules.certificate import CertificateState
from registry.words import Words

if TYPE_CHECKING:
    from registry.documents.signing import Signer

SCHEMA = "https://w3id.org/green-project-registry/status-list/1"
LARGEST = 256 * 1024 * 1024


class StatusListRefused(ValueError):
    """A list that cannot be believed, and why."""


def write(entries: Mapping[str, StatusEntry], *, as_of: datetime, signer: Signer) -> bytes:
    """The list of one moment, signed by the key that signs certificates."""
    listed = {
        "schema": SCHEMA,
        "as_of": as_of.astimezone(UTC).isoformat(timespec="seconds"),
        "entries": {number: _plain(entry) for number, entry in entries.items()},
    }
    certificates = [signer.certificate, *signer.chain]
    der = [one.public_bytes(serialization.Encoding.DER) for one in certificates]
    return canonical.dumps(
        {
            "list": listed,
            "certificates": [base64.b64encode(one).decode("ascii") for one in der],
            "signature": base64.b64encode(signer.holder.sign(canonical.dumps(listed))).decode(),
        }
    )


def read(data: bytes, anchors: Iterable[x509.Certificate]) -> StatusList:
    """The list, if its signature holds and its signer leads to a supplied anchor."""
    from registry.documents.signature_check import SignatureFacts, anchor_of  # reads PDFs: heavy

    if len(data) > LARGEST:
        raise StatusListRefused("too large")
    try:
        signed: Any = json.loads(data)
        listed = signed["list"]
        chain = [x509.load_der_x509_certificate(_bytes(one)) for one in signed["certificates"]]
        signature = _bytes(signed["signature"])
        as_of = datetime.fromisoformat(listed["as_of"])
        entries = {number: _entry(entry) for number, entry in listed["entries"].items()}
    except (KeyError, TypeError, ValueError, RecursionError) as problem:
        raise StatusListRefused(f"not a status list: {problem}") from None
    if listed.get("schema") != SCHEMA or as_of.tzinfo is None or not chain:
        raise StatusListRefused("not a status list of this kind")
    _check(chain[0], signature, canonical.dumps(listed))
    facts = SignatureFacts(certificate=chain[0], others=tuple(chain[1:]), signed_at=as_of)
    if anchor_of(facts, anchors) is None:
        raise StatusListRefused("its signer does not lead to a supplied anchor")
    return StatusList(as_of=as_of, entries=entries)


def _check(leaf: x509.Certificate, signature: bytes, signed: bytes) -> None:
    key = leaf.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), hashes.SHA256())
        else:
            raise StatusListRefused("a key of a kind not used here")
    except InvalidSignature:
        raise StatusListRefused("its signature does not hold") from None


def _plain(entry: StatusEntry) -> dict[str, Any]:
    return {
        "state": entry.state.value,
        "since": entry.since.isoformat(),
        "reason": {"zh": entry.reason.zh, "en": entry.reason.en},
    }


def _entry(plain: Any) -> StatusEntry:
    reason = Words(str(plain["reason"]["zh"]), str(plain["reason"]["en"]))
    return StatusEntry(CertificateState(plain["state"]), date.fromisoformat(plain["since"]), reason)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
