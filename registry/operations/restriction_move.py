"""The one way in which an entry moves, and how the list gets a new version with a hash."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col

from registry.models import (
    ListChange,
    ListVersion,
    RestrictedEntry,
    RestrictedKey,
    RestrictedPart,
)
from registry.operations.audit import record, record_all
from registry.queries import restriction as entries
from registry.queries.restriction_facts import facts_of
from registry.rules.lifecycle import RESTRICTION, Facts, MoveRefused, Need, Refusal, Step, step
from registry.rules.lifecycle.restriction import RESTRICTING, Event, State
from registry.rules.permissions import Actor
from registry.rules.restriction import Term
from registry.rules.screening import entry_keys, fold

LIST = "restricted_list"
_ADD_PART = insert(RestrictedPart.__table__)  # type: ignore[attr-defined]
_ADD_CHANGE = insert(ListChange.__table__)  # type: ignore[attr-defined]
_ADD_KEY = insert(RestrictedKey.__table__)  # type: ignore[attr-defined]


def subject_of(entry: RestrictedEntry) -> str:
    return f"restricted:{entry.id}"


def commit_number(secret_key: str, number: str) -> str:
    """What stands for a person's identity number; the number itself is never stored."""
    folded = number.strip().upper().encode()
    return hmac.new(secret_key.encode(), b"restricted:" + folded, hashlib.sha256).hexdigest()


def must_be_as_seen(entry: RestrictedEntry, seen: int | None) -> None:
    """Refuse where somebody acted after the page was opened on which this person decides."""
    if seen is not None and entry.version != seen:
        raise MoveRefused(Refusal.CHANGED_MEANWHILE)


def move(
    session: Session,
    entry: RestrictedEntry,
    event: Event,
    *,
    by: Actor,
    now: datetime,
    given: Iterable[Need] = (),
    body: dict[str, Any] | None = None,
    term: Term | None = None,
    **more: Any,
) -> Step:
    """Make one move of a locked entry, or raise MoveRefused.

    Steps: gather the facts, ask the life cycle, store state and where an appeal came from, note the
    actor's part, append the event. `term` is the one that the form asks for; it counts only when the
    life cycle has allowed it.
    """
    facts: Facts = replace(
        facts_of(session, entry, by=by, now=now, term=term), given=frozenset(given), **more
    )
    granted = grant(Asked(entry, facts, term, body or {}), event, by=by, now=now)
    carry_out(session, [granted], by=by, now=now)
    return granted.made


@dataclass(frozen=True)
class Asked:
    """A move of one entry that is asked for."""

    entry: RestrictedEntry
    facts: Facts
    term: Term | None = None
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Granted:
    """A move that the life cycle has allowed and that is not made yet."""

    asked: Asked
    made: Step
    before: State | None


def grant(asked: Asked, event: Event, *, by: Actor, now: datetime) -> Granted:
    """Ask the life cycle; raises MoveRefused. Nothing is changed."""
    before = State(asked.entry.state) if asked.entry.id else None
    return Granted(asked, step(RESTRICTION, before, event, by, now, asked.facts), before)


def carry_out(session: Session, moves: Sequence[Granted], *, by: Actor, now: datetime) -> None:
    """Make granted moves of locked entries: state, the actor's parts, and an event for each, written
    in as few statements as there are kinds of them."""
    for one in moves:
        entry, term = one.asked.entry, one.asked.term
        entry.state = str(one.made.to)
        entry.came_from = str(one.made.came_from or "")
        entry.changed_at = now
        if one.before is not None:
            entry.version += 1
        if term is not None:
            entry.from_day, entry.to_day = term.from_day, term.to_day
            entry.review_on = term.review_on
        session.add(entry)
    session.flush()
    parts = [
        {
            "entry_id": one.asked.entry.id,
            "person_id": by.person_id,
            "part": one.made.part.value,
            "taken_at": now,
        }
        for one in moves
        if one.made.part is not None and by.person_id is not None
    ]
    if parts:
        session.connection().execute(_ADD_PART, parts)
    record_all(session, [_event_of(one) for one in moves], by=by, now=now)


def _event_of(one: Granted) -> tuple[str, str, dict[str, Any]]:
    entry = one.asked.entry
    body = {
        "from": one.before.value if one.before else "",
        "to": entry.state,
        "version": entry.version,
        "role": str(one.made.role),
        "entry_sha256": entry.fingerprint,
        "ground": entry.ground,
        "from_day": entry.from_day.isoformat(),
        "to_day": entry.to_day.isoformat() if entry.to_day else "",
        **one.asked.body,
    }
    return one.made.event_kind, subject_of(entry), body


def describe(entry: RestrictedEntry) -> None:
    """Set what follows from the names: the fingerprint, and the text that a search looks in."""
    entry.fingerprint = entries.entry_fingerprint(entry)
    other = [one["text"] for one in (entry.aliases or {}).get("names", [])]
    entry.name_folded = " ".join(fold(text) for text in (entry.name_zh, entry.name_en, *other))


def write_keys(session: Session, entry: RestrictedEntry) -> None:
    """Keep the fingerprint and the screening keys of what the entry says now."""
    describe(entry)
    session.execute(delete(RestrictedKey).where(col(RestrictedKey.entry_id) == entry.id))
    add_keys(session, [entry])


def add_keys(session: Session, new: Sequence[RestrictedEntry]) -> None:
    """The screening keys of entries that have none yet."""
    rows = [
        {"key": key, "entry_id": entry.id}
        for entry in new
        for key in sorted(entry_keys(entries.as_entry(entry, supervised_only=False)))
    ]
    if rows:
        session.connection().execute(_ADD_KEY, rows)


def is_effective(entry: RestrictedEntry) -> bool:
    return State(entry.state) in RESTRICTING and not entry.is_stayed


def said_of(entry: RestrictedEntry) -> dict[str, object]:
    """What the feed carries: nothing of the file's inside, and of a person no name."""
    is_person = entry.subject_kind == "person"
    return {
        "number": entry.number or "",
        "subject_kind": entry.subject_kind,
        "name_zh": "" if is_person else entry.name_zh,
        "name_en": "" if is_person else entry.name_en,
        "uscc": entry.uscc,
        "ground": entry.ground,
        "clause": entry.clause,
        "scope_kind": entry.scope_kind,
        "scope_id": entry.scope_id,
        "from_day": entry.from_day.isoformat(),
        "to_day": entry.to_day.isoformat() if entry.to_day else "",
        "is_provisional": entry.is_provisional,
        "state": entry.state,
    }


def publish(
    session: Session,
    changed: Iterable[tuple[RestrictedEntry, str]],
    *,
    by: Actor,
    now: datetime,
) -> ListVersion:
    """A new version of the list with the hash of what it says now, the changes in the feed, and an
    event that anchors the hash in the chain. Comes after the entries' own events: these hold the
    chain's head, so that two versions are never made at once."""
    session.flush()
    version = entries.newest_list(session)[0] + 1
    sha256, count = entries.list_digest(session)
    made = ListVersion(version=version, sha256=sha256, entries=count, made_at=now)
    session.add(made)
    session.flush()
    rows = [
        {
            "list_version": version,
            "entry_id": entry.id,
            "entry_version": entry.version,
            "kind": kind,
            "in_effect": is_effective(entry),
            "said": said_of(entry),
            "made_at": now,
        }
        for entry, kind in changed
    ]
    if rows:
        session.connection().execute(_ADD_CHANGE, rows)
    record(
        session,
        kind="restricted_list.changed",
        subject=LIST,
        body={
            "version": version,
            "sha256": sha256,
            "entries": count,
            "changed": [row["entry_id"] for row in rows],
        },
        by=by,
        now=now,
    )
    return made
