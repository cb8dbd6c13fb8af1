"""Watched portfolios as their owner sees them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from registry.models import RestrictedEntry, WatchedHit, WatchedList, WatchedName

WAITS = col(WatchedHit.decision).in_(("", "unsure"))  # for its owner's word


@dataclass(frozen=True)
class Found:
    """A hit with its name and its entry as it stands now."""

    hit: WatchedHit
    name: WatchedName
    entry: RestrictedEntry


def lists_of(session: Session, owner_id: int) -> list[tuple[WatchedList, int]]:
    """The owner's lists, newest first, each with how many hits wait for a word."""
    waiting = (
        select(WatchedHit.list_id, func.count().label("waiting"))
        .where(WAITS)
        .group_by(col(WatchedHit.list_id))
        .subquery()
    )
    rows = session.exec(
        select(WatchedList, waiting.c.waiting)
        .outerjoin(waiting, waiting.c.list_id == col(WatchedList.id))
        .where(WatchedList.owner_id == owner_id)
        .order_by(col(WatchedList.id).desc())
    ).all()
    return [(row, count or 0) for row, count in rows]


def list_with_id(session: Session, list_id: int, *, owner_id: int) -> WatchedList | None:
    found = session.get(WatchedList, list_id)
    return found if found is not None and found.owner_id == owner_id else None


def watched_of_source(session: Session, owner_id: int, source: str) -> WatchedList | None:
    """The owner's list from there that is still watched."""
    return session.exec(
        select(WatchedList)
        .where(
            WatchedList.owner_id == owner_id,
            WatchedList.source == source,
            col(WatchedList.ended_at).is_(None),
        )
        .order_by(col(WatchedList.id).desc())
        .limit(1)
    ).first()


def lists_from(session: Session, source: str) -> Sequence[WatchedList]:
    """Everybody's lists from there that are still watched."""
    return session.exec(
        select(WatchedList)
        .where(WatchedList.source == source, col(WatchedList.ended_at).is_(None))
        .order_by(col(WatchedList.id))
    ).all()


def waiting_in(session: Session, list_id: int) -> int:
    """How many hits of a list wait for a word."""
    return session.exec(
        select(func.count()).select_from(WatchedHit).where(WatchedHit.list_id == list_id, WAITS)
    ).one()


def hits_of(session: Session, list_id: int, *, limit: int = 500) -> Sequence[Found]:
    """What waits for a word first, then the newest."""
    settled = col(WatchedHit.decision).in_(("true", "false"))
    rows = session.exec(
        select(WatchedHit, WatchedName, RestrictedEntry)
        .join(WatchedName, col(WatchedName.id) == col(WatchedHit.name_id))
        .join(RestrictedEntry, col(RestrictedEntry.id) == col(WatchedHit.entry_id))
        .where(WatchedHit.list_id == list_id)
        .order_by(settled, col(WatchedHit.id).desc())
        .limit(limit)
    ).all()
    return [Found(*row) for row in rows]


def hit_of(session: Session, hit_id: int, *, owner_id: int) -> Found | None:
    row = session.exec(
        select(WatchedHit, WatchedName, RestrictedEntry, WatchedList.owner_id)
        .join(WatchedName, col(WatchedName.id) == col(WatchedHit.name_id))
        .join(RestrictedEntry, col(RestrictedEntry.id) == col(WatchedHit.entry_id))
        .join(WatchedList, col(WatchedList.id) == col(WatchedHit.list_id))
        .where(WatchedHit.id == hit_id)
    ).one_or_none()
    return Found(*row[:3]) if row is not None and row[3] == owner_id else None
