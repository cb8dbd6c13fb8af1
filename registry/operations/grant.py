"""What people may do and where: roles, memberships, conflicts of interest, closed accounts."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import (
    ConflictOfInterest,
    Membership,
    Person,
    RoleGrant,
)
from registry.operations.account import revoke_sessions
from registry.operations.audit import commitment_of, record
from registry.operations.message import send_later
from registry.queries import account as accounts
from registry.queries import organisation as organisations
from registry.rules.calendar import legal_date
from registry.rules.people import (
    APPLICANT,
    AccountRefusal,
    AccountRefused,
    check_days,
    check_grant,
    day_before,
)
from registry.rules.permissions import Action, Actor, Grant, Role, Scope, ScopeKind, may
from registry.words import Words, mails
from registry.words.roles import ROLES

REASON_SHORTEST = 4


def note(
    session: Session,
    kind: str,
    person_id: int,
    body: Mapping[str, object],
    by: Actor,
    now: datetime,
) -> None:
    """An event about a person, who stands in it as a commitment only."""
    subject = commitment_of(session, person_id)
    record(session, kind=kind, subject=subject, body=dict(body), by=by, now=now)


def _as_admin(by: Actor, action: Action, now: datetime) -> None:
    if not may(by, action, Scope(), legal_date(now)):
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)


def _living(session: Session, person_id: int) -> Person:
    person = lock(session, Person, person_id)
    if person.erased_at is not None:
        raise AccountRefused(AccountRefusal.ACCOUNT_ERASED)
    return person


def _mail(session: Session, to: Person, mail: mails.Mail, now: datetime) -> None:
    send_later(session, to=to, subject=mail.subject, body=mail.body, about="account", now=now)


# ---- memberships ----


def join(
    session: Session, *, person_id: int, organisation_id: int, by: Actor, now: datetime
) -> Membership:
    """Belong to an organisation from today on; who has left before comes back on the same row."""
    on = legal_date(now)
    statement = select(Membership).where(
        Membership.person_id == person_id, Membership.organisation_id == organisation_id
    )
    row = session.exec(statement.with_for_update()).one_or_none()
    if row is not None and (row.until is None or row.until >= on):
        return row
    if row is None:
        row = Membership(person_id=person_id, organisation_id=organisation_id, since=on)
    row.since, row.until = on, None
    session.add(row)
    session.flush()
    note(session, "membership.begun", person_id, {"organisation": organisation_id}, by, now)
    return row


def end_membership(session: Session, *, membership_id: int, by: Actor, now: datetime) -> None:
    """Leave, or be let go by a signatory or an admin; the roles for this organisation end with it.

    Today counts no longer. The last signatory stays, unless an admin says otherwise.
    """
    on = legal_date(now)
    row = lock(session, Membership, membership_id)
    by_admin = may(by, Action.GRANT_ROLE, Scope(), on)
    by_signatory = may(by, Action.INVITE_COLLEAGUE, Scope(organisation_id=row.organisation_id), on)
    if not (by_admin or by_signatory or by.person_id == row.person_id):
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    if row.until is not None and row.until < on:
        return
    signatories = organisations.signatory_ids(session, row.organisation_id, on=on)
    if not by_admin and signatories == {row.person_id}:
        raise AccountRefused(AccountRefusal.LAST_SIGNATORY)
    row.until = day_before(on)
    session.add(row)
    grants = select(RoleGrant).where(
        RoleGrant.person_id == row.person_id,
        RoleGrant.scope_kind == ScopeKind.ORGANISATION.value,
        RoleGrant.scope_id == str(row.organisation_id),
        col(RoleGrant.revoked_at).is_(None),
    )
    for grant in session.exec(grants.order_by(col(RoleGrant.id)).with_for_update()):
        grant.revoked_at = now
        session.add(grant)
        note(session, "role.revoked", row.person_id, _grant_body(grant), by, now)
    body = {"organisation": row.organisation_id}
    note(session, "membership.ended", row.person_id, body, by, now)


# ---- roles ----


def _grant_body(grant: RoleGrant) -> dict[str, object]:
    return {
        "grant": grant.id,
        "role": grant.role,
        "scope_kind": grant.scope_kind,
        "scope_id": grant.scope_id,
        "from_day": grant.from_day.isoformat(),
        "to_day": None if grant.to_day is None else grant.to_day.isoformat(),
    }


def grant_role(
    session: Session,
    *,
    person_id: int,
    role: Role,
    scope_kind: ScopeKind,
    scope: str,
    from_day: date,
    to_day: date | None,
    by: Actor,
    now: datetime,
) -> RoleGrant:
    """An admin grants a role for a scope from a day to a day, to somebody else.

    `scope` is what the admin wrote: an organisation's or fund's number, code or name, or a zone.
    An applicant's role makes the person a member of that organisation too.
    """
    _as_admin(by, Action.GRANT_ROLE, now)
    if by.person_id == person_id:
        raise AccountRefused(AccountRefusal.ROLE_TO_ONESELF)
    person = _living(session, person_id)
    scope_id = organisations.scope_written(session, scope_kind, scope)
    if scope_id is None:
        raise AccountRefused(AccountRefusal.SCOPE_UNKNOWN, "scope")
    on = legal_date(now)
    wanted = Grant(role, scope_kind, scope_id, from_day, to_day)
    check_grant(wanted, accounts.grants_held(session, person_id, from_day=on), on)
    grant = RoleGrant(
        person_id=person_id,
        role=role.value,
        scope_kind=scope_kind.value,
        scope_id=scope_id,
        from_day=from_day,
        to_day=to_day,
        granted_by_id=by.person_id,
    )
    session.add(grant)
    session.flush()
    note(session, "role.granted", person_id, _grant_body(grant), by, now)
    if role in APPLICANT:
        join(session, person_id=person_id, organisation_id=int(scope_id), by=by, now=now)
    until = Words("长期", "further notice") if to_day is None else Words(*[to_day.isoformat()] * 2)
    mail = mails.role_granted(
        ROLES[role.value],
        organisations.scope_shown(session, scope_kind, scope_id),
        from_day.isoformat(),
        until,
    )
    _mail(session, person, mail, now)
    return grant


def revoke_role(session: Session, *, grant_id: int, by: Actor, now: datetime) -> None:
    """An admin takes a role back, with effect at once. The last administrator keeps theirs."""
    _as_admin(by, Action.GRANT_ROLE, now)
    grant = lock(session, RoleGrant, grant_id)
    if grant.revoked_at is not None:
        return
    if grant.role == Role.ADMIN:
        keep_an_admin(session, without=grant.person_id, now=now)
    grant.revoked_at = now
    session.add(grant)
    note(session, "role.revoked", grant.person_id, _grant_body(grant), by, now)
    person = session.get_one(Person, grant.person_id)
    _mail(session, person, mails.role_revoked(ROLES[grant.role]), now)


def keep_an_admin(session: Session, *, without: int, now: datetime) -> None:
    """Raises where nobody else could administer the registry any more."""
    admins = accounts.admin_ids(session, on=legal_date(now))
    if without in admins and admins == {without}:
        raise AccountRefused(AccountRefusal.LAST_ADMIN)


# ---- conflicts of interest ----


def declare_conflict(
    session: Session,
    *,
    person_id: int,
    organisation: str,
    reason: str,
    from_day: date,
    to_day: date | None,
    by: Actor,
    now: datetime,
) -> ConflictOfInterest:
    """Declared by the person, or by an admin about somebody; it bars from that day, both included.

    The reason is the person's own affair and stays out of the log.
    """
    if by.person_id is None or by.person_id != person_id:
        # Barring somebody is the other side of granting them a role, so who may do that may do this.
        _as_admin(by, Action.GRANT_ROLE, now)
    person = _living(session, person_id)
    found = organisations.organisation_written(session, organisation)
    if found is None:
        raise AccountRefused(AccountRefusal.ORGANISATION_UNKNOWN, "organisation")
    if len(reason.strip()) < REASON_SHORTEST:
        raise AccountRefused(AccountRefusal.REASON_MISSING, "reason")
    today = legal_date(now)
    # It may have begun long ago: what is declared late must still be declared truly.
    check_days(max(from_day, today), to_day, today)
    row = ConflictOfInterest(
        person_id=person_id,
        organisation_id=found.id,
        reason=reason.strip(),
        from_day=from_day,
        to_day=to_day,
        declared_by_id=by.person_id or 0,
        declared_at=now,
    )
    session.add(row)
    session.flush()
    note(session, "conflict.declared", person_id, _conflict_body(row), by, now)
    _mail(session, person, mails.conflict_declared(found.name_zh), now)
    return row


def _conflict_body(row: ConflictOfInterest) -> dict[str, object]:
    return {
        "conflict": row.id,
        "organisation": row.organisation_id,
        "from_day": row.from_day.isoformat(),
        "to_day": None if row.to_day is None else row.to_day.isoformat(),
    }


def end_conflict(session: Session, *, conflict_id: int, by: Actor, now: datetime) -> None:
    """Today is the last day. Only an admin ends it, and not their own: nobody lifts the bar that
    stands between themselves and a decision."""
    _as_admin(by, Action.GRANT_ROLE, now)
    row = lock(session, ConflictOfInterest, conflict_id)
    if row.person_id == by.person_id:
        raise AccountRefused(AccountRefusal.ONESELF)
    today = legal_date(now)
    if row.to_day is not None and row.to_day <= today:
        return
    row.to_day = max(today, row.from_day)
    session.add(row)
    note(session, "conflict.ended", row.person_id, _conflict_body(row), by, now)


# ---- closing and opening accounts ----


def disable_account(session: Session, *, person_id: int, by: Actor, now: datetime) -> None:
    """An admin closes an account: all its sessions end at once, and it cannot sign in."""
    _as_admin(by, Action.DISABLE_ACCOUNT, now)
    if by.person_id == person_id:
        raise AccountRefused(AccountRefusal.ONESELF)
    person = _living(session, person_id)
    keep_an_admin(session, without=person_id, now=now)
    if not person.is_active:
        return
    person.is_active = False
    session.add(person)
    revoke_sessions(session, person_id=person_id, by=by, now=now)
    note(session, "account.disabled", person_id, {}, by, now)


def enable_account(session: Session, *, person_id: int, by: Actor, now: datetime) -> None:
    """An admin opens a closed account again; a lock by wrong passwords is lifted too."""
    _as_admin(by, Action.DISABLE_ACCOUNT, now)
    person = _living(session, person_id)
    if person.is_active and person.locked_until is None:
        return
    person.is_active = True
    person.failed_sign_ins, person.locked_until = 0, None
    session.add(person)
    note(session, "account.enabled", person_id, {}, by, now)
