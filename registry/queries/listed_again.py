"""The reserve list scored again where it lies: who would come out otherwise on another day."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from registry.models import ReserveEntry
from registry.queries import reference as reference_queries
from registry.queries import rulebook as rulebook_queries
from registry.queries.rulebooks_apart import NotTold, other_than_listed
from registry.queries.what_counts import WhatCounts, what_counts
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.score import assess

PIECE = 4000  # projects at a time


class Otherwise(NamedTuple):
    """A listed project: what the list says, and what its own rulebook says on the day."""

    list_number: str
    grade: str
    centipoints: int
    grade_now: str
    verdict_now: str
    centipoints_now: int


def listed_again(session: Session, *, as_of: date) -> Iterator[Otherwise]:
    """Listed projects whose grade or points differ from the list, each by the rulebook that it is
    bound to and by today's reference data; by number of the application. Nothing is kept."""
    reference, after = reference_queries.tables(session), 0
    while cases := what_counts(session, after=after, most=PIECE, listed=True):
        after = cases[-1].application_id
        bound: dict[tuple[str, str], list[WhatCounts]] = {}
        for case in cases:
            bound.setdefault((case.rulebook_id, case.rulebook_version), []).append(case)
        now: dict[int, tuple[str, str, int]] = {}
        for name, mine in bound.items():
            now |= _scored(session, rulebook_queries.load(session, *name), mine, as_of, reference)
        entries = session.exec(
            select(ReserveEntry)
            .where(col(ReserveEntry.application_id).in_(list(now)))
            .order_by(col(ReserveEntry.application_id))
        )
        for one in entries:
            grade, verdict, points = now[one.application_id]
            if (one.grade, one.total_centipoints) != (grade, points):
                yield Otherwise(
                    *(one.list_number, one.grade, one.total_centipoints, grade, verdict, points)
                )


def _scored(
    session: Session,
    book: Rulebook,
    cases: list[WhatCounts],
    as_of: date,
    reference: ReferenceTables,
) -> dict[int, tuple[str, str, int]]:
    """Those that differ, told by the database, or all of them where it cannot tell."""
    try:
        return other_than_listed(
            session.connection(), book, cases, as_of=as_of, reference=reference
        )
    except NotTold:
        made = {}
        for case in cases:
            one = assess(
                book,
                case.answers,
                kind=case.kind,
                as_of=as_of,
                reference=reference,
                settled=case.settled,
            )
            made[case.application_id] = (one.grade, one.verdict, one.total_centipoints)
        return made
