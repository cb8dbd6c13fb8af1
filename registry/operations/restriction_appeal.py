"""What follows an entry: the subject's appeal and its decision, repair and early lifting."""

from datetime import date, datetime

from sqlmodel import Session

from registry.db import lock
from registry.models import RestrictedEntry, RestrictedStatement
from registry.operations.restriction import leave
from registry.operations.restriction_draft import Proof
from registry.operations.restriction_effects import (
    end_effect,
    find_touched,
    lock_suspended,
    take_effect,
)
from registry.operations.restriction_move import move, must_be_as_seen, publish
from registry.operations.restriction_watchers import tell_desk, tell_subject
from registry.queries.restriction_facts import APPEAL, REPAIR, open_statement
from registry.rules import canonical
from registry.rules.lifecycle import MoveRefused, Need, Refusal
from registry.rules.lifecycle.restriction import Event
from registry.rules.permissions import Actor, Role
from registry.rules.restriction import Term
from registry.words import Words

IDENTITY = "identity"
APPEAL_GROUNDS = (IDENTITY, "fact", "repaired", "disproportionate")


def appeal(
    session: Session,
    *,
    entry_id: int,
    ground: str,
    text: str,
    proof: Proof | None,
    by: Actor,
    now: datetime,
) -> RestrictedStatement:
    """The subject appeals. Where it says that it is somebody else, the effect is stayed at once:
    projects come back until the panel has decided."""
    entry = lock(session, RestrictedEntry, entry_id)
    stays = ground == IDENTITY
    held = lock_suspended(session, entry) if stays else []
    said = _said(entry, APPEAL, text, proof, by, now)
    said.ground = ground
    given = [Need.RATIONALE] if text.strip() else []
    move(
        session,
        entry,
        Event.APPEAL,
        by=by,
        now=now,
        given=[*given, *([Need.GROUND] if ground in APPEAL_GROUNDS else [])],
        body={"appeal_ground": ground, "text_sha256": canonical.digest(text), "stayed": stays},
        actor_is_subject=True,
    )
    session.add(said)
    if stays:
        entry.is_stayed = True
        session.add(entry)
        session.flush()
        end_effect(session, entry, held, now=now)
        publish(session, [(entry, "stayed")], by=by, now=now)
    tell_desk(
        session,
        entry,
        Role.APPEAL_PANEL,
        subject=Words("有列入复议待处理", "an appeal against an entry waits"),
        body=Words("请在限制名单工作台查看。", "See it on the restricted-list desk."),
        now=now,
    )
    session.flush()
    return said


def uphold(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """The entry stands; what was stayed takes effect again."""
    entry = lock(session, RestrictedEntry, entry_id)
    must_be_as_seen(entry, seen)
    resumes = entry.is_stayed
    touched = find_touched(session, entry) if resumes else []
    entry.is_stayed = False
    _hear(session, entry, Event.UPHOLD, reason, by, now)
    _close(session, entry, APPEAL, "upheld", reason, by, now)
    if resumes:
        take_effect(session, entry, touched, now=now)
        publish(session, [(entry, "resumed")], by=by, now=now)
    _tell(session, entry, "维持列入", "The entry is upheld.", reason, now)
    return entry


def vary(
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
    """The entry stands for another term, within what the ground allows."""
    entry = lock(session, RestrictedEntry, entry_id)
    must_be_as_seen(entry, seen)
    resumes = entry.is_stayed
    touched = find_touched(session, entry) if resumes else []
    entry.is_stayed = False
    _hear(session, entry, Event.VARY, reason, by, now, term=Term(entry.from_day, to_day, review_on))
    _close(session, entry, APPEAL, "varied", reason, by, now)
    if resumes:
        take_effect(session, entry, touched, now=now)
    publish(session, [(entry, "varied")], by=by, now=now)
    _tell(session, entry, "变更列入期限", "The entry's term is varied.", reason, now)
    return entry


def annul(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """The entry never should have been: off the list, and what it held comes back."""
    entry = lock(session, RestrictedEntry, entry_id)
    must_be_as_seen(entry, seen)
    held = lock_suspended(session, entry)
    entry.is_stayed = False
    entry.end_reason = reason
    _hear(session, entry, Event.ANNUL, reason, by, now)
    _close(session, entry, APPEAL, "annulled", reason, by, now)
    leave(session, entry, "annulled", held, by=by, now=now)
    return entry


def file_repair(
    session: Session, *, entry_id: int, text: str, proof: Proof | None, by: Actor, now: datetime
) -> RestrictedStatement:
    """The subject shows that it has put things right; an approver decides."""
    entry = lock(session, RestrictedEntry, entry_id)
    if open_statement(session, entry.id, REPAIR) is not None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    said = _said(entry, REPAIR, text, proof, by, now)
    move(
        session,
        entry,
        Event.REPAIR,
        by=by,
        now=now,
        given=[Need.PROOF] if proof is not None else [],
        body={"text_sha256": canonical.digest(text), "proof_sha256": said.evidence_sha256},
        actor_is_subject=True,
    )
    session.add(said)
    tell_desk(
        session,
        entry,
        Role.RESTRICT_APPROVER,
        subject=Words("有信用修复申请", "a repair has been filed"),
        body=Words("请在条目页查看。", "See it on the entry's page."),
        now=now,
    )
    session.flush()
    return said


def refuse_repair(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    entry = lock(session, RestrictedEntry, entry_id)
    must_be_as_seen(entry, seen)
    _hear(session, entry, Event.REFUSE_REPAIR, reason, by, now)
    _close(session, entry, REPAIR, "refused", reason, by, now)
    _tell(session, entry, "修复申请未获同意", "The repair is not accepted.", reason, now)
    return entry


def lift(
    session: Session,
    *,
    entry_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    seen: int | None = None,
) -> RestrictedEntry:
    """Repaired, and the least time is served: off the list before its end."""
    entry = lock(session, RestrictedEntry, entry_id)
    must_be_as_seen(entry, seen)
    held = lock_suspended(session, entry)
    entry.end_reason = reason
    _hear(session, entry, Event.LIFT, reason, by, now)
    _close(session, entry, REPAIR, "lifted", reason, by, now)
    leave(session, entry, "lifted", held, by=by, now=now)
    return entry


def _said(
    entry: RestrictedEntry, kind: str, text: str, proof: Proof | None, by: Actor, now: datetime
) -> RestrictedStatement:
    return RestrictedStatement(
        entry_id=entry.id,
        kind=kind,
        text=text,
        evidence_sha256=proof.sha256 if proof else "",
        evidence_name=proof.name if proof else "",
        made_by_id=by.person_id,
        made_at=now,
    )


def _hear(
    session: Session,
    entry: RestrictedEntry,
    event: Event,
    reason: str,
    by: Actor,
    now: datetime,
    *,
    term: Term | None = None,
) -> None:
    given = [Need.RATIONALE] if reason.strip() else []
    if term is not None and (term.to_day or term.review_on):
        given.append(Need.END_DATE)
    move(
        session,
        entry,
        event,
        by=by,
        now=now,
        given=given,
        body={"reason_sha256": canonical.digest(reason)},
        term=term,
    )


def _close(
    session: Session,
    entry: RestrictedEntry,
    kind: str,
    outcome: str,
    reason: str,
    by: Actor,
    now: datetime,
) -> None:
    waiting = open_statement(session, entry.id, kind)
    if waiting is None:
        return
    waiting.outcome, waiting.reason = outcome, reason
    waiting.decided_by_id, waiting.decided_at = by.person_id, now
    session.add(waiting)
    session.flush()


def _tell(
    session: Session, entry: RestrictedEntry, zh: str, en: str, reason: str, now: datetime
) -> None:
    tell_subject(
        session,
        entry,
        link="",
        subject=Words(f"条目 {entry.number}：{zh}", f"Entry {entry.number}: {en}"),
        body=Words(f"{zh}。理由：{reason}", f"{en} Reason: {reason}"),
        now=now,
    )
