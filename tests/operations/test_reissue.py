"""Many certificates made anew by two persons: one after another, none twice, what is refused is named."""

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import col, select

from registry.jobs import reissue as jobs
from registry.jobs.certificates import issue_waiting
from registry.jobs.reissue import carry_out_reissues
from registry.models import AuditEvent, Certificate, Reissue
from registry.operations import issuing, succession
from registry.operations import reissue as operations
from registry.operations.reissue import Selection
from registry.queries import audit
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Role
from tests.cases import SOLAR, Case
from tests.conftest import NOW

ANOTHER = SOLAR | {"project_name_zh": "古浪五十兆瓦光伏发电项目"}
WHY = {"reason_code": "correction", "reason": "模板中的单位有误"}


class Desk:
    def __init__(self, database, settings, people, issued):
        self.database, self.settings, self.people = database, settings, people
        self.team, self.now = issued.team, NOW
        self.first = people.actor(issued.team.approver)
        self.second = people.actor(issued.team.approver_2)

    def another(self) -> None:
        """One more project with a certificate."""
        with self.database.write() as session:
            case = Case(session, self.team, self.now).listed(ANOTHER)
            self.now = max(self.now, case.now)
        self.issue()

    def issue(self) -> int:
        done = 0
        while made := issue_waiting(self.database, self.settings, self.now):
            done += made
        return done

    def propose(self, by=None, **chosen) -> int:
        with self.database.write() as session:
            return operations.propose(
                session, chosen=Selection(**chosen), by=by or self.first, now=self.now, **WHY
            ).id

    def decide(self, reissue_id, by=None, approved=True) -> None:
        with self.database.write() as session:
            operations.decide(
                session,
                reissue_id=reissue_id,
                approved=approved,
                reason="属实",
                by=by or self.second,
                now=self.now,
            )

    def steer(self, reissue_id, act) -> None:
        with self.database.write() as session:
            operations.steer(session, reissue_id=reissue_id, act=act, by=self.second, now=self.now)

    def one(self, reissue_id) -> bool:
        with self.database.write() as session:
            return operations.take_next(session, reissue_id=reissue_id, now=self.now)

    def row(self, reissue_id) -> Reissue:
        with self.database.read() as session:
            return session.get_one(Reissue, reissue_id)

    def states(self) -> list[str]:
        with self.database.read() as session:
            rows = session.exec(select(Certificate.state).order_by(col(Certificate.id)))
            return list(rows.all())


@pytest.fixture
def desk(database, settings, people, issued):
    return Desk(database, settings, people, issued)


def test_many_are_made_anew_by_two_persons_and_broken_off_none_twice(desk):
    desk.another()
    order = desk.propose()
    with pytest.raises(MoveRefused) as refused:
        desk.decide(order, by=desk.first)
    assert refused.value.code is Refusal.PROPOSER_APPROVES
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 0
    desk.decide(order)
    assert desk.one(order)
    assert desk.states() == ["SUPERSEDED", "ISSUED", "ALLOTTED"]
    with pytest.raises(ZeroDivisionError), desk.database.write() as session:
        operations.take_next(session, reissue_id=order, now=desk.now)
        raise ZeroDivisionError  # killed before the end of the second
    assert desk.states() == ["SUPERSEDED", "ISSUED", "ALLOTTED"]
    desk.steer(order, "pause")
    assert not desk.one(order)
    desk.steer(order, "resume")
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 1
    row = desk.row(order)
    assert (row.state, row.total, row.done, row.refused) == ("DONE", 2, 2, 0)
    assert desk.issue() == 2
    assert desk.states() == ["SUPERSEDED", "SUPERSEDED", "ISSUED", "ISSUED"]
    with desk.database.read() as session:
        kinds = session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.seq))).all()
        assert audit.verify(session).intact
    assert kinds.count("certificate.amendment_proposed") == 2
    assert kinds.count("certificate.superseded") == 2
    assert [k for k in kinds if k.startswith("reissue")] == [
        "reissue.proposed",
        "reissue.approved",
        "reissue.steered",
        "reissue.steered",
        "reissue.ended",
    ]


def test_what_is_refused_is_left_and_named_and_the_rest_goes_on(desk):
    desk.another()
    with desk.database.read() as session:
        waiting = session.exec(select(Certificate.id).order_by(col(Certificate.id))).first()
    with desk.database.write() as session:
        succession.propose_amendment(
            session,
            certificate_id=waiting,
            reason_code="name_changed",
            reason="更名",
            by=desk.first,
            now=desk.now,
        )
    order = desk.propose()
    desk.decide(order)
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 2
    row = desk.row(order)
    assert (row.state, row.done, row.refused) == ("DONE", 1, 1)
    assert row.problems == [{"certificate": waiting, "code": "amendment_waits"}]
    assert desk.states() == ["ISSUED", "SUPERSEDED", "ALLOTTED"]


def test_a_person_with_a_conflict_changes_nothing_there(desk):
    insider = desk.people.person(Role.APPROVER, organisation=desk.team.owner)
    order = desk.propose()
    desk.decide(order, by=desk.people.actor(insider))
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 1
    row = desk.row(order)
    assert (row.done, row.refused) == (0, 1) and row.problems[0]["code"].startswith("conflict")
    assert desk.states() == ["ISSUED"]
    with desk.database.read() as session:
        assert session.exec(select(Certificate)).one().amendment_proposed_by_id is None


def test_only_what_is_chosen_and_only_by_who_may(desk):
    with desk.database.read() as session:
        held = session.exec(select(Certificate)).one()
        counted = [
            operations.how_many(session, Selection(**chosen))
            for chosen in (
                {},
                {"number_prefix": held.number[:6].lower()},
                {"number_prefix": "X%"},
                {"zone_id": held.zone_id or "none"},
                {"zone_id": "elsewhere"},
                {"valid_from_first": held.valid_from, "valid_from_last": held.valid_from},
                {"not_signed_by": held.signer_fingerprint},
                {"not_signed_by": "0" * 64},
            )
        ]
    assert counted == [1, 1, 0, int(bool(held.zone_id)), 0, 1, 0, 1]
    with pytest.raises(MoveRefused):
        desk.propose(number_prefix="X%")
    with pytest.raises(MoveRefused) as refused:
        desk.propose(by=desk.people.actor(desk.team.auditor))
    assert refused.value.code is Refusal.ROLE_MISSING
    order = desk.propose()
    desk.decide(order, approved=False)
    assert desk.row(order).state == "REFUSED" and desk.states() == ["ISSUED"]


def test_issuing_is_paused_and_goes_on(desk):
    order = desk.propose()
    desk.decide(order)
    carry_out_reissues(desk.database, desk.settings, desk.now)
    with desk.database.write() as session:
        issuing.steer(session, desk.settings, pause=True, by=desk.first, now=desk.now)
    assert desk.issue() == 0
    with desk.database.write() as session, pytest.raises(MoveRefused):
        issuing.steer(session, desk.settings, pause=True, by=desk.first, now=desk.now)
    with desk.database.write() as session:
        issuing.steer(session, desk.settings, pause=False, by=desk.first, now=desk.now)
    assert desk.issue() == 1


def test_nothing_is_superseded_while_documents_are_paused_or_pile_up(desk, monkeypatch):
    job = desk.propose()
    desk.decide(job)
    issuing.set_paused(desk.settings, True)
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 0
    issuing.set_paused(desk.settings, False)
    monkeypatch.setattr(jobs, "MOST_WAITING", 0)
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 0
    assert desk.states() == ["ISSUED"]
    monkeypatch.setattr(jobs, "MOST_WAITING", 1)
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 1


def test_one_that_breaks_is_named_and_the_job_goes_on(desk, monkeypatch):
    job = desk.propose()
    desk.decide(job)

    def broken(*_args, **_more):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(operations, "amend", broken)
        patch.setattr(jobs, "TURN_SECONDS", 600.0)
        carry_out_reissues(desk.database, desk.settings, desk.now)
    row = desk.row(job)
    assert (row.state, row.done, row.refused, desk.states()) == ("DONE", 0, 1, ["ISSUED"])
    assert [one["code"] for one in row.problems] == ["broken"]


def test_who_comes_too_late_with_a_broken_one_leaves_the_next_alone(desk):
    """Two workers met the same broken certificate; the second must not name a sound one."""
    job = desk.propose()
    desk.decide(job)
    with desk.database.write() as session:
        row = session.get_one(Reissue, job)
        row.at, behind = 0, -1
        assert operations.pass_over(session, reissue_id=job, behind=behind)
    row = desk.row(job)
    assert (row.at, row.refused, row.state, desk.states()) == (0, 0, "RUNNING", ["ISSUED"])


def test_a_database_out_of_reach_is_no_fault_of_a_certificate(desk, monkeypatch):
    job = desk.propose()
    desk.decide(job)

    def away(*_args, **_more):
        raise OperationalError("SELECT 1", {}, OSError("connection reset"))

    with monkeypatch.context() as patch:
        patch.setattr(operations, "amend", away)
        with pytest.raises(OperationalError):
            carry_out_reissues(desk.database, desk.settings, desk.now)
    assert (desk.row(job).refused, desk.row(job).state) == (0, "RUNNING")
    assert carry_out_reissues(desk.database, desk.settings, desk.now) == 1
