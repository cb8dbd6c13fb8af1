"""The verification of an organisation: registered by an applicant, verified by an officer."""

from __future__ import annotations

from enum import StrEnum

from ..permissions import Role
from . import guards as g
from .facts import Need, Part
from .shapes import STAY, Cycle, Effect, Move


class State(StrEnum):
    PENDING = "PENDING"
    VERIFIED = "VERIFIED"
    REFUSED = "REFUSED"
    CLOSED = "CLOSED"


class Event(StrEnum):
    REGISTER = "register"
    EDIT = "edit"
    VERIFY = "verify"
    REFUSE = "refuse"
    RESUBMIT = "resubmit"
    CHANGE = "change"
    CLOSE = "close"


_APPLICANT = (Role.EDITOR, Role.SIGNATORY)
_OFFICER = (Role.ORG_VERIFIER,)

# fmt: off
CYCLE = Cycle(
    name="organisation",
    states=State,
    events=Event,
    table=(
        # Whoever registers an organisation becomes its editor by it, so no role can be asked for.
        Move(
            Event.REGISTER, (None,), State.PENDING, "organisation.registered", (Role.PUBLIC,),
            part=Part.EDITED, effects=(Effect.TELL_STAFF,),
        ),
        Move(
            Event.EDIT, (State.PENDING, State.REFUSED), STAY, "organisation.edited", _APPLICANT,
            part=Part.EDITED,
        ),
        Move(
            Event.VERIFY, (State.PENDING,), State.VERIFIED, "organisation.verified", _OFFICER,
            guards=(g.no_conflict,), part=Part.DECIDED, effects=(Effect.TELL_APPLICANT,),
        ),
        Move(
            Event.REFUSE, (State.PENDING,), State.REFUSED, "organisation.refused", _OFFICER,
            guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.DECIDED,
            effects=(Effect.TELL_APPLICANT,),
        ),
        Move(
            Event.RESUBMIT, (State.REFUSED,), State.PENDING, "organisation.resubmitted",
            _APPLICANT,
            part=Part.EDITED, effects=(Effect.TELL_STAFF,),
        ),
        # Name, code or legal form changed: what was verified is no longer what stands there.
        Move(
            Event.CHANGE, (State.VERIFIED,), State.PENDING, "organisation.changed", _APPLICANT,
            part=Part.EDITED, effects=(Effect.TELL_STAFF, Effect.RESCREEN),
        ),
        Move(
            Event.CLOSE, (State.PENDING, State.VERIFIED, State.REFUSED), State.CLOSED,
            "organisation.closed", _OFFICER,
            guards=(g.no_conflict,), needs=(Need.REASON,), part=Part.DECIDED,
            effects=(Effect.TELL_APPLICANT,),
        ),
    ),
    public={
        State.PENDING: "pending",
        State.VERIFIED: "verified",
        State.REFUSED: None,
        State.CLOSED: "closed",
    },
)
