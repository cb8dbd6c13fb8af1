"""Erase a person: the account is blanked, the commitments in the log can be opened no more."""

from datetime import datetime

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import (
    ConflictOfInterest,
    MailedLink,
    Membership,
    Person,
    PersonSalt,
    RoleGrant,
    SignInSession,
)
from registry.operations.grant import keep_an_admin, note
from registry.operations.message import forget_messages
from registry.rules.calendar import legal_date
from registry.rules.people import AccountRefusal, AccountRefused, day_before
from registry.rules.permissions import Action, Actor, Scope, may


def erase_person(session: Session, *, person_id: int, by: Actor, now: datetime) -> None:
    """Forget who this was, and keep that somebody acted.

    By the person, or by an admin. Steps: append the event while the commitment can still be made;
    end sessions, links, roles and memberships; blank what names the person (account, browsers,
    reasons of conflicts, mail); delete the salt. The row and its number stay, so that the decisions
    of one person are still known to be of one person, and the chain verifies as before.
    """
    oneself = by.person_id is not None and by.person_id == person_id
    if not oneself and not may(by, Action.DISABLE_ACCOUNT, Scope(), legal_date(now)):
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    person = lock(session, Person, person_id)
    if person.erased_at is not None:
        return
    keep_an_admin(session, without=person_id, now=now)
    note(session, "account.erased", person_id, {"by_oneself": oneself}, by, now)
    _end_everything(session, person_id, now=now)
    forget_messages(session, person_id=person_id, now=now)
    person.email = f"erased-{person_id}@erased.invalid"
    person.name = ""
    person.password_hash = ""
    person.is_active = False
    person.failed_sign_ins, person.locked_until = 0, None
    person.erased_at = now
    session.add(person)
    salt = session.get(PersonSalt, person_id)
    if salt is not None:
        session.delete(salt)
    session.flush()


def _end_everything(session: Session, person_id: int, *, now: datetime) -> None:
    today = legal_date(now)
    own_sessions = select(SignInSession).where(SignInSession.person_id == person_id)
    for opened in session.exec(own_sessions.order_by(col(SignInSession.id))):
        opened.revoked_at = opened.revoked_at or now
        opened.browser = ""
        session.add(opened)
    links = select(MailedLink).where(MailedLink.person_id == person_id)
    for link in session.exec(links.order_by(col(MailedLink.id))):
        link.used_at = link.used_at or now
        session.add(link)
    grants = select(RoleGrant).where(RoleGrant.person_id == person_id)
    for grant in session.exec(grants.order_by(col(RoleGrant.id))):
        grant.revoked_at = grant.revoked_at or now
        session.add(grant)
    memberships = select(Membership).where(Membership.person_id == person_id)
    for membership in session.exec(memberships.order_by(col(Membership.id))):
        if membership.until is None or membership.until >= today:
            membership.until = day_before(today)
        session.add(membership)
    conflicts = select(ConflictOfInterest).where(ConflictOfInterest.person_id == person_id)
    for conflict in session.exec(conflicts.order_by(col(ConflictOfInterest.id))):
        conflict.reason = ""
        session.add(conflict)
