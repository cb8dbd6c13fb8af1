"""A case as reviewers see it: who may open it, who may be assigned, what it has been through."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlmodel import Session, col

from registry.models import (
    Application,
    Assessment,
    Assignment,
    CasePart,
    Decision,
    Judgement,
    Objection,
    Person,
    PersonSalt,
    RoleGrant,
)
from registry.queries.account import actor_of
from registry.queries.case import facts_of, scope_of
from registry.queries.rulebook import pinned
from registry.rules import chain
from registry.rules.assessment import NO_GRADE
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import APPLICATION, Facts, MoveRefused, OpenMove, offered_moves
from registry.rules.lifecycle.application import State
from registry.rules.lifecycle.guards import assignee_without_conflict, conflict
from registry.rules.permissions import Action, Actor, Grant, Role, holds, may
from registry.words import Words
from registry.words.problems import PARTICULARS

STAFF = (Role.SCREENER, Role.ASSESSOR, Role.APPROVER, Role.APPEAL_PANEL)
FILES_OPEN_TO = (*STAFF, Role.AUDITOR)


def readable_case(
    session: Session, application_id: int, *, viewer: Actor, on: date
) -> Application | None:
    """A case that was submitted and lies in the viewer's scope; None as if there were none."""
    found = session.get(Application, application_id)
    if found is None or found.version_no == 0:
        return None
    return found if may(viewer, Action.READ_CASE, scope_of(found), on) else None


def closed_to(viewer: Actor, facts: Facts, on: date) -> MoveRefused | None:
    """Why this person may not open the file: whoever has a conflict reads no trade secrets. An
    auditor reads everything."""
    if holds(viewer, (Role.AUDITOR,), facts.scope, on) is not None:
        return None
    return conflict(viewer, facts, on)


def may_open_files(viewer: Actor, application: Application, on: date) -> bool:
    return holds(viewer, FILES_OPEN_TO, scope_of(application), on) is not None


SOMEBODY = Actor(person_id=None, roles=(Grant(Role.ASSESSOR),))


def moves_of(
    session: Session, application: Application, *, viewer: Actor, now: datetime, notice_days: int
) -> tuple[OpenMove, ...]:
    """What this person's roles offer on the case, each open or with the reason why not. Findings
    and the person to assign come with the form, so that they close no door here."""
    facts = facts_of(session, application, by=viewer, now=now, notice_days=notice_days)
    facts = replace(facts, findings=1, assignee=SOMEBODY)
    return offered_moves(APPLICATION, State(application.state), viewer, now, facts)


def field_words(application: Application) -> Mapping[str, Words]:
    """Every question that was put to the applicant of this case, by its field."""
    book = pinned(application)
    asked = {
        declared.id: Words(declared.name.zh, declared.name.en)
        for declared in book.inputs_for(application.kind)
    }
    return {**PARTICULARS, **asked}


def grades_open_to(assessment: Assessment) -> tuple[str, ...]:
    """The grades that may be recommended on this score: the computed one, or lower; where there
    is a score but no grade, only those that are not green."""
    book = pinned(assessment)
    codes = [grade.id for grade in book.grades]
    if assessment.grade == NO_GRADE:
        return tuple(grade.id for grade in book.grades if not grade.green)
    return tuple(codes[codes.index(assessment.grade) :])


@dataclass(frozen=True)
class Candidate:
    """Somebody who could assess the case, or why not; how many cases they have in hand."""

    person: Person
    refused: MoveRefused | None
    in_hand: int


def assessors_for(
    session: Session, application: Application, *, by: Actor, now: datetime
) -> list[Candidate]:
    """Everybody with an assessor's role here today, those with a conflict too, with the reason."""
    today = legal_date(now)
    holders = select(col(RoleGrant.person_id)).where(
        col(RoleGrant.role) == Role.ASSESSOR.value, col(RoleGrant.revoked_at).is_(None)
    )
    people = session.execute(
        select(Person)
        .where(col(Person.id).in_(holders), col(Person.is_active).is_(True))
        .order_by(col(Person.id))
    ).scalars()
    found = [(person, actor_of(session, person.id, on=today)) for person in people]
    able = [
        (person, actor)
        for person, actor in found
        if holds(actor, (Role.ASSESSOR,), scope_of(application), today)
    ]
    also = frozenset(person.id for person, _ in able)
    facts = facts_of(session, application, by=by, now=now, also=also)
    in_hand = _in_hand(session, also)
    return [
        Candidate(
            person,
            assignee_without_conflict(by, replace(facts, assignee=actor), today),
            in_hand.get(person.id, 0),
        )
        for person, actor in able
    ]


def _in_hand(session: Session, person_ids: frozenset[int]) -> dict[int, int]:
    rows = session.execute(
        select(col(Assignment.person_id), func.count(col(Assignment.id)))
        .join(Application, col(Application.id) == col(Assignment.application_id))
        .where(
            col(Assignment.person_id).in_(person_ids),
            col(Assignment.removed_at).is_(None),
            col(Application.state) == State.IN_REVIEW.value,
        )
        .group_by(col(Assignment.person_id))
    ).all()
    return {row[0]: row[1] for row in rows}


def judgements_of(session: Session, application_id: int) -> Sequence[Judgement]:
    """Every word on a rule of this case, newest first."""
    return (
        session.execute(
            select(Judgement)
            .where(col(Judgement.application_id) == application_id)
            .order_by(col(Judgement.id).desc())
        )
        .scalars()
        .all()
    )


def judgement_of(session: Session, application_id: int, judgement_id: int) -> Judgement | None:
    found = session.get(Judgement, judgement_id)
    return found if found is not None and found.application_id == application_id else None


def decisions_of(session: Session, application_id: int) -> Sequence[Decision]:
    """What was recommended and decided, newest first."""
    return (
        session.execute(
            select(Decision)
            .where(col(Decision.application_id) == application_id)
            .order_by(col(Decision.id).desc())
        )
        .scalars()
        .all()
    )


def objections_of(session: Session, application_id: int) -> Sequence[Objection]:
    return (
        session.execute(
            select(Objection)
            .where(col(Objection.application_id) == application_id)
            .order_by(col(Objection.id))
        )
        .scalars()
        .all()
    )


def assessments_of(session: Session, application_id: int) -> Sequence[Row[Any]]:
    """Every score that was computed, newest first, without its record."""
    return session.execute(
        select(
            col(Assessment.id),
            col(Assessment.version_no),
            col(Assessment.purpose),
            col(Assessment.grade),
            col(Assessment.verdict),
            col(Assessment.total_centipoints),
            col(Assessment.open_matters),
            col(Assessment.rationale),
            col(Assessment.result_sha256),
            col(Assessment.made_by_id),
            col(Assessment.made_at),
        )
        .where(col(Assessment.application_id) == application_id)
        .order_by(col(Assessment.id).desc())
    ).all()


def names_of(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    rows = session.execute(
        select(col(Person.id), col(Person.name)).where(
            col(Person.id).in_([id for id in person_ids if id is not None])
        )
    ).all()
    return {row[0]: row[1] for row in rows}


def who_acted(session: Session, application: Application) -> dict[str, str]:
    """The names behind the commitments of a case's events; nobody behind erased ones."""
    involved = select(col(CasePart.person_id)).where(col(CasePart.application_id) == application.id)
    assigning = select(col(Assignment.assigned_by_id)).where(
        col(Assignment.application_id) == application.id
    )
    rows = session.execute(
        select(col(Person.id), col(Person.name), col(PersonSalt.salt))
        .join(PersonSalt, col(PersonSalt.person_id) == col(Person.id))
        .where(
            or_(
                col(Person.id).in_(involved),
                col(Person.id).in_(assigning),
                col(Person.id) == application.created_by_id,
            )
        )
    ).all()
    return {chain.commitment(row.salt, f"person:{row.id}"): row.name for row in rows}
