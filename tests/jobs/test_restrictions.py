"""What the worker does to restricted entries by itself."""

from datetime import timedelta

from sqlmodel import select

from registry.config import Settings
from registry.db import Database
from registry.jobs.duties import DUTIES
from registry.jobs.restrictions import expire_entries, hold_certificates
from registry.models import Certificate, Organisation, RestrictedEntry
from registry.operations.certificate import ISSUER, move
from registry.rules.lifecycle import Facts
from registry.rules.lifecycle.certificate import Event
from tests.cases import Case, team
from tests.conftest import NOW
from tests.entries import USCC, EntryPlay, desk
from tests.people import People


def test_the_worker_knows_both_duties() -> None:
    assert expire_entries in DUTIES and hold_certificates in DUTIES


def test_an_entry_ends_by_itself_the_day_after_its_last(
    database: Database, settings: Settings, people: People
) -> None:
    with database.write() as session:
        play = EntryPlay(session, desk(people), NOW)
        last = play.in_force().row.to_day
        entry_id, entered = play.id, play.now
    days = (last - entered.date()).days
    assert expire_entries(database, settings, entered + timedelta(days=days)) == 0
    assert expire_entries(database, settings, entered + timedelta(days=days + 1)) == 1
    assert expire_entries(database, settings, entered + timedelta(days=days + 1)) == 0
    with database.read() as session:
        assert session.get_one(RestrictedEntry, entry_id).state == "EXPIRED"


def test_a_certificate_that_comes_out_after_the_suspension_is_held(
    database: Database, settings: Settings, people: People
) -> None:
    cast, staff = team(people), desk(people)
    with database.write() as session:
        owner = session.get_one(Organisation, cast.owner.id)
        owner.uscc = USCC
        session.add(owner)
        case = Case(session, cast, NOW)
        case.listed()
        play = EntryPlay(session, staff, case.now)
        play.in_force()
        assert case.row.state == "SUSPENDED" and case.certificate.state == "ALLOTTED"
        facts = Facts(decision_approved=True)
        move(session, case.certificate, Event.ISSUE, by=ISSUER, now=play.at(), facts=facts, body={})
    assert hold_certificates(database, settings, play.at()) == 1
    assert hold_certificates(database, settings, play.at()) == 0
    with database.read() as session:
        assert session.exec(select(Certificate.state)).all() == ["SUSPENDED"]
