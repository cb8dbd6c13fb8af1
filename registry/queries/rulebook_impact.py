"""What the pages of a trial say about the applications in it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from registry.models import Application, Assessment


def numbers_of(
    session: Session, application_ids: Sequence[int]
) -> dict[int, tuple[str | None, str, str]]:
    """Number and titles in both languages by id."""
    rows = session.exec(
        select(
            Application.id, Application.number, Application.title_zh, Application.title_en
        ).where(col(Application.id).in_(application_ids))
    ).all()
    return {id: (number, zh, en or zh) for id, number, zh, en in rows}


def application_with_number(session: Session, number: str) -> int | None:
    """The id of the application with this number."""
    return session.exec(select(Application.id).where(Application.number == number)).one_or_none()


def scores_of(
    session: Session, application_id: int
) -> tuple[str, tuple[str, str], list[Assessment]] | None:
    """Number, titles and every score of an application, newest first."""
    case = session.get(Application, application_id)
    if case is None or not case.version_no:
        return None
    rows = session.exec(
        select(Assessment)
        .where(Assessment.application_id == application_id)
        .order_by(col(Assessment.id).desc())
    ).all()
    return case.number or "", (case.title_zh, case.title_en or case.title_zh), list(rows)
