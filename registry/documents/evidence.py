"""The evidence inside a certificate: canonical JSON that says everything the page says, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

from registry.documents.content import CertificateContent
from registry.documents.text import admit
from registry.rules import canonical

SCHEMA = "https://w3id.org/green-project-registry/evidence/2"
SCHEMA_FILE = "evidence-2.json"


def build(
    content: CertificateContent,
    assessment: Mapping[str, Any] | None = None,
    trust: Mapping[str, str] | None = None,
) -> bytes:
    """The bytes that are hashed, logged and attached.

    `assessment` carries what makes the score re-computable (inputs with units, results rule by
    rule, digests of the rulebook and of the factors), in integers and decimal strings, as far as
    the applicant consents. `trust` names the keys of the log and of the credential, so that the
    signature over the file vouches for them: log_key, credential_issuer, credential_key.
    """
    return canonical.dumps(
        {
            "schema": SCHEMA,
            "certificate": admit(content).record(),
            "assessment": dict(assessment or {}),
            "trust": dict(trust or {}),
        }
    )


def without_used(result: Mapping[str, Any]) -> dict[str, Any]:
    """The record of a score without the values that each rule used: they follow from inputs, rules
    and factors, and would be the largest part of the evidence. Its digest stays that of the whole."""
    rules = [
        {key: value for key, value in rule.items() if key != "used"} for rule in result["rules"]
    ]
    return {**result, "rules": rules}


def closed(
    content: CertificateContent, evidence: bytes, *, log_seq: int | None = None, log_hash: str = ""
) -> CertificateContent:
    """The content as it is printed: with the digest of its evidence and the head of the log."""
    digest = hashlib.sha256(evidence).hexdigest()
    return replace(content, evidence_sha256=digest, log_seq=log_seq, log_hash=log_hash)


def schema() -> bytes:
    """The published JSON Schema (2020-12) of what `build` writes for an issued certificate."""
    return (resources.files("registry.documents") / "schemas" / SCHEMA_FILE).read_bytes()
