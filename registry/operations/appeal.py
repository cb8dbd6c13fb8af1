"""Appeals 复议: filed by the applicant within the window, decided by people who took no part."""

from datetime import datetime

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import Appeal, Application
from registry.operations import clock
from registry.operations.case import move
from registry.operations.telling import applicants_of, staff_with, tell
from registry.queries.case import last_decision
from registry.rules import canonical
from registry.rules.lifecycle import MoveRefused, Need, Refusal
from registry.rules.lifecycle.application import Event
from registry.rules.permissions import Actor, Role
from registry.words import Words


def file_appeal(
    session: Session, *, application_id: int, grounds: str, by: Actor, now: datetime
) -> Appeal:
    """A signatory's appeal against the last refusal, with grounds; the panel is told."""
    application = lock(session, Application, application_id)
    decision = last_decision(session, application)
    if decision is None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    move(
        session,
        application,
        Event.APPEAL,
        by=by,
        now=now,
        given=[Need.GROUND, Need.RATIONALE] if grounds.strip() else [],
        body={"decision": decision.id, "grounds_sha256": canonical.digest(grounds)},
    )
    clock.restart(application, "appeal_decision", now)
    appeal = Appeal(
        application_id=application.id,
        decision_id=decision.id,
        grounds=grounds,
        filed_by_id=by.person_id or 0,
        filed_at=now,
    )
    session.add(appeal)
    session.flush()
    tell(
        session,
        staff_with(session, (Role.APPEAL_PANEL,), application, now=now),
        application,
        subject=Words("收到复议申请", "an appeal was filed"),
        body=Words("请登录平台查看并审理。", "Please sign in to hear it."),
        now=now,
    )
    return appeal


def decide_appeal(
    session: Session,
    *,
    application_id: int,
    overturn: bool,
    reason: str,
    by: Actor,
    now: datetime,
) -> Appeal:
    """A panel member's reasoned decision: the refusal stands, or the case is reviewed again."""
    application = lock(session, Application, application_id)
    appeal = session.exec(
        select(Appeal)
        .where(Appeal.application_id == application.id, Appeal.outcome == "")
        .order_by(col(Appeal.id).desc())
    ).first()
    if appeal is None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    move(
        session,
        application,
        Event.OVERTURN if overturn else Event.LET_STAND,
        by=by,
        now=now,
        given=[Need.RATIONALE] if reason.strip() else [],
        body={"appeal": appeal.id, "reason_sha256": canonical.digest(reason)},
    )
    appeal.outcome = "overturned" if overturn else "stands"
    appeal.reason = reason
    appeal.decided_by_id = by.person_id
    appeal.decided_at = now
    session.add(appeal)
    if overturn:
        clock.restart(application, "review", now)
    else:
        clock.end(application)
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("复议决定", "the decision on your appeal"),
        body=Words(
            "复议成立，原决定撤销，申请重新进入评审。" if overturn else "复议后维持原决定。",
            "The appeal succeeded: the application is reviewed again."
            if overturn
            else "The decision stands after the appeal.",
        ),
        now=now,
    )
    return appeal
