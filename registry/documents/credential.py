"""The certificate as a W3C Verifiable Credential 2.0, secured by Data Integrity `eddsa-jcs-2022`.

It says the certificate's main facts to wallets and other software and names the evidence by its
digest. Ed25519 is deterministic: equal content, key and moment give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from registry.documents.content import CertificateContent
from registry.documents.ed25519 import NamedKey, check
from registry.rules import canonical

CONTEXT = [
    "https://www.w3.org/ns/credentials/v2",
    "https://www.w3.org/ns/credentials/undefined-terms/v2",
]
SUITE = "eddsa-jcs-2022"
FRAGMENT = "credentials"
EVIDENCE_SCHEMA = "schemas/evidence-3.json"
_ED25519 = b"\xed\x01"  # multicodec
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


class CredentialRefused(ValueError):
    """A credential that is not secured as it says, and why."""


def did_of(base_url: str) -> str:
    """The issuer's identifier: did:web of the host, whose document it serves itself."""
    return "did:web:" + urlsplit(base_url).netloc.replace(":", "%3A")


def did_document(did: str, public_key: bytes) -> dict[str, Any]:
    """What `/.well-known/did.json` says: the key that signs credentials."""
    method = f"{did}#{FRAGMENT}"
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": did,
                "publicKeyMultibase": multikey(public_key),
            }
        ],
        "assertionMethod": [method],
    }


def build(content: CertificateContent, evidence: bytes, issuer: str) -> dict[str, Any]:
    """The credential without its proof. Dates are days in Shanghai, as the certificate prints them."""
    subject: dict[str, Any] = {
        "id": f"urn:sha256:{hashlib.sha256(evidence).hexdigest()}",
        "type": "GreenProject",
        "certificateNumber": content.number,
        "project": _said(content.project),
        "owner": _said(content.owner),
        "ownerCode": content.owner_code,
        "catalogueEdition": content.catalogue_edition.en,
        "catalogueCode": content.catalogue_code,
        "grade": content.grade.code,
        "centipoints": content.centipoints,
        "evidenceTier": content.evidence_tier,
        "rulebook": f"{content.rulebook.id} {content.rulebook.version}",
        "rulebookSHA256": content.rulebook.sha256,
        "demonstration": content.demo or content.test_key,
    }
    if content.abatement is not None:
        figure = content.abatement.figure
        subject["abatementPerYear"] = {"value": figure.value, "unit": figure.unit}
        subject["abatementBasis"] = content.abatement.basis
    digest = base64.b64encode(hashlib.sha384(evidence).digest()).decode()
    return {
        "@context": CONTEXT,
        "id": f"urn:certificate:{content.number}",
        "type": ["VerifiableCredential", "GreenProjectCertificate"],
        "issuer": {"id": issuer, "name": content.issuer.name.en},
        "validFrom": f"{content.valid_from.isoformat()}T00:00:00+08:00",
        "validUntil": f"{content.valid_to.isoformat()}T23:59:59+08:00",
        "credentialSubject": subject,
        "relatedResource": [
            {
                "id": f"urn:sha256:{hashlib.sha256(evidence).hexdigest()}",
                "digestSRI": f"sha384-{digest}",
                "mediaType": "application/json",
            }
        ],
    }


def _said(words: Any) -> list[dict[str, str]]:
    return [
        {"@value": words.zh, "@language": "zh-Hans"},
        {"@value": words.en, "@language": "en"},
    ]


def secure(document: Mapping[str, Any], key: NamedKey, *, method: str, now: datetime) -> bytes:
    """Add the proof (vc-di-eddsa, section 3.3) and write the whole canonically."""
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    signed = key.sign(_hashed(document, proof))
    return canonical.dumps({**document, "proof": {**proof, "proofValue": "z" + base58(signed)}})


def verify(data: bytes, public_key: bytes) -> dict[str, Any]:
    """The credential without its proof, if this key secured it; else CredentialRefused."""
    try:
        said: dict[str, Any] = json.loads(data)
        proof: dict[str, Any] = dict(said.pop("proof"))
        value = str(proof.pop("proofValue"))
        context = said["@context"]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as problem:
        raise CredentialRefused(f"not a secured credential: {problem}") from None
    expected = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "proofPurpose": "assertionMethod",
        "@context": context,
    }
    if any(proof.get(name) != wanted for name, wanted in expected.items()):
        raise CredentialRefused("a proof of another kind")
    if not value.startswith("z") or not check(
        public_key, _hashed(said, proof), unbase58(value[1:])
    ):
        raise CredentialRefused("its proof does not hold")
    return said


def _hashed(document: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    parts = (canonical.dumps(dict(one)) for one in (proof, document))
    return b"".join(hashlib.sha256(part).digest() for part in parts)


def multikey(public_key: bytes) -> str:
    """An Ed25519 key as Multikey text."""
    return "z" + base58(_ED25519 + public_key)


def key_of(text: str) -> bytes:
    """The raw key behind Multikey text; ValueError where it is none."""
    data = unbase58(text[1:]) if text.startswith("z") else b""
    if not data.startswith(_ED25519) or len(data) != 34:
        raise ValueError("not an Ed25519 Multikey")
    return data[2:]


def base58(data: bytes) -> str:
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        digits = _BASE58[rest] + digits
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def unbase58(text: str) -> bytes:
    number = 0
    for sign in text[:200]:
        number = number * 58 + _BASE58.index(sign)
    zeroes = len(text) - len(text.lstrip("1"))
    return b"\0" * zeroes + number.to_bytes((number.bit_length() + 7) // 8, "big")
