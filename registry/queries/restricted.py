"""What the restricted list has against a case: alerts, stops that stand, and whether it bars the
owner on a day."""

from collections import defaultdict
from datetime import date

from sqlalchemy import Date, bindparam
from sqlmodel import Session, col, or_, select

from registry.models import (
    Application,
    Organisation,
    RestrictedEntry,
    ScreeningHit,
    ScreeningRun,
    StopRelease,
)
from registry.queries.restriction import in_effect_on, is_supervision, only_watched, reaches
from registry.rules.lifecycle import Stop

# Asked while a case moves: built once.
_ON = bindparam("on", type_=Date)
_HITS = (
    select(ScreeningHit, RestrictedEntry.ground)
    .join(RestrictedEntry, col(RestrictedEntry.id) == col(ScreeningHit.entry_id))
    .where(
        ScreeningHit.run_id == bindparam("run_id"),
        ScreeningHit.relation == "",
        col(ScreeningHit.is_runner_up).is_(False),
        in_effect_on(_ON),
    )
    .order_by(col(ScreeningHit.id))
)
_ENTRIES_AGAINST = (
    select(RestrictedEntry)
    .where(
        or_(
            col(RestrictedEntry.id).in_(
                select(ScreeningHit.entry_id).where(
                    ScreeningHit.application_id == bindparam("application_id"),
                    ScreeningHit.decision == "true",
                    ScreeningHit.relation == "",
                )
            ),
            RestrictedEntry.uscc == bindparam("uscc"),  # NULL equals nothing
        ),
        in_effect_on(_ON),
    )
    .order_by(col(RestrictedEntry.id))
)


def stops_of(session: Session, run: ScreeningRun, on: date) -> tuple[int, tuple[Stop, ...]]:
    """How many hits of this run are undecided, and the stops that stand on the true ones. A hit on an
    entry that has ended, or that an appeal stays, counts no more; that the owner is supervised is
    looked at like any other hit, and stops nothing."""
    rows = session.exec(_HITS, params={"run_id": run.id, "on": on}).all()
    if not rows:
        return 0, ()
    hits = [hit for hit, _ in rows]
    releases = session.exec(
        select(StopRelease.hit_id, StopRelease.person_id).where(
            col(StopRelease.hit_id).in_([hit.id for hit in hits])
        )
    ).all()
    released: dict[int, set[int]] = defaultdict(set)
    for hit_id, person_id in releases:
        released[hit_id].add(person_id)
    stops = tuple(
        Stop(
            code=f"hit:{hit.id}",
            decided_by=hit.decided_by_id,
            released_by=frozenset(released[hit.id or 0]),
        )
        for hit, ground in rows
        if hit.decision == "true" and not only_watched(ground)
    )
    undecided = sum(1 for hit in hits if hit.decision in ("", "unsure"))
    return undecided, stops


def is_restricted(
    session: Session, application: Application, *, on: date, fund_id: int | None = None
) -> bool:
    """Whether the owner stands restricted on that day: by its own code, or by a match that a person
    called true. A likeness that nobody has decided restricts nobody, and neither do supervision,
    an entry for another zone or industry, or a match that two persons released for this case. An
    entry for one fund counts where that fund's money is asked for."""
    organisation = session.get_one(Organisation, application.organisation_id)
    asked = {"application_id": application.id, "uscc": organisation.uscc or None, "on": on}
    entries = session.exec(_ENTRIES_AGAINST, params=asked).all()
    released = _released_entries(session, application) if entries else frozenset()
    return any(
        reaches(entry, application, fund_id=fund_id) and not is_supervision(entry)
        for entry in entries
        if entry.id not in released
    )


def _released_entries(session: Session, application: Application) -> frozenset[int]:
    """Entries whose every hit on this case that was called true has been released by two others."""
    rows = session.exec(
        select(ScreeningHit.entry_id, ScreeningHit.id, ScreeningHit.decided_by_id).where(
            ScreeningHit.application_id == application.id, ScreeningHit.decision == "true"
        )
    ).all()
    spoken = session.exec(
        select(StopRelease.hit_id, StopRelease.person_id).where(
            StopRelease.application_id == application.id
        )
    ).all()
    standing = {
        entry_id
        for entry_id, hit_id, decider in rows
        if len({person for hit, person in spoken if hit == hit_id} - {decider}) < 2
    }
    return frozenset(entry_id for entry_id, _, _ in rows) - standing


def has_confirmed_hit(session: Session, application: Application) -> bool:
    """Whether two persons have said of an alert of this case that it is the same body."""
    found = session.exec(
        select(ScreeningHit.id)
        .where(
            ScreeningHit.application_id == application.id,
            ScreeningHit.decision == "true",
            ScreeningHit.relation == "",
            col(ScreeningHit.confirmed_at).is_not(None),
        )
        .limit(1)
    ).first()
    return found is not None
