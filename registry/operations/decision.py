"""Decisions on a case: ineligible, approve, send back, reject, notice and objections, entry."""

from datetime import datetime

from sqlmodel import Session

from registry.db import lock
from registry.models import Application, Decision, Objection
from registry.operations import clock
from registry.operations.case import move
from registry.operations.reserve import put_on_list
from registry.operations.telling import applicants_of, assessors_of, tell
from registry.queries.assessment import score_head
from registry.queries.restricted import has_confirmed_hit
from registry.reference import calendar
from registry.rules import canonical
from registry.rules.calendar import add_working_days, legal_date
from registry.rules.lifecycle import DEADLINE, MoveRefused, Need, Reason, Refusal
from registry.rules.lifecycle.application import Event, State
from registry.rules.permissions import PUBLIC, Actor, service
from registry.words import Words


def find_ineligible(
    session: Session,
    *,
    application_id: int,
    reason_code: str,
    clause: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Decision:
    """A screener's refusal to take a case up 不予受理: reason code, clause, letter, appeal window."""
    application = lock(session, Application, application_id)
    if reason_code == Reason.ON_RESTRICTED_LIST and not has_confirmed_hit(session, application):
        raise MoveRefused(Refusal.SECOND_PERSON_NEEDED)
    return _refuse(
        session,
        application,
        Event.INELIGIBLE,
        reason_code,
        reason,
        {Need.REASON: reason, Need.CLAUSE: clause},
        {"clause": clause},
        by,
        now,
    )


def reject(
    session: Session,
    *,
    application_id: int,
    reason_code: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> Decision:
    """An approver's rejection: reason code, a letter on screen, and the days to appeal."""
    application = lock(session, Application, application_id)
    return _refuse(
        session,
        application,
        Event.REJECT,
        reason_code,
        reason,
        {Need.REASON: reason},
        {},
        by,
        now,
    )


def _refuse(
    session: Session,
    application: Application,
    event: Event,
    reason_code: str,
    reason: str,
    given: dict[Need, str],
    conditions: dict[str, str],
    by: Actor,
    now: datetime,
) -> Decision:
    until = add_working_days(legal_date(now), DEADLINE["appeal_window"].amount, calendar())
    clock.end(application)
    move(
        session,
        application,
        event,
        by=by,
        now=now,
        given=[need for need, said in given.items() if said.strip()],
        body={
            "reason_code": reason_code,
            "reason_sha256": canonical.digest(reason),
            "appeal_until": until.isoformat(),
            **conditions,
        },
        reason=reason_code,
    )
    decision = keep_decision(
        session,
        application,
        event,
        reason_code=reason_code,
        reason=reason,
        conditions=conditions,
        by=by,
        now=now,
    )
    decision.appeal_until = until
    _tell_decision(
        session,
        application,
        Words(
            f"申请未获通过。理由与依据见平台上的通知书；如有异议，可于 {until} 前申请复议。",
            "The application was refused. The letter on the site gives the reason and the clause; "
            f"you may appeal until {until}.",
        ),
        now,
    )
    return decision


def keep_decision(
    session: Session,
    application: Application,
    event: Event,
    *,
    reason: str,
    by: Actor,
    now: datetime,
    reason_code: str = "",
    conditions: dict[str, str] | None = None,
) -> Decision:
    """What was decided or recommended, on which score, in whose words."""
    newest = score_head(session, application, assessed=True)
    decision = Decision(
        application_id=application.id,
        event=event.value,
        reason_code=reason_code,
        reason=reason,
        grade=application.proposed_grade,
        conditions=conditions or {},
        assessment_id=newest.id if newest is not None else None,
        decided_by_id=by.person_id or 0,
        decided_at=now,
    )
    session.add(decision)
    session.flush()
    return decision


def approve(
    session: Session,
    *,
    application_id: int,
    reason: str,
    notice_days: int,
    by: Actor,
    now: datetime,
) -> Decision:
    """Approve by four eyes: to public notice where days are set, else straight onto the list with
    number and certificate. All in this transaction."""
    application = lock(session, Application, application_id)
    newest = score_head(session, application, assessed=True)
    clock.end(application)
    move(
        session,
        application,
        Event.APPROVE,
        by=by,
        now=now,
        notice_days=notice_days,
        body={
            "grade": application.proposed_grade,
            "assessment_sha256": newest.result_sha256 if newest is not None else "",
            "reason_sha256": canonical.digest(reason),
        },
    )
    decision = keep_decision(session, application, Event.APPROVE, reason=reason, by=by, now=now)
    application.grade = application.proposed_grade
    if application.state == State.NOTICE:
        application.notice_until = add_working_days(legal_date(now), notice_days, calendar())
        application.due_on = application.notice_until
        _tell_decision(
            session,
            application,
            Words(
                f"申请已审定通过，公示至 {application.notice_until}。",
                f"The application was approved; the public notice runs to {application.notice_until}.",
            ),
            now,
        )
    else:
        put_on_list(session, application, by=by, now=now)
    return decision


def send_back(
    session: Session,
    *,
    application_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    reason_code: str = "",
) -> Application:
    """An approver asks the assessors to look again."""
    application = lock(session, Application, application_id)
    move(
        session,
        application,
        Event.SEND_BACK,
        by=by,
        now=now,
        given=[Need.REASON] if reason.strip() else [],
        body={"reason_code": reason_code, "reason_sha256": canonical.digest(reason)},
        reason=reason_code,
    )
    keep_decision(
        session,
        application,
        Event.SEND_BACK,
        reason_code=reason_code,
        reason=reason,
        by=by,
        now=now,
    )
    clock.restart(application, "review", now)
    tell(
        session,
        assessors_of(session, application),
        application,
        subject=Words("审定退回，请再评审", "sent back for another look"),
        body=Words(f"审定意见：{reason}", f"The approver says: {reason}"),
        now=now,
    )
    return application


def object_to(
    session: Session, *, application_id: int, text: str, contact: str, now: datetime
) -> Objection:
    """Anybody's objection during the notice. Contact stays out of the log."""
    application = lock(session, Application, application_id)
    objection = Objection(
        application_id=application.id, text=text, contact=contact, received_at=now
    )
    move(
        session,
        application,
        Event.OBJECT,
        by=PUBLIC,
        now=now,
        given=[Need.RATIONALE] if text.strip() else [],
        body={"text_sha256": canonical.digest(text)},
    )
    session.add(objection)
    session.flush()
    return objection


def decide_objection(
    session: Session, *, objection_id: int, uphold: bool, reason: str, by: Actor, now: datetime
) -> Objection:
    """Dismiss an objection, or uphold it and take the case back into review."""
    objection = session.get_one(Objection, objection_id)
    application = lock(session, Application, objection.application_id)
    move(
        session,
        application,
        Event.UPHOLD_OBJECTION if uphold else Event.DISMISS_OBJECTION,
        by=by,
        now=now,
        given=[Need.RATIONALE] if reason.strip() else [],
        body={"objection": objection.id, "reason_sha256": canonical.digest(reason)},
    )
    objection.outcome = "upheld" if uphold else "dismissed"
    objection.reason = reason
    objection.decided_by_id = by.person_id
    objection.decided_at = now
    session.add(objection)
    if uphold:
        application.notice_until = None
        clock.restart(application, "review", now)
    return objection


def enter(session: Session, *, application_id: int, now: datetime) -> Application:
    """The notice is over without an open objection: onto the list, by the timer."""
    application = lock(session, Application, application_id)
    timer = service("timer")
    clock.end(application)
    move(session, application, Event.ENTER, by=timer, now=now)
    put_on_list(session, application, by=timer, now=now)
    return application


def _tell_decision(session: Session, application: Application, body: Words, now: datetime) -> None:
    tell(
        session,
        applicants_of(session, application),
        application,
        subject=Words("审核结果", "the decision on your application"),
        body=body,
        now=now,
    )
