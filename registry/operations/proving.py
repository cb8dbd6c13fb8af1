"""What makes a certificate prove itself: the proof that its evidence is logged, and a credential."""

from datetime import datetime

from sqlmodel import Session

from registry.config import Settings
from registry.documents import credential, ed25519
from registry.documents.attached import CREDENTIAL_NAME, PROOF_NAME
from registry.documents.content import CertificateContent
from registry.models import AuditEvent
from registry.operations import log
from registry.queries import log as queries
from registry.rules import tlog


def credential_key(settings: Settings) -> ed25519.NamedKey:
    """The key that signs credentials; its name is the issuer's identifier when it was made."""
    name = credential.did_of(settings.base_url)
    return ed25519.ensure(settings.keys_folder, ed25519.CREDENTIALS, name=name)


def trust(settings: Settings) -> dict[str, str]:
    """The keys that the evidence names, so that the signature over the file vouches for them."""
    key = credential_key(settings)
    return {
        "log_key": str(log.log_key(settings).verifier),
        "credential_issuer": credential.did_of(settings.base_url),
        "credential_key": credential.multikey(key.public),
    }


def proofs(
    session: Session,
    settings: Settings,
    content: CertificateContent,
    evidence: bytes,
    *,
    seq: int,
    now: datetime,
) -> dict[str, bytes]:
    """The credential, and event `seq` bound to a signed head of the log and opened."""
    log.grow(session, key=log.log_key(settings), now=now)
    did = credential.did_of(settings.base_url)
    secured = credential.secure(
        credential.build(content, evidence, did),
        credential_key(settings),
        method=f"{did}#{credential.FRAGMENT}",
        now=now,
    )
    return {PROOF_NAME: event_proof(session, seq), CREDENTIAL_NAME: secured}


def event_proof(session: Session, seq: int) -> bytes:
    """A tlog-proof of one event that also opens it: its bytes and the salt of its entry."""
    event = session.get_one(AuditEvent, seq)
    opening = tlog.opening(event.canonical, queries.salt_of(session, seq))
    return queries.proof_of(session, seq, extra=opening)
