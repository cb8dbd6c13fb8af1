"""The life of a rulebook's version: edited, checked, proposed by one person, published by another.

What was published is never edited: a new version is. Withdrawn, it stays for the cases that have it.
"""

from __future__ import annotations

from enum import StrEnum

from ..permissions import Role
from . import guards as g
from .facts import Need, Part
from .shapes import STAY, Cycle, Effect, Move


class State(StrEnum):
    DRAFT = "DRAFT"  # has mistakes, or has not been checked as it stands
    CHECKED = "CHECKED"
    PROPOSED = "PROPOSED"
    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"


class Event(StrEnum):
    IMPORT = "import"
    REVISE = "revise"
    CHECK = "check"
    ASK_IMPACT = "ask_impact"
    PROPOSE = "propose"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    DROP = "drop"


EDITABLE = (State.DRAFT, State.CHECKED)
_EDITOR = (Role.RULE_EDITOR,)
_PUBLISHER = (Role.RULE_PUBLISHER,)

# fmt: off
CYCLE = Cycle(
    name="rulebook",
    states=State,
    events=Event,
    table=(
        Move(
            Event.IMPORT, (None,), State.DRAFT, "rulebook.imported", _EDITOR, part=Part.EDITED,
        ),
        Move(
            Event.REVISE, EDITABLE, State.DRAFT, "rulebook.revised", _EDITOR, part=Part.EDITED,
        ),
        Move(
            Event.CHECK, (State.DRAFT,), State.CHECKED, "rulebook.checked", _EDITOR,
            guards=(g.without_mistakes,),
        ),
        Move(
            Event.ASK_IMPACT, (State.CHECKED, State.PROPOSED), STAY, "rulebook.impact_asked",
            (Role.RULE_EDITOR, Role.RULE_PUBLISHER), guards=(g.without_mistakes,),
        ),
        Move(
            Event.PROPOSE, (State.CHECKED,), State.PROPOSED, "rulebook.proposed", _EDITOR,
            guards=(g.without_mistakes, g.impact_known), needs=(Need.RATIONALE,),
            part=Part.PROPOSED, effects=(Effect.TELL_STAFF,),
        ),
        Move(
            Event.SEND_BACK, (State.PROPOSED,), State.DRAFT, "rulebook.sent_back", _PUBLISHER,
            needs=(Need.RATIONALE,), effects=(Effect.TELL_STAFF,),
        ),
        Move(
            Event.PUBLISH, (State.PROPOSED,), State.PUBLISHED, "rulebook.published", _PUBLISHER,
            guards=(
                g.publisher_edited_nothing, g.proposed_by_another, g.without_mistakes,
                g.impact_known, g.effect_lies_ahead,
            ),
            needs=(Need.DAY, Need.RATIONALE), part=Part.DECIDED,
            effects=(Effect.STORE_BYTES, Effect.PUBLISH_TO_FEED),
        ),
        Move(
            Event.WITHDRAW, (State.PUBLISHED,), State.WITHDRAWN, "rulebook.withdrawn", _PUBLISHER,
            needs=(Need.RATIONALE,), part=Part.DECIDED, effects=(Effect.PUBLISH_TO_FEED,),
        ),
        Move(
            Event.DROP, (State.DRAFT, State.CHECKED, State.PROPOSED), State.WITHDRAWN,
            "rulebook.dropped", _EDITOR,
        ),
    ),
    public={
        State.DRAFT: None,
        State.CHECKED: None,
        State.PROPOSED: None,
        State.PUBLISHED: "published",
        State.WITHDRAWN: None,
    },
)
