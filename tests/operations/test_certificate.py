"""Issuing survives a crash at any step; a number stands on one certificate; four eyes revoke."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from registry.db import Database
from registry.documents.verification import verify
from registry.jobs.certificates import expire_over, issue_waiting
from registry.models import Application, Certificate, NumberGap, SQLModel
from registry.operations import certificate as operations
from registry.operations.evidence import path_of
from registry.queries import audit
from registry.queries import certificate as certificates
from registry.rules.lifecycle import MoveRefused
from registry.rules.lifecycle.certificate import State
from tests.cases import Case, team
from tests.conftest import NOW, ON_POSTGRESQL
from tests.people import People


class Killed(BaseException):
    """Stands for `kill -9`: nothing in the product may catch it."""


@pytest.fixture
def listed(database, people):
    """A case on the reserve list whose certificate waits, and its team."""
    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW).listed()
        certificate_id, case_id = case.certificate.id, case.id
    return everybody, certificate_id, case_id, case.now


def stored(database, certificate_id) -> Certificate:
    with database.read() as session:
        return session.get_one(Certificate, certificate_id)


def kinds_of(database, certificate) -> list[str]:
    with database.read() as session:
        return [e.kind for e in audit.events_of(session, f"certificate:{certificate.number}")]


STEPS = ("content_for", "evidence.build", "_hash_of", "page.render", "sign", "store", "_set_issued")


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_loses_nothing(database, settings, listed, monkeypatch, step, moment):
    _, certificate_id, _, now = listed
    number = stored(database, certificate_id).number
    owner, name = (operations, step)
    if "." in step:
        module, name = step.split(".")
        owner = getattr(operations, module)
    real = getattr(owner, name)

    def dies(*given, **named):
        if moment == "after":
            real(*given, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(owner, name, dies)
        with pytest.raises(Killed):
            issue_waiting(database, settings, now)
    assert stored(database, certificate_id).state == State.ALLOTTED
    assert issue_waiting(database, settings, now) == 1
    assert issue_waiting(database, settings, now) == 0
    made = stored(database, certificate_id)
    assert (made.state, made.number) == (State.ISSUED, number)
    kinds = kinds_of(database, made)
    assert kinds.count("certificate.issued") == kinds.count("certificate.allotted") == 1
    assert kinds.count("certificate.evidence_closed") == 1
    pdf = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
    assert verify(pdf).failed == ()
    with database.read() as session:
        assert audit.verify(session).intact


def test_what_was_closed_is_printed_again_to_the_byte(database, settings, listed, monkeypatch):
    """A second try may not tell another story than the evidence that was logged."""
    _, certificate_id, _, now = listed
    with monkeypatch.context() as patched:
        patched.setattr(operations, "_set_issued", lambda *a, **k: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            issue_waiting(database, settings, now)
    closed = stored(database, certificate_id)
    issue_waiting(database, settings, now + timedelta(days=2))
    made = stored(database, certificate_id)
    assert (made.content, made.evidence_sha256) == (closed.content, closed.evidence_sha256)
    assert made.closed_at == closed.closed_at


def test_a_failure_is_counted_put_off_and_never_given_up(database, settings, listed, monkeypatch):
    _, certificate_id, _, now = listed

    def fails(*_given, **_named):
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr(operations, "store", fails)
        for tries in range(1, 12):
            assert issue_waiting(database, settings, now) == 0
            row = stored(database, certificate_id)
            assert row.attempts == tries
            assert "disk full" in row.last_error
            assert issue_waiting(database, settings, now) == 0
            assert stored(database, certificate_id).attempts == tries, "not before its time"
            pause = row.next_try_at - now
            assert timedelta(seconds=4) < pause < timedelta(hours=1, minutes=1)
            now += timedelta(hours=1, minutes=1)
    with database.read() as session:
        assert [row.id for row in certificates.stuck(session, tries=3)] == [certificate_id]
    assert issue_waiting(database, settings, now) == 1
    assert stored(database, certificate_id).last_error == ""


def test_one_that_fails_does_not_hold_up_the_next(database, settings, listed, monkeypatch):
    _, first, case_id, now = listed
    with database.write() as session:
        second = operations.allot(session, session.get_one(Application, case_id), now=now).id
    real = operations.content_for

    def fails_for_first(session, certificate, **named):
        if certificate.id == first:
            raise ValueError("cannot be said")
        return real(session, certificate, **named)

    monkeypatch.setattr(operations, "content_for", fails_for_first)
    assert issue_waiting(database, settings, now) == 1
    assert stored(database, second).state == State.ISSUED
    assert stored(database, first).state == State.ALLOTTED


def test_a_changed_key_closes_the_evidence_again(database, settings, listed, monkeypatch, tmp_path):
    """The page names its signer: evidence closed for another key would be refused by everybody."""
    from registry.documents.keys import ensure_test_key, read_test_key
    from registry.documents.signing import signer_from

    _, certificate_id, _, now = listed
    with monkeypatch.context() as patched:
        patched.setattr(operations, "sign", lambda *a, **k: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            issue_waiting(database, settings, now)
    other = signer_from(read_test_key(ensure_test_key(tmp_path)))
    monkeypatch.setattr(operations, "signer_of", lambda _settings: other)
    assert issue_waiting(database, settings, now) == 1
    made = stored(database, certificate_id)
    assert made.signer_fingerprint == other.fingerprint
    pdf = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
    assert verify(pdf).failed == ()


@pytest.fixture
def shared(request, settings, app):
    """A database that several threads may use at once: on PostgreSQL one that is not rolled back."""
    if not ON_POSTGRESQL:
        yield request.getfixturevalue("database")
        return
    from sqlalchemy import text

    base = request.getfixturevalue("_postgresql")
    with base.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("DROP DATABASE IF EXISTS shared"))
        connection.execute(text("CREATE DATABASE shared"))
    database = Database(base.url.replace("/postgres?", "/shared?"))
    SQLModel.metadata.create_all(database.engine)
    yield database
    database.dispose()


def test_two_workers_at_once_issue_it_once(shared, settings, app):
    everybody = team(People(shared, app))
    with shared.write() as session:
        case = Case(session, everybody, NOW).listed()
        certificate_id = case.certificate.id
    start = threading.Barrier(2)
    done: list[int] = []

    def work() -> None:
        start.wait()
        done.append(issue_waiting(shared, settings, case.now))

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(done) == [0, 1]
    made = stored(shared, certificate_id)
    assert (made.state, made.attempts) == (State.ISSUED, 0)
    kinds = kinds_of(shared, made)
    assert kinds.count("certificate.issued") == kinds.count("certificate.evidence_closed") == 1


def issued(database, settings, listed):
    everybody, certificate_id, _case_id, now = listed
    issue_waiting(database, settings, now)
    return everybody, certificate_id, now + timedelta(minutes=5)


def test_revoking_takes_two_persons_and_leaves_the_pdf_alone(database, settings, people, listed):
    everybody, certificate_id, now = issued(database, settings, listed)
    before = stored(database, certificate_id)
    first, second = people.actor(everybody.approver), people.actor(everybody.approver_2)
    with database.write() as session, pytest.raises(MoveRefused):
        operations.revoke(session, certificate_id=certificate_id, reason="x", by=first, now=now)
    with database.write() as session:
        operations.propose_revocation(
            session,
            certificate_id=certificate_id,
            reason_code="issued_in_error",
            reason="编号有误",
            by=first,
            now=now,
        )
    with database.write() as session, pytest.raises(MoveRefused):
        operations.revoke(session, certificate_id=certificate_id, reason="x", by=first, now=now)
    with database.write() as session:
        operations.revoke(session, certificate_id=certificate_id, reason="属实", by=second, now=now)
    after = stored(database, certificate_id)
    assert after.state == State.REVOKED
    assert (after.pdf_sha256, after.content) == (before.pdf_sha256, before.content)
    with database.write() as session, pytest.raises(MoveRefused):
        operations.suspend(
            session,
            certificate_id=certificate_id,
            reason_code="under_investigation",
            reason="x",
            by=first,
            now=now,
        )


def test_suspending_and_reinstating_take_two(database, settings, people, listed):
    everybody, certificate_id, now = issued(database, settings, listed)
    first, second = people.actor(everybody.approver), people.actor(everybody.approver_2)
    with database.write() as session:
        operations.suspend(
            session,
            certificate_id=certificate_id,
            reason_code="under_investigation",
            reason="核实中",
            by=first,
            now=now,
        )
    with database.write() as session, pytest.raises(MoveRefused):
        operations.reinstate(session, certificate_id=certificate_id, reason="x", by=first, now=now)
    with database.write() as session:
        operations.reinstate(
            session, certificate_id=certificate_id, reason="已核实", by=second, now=now
        )
    assert stored(database, certificate_id).state == State.ISSUED


def test_an_unknown_reason_is_refused(database, settings, people, listed):
    everybody, certificate_id, now = issued(database, settings, listed)
    with database.write() as session, pytest.raises(MoveRefused):
        operations.propose_revocation(
            session,
            certificate_id=certificate_id,
            reason_code="because",
            reason="x",
            by=people.actor(everybody.approver),
            now=now,
        )


def test_it_expires_by_itself_the_day_after_its_last(database, settings, listed):
    _, certificate_id, _ = issued(database, settings, listed)
    made = stored(database, certificate_id)
    last = datetime.combine(made.valid_to, datetime.min.time(), UTC)
    assert expire_over(database, settings, last) == 0
    assert certificates.state_on(made, made.valid_to) is State.ISSUED
    assert certificates.state_on(made, made.valid_to + timedelta(days=1)) is State.EXPIRED
    assert expire_over(database, settings, last + timedelta(days=1)) == 1
    assert stored(database, certificate_id).state == State.EXPIRED


def test_a_voided_number_is_a_gap_with_its_reason(database, settings, people, listed):
    everybody, certificate_id, _, now = listed
    with database.write() as session:
        operations.void(
            session,
            certificate_id=certificate_id,
            reason="名称过长，无法制证",
            by=people.actor(everybody.approver),
            now=now,
        )
    assert issue_waiting(database, settings, now) == 0
    with database.read() as session:
        (gap,) = session.exec(select(NumberGap)).all()
        assert gap.reason == "名称过长，无法制证"
        (use,) = certificates.numbers(session, "GPC", 2026, first=1, size=10)
        assert (use.number, use.state, use.gap.reason) == (gap.number, State.VOID, gap.reason)
        assert certificates.unexplained(session, "GPC", 2026) == 0


def test_a_number_that_stands_on_nothing_is_told(database, listed):
    from sqlalchemy import text

    with database.write() as session:
        session.execute(text("UPDATE number_register SET last = last + 2 WHERE prefix = 'GPC'"))
    with database.read() as session:
        assert certificates.unexplained(session, "GPC", 2026) == 2
        uses = certificates.numbers(session, "GPC", 2026, first=1, size=10)
        assert [use.kind for use in uses] == ["certificate", "", ""]
