"""The evidence inside a certificate: canonical JSON that says everything the page says, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from importlib import resources
from typing import Any

from registry.documents import wording
from registry.documents.content import CertificateContent
from registry.documents.text import admit
from registry.rules import canonical

SCHEMAS = {  # by edition of the page's words: wording.py
    number: f"https://w3id.org/green-project-registry/evidence/{number}"
    for number in wording.EDITIONS
}
SCHEMA_FILES = {f"evidence-{number}.json": number for number in SCHEMAS}
SCHEMA_FILE = f"evidence-{wording.EDITION}.json"


def build(
    content: CertificateContent,
    assessment: Mapping[str, Any] | None = None,
    trust: Mapping[str, str] | None = None,
    edition: int = wording.EDITION,
) -> bytes:
    """The bytes that are hashed, logged and attached.

    `assessment` carries what makes the score re-computable (inputs with units, results rule by
    rule, digests of the rulebook and of the factors), in integers and decimal strings, as far as
    the applicant consents. `trust` names the keys of the log and of the credential, so that the
    signature over the file vouches for them: log_key, credential_issuer, credential_key.
    `edition` is that of the words on the page that goes with it.
    """
    return canonical.dumps(
        {
            "schema": SCHEMAS[edition],
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


def edition_of(said: Mapping[str, Any]) -> int:
    """In which edition of the words the page of this evidence is printed; ValueError if in none."""
    for number, name in SCHEMAS.items():
        if said.get("schema") == name:
            return number
    raise ValueError("evidence of an unknown schema")


def schema(name: str = SCHEMA_FILE) -> bytes:
    """The published JSON Schema (2020-12) of what `build` writes for an issued certificate."""
    return (resources.files("registry.documents") / "schemas" / name).read_bytes()
