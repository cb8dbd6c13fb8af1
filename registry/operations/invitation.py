"""One-time links by mail: registering, inviting, setting a new password.

Only a link's hash is stored. Whoever asks for one gets the same answer whether or not there is an
account with that address, and nobody's mailbox can be filled: one mail of a kind in five minutes.
"""

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import (
    MailedLink,
    Organisation,
    OutboxMessage,
    Person,
    PersonData,
    RoleGrant,
)
from registry.operations.account import checked, digest_of, revoke_sessions
from registry.operations.audit import commitment_of, record
from registry.operations.grant import join
from registry.operations.message import send_later
from registry.queries import account as accounts
from registry.rules.calendar import legal_date
from registry.rules.people import APPLICANT, AccountRefusal, AccountRefused, check_grant
from registry.rules.permissions import (
    PUBLIC,
    Action,
    Actor,
    Grant,
    Role,
    Scope,
    ScopeKind,
    may,
    service,
)
from registry.words import mails
from registry.words.roles import ROLES

LIFE = {
    "registration": timedelta(days=3),
    "invitation": timedelta(days=14),
    "reset": timedelta(hours=2),
}
QUIET = timedelta(minutes=5)


def _new_link(
    session: Session,
    person: Person,
    purpose: str,
    *,
    by: Actor,
    now: datetime,
    organisation_id: int | None = None,
    role: str = "",
) -> str:
    """Store a new link's hash and void the open ones that it replaces; gives its token."""
    older = select(MailedLink).where(
        MailedLink.person_id == person.id,
        MailedLink.purpose == purpose,
        col(MailedLink.used_at).is_(None),
        MailedLink.organisation_id == organisation_id,
    )
    for link in session.exec(older.order_by(col(MailedLink.id))):
        link.used_at = now
        session.add(link)
    token = secrets.token_urlsafe(32)
    session.add(
        MailedLink(
            token_sha256=digest_of(token),
            purpose=purpose,
            person_id=person.id,
            organisation_id=organisation_id,
            role=role,
            issued_by_id=by.person_id,
            created_at=now,
            expires_at=now + LIFE[purpose],
        )
    )
    body: dict[str, object] = {"purpose": purpose}
    if organisation_id is not None:
        body |= {"organisation": organisation_id, "role": role}
    _note(session, "account.link_sent", person, body, by=by, now=now)
    return token


def _note(
    session: Session,
    kind: str,
    person: Person,
    body: dict[str, object],
    *,
    by: Actor,
    now: datetime,
) -> None:
    subject = commitment_of(session, person.id)
    record(session, kind=kind, subject=subject, body=body, by=by, now=now)


def _address(base_url: str, token: str) -> str:
    return f"{base_url}/account/link/{token}"


def _send(session: Session, person: Person, mail: mails.Mail, about: str, now: datetime) -> None:
    send_later(
        session,
        to=person,
        subject=mail.subject,
        body=mail.body,
        about=about,
        now=now,
        is_secret=True,
    )


def _had_mail_just_now(session: Session, person: Person, about: str, now: datetime) -> bool:
    statement = select(OutboxMessage.id).where(
        OutboxMessage.to_person_id == person.id,
        OutboxMessage.about == about,
        OutboxMessage.created_at > now - QUIET,
    )
    return session.exec(statement.limit(1)).first() is not None


def _new_person(
    session: Session, *, email: str, name: str, language: str, kind: str, by: Actor, now: datetime
) -> Person:
    """A person without a password: nobody can sign in before the mailed link was opened."""
    data = checked(
        PersonData,
        {"email": accounts.tidy_email(email), "name": name.strip(), "language": language},
    )
    person = Person(email=data.email, name=data.name, language=data.language, created_at=now)
    session.add(person)
    session.flush()
    _note(session, kind, person, {}, by=by, now=now)
    return person


def register(
    session: Session, *, email: str, name: str, language: str, base_url: str, now: datetime
) -> None:
    """A stranger asks for an account. Says nothing about whether there is one already."""
    person = accounts.person_with_email(session, email, locked=True)
    if person is None:
        person = _new_person(
            session,
            email=email,
            name=name,
            language=language,
            kind="account.registered",
            by=PUBLIC,
            now=now,
        )
    if not person.is_active or _had_mail_just_now(session, person, "account.registration", now):
        return
    if person.password_hash:
        mail = mails.registered_already(f"{base_url}/account/sign-in")
    else:
        token = _new_link(session, person, "registration", by=PUBLIC, now=now)
        mail = mails.registration(_address(base_url, token), LIFE["registration"].days)
    _send(session, person, mail, "account.registration", now)


def request_reset(
    session: Session, *, email: str, base_url: str, now: datetime, by: Actor = PUBLIC
) -> None:
    """Somebody cannot sign in. Unknown and closed accounts get nothing, and nobody is told so."""
    person = accounts.person_with_email(session, email, locked=True)
    if person is None or not person.is_active:
        return
    if _had_mail_just_now(session, person, "account.reset", now):
        return
    token = _new_link(session, person, "reset", by=by, now=now)
    hours = int(LIFE["reset"].total_seconds() // 3600)
    _send(session, person, mails.reset(_address(base_url, token), hours), "account.reset", now)


def invite_person(
    session: Session,
    *,
    email: str,
    name: str,
    language: str,
    base_url: str,
    by: Actor,
    now: datetime,
) -> Person:
    """An administrator invites; roles are granted apart from it. Repeated, it sends a new link."""
    if not may(by, Action.INVITE_PERSON, Scope(), legal_date(now)):
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    person = accounts.person_with_email(session, email, locked=True)
    if person is None:
        person = _new_person(
            session,
            email=email,
            name=name,
            language=language,
            kind="account.invited",
            by=by,
            now=now,
        )
    elif person.password_hash or not person.is_active:
        raise AccountRefused(AccountRefusal.ACCOUNT_EXISTS, "email")
    token = _new_link(session, person, "invitation", by=by, now=now)
    mail = mails.invitation(_address(base_url, token), LIFE["invitation"].days, "", None)
    _send(session, person, mail, "account.invitation", now)
    return person


def invite_colleague(
    session: Session,
    *,
    organisation_id: int,
    email: str,
    name: str,
    language: str,
    role: str,
    base_url: str,
    by: Actor,
    now: datetime,
) -> None:
    """A signatory invites into the own organisation. Membership and role begin when accepted."""
    on = legal_date(now)
    if not may(by, Action.INVITE_COLLEAGUE, Scope(organisation_id=organisation_id), on):
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    if role not in APPLICANT:
        raise AccountRefused(AccountRefusal.ROLE_NOT_GRANTABLE, "role")
    organisation = session.get_one(Organisation, organisation_id)
    person = accounts.person_with_email(session, email, locked=True)
    if person is None:
        person = _new_person(
            session,
            email=email,
            name=name,
            language=language,
            kind="account.invited",
            by=by,
            now=now,
        )
    about = f"account.invitation.{organisation_id}"
    if not person.is_active or _had_mail_just_now(session, person, about, now):
        return
    token = _new_link(
        session,
        person,
        "invitation",
        by=by,
        now=now,
        organisation_id=organisation_id,
        role=str(role),
    )
    shown = organisation.name_zh
    if person.language == "en" and organisation.name_en:
        shown = organisation.name_en
    mail = mails.invitation(
        _address(base_url, token), LIFE["invitation"].days, shown, ROLES[str(role)]
    )
    _send(session, person, mail, about, now)


def use_link(
    session: Session, *, token: str, password_hash: str, now: datetime, refuse: bool = False
) -> MailedLink:
    """Open a mailed link once.

    Steps: lock the link, then its person; refuse a used or expired one; set the password that came
    with it (a reset asks for one, an invitation only if there is none yet) and unlock the account;
    after a reset end all sessions; join the organisation that the invitation names. `refuse` turns
    an invitation down: the link is spent and nothing else happens.
    """
    link = accounts.live_link(session, digest_of(token), now=now, locked=True)
    if link is None:
        raise AccountRefused(AccountRefusal.LINK_UNUSABLE)
    person = lock(session, Person, link.person_id)
    if not person.is_active:
        raise AccountRefused(AccountRefusal.LINK_UNUSABLE)
    link.used_at = now
    session.add(link)
    by = Actor(person.id)
    if refuse and link.purpose == "invitation":
        _note(session, "account.invitation_declined", person, {}, by=by, now=now)
        return link
    if link.purpose == "reset" or not person.password_hash:
        if not password_hash:
            raise AccountRefused(AccountRefusal.LINK_UNUSABLE)
        person.password_hash = password_hash
        person.failed_sign_ins, person.locked_until = 0, None
        session.add(person)
        _note(session, "account.password_set", person, {"purpose": link.purpose}, by=by, now=now)
    if link.purpose == "reset":
        revoke_sessions(session, person_id=person.id, by=by, now=now)
    if link.organisation_id is not None:
        _accept(session, link, person, now=now)
    return link


def _accept(session: Session, link: MailedLink, person: Person, *, now: datetime) -> None:
    """Become a colleague, with the role of the invitation, if who invited may still do so."""
    on = legal_date(now)
    organisation_id = link.organisation_id or 0
    inviter = accounts.actor_of(session, link.issued_by_id or 0, on=on)
    if not may(inviter, Action.INVITE_COLLEAGUE, Scope(organisation_id=organisation_id), on):
        raise AccountRefused(AccountRefusal.LINK_UNUSABLE)
    by = Actor(person.id)
    join(session, person_id=person.id, organisation_id=organisation_id, by=by, now=now)
    wanted = Grant(Role(link.role), ScopeKind.ORGANISATION, str(organisation_id), on)
    try:
        check_grant(wanted, accounts.grants_held(session, person.id, from_day=on), on)
    except AccountRefused as refused:
        if refused.code is AccountRefusal.ROLE_HELD_ALREADY:
            return
        raise
    grant = RoleGrant(
        person_id=person.id,
        role=link.role,
        scope_kind=ScopeKind.ORGANISATION.value,
        scope_id=str(organisation_id),
        from_day=on,
        granted_by_id=link.issued_by_id,
    )
    session.add(grant)
    session.flush()
    body: dict[str, object] = {
        "grant": grant.id,
        "role": link.role,
        "scope_kind": grant.scope_kind,
        "scope_id": grant.scope_id,
        "from_day": on.isoformat(),
        "to_day": None,
    }
    _note(session, "role.granted", person, body, by=by, now=now)


def make_admin(session: Session, *, email: str, name: str, base_url: str, now: datetime) -> str:
    """The first administrator, from the command line: account, role and a link to set a password.

    Repeated for the same person it grants nothing twice and gives a new link.
    """
    by = service("command-line")
    on = legal_date(now)
    person = accounts.person_with_email(session, email, locked=True)
    if person is None:
        person = _new_person(
            session,
            email=email,
            name=name or email.partition("@")[0],
            language="zh",
            kind="account.invited",
            by=by,
            now=now,
        )
    held = accounts.grants_held(session, person.id, from_day=on)
    if not any(grant.role is Role.ADMIN and grant.holds_on(on) for grant in held):
        check_grant(Grant(Role.ADMIN, from_day=on), held, on)
        session.add(RoleGrant(person_id=person.id, role=Role.ADMIN.value, from_day=on))
        _note(session, "role.granted", person, {"role": Role.ADMIN.value}, by=by, now=now)
    return _address(base_url, _new_link(session, person, "reset", by=by, now=now))
