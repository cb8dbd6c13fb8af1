"""Other cases that claim what a case claims, or that carry one of its files."""

from sqlmodel import Session, col, select

from registry.models import Application, EvidenceFile
from registry.rules import canonical
from registry.rules.lifecycle.application import State
from registry.rules.screening import fold

CLOSED = (State.WITHDRAWN.value, State.LAPSED.value, State.INELIGIBLE.value, State.REJECTED.value)


def claim_key(application: Application) -> str:
    """Stands for what is claimed: the same place, name, kind and size is the same claim."""
    answers = application.answers
    reference = fold(answers.get("method_reference", ""))
    if reference:
        return canonical.digest(["method", reference])
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
    own_files = select(EvidenceFile.sha256).where(
        EvidenceFile.application_id == application.id, col(EvidenceFile.removed_at).is_(None)
    )
    same_file = select(EvidenceFile.application_id).where(
        col(EvidenceFile.sha256).in_(own_files), col(EvidenceFile.removed_at).is_(None)
    )
    rows = session.exec(
        select(Application)
        .where(
            Application.id != application.id,
            col(Application.number).is_not(None),
            col(Application.state).not_in(CLOSED),
            (col(Application.claim_key) == application.claim_key)
            | col(Application.id).in_(same_file),
        )
        .order_by(col(Application.id))
        .limit(50)
    ).all()
    return [
        {
            "application": row.id,
            "number": row.number,
            "same": "claim" if row.claim_key == application.claim_key else "evidence",
        }
        for row in rows
    ]
