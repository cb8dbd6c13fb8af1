"""Many entries moved at once: the same rules, events and effects as one by one, in few statements."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from registry.models import RestrictedEntry
from registry.operations.numbering import take_numbers
from registry.operations.restriction import (
    NUMBER_PREFIX,
    keep_reason,
    reasoned,
    set_notice,
    set_window,
    statement_end,
    subject_link,
    term_for,
)
from registry.operations.restriction_draft import brought, rests_on
from registry.operations.restriction_effects import find_all_touched, take_effect
from registry.operations.restriction_move import (
    Asked,
    Granted,
    add_keys,
    carry_out,
    grant,
    publish,
)
from registry.operations.restriction_watchers import tell_entered, tell_noticed
from registry.queries.restriction_facts import STATEMENT, facts_from, known_of
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Need
from registry.rules.lifecycle.restriction import Event
from registry.rules.permissions import Actor
from registry.rules.restriction import GroundRefused

ANSWERED = "subject_has_spoken"
Refusals = dict[int, str]
"""Why an entry was left as it was, by its place among those that were asked for."""


def _grant_all(
    entries: Sequence[RestrictedEntry],
    event: Event,
    draw_up: Callable[[RestrictedEntry], Asked | str],
    *,
    by: Actor,
    now: datetime,
) -> tuple[list[Granted], Refusals]:
    granted: list[Granted] = []
    refused: Refusals = {}
    for place, entry in enumerate(entries):
        try:
            drawn = draw_up(entry)
            if isinstance(drawn, str):
                refused[place] = drawn
            else:
                granted.append(grant(drawn, event, by=by, now=now))
        except (MoveRefused, GroundRefused) as refusal:
            refused[place] = str(refusal.code)
    return granted, refused


def propose_all(
    session: Session, entries: Sequence[RestrictedEntry], *, by: Actor, now: datetime
) -> Refusals:
    """Put drawn-up entries forward, each by its own facts. What is refused leaves no trace. Nobody
    is told: an import shows its own page."""
    known = known_of(session, entries, by=by, on=legal_date(now))

    def draw_up(entry: RestrictedEntry) -> Asked:
        facts = replace(facts_from(known, entry, by=by), given=brought(entry))
        return Asked(entry, facts, body=rests_on(entry))

    granted, refused = _grant_all(entries, Event.PROPOSE, draw_up, by=by, now=now)
    carry_out(session, granted, by=by, now=now)
    add_keys(session, [one.asked.entry for one in granted])
    return refused


def notify_all(
    session: Session,
    entries: Sequence[RestrictedEntry],
    *,
    base_url: str,
    by: Actor,
    now: datetime,
) -> Refusals:
    """Give notice to the subjects of locked proposals, each by the letter that one would get."""
    known = known_of(session, entries, by=by, on=legal_date(now))
    until = statement_end(now)

    def draw_up(entry: RestrictedEntry) -> Asked:
        body = {"statement_until": until.isoformat()}
        return Asked(entry, facts_from(known, entry, by=by), body=body)

    granted, refused = _grant_all(entries, Event.NOTIFY, draw_up, by=by, now=now)
    for one in granted:
        set_notice(one.asked.entry, until, now)
    carry_out(session, granted, by=by, now=now)
    for one in granted:
        if known.organisation(one.asked.entry) is not None:
            link = subject_link(base_url, one.asked.entry)
            tell_noticed(session, one.asked.entry, link=link, now=now)
    return refused


def enter_all(
    session: Session,
    entries: Sequence[RestrictedEntry],
    *,
    reason: str,
    by: Actor,
    now: datetime,
) -> Refusals:
    """Put locked entries in force whose subjects had their days, with one new version of the list.

    Whose subject has made a statement waits for a person who reads it. Steps: the cases that are
    concerned are found and locked, each move is judged by its own facts, numbers and terms are
    given, then effects, feed and letters as for one entry.
    """
    known = known_of(session, entries, by=by, on=legal_date(now))
    touched = find_all_touched(session, entries)
    given = frozenset({Need.END_DATE})

    def draw_up(entry: RestrictedEntry) -> Asked | str:
        if STATEMENT in known.said.get(entry.id, frozenset()):
            return ANSWERED
        term = term_for(entry, now)
        facts = replace(facts_from(known, entry, by=by, term=term), given=given)
        return Asked(entry, facts, term, reasoned(reason))

    granted, refused = _grant_all(entries, Event.ENTER, draw_up, by=by, now=now)
    if not granted:
        return refused
    entered = [one.asked.entry for one in granted]
    _number(session, entered, by=by, now=now)
    carry_out(session, granted, by=by, now=now)
    for entry in entered:
        keep_reason(session, entry, Event.ENTER, reason, by, now)
        take_effect(session, entry, touched.get(entry.id, ()), now=now)
    publish(session, [(entry, "entered") for entry in entered], by=by, now=now)
    for entry in entered:
        if known.organisation(entry) is not None:
            tell_entered(session, entry, now)
    return refused


def _number(
    session: Session, entered: Sequence[RestrictedEntry], *, by: Actor, now: datetime
) -> None:
    new = [entry for entry in entered if not entry.number]
    if new:
        numbers = take_numbers(session, NUMBER_PREFIX, len(new), now=now)
        for entry, number in zip(new, numbers, strict=True):
            entry.number = number
    for entry in entered:
        entry.in_force_at, entry.approved_by_id = now, by.person_id
        set_window(entry, now)
