"""What counts of an application where it is judged: as it was sent last, what persons said, what was found."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlmodel import Session

from registry.db import columns_of, sent
from registry.models import Application, ApplicationVersion, Assessment, Judgement, ReserveEntry
from registry.queries.assessment import RESCORED
from registry.queries.case import SETTLED

INPUT = "input"  # kind of a judgement that sets an input which is the assessor's to set


class WhatCounts(NamedTuple):
    """One application, with the rulebook that it is bound to; `settled` has outcomes by matter."""

    application_id: int
    kind: str
    rulebook_id: str
    rulebook_version: str
    answers: Mapping[str, object]
    settled: Mapping[str, str]


def sorted_out(said: Iterable[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Inputs that assessors set and matters that named persons settled, of (kind, id, value) in the
    order in which they were said: the newest word counts."""
    inputs, settled = {}, {}
    for kind, id, value in said:
        if kind == INPUT:
            inputs[id] = value
        elif kind == SETTLED:
            settled[id] = value
    return inputs, settled


def what_counts(
    session: Session, *, after: int, most: int, listed: bool = False
) -> list[WhatCounts]:
    """The next applications that were ever sent, by id, behind `after`; three statements in all.

    `listed`: those that stand on the reserve list alone.
    """
    case, version = columns_of(Application), columns_of(ApplicationVersion)
    asked = (
        select(case.id, case.kind, case.rulebook_id, case.rulebook_version, version.answers)
        .join_from(
            case.id.table,
            version.id.table,
            and_(version.application_id == case.id, version.no == case.version_no),
            isouter=True,
        )
        .where(case.version_no > 0, case.id > after)
        .order_by(case.id)
        .limit(most)
    )
    if listed:
        asked = asked.where(case.id.in_(select(columns_of(ReserveEntry).application_id)))
    rows = sent(session, asked).all()
    if lost := [row.id for row in rows if row.answers is None]:
        raise LookupError(f"applications without what was sent: {lost[:5]}")
    if not rows:
        return []
    reach = rows[0].id, rows[-1].id
    said, found = _said(session, reach), _found(session, reach)
    return [_whole(row, said.get(row.id, ()), found.get(row.id, {})) for row in rows]


def _whole(row: Any, said: Sequence[Any], found: Mapping[str, str]) -> WhatCounts:
    inputs, settled = sorted_out(said)
    return WhatCounts(
        *(row.id, row.kind, row.rulebook_id, row.rulebook_version),
        {**row.answers, **inputs, **found},
        settled,
    )


def _said(session: Session, reach: tuple[int, int]) -> dict[int, list[Any]]:
    judgement = columns_of(Judgement)
    asked = (
        select(judgement.application_id, judgement.kind, judgement.rule_id, judgement.value)
        .where(judgement.application_id.between(*reach))
        .order_by(judgement.made_at, judgement.id)
    )
    said: dict[int, list[Any]] = {}
    for application_id, *what in sent(session, asked):
        said.setdefault(application_id, []).append(what)
    return said


def _found(session: Session, reach: tuple[int, int]) -> dict[int, Mapping[str, str]]:
    """What the registry itself had found at the newest score of the newest version."""
    case, score = columns_of(Application), columns_of(Assessment)
    asked = (
        select(score.application_id, score.found)
        .join_from(
            score.id.table,
            case.id.table,
            and_(case.id == score.application_id, case.version_no == score.version_no),
        )
        .where(score.application_id.between(*reach), score.purpose != RESCORED)
        .order_by(score.id)
    )
    return dict(sent(session, asked).all())
