"""A changed screening policy: proposed, tried against everything, put in force by a second person.

The trial holds every pair of an entry in force with a body of the register or a name of a watched
portfolio under both policies; who decides sees what would be found that is not found now, and what
would be found no more. Put in force, the pairs that are new get what a new entry would bring them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import Organisation, RestrictedEntry, ScreeningPolicy
from registry.operations import watch
from registry.operations.audit import record
from registry.operations.restriction_effects import (
    find_all_touched,
    index_organisations,
    take_effect,
)
from registry.operations.standing import must_hold
from registry.queries import restriction as entries
from registry.queries.policy import parsed, policy_in_force
from registry.reference.screening import screening_policy
from registry.rules import canonical
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Actor, Role, service
from registry.rules.screening import Match, Policy, PolicyInvalid, Subject, match

TRYING, TRIED, IN_FORCE, REPLACED, DROPPED = (
    "TRYING",
    "TRIED",
    "IN_FORCE",
    "REPLACED",
    "DROPPED",
)
MOST_SHOWN = 200
KINDS = ("found", "lost", "band")
WORKER = service("worker")


class PolicyRefused(ValueError):
    """The text is no policy, or is one that is known already; says why."""


def propose(
    session: Session, *, text: str, reason: str, by: Actor, now: datetime
) -> ScreeningPolicy:
    """Bring a policy; the worker tries it. Raises PolicyRefused with what is wrong with the text."""
    must_hold(by, (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER), now)
    if not reason.strip():
        raise MoveRefused(Refusal.NEEDED, need="reason")
    try:
        policy = parsed(text)
    except (PolicyInvalid, ValueError, KeyError, TypeError, AttributeError) as wrong:
        raise PolicyRefused(str(wrong)) from None
    known = session.exec(
        select(ScreeningPolicy.id).where(
            (col(ScreeningPolicy.version) == policy.version)
            | (col(ScreeningPolicy.sha256) == policy.sha256)
        )
    ).first()
    shipped = screening_policy()
    if known is not None or policy.version == shipped.version:
        raise PolicyRefused(f"version: {policy.version} is taken")
    row = ScreeningPolicy(
        version=policy.version,
        sha256=policy.sha256,
        text=text,
        reason=reason.strip(),
        against_sha256=policy_in_force(session).sha256,
        difference=_nothing(),
        proposed_by_id=by.person_id or 0,
        proposed_at=now,
    )
    session.add(row)
    session.flush()
    _log(session, "screening_policy.proposed", row, by, now)
    return row


def put_in_force(session: Session, *, policy_id: int, by: Actor, now: datetime) -> ScreeningPolicy:
    """The second person's word, on a trial against the policy that is still in force."""
    must_hold(by, (Role.RESTRICT_APPROVER,), now)
    row = lock(session, ScreeningPolicy, policy_id)
    if row.state != TRIED:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if row.proposed_by_id == by.person_id:
        raise MoveRefused(Refusal.SECOND_PERSON_IS_THE_FIRST)
    if row.against_sha256 != policy_in_force(session).sha256:
        raise MoveRefused(Refusal.CHANGED_MEANWHILE)
    for before in session.exec(
        select(ScreeningPolicy).where(ScreeningPolicy.state == IN_FORCE)
    ).all():
        before.state = REPLACED
        session.add(before)
    row.state, row.at, row.is_applied = IN_FORCE, 0, False
    row.decided_by_id, row.decided_at = by.person_id, now
    session.add(row)
    session.flush()
    _log(session, "screening_policy.put_in_force", row, by, now)
    return row


def drop(session: Session, *, policy_id: int, by: Actor, now: datetime) -> ScreeningPolicy:
    """Not taken up."""
    must_hold(by, (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER), now)
    row = lock(session, ScreeningPolicy, policy_id)
    if row.state not in (TRYING, TRIED):
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    row.state, row.decided_by_id, row.decided_at = DROPPED, by.person_id, now
    session.add(row)
    _log(session, "screening_policy.dropped", row, by, now)
    return row


# --- the worker's part -----------------------------------------------------------------------------


def waiting(session: Session) -> list[int]:
    """Policies to try, and one in force whose new pairs have not been followed up."""
    state = col(ScreeningPolicy.state)
    behind = (state == IN_FORCE) & col(ScreeningPolicy.is_applied).is_(False)
    return list(
        session.exec(
            select(ScreeningPolicy.id)
            .where((state == TRYING) | behind)
            .order_by(col(ScreeningPolicy.id))
        ).all()
    )


def go_on(session: Session, *, policy_id: int, size: int, now: datetime) -> bool:
    """The next entries in this transaction: tried, or followed up. False when there is no more."""
    row = lock(session, ScreeningPolicy, policy_id)
    if row.state not in (TRYING, IN_FORCE) or row.is_applied:
        return False
    some = session.exec(
        select(RestrictedEntry)
        .where(
            col(RestrictedEntry.state).in_(entries.SCREENED_STATES),
            col(RestrictedEntry.is_stayed).is_(False),
            col(RestrictedEntry.id) > row.at,
        )
        .order_by(col(RestrictedEntry.id))
        .limit(size)
    ).all()
    if not some:
        _finish(session, row, now)
        return False
    if row.state == TRYING:
        _try(session, row, some)
    else:
        _follow_up(session, row, some, now)
    row.at = some[-1].id
    session.add(row)
    session.flush()
    return True


def _finish(session: Session, row: ScreeningPolicy, now: datetime) -> None:
    if row.state == TRYING:
        row.state, row.tried_at = TRIED, now
        _log(session, "screening_policy.tried", row, WORKER, now)
    else:
        row.is_applied = True
    session.add(row)


def _nothing() -> dict[str, Any]:
    return {"register": dict.fromkeys(KINDS, 0), "watched": dict.fromkeys(KINDS, 0), "rows": []}


def change(subject: Subject, entry: Any, old: Policy, new: Policy) -> tuple[str, Match, Match]:
    """What a policy does to one pair: "found", "lost", "band" or "" (nothing), with both matches."""
    before, after = match(subject, entry, old), match(subject, entry, new)
    kind = ""
    if before.is_hit is not after.is_hit:
        kind = "found" if after.is_hit else "lost"
    elif after.is_hit and before.band != after.band:
        kind = "band"
    return kind, before, after


def _try(session: Session, row: ScreeningPolicy, some: Sequence[RestrictedEntry]) -> None:
    """Count by kind; the register's pairs are kept to be shown, a portfolio's are its owner's."""
    index_organisations(session)
    old, new = policy_in_force(session), parsed(row.text)
    difference = {**_nothing(), **row.difference}
    shown = list(difference["rows"])
    counts = {where: dict(difference[where]) for where in ("register", "watched")}
    for where, subject, entry in _pairs(session, some):
        seen = entries.as_entry(entry, supervised_only=entries.is_supervision(entry))
        kind, before, after = change(subject, seen, old, new)
        row.pairs += 1
        if not kind:
            continue
        counts[where][kind] += 1
        if where == "register" and len(shown) < MOST_SHOWN:
            shown.append(_kept(kind, subject, entry, before, after))
    row.difference = {**counts, "rows": shown}


def _pairs(
    session: Session, some: Sequence[RestrictedEntry]
) -> Iterator[tuple[str, Subject, RestrictedEntry]]:
    by_id = {entry.id: entry for entry in some}
    for entry_id, organisation_id in entries.meant_by(session, sorted(by_id)):
        owner = session.get_one(Organisation, organisation_id)
        yield "register", entries.subject_of(owner), by_id[entry_id]
    for name, entry in watch.pairs(session, sorted(by_id)):
        yield "watched", watch.subject_of(name), entry


def _kept(
    kind: str, subject: Subject, entry: RestrictedEntry, before: Match, after: Match
) -> dict[str, Any]:
    return {
        "kind": kind,
        "subject": subject.reference,
        "subject_text": after.subject_text or before.subject_text,
        "entry": entry.id,
        "entry_text": after.entry_text or before.entry_text,
        "before": [before.band, before.score],
        "after": [after.band, after.score],
    }


def _follow_up(
    session: Session, row: ScreeningPolicy, some: Sequence[RestrictedEntry], now: datetime
) -> None:
    """What is found now and was not before gets the effects of a new entry; nothing else is touched."""
    old = _policy_with(session, row.against_sha256)
    touched = find_all_touched(session, some)
    for entry in some:
        seen = entries.as_entry(entry, supervised_only=entries.is_supervision(entry))
        new = [
            one
            for one in touched.get(entry.id, ())
            if not match(_owner_of(session, one.application.organisation_id), seen, old).is_hit
        ]
        take_effect(session, entry, new, now=now)
    watch.hold_beside(session, [entry.id for entry in some], now=now)


def _owner_of(session: Session, organisation_id: int) -> Subject:
    return entries.subject_of(session.get_one(Organisation, organisation_id))


def _policy_with(session: Session, sha256: str) -> Policy:
    text = session.exec(
        select(ScreeningPolicy.text).where(ScreeningPolicy.sha256 == sha256)
    ).one_or_none()
    return parsed(text) if text is not None else screening_policy()


def _log(session: Session, kind: str, row: ScreeningPolicy, by: Actor, now: datetime) -> None:
    body = {
        "version": row.version,
        "policy_sha256": row.sha256,
        "against_sha256": row.against_sha256,
        "reason_sha256": canonical.digest(row.reason),
        "difference_sha256": canonical.digest(row.difference),
        "pairs": row.pairs,
    }
    record(session, kind=kind, subject=f"screening_policy:{row.id}", body=body, by=by, now=now)
