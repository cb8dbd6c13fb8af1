"""Organisations: registered, verified by somebody without a conflict, refused, amended."""

import pytest
from sqlmodel import col, select

from registry.db import Database
from registry.models import AuditEvent, Organisation, OutboxMessage
from registry.operations.account import DataRefused
from registry.operations.grant import declare_conflict
from registry.operations.organisation import (
    amend_organisation,
    place_in_group,
    refuse_organisation,
    register_organisation,
    verify_organisation,
)
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.people import AccountRefusal, AccountRefused
from registry.rules.permissions import Actor, Role
from tests.conftest import NOW
from tests.people import People

BASE = "https://registry.example"
SOUND = "91350100M000100Y43"  # the example of GB 32100-2015
VALUES = {"kind": "company", "name_zh": "金塔太阳能有限公司", "uscc": SOUND}


def registering(database: Database, by: Actor, **changes) -> Organisation:
    with database.write() as session:
        return register_organisation(
            session, values=VALUES | changes, base_url=BASE, by=by, now=NOW
        )


@pytest.fixture
def applicant(people: People) -> Actor:
    return people.actor(people.person(email="applicant@example.org"))


def test_who_registers_becomes_editor_and_signatory_and_officers_are_told(
    database: Database, people: People, applicant: Actor
) -> None:
    people.person(Role.ORG_VERIFIER, email="officer@example.org")
    made = registering(database, applicant)
    assert (made.verification, made.uscc_warning) == ("pending", "")
    with database.read() as session:
        assert session.exec(select(OutboxMessage.to_address)).all() == ["officer@example.org"]
        kinds = session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.seq))).all()
        assert kinds == [
            "organisation.registered",
            "membership.begun",
            "role.granted",
            "role.granted",
        ]
        from registry.queries.account import actor_of

        actor = actor_of(session, applicant.person_id or 0, on=NOW.date())
    assert actor.organisation_ids == {made.id}
    assert {grant.role for grant in actor.roles} == {Role.EDITOR, Role.SIGNATORY}


@pytest.mark.parametrize(
    ("typed", "stored", "warning"),
    [
        (SOUND.lower().replace("m", " m-"), SOUND, ""),
        ("91350100M000100Y44", "91350100M000100Y44", "check_digit"),
        ("110108000000016", "110108000000016", "legacy_number"),
        ("", "", "missing"),
        ("12345", "12345", "length"),
    ],
)
def test_a_code_is_warned_about_and_never_refused(
    database: Database, applicant: Actor, typed: str, stored: str, warning: str
) -> None:
    made = registering(database, applicant, uscc=typed)
    assert made.uscc == stored
    assert warning in made.uscc_warning.split() if warning else made.uscc_warning == ""


def test_data_outside_their_limits_are_refused_field_by_field(
    database: Database, applicant: Actor
) -> None:
    with pytest.raises(DataRefused) as refused:
        registering(database, applicant, name_zh=" ", kind="ministry")
    found = {problem.field: problem.code for problem in refused.value.problems}
    assert found == {"name_zh": "required", "kind": "malformed"}
    with pytest.raises(AccountRefused):
        registering(database, applicant, kind="issuer")


def test_a_verified_code_is_taken_a_pending_one_only_noted(
    database: Database, people: People, applicant: Actor
) -> None:
    first = registering(database, applicant)
    second = registering(database, applicant)
    assert second.uscc_warning == "registered_before"
    officer = people.actor(people.person(Role.ORG_VERIFIER))
    with database.write() as session:
        verify_organisation(session, organisation_id=first.id, by=officer, now=NOW)
    with pytest.raises(AccountRefused) as refused:
        registering(database, applicant)
    assert refused.value.code is AccountRefusal.ORGANISATION_TAKEN


def test_an_officer_verifies_and_its_people_are_told(
    database: Database, people: People, applicant: Actor
) -> None:
    made = registering(database, applicant)
    officer = people.actor(people.person(Role.ORG_VERIFIER))
    with database.write() as session:
        row = verify_organisation(session, organisation_id=made.id, by=officer, now=NOW)
        assert (row.verification, row.verified_by_id) == ("verified", officer.person_id)
    with database.read() as session:
        mail = session.exec(select(OutboxMessage)).all()[-1]
        assert mail.to_address == "applicant@example.org" and "通过核验" in mail.subject
    with database.write() as session, pytest.raises(MoveRefused):
        verify_organisation(session, organisation_id=made.id, by=officer, now=NOW)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ORG_VERIFIER])
def test_nobody_else_verifies_least_of_all_an_admin(
    database: Database, people: People, role: Role
) -> None:
    made = people.organisation(verification="pending")
    by = people.actor(people.person(role))
    with database.write() as session, pytest.raises(MoveRefused):
        verify_organisation(session, organisation_id=made.id, by=by, now=NOW)


def test_an_admin_who_is_an_officer_too_still_decides_nothing(
    database: Database, people: People
) -> None:
    made = people.organisation(verification="pending")
    both = people.actor(people.person(Role.ADMIN, Role.ORG_VERIFIER))
    with database.write() as session, pytest.raises(MoveRefused) as refused:
        verify_organisation(session, organisation_id=made.id, by=both, now=NOW)
    assert refused.value.code is Refusal.ADMIN_DECIDES_NOTHING


def test_an_officer_with_a_conflict_is_refused(database: Database, people: People) -> None:
    made = people.organisation(verification="pending", group="同一集团")
    sister = people.organisation("同集团的公司")
    with database.write() as session:
        row = session.get_one(Organisation, sister.id)
        row.group_id = made.group_id
        session.add(row)
    of_it = people.actor(people.person(Role.ORG_VERIFIER, organisation=made))
    of_sister = people.actor(people.person(Role.ORG_VERIFIER, organisation=sister))
    declared = people.actor(people.person(Role.ORG_VERIFIER))
    with database.write() as session:
        declare_conflict(
            session,
            person_id=declared.person_id or 0,
            organisation=str(sister.id),
            reason="曾任财务总监",
            from_day=NOW.date(),
            to_day=None,
            by=declared,
            now=NOW,
        )
    for by, code in (
        (of_it, Refusal.CONFLICT_SAME_ORGANISATION),
        (of_sister, Refusal.CONFLICT_SAME_GROUP),
        (declared, Refusal.CONFLICT_DECLARED),
    ):
        with database.write() as session, pytest.raises(MoveRefused) as refused:
            verify_organisation(session, organisation_id=made.id, by=by, now=NOW)
        assert refused.value.code is code


def test_a_refusal_needs_its_reason_and_may_be_answered(
    database: Database, people: People, applicant: Actor
) -> None:
    made = registering(database, applicant)
    officer = people.actor(people.person(Role.ORG_VERIFIER))
    with database.write() as session, pytest.raises(MoveRefused):
        refuse_organisation(session, organisation_id=made.id, reason=" ", by=officer, now=NOW)
    with database.write() as session:
        row = refuse_organisation(
            session, organisation_id=made.id, reason="代码与执照不符", by=officer, now=NOW
        )
        version = row.version
        mail = session.exec(select(OutboxMessage)).all()[-1]
        assert "代码与执照不符" in mail.body
    log = b""
    with database.read() as session:
        log = b"".join(session.exec(select(AuditEvent.canonical)))
        from registry.queries.account import actor_of

        own = actor_of(session, applicant.person_id or 0, on=NOW.date())
    assert "执照".encode() not in log
    with database.write() as session:
        row = amend_organisation(
            session,
            organisation_id=made.id,
            version=version,
            values=VALUES | {"name_zh": "金塔太阳能电力有限公司"},
            base_url=BASE,
            by=own,
            now=NOW,
        )
        assert (row.verification, row.verification_reason) == ("pending", "")


def test_changing_what_was_verified_asks_for_it_again(
    database: Database, people: People, applicant: Actor
) -> None:
    made = registering(database, applicant)
    officer = people.actor(people.person(Role.ORG_VERIFIER))
    with database.write() as session:
        version = verify_organisation(session, organisation_id=made.id, by=officer, now=NOW).version
    own = None
    with database.read() as session:
        from registry.queries.account import actor_of

        own = actor_of(session, applicant.person_id or 0, on=NOW.date())

    def amend(version: int, name: str, by: Actor) -> Organisation:
        with database.write() as session:
            return amend_organisation(
                session,
                organisation_id=made.id,
                version=version,
                values=VALUES | {"name_zh": name},
                base_url=BASE,
                by=by,
                now=NOW,
            )

    assert amend(version, VALUES["name_zh"], own).verification == "verified"
    with pytest.raises(AccountRefused) as refused:
        amend(version - 1, "另一名称有限公司", own)
    assert refused.value.code is AccountRefusal.ORGANISATION_CHANGED
    stranger = people.actor(people.person(Role.EDITOR, scope_kind="organisation", scope_id="999"))
    with pytest.raises(MoveRefused):
        amend(version, "另一名称有限公司", stranger)
    assert amend(version, "另一名称有限公司", own).verification == "pending"


def test_an_officer_places_companies_under_one_roof(database: Database, people: People) -> None:
    one, two = people.organisation("甲公司"), people.organisation("乙公司")
    officer = people.actor(people.person(Role.ORG_VERIFIER))
    admin = people.actor(people.person(Role.ADMIN))
    with database.write() as session:
        for company in (one, two):
            place_in_group(
                session, organisation_id=company.id, group=" 河西集团 ", by=officer, now=NOW
            )
        groups = set(session.exec(select(Organisation.group_id)).all())
        assert len(groups) == 1 and None not in groups
        with pytest.raises(AccountRefused):
            place_in_group(
                session,
                organisation_id=one.id,
                group="",
                by=admin,
                now=NOW,
            )
