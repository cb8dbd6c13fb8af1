"""When it cannot wait: in force for thirty days on two approvers' word, confirmed after a hearing."""

from datetime import date, datetime

from sqlmodel import Session

from registry.models import RestrictedEntry
from registry.operations.restriction import (
    decide_on,
    give_number,
    keep_reason,
    locked,
    reasoned,
    set_window,
)
from registry.operations.restriction_effects import find_touched, take_effect
from registry.operations.restriction_move import move, publish
from registry.operations.restriction_watchers import tell_desk, tell_entered
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import Need
from registry.rules.lifecycle.restriction import Event
from registry.rules.permissions import Actor, Role
from registry.rules.restriction import Term, provisional_term
from registry.words import Words


def call_emergency(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """The first of two approvers says why it cannot wait for the subject's statement."""
    entry = locked(session, entry_id, seen)
    decide_on(session, entry, Event.CALL_EMERGENCY, reason, by, now)
    entry.emergency_reason = reason
    session.add(entry)
    tell_desk(
        session,
        entry,
        Role.RESTRICT_APPROVER,
        subject=Words(
            "提请紧急列入，需第二人", "an emergency was called: a second person is needed"
        ),
        body=Words("请在条目页查看。", "See it on the entry's page."),
        now=now,
    )
    return entry


def enter_provisionally(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """The second approver's word: in force for thirty days, heard afterwards."""
    entry = locked(session, entry_id, seen)
    touched = find_touched(session, entry)
    today = legal_date(now)
    term = provisional_term(today)
    entry.second_approver_id = by.person_id
    entry.provisional_until = term.to_day
    give_number(session, entry, now)
    set_window(entry, now)
    move(
        session,
        entry,
        Event.ENTER_PROVISIONALLY,
        by=by,
        now=now,
        given=[Need.RATIONALE] if reason.strip() else [],
        body={**reasoned(reason), "until": term.to_day.isoformat() if term.to_day else ""},
    )
    keep_reason(session, entry, Event.ENTER_PROVISIONALLY, reason, by, now)
    entry.is_provisional = True
    entry.from_day, entry.to_day, entry.review_on = today, term.to_day, None
    session.add(entry)
    take_effect(session, entry, touched, now=now)
    publish(session, [(entry, "entered_provisionally")], by=by, now=now)
    tell_entered(session, entry, now)
    return entry


def confirm(
    session: Session,
    *,
    entry_id: int,
    to_day: date | None,
    review_on: date | None,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """A provisional entry is confirmed for its ground's term after the subject could be heard."""
    entry = locked(session, entry_id, seen)
    term = Term(entry.from_day, to_day, review_on)
    move(
        session,
        entry,
        Event.CONFIRM,
        by=by,
        now=now,
        given=[Need.END_DATE] if to_day or review_on else [],
        term=term,
    )
    entry.approved_by_id = by.person_id
    entry.is_provisional, entry.provisional_until = False, None
    session.add(entry)
    publish(session, [(entry, "confirmed")], by=by, now=now)
    tell_entered(session, entry, now)
    return entry
