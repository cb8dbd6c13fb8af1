"""The signed status list of all certificates, for those who check without a network."""

from datetime import datetime

from sqlmodel import Session

from registry.documents import status_list
from registry.documents.findings import StatusEntry
from registry.documents.signing import Signer
from registry.models import Certificate
from registry.queries import certificate as queries
from registry.rules.calendar import legal_date
from registry.rules.certificate import CertificateState
from registry.words import Words
from registry.words.reasons import REASONS


def entry_of(certificate: Certificate, *, now: datetime) -> StatusEntry | None:
    """What the list says of one number today; nothing of a number that became no certificate."""
    state = queries.state_on(certificate, legal_date(now))
    if state.value not in CertificateState.__members__:
        return None
    at = certificate.ended_at or certificate.suspended_at or certificate.issued_at
    since = legal_date(at) if at is not None else certificate.valid_from
    if state.value == CertificateState.EXPIRED and certificate.ended_at is None:
        since = certificate.valid_to
    return StatusEntry(
        state=CertificateState(state.value),
        since=since,
        reason=REASONS.get(certificate.end_reason_code, Words("", "")),
    )


def write(session: Session, *, signer: Signer, now: datetime) -> bytes:
    """Every certificate that was ever issued, as it stands at this moment."""
    entries = {
        certificate.number: entry
        for certificate in queries.every_issued(session)
        if (entry := entry_of(certificate, now=now)) is not None
    }
    return status_list.write(entries, as_of=now, signer=signer)
