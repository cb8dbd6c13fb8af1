"""An entry's way onto the list: proposed, noticed, in force; provisionally; dismissed, expired."""

import secrets
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, or_, select

from registry.db import lock
from registry.models import RestrictedEntry, RestrictedStatement
from registry.operations.numbering import take_number
from registry.operations.restriction_draft import Proof, drawn_up, put_forward
from registry.operations.restriction_effects import (
    end_effect,
    find_touched,
    lock_suspended,
    take_effect,
)
from registry.operations.restriction_move import (
    move,
    must_be_as_seen,
    publish,
    write_keys,
)
from registry.operations.restriction_watchers import (
    tell_desk,
    tell_entered,
    tell_noticed,
    tell_subject,
)
from registry.queries.restriction_facts import DECISION, STATEMENT
from registry.reference import calendar
from registry.rules import canonical
from registry.rules.calendar import add_working_days, legal_date
from registry.rules.lifecycle import DEADLINE, Need
from registry.rules.lifecycle.restriction import RESTRICTING, Event
from registry.rules.permissions import Actor, Role, service
from registry.rules.restriction import GROUNDS, Term, longest_term
from registry.words import Words

NUMBER_PREFIX = "GPX"  # restricted entry
TIMER = service("timer")


def propose(
    session: Session,
    *,
    values: dict[str, Any],
    proof: Proof | None,
    by: Actor,
    now: datetime,
    aliases: dict[str, Any] | None = None,
    person_commitment: str = "",
    review_on: date | None = None,
    origin: str = "own",
    external_key: str | None = None,
    import_id: int | None = None,
) -> RestrictedEntry:
    """A proposal: subject, ground with its clause, evidence, and a term that the ground allows.

    Steps: check the data, log, keep the screening keys (so that staff see a soft flag), tell the
    approvers. Nothing is public and nothing is stopped yet.
    """
    entry = drawn_up(
        values=values,
        proof=proof,
        by=by,
        now=now,
        aliases=aliases,
        person_commitment=person_commitment,
        review_on=review_on,
        origin=origin,
        external_key=external_key,
        import_id=import_id,
    )
    put_forward(session, entry, Event.PROPOSE, by, now)
    entry.external_key = entry.external_key or f"GPR-{entry.id}"
    write_keys(session, entry)
    if origin == "own":
        tell_desk(
            session,
            entry,
            Role.RESTRICT_APPROVER,
            subject=Words("有新的列入提议", "an entry has been proposed"),
            body=Words("请在限制名单工作台查看。", "See it on the restricted-list desk."),
            now=now,
        )
    return entry


def dismiss(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """Not taken up, with a reason; a subject that had notice is told."""
    entry = locked(session, entry_id, seen)
    was_noticed = entry.noticed_at is not None
    entry.end_reason, entry.ended_at = reason, now
    decide_on(session, entry, Event.DISMISS, reason, by, now)
    if was_noticed:
        tell_subject(
            session,
            entry,
            link="",
            subject=Words("不予列入限制名单", "you are not put on the restricted list"),
            body=Words(
                "经审查，不予列入限制进入名单，本次程序终结。",
                "After examination you are not put on the list. The procedure has ended.",
            ),
            now=now,
        )
    return entry


def notify(
    session: Session, *, entry_id: int, base_url: str, by: Actor, now: datetime
) -> RestrictedEntry:
    """Give the subject notice: the letter carries the link by which it answers, and the days it has.

    Whoever has no account here gets the letter by post: the officer prints it from the entry's page.
    """
    entry = lock(session, RestrictedEntry, entry_id)
    until = statement_end(now)
    move(
        session,
        entry,
        Event.NOTIFY,
        by=by,
        now=now,
        body={"statement_until": until.isoformat()},
    )
    set_notice(entry, until, now)
    session.add(entry)
    tell_noticed(session, entry, link=subject_link(base_url, entry), now=now)
    return entry


def statement_end(now: datetime) -> date:
    """The last day of a statement on a notice that is given now."""
    return add_working_days(legal_date(now), DEADLINE["statement"].amount, calendar())


def set_notice(entry: RestrictedEntry, until: date, now: datetime) -> None:
    entry.statement_until, entry.noticed_at = until, now
    entry.token = entry.token or secrets.token_urlsafe(24)


def subject_link(base_url: str, entry: RestrictedEntry) -> str:
    return f"{base_url.rstrip('/')}/restriction/subject/{entry.token}"


def answer(
    session: Session,
    *,
    entry_id: int,
    text: str,
    proof: Proof | None,
    by: Actor,
    now: datetime,
) -> RestrictedStatement:
    """The subject's statement, by the link in the notice or by its signatory."""
    entry = lock(session, RestrictedEntry, entry_id)
    said = RestrictedStatement(
        entry_id=entry.id,
        kind=STATEMENT,
        text=text,
        evidence_sha256=proof.sha256 if proof else "",
        evidence_name=proof.name if proof else "",
        made_by_id=by.person_id,
        made_at=now,
    )
    move(
        session,
        entry,
        Event.ANSWER,
        by=by,
        now=now,
        given=[Need.RATIONALE] if text.strip() else [],
        body={"text_sha256": canonical.digest(text), "proof_sha256": said.evidence_sha256},
        actor_is_subject=True,
    )
    session.add(said)
    tell_desk(
        session,
        entry,
        Role.RESTRICT_OFFICER,
        subject=Words("被列入方已陈述申辩", "the subject has made a statement"),
        body=Words("请在条目页查看。", "See it on the entry's page."),
        now=now,
    )
    session.flush()
    return said


def enter(
    session: Session,
    *,
    entry_id: int,
    to_day: date | None,
    review_on: date | None,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """Put in force by another than who proposed it, once the days for a statement are over."""
    entry = locked(session, entry_id, seen)
    touched = find_touched(session, entry)
    term = Term(first_day(entry, now), to_day, review_on)
    entry.approved_by_id = by.person_id
    give_number(session, entry, now)
    set_window(entry, now)
    move(
        session,
        entry,
        Event.ENTER,
        by=by,
        now=now,
        given=[Need.END_DATE] if to_day or review_on else [],
        body=reasoned(reason),
        term=term,
    )
    keep_reason(session, entry, Event.ENTER, reason, by, now)
    take_effect(session, entry, touched, now=now)
    publish(session, [(entry, "entered")], by=by, now=now)
    tell_entered(session, entry, now)
    return entry


def over(session: Session, *, now: datetime, limit: int) -> list[int]:
    """Ids of entries whose last day has passed and that the timer has not taken off yet."""
    today = legal_date(now)
    rows = session.exec(
        select(RestrictedEntry.id)
        .where(
            col(RestrictedEntry.state).in_([state.value for state in RESTRICTING]),
            or_(
                col(RestrictedEntry.to_day) < today,
                col(RestrictedEntry.is_provisional)
                & (col(RestrictedEntry.provisional_until) < today),
            ),
        )
        .order_by(col(RestrictedEntry.id))
        .limit(limit)
    ).all()
    return list(rows)


def expire(session: Session, *, entry_id: int, now: datetime) -> RestrictedEntry:
    """Its last day has passed: off the list by itself; nobody prolongs in silence."""
    entry = lock(session, RestrictedEntry, entry_id)
    held = lock_suspended(session, entry)
    move(session, entry, Event.EXPIRE, by=TIMER, now=now)
    leave(session, entry, "expired", held, by=TIMER, now=now)
    return entry


def leave(
    session: Session, entry: RestrictedEntry, kind: str, held: Any, *, by: Actor, now: datetime
) -> None:
    """What follows when an entry restricts no more, for whatever reason."""
    entry.ended_at = now
    session.add(entry)
    session.flush()
    end_effect(session, entry, held, now=now)
    publish(session, [(entry, kind)], by=by, now=now)
    tell_subject(
        session,
        entry,
        link="",
        subject=Words("已移出限制名单", "taken off the restricted list"),
        body=Words(
            f"条目 {entry.number} 已不再生效。", f"Entry {entry.number} is no longer in force."
        ),
        now=now,
    )


def locked(session: Session, entry_id: int, seen: int | None) -> RestrictedEntry:
    entry = lock(session, RestrictedEntry, entry_id)
    must_be_as_seen(entry, seen)
    return entry


def keep_reason(
    session: Session, entry: RestrictedEntry, event: Event, reason: str, by: Actor, now: datetime
) -> None:
    """The desk's reasons in full; the chain has their digest."""
    if not reason.strip():
        return
    session.add(
        RestrictedStatement(
            entry_id=entry.id,
            kind=DECISION,
            ground=event.value,
            text=reason,
            made_by_id=by.person_id,
            made_at=now,
        )
    )


def reasoned(reason: str) -> dict[str, str]:
    return {"reason_sha256": canonical.digest(reason)} if reason.strip() else {}


def decide_on(
    session: Session, entry: RestrictedEntry, event: Event, reason: str, by: Actor, now: datetime
) -> None:
    move(
        session,
        entry,
        event,
        by=by,
        now=now,
        given=[Need.RATIONALE] if reason.strip() else [],
        body=reasoned(reason),
    )
    keep_reason(session, entry, event, reason, by, now)


def first_day(entry: RestrictedEntry, now: datetime) -> date:
    """A term of ours begins with the decision; a mirrored record's began with the authority's."""
    today = legal_date(now)
    return min(entry.from_day, today) if entry.origin == "mirrored" else today


def give_number(session: Session, entry: RestrictedEntry, now: datetime) -> None:
    entry.number = entry.number or take_number(session, NUMBER_PREFIX, now=now)
    entry.in_force_at = now


def set_window(entry: RestrictedEntry, now: datetime) -> None:
    days = DEADLINE["restriction_appeal_window"].amount
    entry.appeal_until = legal_date(now) + timedelta(days=days)
    entry.token = entry.token or secrets.token_urlsafe(24)


def term_for(entry: RestrictedEntry, now: datetime) -> Term:
    """The proposed end where the ground allows it from the first day, else the longest one. Raises
    GroundRefused where the entry's limb is none of the ground's."""
    ground = GROUNDS[entry.ground]
    longest = longest_term(
        ground, entry.case_code, first_day(entry, now), grave_months=entry.grave_months
    )
    if longest.to_day is None or entry.to_day is None:
        return longest
    return Term(longest.from_day, min(entry.to_day, longest.to_day))
