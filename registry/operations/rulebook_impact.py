"""What a version would change, tried over all applications before anybody publishes it.

Both rulebooks judge the same answers, on the same day, with the same reference data: whatever
differs is the rulebook's doing. Who comes out otherwise is found where the applications lie, by the
same SQL as a loan book, and so is why; what no SQL can tell is judged alone. The worker goes through
in pieces; a trial that was broken off goes on behind the last application that it kept.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from registry.db import Database, lock
from registry.models import Application, RulebookImpact, RulebookImpactRow, RulebookVersion
from registry.operations.audit import record
from registry.operations.rulebook import mistakes_in, subject_of
from registry.queries import reference as reference_queries
from registry.queries import rulebook as rulebook_queries
from registry.queries.rulebooks_apart import Outcome, RuleSide, judged_otherwise
from registry.queries.what_counts import WhatCounts, what_counts
from registry.rules.assessment import Assessment
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import RULEBOOK, Facts, step
from registry.rules.lifecycle.rulebook import Event
from registry.rules.permissions import Actor, service
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.score import assess

PIECE = 4000  # applications in one transaction
WORKER = service("worker")


def ask_impact(session: Session, *, version_id: int, by: Actor, now: datetime) -> RulebookImpact:
    """Put a version on the worker's list. Steps: lock, ask the life cycle, count, log."""
    row = lock(session, RulebookVersion, version_id)
    facts = Facts(parts=rulebook_queries.parts_of(session, row.id), mistakes=row.mistakes)
    made = step(RULEBOOK, row.state, Event.ASK_IMPACT, by, now, facts)
    today = legal_date(now)
    impact = RulebookImpact(
        version_id=row.id,
        sha256=row.sha256,
        as_of=max(today, row.declared_from or today),
        total=_count(session),
        asked_by_id=by.person_id or 0,
        asked_at=now,
    )
    session.add(impact)
    session.flush()
    body = {"impact": impact.id, "sha256": row.sha256, "applications": impact.total}
    record(session, kind=made.event_kind, subject=subject_of(row), body=body, by=by, now=now)
    return impact


def _count(session: Session) -> int:
    return session.exec(
        select(func.count()).select_from(Application).where(Application.version_no > 0)
    ).one()


def waiting(session: Session) -> list[int]:
    """Trials that are not done, oldest first."""
    return list(
        session.exec(
            select(RulebookImpact.id)
            .where(RulebookImpact.state != "DONE")
            .order_by(col(RulebookImpact.id))
        ).all()
    )


class _Tried(NamedTuple):
    """One application under both rulebooks, as plain values that may be written later."""

    application_id: int
    row: RulebookImpactRow | None
    counts: tuple[int, int, int, int]  # grade, verdict, points changed; not scored
    move: str


def carry_on(database: Database, *, impact_id: int, now: datetime, most: int = PIECE) -> int:
    """The next piece of a trial: score without a lock, then keep it in one transaction.

    Whoever finds that another has gone on meanwhile keeps nothing. How many were tried.
    """
    with database.scratch() as session:
        impact = session.get_one(RulebookImpact, impact_id)
        began_at = impact.cursor
        if impact.state == "DONE":
            return 0
        tried, reference_sha256 = _try_piece(session, impact, most)
    with database.write() as session:
        impact = lock(session, RulebookImpact, impact_id)
        if impact.cursor != began_at or impact.state == "DONE":
            return 0
        _keep(session, impact, tried, reference_sha256)
        if len(tried) < most:
            _end(session, impact, now)
    return len(tried)


def _try_piece(session: Session, impact: RulebookImpact, most: int) -> tuple[list[_Tried], str]:
    row = session.get_one(RulebookVersion, impact.version_id)
    files = rulebook_queries.files_of(session, row.id)
    reference = reference_queries.tables(session)
    if row.sha256 != impact.sha256:  # changed meanwhile: this trial speaks of nothing any more
        return [], reference.sha256
    book = _draft_book(row.sha256, files)
    trial = _Trial(book, impact.as_of, reference, impact.id)
    return _tried(session, trial, impact.cursor, most), reference.sha256


def try_all(database: Database, book: Rulebook, *, as_of: date) -> Iterator[_Tried]:
    """Every application under a rulebook from anywhere; nothing is kept."""
    cursor = 0
    while True:
        with database.scratch() as session:
            trial = _Trial(book, as_of, reference_queries.tables(session), 0)
            tried = _tried(session, trial, cursor, PIECE)
        yield from tried
        if len(tried) < PIECE:
            return
        cursor = tried[-1].application_id


def _tried(session: Session, trial: "_Trial", after: int, most: int) -> list[_Tried]:
    """The next applications, compared in the database; what it cannot tell is judged here."""
    cases = what_counts(session, after=after, most=most)
    bound: dict[tuple[str, str], list[WhatCounts]] = {}
    for case in cases:
        bound.setdefault((case.rulebook_id, case.rulebook_version), []).append(case)
    found: dict[int, _Tried] = {}
    for name, mine in bound.items():
        pinned = rulebook_queries.load(session, *name)
        apart = judged_otherwise(
            session.connection(),
            pinned,
            trial.book,
            mine,
            as_of=trial.as_of,
            reference=trial.reference,
        )
        for case in mine:
            id = case.application_id
            if id in apart.told:
                found[id] = _differing(id, pinned, trial, *apart.told[id])
            elif id in apart.unknown:
                found[id] = judge_alone(case, pinned, trial)
            else:
                found[id] = _Tried(id, None, (0, 0, 0, 0), "")
    return [found[case.application_id] for case in cases]


_drafts: dict[str, Rulebook] = {}


def _draft_book(sha256: str, files: Mapping[str, bytes]) -> Rulebook:
    """A draft under trial is checked once and not for each piece."""
    if sha256 not in _drafts:
        _drafts.clear()
        book, mistakes = mistakes_in(files)
        if book is None:
            raise ValueError(f"{len(mistakes)} mistakes in a checked draft")
        _drafts[sha256] = book
    return _drafts[sha256]


class _Trial(NamedTuple):
    """By what all applications are judged."""

    book: Rulebook
    as_of: date
    reference: ReferenceTables
    impact_id: int


def judge_alone(case: WhatCounts, pinned: Rulebook, trial: _Trial) -> _Tried:
    """One application by its own rulebook and by the one on trial, in Python."""
    given: dict[str, Any] = {
        "kind": case.kind,
        "as_of": trial.as_of,
        "reference": trial.reference,
        "settled": case.settled,
    }
    before = outcome(assess(pinned, case.answers, **given))
    try:
        after = outcome(assess(trial.book, case.answers, **given))
    except (KeyError, ValueError) as why:
        row = _row(case.application_id, pinned, trial, before)
        row.problem = str(why)[:200]
        return _Tried(case.application_id, row, (0, 0, 0, 1), "")
    return _differing(case.application_id, pinned, trial, before, after)


def _row(id: int, pinned: Rulebook, trial: _Trial, before: Outcome) -> RulebookImpactRow:
    return RulebookImpactRow(
        impact_id=trial.impact_id,
        application_id=id,
        before_version=pinned.version,
        before_grade=before.grade,
        before_verdict=before.verdict,
        before_centipoints=before.total_centipoints,
    )


def _differing(id: int, pinned: Rulebook, trial: _Trial, before: Outcome, after: Outcome) -> _Tried:
    counts = (
        int(before.grade != after.grade),
        int(before.verdict != after.verdict),
        int(before.total_centipoints != after.total_centipoints),
        0,
    )
    if not any(counts):
        return _Tried(id, None, counts, "")
    made = _row(id, pinned, trial, before)
    made.after_grade, made.after_verdict = after.grade, after.verdict
    made.after_centipoints = after.total_centipoints
    made.rules = _rules_apart(before.rules, after.rules)
    move = f"{before.grade}>{after.grade}" if counts[0] else ""
    return _Tried(id, made, counts, move)


def outcome(made: Assessment) -> Outcome:
    """An assessment as far as two of them are compared."""
    rules = {
        one.rule: RuleSide(
            *(one.state, one.got_centipoints, one.possible_centipoints, one.value, one.threshold)
        )
        for one in made.rules
    }
    return Outcome(made.grade, made.verdict, made.total_centipoints, rules)


def rule_differences(before: Assessment, after: Assessment) -> list[dict[str, Any]]:
    """Rules that came out otherwise, each with both results; what changed most points first."""
    return _rules_apart(outcome(before).rules, outcome(after).rules)


_NO_RULE = RuleSide("")


def _rules_apart(old: Mapping[str, RuleSide], new: Mapping[str, RuleSide]) -> list[dict[str, Any]]:
    sides = (
        (id, old.get(id, _NO_RULE), new.get(id, _NO_RULE)) for id in dict.fromkeys([*new, *old])
    )
    found = [
        {"rule": id, "before": before._asdict(), "after": after._asdict()}
        for id, before, after in sides
        if before != after
    ]
    return sorted(found, key=_weight, reverse=True)


def _weight(found: Mapping[str, Any]) -> tuple[bool, int]:
    before, after = found["before"], found["after"]
    return before["state"] != after["state"], abs(after["got"] - before["got"])


def _keep(
    session: Session, impact: RulebookImpact, tried: list[_Tried], reference_sha256: str
) -> None:
    moves = dict(impact.moves)
    for one in tried:
        if one.row is not None:
            session.add(one.row)
        impact.changed_grade += one.counts[0]
        impact.changed_verdict += one.counts[1]
        impact.changed_points += one.counts[2]
        impact.not_scored += one.counts[3]
        if one.move:
            moves[one.move] = moves.get(one.move, 0) + 1
    impact.moves = moves
    impact.done += len(tried)
    impact.cursor = tried[-1].application_id if tried else impact.cursor
    impact.state = "RUNNING"
    impact.reference_sha256 = reference_sha256
    session.add(impact)
    session.flush()


def _end(session: Session, impact: RulebookImpact, now: datetime) -> None:
    impact.state = "DONE"
    impact.total = max(impact.total, impact.done)
    impact.ended_at = now
    session.add(impact)
    row = session.get_one(RulebookVersion, impact.version_id)
    body = {
        "impact": impact.id,
        "sha256": impact.sha256,
        "reference_sha256": impact.reference_sha256,
        "applications": impact.done,
        "changed_grade": impact.changed_grade,
        "changed_verdict": impact.changed_verdict,
        "changed_points": impact.changed_points,
        "not_scored": impact.not_scored,
    }
    record(
        session,
        kind="rulebook.impact_computed",
        subject=subject_of(row),
        body=body,
        by=WORKER,
        now=now,
    )
