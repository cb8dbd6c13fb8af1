"""The issuer's signature over a version: made, verified at once, kept beside it, and logged."""

from datetime import datetime

from sqlmodel import Session

from registry import rulebooks
from registry.documents.rulebook_signature import (
    SignatureRefused,
    sign_rulebook,
    verify_rulebook,
)
from registry.documents.signing import Signer
from registry.models import RulebookSignature
from registry.operations.audit import record
from registry.queries import rulebook as rulebook_queries
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Actor, service


def sign(
    session: Session,
    *,
    id: str,
    version: str,
    sha256: str,
    signer: Signer,
    by: Actor,
    now: datetime,
) -> RulebookSignature:
    """Sign a digest with the installation's key, verify what came out, keep it and log it."""
    envelope = sign_rulebook(signer, rulebook=id, version=version, sha256=sha256, now=now)
    try:
        verify_rulebook(envelope, sha256=sha256, trusted=(signer.certificate,))
    except SignatureRefused:
        raise MoveRefused(Refusal.SIGNATURE_BROKEN) from None
    row = RulebookSignature(
        rulebook_id=id,
        version=version,
        sha256=sha256,
        signer_fingerprint=signer.fingerprint,
        is_test=signer.is_test,
        envelope=envelope,
        signed_at=now,
    )
    session.add(row)
    session.flush()
    record(
        session,
        kind="rulebook.signed",
        subject=f"rulebook:{id}/{version}",
        body={"sha256": sha256, "signer": signer.fingerprint},
        by=by,
        now=now,
    )
    return row


def sign_shipped(session: Session, *, signer: Signer, now: datetime) -> int:
    """Sign what the product ships with this installation's key, once a key."""
    waiting = rulebook_queries.unsigned_shipped(session, signer.fingerprint)
    for each in waiting:
        sha256 = rulebooks.load(*each).sha256
        sign(session, id=each.id, version=each.version, sha256=sha256, signer=signer,
             by=service("signer"), now=now)  # fmt: skip
    return len(waiting)
