"""The life cycles: one readable table each, and the pure functions that apply them."""

from ..permissions import PUBLIC, Actor, Grant, Role, Scope, ScopeKind, service
from . import application, certificate, organisation, reference, restriction, rulebook
from .deadlines import BY_CODE as DEADLINE
from .deadlines import DEADLINES, Deadline, Unit
from .facts import DeclaredConflict, Facts, Need, Part, Stop
from .guards import conflict
from .reasons import REASONS, Reason, reasons_for
from .shapes import BACK, STAY, Cycle, Effect, Move, MoveRefused, Refusal, Step
from .stepping import (
    HistoryBroken,
    OpenMove,
    Position,
    fold,
    offered_moves,
    open_moves,
    parts_taken,
    step,
)

APPLICATION = application.CYCLE
RESTRICTION = restriction.CYCLE
CERTIFICATE = certificate.CYCLE
ORGANISATION = organisation.CYCLE
RULEBOOK = rulebook.CYCLE
REFERENCE = reference.CYCLE
CYCLES = {
    cycle.name: cycle
    for cycle in (APPLICATION, RESTRICTION, CERTIFICATE, ORGANISATION, RULEBOOK, REFERENCE)
}

__all__ = [
    "APPLICATION",
    "BACK",
    "CERTIFICATE",
    "CYCLES",
    "DEADLINE",
    "DEADLINES",
    "ORGANISATION",
    "PUBLIC",
    "REASONS",
    "REFERENCE",
    "RESTRICTION",
    "RULEBOOK",
    "STAY",
    "Actor",
    "Cycle",
    "Deadline",
    "DeclaredConflict",
    "Effect",
    "Facts",
    "Grant",
    "HistoryBroken",
    "Move",
    "MoveRefused",
    "Need",
    "OpenMove",
    "Part",
    "Position",
    "Reason",
    "Refusal",
    "Role",
    "Scope",
    "ScopeKind",
    "Step",
    "Stop",
    "Unit",
    "application",
    "certificate",
    "conflict",
    "fold",
    "offered_moves",
    "open_moves",
    "organisation",
    "parts_taken",
    "reasons_for",
    "reference",
    "restriction",
    "rulebook",
    "service",
    "step",
]
