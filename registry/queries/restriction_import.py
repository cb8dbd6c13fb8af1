"""Files of restricted entries: the newest, one, and how long one that runs will take."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from registry.models import RestrictedBulk, RestrictedImport


def imports(session: Session, *, limit: int = 50) -> Sequence[RestrictedImport]:
    """The newest first."""
    return session.exec(
        select(RestrictedImport).order_by(col(RestrictedImport.id).desc()).limit(limit)
    ).all()


def import_with_id(session: Session, import_id: int) -> RestrictedImport | None:
    return session.get(RestrictedImport, import_id)


def newest_bulk(session: Session, import_id: int) -> RestrictedBulk | None:
    """The act on all entries of a file that was asked for last."""
    return session.exec(
        select(RestrictedBulk)
        .where(RestrictedBulk.import_id == import_id)
        .order_by(col(RestrictedBulk.id).desc())
        .limit(1)
    ).one_or_none()


def time_left(row: RestrictedImport, now: datetime) -> timedelta | None:
    """If it goes on as it went; None before it has begun or where it does not run."""
    if row.state != "RUNNING" or row.started_at is None or row.line < 1 or row.line >= row.lines:
        return None
    return (now - row.started_at) * (row.lines - row.line) / row.line
