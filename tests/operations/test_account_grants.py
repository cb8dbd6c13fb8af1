"""Roles for a scope from a day to a day, conflicts of interest, closed and erased accounts."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from registry.db import Database
from registry.models import (
    AuditEvent,
    ConflictOfInterest,
    Membership,
    OutboxMessage,
    Person,
    PersonSalt,
    RoleGrant,
)
from registry.operations.audit import commitment_of, record
from registry.operations.erasure import erase_person
from registry.operations.grant import (
    declare_conflict,
    disable_account,
    enable_account,
    end_conflict,
    end_membership,
    grant_role,
    revoke_role,
)
from registry.queries.account import conflicts_of
from registry.rules import chain
from registry.rules.people import AccountRefusal, AccountRefused
from registry.rules.permissions import Actor, Role, ScopeKind
from tests.conftest import NOW
from tests.people import People

TODAY = date(2026, 11, 22)
SOON = TODAY + timedelta(days=10)


@pytest.fixture
def admin(people: People) -> Actor:
    return people.actor(people.person(Role.ADMIN))


def granting(database: Database, person: Person, by: Actor, **changes) -> RoleGrant:
    values = {
        "role": Role.SCREENER,
        "scope_kind": ScopeKind.EVERYWHERE,
        "scope": "",
        "from_day": TODAY,
        "to_day": None,
    }
    with database.write() as session:
        return grant_role(session, person_id=person.id, by=by, now=NOW, **(values | changes))


def test_a_role_holds_from_its_day_to_its_day_and_not_after_being_revoked(
    database: Database, people: People, admin: Actor
) -> None:
    person = people.person()
    grant = granting(database, person, admin, from_day=SOON, to_day=SOON + timedelta(days=1))
    held = [
        len(
            [
                g
                for g in people.actor(person, on=SOON + timedelta(days=d)).roles
                if g.holds_on(SOON + timedelta(days=d))
            ]
        )
        for d in (-1, 0, 1, 2)
    ]
    assert held == [0, 1, 1, 0]
    with database.write() as session:
        revoke_role(session, grant_id=grant.id, by=admin, now=NOW)
    assert people.actor(person, on=SOON).roles == ()
    with database.read() as session:
        kinds = session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.seq))).all()
        assert kinds == ["role.granted", "role.revoked"]
        assert len(session.exec(select(OutboxMessage)).all()) == 2


def test_a_role_for_a_zone_covers_that_zone(
    database: Database, people: People, admin: Actor
) -> None:
    person = people.person()
    from registry.reference import zones

    first = zones()[0]
    grant = granting(
        database,
        person,
        admin,
        role=Role.ASSESSOR,
        scope_kind=ScopeKind.ZONE,
        scope=first.name_zh,
    )
    assert grant.scope_id == first.zone_id


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": Role.SERVICE}, AccountRefusal.ROLE_NOT_GRANTABLE),
        ({"role": Role.PUBLIC}, AccountRefusal.ROLE_NOT_GRANTABLE),
        ({"role": Role.EDITOR}, AccountRefusal.SCOPE_UNFIT),
        (
            {"role": Role.EDITOR, "scope_kind": ScopeKind.ORGANISATION, "scope": "没有"},
            AccountRefusal.SCOPE_UNKNOWN,
        ),
        ({"scope_kind": ScopeKind.ZONE, "scope": "nowhere"}, AccountRefusal.SCOPE_UNKNOWN),
        ({"from_day": TODAY - timedelta(days=1)}, AccountRefusal.DAY_PAST),
        ({"to_day": TODAY, "from_day": SOON}, AccountRefusal.DAYS_REVERSED),
    ],
)
def test_a_grant_that_cannot_be_is_refused(
    database: Database, people: People, admin: Actor, changes: dict, code: AccountRefusal
) -> None:
    with pytest.raises(AccountRefused) as refused:
        granting(database, people.person(), admin, **changes)
    assert refused.value.code is code


def test_only_an_admin_grants_and_never_to_themselves(
    database: Database, people: People, admin: Actor
) -> None:
    person = people.person()
    for role in Role:
        if role is not Role.ADMIN:
            with pytest.raises(AccountRefused):
                granting(database, person, people.actor(people.person(role)))
    with database.read() as session:
        oneself = session.get_one(Person, admin.person_id)
    with pytest.raises(AccountRefused) as refused:
        granting(database, oneself, admin)
    assert refused.value.code is AccountRefusal.ROLE_TO_ONESELF


@pytest.mark.parametrize("lonely", [Role.ADMIN, Role.AUDITOR])
def test_admin_and_auditor_hold_no_other_role_at_the_same_time(
    database: Database, people: People, admin: Actor, lonely: Role
) -> None:
    person = people.person()
    granting(database, person, admin, role=lonely, to_day=SOON)
    with pytest.raises(AccountRefused) as refused:
        granting(database, person, admin, role=Role.APPROVER)
    assert refused.value.code is AccountRefusal.ROLE_EXCLUDES_OTHERS
    granting(database, person, admin, role=Role.APPROVER, from_day=SOON + timedelta(days=1))


def test_the_same_role_is_not_granted_twice(
    database: Database, people: People, admin: Actor
) -> None:
    person = people.person()
    granting(database, person, admin)
    with pytest.raises(AccountRefused) as refused:
        granting(database, person, admin, from_day=SOON)
    assert refused.value.code is AccountRefusal.ROLE_HELD_ALREADY


def test_the_last_admin_stays(database: Database, people: People, admin: Actor) -> None:
    with database.write() as session:
        grant = session.exec(select(RoleGrant)).one()
        with pytest.raises(AccountRefused) as refused:
            revoke_role(session, grant_id=grant.id, by=admin, now=NOW)
        assert refused.value.code is AccountRefusal.LAST_ADMIN
        with pytest.raises(AccountRefused):
            erase_person(session, person_id=admin.person_id or 0, by=admin, now=NOW)
    people.person(Role.ADMIN)
    with database.write() as session:
        revoke_role(session, grant_id=grant.id, by=admin, now=NOW)


def test_an_applicants_role_brings_membership_and_leaving_ends_both(
    database: Database, people: People, admin: Actor
) -> None:
    company = people.organisation()
    person, other = people.person(), people.person()
    for who in (person, other):
        granting(
            database,
            who,
            admin,
            role=Role.SIGNATORY,
            scope_kind=ScopeKind.ORGANISATION,
            scope=company.name_zh,
        )
    assert people.actor(person, on=TODAY).organisation_ids == {company.id}
    stranger = people.actor(people.person())
    with database.write() as session:
        row = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        with pytest.raises(AccountRefused):
            end_membership(session, membership_id=row.id, by=stranger, now=NOW)
        end_membership(session, membership_id=row.id, by=people.actor(other, on=TODAY), now=NOW)
    gone = people.actor(person, on=TODAY)
    assert gone.organisation_ids == frozenset() and gone.roles == ()
    with database.write() as session:
        last = session.exec(select(Membership).where(Membership.person_id == other.id)).one()
        with pytest.raises(AccountRefused) as refused:
            end_membership(
                session, membership_id=last.id, by=people.actor(other, on=TODAY), now=NOW
            )
    assert refused.value.code is AccountRefusal.LAST_SIGNATORY


def declaring(database: Database, person_id: int, by: Actor, **changes) -> ConflictOfInterest:
    values = {
        "organisation": "凉州光伏电力有限公司",
        "reason": "配偶在该公司任职",
        "from_day": TODAY,
        "to_day": SOON,
    }
    with database.write() as session:
        return declare_conflict(session, person_id=person_id, by=by, now=NOW, **(values | changes))


def test_a_declared_conflict_bars_while_it_lasts_and_its_reason_stays_out_of_the_log(
    database: Database, people: People
) -> None:
    company = people.organisation()
    person = people.person(Role.ASSESSOR)
    declaring(database, person.id, people.actor(person))
    with database.read() as session:
        for day, barred in ((TODAY, True), (SOON, True), (SOON + timedelta(days=1), False)):
            assert (company.id in conflicts_of(session, person.id, on=day)) is barred
        log = b"".join(session.exec(select(AuditEvent.canonical)))
        assert b"conflict.declared" in log and "配偶".encode() not in log


def test_an_admin_declares_about_others_and_nobody_lifts_their_own(
    database: Database, people: People, admin: Actor
) -> None:
    people.organisation()
    person = people.person(Role.ASSESSOR)
    with pytest.raises(AccountRefused):
        declaring(database, person.id, people.actor(people.person(Role.ASSESSOR)))
    row = declaring(database, person.id, admin, from_day=TODAY - timedelta(days=400), to_day=None)
    with database.write() as session:
        with pytest.raises(AccountRefused):
            end_conflict(session, conflict_id=row.id, by=people.actor(person), now=NOW)
        end_conflict(session, conflict_id=row.id, by=admin, now=NOW)
    with database.read() as session:
        assert conflicts_of(session, person.id, on=TODAY)
        assert not conflicts_of(session, person.id, on=TODAY + timedelta(days=1))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"organisation": "无此单位"}, AccountRefusal.ORGANISATION_UNKNOWN),
        ({"reason": " x "}, AccountRefusal.REASON_MISSING),
        ({"to_day": TODAY - timedelta(days=1)}, AccountRefusal.DAYS_REVERSED),
    ],
)
def test_a_conflict_without_its_parts_is_refused(
    database: Database, people: People, changes: dict, code: AccountRefusal
) -> None:
    people.organisation()
    person = people.person(Role.ASSESSOR)
    with pytest.raises(AccountRefused) as refused:
        declaring(database, person.id, people.actor(person), **changes)
    assert refused.value.code is code


def test_a_closed_account_is_signed_out_and_opens_again(
    database: Database, people: People, admin: Actor
) -> None:
    person = people.person()
    browser = people.browser(person)
    assert browser.get("/account/").status_code == 200
    with database.write() as session:
        with pytest.raises(AccountRefused):
            disable_account(session, person_id=admin.person_id or 0, by=admin, now=NOW)
        disable_account(session, person_id=person.id, by=admin, now=NOW)
    assert browser.get("/account/").status_code == 302
    with database.write() as session:
        enable_account(session, person_id=person.id, by=admin, now=NOW)
        assert session.get_one(Person, person.id).is_active
    assert browser.get("/account/").status_code == 302  # sessions stay ended


def test_erasing_forgets_the_person_and_the_history_still_verifies(
    database: Database, people: People
) -> None:
    company = people.organisation()
    person = people.person(Role.ASSESSOR, name="王小明", email="wang@example.org")
    by = people.actor(person)
    declaring(database, person.id, by, organisation=str(company.id))
    with database.write() as session:
        record(session, kind="application.scored", subject="application:1", body={}, by=by, now=NOW)
        commitment = commitment_of(session, person.id)
    stranger = people.actor(people.person())
    with database.write() as session, pytest.raises(AccountRefused):
        erase_person(session, person_id=person.id, by=stranger, now=NOW)
    with database.write() as session:
        erase_person(session, person_id=person.id, by=by, now=NOW)
    with database.read() as session:
        row = session.get_one(Person, person.id)
        assert (row.name, row.password_hash, row.is_active) == ("", "", False)
        assert row.erased_at is not None and "wang" not in row.email
        assert session.get(PersonSalt, person.id) is None
        assert session.exec(select(ConflictOfInterest)).one().reason == ""
        mail = session.exec(select(OutboxMessage)).one()
        assert (mail.to_address, mail.body) == ("", "") and mail.given_up_at is not None
        events = session.exec(select(AuditEvent).order_by(col(AuditEvent.seq))).all()
        stored = [chain.StoredEvent(e.seq, e.canonical, e.sha256) for e in events]
        assert chain.verify(stored).intact
        assert events[-1].kind == "account.erased" and events[-1].subject == commitment
    assert people.actor(person, on=TODAY).roles == ()
