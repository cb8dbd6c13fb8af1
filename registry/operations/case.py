"""The one way in which a case moves: facts, the pure life cycle, the part taken, the event."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from registry.models import Application, CasePart
from registry.operations.audit import record
from registry.queries.case import facts_of
from registry.rules.lifecycle import APPLICATION, Facts, Need, Part, Step, step
from registry.rules.lifecycle.application import Event, State
from registry.rules.permissions import Actor


def subject_of(application: Application) -> str:
    return f"application:{application.id}"


def take_part(
    session: Session, application: Application, part: Part, *, by: Actor, now: datetime
) -> None:
    """Note that this person did this in this case; services leave no part."""
    if by.person_id is None:
        return
    session.add(
        CasePart(
            application_id=application.id, person_id=by.person_id, part=part.value, taken_at=now
        )
    )


def move(
    session: Session,
    application: Application,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    given: Iterable[Need] = (),
    body: dict[str, Any] | None = None,
    notice_days: int = 0,
    also: frozenset[int] = frozenset(),
    **more: Any,
) -> Step:
    """Make one move of a locked case, or raise MoveRefused.

    Steps: gather the facts, ask the life cycle, store state and where an interruption came from,
    note the actor's part, append the event (state before and after in its body). The effects that
    the step names are the calling operation's to carry out, in the same transaction.
    `more` are facts that only this operation knows, e.g. `findings=3`.
    """
    facts: Facts = replace(
        facts_of(session, application, by=by, now=now, notice_days=notice_days, also=also),
        given=frozenset(given),
        **more,
    )
    before = State(application.state)
    made = step(APPLICATION, before, event, by, now, facts)
    application.state = str(made.to)
    application.came_from = str(made.came_from or "")
    application.changed_at = now
    application.version += 1
    session.add(application)
    if made.clears:
        session.execute(
            update(CasePart)
            .where(
                col(CasePart.application_id) == application.id,
                col(CasePart.part).in_([part.value for part in made.clears]),
                col(CasePart.cleared_at).is_(None),
            )
            .values(cleared_at=now)
        )
    if made.part is not None:
        take_part(session, application, made.part, by=by, now=now)
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(application),
        body={
            "from": before.value,
            "to": application.state,
            "version": application.version_no,
            "role": str(made.role),
            **(body or {}),
        },
        by=by,
        now=now,
    )
    return made
