"""Registering, inviting, resetting by one-time links; the first administrator."""

import re
from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from registry.config import Settings
from registry.db import Database
from registry.models import AuditEvent, MailedLink, Membership, OutboxMessage, Person
from registry.operations.account import DataRefused, hash_password, sign_in, weigh_password
from registry.operations.invitation import (
    LIFE,
    QUIET,
    invite_colleague,
    invite_person,
    make_admin,
    register,
    request_reset,
    use_link,
)
from registry.rules.lifecycle import Role
from registry.rules.people import AccountRefusal, AccountRefused
from tests.conftest import NOW
from tests.people import People

BASE = "https://registry.example"
PASSWORD = "ginkgo-leaf-rivers"


def newest_link(session: Session) -> str:
    mail = session.exec(select(OutboxMessage).order_by(col(OutboxMessage.id).desc())).first()
    assert mail is not None and mail.is_secret
    found = re.search(rf"{BASE}/account/link/(\S+)", mail.body)
    assert found
    return found[1]


def signs_in(database: Database, settings: Settings, email: str, password: str = PASSWORD) -> bool:
    with database.write() as session:
        weighed = weigh_password(session, email=email, password=password, settings=settings)
        opened = sign_in(session, weighed=weighed, browser="", settings=settings, now=NOW)
        return opened is not None


def register_li(session: Session, now=NOW) -> None:
    register(session, email="Li@Example.org", name="李静", language="zh", base_url=BASE, now=now)


def test_a_stranger_registers_confirms_by_mail_and_signs_in(
    database: Database, settings: Settings
) -> None:
    with database.write() as session:
        register_li(session)
        token = newest_link(session)
        assert token not in "".join(session.exec(select(MailedLink.token_sha256)).all())
    assert not signs_in(database, settings, "li@example.org", "")
    with database.write() as session:
        use_link(session, token=token, password_hash=hash_password(settings, PASSWORD), now=NOW)
    assert signs_in(database, settings, "li@example.org")
    with database.write() as session, pytest.raises(AccountRefused):
        use_link(session, token=token, password_hash=hash_password(settings, "x"), now=NOW)
    with database.read() as session:
        log = b"".join(session.exec(select(AuditEvent.canonical)))
        assert b"li@example.org" not in log.lower() and "李".encode() not in log


def test_registering_again_sends_a_known_person_words_and_no_link(
    database: Database, settings: Settings, people: People
) -> None:
    known = people.person(email="li@example.org")
    with database.write() as session:
        row = session.get_one(Person, known.id)
        row.password_hash = hash_password(settings, PASSWORD)
        session.add(row)
    with database.write() as session:
        register_li(session)
    with database.read() as session:
        assert session.exec(select(MailedLink)).all() == []
        mail = session.exec(select(OutboxMessage)).one()
        assert "已有账户" in mail.subject
        assert session.get_one(Person, known.id).name == known.name


def test_nobodys_mailbox_is_filled(database: Database) -> None:
    for seconds in (0, 10, 20, int(QUIET.total_seconds()) + 30):
        with database.write() as session:
            register_li(session, now=NOW + timedelta(seconds=seconds))
    with database.read() as session:
        assert len(session.exec(select(OutboxMessage)).all()) == 2
        assert len(session.exec(select(Person)).all()) == 1


def test_a_newer_link_voids_the_older(database: Database, settings: Settings) -> None:
    with database.write() as session:
        register_li(session)
        first = newest_link(session)
        register_li(session, now=NOW + QUIET)
        second = newest_link(session)
    with database.write() as session, pytest.raises(AccountRefused):
        use_link(session, token=first, password_hash="hash", now=NOW + QUIET)
    with database.write() as session:
        use_link(session, token=second, password_hash="hash", now=NOW + QUIET)


def test_an_expired_link_is_refused(database: Database) -> None:
    with database.write() as session:
        register_li(session)
        token = newest_link(session)
    late = NOW + LIFE["registration"]
    with database.write() as session, pytest.raises(AccountRefused) as refused:
        use_link(session, token=token, password_hash="hash", now=late)
    assert refused.value.code is AccountRefusal.LINK_UNUSABLE


@pytest.mark.parametrize("email", ["", "no-at-sign", "two words@example.org", "a@b", "a@b.c,d@e.f"])
def test_an_address_that_is_none_is_refused(database: Database, email: str) -> None:
    with database.write() as session, pytest.raises(DataRefused) as refused:
        register(session, email=email, name="X", language="zh", base_url=BASE, now=NOW)
    assert {problem.field for problem in refused.value.problems} == {"email"}


def test_a_reset_sets_the_password_unlocks_and_ends_all_sessions(
    database: Database, settings: Settings, people: People
) -> None:
    person = people.person(email="li@example.org")
    browser = people.browser(person)
    assert browser.get("/account/").status_code == 200
    with database.write() as session:
        row = session.get_one(Person, person.id)
        row.password_hash = hash_password(settings, "forgotten-one-1")
        row.locked_until = NOW + timedelta(minutes=10)
        session.add(row)
        request_reset(session, email="LI@example.org", base_url=BASE, now=NOW)
        token = newest_link(session)
    with database.write() as session:
        use_link(session, token=token, password_hash=hash_password(settings, PASSWORD), now=NOW)
    assert signs_in(database, settings, "li@example.org")
    assert browser.get("/account/").status_code == 302


def test_a_reset_for_an_unknown_or_closed_account_sends_nothing(
    database: Database, people: People
) -> None:
    closed = people.person(email="closed@example.org")
    with database.write() as session:
        row = session.get_one(Person, closed.id)
        row.is_active = False
        session.add(row)
    with database.write() as session:
        for email in ("nobody@example.org", "closed@example.org"):
            request_reset(session, email=email, base_url=BASE, now=NOW)
    with database.read() as session:
        assert session.exec(select(OutboxMessage)).all() == []
        assert session.exec(select(AuditEvent)).all() == []


def test_only_an_admin_invites_people(database: Database, people: People) -> None:
    def invite(by) -> Person:
        with database.write() as session:
            return invite_person(
                session,
                email="new@example.org",
                name="新人",
                language="zh",
                base_url=BASE,
                by=by,
                now=NOW,
            )

    for role in Role:
        if role is not Role.ADMIN:
            with pytest.raises(AccountRefused):
                invite(people.actor(people.person(role)))
    admin = people.actor(people.person(Role.ADMIN))
    assert invite(admin).id == invite(admin).id  # again: a new link, nobody new


def test_a_colleague_joins_only_by_accepting(
    database: Database, settings: Settings, people: People
) -> None:
    company = people.organisation()
    signatory = people.person(
        Role.SIGNATORY,
        organisation=company,
        scope_kind="organisation",
        scope_id=str(company.id),
    )
    colleague = people.person(email="li@example.org")

    def invite(by) -> None:
        with database.write() as session:
            invite_colleague(
                session,
                organisation_id=company.id,
                email="li@example.org",
                name="x",
                language="zh",
                role=Role.EDITOR,
                base_url=BASE,
                by=by,
                now=NOW,
            )

    with pytest.raises(AccountRefused):
        invite(people.actor(colleague))
    invite(people.actor(signatory))
    assert people.actor(colleague).organisation_ids == frozenset()
    with database.write() as session:
        token = newest_link(session)
        use_link(session, token=token, password_hash=hash_password(settings, PASSWORD), now=NOW)
    actor = people.actor(colleague, on=NOW.date())
    assert actor.organisation_ids == {company.id}
    assert [(g.role, g.scope_id) for g in actor.roles] == [(Role.EDITOR, str(company.id))]


def test_an_invitation_may_be_declined_and_dies_with_the_inviters_role(
    database: Database, people: People
) -> None:
    company = people.organisation()
    scope = {"scope_kind": "organisation", "scope_id": str(company.id)}
    signatory = people.person(Role.SIGNATORY, organisation=company, **scope)
    people.person(email="li@example.org")
    with database.write() as session:
        invite_colleague(
            session,
            organisation_id=company.id,
            email="li@example.org",
            name="x",
            language="zh",
            role=Role.SIGNATORY,
            base_url=BASE,
            by=people.actor(signatory),
            now=NOW,
        )
        token = newest_link(session)
    with database.write() as session:
        grant = session.exec(select(Membership).where(Membership.person_id == signatory.id)).one()
        assert grant.until is None
        from registry.models import RoleGrant

        held = session.exec(select(RoleGrant).where(RoleGrant.person_id == signatory.id)).one()
        held.revoked_at = NOW
        session.add(held)
    with pytest.raises(AccountRefused), database.write() as session:
        use_link(session, token=token, password_hash="hash", now=NOW)
    with database.write() as session:
        use_link(session, token=token, password_hash="", now=NOW, refuse=True)
    with database.read() as session:
        assert len(session.exec(select(Membership)).all()) == 1
        assert session.exec(select(MailedLink)).one().used_at is not None


def test_the_first_admin_is_made_once_and_gets_a_fresh_link_each_time(
    database: Database, settings: Settings, people: People
) -> None:
    def make() -> str:
        with database.write() as session:
            return make_admin(session, email="root@example.org", name="", base_url=BASE, now=NOW)

    first, second = make(), make()
    assert first != second
    token = second.rsplit("/", 1)[1]
    with database.write() as session:
        use_link(session, token=token, password_hash=hash_password(settings, PASSWORD), now=NOW)
        person = session.exec(select(Person)).one()
    assert [grant.role for grant in people.actor(person, on=NOW.date()).roles] == [Role.ADMIN]
    assert signs_in(database, settings, "root@example.org")
