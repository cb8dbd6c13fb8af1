"""People, their sessions, and what they may do on a day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, Date, bindparam, func, inspect
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, or_, select

from registry.config import UnsafeSettings
from registry.db import Database, columns_of, sent
from registry.models import (
    ConflictOfInterest,
    MailedLink,
    Membership,
    Organisation,
    OutboxMessage,
    Person,
    RoleGrant,
    SignInSession,
)
from registry.queries.organisation import Page, page_of
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


# Asked at every step of every case: built once, over plain columns, past the mapper.
_grant, _membership, _organisation = (
    columns_of(RoleGrant),
    columns_of(Membership),
    columns_of(Organisation),
)
_PERSON: BindParameter[int] = bindparam("person_id")
_ON = bindparam("on", type_=Date)
_GRANTS = (
    sql_select(_grant.role, _grant.scope_kind, _grant.scope_id, _grant.from_day, _grant.to_day)
    .where(
        _grant.person_id == _PERSON,
        _grant.revoked_at.is_(None),
        _grant.from_day <= _ON,
        or_(_grant.to_day.is_(None), _grant.to_day >= _ON),
    )
    .order_by(_grant.id)
)
_MEMBERSHIPS = sql_select(_organisation.id, _organisation.group_id).where(
    _membership.organisation_id == _organisation.id,
    _membership.person_id == _PERSON,
    _membership.since <= _ON,
    or_(_membership.until.is_(None), _membership.until >= _ON),
)


def actor_of(session: Session, person_id: int, *, on: date) -> Actor:
    """A person as the rules see them: grants, organisations and groups of that day."""
    grants = sent(session, _GRANTS, person_id=person_id, on=on).all()
    memberships = sent(session, _MEMBERSHIPS, person_id=person_id, on=on).all()
    return Actor(
        person_id=person_id,
        roles=tuple(
            Grant(Role(role), ScopeKind(scope_kind), scope_id, from_day, to_day)
            for role, scope_kind, scope_id, from_day, to_day in grants
        ),
        organisation_ids=frozenset(id_ for id_, _ in memberships),
        group_ids=frozenset(group_id for _, group_id in memberships if group_id is not None),
    )


def conflicts_of(session: Session, person_id: int, *, on: date) -> frozenset[int]:
    """The organisations with which this person has a declared conflict on that day."""
    statement = select(ConflictOfInterest.organisation_id).where(
        ConflictOfInterest.person_id == person_id,
        ConflictOfInterest.from_day <= on,
        or_(col(ConflictOfInterest.to_day).is_(None), col(ConflictOfInterest.to_day) >= on),
    )
    return frozenset(session.exec(statement).all())


# ---- persons ----


def tidy_email(text: str) -> str:
    """As addresses are kept: no blanks around, lower case, so that one mailbox is one account."""
    return text.strip().lower()


def person_with_email(session: Session, email: str, *, locked: bool = False) -> Person | None:
    """The person with that address, in whatever case it was typed."""
    statement = select(Person).where(Person.email == tidy_email(email))
    if locked:
        statement = statement.with_for_update()
    return session.exec(statement).one_or_none()


def person_with_id(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def live_link(
    session: Session, token_sha256: str, *, now: datetime, locked: bool = False
) -> MailedLink | None:
    """The mailed link with that token's digest, if it can still be used."""
    statement = select(MailedLink).where(
        MailedLink.token_sha256 == token_sha256,
        col(MailedLink.used_at).is_(None),
        MailedLink.expires_at > now,
    )
    if locked:
        statement = statement.with_for_update()
    return session.exec(statement).one_or_none()


def live_sessions(session: Session, person_id: int, *, now: datetime) -> Sequence[SignInSession]:
    """Where somebody is signed in, newest first."""
    statement = select(SignInSession).where(
        SignInSession.person_id == person_id,
        col(SignInSession.revoked_at).is_(None),
        SignInSession.expires_at > now,
    )
    return session.exec(statement.order_by(col(SignInSession.id).desc())).all()


PEOPLE_STATES = ("active", "invited", "closed", "erased")


def state_of(person: Person) -> str:
    """The state of an account, as lists name it."""
    if person.erased_at is not None:
        return "erased"
    if not person.is_active:
        return "closed"
    return "active" if person.password_hash else "invited"


def people_listed(
    session: Session,
    *,
    on: date,
    text: str = "",
    role: str = "",
    state: str = "",
    after: int = 0,
) -> Page:
    """People by name or address, by a role that they hold today, by the state of the account."""
    statement = select(Person)
    text = text.strip()
    if text:
        statement = statement.where(
            or_(
                func.lower(Person.name).contains(text.lower(), autoescape=True),
                col(Person.email).contains(text.lower(), autoescape=True),
            )
        )
    if role:
        holders = select(RoleGrant.person_id).where(RoleGrant.role == role, *_holding(on))
        statement = statement.where(col(Person.id).in_(holders))
    if state == "erased":
        statement = statement.where(col(Person.erased_at).is_not(None))
    elif state == "closed":
        statement = statement.where(
            col(Person.is_active).is_(False), col(Person.erased_at).is_(None)
        )
    elif state == "invited":
        statement = statement.where(col(Person.is_active).is_(True), Person.password_hash == "")
    elif state == "active":
        statement = statement.where(col(Person.is_active).is_(True), Person.password_hash != "")
    return page_of(session, statement, col(Person.id), after=after)


# ---- roles and conflicts ----


def _holding(on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        col(RoleGrant.revoked_at).is_(None),
        col(RoleGrant.from_day) <= on,
        or_(col(RoleGrant.to_day).is_(None), col(RoleGrant.to_day) >= on),
    )


def grants_of(session: Session, person_id: int) -> Sequence[RoleGrant]:
    """Every grant that a person ever had, the newest first."""
    statement = select(RoleGrant).where(RoleGrant.person_id == person_id)
    return session.exec(statement.order_by(col(RoleGrant.id).desc())).all()


def roles_of(session: Session, person_ids: Sequence[int], *, on: date) -> dict[int, list[str]]:
    """The roles that these people hold on a day, for a list of people."""
    statement = (
        select(RoleGrant.person_id, RoleGrant.role)
        .where(col(RoleGrant.person_id).in_(person_ids), *_holding(on))
        .order_by(col(RoleGrant.id))
    )
    found: dict[int, list[str]] = {}
    for person_id, role in session.exec(statement):
        held = found.setdefault(person_id, [])
        if role not in held:
            held.append(role)
    return found


def grants_held(session: Session, person_id: int, *, from_day: date) -> tuple[Grant, ...]:
    """Grants that hold on that day or later, as the rules see them."""
    statement = select(RoleGrant).where(
        RoleGrant.person_id == person_id,
        col(RoleGrant.revoked_at).is_(None),
        or_(col(RoleGrant.to_day).is_(None), col(RoleGrant.to_day) >= from_day),
    )
    return tuple(
        Grant(Role(row.role), ScopeKind(row.scope_kind), row.scope_id, row.from_day, row.to_day)
        for row in session.exec(statement.order_by(col(RoleGrant.id)))
    )


def holders_of(session: Session, role: str, *, on: date) -> list[Person]:
    """Active people who hold a role today, wherever."""
    holders = select(RoleGrant.person_id).where(RoleGrant.role == role, *_holding(on))
    statement = select(Person).where(col(Person.id).in_(holders), col(Person.is_active).is_(True))
    return list(session.exec(statement.order_by(col(Person.id))).all())


def admin_ids(session: Session, *, on: date) -> set[int]:
    return {person.id for person in holders_of(session, Role.ADMIN, on=on)}


def declared_conflicts(
    session: Session, person_id: int
) -> Sequence[tuple[ConflictOfInterest, Organisation]]:
    """Every conflict that was declared about a person, the newest first, with its organisation."""
    statement = (
        select(ConflictOfInterest, Organisation)
        .join(Organisation, col(Organisation.id) == col(ConflictOfInterest.organisation_id))
        .where(ConflictOfInterest.person_id == person_id)
        .order_by(col(ConflictOfInterest.id).desc())
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


def memberships_of(
    session: Session, person_id: int, *, on: date
) -> Sequence[tuple[Membership, Organisation]]:
    statement = (
        select(Membership, Organisation)
        .join(Organisation, col(Organisation.id) == col(Membership.organisation_id))
        .where(
            Membership.person_id == person_id,
            Membership.since <= on,
            or_(col(Membership.until).is_(None), col(Membership.until) >= on),
        )
        .order_by(col(Membership.id))
    )
    return [(row[0], row[1]) for row in session.exec(statement)]


# ---- mail ----


@dataclass(frozen=True)
class Outbox:
    """How the mail stands: for the settings page."""

    waiting: int
    failing: int
    given_up: int
    last_error: str


def outbox(session: Session) -> Outbox:
    open_ = col(OutboxMessage.sent_at).is_(None)
    alive = col(OutboxMessage.given_up_at).is_(None)

    def how_many(*conditions: ColumnElement[bool]) -> int:
        count = select(func.count()).select_from(OutboxMessage).where(open_, *conditions)
        return session.exec(count).one()

    failed = col(OutboxMessage.last_error) != ""
    last = session.exec(
        select(OutboxMessage.last_error)
        .where(open_, failed)
        .order_by(col(OutboxMessage.id).desc())
        .limit(1)
    ).first()
    return Outbox(how_many(alive), how_many(alive, failed), how_many(~alive), last or "")


# ---- the demonstration's accounts ----

DEMO_DOMAIN = "@demo.example"
DEMO_PASSWORD = "demo-registry-2026"  # noqa: S105 - shown on the sign-in page, in demo mode only


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    roles: tuple[str, ...]


def _demo_people(session: Session) -> Sequence[Person]:
    statement = select(Person).where(
        col(Person.email).endswith(DEMO_DOMAIN), col(Person.is_active).is_(True)
    )
    return session.exec(statement.order_by(col(Person.id))).all()


def demo_accounts(session: Session, *, on: date) -> list[DemoAccount]:
    """One account for each role, the first that the demonstration made."""
    people = _demo_people(session)
    roles = roles_of(session, [person.id for person in people], on=on)
    shown: set[str] = set()
    accounts = []
    for person in people:
        held = roles.get(person.id, [])
        if set(held) - shown:
            shown |= set(held)
            accounts.append(DemoAccount(person.email, person.name, tuple(held)))
    return accounts


def has_demo_accounts(session: Session) -> bool:
    return bool(_demo_people(session))


def refuse_demo_accounts(database: Database) -> None:
    """Raises UnsafeSettings where an account of the demonstration could sign in: its password is
    public. For a production start; an empty database has none."""
    with database.read() as session:
        if inspect(session.connection()).has_table("person") and has_demo_accounts(session):
            raise UnsafeSettings(
                f"accounts of the demonstration ({DEMO_DOMAIN}) are active: start with a database "
                "of its own"
            )
