"""The worker's part in a loan book: a chunk of loans, its totals and the cursor in one transaction.

Whoever finds that another has gone on meanwhile, or that a person has paused, keeps nothing: so no
row is done twice and none is lost, whenever a worker is killed.
"""

import hashlib
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from registry.db import columns_of, lock, sent
from registry.models import (
    LoanAnswers,
    LoanCorrection,
    LoanProblem,
    LoanRow,
    LoanRun,
    LoanTotal,
)
from registry.operations import watch_book
from registry.operations.audit import record
from registry.operations.portfolio import pin, subject_of
from registry.queries import portfolio
from registry.queries.portfolio_difference import summary
from registry.queries.reference import tables
from registry.queries.restriction import newest_list
from registry.rules import canonical
from registry.rules.permissions import service
from registry.rules.portfolio import AT_WORK, BEGIN, BREAK_OFF, FINISH, RUNNING, WAITING, move

WORKER = service("worker")
AMOUNTS = ("balance_fen", "abatement_g", "attributed_g", "coal_g", "attributed_coal_g")
DIMENSIONS = {
    "verdict": "verdict",
    "grade": "grade",
    "zone": "zone_id",
    "province": "province_code",
    "class": "catalogue_class",
    "kind": "kind",
    "reason": "reason",
    "rule": "rule_id",
    "hit": "hit_band",
}


class KeptRow(NamedTuple):
    """A loan as it is stored: columns of LoanRow without `run_id`, and its answers as they were read."""

    values: Mapping[str, Any]
    answers: Mapping[str, str]


class KeptProblem(NamedTuple):
    """A cell in quarantine: columns of LoanProblem without `run_id`."""

    values: Mapping[str, Any]


class Chunk(NamedTuple):
    """What came of the rows behind `after` up to `upto`; `is_last` where the file ends."""

    after: int
    upto: int
    rows: Sequence[KeptRow]
    problems: Sequence[KeptProblem]
    bad: int
    worked_ms: int
    is_last: bool


def loan_key(number: str) -> str:
    """Equal for what two quarters write as one loan number."""
    return " ".join(number.split()).casefold()


def packed(answers: Mapping[str, str]) -> bytes:
    return zlib.compress(canonical.dumps(dict(answers)), 6)


def begin(session: Session, *, run_id: int, now: datetime) -> LoanRun | None:
    """Take a run up. If what it was pinned to has changed since, it begins anew on what holds now:
    half a book by one list and half by another would be no result."""
    run = lock(session, LoanRun, run_id)
    if run.state not in AT_WORK:
        return None
    held = (run.reference_sha256, run.list_sha256)
    if held != (tables(session).sha256, newest_list(session)[1]):
        if run.read:
            _forget(session, run)
            run.restarts += 1
            body = {"rows": run.read}
            run.cursor = run.read = run.scored = run.bad = run.worked_ms = 0
            pin(session, run, now)
            record(
                session,
                kind="portfolio.begun_anew",
                subject=subject_of(run),
                body=body,
                by=WORKER,
                now=now,
            )
        pin(session, run, now)
    if run.state == WAITING:
        run.state = move(run.state, BEGIN) or run.state
    session.add(run)
    session.flush()
    return run


def _forget(session: Session, run: LoanRun) -> None:
    for model in (LoanAnswers, LoanTotal, LoanProblem, LoanCorrection, LoanRow):
        sent(session, delete(model).where(columns_of(model).run_id == run.id))


def keep(session: Session, *, run_id: int, chunk: Chunk, now: datetime) -> bool:
    """Whether the chunk was kept. Steps: lock; see that nobody went on or paused; loans that stand
    twice into quarantine; rows, answers, problems, totals; cursor; after the last row the end."""
    run = lock(session, LoanRun, run_id)
    if run.state != RUNNING or run.cursor != chunk.after:
        return False
    rows, twice = _apart(session, run, chunk.rows)
    problems = [*chunk.problems, *twice]
    _insert(session, LoanRow, ({"run_id": run_id, **row.values} for row in rows))
    _insert(
        session,
        LoanAnswers,
        (
            {"run_id": run_id, "row_no": row.values["row_no"], "answers": packed(row.answers)}
            for row in rows
        ),
    )
    _insert(session, LoanProblem, ({"run_id": run_id, **one.values} for one in problems))
    _add_totals(session, run_id, rows)
    run.cursor = chunk.upto
    run.read += len(chunk.rows) + chunk.bad
    run.scored += len(rows)
    run.bad += chunk.bad + len(twice)
    run.worked_ms += chunk.worked_ms
    session.add(run)
    session.flush()
    if chunk.is_last:
        _finish(session, run, now)
    return True


def _insert(session: Session, model: type, values: Iterable[dict[str, Any]]) -> None:
    made = list(values)
    if made:
        session.flush()
        session.connection().execute(insert(model.__table__), made)  # type: ignore[attr-defined]


def _apart(
    session: Session, run: LoanRun, rows: Sequence[KeptRow]
) -> tuple[list[KeptRow], list[KeptProblem]]:
    """Rows whose loan stands in this book for the first time, and those where it stands again."""
    keys = [row.values["loan_key"] for row in rows]
    known: dict[str, int] = {}
    for start in range(0, len(keys), 500):
        found = session.exec(
            select(LoanRow.loan_key, LoanRow.row_no).where(
                LoanRow.run_id == run.id, col(LoanRow.loan_key).in_(keys[start : start + 500])
            )
        ).all()
        known.update(dict(found))
    kept, twice = [], []
    for row in rows:
        key, row_no = row.values["loan_key"], row.values["row_no"]
        if key in known:
            twice.append(_twice(run, row_no, known[key]))
        else:
            known[key] = row_no
            kept.append(row)
    return kept, twice


def _twice(run: LoanRun, row_no: int, first: int) -> KeptProblem:
    column = next(
        (one for one in run.mapping["columns"] if one["field"] == "loan_number"),
        {"column": 0, "head": ""},
    )
    return KeptProblem(
        {
            "row_no": row_no,
            "no": 0,
            "cell": "",
            "column_no": column["column"],
            "head": column["head"],
            "field": "loan_number",
            "code": "loan_twice",
            "detail": {"found": str(first)},
        }
    )


def _add_totals(session: Session, run_id: int, rows: Sequence[KeptRow]) -> None:
    """Whole numbers onto whole numbers: the order does not matter."""
    sums: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        amounts = [1, *(row.values[name] or 0 for name in AMOUNTS)]
        for dimension, name in [("all", ""), *DIMENSIONS.items()]:
            key = (dimension, str(row.values[name]) if name else "")
            held = sums.setdefault(key, [0] * len(amounts))
            for place, amount in enumerate(amounts):
                held[place] += amount
    known = {
        (row.dimension, row.value): row
        for row in session.exec(select(LoanTotal).where(LoanTotal.run_id == run_id)).all()
    }
    for (dimension, value), added in sums.items():
        total = known.get((dimension, value)) or LoanTotal(
            run_id=run_id, dimension=dimension, value=value
        )
        for name, amount in zip(("loans", *AMOUNTS), added, strict=True):
            setattr(total, name, getattr(total, name) + amount)
        session.add(total)


def _finish(session: Session, run: LoanRun, now: datetime) -> None:
    """The end: a digest over every row's result, and the difference to the last book."""
    run.state = move(run.state, FINISH) or run.state
    run.ended_at = now
    run.result_sha256 = result_digest(session, run.id)
    before = portfolio.finished_before(session, run)
    if before is not None:
        run.compared_with_id = before.id
        run.difference = summary(session, before, run)
    session.add(run)
    body = {
        "rows": run.read,
        "scored": run.scored,
        "bad": run.bad,
        "result_sha256": run.result_sha256,
        "compared_with": run.compared_with_id,
    }
    record(
        session, kind="portfolio.finished", subject=subject_of(run), body=body, by=WORKER, now=now
    )
    session.flush()
    watch_book.follow_on(session, run=run, now=now)


def result_digest(session: Session, run_id: int) -> str:
    """SHA-256 over row, loan, verdict, grade and points of every loan in the file's order: equal
    for equal results on whatever engine."""
    row = columns_of(LoanRow)
    asked = (
        select(row.row_no, row.loan_number, row.verdict, row.grade, row.total_centipoints)  # type: ignore[call-overload]
        .where(row.run_id == run_id)
        .order_by(row.row_no)
    )
    found = hashlib.sha256()
    for line in session.connection().execute(asked.execution_options(yield_per=5000)):
        found.update("\x1f".join(map(str, line)).encode() + b"\n")
    return found.hexdigest()


def break_off(session: Session, *, run_id: int, problem: str, now: datetime) -> None:
    """What cannot go on says why; a person may try again."""
    run = lock(session, LoanRun, run_id)
    state = move(run.state, BREAK_OFF)
    if state is None:
        return
    run.state, run.problem = state, problem[:500]
    session.add(run)
    body = {"rows": run.read, "problem": run.problem.partition(":")[0][:80]}
    record(
        session, kind="portfolio.broken_off", subject=subject_of(run), body=body, by=WORKER, now=now
    )
