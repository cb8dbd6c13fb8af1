"""Screening a submitted case: the restricted list, duplicates, exclusions, and a first score.

A "no hit" is stored like a hit: an auditor needs the proof of a negative.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from registry.db import columns_of, lock, sent
from registry.models import (
    Application,
    Clearance,
    Organisation,
    RestrictedEntry,
    ScreeningHit,
    ScreeningRun,
    StopRelease,
)
from registry.operations.assessment import score_case
from registry.operations.audit import record
from registry.operations.case import move, subject_of
from registry.queries import restriction as entries
from registry.queries.case import facts_of, newest_run
from registry.queries.duplicates import duplicates
from registry.queries.policy import policy_in_force
from registry.queries.restriction import is_supervision
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Need, Refusal, conflict
from registry.rules.lifecycle.application import Event
from registry.rules.permissions import (
    ACTIONS,
    Action,
    Actor,
    Role,
    barred_from_deciding,
    holds,
    service,
)
from registry.rules.screening import ENGINE_VERSION, POSSIBLE, Match, Subject, screen

SCREENING = "screening"  # purpose of the automatic score
CLEARANCE_DAYS = 365
MOST_RELATED = 20  # members of a group that are looked at beside the owner
DECISIONS = ("true", "false", "unsure")
# Answers that a list gives, and the ground of that list's entries.
LISTED = {"debtor_listed": "dishonest_debtor", "seriously_dishonest": "dishonest"}

_entry = columns_of(RestrictedEntry)
_LOADED = (
    select(_entry.id)
    .where(_entry.ground == bindparam("ground"), _entry.origin == "mirrored")
    .limit(1)
)


def subject_of_case(session: Session, application: Application) -> Subject:
    """The body that applies, as it is screened: the owner with its names and code."""
    owner = session.get_one(Organisation, application.organisation_id)
    return subject_of_organisation(owner)


def subject_of_organisation(owner: Organisation) -> Subject:
    return Subject(
        name=owner.name_zh,
        name_en=owner.name_en,
        uscc=owner.uscc,
        reference=f"organisation:{owner.id}",
    )


def related_parties(session: Session, application: Application) -> list[tuple[str, Subject]]:
    """Controller, group and its other members: context of the owner, possible at most."""
    answers = application.answers
    named = [
        (role, str(answers.get(f"{role}_name", "")).strip()) for role in ("controller", "group")
    ]
    found = [(role, Subject(name=name)) for role, name in named if len(name) >= 4]
    owner = session.get_one(Organisation, application.organisation_id)
    if owner.group_id is not None:
        members = session.exec(
            select(Organisation)
            .where(Organisation.group_id == owner.group_id, Organisation.id != owner.id)
            .order_by(col(Organisation.id))
            .limit(MOST_RELATED)
        ).all()
        found += [("group_member", subject_of_organisation(one)) for one in members]
    return found


def subject_record(subject: Subject) -> dict[str, object]:
    return {
        "name": subject.name,
        "kind": subject.kind,
        "name_en": subject.name_en,
        "uscc": subject.uscc,
        "other_names": [list(name) for name in subject.other_names],
        "codes": list(subject.codes),
    }


def screen_case(
    session: Session, *, application_id: int, now: datetime, move_on: bool = True
) -> ScreeningRun:
    """Screen the newest version of a submitted case by the service, and score it once.

    Steps: candidates by indexed keys, explained matches, clearances taken out, runners-up kept;
    duplicates; the run with list, engine and policy versions; the move to SCREENING with its event
    (after a resubmission the case keeps its state, `move_on=False`); the automatic score.
    """
    application = lock(session, Application, application_id)
    run = _screen_owner(session, application, now)
    if move_on:
        move(
            session,
            application,
            Event.SCREEN,
            by=service("screening"),
            now=now,
            body=_run_body(run),
        )
    score_case(
        session,
        application,
        purpose=SCREENING,
        found=found_by_registry(session, application),
        by=service("screening"),
        now=now,
    )
    return run


def _run_body(run: ScreeningRun) -> dict[str, object]:
    return {
        "run": run.id,
        "verdict": run.verdict,
        "list_version": run.list_version,
        "list_sha256": run.list_sha256,
        "policy_sha256": run.policy_sha256,
        "engine": run.engine_version,
        "subject_sha256": run.subject_fingerprint,
    }


def _screen_owner(session: Session, application: Application, now: datetime) -> ScreeningRun:
    subject = subject_of_case(session, application)
    said = subject_record(subject)
    fingerprint = canonical.digest(said)
    policy = policy_in_force(session)
    rows = [r for r in entries.candidates(session, subject) if entries.reaches(r, application)]
    by_id = {row.id: row for row in rows}
    matches = screen(
        subject,
        [entries.as_entry(row, supervised_only=is_supervision(row)) for row in rows],
        policy,
        cleared=_cleared(session, fingerprint, by_id, now),
    )
    version, digest = entries.newest_list(session)
    hits = [match for match in matches if match.is_hit]
    run = ScreeningRun(
        application_id=application.id,
        version_no=application.version_no,
        subject=said,
        subject_fingerprint=fingerprint,
        list_version=version,
        list_sha256=digest,
        engine_version=ENGINE_VERSION,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        verdict=hits[0].band if hits else "NONE",
        duplicates={"applications": duplicates(session, application)},
        made_at=now,
    )
    session.add(run)
    session.flush()
    for match in matches:
        session.add(_hit(run, application, match, by_id[match.entry]))
    _add_related(session, run, application, set(by_id))
    session.flush()
    return run


def _add_related(
    session: Session, run: ScreeningRun, application: Application, owned: set[int]
) -> None:
    """Hits on related parties: shown as possible whatever the likeness, since a parent's entry is
    not the owner's; what the owner itself is beside stays the owner's."""
    seen = set(owned)
    for relation, subject in related_parties(session, application):
        for found, row in entries.matches_of(session, subject, policy_in_force(session)):
            if not found.is_hit or row.id in seen or not entries.reaches(row, application):
                continue
            seen.add(row.id)
            hit = _hit(run, application, found, row)
            hit.relation, hit.band = relation, POSSIBLE
            session.add(hit)


def _cleared(
    session: Session, fingerprint: str, rows: dict[int, RestrictedEntry], now: datetime
) -> frozenset[int]:
    """Entries that a person told apart from this very subject, as both still are, not too long ago."""
    if not rows:
        return frozenset()
    known = session.exec(
        select(Clearance).where(
            Clearance.subject_fingerprint == fingerprint,
            col(Clearance.entry_id).in_(rows),
            Clearance.expires_at > now,
        )
    ).all()
    return frozenset(
        c.entry_id
        for c in known
        if c.entry_fingerprint == entries.entry_fingerprint(rows[c.entry_id])
    )


def _hit(
    run: ScreeningRun, application: Application, match: Match, row: RestrictedEntry
) -> ScreeningHit:
    return ScreeningHit(
        run_id=run.id,
        application_id=application.id,
        entry_id=row.id,
        entry_version=row.version,
        band=match.band,
        score_bp=match.score,
        parts=match_record(match),
        is_runner_up=not match.is_hit,
    )


def match_record(match: Match) -> dict[str, object]:
    """A match as it is kept: both strings, the parts side by side, and what it was judged by."""
    return {
        "subject": {"text": match.subject_text, "role": match.subject_role},
        "entry": {"text": match.entry_text, "role": match.entry_role},
        "scripts": match.scripts,
        "threshold": match.threshold,
        "policy": match.policy,
        "policy_sha256": match.policy_sha256,
        "stops": match.stops,
        "parts": [
            {
                "part": part.part,
                "kind": part.kind,
                "subject": part.subject,
                "entry": part.entry,
                "points": part.points,
            }
            for part in match.parts
        ],
    }


def found_by_registry(session: Session, application: Application) -> dict[str, str]:
    """What the registry itself establishes for the rules: lists that it holds, identical claims.

    Where a list has never been loaded the answer is left out, and the gate stays unknown.
    """
    run = newest_run(session, application)
    if run is None:
        return {}
    same = [d for d in run.duplicates.get("applications", []) if d["same"] == "claim"]
    found = {"identical_claim": "yes" if same else "no"}
    for field, ground in LISTED.items():
        if sent(session, _LOADED, ground=ground).first() is not None:
            found[field] = "yes" if _is_listed_for(session, application, ground) else "no"
    return found


def _is_listed_for(session: Session, application: Application, ground: str) -> bool:
    """Whether a person confirmed a hit on this ground."""
    confirmed = session.exec(
        select(ScreeningHit.id)
        .join(RestrictedEntry, col(RestrictedEntry.id) == col(ScreeningHit.entry_id))
        .where(
            ScreeningHit.application_id == application.id,
            ScreeningHit.decision == "true",
            RestrictedEntry.ground == ground,
        )
        .limit(1)
    ).first()
    return confirmed is not None


def decide_hit(
    session: Session,
    *,
    hit_id: int,
    decision: str,
    reason: str,
    by: Actor,
    now: datetime,
    reason_code: str = "",
) -> ScreeningHit:
    """A screener's word on one alert of the newest run: true (it stops the case), false (remembered
    for a year), or unsure (stays open). Logged with what both records were."""
    application = lock(session, Application, session.get_one(ScreeningHit, hit_id).application_id)
    hit = _open_hit(session, application, hit_id)
    if decision not in DECISIONS:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    entry = session.get_one(RestrictedEntry, hit.entry_id)
    stops = decision == "true" and not hit.relation and not is_supervision(entry)
    event = Event.STOP if stops else Event.DECIDE_HIT
    run = session.get_one(ScreeningRun, hit.run_id)
    move(
        session,
        application,
        event,
        by=by,
        now=now,
        given=[Need.REASON] if reason.strip() else [],
        body={
            "hit": hit.id,
            "decision": decision,
            "reason_code": reason_code,
            "entry": f"restricted:{entry.id}",
            "entry_version": entry.version,
            "entry_sha256": entries.entry_fingerprint(entry),
            "subject_sha256": run.subject_fingerprint,
            "reason_sha256": canonical.digest(reason),
        },
        reason=reason_code,
    )
    hit.decision, hit.reason_code, hit.reason = decision, reason_code, reason
    hit.decided_by_id = by.person_id
    hit.decided_at = now
    session.add(hit)
    if decision == "false" and not hit.relation:
        session.add(
            Clearance(
                subject_fingerprint=run.subject_fingerprint,
                entry_id=entry.id,
                entry_fingerprint=entries.entry_fingerprint(entry),
                hit_id=hit.id,
                made_at=now,
                expires_at=now + timedelta(days=CLEARANCE_DAYS),
            )
        )
    session.flush()
    return hit


def confirm_hit(session: Session, *, hit_id: int, by: Actor, now: datetime) -> ScreeningHit:
    """The second person's word that it is the same body: only then may the case be refused for it."""
    application = lock(session, Application, session.get_one(ScreeningHit, hit_id).application_id)
    hit = session.get_one(ScreeningHit, hit_id, populate_existing=True)
    if hit.decision != "true" or hit.relation or hit.confirmed_at is not None:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if hit.decided_by_id == by.person_id:
        raise MoveRefused(Refusal.SECOND_PERSON_IS_THE_FIRST)
    may_decide(session, application, by, now)
    hit.confirmed_by_id, hit.confirmed_at = by.person_id, now
    session.add(hit)
    record(
        session,
        kind="screening.hit_confirmed",
        subject=subject_of(application),
        body={"hit": hit.id, "entry": f"restricted:{hit.entry_id}", "decision": hit.decision},
        by=by,
        now=now,
    )
    return hit


def may_decide(session: Session, application: Application, by: Actor, now: datetime) -> None:
    """Refuse who may not speak on a likeness of this case, or has a conflict in it."""
    on = legal_date(now)
    facts = facts_of(session, application, by=by, now=now)
    allowed = holds(by, (*ACTIONS[Action.DECIDE_MATCH], Role.APPROVER), facts.scope, on)
    if barred_from_deciding(by, on) or allowed is None:
        raise MoveRefused(Refusal.ROLE_MISSING)
    refused = conflict(by, facts, on)
    if refused is not None:
        raise refused


def _open_hit(session: Session, application: Application, hit_id: int) -> ScreeningHit:
    """An alert that can be decided: of the newest run, above the threshold, and no stop yet."""
    hit = session.get_one(ScreeningHit, hit_id, populate_existing=True)
    newest = newest_run(session, application)
    if hit.is_runner_up or newest is None or hit.run_id != newest.id:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if hit.decision == "true":
        raise MoveRefused(Refusal.STOP_STANDS)
    return hit


def release_stop(
    session: Session, *, hit_id: int, reason: str, by: Actor, now: datetime
) -> StopRelease:
    """One of the two words that lift a stop; whoever called it does not count, nobody twice."""
    application = lock(session, Application, session.get_one(ScreeningHit, hit_id).application_id)
    hit = session.get_one(ScreeningHit, hit_id, populate_existing=True)
    if hit.decision != "true":
        raise MoveRefused(Refusal.STOP_NOT_RELEASED, stop=f"hit:{hit.id}")
    spoken = session.exec(select(StopRelease.person_id).where(StopRelease.hit_id == hit.id)).all()
    if by.person_id in {hit.decided_by_id, *spoken}:
        raise MoveRefused(Refusal.STOP_ALREADY_RELEASED_BY_YOU)
    move(
        session,
        application,
        Event.RELEASE_STOP,
        by=by,
        now=now,
        given=[Need.RATIONALE] if reason.strip() else [],
        body={"hit": hit.id, "reason_sha256": canonical.digest(reason)},
    )
    made = StopRelease(
        hit_id=hit.id,
        application_id=application.id,
        person_id=by.person_id or 0,
        reason=reason,
        released_at=now,
    )
    session.add(made)
    session.flush()
    return made
