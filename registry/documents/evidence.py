"""The evidence inside a certificate: canonical JSON that says everything the page says, and why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from registry.documents.content import CertificateContent
from registry.documents.text import admit
from registry.rules import canonical

SCHEMA = "https://w3id.org/green-project-registry/evidence/1"


def build(content: CertificateContent, assessment: Mapping[str, Any] | None = None) -> bytes:
    """The bytes that are hashed, logged and attached.

    `assessment` carries what makes the score re-computable (inputs with units, results rule by
    rule, factors), in integers and decimal strings, as far as the applicant consents.
    """
    return canonical.dumps(
        {
            "schema": SCHEMA,
            "certificate": admit(content).record(),
            "assessment": dict(assessment or {}),
        }
    )


def closed(
    content: CertificateContent, evidence: bytes, *, log_seq: int | None = None, log_hash: str = ""
) -> CertificateContent:
    """The content as it is printed: with the digest of its evidence and the head of the log."""
    digest = hashlib.sha256(evidence).hexdigest()
    return replace(content, evidence_sha256=digest, log_seq=log_seq, log_hash=log_hash)
