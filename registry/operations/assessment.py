"""Compute a case's score under its pinned rulebook and keep it whole; nothing is overwritten."""

from datetime import datetime

from sqlmodel import Session, col, select

from registry.models import Application, Assessment, Judgement
from registry.queries.case import SETTLED
from registry.reference import tables
from registry.rulebooks import load
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.permissions import Actor
from registry.rules.score import assess

INPUT = "input"  # kind of a judgement that sets an input which is the assessor's to set


def judged(session: Session, application: Application) -> tuple[dict[str, str], dict[str, str]]:
    """What people said: inputs that assessors set, and gates that named persons settled.

    The newest word on a rule counts; the older ones stay on record.
    """
    rows = session.exec(
        select(Judgement)
        .where(Judgement.application_id == application.id)
        .order_by(col(Judgement.made_at), col(Judgement.id))
    ).all()
    inputs = {row.rule_id: row.value for row in rows if row.kind == INPUT}
    settled = {row.rule_id: row.value for row in rows if row.kind == SETTLED}
    return inputs, settled


def score_case(
    session: Session,
    application: Application,
    *,
    purpose: str,
    found: dict[str, str],
    by: Actor,
    now: datetime,
) -> Assessment:
    """Score the newest version: its answers, what assessors judged, and `found` (what the registry
    itself established, e.g. a hit on a list), by the pinned rulebook and today's reference data."""
    rulebook = load(application.rulebook_id, application.rulebook_version)
    inputs, settled = judged(session, application)
    answers = {**application.answers, **inputs, **found}
    reference = tables()
    today = legal_date(now)
    result = assess(
        rulebook,
        answers,
        kind=application.kind,
        as_of=today,
        reference=reference,
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
        answers_sha256=canonical.digest(answers),
        found=found,
        result=record,
        result_sha256=canonical.digest(record),
        grade=str(result.grade or ""),
        verdict=str(result.verdict),
        total_centipoints=result.total_centipoints,
        coverage_bp=result.coverage_bp,
        made_by_id=by.person_id,
        made_at=now,
    )
    session.add(made)
    session.flush()
    return made
