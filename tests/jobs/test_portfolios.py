"""A loan book in the worker: every row once, whatever happens; sums equal an independent count."""

import csv
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlmodel import col, select

from registry.jobs import portfolios
from registry.models import (
    AuditEvent,
    LoanAnswers,
    LoanProblem,
    LoanRun,
    LoanTotal,
)
from registry.operations import portfolio as operations
from registry.queries import portfolio, portfolio_difference
from registry.rules.lifecycle import MoveRefused
from tests import books, entries
from tests.book_desk import Desk

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MINER = {"name_zh": "祁连矿业有限公司"}


@pytest.fixture
def desk(database, settings, people, monkeypatch):
    monkeypatch.setattr(portfolios, "CHUNK", 30)
    monkeypatch.setattr(portfolios, "FIRST", 5)
    yield Desk(database, settings, people)
    portfolios._let_go()


def test_a_worker_reads_ahead_once(desk, monkeypatch):
    monkeypatch.setattr(portfolios, "_is_ready", [])
    assert portfolios.get_ready(desk.database, desk.settings, NOW) == 0
    monkeypatch.setattr(portfolios, "Scorer", None)  # nobody asks for it a second time
    assert portfolios.get_ready(desk.database, desk.settings, NOW) == 0


def test_a_book_from_file_to_totals(desk, tmp_path):
    size, every = 100, 10
    path = books.write(tmp_path / "book.csv", books.book(size, bad_every=every))
    run_id = desk.bring(path)
    desk.start(run_id)
    run = desk.work_off(run_id)
    assert (run.state, run.read, run.scored, run.bad) == ("DONE", 100, 90, 10)
    with desk.database.read() as session:
        named = [(p.row_no, p.head, p.code) for p in portfolio.problems_of(session, run_id)]
        totals = portfolio.totals_of(session, run_id)
        kinds = portfolio.problem_kinds(session, run_id)
    assert named == books.faults(size, every)
    assert sum(count for _, _, count in kinds) == 10
    rows = desk.rows(run_id)
    bad = {number for number, _, _ in named}
    assert [row.row_no for row in rows] == [n for n in range(2, size + 2) if n not in bad]
    assert {row.verdict for row in rows} == {"green", "not_green", "person_must_look"} & {
        row.verdict for row in rows
    }
    assert Counter(row.verdict for row in rows)["green"] > 20
    (whole,) = totals["all"]
    assert whole.loans == 90
    # The balances as they stand in the file, counted without any of our code.
    cents = sum(
        Decimal(line[7].replace(",", "")) * 100
        for number, line in enumerate(
            csv.reader(path.read_text(encoding="gb18030").splitlines()), 1
        )
        if number > 1 and number not in bad
    )
    assert whole.balance_fen == cents
    for dimension, found in totals.items():
        assert sum(one.loans for one in found) == 90, dimension
        assert sum(one.balance_fen for one in found) == cents, dimension
        assert sum(one.attributed_g for one in found) == whole.attributed_g, dimension
    assert whole.attributed_g == sum(row.attributed_g or 0 for row in rows) > 0
    assert all(row.share_bp and 3000 <= row.share_bp < 8000 for row in rows)


def test_a_killed_worker_does_no_row_twice(desk, tmp_path):
    path = books.write(tmp_path / "book.csv", books.book(80, bad_every=16))
    desk.start(quiet := desk.bring(path, name="一"))
    whole = desk.work_off(quiet)
    run_id = desk.bring(path, name="二")
    desk.start(run_id)
    run = desk.run(run_id)
    with desk.database.write() as session:
        portfolios.portfolio_run.begin(session, run_id=run_id, now=NOW)
    with desk.database.read() as session:
        first = portfolios.Reading(session, desk.settings, desk.run(run_id))
        second = portfolios.Reading(session, desk.settings, desk.run(run_id))
    mine, same = first.chunk(), second.chunk()
    with desk.database.write() as session:
        assert portfolios.portfolio_run.keep(session, run_id=run_id, chunk=mine, now=NOW)
    with desk.database.write() as session:  # the other worker did the same rows
        assert not portfolios.portfolio_run.keep(session, run_id=run_id, chunk=same, now=NOW)
    first.chunk()  # computed, and killed before it was kept
    first.close()
    second.close()
    run = desk.work_off(run_id)
    assert (run.read, run.scored, run.bad) == (whole.read, whole.scored, whole.bad) == (80, 75, 5)
    assert run.result_sha256 == whole.result_sha256
    with desk.database.read() as session:
        for one in (quiet, run_id):
            answers = session.exec(select(LoanAnswers.row_no).where(LoanAnswers.run_id == one))
            assert len(answers.all()) == 75
        sums = [
            sorted((t.dimension, t.value, t.loans, t.balance_fen, t.abatement_g) for t in found)
            for found in (
                session.exec(select(LoanTotal).where(LoanTotal.run_id == one)).all()
                for one in (quiet, run_id)
            )
        ]
    assert sums[0] == sums[1]


def test_pause_resume_cancel(desk, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "SECONDS", 0.0001)
    run_id = desk.bring(books.write(tmp_path / "book.csv", books.book(60)))
    desk.start(run_id)
    assert desk.work() == 5  # the first chunk is small
    with desk.database.write() as session:
        operations.pause(session, run_id=run_id, by=desk.by(session), now=NOW)
    assert desk.work() == 0
    assert desk.run(run_id).read == 5
    with desk.database.write() as session:
        operations.resume(session, run_id=run_id, by=desk.by(session), now=NOW)
    assert desk.work() == 30
    with desk.database.write() as session:
        operations.cancel(session, run_id=run_id, by=desk.by(session), now=NOW)
    assert desk.work() == 0
    with desk.database.write() as session, pytest.raises(MoveRefused):
        operations.resume(session, run_id=run_id, by=desk.by(session), now=NOW)
    with desk.database.read() as session:
        told = session.exec(
            select(AuditEvent.kind)
            .where(AuditEvent.subject == f"loan_run:{run_id}")
            .order_by(col(AuditEvent.seq))
        ).all()
    assert list(told) == [
        "portfolio.uploaded",
        "portfolio.started",
        "portfolio.paused",
        "portfolio.resumed",
        "portfolio.cancelled",
    ]


def test_without_word_on_the_lists_nothing_is_green(desk, tmp_path):
    run_id = desk.bring(books.write(tmp_path / "book.csv", books.book(20)))
    desk.start(run_id, settled={}, basis="")
    desk.work_off(run_id)
    rows = desk.rows(run_id)
    assert "green" not in {row.verdict for row in rows}
    assert any("unknown:G-ELIM" in row.reasons.split() for row in rows)
    other = desk.bring(books.write(tmp_path / "other.csv", books.book(3)))
    with pytest.raises(MoveRefused):
        desk.start(other, basis="")


def listed(desk, people) -> int:
    """An entry in force against a miner of Qilian."""
    staff = entries.desk(people)
    with desk.database.write() as session:
        play = entries.EntryPlay(session, staff, NOW - timedelta(days=60))
        return play.propose(**MINER).notify().wait(40).enter().id


def test_a_listed_borrower_needs_a_person_whatever_the_rules_say(desk, people, tmp_path):
    rows = list(books.book(10))
    rows[3][1], rows[3][2] = "祁连矿业", entries.USCC
    entry_id = listed(desk, people)
    run_id = desk.bring(books.write(tmp_path / "book.csv", rows))
    desk.start(run_id)
    desk.work_off(run_id)
    hit = [row for row in desk.rows(run_id) if row.hit_band]
    assert [(r.row_no, r.hit_band, r.verdict, r.priority, r.reason) for r in hit] == [
        (5, "EXACT", "person_must_look", 0, "hit")
    ]
    assert hit[0].hit_entry_id == entry_id
    with desk.database.write() as writing, pytest.raises(MoveRefused):
        operations.correct(
            writing, run_id=run_id, row_no=5, verdict="green", reason="同名", by=desk.by(writing), now=NOW
        )  # fmt: skip


def test_a_loan_that_stands_twice_counts_once(desk, tmp_path):
    rows = list(books.book(40))
    rows[7][0], rows[39][0] = rows[2][0], f" {rows[0][0].lower()} "
    run_id = desk.bring(books.write(tmp_path / "book.csv", rows))
    desk.start(run_id)
    run = desk.work_off(run_id)
    assert (run.read, run.scored, run.bad) == (40, 38, 2)
    with desk.database.read() as session:
        found = session.exec(select(LoanProblem).where(LoanProblem.run_id == run_id)).all()
    assert [(p.row_no, p.code, p.detail) for p in found] == [
        (9, "loan_twice", {"found": "4"}),
        (41, "loan_twice", {"found": "2"}),
    ]


def test_the_difference_to_the_last_quarter(desk, tmp_path):
    old = list(books.book(50, seed=3))
    new = [list(row) for row in old[5:]] + list(books.book(58, seed=9))[50:]
    for at in (1, 4, 9):
        new[at][9] = "3"  # capacity
    new[12][7] = "1,000.00"  # balance
    a = desk.bring(books.write(tmp_path / "q3.csv", old), as_of=date(2026, 9, 30))
    desk.start(a)
    desk.work_off(a)
    b = desk.bring(books.write(tmp_path / "q4.csv", new), as_of=date(2026, 12, 31))
    desk.start(b)
    run = desk.work_off(b)
    assert run.compared_with_id == a
    assert run.difference["entered"][0] == "8"
    assert run.difference["left"][0] == "5"
    assert run.difference["changed"][0] == "4"
    with desk.database.read() as session:
        before, after = session.get_one(LoanRun, a), session.get_one(LoanRun, b)
        told = list(portfolio_difference.everything(session, before, after))
        first, more = portfolio_difference.page(session, before, after, "entered", size=3)
    assert Counter(part for part, _ in told) == {"entered": 8, "left": 5, "changed": 4}
    assert {one.row.loan_number for part, one in told if part == "left"} == {r[0] for r in old[:5]}
    changed = {one.row.loan_number: one for part, one in told if part == "changed"}
    assert set(changed) == {new[at][0] for at in (1, 4, 9, 12)}
    assert changed[new[1][0]].fields == ("capacity_mw",)
    assert changed[new[12][0]].fields == ("loan_balance_10k_yuan",)
    assert all("data" in one.why for one in changed.values())
    assert (len(first), more) == (3, first[-1].row.row_no)


def test_a_correction_stands_beside_the_verdict(desk, tmp_path):
    run_id = desk.bring(books.write(tmp_path / "book.csv", books.book(6)))
    desk.start(run_id, settled={}, basis="")
    desk.work_off(run_id)
    before = desk.rows(run_id)[0]
    with desk.database.write() as session:
        by = desk.by(session)
        for wrong in ({"reason": " "}, {"verdict": "purple"}, {"row_no": 99}):
            told = {"row_no": 2, "verdict": "green", "reason": "已核对原件", **wrong}
            with pytest.raises(MoveRefused):
                operations.correct(session, run_id=run_id, by=by, now=NOW, **told)
        operations.correct(
            session, run_id=run_id, row_no=2, verdict="green", reason="已核对原件", by=by, now=NOW
        )
    assert desk.rows(run_id)[0].verdict == before.verdict == "person_must_look"
    with desk.database.read() as session:
        (kept,) = portfolio.corrections_of(session, run_id)[2]
        event = session.exec(
            select(AuditEvent).where(AuditEvent.kind == "portfolio.corrected")
        ).one()
    assert (kept.verdict, kept.reason) == ("green", "已核对原件")
    assert "已核对原件" not in json.dumps(json.loads(event.canonical), ensure_ascii=False)


def test_a_changed_list_begins_the_book_anew(desk, people, tmp_path, monkeypatch):
    monkeypatch.setattr(portfolios, "SECONDS", 0.0001)
    rows = list(books.book(40))
    rows[1][1], rows[1][2] = "祁连矿业", entries.USCC
    run_id = desk.bring(books.write(tmp_path / "book.csv", rows))
    desk.start(run_id)
    assert desk.work() == 5
    listed(desk, people)
    run = desk.work_off(run_id)
    assert (run.restarts, run.read, run.scored) == (1, 40, 40)
    assert desk.rows(run_id)[1].hit_band == "EXACT"


def test_a_file_that_is_gone_breaks_off_and_says_so(desk, tmp_path):
    run_id = desk.bring(books.write(tmp_path / "book.csv", books.book(3)))
    desk.start(run_id)
    portfolios.file_of(desk.settings, desk.run(run_id)).unlink()
    run = desk.work_off(run_id)
    assert run.state == "FAILED"
    assert run.problem.startswith("error:")
