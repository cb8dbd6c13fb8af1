"""Screening hits as screeners see them: the entry, what was said of the pair before, duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlmodel import Session, col

from registry.models import (
    Application,
    Certificate,
    Organisation,
    RestrictedEntry,
    ScreeningHit,
    ScreeningRun,
    StopRelease,
)
from registry.queries.queue import within
from registry.rules.permissions import Actor, Role


@dataclass(frozen=True)
class Hit:
    """An alert with its entry, who released it, and earlier words on this owner and this entry."""

    row: ScreeningHit
    entry: RestrictedEntry
    releases: tuple[StopRelease, ...]
    earlier: tuple[ScreeningHit, ...]


def hits_of(session: Session, run: ScreeningRun, application: Application) -> list[Hit]:
    """The hits and runners-up of a run, the strongest first."""
    rows = session.execute(
        select(ScreeningHit, RestrictedEntry)
        .join(RestrictedEntry, col(RestrictedEntry.id) == col(ScreeningHit.entry_id))
        .where(col(ScreeningHit.run_id) == run.id)
        .order_by(col(ScreeningHit.is_runner_up), col(ScreeningHit.score_bp).desc())
        .order_by(col(ScreeningHit.id))
    ).all()
    return [_with_history(session, hit, entry, application) for hit, entry in rows]


def hit_of(session: Session, hit_id: int, application: Application) -> Hit | None:
    hit = session.get(ScreeningHit, hit_id)
    if hit is None or hit.application_id != application.id:
        return None
    return _with_history(session, hit, session.get_one(RestrictedEntry, hit.entry_id), application)


def _with_history(
    session: Session, hit: ScreeningHit, entry: RestrictedEntry, application: Application
) -> Hit:
    releases = session.execute(
        select(StopRelease).where(col(StopRelease.hit_id) == hit.id).order_by(col(StopRelease.id))
    ).scalars()
    earlier = session.execute(
        select(ScreeningHit)
        .join(Application, col(Application.id) == col(ScreeningHit.application_id))
        .where(
            col(ScreeningHit.entry_id) == entry.id,
            col(ScreeningHit.id) != hit.id,
            col(ScreeningHit.decision) != "",
            col(Application.organisation_id) == application.organisation_id,
        )
        .order_by(col(ScreeningHit.id).desc())
        .limit(20)
    ).scalars()
    return Hit(hit, entry, tuple(releases), tuple(earlier))


def numbers_of(session: Session, application_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Number, title, state and owner of the cases that a duplicate names."""
    rows = session.execute(
        select(
            col(Application.id),
            col(Application.number),
            col(Application.title_zh),
            col(Application.title_en),
            col(Application.state),
            col(Organisation.name_zh).label("owner_zh"),
            col(Organisation.name_en).label("owner_en"),
        )
        .join(Organisation, col(Organisation.id) == col(Application.organisation_id))
        .where(col(Application.id).in_(application_ids))
    ).all()
    return {row.id: row for row in rows}


def certificates_to_see_to(
    session: Session, *, most_tries: int, viewer: Actor, on: date, limit: int = 50
) -> Sequence[Any]:
    """Certificates that wait for a person: a revocation or an amendment proposed, a
    suspension, a document that could not be made. Oldest first, within the viewer's grants as an approver."""
    proposed = (
        col(Certificate.revocation_proposed_at).is_not(None)
        | col(Certificate.amendment_proposed_at).is_not(None)
    ) & col(Certificate.state).in_(("ISSUED", "SUSPENDED"))
    waits = proposed | (col(Certificate.state) == "SUSPENDED") | _failed(most_tries)
    return _seen_to(session, waits, viewer, on, limit)


def certificates_not_made(
    session: Session, *, most_tries: int, viewer: Actor, on: date, limit: int = 50
) -> Sequence[Any]:
    """Of those, the ones whose document could not be made."""
    return _seen_to(session, _failed(most_tries), viewer, on, limit)


def _failed(tries: int) -> ColumnElement[bool]:
    return (col(Certificate.state) == "ALLOTTED") & (col(Certificate.attempts) >= tries)


def _seen_to(
    session: Session, which: ColumnElement[bool], viewer: Actor, on: date, limit: int
) -> Sequence[Any]:
    return session.execute(
        select(Certificate, Application)
        .join(Application, col(Application.id) == col(Certificate.application_id))
        .where(within(viewer, (Role.APPROVER,), on), which)
        .order_by(col(Certificate.id))
        .limit(limit)
    ).all()
