"""Files of restricted entries: looked through, taken in, broken off, brought twice."""

import csv
import io
import json
from datetime import timedelta

import pytest
from python_calamine import load_workbook
from sqlmodel import col, select

from registry.config import Settings
from registry.db import Database
from registry.jobs import restricted_bulk as bulk_jobs
from registry.jobs import restricted_imports as jobs
from registry.models import (
    AuditEvent,
    ListVersion,
    RestrictedBulk,
    RestrictedEntry,
    RestrictedEntryData,
    RestrictedImport,
    RestrictedKey,
    RoleGrant,
)
from registry.operations import restriction
from registry.operations import restriction_bulk as bulk
from registry.operations import restriction_import as operations
from registry.operations.evidence import store
from registry.operations.restriction_columns import COLUMNS, cells_of
from registry.operations.restriction_draft import Proof
from registry.queries import audit
from registry.queries.account import actor_of
from registry.queries.restriction import list_digest
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import PUBLIC, Role
from tests.conftest import NOW
from tests.entries import USCC, EntryPlay, desk

HEAD = ("名称", "统一社会信用代码", "事由", "文号", "事实", "起算日", "截止日期")
CODES = ("91620000MA7EXMPL0C", "91110000000000000X", "91110000MA00000002", "91110000MA00000003")


def line(at: int, **changes: str) -> tuple[str, ...]:
    said = {
        "name": f"甲{at}号热电有限公司",
        "uscc": CODES[at % 4][:-2] + f"{at:02d}",
        "ground": "重大环境、生态或安全事故",
        "number": f"应急〔2026〕{at}号",
        "facts": "发生重大事故。",
        "from": "2026/3/1",
        "to": "",
    }
    return tuple({**said, **changes}.values())


def file_of(
    *lines: tuple[str, ...], head: tuple[str, ...] = HEAD, encoding: str = "gb18030"
) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *lines])
    return out.getvalue().encode(encoding)


class Desk:
    def __init__(self, database: Database, settings: Settings, people) -> None:
        self.database, self.settings, self.staff = database, settings, desk(people)

    def bring(self, data: bytes, **defaults: str) -> int:
        proof = Proof(store(self.settings.evidence_folder, data), "名单.csv")
        with self.database.write() as session:
            by = actor_of(session, self.staff.officer.id, on=legal_date(NOW))
            return operations.bring(session, proof=proof, defaults=defaults, by=by, now=NOW).id

    def steer(self, import_id: int, act: str) -> None:
        with self.database.write() as session:
            by = actor_of(session, self.staff.officer.id, on=legal_date(NOW))
            operations.steer(session, import_id=import_id, act=act, by=by, now=NOW)

    def work(self) -> None:
        while jobs.take_imports(self.database, self.settings, NOW + timedelta(minutes=1)):
            pass

    def ask_for_all(self, session, import_id: int, act: str, person, now) -> int:
        by = actor_of(session, person.id, on=legal_date(now))
        return bulk.begin(
            session, import_id=import_id, act=act, reason="依据充分", by=by, now=now
        ).id

    def work_on_all(self, now) -> None:
        while bulk_jobs.carry_out_bulk(self.database, self.settings, now):
            pass

    def row(self, import_id: int) -> RestrictedImport:
        with self.database.read() as session:
            return session.get_one(RestrictedImport, import_id)

    def taken(self, data: bytes, **defaults: str) -> RestrictedImport:
        import_id = self.bring(data, **defaults)
        self.work()
        self.steer(import_id, "start")
        self.work()
        return self.row(import_id)

    def entries(self) -> list[RestrictedEntry]:
        with self.database.read() as session:
            return list(
                session.exec(select(RestrictedEntry).order_by(col(RestrictedEntry.id))).all()
            )


@pytest.fixture
def the_desk(database, settings, people) -> Desk:
    return Desk(database, settings, people)


def counts(row: RestrictedImport) -> tuple[int, int, int, int]:
    return row.new, row.changed, row.same, row.bad


def test_a_file_is_looked_through_before_it_changes_anything(the_desk):
    import_id = the_desk.bring(file_of(line(1), line(2), line(3, to="2050-01-01")))
    the_desk.work()
    row = the_desk.row(import_id)
    assert (row.state, row.lines, counts(row)) == ("CHECKED", 4, (2, 0, 0, 1))
    assert row.problems == [
        {"line": 4, "column": "to_day", "code": "end_beyond_ground", "detail": ""}
    ]
    assert the_desk.entries() == []


def test_good_rows_come_in_as_proposals_with_the_longest_term_and_bad_ones_are_named(the_desk):
    row = the_desk.taken(
        file_of(
            line(1),
            line(2, **{"from": "2026/13/1"}),
            line(3, ground="没有的事由"),
            line(4, uscc="—"),
            line(5, name="乙\u202e有限公司"),
            line(6),
        )
    )
    assert (row.state, counts(row)) == ("DONE", (2, 0, 0, 4))
    assert [(one["line"], one["column"], one["code"]) for one in row.problems] == [
        (3, "from_day", "not_a_day"),
        (4, "ground", "unknown_choice"),
        (5, "uscc", "subject_not_identified"),
        (6, "name_zh", "hidden_character"),
    ]
    first, _ = the_desk.entries()
    assert (first.state, first.origin, str(first.to_day)) == ("PROPOSED", "import", "2029-03-01")
    assert first.evidence_sha256 == row.file_sha256
    assert first.import_id == row.id


def test_the_same_file_a_second_time_changes_nothing(the_desk):
    data = file_of(*(line(at) for at in range(5)))
    the_desk.taken(data)
    again = the_desk.taken(data)
    assert counts(again) == (0, 0, 5, 0)
    assert len(the_desk.entries()) == 5


def test_a_key_twice_in_a_file_is_a_mistake_of_the_later_row(the_desk):
    row = the_desk.taken(file_of(line(1), line(2), line(1, name="改名后的公司")))
    assert counts(row) == (2, 0, 0, 1)
    assert row.problems[0]["code"] == "duplicate_key"


@pytest.mark.parametrize("kill_at", [1, 2, 3])
def test_broken_off_it_goes_on_behind_its_last_row(the_desk, monkeypatch, kill_at):
    monkeypatch.setattr(jobs, "TAKEN", 2)
    import_id = the_desk.bring(file_of(*(line(at) for at in range(7))))
    the_desk.work()
    the_desk.steer(import_id, "start")
    kept = operations.take
    calls = iter(range(1, 100))

    def killed(session, **given):
        """As if the power went before the transaction ended."""
        went_on = kept(session, **given)
        if next(calls) == kill_at:
            raise KeyboardInterrupt
        return went_on

    monkeypatch.setattr(operations, "take", killed)
    with pytest.raises(KeyboardInterrupt):
        the_desk.work()
    monkeypatch.setattr(operations, "take", kept)
    assert the_desk.row(import_id).new == len(the_desk.entries()) < 7
    the_desk.work()
    assert (the_desk.row(import_id).state, counts(the_desk.row(import_id))) == (
        "DONE",
        (7, 0, 0, 0),
    )
    assert len({entry.uscc for entry in the_desk.entries()}) == 7
    with the_desk.database.read() as session:
        kinds = session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.seq))).all()
    assert kinds.count("restriction.proposed") == 7
    assert kinds[-1] == "restricted_import.ended"


def test_paused_it_takes_nothing_until_it_is_resumed(the_desk, monkeypatch):
    monkeypatch.setattr(jobs, "TAKEN", 1)
    monkeypatch.setattr(jobs, "TURN_SECONDS", -1.0)
    import_id = the_desk.bring(file_of(*(line(at) for at in range(4))))
    jobs.take_imports(the_desk.database, the_desk.settings, NOW)
    while the_desk.row(import_id).state == "CHECKING":
        jobs.take_imports(the_desk.database, the_desk.settings, NOW)
    the_desk.steer(import_id, "start")
    jobs.take_imports(the_desk.database, the_desk.settings, NOW)
    the_desk.steer(import_id, "pause")
    the_desk.work()
    assert len(the_desk.entries()) == 1
    the_desk.steer(import_id, "resume")
    monkeypatch.setattr(jobs, "TURN_SECONDS", 5.0)
    the_desk.work()
    assert len(the_desk.entries()) == 4


def test_what_a_source_now_words_otherwise_amends_a_proposal_and_no_decided_entry(the_desk):
    with the_desk.database.write() as session:
        decided = EntryPlay(session, the_desk.staff, NOW - timedelta(days=30)).in_force()
        old = dict(zip(COLUMNS, cells_of(decided.row), strict=True))
    the_desk.taken(file_of(line(1)))
    key = the_desk.entries()[-1].external_key
    head = ("external_key", *HEAD)
    row = the_desk.taken(
        file_of(
            (key, *line(1, facts="发生特别重大事故。")),
            (old["external_key"], *line(2)),
            head=head,
        )
    )
    assert counts(row) == (0, 1, 0, 1)
    assert row.problems[0]["code"] == "entry_decided"
    amended = the_desk.entries()[-1]
    assert (amended.facts, amended.version, amended.state) == ("发生特别重大事故。", 2, "PROPOSED")


def test_the_registrys_own_export_comes_back_unchanged(the_desk):
    with the_desk.database.write() as session:
        EntryPlay(session, the_desk.staff, NOW - timedelta(days=30)).in_force(name_en="=cmd|A1")
    the_desk.taken(file_of(line(1), line(2)))
    from registry.queries.restriction_list import Filters
    from registry.web.restriction.export import csv_of, xlsx_of

    for data in (
        "".join(csv_of(the_desk.database, Filters())).encode(),
        xlsx_of(the_desk.entries()),
    ):
        row = the_desk.taken(data)
        assert (row.state, counts(row)) == ("DONE", (0, 0, 3, 0)), row.problems


def test_defaults_fill_what_rows_leave_blank(the_desk):
    data = file_of(("某某化工有限公司", USCC), head=HEAD[:2], encoding="utf-8-sig")
    row = the_desk.taken(
        data,
        ground="key_polluter",
        case_code="supervised",
        from_day="2026-01-01",
        facts="重点排污单位名录",
    )
    assert counts(row) == (1, 0, 0, 0)
    (entry,) = the_desk.entries()
    assert (entry.ground, entry.origin, str(entry.to_day)) == (
        "key_polluter",
        "mirrored",
        "2027-01-01",
    )


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("没有,这样,的列\n1,2,3\n".encode(), "no_header"),
        ("名称\n".encode(), "no_rows"),
        (b"\x00\x01\x02\x03", "file_not_text"),
    ],
)
def test_what_is_no_such_file_is_refused_as_a_whole(the_desk, data, code):
    import_id = the_desk.bring(data)
    the_desk.work()
    row = the_desk.row(import_id)
    assert (row.state, row.refused) == ("REFUSED", code)


def test_only_an_officer_of_the_list_brings_and_steers(the_desk, people):
    proof = Proof("ab" * 32, "x.csv")
    approver = people.actor(the_desk.staff.approver)
    with the_desk.database.write() as session, pytest.raises(MoveRefused):
        operations.bring(session, proof=proof, defaults={}, by=approver, now=NOW)


def test_the_workbook_of_mistakes_keeps_every_cell_and_marks_the_row(the_desk, people, app):
    data = file_of(line(1), line(2, to="2050-01-01", facts="=HYPERLINK(1)"))
    import_id = the_desk.bring(data)
    the_desk.work()
    officer = people.browser(the_desk.staff.officer)
    page = officer.get(f"/restriction/imports/{import_id}").text
    assert "2050" not in page
    assert f"/restriction/imports/{import_id}/mistakes.xlsx" in page
    book = officer.get(f"/restriction/imports/{import_id}/mistakes.xlsx")
    rows = load_workbook(io.BytesIO(book.data)).get_sheet_by_index(0).to_python()
    assert rows[1][0] == ""
    assert "截止日期" in rows[2][0]
    assert rows[2][1:] == [*line(2, to="2050-01-01", facts="=HYPERLINK(1)")]


def test_an_officer_brings_confirms_and_sees_the_end_in_the_browser(the_desk, people, app):
    officer = people.browser(the_desk.staff.officer)
    sent = officer.post(
        "/restriction/imports",
        data={"file": (io.BytesIO(file_of(line(1), line(2))), "名单.csv")},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    the_desk.work()
    page = officer.get(sent.headers["Location"])
    assert "导入 2 行" in page.text
    assert officer.post(sent.headers["Location"] + "/start").status_code == 303
    assert "已全部处理" not in officer.get(sent.headers["Location"]).text
    the_desk.work()
    assert "已全部处理" in officer.get(sent.headers["Location"]).text
    assert (
        people.browser(the_desk.staff.approver)
        .post(sent.headers["Location"] + "/start")
        .status_code
        == 403
    )


def test_a_whole_file_is_noticed_and_put_in_force_by_two_persons_chunk_by_chunk(
    the_desk, monkeypatch
):
    """Who proposed puts none in force, what the subject answered waits, one list version a chunk."""
    monkeypatch.setattr(bulk_jobs, "CHUNK", 3)
    row = the_desk.taken(file_of(*(line(at) for at in range(1, 9))))
    with the_desk.database.write() as session:
        with pytest.raises(MoveRefused, match="role_missing"):
            the_desk.ask_for_all(session, row.id, "notify", the_desk.staff.approver, NOW)
        asked = the_desk.ask_for_all(session, row.id, "notify", the_desk.staff.officer, NOW)
        with pytest.raises(MoveRefused, match="no_such_move"):
            the_desk.ask_for_all(session, row.id, "notify", the_desk.staff.officer, NOW)
    the_desk.work_on_all(NOW + timedelta(minutes=2))
    entries = the_desk.entries()
    assert {entry.state for entry in entries} == {"NOTICED"}
    assert len({entry.token for entry in entries}) == 8
    with the_desk.database.write() as session:
        restriction.answer(
            session, entry_id=entries[4].id, text="不是我公司。", proof=None, by=PUBLIC, now=NOW
        )
        with pytest.raises(MoveRefused, match="no_such_move"):
            the_desk.ask_for_all(session, row.id, "enter", the_desk.staff.approver, NOW)
    later = NOW + timedelta(days=30)
    with the_desk.database.write() as session:
        asked_in = the_desk.ask_for_all(session, row.id, "enter", the_desk.staff.approver, later)
    the_desk.work_on_all(later + timedelta(minutes=1))
    entries = the_desk.entries()
    assert [entry.state for entry in entries].count("IN_FORCE") == 7
    assert entries[4].state == "NOTICED"
    with the_desk.database.read() as session:
        assert session.get_one(RestrictedBulk, asked).done == 8
        done = session.get_one(RestrictedBulk, asked_in)
        assert (done.state, done.done, done.refused) == ("DONE", 7, 1)
        assert done.problems == [{"entry": entries[4].id, "code": "subject_has_spoken"}]
        versions = session.exec(select(ListVersion).order_by(col(ListVersion.version))).all()
        assert [version.entries for version in versions] == [3, 5, 7]
        assert versions[-1].sha256 == list_digest(session)[0]
        numbers = [entry.number for entry in entries if entry.number]
        assert len(set(numbers)) == 7
        assert audit.verify(session, []).intact
    assert all(entry.to_day and entry.appeal_until for entry in entries if entry.number)


def test_who_proposed_a_file_puts_none_of_it_in_force(the_desk):
    row = the_desk.taken(file_of(line(1)))
    with the_desk.database.write() as session:
        session.add(
            RoleGrant(
                person_id=the_desk.staff.officer.id,
                role=Role.RESTRICT_APPROVER,
                from_day=legal_date(NOW),
            )
        )
        session.flush()
        the_desk.ask_for_all(session, row.id, "notify", the_desk.staff.officer, NOW)
    the_desk.work_on_all(NOW + timedelta(minutes=2))
    later = NOW + timedelta(days=30)
    with the_desk.database.write() as session:
        asked_in = the_desk.ask_for_all(session, row.id, "enter", the_desk.staff.officer, later)
    the_desk.work_on_all(later)
    with the_desk.database.read() as session:
        done = session.get_one(RestrictedBulk, asked_in)
    assert (done.done, done.refused) == (0, 1)
    assert [entry.state for entry in the_desk.entries()] == ["NOTICED"]


def test_rows_put_in_together_leave_the_events_and_keys_that_one_by_one_leaves(the_desk):
    """An entry of a file and one typed in at the desk with the same words have the same event and keys."""
    the_desk.taken(file_of(line(1)))
    (entry,) = the_desk.entries()
    with the_desk.database.write() as session:
        keys = session.exec(
            select(RestrictedKey.key).where(RestrictedKey.entry_id == entry.id)
        ).all()
        event = session.exec(
            select(AuditEvent).where(AuditEvent.subject == f"restricted:{entry.id}")
        ).one()
        seen = RestrictedEntryData.model_validate(entry.model_dump()).model_dump()
        by = actor_of(session, the_desk.staff.officer.id, on=legal_date(NOW))
        again = restriction.propose(
            session,
            values=seen,
            proof=Proof(entry.evidence_sha256, entry.evidence_name),
            by=by,
            now=NOW,
            origin="import",
        )
        again_keys = session.exec(
            select(RestrictedKey.key).where(RestrictedKey.entry_id == again.id)
        ).all()
        again_event = session.exec(
            select(AuditEvent).where(AuditEvent.subject == f"restricted:{again.id}")
        ).one()
        assert sorted(keys) == sorted(again_keys)
        said, said_again = json.loads(event.canonical), json.loads(again_event.canonical)
        assert said["body"] == said_again["body"] and said["kind"] == said_again["kind"]
