"""How a table is applied: one step, the buttons that may be shown, and the fold of a history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..calendar import legal_date
from ..permissions import Actor, Role, barred_from_deciding, holds
from .facts import Facts, Part
from .guards import first_refusal
from .reasons import reasons_for
from .shapes import BACK, STAY, Cycle, Move, MoveRefused, Refusal, Step


def step(
    cycle: Cycle,
    state: str | None,
    event: str,
    actor: Actor,
    now: datetime,
    facts: Facts,
) -> Step:
    """Grant the move or refuse it with a code; nothing is changed here."""
    move = _row(cycle, state, event, facts)
    role = _role(move, actor, now, facts)
    missing = [need for need in move.needs if need not in facts.given]
    if missing:
        raise MoveRefused(Refusal.NEEDED, need=missing[0], needs=tuple(missing))
    if facts.reason and facts.reason not in reasons_for(cycle.name, move.event):
        raise MoveRefused(Refusal.REASON_UNKNOWN, reason=facts.reason)
    refused = first_refusal(move.guards, actor, facts, legal_date(now))
    if refused is not None:
        raise refused
    to = _target(move, state, facts)
    return Step(
        to=to,
        event_kind=move.kind,
        effects=move.effects,
        part=move.part,
        clears=move.clears,
        role=role,
        came_from=_came_from(cycle, state, to, facts.came_from),
        move=move,
    )


@dataclass(frozen=True, slots=True)
class OpenMove:
    """A move that the actor's role offers; `refused` says why it cannot be made at present."""

    move: Move
    refused: MoveRefused | None


def offered_moves(
    cycle: Cycle, state: str | None, actor: Actor, now: datetime, facts: Facts
) -> tuple[OpenMove, ...]:
    """Every move that the actor's roles offer here, the closed ones with their reason.

    What the form brings along (`needs`) is not asked for yet, and neither are findings.
    """
    offered = []
    for move in cycle.table:
        if not move.may_start_in(state, facts):
            continue
        try:
            _role(move, actor, now, facts)
        except MoveRefused:
            continue
        on = legal_date(now)
        offered.append(OpenMove(move, first_refusal(move.guards, actor, facts, on)))
    return tuple(offered)


def open_moves(
    cycle: Cycle, state: str | None, actor: Actor, now: datetime, facts: Facts
) -> tuple[Move, ...]:
    """The moves for which buttons are shown: `step` grants them once the form is filled."""
    offered = offered_moves(cycle, state, actor, now, facts)
    return tuple(one.move for one in offered if one.refused is None)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a history leaves a case."""

    state: str | None = None
    came_from: str | None = None


class HistoryBroken(ValueError):
    """An event that no move of the table could have written at that place."""


def fold(cycle: Cycle, kinds: Iterable[str]) -> Position:
    """The state that the logged events lead to; `HistoryBroken` where they are no history."""
    position = Position()
    for kind in kinds:
        position = _after(cycle, position, _written_by(cycle, position, kind))
    return position


def parts_taken(
    cycle: Cycle, history: Iterable[tuple[str, int | None]]
) -> Mapping[Part, frozenset[int]]:
    """Who took which part, from (event kind, person) in order; earlier rounds are cleared."""
    parts: dict[Part, set[int]] = {}
    position = Position()
    for kind, person_id in history:
        move = _written_by(cycle, position, kind)
        position = _after(cycle, position, move)
        for part in move.clears:
            parts.pop(part, None)
        if move.part is not None and person_id is not None:
            parts.setdefault(move.part, set()).add(person_id)
    return {part: frozenset(people) for part, people in parts.items()}


def _written_by(cycle: Cycle, position: Position, kind: str) -> Move:
    for move in cycle.table:
        if move.kind == kind and position.state in move.from_states:
            return move
    raise HistoryBroken(f"{kind} in {position.state}")


def _after(cycle: Cycle, position: Position, move: Move) -> Position:
    to = _target(move, position.state, position)
    return Position(to, _came_from(cycle, position.state, to, position.came_from))


def _row(cycle: Cycle, state: str | None, event: str, facts: Facts) -> Move:
    for move in cycle.table:
        if move.event == event and move.may_start_in(state, facts):
            return move
    raise MoveRefused(Refusal.NO_SUCH_MOVE, cycle=cycle.name, state=state, event=event)


def _role(move: Move, actor: Actor, now: datetime, facts: Facts) -> Role:
    on = legal_date(now)
    barred = barred_from_deciding(actor, on)
    if barred is Role.ADMIN:
        raise MoveRefused(Refusal.ADMIN_DECIDES_NOTHING)
    if barred is Role.AUDITOR:
        raise MoveRefused(Refusal.AUDITOR_ONLY_ANNOTATES)
    role = holds(actor, move.roles, facts.scope, on)
    if role is None:
        raise MoveRefused(Refusal.ROLE_MISSING, roles=move.roles)
    return role


def _target(move: Move, state: str | None, where: Facts | Position) -> str:
    if move.to is STAY:
        if state is None:
            raise HistoryBroken(move.kind)
        return state
    if move.to is BACK:
        if where.came_from is None:
            raise MoveRefused(Refusal.NO_SUCH_MOVE, event=move.event, state=state)
        return where.came_from
    return str(move.to)


def _came_from(cycle: Cycle, state: str | None, to: str, before: str | None) -> str | None:
    """An interrupted case remembers where; any other one has nothing to remember."""
    if to not in cycle.interrupting:
        return None
    return before if to == state else state
