"""Watched portfolios: names that are saved, screened once, and from then on held beside every change
of the list. Whoever saved them is told of new hits only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, func, select

from registry.db import RowMissing, lock
from registry.models import (
    Clearance,
    ListChange,
    Person,
    RestrictedEntry,
    RestrictedKey,
    WatchCursor,
    WatchedHit,
    WatchedKey,
    WatchedList,
    WatchedName,
)
from registry.operations.audit import record
from registry.operations.message import send_later
from registry.operations.screening import match_record, subject_record
from registry.queries import restriction as entries
from registry.queries.policy import policy_in_force
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Action, Actor, Scope, may, service
from registry.rules.screening import Match, Subject, match, probes
from registry.words import Words

MOST_NAMES = 20_000
DECISIONS = ("true", "false", "unsure")
WATCHER = service("watcher")
_CURSOR = 1
_ADD_NAME = insert(WatchedName.__table__)  # type: ignore[attr-defined]
_ADD_KEY = insert(WatchedKey.__table__)  # type: ignore[attr-defined]
Pair = tuple[WatchedName, RestrictedEntry]


def subject_of(name: WatchedName) -> Subject:
    return Subject(
        name=name.name, name_en=name.name_en, uscc=name.uscc, reference=f"watched:{name.id}"
    )


def watch(
    session: Session,
    *,
    title: str,
    subjects: Sequence[Subject],
    by: Actor,
    now: datetime,
    source: str = "",
) -> WatchedList:
    """Save names and have them watched; the worker screens them and tells of what it finds."""
    if not may(by, Action.SCREEN_NAMES, Scope(), legal_date(now)):
        raise MoveRefused(Refusal.ROLE_MISSING)
    if not title.strip() or not 0 < len(subjects) <= MOST_NAMES:
        raise MoveRefused(Refusal.NEEDED, need="reason")
    return _save(session, title, subjects, by.person_id or 0, by, now, source)


def follow_on(
    session: Session, before: WatchedList, *, title: str, subjects: Sequence[Subject], now: datetime
) -> WatchedList:
    """The names of today in place of those before, for the same owner: what was found of a name that
    stays, and said of it, goes along and is not told again."""
    _end(session, before, WATCHER, now)
    return _save(session, title, subjects, before.owner_id, WATCHER, now, before.source)


def _save(
    session: Session,
    title: str,
    subjects: Sequence[Subject],
    owner_id: int,
    by: Actor,
    now: datetime,
    source: str,
) -> WatchedList:
    made = WatchedList(
        title=title.strip()[:120],
        source=source,
        owner_id=owner_id,
        names=len(subjects),
        made_at=now,
    )
    session.add(made)
    session.flush()
    session.connection().execute(
        _ADD_NAME,
        [
            {
                "list_id": made.id,
                "line": line,
                "name": one.name,
                "name_en": one.name_en,
                "uscc": one.uscc or "",
                "fingerprint": canonical.digest(subject_record(one)),
            }
            for line, one in enumerate(subjects, 1)
        ],
    )
    _log(session, "watched_list.begun", made, by, now)
    return made


def end(session: Session, *, list_id: int, by: Actor, now: datetime) -> WatchedList:
    """Nobody is told of it any more; what was found and said of it stays."""
    row = own_list(session, list_id, by)
    if row.ended_at is not None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    return _end(session, row, by, now)


def _end(session: Session, row: WatchedList, by: Actor, now: datetime) -> WatchedList:
    row.ended_at = now
    session.add(row)
    of_list = select(WatchedName.id).where(WatchedName.list_id == row.id)
    session.execute(delete(WatchedKey).where(col(WatchedKey.name_id).in_(of_list)))
    _log(session, "watched_list.ended", row, by, now)
    return row


def own_list(session: Session, list_id: int, by: Actor) -> WatchedList:
    """A list is its owner's alone; nobody else learns that there is one."""
    found = session.get(WatchedList, list_id)
    if found is None or found.owner_id != by.person_id:
        raise RowMissing(f"WatchedList {list_id}")
    return lock(session, WatchedList, list_id)


def judge(
    session: Session, *, hit_id: int, decision: str, reason: str, by: Actor, now: datetime
) -> WatchedHit:
    """The owner's word on a hit. It binds the owner's portfolio only: no case and no entry."""
    row = session.get(WatchedHit, hit_id)
    if row is None:
        raise RowMissing(f"WatchedHit {hit_id}")
    own_list(session, row.list_id, by)
    if decision not in DECISIONS:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need="reason")
    row.decision, row.reason, row.decided_at = decision, reason.strip(), now
    session.add(row)
    session.flush()
    record(
        session,
        kind="watched_list.hit_judged",
        subject=f"watched_list:{row.list_id}",
        body={
            "hit": row.id,
            "entry": f"restricted:{row.entry_id}",
            "entry_sha256": row.entry_fingerprint,
            "decision": decision,
            "reason_sha256": canonical.digest(row.reason),
        },
        by=by,
        now=now,
    )
    return row


# --- the worker's part -----------------------------------------------------------------------------


def unscreened(session: Session) -> list[int]:
    """Lists with names that were not screened yet, oldest first."""
    return list(
        session.exec(
            select(WatchedList.id)
            .where(col(WatchedList.is_screened).is_(False), col(WatchedList.ended_at).is_(None))
            .order_by(col(WatchedList.id))
        ).all()
    )


def screen_next(session: Session, *, list_id: int, size: int, now: datetime) -> bool:
    """Index the next names and screen them against the whole list, in this transaction: a change of
    the list that comes later finds them by their keys, so that none falls between."""
    row = lock(session, WatchedList, list_id)
    if row.is_screened or row.ended_at is not None:
        return False
    names = session.exec(
        select(WatchedName)
        .where(WatchedName.list_id == row.id, col(WatchedName.id) > row.screened)
        .order_by(col(WatchedName.id))
        .limit(size)
    ).all()
    _begin_cursor(session)
    keys = [
        {"key": key, "name_id": name.id}
        for name in names
        for key in sorted(probes(subject_of(name)))
    ]
    if keys:
        session.connection().execute(_ADD_KEY, keys)
    policy = policy_in_force(session)
    for name in names:
        found = entries.matches_of(session, subject_of(name), policy)
        for one, entry in found:
            _add_hit(session, (name, entry), one, now)
    row.screened = names[-1].id if names else row.screened
    row.is_screened = len(names) < size
    session.add(row)
    session.flush()
    return True


def _begin_cursor(session: Session) -> WatchCursor:
    """Changes before the first watched name concern nobody: every name is screened whole."""
    cursor = session.get(WatchCursor, _CURSOR)
    if cursor is None:
        newest = session.exec(select(func.max(ListChange.id))).one() or 0
        cursor = WatchCursor(id=_CURSOR, change_id=newest)
        session.add(cursor)
        session.flush()
    return cursor


def follow(session: Session, *, size: int, now: datetime) -> bool:
    """Hold the next changes of the list beside all watched names, by one join of keys."""
    if session.get(WatchCursor, _CURSOR) is None:
        return False
    cursor = lock(session, WatchCursor, _CURSOR)
    changes = session.exec(
        select(ListChange)
        .where(col(ListChange.id) > cursor.change_id)
        .order_by(col(ListChange.id))
        .limit(size)
    ).all()
    if not changes:
        return False
    changed = sorted({change.entry_id for change in changes if change.in_effect})
    hold_beside(session, changed, now=now)
    cursor.change_id = changes[-1].id
    session.add(cursor)
    session.flush()
    return True


def hold_beside(session: Session, entry_ids: Sequence[int], *, now: datetime) -> None:
    """Keep what is found between these entries and all watched names and was not found before."""
    policy = policy_in_force(session)
    for name, entry in pairs(session, entry_ids):
        seen = entries.as_entry(entry, supervised_only=entries.is_supervision(entry))
        _add_hit(session, (name, entry), match(subject_of(name), seen, policy), now)


def pairs(session: Session, entry_ids: Sequence[int]) -> Iterable[Pair]:
    for start in range(0, len(entry_ids), entries.BATCH):
        rows = session.exec(
            select(RestrictedKey.entry_id, WatchedKey.name_id)
            .join(WatchedKey, col(WatchedKey.key) == col(RestrictedKey.key))
            .where(col(RestrictedKey.entry_id).in_(entry_ids[start : start + entries.BATCH]))
            .distinct()
        ).all()
        for entry_id, name_id in sorted(rows):
            entry = session.get_one(RestrictedEntry, entry_id)
            if entry.state in entries.SCREENED_STATES and not entry.is_stayed:
                yield session.get_one(WatchedName, name_id), entry


def _add_hit(session: Session, pair: Pair, found: Match, now: datetime) -> None:
    """A new pair only: one that was found before, as both are, or that a person told apart, is none."""
    name, entry = pair
    if not found.is_hit or _is_known(session, name, entry, now):
        return
    hit = WatchedHit(
        list_id=name.list_id,
        name_id=name.id,
        entry_id=entry.id,
        entry_fingerprint=entry.fingerprint,
        band=found.band,
        score_bp=found.score,
        parts=match_record(found),
        list_version=entries.newest_list(session)[0],
        found_at=now,
    )
    if (earlier := _found_earlier(session, name, entry)) is not None:
        hit.found_at, hit.told_at = earlier.found_at, earlier.told_at
        hit.decision, hit.reason = earlier.decision, earlier.reason
        hit.decided_at = earlier.decided_at
    session.add(hit)
    session.flush()


def _found_earlier(
    session: Session, name: WatchedName, entry: RestrictedEntry
) -> WatchedHit | None:
    """The same name beside the same entry, both as they are, in a list that this one follows on."""
    row = session.get_one(WatchedList, name.list_id)
    if not row.source:
        return None
    return session.exec(
        select(WatchedHit)
        .join(WatchedName, col(WatchedName.id) == col(WatchedHit.name_id))
        .join(WatchedList, col(WatchedList.id) == col(WatchedHit.list_id))
        .where(
            WatchedList.owner_id == row.owner_id,
            WatchedList.source == row.source,
            WatchedList.id != row.id,
            WatchedName.fingerprint == name.fingerprint,
            WatchedHit.entry_id == entry.id,
            WatchedHit.entry_fingerprint == entry.fingerprint,
        )
        .order_by(col(WatchedHit.id).desc())
        .limit(1)
    ).first()


def _is_known(session: Session, name: WatchedName, entry: RestrictedEntry, now: datetime) -> bool:
    before = session.exec(
        select(WatchedHit.id).where(
            WatchedHit.name_id == name.id,
            WatchedHit.entry_id == entry.id,
            WatchedHit.entry_fingerprint == entry.fingerprint,
        )
    ).first()
    cleared = session.exec(
        select(Clearance.id).where(
            Clearance.subject_fingerprint == name.fingerprint,
            Clearance.entry_id == entry.id,
            Clearance.entry_fingerprint == entry.fingerprint,
            Clearance.expires_at > now,
        )
    ).first()
    return before is not None or cleared is not None


def is_behind(session: Session) -> bool:
    """Whether the list has changed since the watched names were held beside it."""
    cursor = session.get(WatchCursor, _CURSOR)
    newest = session.exec(select(func.max(ListChange.id))).one() or 0
    return cursor is not None and cursor.change_id < newest


def _untold() -> Any:
    return (
        select(WatchedHit, WatchedList)
        .join(WatchedList, col(WatchedList.id) == col(WatchedHit.list_id))
        .where(
            col(WatchedHit.told_at).is_(None),
            col(WatchedList.is_screened),
            col(WatchedList.ended_at).is_(None),
        )
    )


def has_news(session: Session) -> bool:
    return session.exec(_untold().limit(1)).first() is not None


def tell_new(session: Session, *, base_url: str, now: datetime) -> int:
    """One mail for each list with hits that its owner has not been told of; how many were sent."""
    rows = session.exec(_untold().order_by(col(WatchedHit.id))).all()
    counted: dict[int, int] = {}
    lists = {row.id: row for _, row in rows}
    for hit, row in rows:
        hit.told_at = now
        session.add(hit)
        counted[row.id] = counted.get(row.id, 0) + 1
    for list_id, count in counted.items():
        _tell(session, lists[list_id], count, base_url, now)
    return len(counted)


def _tell(session: Session, row: WatchedList, count: int, base_url: str, now: datetime) -> None:
    link = f"{base_url.rstrip('/')}/restriction/watched/{row.id}"
    send_later(
        session,
        to=session.get_one(Person, row.owner_id),
        subject=Words(
            f"“{row.title}”有 {count} 项新的比对结果", f"{count} new hits in “{row.title}”"
        ),
        body=Words(
            f"限制进入名单与您关注的名单有 {count} 项新的相符或相近，请核对：\n\n{link}",
            f"The restricted-entry list has {count} new likenesses with your portfolio. Look at them:"
            f"\n\n{link}",
        ),
        about=f"watched_list:{row.id}",
        now=now,
    )


def _log(session: Session, kind: str, row: WatchedList, by: Actor, now: datetime) -> None:
    body = {"names": row.names, "source": row.source, "title_sha256": canonical.digest(row.title)}
    record(session, kind=kind, subject=f"watched_list:{row.id}", body=body, by=by, now=now)
