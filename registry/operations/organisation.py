"""Organisations: registered by who will act for them, verified by an officer, changed, closed."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import (
    Organisation,
    OrganisationData,
    OrganisationGroup,
    Person,
    RoleGrant,
)
from registry.operations.account import checked
from registry.operations.audit import record
from registry.operations.grant import join, note
from registry.operations.message import send_later
from registry.queries import account as accounts
from registry.queries import organisation as organisations
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import ORGANISATION, Facts, Need, step
from registry.rules.lifecycle.organisation import Event, State
from registry.rules.people import APPLICANT, AccountRefusal, AccountRefused
from registry.rules.permissions import Actor, Scope, ScopeKind
from registry.rules.screening.identifiers import check_uscc
from registry.words import mails

REGISTRABLE = ("company", "bank", "fund", "verifier")
_NAMED_IN_EVENT = ("kind", "name_zh", "name_en", "uscc", "province_code")


def subject_of(organisation: Organisation) -> str:
    return f"organisation:{organisation.id}"


def _fields(session: Session, values: Mapping[str, Any], *, own_id: int = 0) -> dict[str, Any]:
    """Checked and tidied. A code that fails its check is kept as it is, with the warnings."""
    tidy = {
        key: value.strip() if isinstance(value, str) else value for key, value in values.items()
    }
    uscc = check_uscc(str(tidy.get("uscc", "")))
    data = checked(OrganisationData, tidy | {"uscc": uscc.normalised})
    warnings = list(uscc.warnings)
    same = organisations.with_code(session, uscc.normalised, apart_from=own_id)
    if any(other.verification == "verified" for other in same):
        raise AccountRefused(AccountRefusal.ORGANISATION_TAKEN, "uscc")
    if same:
        warnings.append("registered_before")
    return data.model_dump() | {"uscc_warning": " ".join(warnings)}


def _move(
    session: Session,
    organisation: Organisation,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    given: frozenset[Need] = frozenset(),
    body: Mapping[str, Any] | None = None,
) -> None:
    """Ask the life cycle, then store the state and the event."""
    facts = Facts(
        scope=Scope(organisation_id=organisation.id),
        group_id=organisation.group_id,
        conflicts=organisations.conflicts_with(session, organisation),
        given=given,
    )
    before = State(organisation.verification.upper())
    made = step(ORGANISATION, before, event, by, now, facts)
    organisation.verification = str(made.to).lower()
    organisation.version += 1
    session.add(organisation)
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(organisation),
        body={"from": str(before), "to": str(made.to), **(body or {})},
        by=by,
        now=now,
    )


def register_organisation(
    session: Session, *, values: Mapping[str, Any], base_url: str, by: Actor, now: datetime
) -> Organisation:
    """A signed-in person registers an organisation and becomes its editor and signatory.

    Steps: check the data (a failed check digit is only a warning), store it as pending, make the
    person a member with the applicant's roles, tell the officers by mail.
    """
    if by.person_id is None:
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    fields = _fields(session, values)
    if fields["kind"] not in REGISTRABLE:
        raise AccountRefused(AccountRefusal.NOT_ALLOWED, "kind")
    made = step(ORGANISATION, None, Event.REGISTER, by, now, Facts())
    organisation = Organisation(**fields, registered_by_id=by.person_id, created_at=now)
    session.add(organisation)
    session.flush()
    record(
        session,
        kind=made.event_kind,
        subject=subject_of(organisation),
        body={"from": None, "to": str(made.to), **_named(organisation)},
        by=by,
        now=now,
    )
    join(session, person_id=by.person_id, organisation_id=organisation.id, by=by, now=now)
    _become_applicant(session, organisation, by=by, now=now)
    _tell_officers(session, organisation, base_url=base_url, now=now)
    return organisation


def _named(organisation: Organisation) -> dict[str, Any]:
    """What the log repeats of an organisation: what identifies it, and no person."""
    return {name: getattr(organisation, name) for name in _NAMED_IN_EVENT}


def _become_applicant(
    session: Session, organisation: Organisation, *, by: Actor, now: datetime
) -> None:
    """Whoever registers an organisation fills in and signs for it, until a colleague is invited."""
    on = legal_date(now)
    for role in sorted(APPLICANT):
        grant = RoleGrant(
            person_id=by.person_id or 0,
            role=role.value,
            scope_kind=ScopeKind.ORGANISATION.value,
            scope_id=str(organisation.id),
            from_day=on,
            granted_by_id=by.person_id,
        )
        session.add(grant)
        session.flush()
        body = {
            "grant": grant.id,
            "role": grant.role,
            "scope_kind": grant.scope_kind,
            "scope_id": grant.scope_id,
            "from_day": on.isoformat(),
            "to_day": None,
        }
        note(session, "role.granted", by.person_id or 0, body, by, now)


def _tell_officers(
    session: Session, organisation: Organisation, *, base_url: str, now: datetime
) -> None:
    link = f"{base_url}/admin/organisations/{organisation.id}"
    mail = mails.organisation_waits(organisation.name_zh, link)
    for officer in accounts.holders_of(session, "org_verifier", on=legal_date(now)):
        send_later(
            session,
            to=officer,
            subject=mail.subject,
            body=mail.body,
            about=subject_of(organisation),
            now=now,
        )


def amend_organisation(
    session: Session,
    *,
    organisation_id: int,
    version: int,
    values: Mapping[str, Any],
    base_url: str,
    by: Actor,
    now: datetime,
) -> Organisation:
    """Its people change the data. What was verified or refused has to be verified again."""
    organisation = lock(session, Organisation, organisation_id)
    if organisation.version != version:
        raise AccountRefused(AccountRefusal.ORGANISATION_CHANGED)
    fields = _fields(session, values, own_id=organisation.id)
    changed = sorted(name for name, value in fields.items() if getattr(organisation, name) != value)
    waiting = organisation.verification == "pending"
    if not changed and organisation.verification != "refused":
        return organisation
    for name, value in fields.items():
        setattr(organisation, name, value)
    body = {"fields": changed, **_named(organisation)}
    verified = organisation.verification == "verified"
    _move(
        session, organisation, Event.CHANGE if verified else Event.EDIT, by=by, now=now, body=body
    )
    if organisation.verification == "refused":
        _move(session, organisation, Event.RESUBMIT, by=by, now=now)
    organisation.verification_reason = ""
    if not waiting:
        _tell_officers(session, organisation, base_url=base_url, now=now)
    return organisation


def _decide(
    session: Session,
    organisation_id: int,
    event: Event,
    reason: str,
    *,
    by: Actor,
    now: datetime,
) -> Organisation:
    organisation = lock(session, Organisation, organisation_id)
    reason = reason.strip()
    given = frozenset({Need.REASON}) if len(reason) >= 4 else frozenset()
    # Free text may name somebody, so the log holds its digest and the row the words.
    body = {"reason_sha256": sha256(reason.encode()).hexdigest()} if reason else {}
    _move(session, organisation, event, by=by, now=now, given=given, body=body)
    organisation.verification_reason = reason
    organisation.verified_by_id = by.person_id
    organisation.verified_at = now
    session.add(organisation)
    return organisation


def verify_organisation(
    session: Session, *, organisation_id: int, by: Actor, now: datetime
) -> Organisation:
    """An officer without a conflict has compared the data with the public register."""
    organisation = _decide(session, organisation_id, Event.VERIFY, "", by=by, now=now)
    _tell_members(session, organisation, mails.organisation_verified(organisation.name_zh), now)
    return organisation


def refuse_organisation(
    session: Session, *, organisation_id: int, reason: str, by: Actor, now: datetime
) -> Organisation:
    """Not verified, with the reason; its people are told, may correct and submit again."""
    organisation = _decide(session, organisation_id, Event.REFUSE, reason, by=by, now=now)
    mail = mails.organisation_refused(organisation.name_zh, organisation.verification_reason)
    _tell_members(session, organisation, mail, now)
    return organisation


def _tell_members(
    session: Session, organisation: Organisation, mail: mails.Mail, now: datetime
) -> None:
    people: list[Person] = organisations.members_now(session, organisation.id, on=legal_date(now))
    for person in people:
        send_later(
            session,
            to=person,
            subject=mail.subject,
            body=mail.body,
            about=subject_of(organisation),
            now=now,
        )


def place_in_group(
    session: Session, *, organisation_id: int, group: str, by: Actor, now: datetime
) -> Organisation:
    """An officer notes under which roof a company stands; its people are then conflicted in the
    cases of the other companies there. An empty name takes it out."""
    organisation = lock(session, Organisation, organisation_id)
    if not organisations.may_verify(session, by, organisation, now=now):
        raise AccountRefused(AccountRefusal.NOT_ALLOWED)
    name = group.strip()
    row = None
    if name:
        found = select(OrganisationGroup).where(col(OrganisationGroup.name) == name)
        row = session.exec(found).one_or_none()
        if row is None:
            row = OrganisationGroup(name=name)
            session.add(row)
            session.flush()
    if organisation.group_id == (row.id if row else None):
        return organisation
    organisation.group_id = row.id if row else None
    organisation.version += 1
    session.add(organisation)
    body = {"group": organisation.group_id}
    subject = subject_of(organisation)
    record(session, kind="organisation.grouped", subject=subject, body=body, by=by, now=now)
    return organisation
