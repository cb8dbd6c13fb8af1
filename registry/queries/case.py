"""A case as the life cycle judges it: every fact that a move may depend on, read at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, and_, bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, or_, select

from registry import reference
from registry.db import columns_of, sent
from registry.models import (
    Appeal,
    Application,
    Assessment,
    Assignment,
    CasePart,
    ConflictOfInterest,
    Decision,
    Finding,
    Judgement,
    Objection,
    Organisation,
    ScreeningRun,
)
from registry.queries.assessment import ScoreHead, score_head, scored_by
from registry.queries.case_needs import Group, needed
from registry.queries.restricted import is_restricted, stops_of
from registry.queries.rulebook import pinned
from registry.rules.assessment import GREEN
from registry.rules.calendar import add_working_days, legal_date
from registry.rules.lifecycle import DEADLINE, DeclaredConflict, Facts, Part
from registry.rules.lifecycle.application import Event, State
from registry.rules.permissions import Actor, Scope

RESTRICTED_ENTRY = "restricted_entry"  # a ground that keeps a project suspended
OUTSIDE_ANY_ZONE = "outside"  # the answer that a project lies in no zone
SETTLED = "settled"  # kind of a judgement by which a named person settles an unknown gate


# Asked at every step of every case: built once, over plain columns, past the mapper.
_part, _conflict, _organisation = (
    columns_of(CasePart),
    columns_of(ConflictOfInterest),
    columns_of(Organisation),
)
_ON = bindparam("on", type_=Date)
_PARTS = sql_select(_part.part, _part.person_id).where(
    _part.application_id == bindparam("application_id"), _part.cleared_at.is_(None)
)
_CONFLICTS = (
    sql_select(_conflict.person_id, _conflict.organisation_id, _conflict.from_day, _conflict.to_day)
    .where(
        _conflict.person_id.in_(bindparam("person_ids", expanding=True)),
        _conflict.from_day <= _ON,
        or_(_conflict.to_day.is_(None), _conflict.to_day >= _ON),
    )
    .order_by(_conflict.id)
)
_OWNER_AND_PARTS = (
    sql_select(_organisation.group_id, _organisation.verification, _part.part, _part.person_id)
    .select_from(
        _organisation.id.table.outerjoin(
            _part.id.table,
            and_(_part.application_id == bindparam("application_id"), _part.cleared_at.is_(None)),
        )
    )
    .where(_organisation.id == bindparam("organisation_id"))
)

_RUNS = (
    select(ScreeningRun)
    .where(
        ScreeningRun.application_id == bindparam("application_id"),
        ScreeningRun.version_no == bindparam("version_no"),
    )
    .order_by(col(ScreeningRun.id).desc())
    .limit(1)
)
_DECISIONS = (
    select(Decision)
    .where(Decision.application_id == bindparam("application_id"))
    .order_by(col(Decision.id).desc())
    .limit(1)
)
_ASSIGNMENTS = (
    select(Assignment)
    .where(
        Assignment.application_id == bindparam("application_id"),
        col(Assignment.removed_at).is_(None),
    )
    .order_by(col(Assignment.id))
)
_judgement = columns_of(Judgement)
_SETTLED = sql_select(_judgement.rule_id).where(
    _judgement.application_id == bindparam("application_id"), _judgement.kind == SETTLED
)
_JUDGED_SINCE = sql_select(func.count(_judgement.id)).where(
    _judgement.application_id == bindparam("application_id"),
    _judgement.made_at > bindparam("since"),
)


def parts_of(session: Session, application_id: int) -> Mapping[Part, frozenset[int]]:
    """Who took which part in this case, as far as it still counts."""
    return _by_part(sent(session, _PARTS, application_id=application_id))


def _by_part(rows: Iterable[tuple[str, int]]) -> Mapping[Part, frozenset[int]]:
    parts: dict[Part, set[int]] = defaultdict(set)
    for part, person_id in rows:
        parts[Part(part)].add(person_id)
    return {part: frozenset(people) for part, people in parts.items()}


def declared_conflicts(
    session: Session, person_ids: frozenset[int], *, on: date
) -> tuple[DeclaredConflict, ...]:
    """The declared conflicts of these persons that are current on that day."""
    rows = sent(session, _CONFLICTS, person_ids=sorted(person_ids), on=on)
    return tuple(
        DeclaredConflict(
            person_id=person_id, organisation_id=organisation_id, from_day=from_day, to_day=to_day
        )
        for person_id, organisation_id, from_day, to_day in rows
    )


def newest_run(session: Session, application: Application) -> ScreeningRun | None:
    """The newest screening of the version that was submitted last."""
    asked = {"application_id": application.id, "version_no": application.version_no}
    return session.exec(_RUNS, params=asked).one_or_none()


def last_decision(session: Session, application: Application) -> Decision | None:
    return session.exec(_DECISIONS, params={"application_id": application.id}).one_or_none()


def _count(session: Session, statement: object) -> int:
    found: int = session.exec(statement).one()  # type: ignore[call-overload]
    return found


def _unsettled(session: Session, application: Application, newest: ScoreHead | None) -> list[str]:
    if newest is None:
        return []
    settled = set(sent(session, _SETTLED, application_id=application.id).scalars())
    matters = newest.matters.items()
    return [id_ for id_, m in matters if not m["settled"] and id_ not in settled]


def _last_day(application: Application) -> date | None:
    """The last day of a running term; a returned case has some days of grace behind it."""
    if application.due_on is None or application.state != State.RETURNED:
        return application.due_on
    return add_working_days(
        application.due_on, DEADLINE["correction_grace"].amount, reference.calendar()
    )


@dataclass(frozen=True)
class _Reviewed:
    """What the review has come to: who assesses, whose score is wanting, what the newest says."""

    assessor_ids: frozenset[int]
    lead_id: int | None
    scores_missing: int
    newest: ScoreHead | None


def assignments_of(session: Session, application_id: int) -> list[Assignment]:
    """Who assesses the case now, in the order of assignment."""
    return list(session.exec(_ASSIGNMENTS, params={"application_id": application_id}).all())


def _reviewed(session: Session, application: Application) -> _Reviewed:
    assigned = assignments_of(session, application.id)
    by = scored_by(session, application)
    missing = sum(1 for row in assigned if row.person_id not in by) if assigned else 1
    newest = score_head(session, application, assessed=True)
    return _Reviewed(
        assessor_ids=frozenset(row.person_id for row in assigned),
        lead_id=next((row.person_id for row in assigned if row.is_lead), None),
        scores_missing=missing or int(is_outdated(session, newest)),
        newest=newest or score_head(session, application),
    )


def is_outdated(session: Session, assessment: Assessment | ScoreHead | None) -> bool:
    """Whether somebody judged on the case after this score: then it must be made again."""
    if assessment is None:
        return True
    newer = sent(
        session,
        _JUDGED_SINCE,
        application_id=assessment.application_id,
        since=assessment.made_at,
    )
    return bool(newer.scalar_one())


def _is_green(application: Application, newest: ScoreHead | None) -> bool:
    """The verdict is green, and so is the grade that was proposed, which may be lower."""
    if newest is None or newest.verdict != GREEN:
        return False
    if not application.proposed_grade:
        return True
    book = pinned(application)
    grade = book.grade_by_id.get(application.proposed_grade)
    return grade is not None and grade.green


def _open_findings(session: Session, application_id: int) -> int:
    return _count(
        session,
        select(func.count())
        .select_from(Finding)
        .where(
            Finding.application_id == application_id,
            col(Finding.sent_at).is_not(None),
            col(Finding.answered_at).is_(None),
            col(Finding.closed_at).is_(None),
        ),
    )


def _open_objections(session: Session, application_id: int) -> int:
    return _count(
        session,
        select(func.count())
        .select_from(Objection)
        .where(Objection.application_id == application_id, Objection.outcome == ""),
    )


def _was_appealed(session: Session, decision: Decision | None) -> bool:
    if decision is None:
        return False
    appeals = select(func.count()).select_from(Appeal)
    return bool(_count(session, appeals.where(Appeal.decision_id == decision.id)))


def facts_of(
    session: Session,
    application: Application,
    *,
    by: Actor,
    now: datetime,
    notice_days: int = 0,
    also: frozenset[int] = frozenset(),
    event: Event | None = None,
) -> Facts:
    """What the database knows: for one event what its guards look at, else everything.

    What only the form knows (given, findings …) is added by the operation with
    `dataclasses.replace`. `also` are persons whose conflicts count beside the actor's, e.g. one
    who is to be assigned.
    """
    today = legal_date(now)
    groups = needed(event)
    rows = sent(
        session,
        _OWNER_AND_PARTS,
        organisation_id=application.organisation_id,
        application_id=application.id,
    ).all()
    group_id, verification = rows[0][:2]
    found: dict[str, Any] = {}
    for group, gather in _GATHER.items():
        if group in groups:
            found.update(gather(session, application, today))
    if Group.PEOPLE in groups:
        people = also | found.get("assessor_ids", frozenset())
        people |= {by.person_id} if by.person_id else frozenset()
        found["parts"] = _by_part(row[2:] for row in rows if row[2] is not None)
        found["conflicts"] = declared_conflicts(session, people, on=today)
    return Facts(
        scope=scope_of(application),
        group_id=group_id,
        came_from=application.came_from or None,
        organisation_known=verification in ("pending", "verified"),
        organisation_verified=verification == "verified",
        rounds=application.rounds,
        due_day=_last_day(application),
        notice_days=notice_days,
        notice_end=application.notice_until,
        valid_until=application.valid_to,
        **found,
    )


def _screening_facts(session: Session, application: Application, on: date) -> dict[str, Any]:
    run = newest_run(session, application)
    undecided, stops = stops_of(session, run, on) if run is not None else (0, ())
    return {"screened": run is not None, "undecided_hits": undecided, "stops": stops}


def _review_facts(session: Session, application: Application, on: date) -> dict[str, Any]:
    reviewed = _reviewed(session, application)
    return {
        "unsettled_gates": tuple(_unsettled(session, application, reviewed.newest)),
        "assessor_ids": reviewed.assessor_ids,
        "lead_assessor_id": reviewed.lead_id,
        "scores_missing": reviewed.scores_missing,
        "verdict_is_green": _is_green(application, reviewed.newest),
    }


def _decision_facts(session: Session, application: Application, on: date) -> dict[str, Any]:
    decision = last_decision(session, application)
    return {
        "appeal_end": decision.appeal_until if decision is not None else None,
        "appealed": _was_appealed(session, decision),
        "decision_approved": decision is not None and decision.event == "approve",
    }


def _restricted_facts(session: Session, application: Application, on: date) -> dict[str, Any]:
    restricted = is_restricted(session, application, on=on)
    return {
        "restricted": restricted,
        "suspension_grounds": (RESTRICTED_ENTRY,) if restricted else (),
    }


_GATHER: dict[Group, Callable[[Session, Application, date], dict[str, Any]]] = {
    Group.SCREENING: _screening_facts,
    Group.REVIEW: _review_facts,
    Group.FINDINGS: lambda session, case, on: {"findings_open": _open_findings(session, case.id)},
    Group.OBJECTIONS: lambda session, case, on: {
        "objections_open": _open_objections(session, case.id)
    },
    Group.DECISION: _decision_facts,
    Group.RESTRICTED: _restricted_facts,
}


def scope_of(application: Application) -> Scope:
    """Where a case lies: roles are granted for an organisation or a zone."""
    zone = application.zone_id
    return Scope(
        organisation_id=application.organisation_id,
        zone_id=zone if zone and zone != OUTSIDE_ANY_ZONE else None,
    )
