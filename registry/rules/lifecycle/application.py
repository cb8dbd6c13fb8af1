"""The life of an application and, once it is listed, of a project on the reserve list 储备库."""

from __future__ import annotations

from enum import StrEnum

from ..permissions import Role
from . import guards as g
from .facts import Facts, Need, Part
from .shapes import BACK, STAY, Cycle, Effect, Move


class State(StrEnum):
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    SCREENING = "SCREENING"
    INELIGIBLE = "INELIGIBLE"
    RETURNED = "RETURNED"
    LAPSED = "LAPSED"
    IN_REVIEW = "IN_REVIEW"
    PENDING_APPROVAL = "PENDING_APPROVAL"
    NOTICE = "NOTICE"
    REJECTED = "REJECTED"
    UNDER_APPEAL = "UNDER_APPEAL"
    RESERVE = "RESERVE"
    FINANCED = "FINANCED"
    MONITORED = "MONITORED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    DELISTED = "DELISTED"
    COMPLETED = "COMPLETED"
    WITHDRAWN = "WITHDRAWN"


class Event(StrEnum):
    START = "start"
    EDIT = "edit"
    SUBMIT = "submit"
    SCREEN = "screen"
    DECIDE_HIT = "decide_hit"
    STOP = "stop"
    RELEASE_STOP = "release_stop"
    SETTLE_GATE = "settle_gate"
    INELIGIBLE = "ineligible"
    RETURN = "return"
    RESUBMIT = "resubmit"
    LAPSE = "lapse"
    ACCEPT = "accept"
    ASSIGN = "assign"
    SCORE = "score"
    RECOMMEND = "recommend"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    REJECT = "reject"
    OBJECT = "object"
    DISMISS_OBJECTION = "dismiss_objection"
    UPHOLD_OBJECTION = "uphold_objection"
    ENTER = "enter"
    APPEAL = "appeal"
    LET_STAND = "let_stand"
    OVERTURN = "overturn"
    EXPRESS_INTEREST = "express_interest"
    FINANCE = "finance"
    MONITOR = "monitor"
    REPORT = "report"
    VERIFY = "verify"
    CONFIRM_REPORT = "confirm_report"
    RENEW = "renew"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    EXPIRE = "expire"
    PROPOSE_DELISTING = "propose_delisting"
    DELIST = "delist"
    COMPLETE = "complete"
    WITHDRAW = "withdraw"


EDITABLE = frozenset({State.DRAFT, State.RETURNED})
LISTED = (State.RESERVE, State.FINANCED, State.MONITORED)
BEFORE_DECISION = (
    State.DRAFT,
    State.SUBMITTED,
    State.SCREENING,
    State.RETURNED,
    State.IN_REVIEW,
    State.PENDING_APPROVAL,
)
_SCREENED = (State.SCREENING, State.IN_REVIEW)  # a correction in review is screened again
_APPLICANT = (Role.EDITOR, Role.SIGNATORY)
_FOUR_EYES = (g.no_conflict, g.approver_took_no_other_part)


def _notice_is_set(facts: Facts) -> bool:
    return facts.notice_days > 0


def _no_notice(facts: Facts) -> bool:
    return facts.notice_days == 0


# fmt: off
_PREPARE = (
    Move(
        Event.START, (None,), State.DRAFT, "application.started", _APPLICANT,
        guards=(g.organisation_known,), part=Part.EDITED, effects=(Effect.OPEN_DRAFT,),
    ),
    Move(
        Event.EDIT, (State.DRAFT, State.RETURNED), STAY, "application.edited", _APPLICANT,
        part=Part.EDITED,
    ),
    Move(
        Event.SUBMIT, (State.DRAFT,), State.SUBMITTED, "application.submitted", (Role.SIGNATORY,),
        guards=(g.complete, g.files_digested), needs=(Need.DECLARATIONS,), part=Part.SIGNED,
        effects=(Effect.FREEZE_VERSION, Effect.ISSUE_RECEIPT, Effect.START_CLOCK),
    ),
    Move(
        Event.WITHDRAW, BEFORE_DECISION, State.WITHDRAWN, "application.withdrawn", _APPLICANT,
        effects=(Effect.END_CLOCK, Effect.TELL_STAFF),
    ),
)

_SCREENING = (
    Move(
        Event.SCREEN, (State.SUBMITTED,), State.SCREENING, "application.screened",
        (Role.SERVICE,),
        effects=(
            Effect.SCREEN_EXCLUSIONS, Effect.SCREEN_RESTRICTIONS, Effect.SCREEN_DUPLICATES,
            Effect.PIN_RULEBOOK,
        ),
    ),
    Move(
        Event.DECIDE_HIT, _SCREENED, STAY, "application.hit_decided", (Role.SCREENER,),
        guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.SCREENED,
    ),
    Move(
        Event.STOP, _SCREENED, STAY, "application.stopped",
        (Role.SCREENER, Role.SERVICE),
        guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.SCREENED,
    ),
    Move(
        Event.RELEASE_STOP, _SCREENED, STAY, "application.stop_released",
        (Role.SCREENER, Role.APPROVER),
        guards=(g.no_conflict, g.may_release_a_stop), needs=(Need.RATIONALE,),
        part=Part.RELEASED_STOP,
    ),
    Move(
        Event.SETTLE_GATE, _SCREENED, STAY, "application.gate_settled",
        (Role.SCREENER, Role.ASSESSOR),
        guards=(g.no_conflict,), needs=(Need.RATIONALE, Need.EVIDENCE), part=Part.SCREENED,
    ),
    Move(
        Event.INELIGIBLE, (State.SCREENING,), State.INELIGIBLE, "application.found_ineligible",
        (Role.SCREENER,),
        guards=(g.no_conflict,), needs=(Need.REASON, Need.CLAUSE), part=Part.SCREENED,
        effects=(Effect.SEND_LETTER, Effect.OPEN_APPEAL_WINDOW, Effect.END_CLOCK),
    ),
    Move(
        Event.ACCEPT, (State.SCREENING,), State.IN_REVIEW, "application.accepted",
        (Role.SCREENER,),
        guards=(g.no_conflict, g.screened, g.stops_released), part=Part.SCREENED,
        effects=(Effect.ASSIGN_ASSESSORS, Effect.CHECK_CONFLICTS),
    ),
)

_CORRECTABLE = (g.no_conflict, g.has_a_finding, g.rounds_left)
_ASK = (Effect.STOP_CLOCK, Effect.REQUEST_CORRECTION, Effect.OPEN_QUESTIONED_FIELDS)

_CORRECTION = (
    Move(
        Event.RETURN, (State.SCREENING,), State.RETURNED, "application.returned",
        (Role.SCREENER,),
        part=Part.SCREENED, needs=(Need.FINDINGS,), guards=_CORRECTABLE, effects=_ASK,
    ),
    Move(
        Event.RETURN, (State.IN_REVIEW,), State.RETURNED, "application.returned",
        (Role.ASSESSOR,),
        part=Part.ASSESSED, needs=(Need.FINDINGS,), guards=_CORRECTABLE, effects=_ASK,
    ),
    Move(
        Event.RESUBMIT, (State.RETURNED,), BACK, "application.resubmitted", (Role.SIGNATORY,),
        guards=(g.findings_answered, g.complete, g.files_digested), needs=(Need.DECLARATIONS,),
        part=Part.SIGNED,
        effects=(
            Effect.FREEZE_VERSION, Effect.ISSUE_RECEIPT, Effect.RESUME_CLOCK,
            Effect.SHOW_DIFFERENCE, Effect.RESCREEN,
        ),
    ),
    Move(
        Event.LAPSE, (State.RETURNED,), State.LAPSED, "application.lapsed", (Role.SERVICE,),
        guards=(g.overdue,),
        effects=(Effect.END_CLOCK, Effect.ALLOW_CLONE, Effect.TELL_APPLICANT),
    ),
)

_REVIEW = (
    Move(
        Event.ASSIGN, (State.IN_REVIEW,), STAY, "application.assigned",
        (Role.SCREENER, Role.APPROVER),
        guards=(g.assignee_without_conflict,), needs=(Need.ASSIGNEE,),
        effects=(Effect.CHECK_CONFLICTS, Effect.TELL_STAFF),
    ),
    Move(
        Event.SCORE, (State.IN_REVIEW,), STAY, "application.scored", (Role.ASSESSOR,),
        guards=(g.no_conflict, g.is_assigned), needs=(Need.RATIONALE,), part=Part.ASSESSED,
        effects=(Effect.KEEP_SCORE,),
    ),
    Move(
        Event.RECOMMEND, (State.IN_REVIEW,), State.PENDING_APPROVAL, "application.recommended",
        (Role.ASSESSOR,),
        guards=(
            g.no_conflict, g.is_lead_assessor, g.scores_in, g.nothing_open,
            g.screened, g.stops_released,
        ),
        needs=(Need.GRADE, Need.RATIONALE), part=Part.ASSESSED, effects=(Effect.PROPOSE_GRADE,),
    ),
)

_APPROVAL = (*_FOUR_EYES, g.organisation_verified, g.gates_settled, g.verdict_green)
_LISTING = (
    Effect.GIVE_LIST_NUMBER,
    Effect.ISSUE_CERTIFICATE,
    Effect.PUBLISH_TO_FEED,
    Effect.TELL_APPLICANT,
    Effect.END_CLOCK,
)

_DECISION = (
    Move(
        Event.APPROVE, (State.PENDING_APPROVAL,), State.NOTICE, "application.approved",
        (Role.APPROVER,),
        when=_notice_is_set, guards=_APPROVAL, part=Part.DECIDED,
        effects=(Effect.PUBLISH_NOTICE, Effect.TELL_APPLICANT),
    ),
    Move(
        Event.APPROVE, (State.PENDING_APPROVAL,), State.RESERVE,
        "application.approved_and_entered", (Role.APPROVER,),
        when=_no_notice, guards=(*_APPROVAL, g.not_restricted), part=Part.DECIDED,
        effects=_LISTING,
    ),
    Move(
        Event.SEND_BACK, (State.PENDING_APPROVAL,), State.IN_REVIEW, "application.sent_back",
        (Role.APPROVER,),
        guards=_FOUR_EYES, needs=(Need.REASON,), part=Part.DECIDED, effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.REJECT, (State.PENDING_APPROVAL,), State.REJECTED, "application.rejected",
        (Role.APPROVER,),
        guards=_FOUR_EYES, needs=(Need.REASON,), part=Part.DECIDED,
        effects=(Effect.SEND_LETTER, Effect.OPEN_APPEAL_WINDOW, Effect.END_CLOCK),
    ),
    Move(
        Event.OBJECT, (State.NOTICE,), STAY, "application.objection_filed", (Role.PUBLIC,),
        part=Part.SPOKE, guards=(g.notice_running,), needs=(Need.RATIONALE,),
        effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.DISMISS_OBJECTION, (State.NOTICE,), STAY, "application.objection_dismissed",
        (Role.APPROVER,),
        guards=(*_FOUR_EYES, g.an_objection_open), needs=(Need.RATIONALE,), part=Part.DECIDED,
    ),
    Move(
        Event.UPHOLD_OBJECTION, (State.NOTICE,), State.IN_REVIEW, "application.objection_upheld",
        (Role.APPROVER,),
        guards=(*_FOUR_EYES, g.an_objection_open), needs=(Need.RATIONALE,), part=Part.DECIDED,
        effects=(Effect.WITHDRAW_NOTICE, Effect.TELL_APPLICANT),
    ),
    Move(
        Event.ENTER, (State.NOTICE,), State.RESERVE, "application.entered", (Role.SERVICE,),
        guards=(g.notice_over, g.no_objection_open, g.not_restricted), effects=_LISTING,
    ),
)

_APPEAL = (
    Move(
        Event.APPEAL, (State.REJECTED, State.INELIGIBLE), State.UNDER_APPEAL,
        "application.appealed", (Role.SIGNATORY,),
        part=Part.SPOKE, guards=(g.within_appeal_window, g.not_appealed_yet),
        needs=(Need.GROUND, Need.RATIONALE), effects=(Effect.TELL_PANEL, Effect.START_CLOCK),
    ),
    Move(
        Event.LET_STAND, (State.UNDER_APPEAL,), BACK, "application.appeal_dismissed",
        (Role.APPEAL_PANEL,),
        guards=(g.panel_untouched, g.no_conflict), needs=(Need.RATIONALE,),
        part=Part.HEARD_APPEAL, effects=(Effect.SEND_LETTER, Effect.END_CLOCK),
    ),
    Move(
        Event.OVERTURN, (State.UNDER_APPEAL,), State.IN_REVIEW, "application.decision_overturned",
        (Role.APPEAL_PANEL,),
        guards=(g.panel_untouched, g.no_conflict), needs=(Need.RATIONALE,),
        part=Part.HEARD_APPEAL,
        effects=(Effect.SEND_LETTER, Effect.ASSIGN_ASSESSORS, Effect.CHECK_CONFLICTS),
    ),
)

_BANKABLE = (g.not_restricted, g.shares_within_whole)
_LOAN = (Need.INSTRUMENT, Need.AMOUNT, Need.DAY)
_BOOK = (Effect.ATTRIBUTE_SHARE, Effect.DISCLOSE_LOAN, Effect.TELL_APPLICANT)

_LISTED = (
    Move(
        Event.EXPRESS_INTEREST, LISTED, STAY, "application.interest_expressed",
        (Role.FUND_MANAGER,),
        guards=(g.not_restricted,), effects=(Effect.TELL_APPLICANT,),
    ),
    Move(
        Event.FINANCE, (State.RESERVE,), State.FINANCED, "application.financed",
        roles=(Role.FUND_MANAGER,), guards=_BANKABLE, needs=_LOAN, effects=_BOOK,
    ),
    Move(
        Event.FINANCE, (State.FINANCED, State.MONITORED), STAY, "application.financed_further",
        roles=(Role.FUND_MANAGER,), guards=_BANKABLE, needs=_LOAN, effects=_BOOK,
    ),
    Move(
        Event.MONITOR, (State.FINANCED,), State.MONITORED, "application.monitoring_begun",
        (Role.SERVICE,),
        effects=(Effect.START_CLOCK, Effect.TELL_APPLICANT),
    ),
    Move(
        Event.REPORT, (State.FINANCED, State.MONITORED), STAY, "application.reported", _APPLICANT,
        guards=(g.complete,), part=Part.EDITED, clears=(Part.VERIFIED,),
        effects=(Effect.RECOMPUTE_BENEFITS,),
    ),
    Move(
        Event.VERIFY, (State.FINANCED, State.MONITORED), STAY, "application.report_verified",
        (Role.VERIFIER,),
        guards=(g.no_conflict,), needs=(Need.RATIONALE, Need.EVIDENCE), part=Part.VERIFIED,
        effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.CONFIRM_REPORT, (State.FINANCED, State.MONITORED), STAY,
        "application.report_confirmed", (Role.APPROVER,),
        guards=(g.no_conflict, g.report_verified), part=Part.DECIDED,
        effects=(Effect.RECOMPUTE_BENEFITS, Effect.RENEW_CERTIFICATE, Effect.PUBLISH_TO_FEED),
    ),
    Move(
        Event.RENEW, LISTED, STAY, "application.renewed", (Role.APPROVER,),
        guards=(*_FOUR_EYES, g.not_restricted), part=Part.DECIDED,
        effects=(Effect.RENEW_CERTIFICATE, Effect.PUBLISH_TO_FEED, Effect.TELL_APPLICANT),
    ),
    Move(
        Event.SUSPEND, LISTED, State.SUSPENDED, "application.suspended",
        (Role.APPROVER, Role.SERVICE),
        guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.SUSPENDED,
        effects=(Effect.SUSPEND_CERTIFICATE, Effect.TELL_HOLDERS, Effect.PUBLISH_TO_FEED),
    ),
    Move(
        Event.REINSTATE, (State.SUSPENDED,), BACK, "application.reinstated",
        (Role.APPROVER, Role.SERVICE),
        guards=(g.no_conflict, g.another_than_who_suspended, g.nothing_suspends),
        needs=(Need.RATIONALE,), part=Part.DECIDED, clears=(Part.SUSPENDED,),
        effects=(Effect.REINSTATE_CERTIFICATE, Effect.TELL_HOLDERS, Effect.PUBLISH_TO_FEED),
    ),
    Move(
        Event.EXPIRE, (State.RESERVE,), State.EXPIRED, "application.expired", (Role.SERVICE,),
        guards=(g.validity_over,),
        effects=(Effect.EXPIRE_CERTIFICATE, Effect.PUBLISH_TO_FEED, Effect.TELL_APPLICANT),
    ),
    Move(
        Event.PROPOSE_DELISTING, (*LISTED, State.SUSPENDED), STAY,
        "application.delisting_proposed", (Role.APPROVER, Role.SCREENER, Role.ASSESSOR),
        guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.PROPOSED,
        effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.DELIST, (*LISTED, State.SUSPENDED), State.DELISTED, "application.delisted",
        (Role.APPROVER,),
        guards=(g.no_conflict, g.proposed_by_another), needs=(Need.REASON,), part=Part.DECIDED,
        effects=(Effect.REVOKE_CERTIFICATE, Effect.TELL_FUND_MANAGERS, Effect.PUBLISH_TO_FEED),
    ),
    Move(
        Event.COMPLETE, LISTED, State.COMPLETED, "application.completed", (Role.APPROVER,),
        guards=(g.no_conflict, g.verified_finally), part=Part.DECIDED,
        effects=(Effect.EXPIRE_CERTIFICATE, Effect.TELL_FUND_MANAGERS, Effect.PUBLISH_TO_FEED),
    ),
)

CYCLE = Cycle(
    name="application",
    states=State,
    events=Event,
    table=(*_PREPARE, *_SCREENING, *_CORRECTION, *_REVIEW, *_DECISION, *_APPEAL, *_LISTED),
    public={
        State.DRAFT: None, State.SUBMITTED: "received", State.SCREENING: "received",
        State.INELIGIBLE: "not_accepted", State.RETURNED: "with_applicant",
        State.LAPSED: "lapsed", State.IN_REVIEW: "under_review",
        State.PENDING_APPROVAL: "under_review", State.NOTICE: "on_notice",
        State.REJECTED: "not_accepted", State.UNDER_APPEAL: "under_appeal",
        State.RESERVE: "listed", State.FINANCED: "financed", State.MONITORED: "monitored",
        State.SUSPENDED: "suspended", State.EXPIRED: "expired", State.DELISTED: "delisted",
        State.COMPLETED: "completed", State.WITHDRAWN: "withdrawn",
    },
    interrupting=frozenset({State.RETURNED, State.UNDER_APPEAL, State.SUSPENDED}),
)
