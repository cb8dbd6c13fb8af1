"""Other cases that claim what a case claims, or that carry one of its files."""

from sqlalchemy import bindparam, or_, select
from sqlmodel import Session

from registry.db import columns_of, sent
from registry.models import Application, EvidenceFile
from registry.rules import canonical
from registry.rules.lifecycle.application import State
from registry.rules.screening import fold

CLOSED = (State.WITHDRAWN.value, State.LAPSED.value, State.INELIGIBLE.value, State.REJECTED.value)

# Asked of every case that is sent: built once, and without the answers of the others.
_case, _file = columns_of(Application), columns_of(EvidenceFile)
_OWN_FILES = select(_file.sha256).where(
    _file.application_id == bindparam("application_id"), _file.removed_at.is_(None)
)
_SAME_FILE = select(_file.application_id).where(
    _file.sha256.in_(_OWN_FILES), _file.removed_at.is_(None)
)
_DUPLICATES = (
    select(_case.id, _case.number, _case.claim_key)
    .where(
        _case.id != bindparam("application_id"),
        _case.number.is_not(None),
        _case.state.not_in(CLOSED),
        or_(_case.claim_key == bindparam("claim_key"), _case.id.in_(_SAME_FILE)),
    )
    .order_by(_case.id)
    .limit(50)
)


def claim_key(application: Application) -> str:
    """Stands for what is claimed: the same place, name, kind and size is the same claim. The method's
    document is no part of it: hundreds of plants rightly name the same one."""
    answers = application.answers
    return canonical.digest(
        [
            application.kind,
            fold(application.title_zh),
            application.province_code,
            answers.get("capacity_mw", ""),
            answers.get("output_units_per_year", ""),
        ]
    )


def duplicates(session: Session, application: Application) -> list[dict[str, object]]:
    """Other live cases with the same claim, or with one of this case's evidence files."""
    rows = sent(
        session,
        _DUPLICATES,
        application_id=application.id,
        claim_key=application.claim_key,
    )
    return [
        {
            "application": row.id,
            "number": row.number,
            "same": "claim" if row.claim_key == application.claim_key else "evidence",
        }
        for row in rows
    ]
