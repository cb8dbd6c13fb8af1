"""Who is told of a case: its applicants, its staff. Names of reviewers never reach applicants."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, or_, select

from registry.models import Application, Assignment, CasePart, Membership, Person, RoleGrant
from registry.operations.message import send_later
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import Part
from registry.rules.permissions import Role, ScopeKind
from registry.words import Words

_APPLICANTS = (Part.EDITED.value, Part.SIGNED.value)
_APPLICANTS_OF = (
    select(Person)
    .join(CasePart, col(CasePart.person_id) == col(Person.id))
    .join(Membership, col(Membership.person_id) == col(Person.id))
    .where(
        CasePart.application_id == bindparam("application_id"),
        col(CasePart.part).in_(_APPLICANTS),
        Membership.organisation_id == bindparam("organisation_id"),
        col(Person.is_active).is_(True),
    )
    .distinct()
    .order_by(col(Person.id))
)


def applicants_of(session: Session, application: Application) -> list[Person]:
    """The active persons who edited or signed the case and still belong to its organisation."""
    asked = {"application_id": application.id, "organisation_id": application.organisation_id}
    return list(session.exec(_APPLICANTS_OF, params=asked).all())


def assessors_of(session: Session, application: Application) -> list[Person]:
    """Those who assess the case now."""
    statement = (
        select(Person)
        .join(Assignment, col(Assignment.person_id) == col(Person.id))
        .where(
            Assignment.application_id == application.id,
            col(Assignment.removed_at).is_(None),
            col(Person.is_active).is_(True),
        )
        .order_by(col(Person.id))
    )
    return list(session.exec(statement).all())


def staff_with(
    session: Session, roles: tuple[Role, ...], application: Application, *, now: datetime
) -> list[Person]:
    """Active persons who hold one of these roles for this case's zone or everywhere today."""
    today = legal_date(now)
    here = or_(
        RoleGrant.scope_kind == ScopeKind.EVERYWHERE,
        (col(RoleGrant.scope_kind) == ScopeKind.ZONE)
        & (col(RoleGrant.scope_id) == application.zone_id),
    )
    statement = (
        select(Person)
        .join(RoleGrant, col(RoleGrant.person_id) == col(Person.id))
        .where(
            col(RoleGrant.role).in_([role.value for role in roles]),
            col(RoleGrant.revoked_at).is_(None),
            RoleGrant.from_day <= today,
            or_(col(RoleGrant.to_day).is_(None), col(RoleGrant.to_day) >= today),
            here,
            col(Person.is_active).is_(True),
        )
        .distinct()
        .order_by(col(Person.id))
    )
    return list(session.exec(statement).all())


def name_of(application: Application) -> Words:
    """How mails call the case: its number and title."""
    number = application.number or ""
    return Words(
        f"{number}「{application.title_zh}」",
        f"{number} “{application.title_en or application.title_zh}”",
    )


def tell(
    session: Session,
    people: list[Person],
    application: Application,
    *,
    subject: Words,
    body: Words,
    now: datetime,
) -> None:
    """One mail each, in the reader's language, with the case's number and title in front."""
    name = name_of(application)
    for person in people:
        send_later(
            session,
            to=person,
            subject=Words(f"{name.zh}：{subject.zh}", f"{name.en}: {subject.en}"),
            body=body,
            about=f"application:{application.id}",
            now=now,
        )
