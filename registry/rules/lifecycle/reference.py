"""The life of an import of reference data: brought by one person, put in force by another."""

from __future__ import annotations

from enum import StrEnum

from ..permissions import Role
from . import guards as g
from .facts import Need, Part
from .shapes import Cycle, Move


class State(StrEnum):
    IMPORTED = "IMPORTED"
    IN_FORCE = "IN_FORCE"
    DISMISSED = "DISMISSED"
    WITHDRAWN = "WITHDRAWN"


class Event(StrEnum):
    IMPORT = "import"
    PUT_IN_FORCE = "put_in_force"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


_EDITOR = (Role.RULE_EDITOR,)
_PUBLISHER = (Role.RULE_PUBLISHER,)

# fmt: off
CYCLE = Cycle(
    name="reference",
    states=State,
    events=Event,
    table=(
        Move(
            Event.IMPORT, (None,), State.IMPORTED, "reference.imported", _EDITOR,
            guards=(g.without_mistakes,), part=Part.PROPOSED,
        ),
        Move(
            Event.PUT_IN_FORCE, (State.IMPORTED,), State.IN_FORCE, "reference.put_in_force",
            _PUBLISHER, guards=(g.proposed_by_another,), needs=(Need.RATIONALE,),
            part=Part.DECIDED,
        ),
        Move(
            Event.DISMISS, (State.IMPORTED,), State.DISMISSED, "reference.dismissed",
            (Role.RULE_EDITOR, Role.RULE_PUBLISHER), needs=(Need.RATIONALE,), part=Part.DECIDED,
        ),
        Move(
            Event.WITHDRAW, (State.IN_FORCE,), State.WITHDRAWN, "reference.withdrawn",
            _PUBLISHER, needs=(Need.RATIONALE,), part=Part.DECIDED,
        ),
    ),
    public=dict.fromkeys(State),
)
