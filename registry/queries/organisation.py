"""Organisations: the verification desk's list, one's own, and what somebody wrote to name one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from registry.models import (
    ConflictOfInterest,
    Membership,
    Organisation,
    OrganisationGroup,
    Person,
    RoleGrant,
)
from registry.reference import search_zones, zone
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import DeclaredConflict, Facts, conflict
from registry.rules.permissions import (
    Actor,
    Role,
    Scope,
    ScopeKind,
    barred_from_deciding,
    holds,
)
from registry.rules.screening.identifiers import normalise
from registry.words import Words
from registry.words.roles import SCOPES

PAGE = 25
COUNT_CAP = 1000
LIST_STATES = ("pending", "verified", "refused", "closed")


@dataclass(frozen=True)
class Page:
    """One page of a list: `next_after` leads to the next one, None ends it."""

    rows: Sequence[Any]
    next_after: int | None
    total: int
    capped: bool


def page_of(session: Session, statement: Any, key: Any, *, after: int) -> Page:
    """Rows behind `after` in the order of the key, and how many there are in all, capped."""
    counted = statement.with_only_columns(key).order_by(None).limit(COUNT_CAP + 1).subquery()
    total = session.exec(select(func.count()).select_from(counted)).one()
    statement = statement.where(key > after).order_by(key).limit(PAGE + 1)
    found = list(session.exec(statement).all())
    more = len(found) > PAGE
    rows = found[:PAGE]
    return Page(rows, rows[-1].id if more else None, min(total, COUNT_CAP), total > COUNT_CAP)


def organisations_listed(
    session: Session, *, text: str = "", verification: str = "", after: int = 0
) -> Page:
    """Oldest first: whoever has waited longest stands on top."""
    statement = select(Organisation)
    if verification in LIST_STATES:
        statement = statement.where(Organisation.verification == verification)
    text = text.strip()
    if text:
        statement = statement.where(
            or_(
                col(Organisation.name_zh).contains(text, autoescape=True),
                func.lower(Organisation.name_en).contains(text.lower(), autoescape=True),
                col(Organisation.uscc).contains(normalise(text) or text, autoescape=True),
            )
        )
    return page_of(session, statement, col(Organisation.id), after=after)


def unverified(session: Session) -> tuple[int, date | None]:
    """How many organisations wait to be verified, and since when the first of them does."""
    counted = select(func.count(col(Organisation.id)), func.min(col(Organisation.created_at)))
    how_many, first = session.exec(counted.where(Organisation.verification == "pending")).one()
    return how_many, legal_date(first) if first is not None else None


def organisation_with_id(session: Session, organisation_id: int) -> Organisation | None:
    return session.get(Organisation, organisation_id)


def group_name(session: Session, organisation: Organisation) -> str:
    if organisation.group_id is None:
        return ""
    return session.get_one(OrganisationGroup, organisation.group_id).name


def with_code(session: Session, uscc: str, *, apart_from: int = 0) -> Sequence[Organisation]:
    """Others with the same code that still count: the refused and the closed do not."""
    if not uscc:
        return []
    statement = select(Organisation).where(
        Organisation.uscc == uscc,
        Organisation.id != apart_from,
        col(Organisation.verification).in_(("pending", "verified")),
    )
    return session.exec(statement.order_by(col(Organisation.id))).all()


@dataclass(frozen=True)
class Colleague:
    """Somebody who belongs to an organisation, and the roles held for it."""

    membership_id: int
    person_id: int
    name: str
    email: str
    since: date
    roles: tuple[str, ...]


def colleagues(session: Session, organisation_id: int, *, on: date) -> list[Colleague]:
    rows = session.exec(
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(
            Membership.organisation_id == organisation_id,
            Membership.since <= on,
            or_(col(Membership.until).is_(None), col(Membership.until) >= on),
        )
        .order_by(col(Membership.id))
    ).all()
    grants = _grants_for(session, organisation_id, on=on)
    return [
        Colleague(
            membership.id,
            person.id,
            person.name,
            person.email,
            membership.since,
            tuple(grant.role for grant in grants if grant.person_id == person.id),
        )
        for membership, person in rows
    ]


def members_now(session: Session, organisation_id: int, *, on: date) -> list[Person]:
    """Its people, to write to."""
    ids = [colleague.person_id for colleague in colleagues(session, organisation_id, on=on)]
    statement = select(Person).where(col(Person.id).in_(ids), col(Person.is_active).is_(True))
    return list(session.exec(statement.order_by(col(Person.id))).all())


def _grants_for(session: Session, organisation_id: int, *, on: date) -> Sequence[RoleGrant]:
    statement = select(RoleGrant).where(
        RoleGrant.scope_kind == ScopeKind.ORGANISATION.value,
        RoleGrant.scope_id == str(organisation_id),
        col(RoleGrant.revoked_at).is_(None),
        RoleGrant.from_day <= on,
        or_(col(RoleGrant.to_day).is_(None), col(RoleGrant.to_day) >= on),
    )
    return session.exec(statement.order_by(col(RoleGrant.id))).all()


def signatory_ids(session: Session, organisation_id: int, *, on: date) -> set[int]:
    grants = _grants_for(session, organisation_id, on=on)
    return {grant.person_id for grant in grants if grant.role == Role.SIGNATORY}


def own_organisations(session: Session, person_id: int, *, on: date) -> Sequence[Organisation]:
    """Those that a person belongs to today."""
    statement = (
        select(Organisation)
        .join(Membership, col(Membership.organisation_id) == col(Organisation.id))
        .where(
            Membership.person_id == person_id,
            Membership.since <= on,
            or_(col(Membership.until).is_(None), col(Membership.until) >= on),
        )
    )
    return session.exec(statement.order_by(col(Organisation.id))).all()


def conflicts_with(session: Session, organisation: Organisation) -> tuple[DeclaredConflict, ...]:
    """Declared with this organisation or, since a group is one roof, with another of its group."""
    statement = select(ConflictOfInterest)
    if organisation.group_id is None:
        statement = statement.where(ConflictOfInterest.organisation_id == organisation.id)
    else:
        statement = statement.join(
            Organisation, col(Organisation.id) == col(ConflictOfInterest.organisation_id)
        ).where(
            or_(
                Organisation.id == organisation.id,
                Organisation.group_id == organisation.group_id,
            )
        )
    rows = session.exec(statement.order_by(col(ConflictOfInterest.id))).all()
    return tuple(
        DeclaredConflict(row.person_id, organisation.id, None, row.from_day, row.to_day)
        for row in rows
    )


def may_verify(session: Session, by: Actor, organisation: Organisation, *, now: datetime) -> bool:
    """Whether this person may judge this organisation today: an officer, and not of its people."""
    on = legal_date(now)
    scope = Scope(organisation_id=organisation.id)
    if barred_from_deciding(by, on) or holds(by, (Role.ORG_VERIFIER,), scope, on) is None:
        return False
    facts = Facts(
        scope=scope,
        group_id=organisation.group_id,
        conflicts=conflicts_with(session, organisation),
    )
    return conflict(by, facts, on) is None


# ---- what somebody wrote to name an organisation, a fund or a zone ----


def organisation_written(session: Session, text: str, *, kind: str = "") -> Organisation | None:
    """By number, by code or by full name; nothing where two would fit."""
    text = text.strip()
    if not text:
        return None
    fits = or_(
        Organisation.name_zh == text,
        func.lower(Organisation.name_en) == text.lower(),
        Organisation.uscc == normalise(text),
    )
    if text.isdecimal() and len(text) < 10:
        fits = Organisation.id == int(text)  # type: ignore[assignment]
    statement = select(Organisation).where(fits)
    if kind:
        statement = statement.where(Organisation.kind == kind)
    found = session.exec(statement.order_by(col(Organisation.id)).limit(2)).all()
    return found[0] if len(found) == 1 else None


def scope_written(session: Session, kind: ScopeKind, text: str) -> str | None:
    """The id of the scope that an admin wrote, or None where there is no such scope."""
    if kind is ScopeKind.EVERYWHERE:
        return ""
    if kind is ScopeKind.ZONE:
        known = zone(text.strip())
        found = [known] if known else search_zones(text.strip(), limit=2) if text.strip() else []
        return found[0].zone_id if len(found) == 1 else None
    wanted = "fund" if kind is ScopeKind.FUND else ""
    organisation = organisation_written(session, text, kind=wanted)
    return None if organisation is None else str(organisation.id)


def scope_shown(session: Session, kind: ScopeKind, scope_id: str) -> Words:
    """A scope in words: a zone's or an organisation's name, or everywhere."""
    if kind is ScopeKind.EVERYWHERE:
        return SCOPES["everywhere"]
    if kind is ScopeKind.ZONE:
        known = zone(scope_id)
        return Words(known.short_zh, known.name_en) if known else Words(scope_id, scope_id)
    organisation = session.get(Organisation, int(scope_id)) if scope_id.isdecimal() else None
    if organisation is None:
        return Words(scope_id, scope_id)
    return Words(organisation.name_zh, organisation.name_en or organisation.name_zh)
