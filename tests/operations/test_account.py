"""Signing in, locking, sessions, passwords, profile."""

from datetime import timedelta

import pytest
from sqlmodel import Session, col, select

from registry.config import Settings
from registry.db import Database
from registry.models import AuditEvent, OutboxMessage, Person, SignInSession
from registry.operations import account
from registry.operations.audit import commitment_of
from registry.queries.account import session_of_token
from registry.rules.people import AccountRefusal, AccountRefused
from registry.rules.permissions import Actor
from tests.conftest import NOW
from tests.people import People

PASSWORD = "ginkgo-leaf-rivers"


@pytest.fixture
def wang(people: People, database: Database, settings: Settings) -> Person:
    made = people.person(email="wang@example.org", name="王小明")
    with database.write() as session:
        row = session.get_one(Person, made.id)
        row.password_hash = account.hash_password(settings, PASSWORD)
        session.add(row)
    return made


def attempt(
    database: Database, settings: Settings, email: str, password: str, now=NOW
) -> account.SignedIn | None:
    with database.read() as session:
        weighed = account.weigh_password(session, email=email, password=password, settings=settings)
    with database.write() as session:
        return account.sign_in(
            session, weighed=weighed, browser="Firefox", settings=settings, now=now
        )


def kinds(session: Session) -> list[str]:
    return list(session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.seq))))


def test_the_right_password_opens_a_session_of_which_only_the_hash_is_kept(
    database: Database, settings: Settings, wang: Person
) -> None:
    signed_in = attempt(database, settings, " Wang@Example.org ", PASSWORD)
    assert signed_in is not None
    with database.read() as session:
        found = session_of_token(session, account.digest_of(signed_in.token), now=NOW)
        assert found is not None and found[0].id == wang.id
        row = session.exec(select(SignInSession)).one()
        assert signed_in.token not in row.model_dump_json()
        assert kinds(session) == ["session.opened"]
        event = session.exec(select(AuditEvent)).one()
        assert event.subject == event.actor
        assert event.actor.startswith("commitment:")


@pytest.mark.parametrize(
    ("email", "password"),
    [("wang@example.org", "wrong"), ("nobody@example.org", PASSWORD), ("", "")],
)
def test_a_wrong_one_opens_nothing(
    database: Database, settings: Settings, wang: Person, email: str, password: str
) -> None:
    assert attempt(database, settings, email, password) is None
    with database.read() as session:
        assert session.exec(select(SignInSession)).all() == []


def test_an_unknown_address_costs_one_comparison_as_a_known_one_does(
    database: Database, settings: Settings, wang: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    verify = account.PasswordHasher.verify

    def counting(self, stored, password):
        compared.append(stored)
        return verify(self, stored, password)

    monkeypatch.setattr(account.PasswordHasher, "verify", counting)
    for email in ("wang@example.org", "nobody@example.org"):
        attempt(database, settings, email, "wrong")
    assert len(compared) == 2
    known, unknown = (stored.rsplit("$", 2)[0] for stored in compared)
    assert known == unknown  # the same algorithm at the same cost


def test_failures_lock_the_account_and_the_person_is_told(
    database: Database, settings: Settings, wang: Person
) -> None:
    for _ in range(settings.lock_after_failures):
        assert attempt(database, settings, "wang@example.org", "wrong") is None
    assert attempt(database, settings, "wang@example.org", PASSWORD) is None
    with database.read() as session:
        assert kinds(session) == ["account.locked"]
        mail = session.exec(select(OutboxMessage)).one()
        assert mail.to_address == "wang@example.org"
        assert "锁定" in mail.subject
    later = NOW + timedelta(minutes=settings.lock_minutes, seconds=1)
    assert attempt(database, settings, "wang@example.org", PASSWORD, later) is not None


def test_a_success_forgets_the_failures_before_it(
    database: Database, settings: Settings, wang: Person
) -> None:
    for _ in range(3):
        for _ in range(settings.lock_after_failures - 1):
            attempt(database, settings, "wang@example.org", "wrong")
        assert attempt(database, settings, "wang@example.org", PASSWORD) is not None


def test_a_guess_weighed_before_the_lock_does_not_get_in_after_it(
    database: Database, settings: Settings, wang: Person
) -> None:
    with database.read() as session:
        weighed = account.weigh_password(
            session, email="wang@example.org", password=PASSWORD, settings=settings
        )
    for _ in range(settings.lock_after_failures):
        attempt(database, settings, "wang@example.org", "wrong")
    with database.write() as session:
        assert (
            account.sign_in(session, weighed=weighed, browser="", settings=settings, now=NOW)
            is None
        )


def test_a_closed_account_stays_out(database: Database, settings: Settings, wang: Person) -> None:
    with database.write() as session:
        row = session.get_one(Person, wang.id)
        row.is_active = False
        session.add(row)
    assert attempt(database, settings, "wang@example.org", PASSWORD) is None


def test_a_higher_cost_in_the_settings_rehashes_at_the_next_sign_in(
    database: Database, settings: Settings, wang: Person
) -> None:
    dearer = settings.model_copy(update={"argon2_time_cost": 2})
    assert attempt(database, dearer, "wang@example.org", PASSWORD) is not None
    with database.read() as session:
        assert ",t=2," in session.get_one(Person, wang.id).password_hash
    assert attempt(database, dearer, "wang@example.org", PASSWORD) is not None


def test_one_revokes_ones_own_session_and_nobody_elses(
    database: Database, settings: Settings, wang: Person, people: People
) -> None:
    opened = attempt(database, settings, "wang@example.org", PASSWORD)
    assert opened is not None
    other = people.person()
    with database.write() as session:
        row = session.exec(select(SignInSession)).one()
        with pytest.raises(AccountRefused):
            account.revoke_session(session, session_id=row.id, by=Actor(other.id), now=NOW)
        account.revoke_session(session, session_id=row.id, by=Actor(wang.id), now=NOW)
    with database.read() as session:
        assert session_of_token(session, account.digest_of(opened.token), now=NOW) is None


def test_a_session_ends_by_itself(database: Database, settings: Settings, wang: Person) -> None:
    opened = attempt(database, settings, "wang@example.org", PASSWORD)
    assert opened is not None
    digest = account.digest_of(opened.token)
    end = NOW + timedelta(hours=settings.session_hours)
    with database.read() as session:
        assert session_of_token(session, digest, now=end - timedelta(seconds=1)) is not None
        assert session_of_token(session, digest, now=end) is None


def test_a_changed_password_ends_the_other_sessions(
    database: Database, settings: Settings, wang: Person
) -> None:
    here = attempt(database, settings, "wang@example.org", PASSWORD)
    there = attempt(database, settings, "wang@example.org", PASSWORD)
    assert here and there
    with database.write() as session:
        kept = session_of_token(session, account.digest_of(here.token), now=NOW)
        assert kept is not None
        account.change_password(
            session,
            weighed=account.Weighed(wang.id, True),
            password_hash=account.hash_password(settings, "another-ginkgo-leaf"),
            keep_session_id=kept[1].id,
            by=Actor(wang.id),
            now=NOW,
        )
    with database.read() as session:
        assert session_of_token(session, account.digest_of(here.token), now=NOW) is not None
        assert session_of_token(session, account.digest_of(there.token), now=NOW) is None
        assert kinds(session)[-2:] == ["session.revoked", "account.password_changed"]
    assert attempt(database, settings, "wang@example.org", PASSWORD) is None
    assert attempt(database, settings, "wang@example.org", "another-ginkgo-leaf") is not None


def test_a_password_is_not_changed_without_the_present_one_nor_with_anothers(
    database: Database, settings: Settings, wang: Person
) -> None:
    for weighed in (account.Weighed(wang.id, False), account.Weighed(wang.id + 1, True)):
        with database.write() as session, pytest.raises(AccountRefused) as refused:
            account.change_password(
                session,
                weighed=weighed,
                password_hash="x",
                keep_session_id=0,
                by=Actor(wang.id),
                now=NOW,
            )
        assert refused.value.code is AccountRefusal.PASSWORD_WRONG


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", AccountRefusal.PASSWORD_SHORT),
        ("x" * 201, AccountRefusal.PASSWORD_LONG),
        ("aaaaaaaaaaaa", AccountRefusal.PASSWORD_SIMPLE),
        ("123456789012", AccountRefusal.PASSWORD_SIMPLE),
        ("wang@example.org", AccountRefusal.PASSWORD_SIMPLE),
    ],
)
def test_weak_passwords_are_refused(
    settings: Settings, password: str, code: AccountRefusal
) -> None:
    with pytest.raises(AccountRefused) as refused:
        account.new_password_hash(settings, password, email="wang@example.org", name="Wang")
    assert refused.value.code is code


def test_the_log_says_which_fields_changed_and_not_what_stands_in_them(
    database: Database, wang: Person
) -> None:
    with database.write() as session:
        account.change_profile(session, name="王大明", language="en", by=Actor(wang.id), now=NOW)
        subject = commitment_of(session, wang.id)
    with database.read() as session:
        event = session.exec(select(AuditEvent)).one()
        assert event.kind == "account.profile_changed"
        assert event.subject == subject
        assert b'"fields":["name","language"]' in event.canonical
        assert "王".encode() not in event.canonical
        assert session.get_one(Person, wang.id).language == "en"


@pytest.mark.parametrize(
    ("values", "field", "code"),
    [
        ({"name": "", "language": "zh"}, "name", "required"),
        ({"name": "x" * 81, "language": "zh"}, "name", "too_long"),
        ({"name": "Wang", "language": "fr"}, "language", "malformed"),
    ],
)
def test_a_profile_outside_its_limits_is_refused_field_by_field(
    database: Database, wang: Person, values: dict[str, str], field: str, code: str
) -> None:
    with database.write() as session, pytest.raises(account.DataRefused) as refused:
        account.change_profile(session, by=Actor(wang.id), now=NOW, **values)
    assert [(p.field, p.code) for p in refused.value.problems] == [(field, code)]
