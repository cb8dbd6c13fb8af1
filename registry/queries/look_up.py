"""Look-ups that somebody made, to come back to."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from registry.models import LookUp


def look_ups_of(session: Session, person_id: int, *, limit: int = 10) -> Sequence[Any]:
    """A person's own, the newest first, without what they said: (id, made_at, names, hits, list)."""
    return session.exec(
        select(  # type: ignore[call-overload]
            LookUp.id, LookUp.made_at, LookUp.names, LookUp.hits, LookUp.list_version
        )
        .where(LookUp.asked_by_id == person_id)
        .order_by(col(LookUp.id).desc())
        .limit(limit)
    ).all()
