"""The log as the database holds it: one byte changed anywhere is named, a cut tail is found."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import Session

from registry.operations import annotation, audit, erasure
from registry.queries import audit as queries
from registry.rules.chain import Fault, Head
from registry.rules.permissions import Role, service
from tests.cases import Case, team
from tests.conftest import NOW

EVENTS = 30
COLUMNS = ("canonical", "sha256", "kind", "subject", "actor", "at")


@pytest.fixture
def chained(database):
    """A log of some events by a service, and its session, rolled back after every change."""
    with database.write() as session:
        for n in range(EVENTS):
            audit.record(
                session,
                kind="organisation.edited",
                subject=f"organisation:{n % 7}",
                body={"changed": ["名称"], "no": n},
                by=service("timer"),
                now=NOW,
            )
    return database


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """What is done inside is taken back, so that the next example finds the log whole."""
    nested = session.begin_nested()
    yield
    nested.rollback()


def stored_bytes(session: Session, column: str, seq: int) -> bytes:
    if session.get_bind().dialect.name == "sqlite":
        found = session.execute(
            text(f"SELECT CAST({column} AS BLOB) FROM audit_event WHERE seq = :s"), {"s": seq}
        ).scalar_one()
        return bytes(found)
    found = session.execute(
        text(f"SELECT {column} FROM audit_event WHERE seq = :s"), {"s": seq}
    ).scalar_one()
    return bytes(found) if isinstance(found, memoryview | bytes) else str(found).encode()


def overwrite(session: Session, column: str, seq: int, raw: bytes) -> None:
    """As somebody with the database file would: around the product, as bytes."""
    if session.get_bind().dialect.name == "sqlite":
        value = ":v" if column == "canonical" else "CAST(:v AS TEXT)"
        session.execute(
            text(f"UPDATE audit_event SET {column} = {value} WHERE seq = :s"), {"v": raw, "s": seq}
        )
        return
    value = raw if column == "canonical" else raw.decode()
    session.execute(
        text(f"UPDATE audit_event SET {column} = :v WHERE seq = :s"), {"v": value, "s": seq}
    )


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_one_changed_byte_anywhere_is_named(chained, data):
    seq = data.draw(st.integers(1, EVENTS), "event")
    in_sqlite = chained.engine.dialect.name == "sqlite"
    column = data.draw(st.sampled_from(COLUMNS if in_sqlite else COLUMNS[:-1]), "column")
    with chained.write() as session:
        raw = stored_bytes(session, column, seq)
        at = data.draw(st.integers(0, len(raw) - 1), "place")
        # PostgreSQL refuses what is no text; SQLite takes any byte.
        anything = in_sqlite or column == "canonical"
        byte = data.draw(st.integers(0 if anything else 33, 255 if anything else 126), "byte")
        if byte == raw[at]:
            byte = (byte + 1) % 256 if anything else 33 + (byte - 32) % 94
        with undone(session):
            overwrite(session, column, seq, raw[:at] + bytes([byte]) + raw[at + 1 :])
            report = queries.verify(session)
            assert not report.intact
            assert seq in {finding.seq for finding in report.findings}
        assert queries.verify(session).intact


def test_a_changed_byte_is_named_in_every_event_of_a_real_case(database, issued):
    """Each kind of event from the first draft to the certificate, in each of its columns."""
    with database.write() as session:
        events = session.execute(text("SELECT seq, kind FROM audit_event ORDER BY seq")).all()
        assert len({kind for _, kind in events}) > 10
        for seq, _ in events:
            for turn, column in enumerate(COLUMNS[:-1]):
                raw = stored_bytes(session, column, seq)
                at = (seq * 31 + turn * 7) % len(raw)
                other = b"7" if raw[at : at + 1] != b"7" else b"8"
                with undone(session):
                    overwrite(session, column, seq, raw[:at] + other + raw[at + 1 :])
                    assert seq in {f.seq for f in queries.verify(session).findings}, column
        assert queries.verify(session).intact


@pytest.mark.parametrize("wrong", [0, -5, EVENTS + 40])
def test_a_renumbered_event_is_found(chained, wrong):
    with chained.write() as session, undone(session):
        session.execute(text("UPDATE audit_event SET seq = :w WHERE seq = 7"), {"w": wrong})
        report = queries.verify(session)
        assert {f.fault for f in report.findings} >= {Fault.REMOVED}
        assert 7 in {f.seq for f in report.findings}


def test_the_same_moment_written_in_another_way_is_a_change(chained):
    """A driver would read both as one: only the bytes tell."""
    if chained.engine.dialect.name != "sqlite":
        return
    with chained.write() as session, undone(session):
        session.execute(text("UPDATE audit_event SET at = replace(at, ' ', 'T') WHERE seq = 3"))
        (finding,) = queries.verify(session).findings
        assert (finding.seq, finding.fault, finding.detail) == (3, Fault.COLUMN_DIFFERS, "at")


def test_ten_events_cut_off_are_found_against_an_older_head(chained):
    with chained.write() as session:
        older = queries.head(session)
        assert older is not None
        with undone(session):
            session.execute(text("DELETE FROM audit_event WHERE seq > 20"))
            last = session.execute(text("SELECT sha256 FROM audit_event WHERE seq = 20"))
            session.execute(
                text("UPDATE audit_head SET seq = 20, sha256 = :h"), {"h": last.scalar_one()}
            )
            assert queries.verify(session).intact, "the database alone cannot know"
            (finding,) = queries.verify(session, [older]).findings
            assert (finding.seq, finding.fault) == (30, Fault.TAIL_CUT)


def test_a_chain_rewritten_from_an_event_on_is_found_against_an_older_head(chained):
    with chained.write() as session:
        older = queries.head(session)
        with undone(session):
            session.execute(text("DELETE FROM audit_event WHERE seq > 20"))
            last = session.execute(text("SELECT sha256 FROM audit_event WHERE seq = 20"))
            session.execute(
                text("UPDATE audit_head SET seq = 20, sha256 = :h"), {"h": last.scalar_one()}
            )
            for n in range(20, EVENTS):
                audit.record(
                    session,
                    kind="organisation.edited",
                    subject="organisation:1",
                    body={"no": n, "forged": True},
                    by=service("timer"),
                    now=NOW,
                )
            assert queries.verify(session).intact
            (finding,) = queries.verify(session, [older]).findings
            assert (finding.seq, finding.fault) == (30, Fault.NOT_AS_NOTED)


def test_a_tail_cut_without_mending_the_head_row_is_found_by_itself(chained):
    with chained.write() as session, undone(session):
        session.execute(text("DELETE FROM audit_event WHERE seq > 28"))
        assert {f.fault for f in queries.verify(session).findings} == {Fault.TAIL_CUT}


def test_verifying_in_steps_says_the_same(chained):
    with chained.read() as session:
        steps = list(queries.verify_in_steps(session, every=7))
        assert [step.done for step in steps] == [7, 14, 21, 28, 30]
        assert all(step.report is None for step in steps[:-1])
        assert steps[-1].report == queries.verify(session)


def test_an_erased_person_is_unknown_and_the_chain_holds(database, people):
    everybody = team(people)
    admin = people.person(Role.ADMIN)
    people.person(Role.ADMIN)
    with database.write() as session:
        case = Case(session, everybody, NOW).draft().submit()
    with database.write() as session:
        events = queries.events_of(session, f"application:{case.id}")
        before = queries.names_behind(session, (e.actor for e in events))
        assert everybody.editor.name in {person.name for person in before.values()}
        erasure.erase_person(
            session, person_id=everybody.editor.id, by=people.actor(admin), now=case.at()
        )
    with database.read() as session:
        events = queries.events_of(session, f"application:{case.id}")
        after = queries.names_behind(session, (e.actor for e in events))
        assert everybody.editor.id not in {person.id for person in after.values()}
        assert queries.verify(session).intact


def test_only_an_auditor_annotates_and_a_suspicion_reaches_the_approvers(database, people):
    from sqlmodel import select

    from registry.models import OutboxMessage

    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW).draft().submit()
        for by in (everybody.approver, everybody.editor):
            with pytest.raises(annotation.NoteRefused) as refused:
                annotation.annotate_case(
                    session,
                    application_id=case.id,
                    text="x",
                    refers_suspicion=False,
                    by=case.actor(by),
                    now=case.at(),
                )
            assert refused.value.code is annotation.NoteFault.NOT_ALLOWED
        for words, fault in (("  ", "note_empty"), ("长" * 4001, "note_too_long")):
            with pytest.raises(annotation.NoteRefused, match=fault):
                annotation.annotate_case(
                    session,
                    application_id=case.id,
                    text=words,
                    refers_suspicion=False,
                    by=case.actor(everybody.auditor),
                    now=case.at(),
                )
        told = len(session.exec(select(OutboxMessage)).all())
        annotation.annotate_case(
            session,
            application_id=case.id,
            text="同一块地申报了两次",
            refers_suspicion=True,
            by=case.actor(everybody.auditor),
            now=case.at(),
        )
        sent = session.exec(select(OutboxMessage).order_by(OutboxMessage.id)).all()[told:]
        assert {m.to_person_id for m in sent} == {everybody.approver.id, everybody.approver_2.id}
        assert not any("同一块地" in m.body for m in sent)
        (event,) = (
            e
            for e in queries.events_of(session, f"application:{case.id}")
            if e.kind == "annotation.written"
        )
        assert "同一块地".encode() not in event.canonical


def test_the_heads_on_certificates_are_witnesses(database, people, settings):
    from registry.jobs.certificates import issue_waiting

    everybody = team(people)
    with database.write() as session:
        case = Case(session, everybody, NOW).listed()
    issue_waiting(database, settings, case.now)
    with database.write() as session:
        (cited,) = queries.cited_heads(session)
        assert isinstance(cited, Head)
        with undone(session):
            session.execute(text("UPDATE certificate SET log_hash = :h"), {"h": "0" * 64})
            (finding,) = queries.verify(session).findings
            assert (finding.seq, finding.fault) == (cited.seq, Fault.NOT_AS_NOTED)
