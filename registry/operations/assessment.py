"""Compute a case's score under its pinned rulebook and keep it whole; nothing is overwritten."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import Session

from registry.db import columns_of, lock, sent
from registry.models import Application, Assessment, Judgement
from registry.operations.audit import record as log
from registry.queries.assessment import ASSESSED, RESCORED, newest_assessment
from registry.queries.reference import tables
from registry.queries.rulebook import load, pinned
from registry.queries.what_counts import sorted_out
from registry.rules import canonical
from registry.rules.assessment import Assessment as Result
from registry.rules.calendar import legal_date
from registry.rules.consulted import Watch
from registry.rules.lifecycle import MoveRefused, Need, Refusal
from registry.rules.permissions import Actor, Role, Scope, holds
from registry.rules.rulebook import Rulebook
from registry.rules.score import assess

RESCORERS = (Role.RULE_EDITOR, Role.RULE_PUBLISHER, Role.ASSESSOR, Role.APPROVER)

_judgement = columns_of(Judgement)
_JUDGED = (
    select(_judgement.kind, _judgement.rule_id, _judgement.value)
    .where(_judgement.application_id == bindparam("application_id"))
    .order_by(_judgement.made_at, _judgement.id)
)


def judged(session: Session, application: Application) -> tuple[dict[str, str], dict[str, str]]:
    """What people said: inputs that assessors set, and gates that named persons settled.

    The newest word on a rule counts; the older ones stay on record.
    """
    return sorted_out(sent(session, _JUDGED, application_id=application.id))


def judged_until(
    session: Session, application: Application, until: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """The same as it was at a moment: what a score of then stands on."""
    until_then = _JUDGED.where(_judgement.made_at <= until)
    return sorted_out(sent(session, until_then, application_id=application.id))


def score_case(
    session: Session,
    application: Application,
    *,
    purpose: str,
    found: dict[str, str],
    by: Actor,
    now: datetime,
    rationale: str = "",
    rulebook: Rulebook | None = None,
) -> Assessment:
    """Score the newest version: its answers, what assessors judged, and `found` (what the registry
    itself established, e.g. a hit on a list), by the pinned rulebook (or the one that a re-score
    names) and today's reference data."""
    rulebook = pinned(application) if rulebook is None else rulebook
    inputs, settled = judged(session, application)
    answers = {**application.answers, **inputs, **found}
    reference = tables(session)
    watch = Watch(reference) if purpose == ASSESSED else None
    today = legal_date(now)
    result = assess(
        rulebook,
        answers,
        kind=application.kind,
        as_of=today,
        reference=reference if watch is None else watch.tables(),
        settled=settled,
    )
    record = result.to_record()
    made = Assessment(
        application_id=application.id,
        version_no=application.version_no,
        purpose=purpose,
        as_of=today,
        rulebook_id=rulebook.id,
        rulebook_version=rulebook.version,
        rulebook_sha256=rulebook.sha256,
        reference_sha256=reference.sha256,
        consulted=None if watch is None else watch.record(),
        answers_sha256=canonical.digest(answers),
        found=found,
        result=record,
        result_sha256=canonical.digest(record),
        grade=str(result.grade or ""),
        verdict=str(result.verdict),
        total_centipoints=result.total_centipoints,
        coverage_bp=result.coverage_bp,
        open_matters=len(result.open_matters),
        matters={m.id: {"code": m.code, "settled": m.settled} for m in result.matters},
        rationale=rationale,
        made_by_id=by.person_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made


def try_score(
    session: Session,
    application: Application,
    *,
    inputs: Mapping[str, str],
    found: Mapping[str, str],
    now: datetime,
) -> Result:
    """What the score would be with these inputs of an assessor; nothing is kept."""
    rulebook = pinned(application)
    said, settled = judged(session, application)
    return assess(
        rulebook,
        {**application.answers, **said, **inputs, **found},
        kind=application.kind,
        as_of=legal_date(now),
        reference=tables(session),
        settled=settled,
    )


def rescore(
    session: Session,
    *,
    application_id: int,
    rulebook_id: str,
    version: str,
    rationale: str,
    by: Actor,
    now: datetime,
) -> Assessment:
    """Score a case again by another released rulebook, beside its own score and never in its place.

    Steps: lock; refuse strangers and a missing reason; score what was sent last; log both results.
    No decision reads it: the case stays with the rulebook that it was submitted under.
    """
    application = lock(session, Application, application_id)
    scope = Scope(organisation_id=application.organisation_id, zone_id=application.zone_id or None)
    if holds(by, RESCORERS, scope, legal_date(now)) is None:
        raise MoveRefused(Refusal.ROLE_MISSING, roles=RESCORERS)
    if not rationale.strip():
        raise MoveRefused(Refusal.NEEDED, need=Need.RATIONALE, needs=(Need.RATIONALE,))
    if not application.version_no:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    before = newest_assessment(session, application)
    made = score_case(
        session,
        application,
        purpose=RESCORED,
        found=dict(before.found) if before is not None else {},
        by=by,
        now=now,
        rationale=rationale,
        rulebook=load(session, rulebook_id, version),
    )
    log(
        session,
        kind="assessment.rescored",
        subject=f"application:{application.id}",
        body={
            "assessment": made.id,
            "beside": before.id if before is not None else None,
            "rulebook": f"{made.rulebook_id}/{made.rulebook_version}",
            "rulebook_sha256": made.rulebook_sha256,
            "result_sha256": made.result_sha256,
            "grade": made.grade,
        },
        by=by,
        now=now,
    )
    return made
