"""Projects that an entry holds suspended while their certificate still counts."""

from sqlmodel import Session, col, select

from registry.models import Application, Certificate, ListedMatch


def held_with_issued_certificate(session: Session, *, limit: int) -> list[int]:
    """Ids of suspended cases whose certificate came out after the suspension."""
    rows = session.exec(
        select(Application.id)
        .join(ListedMatch, col(ListedMatch.application_id) == col(Application.id))
        .join(Certificate, col(Certificate.application_id) == col(Application.id))
        .where(
            Application.state == "SUSPENDED",
            Certificate.state == "ISSUED",
            col(ListedMatch.suspended_at).is_not(None),
            col(ListedMatch.released_at).is_(None),
        )
        .distinct()
        .order_by(col(Application.id))
        .limit(limit)
    ).all()
    return list(rows)
