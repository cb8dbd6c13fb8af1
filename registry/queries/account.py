"""People, their sessions, and what they may do on a day."""

from datetime import date, datetime

from sqlmodel import Session, col, or_, select

from registry.models import (
    ConflictOfInterest,
    Membership,
    Organisation,
    Person,
    RoleGrant,
    SignInSession,
)
from registry.rules.permissions import Actor, Grant, Role, ScopeKind


def session_of_token(
    session: Session, token_sha256: str, *, now: datetime
) -> tuple[Person, SignInSession] | None:
    """The live session with that token's digest and its person, or None."""
    statement = (
        select(Person, SignInSession)
        .join(SignInSession, col(SignInSession.person_id) == col(Person.id))
        .where(
            SignInSession.token_sha256 == token_sha256,
            col(SignInSession.revoked_at).is_(None),
            SignInSession.expires_at > now,
            col(Person.is_active).is_(True),
        )
    )
    row = session.exec(statement).one_or_none()
    return None if row is None else (row[0], row[1])


def actor_of(session: Session, person_id: int, *, on: date) -> Actor:
    """A person as the rules see them: grants, organisations and groups of that day."""
    grants = session.exec(
        select(RoleGrant)
        .where(
            RoleGrant.person_id == person_id,
            col(RoleGrant.revoked_at).is_(None),
            RoleGrant.from_day <= on,
            or_(col(RoleGrant.to_day).is_(None), col(RoleGrant.to_day) >= on),
        )
        .order_by(col(RoleGrant.id))
    ).all()
    organisations = session.exec(
        select(Organisation)
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(
            Membership.person_id == person_id,
            Membership.since <= on,
            or_(col(Membership.until).is_(None), col(Membership.until) >= on),
        )
        .order_by(col(Organisation.id))
    ).all()
    return Actor(
        person_id=person_id,
        roles=tuple(
            Grant(
                role=Role(grant.role),
                scope_kind=ScopeKind(grant.scope_kind),
                scope_id=grant.scope_id,
                from_day=grant.from_day,
                to_day=grant.to_day,
            )
            for grant in grants
        ),
        organisation_ids=frozenset(o.id for o in organisations if o.id is not None),
        group_ids=frozenset(o.group_id for o in organisations if o.group_id is not None),
    )


def conflicts_of(session: Session, person_id: int, *, on: date) -> frozenset[int]:
    """The organisations with which this person has a declared conflict on that day."""
    statement = select(ConflictOfInterest.organisation_id).where(
        ConflictOfInterest.person_id == person_id,
        ConflictOfInterest.from_day <= on,
        or_(col(ConflictOfInterest.to_day).is_(None), col(ConflictOfInterest.to_day) >= on),
    )
    return frozenset(session.exec(statement).all())
