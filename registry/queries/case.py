"""A case as the life cycle judges it: every fact that a move may depend on, read at once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from registry import reference
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
    RestrictedEntry,
    ScreeningHit,
    ScreeningRun,
    StopRelease,
)
from registry.rules.calendar import add_working_days, legal_date
from registry.rules.lifecycle import DEADLINE, DeclaredConflict, Facts, Part, Stop
from registry.rules.lifecycle.application import State
from registry.rules.permissions import Actor, Scope

ASSESSED = "assessed"  # purpose of an assessor's score, as against the automatic one at screening
SETTLED = "settled"  # kind of a judgement by which a named person settles an unknown gate


def parts_of(session: Session, application_id: int) -> Mapping[Part, frozenset[int]]:
    """Who took which part in this case, as far as it still counts."""
    rows = session.exec(
        select(CasePart.part, CasePart.person_id).where(
            CasePart.application_id == application_id, col(CasePart.cleared_at).is_(None)
        )
    ).all()
    parts: dict[Part, set[int]] = defaultdict(set)
    for part, person_id in rows:
        parts[Part(part)].add(person_id)
    return {part: frozenset(people) for part, people in parts.items()}


def declared_conflicts(
    session: Session, person_ids: frozenset[int], *, on: date
) -> tuple[DeclaredConflict, ...]:
    """The declared conflicts of these persons that are current on that day."""
    rows = session.exec(
        select(ConflictOfInterest)
        .where(
            col(ConflictOfInterest.person_id).in_(person_ids),
            ConflictOfInterest.from_day <= on,
            or_(col(ConflictOfInterest.to_day).is_(None), col(ConflictOfInterest.to_day) >= on),
        )
        .order_by(col(ConflictOfInterest.id))
    ).all()
    return tuple(
        DeclaredConflict(
            person_id=row.person_id,
            organisation_id=row.organisation_id,
            from_day=row.from_day,
            to_day=row.to_day,
        )
        for row in rows
    )


def newest_run(session: Session, application: Application) -> ScreeningRun | None:
    """The newest screening of the version that was submitted last."""
    return session.exec(
        select(ScreeningRun)
        .where(
            ScreeningRun.application_id == application.id,
            ScreeningRun.version_no == application.version_no,
        )
        .order_by(col(ScreeningRun.id).desc())
        .limit(1)
    ).one_or_none()


def newest_assessment(
    session: Session, application: Application, purpose: str | None = None
) -> Assessment | None:
    """The newest score of the newest version, of any purpose or of one."""
    statement = select(Assessment).where(
        Assessment.application_id == application.id,
        Assessment.version_no == application.version_no,
    )
    if purpose is not None:
        statement = statement.where(Assessment.purpose == purpose)
    return session.exec(statement.order_by(col(Assessment.id).desc()).limit(1)).one_or_none()


def last_decision(session: Session, application: Application) -> Decision | None:
    return session.exec(
        select(Decision)
        .where(Decision.application_id == application.id)
        .order_by(col(Decision.id).desc())
        .limit(1)
    ).one_or_none()


def _stops(session: Session, run: ScreeningRun) -> tuple[int, tuple[Stop, ...]]:
    """How many hits of this run are undecided, and the stops that stand on the true ones."""
    hits = session.exec(
        select(ScreeningHit)
        .where(ScreeningHit.run_id == run.id, col(ScreeningHit.is_runner_up).is_(False))
        .order_by(col(ScreeningHit.id))
    ).all()
    releases = session.exec(
        select(StopRelease.hit_id, StopRelease.person_id).where(
            col(StopRelease.hit_id).in_([hit.id for hit in hits])
        )
    ).all()
    released: dict[int, set[int]] = defaultdict(set)
    for hit_id, person_id in releases:
        released[hit_id].add(person_id)
    stops = tuple(
        Stop(
            code=f"hit:{hit.id}",
            decided_by=hit.decided_by_id,
            released_by=frozenset(released[hit.id or 0]),
        )
        for hit in hits
        if hit.decision == "true"
    )
    undecided = sum(1 for hit in hits if hit.decision in ("", "unsure"))
    return undecided, stops


def is_restricted(session: Session, application: Application, *, on: date) -> bool:
    """Whether the owner stands restricted on that day: by its own code, or by a match that a person
    called true. A likeness that nobody has decided restricts nobody."""
    organisation = session.get_one(Organisation, application.organisation_id)
    matched = select(ScreeningHit.entry_id).where(
        ScreeningHit.application_id == application.id, ScreeningHit.decision == "true"
    )
    same_body: ColumnElement[bool] = col(RestrictedEntry.id).in_(matched)
    if organisation.uscc:
        same_body = or_(same_body, RestrictedEntry.uscc == organisation.uscc)
    return bool(
        _count(
            session,
            select(func.count())
            .select_from(RestrictedEntry)
            .where(
                same_body,
                RestrictedEntry.state == "IN_FORCE",
                RestrictedEntry.from_day <= on,
                or_(col(RestrictedEntry.to_day).is_(None), col(RestrictedEntry.to_day) >= on),
            ),
        )
    )


def _count(session: Session, statement: object) -> int:
    found: int = session.exec(statement).one()  # type: ignore[call-overload]
    return found


def _unsettled(session: Session, application: Application, newest: Assessment | None) -> list[str]:
    if newest is None:
        return []
    settled = set(
        session.exec(
            select(Judgement.rule_id).where(
                Judgement.application_id == application.id, Judgement.kind == SETTLED
            )
        ).all()
    )
    matters = newest.result.get("matters", [])
    return [m["id"] for m in matters if not m["settled"] and m["id"] not in settled]


def _last_day(application: Application) -> date | None:
    """The last day of a running term; a returned case has some days of grace behind it."""
    if application.due_on is None or application.state != State.RETURNED:
        return application.due_on
    return add_working_days(
        application.due_on, DEADLINE["correction_grace"].amount, reference.calendar()
    )


def facts_of(
    session: Session,
    application: Application,
    *,
    by: Actor,
    now: datetime,
    notice_days: int = 0,
    also: frozenset[int] = frozenset(),
) -> Facts:
    """All that the database knows. What only the form knows (given, findings …) is added by the
    operation with `dataclasses.replace`. `also` are persons whose conflicts count beside the
    actor's, e.g. one who is to be assigned."""
    today = legal_date(now)
    case_id = application.id or 0
    organisation = session.get_one(Organisation, application.organisation_id)
    run = newest_run(session, application)
    undecided, stops = _stops(session, run) if run is not None else (0, ())
    assigned = session.exec(
        select(Assignment)
        .where(Assignment.application_id == case_id, col(Assignment.removed_at).is_(None))
        .order_by(col(Assignment.id))
    ).all()
    scored_by = set(
        session.exec(
            select(Assessment.made_by_id).where(
                Assessment.application_id == case_id,
                Assessment.version_no == application.version_no,
                Assessment.purpose == ASSESSED,
            )
        ).all()
    )
    newest = newest_assessment(session, application, ASSESSED) or newest_assessment(
        session, application
    )
    decision = last_decision(session, application)
    appealed = decision is not None and _count(
        session, select(func.count()).select_from(Appeal).where(Appeal.decision_id == decision.id)
    )
    people = also | {a.person_id for a in assigned} | ({by.person_id} if by.person_id else set())
    return Facts(
        scope=Scope(
            organisation_id=application.organisation_id, zone_id=application.zone_id or None
        ),
        group_id=organisation.group_id,
        parts=parts_of(session, case_id),
        conflicts=declared_conflicts(session, people, on=today),
        came_from=application.came_from or None,
        organisation_known=organisation.verification in ("pending", "verified"),
        organisation_verified=organisation.verification == "verified",
        findings_open=_count(
            session,
            select(func.count())
            .select_from(Finding)
            .where(
                Finding.application_id == case_id,
                col(Finding.sent_at).is_not(None),
                col(Finding.answered_at).is_(None),
                col(Finding.closed_at).is_(None),
            ),
        ),
        rounds=application.rounds,
        due_day=_last_day(application),
        screened=run is not None,
        undecided_hits=undecided,
        stops=stops,
        unsettled_gates=tuple(_unsettled(session, application, newest)),
        assessor_ids=frozenset(a.person_id for a in assigned),
        lead_assessor_id=next((a.person_id for a in assigned if a.is_lead), None),
        scores_missing=sum(1 for a in assigned if a.person_id not in scored_by) if assigned else 1,
        verdict_is_green=newest is not None and newest.verdict == "green",
        notice_days=notice_days,
        notice_end=application.notice_until,
        objections_open=_count(
            session,
            select(func.count())
            .select_from(Objection)
            .where(Objection.application_id == case_id, Objection.outcome == ""),
        ),
        appeal_end=decision.appeal_until if decision is not None else None,
        appealed=bool(appealed),
        valid_until=application.valid_to,
        decision_approved=decision is not None and decision.event == "approve",
        restricted=is_restricted(session, application, on=today),
    )
