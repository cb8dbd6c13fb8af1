"""Loan books in the worker: read, compare with the restricted list, score, keep; chunk by chunk."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic, thread_time
from typing import Any

import structlog
from sqlmodel import Session

from registry.bulk import ingest
from registry.bulk.ingest.reading import forget
from registry.bulk.ingest.rows import BookRow, CellProblem
from registry.bulk.portfolio import Hit, Restricted, Scorer
from registry.config import Settings
from registry.db import Database
from registry.models import LoanRun
from registry.operations import portfolio_run
from registry.operations.evidence import path_of
from registry.operations.portfolio_run import Chunk, KeptProblem, KeptRow
from registry.queries import portfolio
from registry.queries.reference import tables
from registry.queries.rulebook import in_force, load
from registry.reference.screening import screening_policy
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.portfolio import Found, judge
from registry.rules.rulebook import Rulebook
from registry.rules.screening.subjects import Entry

log = structlog.get_logger()
FIRST = 50  # rows of the first chunk, so that a person sees it move at once
CHUNK = 1000
SECONDS = 2.0  # of processor time for one book before the other duties have their turn
MOST_CHECKED = 12  # characters of a digest that rows keep


def screen_books(database: Database, settings: Settings, now: datetime) -> int:
    """Some chunks of every book that waits; how many rows were kept."""
    with database.read() as session:
        waiting = portfolio.at_work(session)
    if not waiting and _reading:
        _let_go()
    done = 0
    for run_id in waiting:
        try:
            done += _work_on(database, settings, run_id, now)
        except ingest.FileRefused as refused:
            _break_off(database, run_id, f"{refused.code}:{refused.detail}", now)
        except Exception as problem:
            log.error("loan book broken off", run=run_id, why=repr(problem))
            _break_off(database, run_id, f"error:{problem!r}", now)
    return done


def get_ready(database: Database, settings: Settings, now: datetime) -> int:
    """What every book is judged by, read before the first one comes, so that it moves at once."""
    if not _is_ready:
        _is_ready.append(True)
        with database.read() as session:
            day = legal_date(now)
            Scorer(in_force(session, day), day, tables(session))
        from registry.bulk.screening.index import index_list

        index_list([Entry(0, "甘肃河西矿业有限公司", name_en="Gansu Hexi Mining Co., Ltd.")])
    return 0


_is_ready: list[bool] = []


def _break_off(database: Database, run_id: int, problem: str, now: datetime) -> None:
    _let_go()
    with database.write() as session:
        portfolio_run.break_off(session, run_id=run_id, problem=problem, now=now)


def _work_on(database: Database, settings: Settings, run_id: int, now: datetime) -> int:
    began, spent, kept = monotonic(), thread_time(), 0
    with database.write() as session:
        run = portfolio_run.begin(session, run_id=run_id, now=now)
    if run is None:
        return 0
    while not kept or thread_time() - spent < SECONDS:
        reading = _reading_of(database, settings, run)
        chunk = reading.chunk()
        at = now + timedelta(seconds=monotonic() - began)
        with database.write() as session:
            if not portfolio_run.keep(session, run_id=run_id, chunk=chunk, now=at):
                _let_go()
                break
        run.cursor = chunk.upto
        kept += len(chunk.rows) + chunk.bad
        if chunk.is_last:
            _let_go()
            break
    return max(kept, 1)


class Judging:
    """All that the rows of one book are judged by, and what comes of them."""

    def __init__(
        self, book: Rulebook, scorer: Scorer, listed: Restricted, settled: frozenset[str]
    ) -> None:
        self.book, self.scorer, self.listed, self.settled = book, scorer, listed, settled
        self.kinds = {kind.id for kind in book.kinds}

    def problems(self, row: BookRow) -> tuple[CellProblem, ...]:
        if row.problems or row.kind in self.kinds:
            return row.problems
        return (CellProblem(0, str(row.number), "", "kind", "kind_unknown"),)

    def judged(self, rows: Sequence[BookRow]) -> list[dict[str, Any]]:
        """Rows without problems as they are kept, in order."""
        hits = self.listed.screen(rows)
        found = self.scorer.score(rows)
        return [
            stored(self.book, row, hit, one, self.settled)
            for row, hit, one in zip(rows, hits, found, strict=True)
        ]


class Reading:
    """One run's file, opened behind its cursor."""

    def __init__(self, session: Session, settings: Settings, run: LoanRun) -> None:
        self.cursor, self.key = run.cursor, _key(run)
        self.judging = _judging(session, run)
        words = ingest.vocabulary(self.judging.book)
        mapping = ingest.Mapping.from_record(run.mapping)
        source = ingest.examine(file_of(settings, run), sheet=mapping.sheet)
        self._open = ExitStack()
        self.rows: Iterator[BookRow] = self._open.enter_context(
            ingest.rows(source, mapping, words, after=run.cursor)
        )
        self.is_first = run.cursor == 0
        self.ahead: BookRow | None = next(self.rows, None)

    def close(self) -> None:
        self._open.close()
        forget()

    def chunk(self) -> Chunk:
        """The next rows, judged; nothing is written."""
        began = monotonic()
        size = FIRST if self.is_first else CHUNK
        self.is_first = False
        taken: list[BookRow] = []
        while self.ahead is not None and len(taken) < size:
            taken.append(self.ahead)
            self.ahead = next(self.rows, None)
        after = self.cursor
        problems = {row.number: self.judging.problems(row) for row in taken}
        good = [row for row in taken if not problems[row.number]]
        judged = self.judging.judged(good)
        if taken:
            self.cursor = taken[-1].number
        return Chunk(
            after=after,
            upto=self.cursor,
            rows=[KeptRow(values, row.answers) for row, values in zip(good, judged, strict=True)],
            problems=[
                _kept_problem(row.number, no, one)
                for row in taken
                for no, one in enumerate(problems[row.number])
            ],
            bad=len(taken) - len(good),
            worked_ms=int((monotonic() - began) * 1000),
            is_last=self.ahead is None,
        )


def _judging(session: Session, run: LoanRun) -> Judging:
    """By what a run was pinned to. The list is that of the day it was started: a borrower who was
    listed since the day of the book must not slip through."""
    book = load(session, run.rulebook_id, run.rulebook_version)
    on = legal_date(run.started_at or run.uploaded_at)
    entries, reaches = portfolio.restricted_on(session, on)
    policy = screening_policy(run.policy_version)
    return Judging(
        book,
        Scorer(book, run.as_of, tables(session), engine=run.engine),
        Restricted(entries, reaches, policy, fund_id=str(run.organisation_id)),
        frozenset(run.settled),
    )


def _kept_problem(row_no: int, no: int, one: CellProblem) -> KeptProblem:
    return KeptProblem(
        {
            "row_no": row_no,
            "no": no,
            "cell": one.cell,
            "column_no": one.column,
            "head": one.head[:200],
            "field": one.field,
            "code": one.code,
            "detail": dict(one.detail),
        }
    )


def stored(
    book: Rulebook, row: BookRow, hit: Hit | None, found: Found, settled: frozenset[str]
) -> dict[str, Any]:
    """A loan's columns as they are kept."""
    judged = judge(
        book, found, settled=settled, band=hit.band if hit else "", stops=bool(hit and hit.stops)
    )
    main, answers = judged.main, row.answers
    edition, code = answers.get("catalogue_edition", ""), answers.get("catalogue_code", "")
    share = None
    if row.balance_fen is not None and row.investment_fen:
        share = row.balance_fen * 10_000 // row.investment_fen
    return {
        "row_no": row.number,
        "loan_number": row.loan,
        "loan_key": portfolio_run.loan_key(row.loan),
        "borrower": row.own.get("borrower_name", ""),
        "uscc": row.own.get("uscc", ""),
        "project": row.own.get("project_name", ""),
        "kind": row.kind,
        "province_code": answers.get("province", ""),
        "zone_id": answers.get("zone", ""),
        "catalogue_class": f"{edition}/{code.partition('.')[0]}" if edition and code else "",
        "priority": judged.priority,
        "verdict": judged.verdict,
        "rule_verdict": judged.rule_verdict,
        "grade": found.grade,
        "total_centipoints": found.total_centipoints,
        "coverage_bp": found.coverage_bp,
        "reason": main.code,
        "rule_id": main.rule,
        "reasons": " ".join(reason.text for reason in judged.reasons),
        "balance_fen": row.balance_fen,
        "investment_fen": row.investment_fen,
        "share_bp": share,
        "abatement_g": found.abatement_g,
        "attributed_g": found.attributed_g,
        "coal_g": found.coal_g,
        "attributed_coal_g": found.attributed_coal_g,
        "hit_band": hit.band if hit else "",
        "hit_entry_id": hit.entry_id if hit else None,
        "answers_sha256": canonical.digest({**row.answers, "kind": row.kind})[:MOST_CHECKED],
    }


def file_of(settings: Settings, run: LoanRun) -> Path:
    """The file as it was brought."""
    return path_of(settings.books_folder, run.file_sha256)


# A worker goes on with the book that it has open; whoever was killed opens it behind the cursor.
_reading: dict[int, Reading] = {}


def _key(run: LoanRun) -> tuple[object, ...]:
    return (
        run.restarts,
        run.list_sha256,
        run.reference_sha256,
        run.rulebook_sha256,
        run.started_at,
    )


def _reading_of(database: Database, settings: Settings, run: LoanRun) -> Reading:
    known = _reading.get(run.id)
    if known is not None and known.cursor == run.cursor and known.key == _key(run):
        return known
    _let_go()
    with database.read() as session:
        made = Reading(session, settings, run)
    _reading[run.id] = made
    return made


def _let_go() -> None:
    for one in _reading.values():
        one.close()
    _reading.clear()
