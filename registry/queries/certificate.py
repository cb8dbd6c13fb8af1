"""Certificates by number, by case, and as lists."""

from sqlmodel import Session, col, select

from registry.models import Certificate


def newest_of(session: Session, application_id: int) -> Certificate | None:
    """The case's certificate that counts now: the last one allotted."""
    return session.exec(
        select(Certificate)
        .where(Certificate.application_id == application_id)
        .order_by(col(Certificate.sequence).desc())
        .limit(1)
    ).one_or_none()


def by_number(session: Session, number: str) -> Certificate | None:
    return session.exec(select(Certificate).where(Certificate.number == number)).one_or_none()
