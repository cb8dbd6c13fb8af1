"""The papers of a case: what is printed, and what still waits for the printer."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import exists
from sqlmodel import Session, col, select

from registry.models import ApplicationVersion, CasePaper, Decision

RECEIPT, REFUSAL, REPORT = "receipt", "refusal", "report"
KINDS = (RECEIPT, REFUSAL, REPORT)
REFUSING = ("ineligible", "reject")
REPORTED = ("approve", "reject")


class Wanted(NamedTuple):
    """A paper that is not printed yet."""

    kind: str
    about_id: int


def wanted(session: Session, *, limit: int) -> list[Wanted]:
    """Receipts first, then letters, then reports, oldest first."""
    found: list[Wanted] = []
    sources = (
        (RECEIPT, ApplicationVersion, None),
        (REFUSAL, Decision, col(Decision.event).in_(REFUSING)),
        (
            REPORT,
            Decision,
            col(Decision.event).in_(REPORTED) & col(Decision.assessment_id).is_not(None),
        ),
    )
    for kind, table, condition in sources:
        printed = exists().where(
            col(CasePaper.kind) == kind, col(CasePaper.about_id) == col(table.id)
        )
        statement = select(table.id).where(~printed)
        if condition is not None:
            statement = statement.where(condition)
        ids = session.exec(statement.order_by(col(table.id)).limit(limit - len(found))).all()
        found += [Wanted(kind, about_id) for about_id in ids]
        if len(found) >= limit:
            break
    return found


def papers_of(session: Session, application_id: int) -> Sequence[CasePaper]:
    """What is printed of a case, oldest first."""
    return session.exec(
        select(CasePaper)
        .where(CasePaper.application_id == application_id)
        .order_by(col(CasePaper.id))
    ).all()


def paper_of(session: Session, application_id: int, paper_id: int) -> CasePaper | None:
    return session.exec(
        select(CasePaper).where(
            CasePaper.id == paper_id, CasePaper.application_id == application_id
        )
    ).one_or_none()
