"""The one way in which a case moves: facts, the pure life cycle, the part taken, the event."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from registry.db import lock
from registry.models import Application, CasePart, Certificate
from registry.operations.audit import record
from registry.queries.case import facts_of
from registry.rules.lifecycle import (
    APPLICATION,
    Facts,
    MoveRefused,
    Need,
    Part,
    Refusal,
    Step,
    step,
)
from registry.rules.lifecycle.application import Event, State
from registry.rules.permissions import Actor


def subject_of(application: Application) -> str:
    return f"application:{application.id}"


def must_be_as_seen(
    session: Session, model: type[Application] | type[Certificate], row_id: int, seen: int
) -> None:
    """Refuse where somebody acted after the page was opened on which this person decides."""
    if lock(session, model, row_id).version != seen:
        raise MoveRefused(Refusal.CHANGED_MEANWHILE)


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
        facts_of(
            session, application, by=by, now=now, notice_days=notice_days, also=also, event=event
        ),
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
    _clear(session, application, made, now)
    if made.part is not None and by.person_id not in _counted(facts, made):
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


def _counted(facts: Facts, made: Step) -> frozenset[int]:
    """Who is on record with this part already, where that was read and is not cleared just now."""
    if made.part is None or made.part in made.clears:
        return frozenset()
    return facts.who(made.part)


def _clear(session: Session, application: Application, made: Step, now: datetime) -> None:
    """Parts of an earlier round that no longer count; their rows stay."""
    if not made.clears:
        return
    session.execute(
        update(CasePart)
        .where(
            col(CasePart.application_id) == application.id,
            col(CasePart.part).in_([part.value for part in made.clears]),
            col(CasePart.cleared_at).is_(None),
        )
        .values(cleared_at=now)
    )
