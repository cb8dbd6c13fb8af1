"""The terms of the life cycles as data. A setting of the operator may change each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from . import application, certificate, restriction
from .shapes import Cycle


class Unit(StrEnum):
    WORKING_DAYS = "working_days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A term that runs in some states. `event`, where there is one, is what its end brings about."""

    code: str
    cycle: Cycle
    states: tuple[StrEnum, ...]
    amount: int
    unit: Unit
    setting: str  # the key under which an operator replaces `amount`
    event: StrEnum | None = None
    public: bool = False  # shown on the public clock per stage

    @property
    def working_days(self) -> int | None:
        return self.amount if self.unit is Unit.WORKING_DAYS else None


_A, _R, _C = application.State, restriction.State, certificate.State

DEADLINES: tuple[Deadline, ...] = (
    Deadline(
        "screening",
        application.CYCLE,
        (_A.SUBMITTED, _A.SCREENING),
        5,
        Unit.WORKING_DAYS,
        "terms.screening_working_days",
        public=True,
    ),
    Deadline(
        "review",
        application.CYCLE,
        (_A.IN_REVIEW,),
        20,
        Unit.WORKING_DAYS,
        "terms.review_working_days",
        public=True,
    ),
    Deadline(
        "approval",
        application.CYCLE,
        (_A.PENDING_APPROVAL,),
        5,
        Unit.WORKING_DAYS,
        "terms.approval_working_days",
        public=True,
    ),
    Deadline(
        "correction",
        application.CYCLE,
        (_A.RETURNED,),
        15,
        Unit.WORKING_DAYS,
        "terms.correction_working_days",
    ),
    Deadline(
        "correction_grace",
        application.CYCLE,
        (_A.RETURNED,),
        5,
        Unit.WORKING_DAYS,
        "terms.correction_grace_working_days",
        event=application.Event.LAPSE,
    ),
    Deadline(
        "notice",
        application.CYCLE,
        (_A.NOTICE,),
        0,
        Unit.WORKING_DAYS,
        "terms.notice_working_days",
        event=application.Event.ENTER,
        public=True,
    ),
    Deadline(
        "appeal_window",
        application.CYCLE,
        (_A.REJECTED, _A.INELIGIBLE),
        15,
        Unit.WORKING_DAYS,
        "terms.appeal_window_working_days",
    ),
    Deadline(
        "appeal_decision",
        application.CYCLE,
        (_A.UNDER_APPEAL,),
        30,
        Unit.WORKING_DAYS,
        "terms.appeal_decision_working_days",
        public=True,
    ),
    Deadline(
        "listing",
        application.CYCLE,
        (_A.RESERVE,),
        12,
        Unit.MONTHS,
        "terms.listing_months",
        event=application.Event.EXPIRE,
    ),
    Deadline(
        "monitoring_report",
        application.CYCLE,
        (_A.MONITORED,),
        12,
        Unit.MONTHS,
        "terms.monitoring_report_months",
        event=application.Event.SUSPEND,
    ),
    Deadline(
        "certificate_validity",
        certificate.CYCLE,
        (_C.ISSUED, _C.SUSPENDED),
        12,
        Unit.MONTHS,
        "terms.certificate_months",
        event=certificate.Event.EXPIRE,
    ),
    Deadline(
        "statement",
        restriction.CYCLE,
        (_R.NOTICED,),
        10,
        Unit.WORKING_DAYS,
        "terms.statement_working_days",
    ),
    Deadline(
        "provisional",
        restriction.CYCLE,
        (_R.IN_FORCE,),
        30,
        Unit.DAYS,
        "terms.provisional_days",
        event=restriction.Event.EXPIRE,
    ),
    Deadline(
        "restriction_appeal_window",
        restriction.CYCLE,
        (_R.IN_FORCE,),
        60,
        Unit.DAYS,
        "terms.restriction_appeal_window_days",
    ),
    Deadline(
        "restriction_appeal_decision",
        restriction.CYCLE,
        (_R.UNDER_APPEAL,),
        30,
        Unit.WORKING_DAYS,
        "terms.restriction_appeal_decision_working_days",
    ),
)

BY_CODE = {deadline.code: deadline for deadline in DEADLINES}
