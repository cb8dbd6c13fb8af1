"""The life of an entry on the restricted-entry list 限制进入名单库."""

from __future__ import annotations

from enum import StrEnum

from ..permissions import Role
from . import guards as g
from .facts import Need, Part
from .shapes import BACK, STAY, Cycle, Effect, Move


class State(StrEnum):
    PROPOSED = "PROPOSED"
    DISMISSED = "DISMISSED"
    NOTICED = "NOTICED"
    IN_FORCE = "IN_FORCE"  # provisional or not is a fact of the entry, with its own end date
    UNDER_APPEAL = "UNDER_APPEAL"
    ANNULLED = "ANNULLED"
    LIFTED = "LIFTED"
    EXPIRED = "EXPIRED"


class Event(StrEnum):
    PROPOSE = "propose"
    AMEND = "amend"
    DISMISS = "dismiss"
    NOTIFY = "notify"
    ANSWER = "answer"
    ENTER = "enter"
    CALL_EMERGENCY = "call_emergency"
    ENTER_PROVISIONALLY = "enter_provisionally"
    CONFIRM = "confirm"
    APPEAL = "appeal"
    UPHOLD = "uphold"
    VARY = "vary"
    ANNUL = "annul"
    REPAIR = "repair"
    REFUSE_REPAIR = "refuse_repair"
    LIFT = "lift"
    EXPIRE = "expire"


_SUBJECT = (Role.PUBLIC,)  # the subject needs no account: the link in the notice identifies it
_APPROVER = (Role.RESTRICT_APPROVER,)
_OFFICER = (Role.RESTRICT_OFFICER,)
_NOT_PROPOSER = (g.no_conflict, g.not_the_proposer)
_PANEL = (g.panel_untouched, g.no_conflict)
# fmt: off
_IN_EFFECT = (
    Effect.PUBLISH_ENTRY,
    Effect.STOP_OPEN_APPLICATIONS,
    Effect.SUSPEND_LISTED_PROJECTS,
    Effect.TELL_SUBJECT,
    Effect.TELL_HOLDERS,
    Effect.PUBLISH_TO_FEED,
)
_OUT_OF_EFFECT = (
    Effect.WITHDRAW_ENTRY,
    Effect.RELEASE_OPEN_APPLICATIONS,
    Effect.RECHECK_SUSPENDED_PROJECTS,
    Effect.TELL_SUBJECT,
    Effect.TELL_HOLDERS,
    Effect.PUBLISH_TO_FEED,
)

_ENTRY = (
    Move(
        Event.PROPOSE, (None,), State.PROPOSED, "restriction.proposed",
        (Role.RESTRICT_OFFICER, Role.FUND_MANAGER, Role.SERVICE),
        guards=(g.subject_identified, g.ground_known, g.end_within_ground),
        needs=(Need.GROUND, Need.EVIDENCE, Need.END_DATE), part=Part.PROPOSED,
        effects=(Effect.FLAG_OPEN_APPLICATIONS,),
    ),
    Move(
        Event.AMEND, (State.PROPOSED,), STAY, "restriction.amended",
        (Role.RESTRICT_OFFICER, Role.SERVICE),
        guards=(g.subject_identified, g.ground_known, g.end_within_ground),
        needs=(Need.GROUND, Need.EVIDENCE, Need.END_DATE), part=Part.PROPOSED,
        effects=(Effect.FLAG_OPEN_APPLICATIONS,),
    ),
    Move(
        Event.DISMISS, (State.PROPOSED, State.NOTICED), State.DISMISSED, "restriction.dismissed",
        _APPROVER,
        guards=_NOT_PROPOSER, needs=(Need.RATIONALE,), part=Part.DECIDED,
        effects=(Effect.UNFLAG_OPEN_APPLICATIONS, Effect.TELL_SUBJECT),
    ),
    Move(
        Event.NOTIFY, (State.PROPOSED,), State.NOTICED, "restriction.noticed", _OFFICER,
        guards=(g.no_conflict,), part=Part.NOTIFIED,
        effects=(Effect.TELL_SUBJECT, Effect.START_STATEMENT_PERIOD),
    ),
    Move(
        Event.ANSWER, (State.NOTICED,), STAY, "restriction.answered", _SUBJECT,
        part=Part.SPOKE, guards=(g.by_the_subject, g.statement_period_running),
        needs=(Need.RATIONALE,), effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.ENTER, (State.NOTICED,), State.IN_FORCE, "restriction.entered", _APPROVER,
        guards=(*_NOT_PROPOSER, g.statement_period_over, g.ground_known, g.end_within_ground),
        needs=(Need.END_DATE,), part=Part.DECIDED,
        effects=(Effect.SET_END_OF_GROUND, *_IN_EFFECT),
    ),
)

_EMERGENCY = (
    Move(
        Event.CALL_EMERGENCY, (State.PROPOSED,), STAY, "restriction.emergency_called", _APPROVER,
        guards=_NOT_PROPOSER, needs=(Need.RATIONALE,), part=Part.CALLED_EMERGENCY,
        effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.ENTER_PROVISIONALLY, (State.PROPOSED,), State.IN_FORCE,
        "restriction.entered_provisionally", _APPROVER,
        guards=(*_NOT_PROPOSER, g.emergency, g.called_by_another), needs=(Need.RATIONALE,),
        part=Part.DECIDED, effects=(Effect.SET_END_IN_30_DAYS, *_IN_EFFECT),
    ),
    Move(
        Event.NOTIFY, (State.IN_FORCE,), STAY, "restriction.noticed_while_provisional", _OFFICER,
        guards=(g.no_conflict, g.is_provisional), part=Part.NOTIFIED,
        effects=(Effect.TELL_SUBJECT, Effect.START_STATEMENT_PERIOD),
    ),
    Move(
        Event.ANSWER, (State.IN_FORCE,), STAY, "restriction.answered", _SUBJECT,
        part=Part.SPOKE, guards=(g.is_provisional, g.by_the_subject, g.statement_period_running),
        needs=(Need.RATIONALE,), effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.CONFIRM, (State.IN_FORCE,), STAY, "restriction.confirmed", _APPROVER,
        guards=(
            *_NOT_PROPOSER, g.is_provisional, g.is_noticed, g.statement_period_over,
            g.end_within_ground,
        ),
        needs=(Need.END_DATE,), part=Part.DECIDED,
        effects=(Effect.SET_END_OF_GROUND, Effect.TELL_SUBJECT, Effect.PUBLISH_TO_FEED),
    ),
)

_APPEAL = (
    Move(
        Event.APPEAL, (State.IN_FORCE,), State.UNDER_APPEAL, "restriction.appealed", _SUBJECT,
        part=Part.SPOKE,
        guards=(g.by_the_subject, g.own_entry, g.within_appeal_window, g.not_appealed_yet),
        needs=(Need.GROUND, Need.RATIONALE),
        effects=(Effect.STAY_IF_IDENTITY, Effect.TELL_PANEL, Effect.START_CLOCK),
    ),
    Move(
        Event.UPHOLD, (State.UNDER_APPEAL,), BACK, "restriction.upheld", (Role.APPEAL_PANEL,),
        guards=_PANEL, needs=(Need.RATIONALE,), part=Part.HEARD_APPEAL,
        effects=(Effect.END_STAY, Effect.SEND_LETTER, Effect.END_CLOCK),
    ),
    Move(
        Event.VARY, (State.UNDER_APPEAL,), BACK, "restriction.varied", (Role.APPEAL_PANEL,),
        guards=(*_PANEL, g.end_within_ground), needs=(Need.RATIONALE, Need.END_DATE),
        part=Part.HEARD_APPEAL,
        effects=(
            Effect.END_STAY, Effect.SEND_LETTER, Effect.END_CLOCK,
            Effect.RECHECK_SUSPENDED_PROJECTS, Effect.PUBLISH_TO_FEED,
        ),
    ),
    Move(
        Event.ANNUL, (State.UNDER_APPEAL,), State.ANNULLED, "restriction.annulled",
        (Role.APPEAL_PANEL,),
        guards=_PANEL, needs=(Need.RATIONALE,), part=Part.HEARD_APPEAL,
        effects=(Effect.SEND_LETTER, Effect.END_CLOCK, *_OUT_OF_EFFECT),
    ),
)

_END = (
    Move(
        Event.REPAIR, (State.IN_FORCE,), STAY, "restriction.repair_filed", _SUBJECT,
        part=Part.SPOKE, guards=(g.by_the_subject, g.own_entry), needs=(Need.PROOF,),
        effects=(Effect.TELL_STAFF,),
    ),
    Move(
        Event.REFUSE_REPAIR, (State.IN_FORCE,), STAY, "restriction.repair_refused", _APPROVER,
        guards=(*_NOT_PROPOSER, g.repair_filed), needs=(Need.RATIONALE,), part=Part.DECIDED,
        effects=(Effect.TELL_SUBJECT,),
    ),
    Move(
        Event.LIFT, (State.IN_FORCE,), State.LIFTED, "restriction.lifted", _APPROVER,
        guards=(g.no_conflict, g.lifter_is_not_the_proposer, g.repair_filed, g.minimum_time_served),
        needs=(Need.RATIONALE,), part=Part.DECIDED, effects=_OUT_OF_EFFECT,
    ),
    # An appeal does not prolong an entry, so the end date counts there too.
    Move(
        Event.EXPIRE, (State.IN_FORCE, State.UNDER_APPEAL), State.EXPIRED, "restriction.expired",
        (Role.SERVICE,),
        guards=(g.validity_over,), effects=_OUT_OF_EFFECT,
    ),
)
# fmt: on

CYCLE = Cycle(
    name="restriction",
    states=State,
    events=Event,
    table=(*_ENTRY, *_EMERGENCY, *_APPEAL, *_END),
    public={
        State.PROPOSED: None,
        State.DISMISSED: None,
        State.NOTICED: None,
        State.IN_FORCE: "in_force",
        State.UNDER_APPEAL: "in_force_under_appeal",
        State.ANNULLED: None,
        State.LIFTED: None,
        State.EXPIRED: None,
    },
    interrupting=frozenset({State.UNDER_APPEAL}),
)

RESTRICTING = frozenset({State.IN_FORCE, State.UNDER_APPEAL})  # unless an appeal stays the effect
