"""Amended by two, renewed by one who took no other part: a new number names the one before."""

from datetime import UTC, datetime, time, timedelta

import pytest

from registry.documents.findings import StatusList
from registry.documents.status_list import read as read_list
from registry.documents.verification import verify
from registry.jobs.certificates import issue_waiting
from registry.models import Application, Certificate, Organisation
from registry.operations import certificate as operations
from registry.operations import status_list, succession
from registry.operations.evidence import path_of
from registry.queries import certificate as certificates
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.lifecycle.certificate import State
from tests.conftest import NOW


class Held:
    """A certificate in force, and the people around it."""

    def __init__(self, database, settings, people, issued):
        self.database, self.settings = database, settings
        self.owner_id = issued.team.owner.id
        self.id, self.case_id = issued.certificate.id, issued.case_id
        self.now = NOW + timedelta(days=2)
        self.first = people.actor(issued.team.approver)
        self.second = people.actor(issued.team.approver_2)

    def issue(self):
        assert issue_waiting(self.database, self.settings, self.now) == 1

    def row(self, certificate_id=None) -> Certificate:
        with self.database.read() as session:
            return session.get_one(Certificate, certificate_id or self.id)

    def propose(self, by):
        with self.database.write() as session:
            succession.propose_amendment(
                session,
                certificate_id=self.id,
                reason_code="name_changed",
                reason="业主更名",
                by=by,
                now=self.now,
            )

    def amend(self, by) -> int:
        with self.database.write() as session:
            return succession.amend(
                session,
                certificate_id=self.id,
                reason_code="name_changed",
                reason="属实",
                by=by,
                now=self.now,
            ).id

    def renew(self, by) -> int:
        with self.database.write() as session:
            return succession.renew(
                session, application_id=self.case_id, reason="继续符合", by=by, now=self.now
            ).id

    def listed(self) -> StatusList:
        signer = operations.signer_of(self.settings)
        with self.database.read() as session:
            data = status_list.write(session, signer=signer, now=self.now)
        return read_list(data, [signer.chain[-1]])


@pytest.fixture
def held(database, settings, people, issued):
    return Held(database, settings, people, issued)


def test_an_amendment_takes_two_and_says_what_it_replaces(held):
    with pytest.raises(MoveRefused):
        held.amend(held.second)  # nobody proposed it
    held.propose(held.first)
    with pytest.raises(MoveRefused):
        held.amend(held.first)
    assert held.row().state == State.ISSUED
    with held.database.write() as session:
        owner = session.get_one(Organisation, held.owner_id)
        owner.name_zh = "改名后的新能源有限公司"
        session.add(owner)
    before = held.row()
    new_id = held.amend(held.second)
    held.issue()
    old, new = held.row(), held.row(new_id)
    assert (old.state, new.state) == (State.SUPERSEDED, State.ISSUED)
    assert (old.pdf_sha256, old.valid_to) == (before.pdf_sha256, new.valid_to)
    assert (new.supersedes_id, new.content["replaces"]) == (old.id, old.number)
    assert new.content["owner"]["zh"] == "改名后的新能源有限公司"
    pdf = path_of(held.settings.documents_folder, new.pdf_sha256).read_bytes()
    assert verify(pdf).failed == ()
    with held.database.read() as session:
        assert certificates.successor_of(session, old).number == new.number
        assert certificates.newest_of(session, held.case_id).id == new.id
    with held.database.write() as session:
        entry = status_list.entry_of(old, now=held.now)
    assert entry.state.value == "SUPERSEDED"


def test_a_word_for_one_end_is_none_for_another(held):
    """Who proposed to revoke has not proposed to amend, and the other way round."""
    held.propose(held.first)
    with held.database.write() as session, pytest.raises(MoveRefused):
        operations.revoke(session, certificate_id=held.id, reason="x", by=held.second, now=held.now)


def test_a_suspended_one_is_not_amended_back_into_force(held):
    held.propose(held.first)
    with held.database.write() as session:
        operations.suspend(
            session,
            certificate_id=held.id,
            reason_code="under_investigation",
            reason="核实中",
            by=held.first,
            now=held.now,
        )
    with pytest.raises(MoveRefused) as refused:
        held.amend(held.second)
    assert refused.value.code is Refusal.STILL_SUSPENDED


def test_a_renewal_waits_for_the_last_days_and_loses_none(held):
    with pytest.raises(MoveRefused) as refused:
        held.renew(held.second)
    assert refused.value.code is Refusal.NOT_YET_DUE
    last = held.row().valid_to
    day = last - timedelta(days=succession.RENEWABLE_DAYS)
    held.now = datetime.combine(day, time(4), UTC)
    new_id = held.renew(held.second)
    held.issue()
    old, new = held.row(), held.row(new_id)
    assert (old.state, new.state) == (State.RENEWED, State.ISSUED)
    assert new.valid_from == day
    assert new.valid_to >= last + timedelta(days=365)
    assert new.content["replaces"] == old.number
    with held.database.read() as session:
        assert session.get_one(Application, held.case_id).valid_to == new.valid_to
    listed = held.listed()
    assert listed.entries[old.number].state.value == "RENEWED"
    assert listed.entries[new.number].state.value == "ISSUED"
    with pytest.raises(MoveRefused):
        held.renew(held.second)  # its last days have not begun again
