"""The life of a certificate. A PDF never changes: its public page and the status list say this."""

from __future__ import annotations

from enum import StrEnum

from ..permissions import Role
from . import guards as g
from .facts import Need, Part
from .shapes import STAY, Cycle, Effect, Move


class State(StrEnum):
    ALLOTTED = "ALLOTTED"  # a number is taken, the document is being made
    ISSUED = "ISSUED"
    SUSPENDED = "SUSPENDED"
    RENEWED = "RENEWED"
    SUPERSEDED = "SUPERSEDED"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    VOID = "VOID"  # a number that never became a certificate; its reason explains the gap


class Event(StrEnum):
    ALLOT = "allot"
    ISSUE = "issue"
    VOID = "void"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    RENEW = "renew"
    PROPOSE_AMENDMENT = "propose_amendment"
    AMEND = "amend"
    PROPOSE_REVOCATION = "propose_revocation"
    REVOKE = "revoke"
    EXPIRE = "expire"


_ALIVE = (State.ISSUED, State.SUSPENDED)
_PROPOSERS = (Role.APPROVER, Role.SCREENER, Role.ASSESSOR)
_STATUS = (Effect.UPDATE_STATUS_PAGE, Effect.TELL_HOLDERS, Effect.PUBLISH_TO_FEED)

# fmt: off
CYCLE = Cycle(
    name="certificate",
    states=State,
    events=Event,
    table=(
        Move(
            Event.ALLOT, (None,), State.ALLOTTED, "certificate.allotted", (Role.SERVICE,),
            guards=(g.decision_approved,), effects=(Effect.ALLOT_NUMBER,),
        ),
        Move(
            Event.ISSUE, (None, State.ALLOTTED), State.ISSUED, "certificate.issued",
            (Role.SERVICE,),
            guards=(g.decision_approved,),
            effects=(Effect.STORE_BYTES, Effect.UPDATE_STATUS_PAGE, Effect.TELL_APPLICANT),
        ),
        Move(
            Event.VOID, (State.ALLOTTED,), State.VOID, "certificate.voided",
            (Role.SERVICE, Role.APPROVER),
            guards=(g.no_conflict,), needs=(Need.REASON,), effects=(Effect.RECORD_GAP,),
        ),
        Move(
            Event.SUSPEND, (State.ISSUED,), State.SUSPENDED, "certificate.suspended",
            (Role.APPROVER, Role.SERVICE),
            guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.SUSPENDED, effects=_STATUS,
        ),
        Move(
            Event.REINSTATE, (State.SUSPENDED,), State.ISSUED, "certificate.reinstated",
            (Role.APPROVER, Role.SERVICE),
            guards=(g.no_conflict, g.another_than_who_suspended, g.nothing_suspends),
            clears=(Part.SUSPENDED,), effects=_STATUS,
        ),
        Move(
            Event.RENEW, (State.ISSUED,), State.RENEWED, "certificate.renewed", (Role.SERVICE,),
            guards=(g.decision_approved,), effects=(Effect.ISSUE_CERTIFICATE, *_STATUS),
        ),
        Move(
            Event.PROPOSE_AMENDMENT, _ALIVE, STAY, "certificate.amendment_proposed", _PROPOSERS,
            guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.PROPOSED,
            effects=(Effect.TELL_STAFF,),
        ),
        Move(
            Event.AMEND, _ALIVE, State.SUPERSEDED, "certificate.superseded", (Role.APPROVER,),
            guards=(g.no_conflict, g.decision_approved, g.proposed_by_another),
            needs=(Need.REASON,), part=Part.DECIDED, effects=(Effect.ISSUE_CERTIFICATE, *_STATUS),
        ),
        Move(
            Event.PROPOSE_REVOCATION, _ALIVE, STAY, "certificate.revocation_proposed", _PROPOSERS,
            guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.PROPOSED,
            effects=(Effect.TELL_STAFF,),
        ),
        Move(
            Event.REVOKE, _ALIVE, State.REVOKED, "certificate.revoked", (Role.APPROVER,),
            guards=(g.no_conflict, g.proposed_by_another), needs=(Need.REASON,),
            part=Part.DECIDED, effects=_STATUS,
        ),
        Move(
            Event.EXPIRE, _ALIVE, State.EXPIRED, "certificate.expired", (Role.SERVICE,),
            guards=(g.validity_over,), effects=_STATUS,
        ),
    ),
    public={
        State.ALLOTTED: None,
        State.ISSUED: "valid",
        State.SUSPENDED: "suspended",
        State.RENEWED: "renewed",
        State.SUPERSEDED: "superseded",
        State.REVOKED: "revoked",
        State.EXPIRED: "expired",
        State.VOID: "void",
    },
)
