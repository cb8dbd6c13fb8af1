"""Random histories of a case: persons with random roles try everything, in any order.

What was granted is judged by the tests from the log alone, in their own words, not by the guards.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from registry.rules.calendar import legal_date
from registry.rules.lifecycle import (
    Actor,
    Cycle,
    DeclaredConflict,
    Facts,
    Grant,
    MoveRefused,
    Need,
    Part,
    Refusal,
    Role,
    Scope,
    ScopeKind,
    Step,
    fold,
    open_moves,
    parts_taken,
    service,
    step,
)

START = datetime(2026, 3, 2, 4, tzinfo=UTC)
HERE = Scope(organisation_id=5, zone_id="142", fund_id=9)
GROUP = 77
TIMER = service("timer")
EVERY_NEED = frozenset(Need)


@dataclass(frozen=True)
class Entry:
    """One line of the log, as the tests read it."""

    event: str
    kind: str
    before: str | None
    after: str
    actor: Actor
    on: date
    step: Step

    @property
    def person(self) -> int | None:
        return self.actor.person_id


def _grant(chance: Random, roles: list[Role]) -> Grant:
    if chance.random() < 0.1:
        kind = chance.choice([ScopeKind.ZONE, ScopeKind.ORGANISATION])
        return Grant(chance.choice(roles), kind, chance.choice(["142", "143", "5", "6"]))
    first = chance.choice([date(2020, 1, 1), date(2020, 1, 1), date(2026, 3, 20)])
    last = chance.choice([None, None, date(2026, 4, 20)])
    return Grant(chance.choice(roles), from_day=first, to_day=last)


def people(chance: Random, roles: list[Role]) -> list[Actor]:
    """One person for each role, so that a case can get on, and eight of many roles and ties."""
    sure = [Actor(100 + at, (Grant(role),)) for at, role in enumerate(roles)]
    mixed = []
    for person_id in range(1, 9):
        grants = [_grant(chance, roles) for _ in range(chance.randint(2, 6))]
        if chance.random() < 0.15:
            grants.append(Grant(chance.choice([Role.ADMIN, Role.AUDITOR])))
        organisations = {chance.choice([5, 6])} if chance.random() < 0.2 else set()
        groups = {chance.choice([GROUP, 78])} if chance.random() < 0.2 else set()
        mixed.append(Actor(person_id, tuple(grants), frozenset(organisations), frozenset(groups)))
    return sure + mixed


class Histories(RuleBasedStateMachine):
    """Tries moves at random; each that is granted is judged at once."""

    cycle: ClassVar[Cycle]
    roles: ClassVar[list[Role]]
    lucky: ClassVar[dict[str, Any]]  # facts that let a case through
    unlucky: ClassVar[dict[str, Any]]  # the same ones, against it
    endings: ClassVar[frozenset[str]]  # tried rarely, or no history would get far
    legal: ClassVar[frozenset[tuple[str | None, str, str]]]

    def __init__(self) -> None:
        super().__init__()
        self.state: str | None = None
        self.came_from: str | None = None
        self.parts: dict[Part, frozenset[int]] = {}
        self.log: list[Entry] = []
        self.now = START
        self.conflicts: tuple[DeclaredConflict, ...] = ()
        self.people: list[Actor] = []
        self.chance = Random(0)

    @initialize(seed=st.integers(0, 2**32 - 1))
    def gather(self, seed: int) -> None:
        self.chance = Random(seed)
        known = people(self.chance, self.roles)
        self.people = [*known, TIMER]
        self.conflicts = tuple(
            DeclaredConflict(person.person_id or 0, organisation_id=5, from_day=date(2026, 3, 10))
            for person in self.chance.sample(known, 2)
        )

    def facts(self, actor: Actor, **more: Any) -> Facts:
        day = legal_date(self.now)
        return Facts(
            scope=HERE,
            group_id=GROUP,
            parts=self.parts,
            conflicts=self.conflicts,
            came_from=self.came_from,
            **{"given": EVERY_NEED, **self.lucky, **self.known(actor, day), **more},
        )

    def known(self, actor: Actor, day: date) -> dict[str, Any]:
        """Facts that follow from this history."""
        return {}

    @rule(moves=st.integers(1, 30))
    def go_on(self, moves: int) -> None:
        """Moves that somebody may make, rare ones first half of the time; endings now and then."""
        for _ in range(moves):
            if self.state is not None and self.cycle.is_final(self.state):
                self.begin_anew()
            events = [str(move.event) for move in self.cycle.moves_from(self.state)]
            self.chance.shuffle(events)
            if self.chance.random() < 0.5:
                events.sort(key=[entry.event for entry in self.log].count)
            for event in events:
                if event in self.endings and self.chance.random() < 0.8:
                    continue
                if self.somebody_makes(event):
                    break

    def begin_anew(self) -> None:
        """Another case, for the same people."""
        self.state = self.came_from = None
        self.parts = {}
        self.log = []

    def somebody_makes(self, event: str) -> bool:
        for actor in self.chance.sample(self.people, len(self.people)):
            try:
                self.make(event, actor, self.facts(actor))
            except MoveRefused:
                continue
            return True
        return False

    @rule(tries=st.integers(1, 20))
    def try_anything(self, tries: int) -> None:
        """Any move by anybody with facts against it: buttons and `step` say the same."""
        for _ in range(tries):
            event = str(self.chance.choice(list(self.cycle.events)))
            if event not in self.endings or self.chance.random() < 0.1:
                self.try_one(event, self.chance.choice(self.people))

    def try_one(self, event: str, actor: Actor) -> None:
        against = self.chance.sample(sorted(self.unlucky), self.chance.choice([0, 1]))
        more = {name: self.unlucky[name] for name in against}
        given = self.chance.choice([EVERY_NEED, EVERY_NEED, frozenset()])
        facts = self.facts(actor, **more, given=given)
        shown = open_moves(self.cycle, self.state, actor, self.now, facts)
        try:
            self.make(event, actor, facts)
        except MoveRefused as refused:
            assert refused.code == Refusal.NEEDED or all(m.event != event for m in shown)
        else:
            assert any(move.event == event for move in shown)

    @rule(days=st.integers(1, 15))
    def wait(self, days: int) -> None:
        self.now += timedelta(days=days)

    def make(self, event: str, actor: Actor, facts: Facts) -> None:
        made = step(self.cycle, self.state, event, actor, self.now, facts)
        entry = Entry(
            event, made.event_kind, self.state, made.to, actor, legal_date(self.now), made
        )
        self.judge(entry, facts)
        self.log.append(entry)
        for part in made.clears:
            self.parts.pop(part, None)
        if made.part is not None and actor.person_id is not None:
            before = self.parts.get(made.part, frozenset())
            self.parts[made.part] = before | {actor.person_id}
        self.state, self.came_from = made.to, made.came_from
        self.after(entry)

    def after(self, entry: Entry) -> None:
        """What the world looks like once this has happened."""

    def judge(self, entry: Entry, facts: Facts) -> None:
        assert (entry.before, entry.event, entry.after) in self.legal
        if entry.actor.service:
            assert entry.step.role is Role.SERVICE
            return
        held = {
            grant.role
            for grant in entry.actor.roles
            if grant.from_day <= entry.on and (grant.to_day is None or entry.on <= grant.to_day)
        }
        assert Role.ADMIN not in held and Role.AUDITOR not in held
        assert entry.step.role in held | {Role.PUBLIC}
        assert facts.given or not entry.step.move.needs

    def did(self, *events: str) -> set[int]:
        """Everybody who made one of these moves so far."""
        return {entry.person for entry in self.log if entry.event in events and entry.person}

    @invariant()
    def the_state_is_the_fold_of_the_events(self) -> None:
        position = fold(self.cycle, [entry.kind for entry in self.log])
        assert (position.state, position.came_from) == (self.state, self.came_from)

    @invariant()
    def the_parts_are_told_by_the_events(self) -> None:
        told = parts_taken(self.cycle, [(entry.kind, entry.person) for entry in self.log])
        assert dict(told) == self.parts


def table(text: str) -> frozenset[tuple[str | None, str, str]]:
    """`STATE STATE: event -> STATE STATE` a line; `-` is before the beginning."""
    rows = set()
    for line in text.strip().splitlines():
        left, right = line.split("->")
        states, event = left.split(":")
        for state in states.split():
            for target in right.split():
                to = state if target == "stays" else target
                rows.add((None if state == "-" else state, event.strip(), to))
    return frozenset(rows)
