"""What an entry in force does: open cases get a hit, listed projects and their certificates are
suspended where it is the same body beyond doubt, a likeness goes to a person; and the way back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from registry.db import lock
from registry.models import (
    Application,
    Certificate,
    Clearance,
    ListedMatch,
    Organisation,
    OrganisationIndexed,
    OrganisationKey,
    RestrictedEntry,
    ScreeningHit,
)
from registry.operations import certificate as certificates
from registry.operations.audit import record
from registry.operations.case import move as move_case
from registry.operations.case import subject_of as subject_of_case
from registry.operations.reserve import follow_state
from registry.operations.restriction_watchers import tell_of_suspension, tell_staff_of_hit
from registry.operations.screening import match_record, subject_record
from registry.queries import certificate as certificate_queries
from registry.queries import restriction as entries
from registry.queries.case import newest_run
from registry.queries.policy import policy_in_force
from registry.queries.restricted import is_restricted
from registry.rules import canonical
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import Need
from registry.rules.lifecycle.application import LISTED, Event, State
from registry.rules.lifecycle.certificate import State as CertificateState
from registry.rules.permissions import service
from registry.rules.restriction import GROUNDS, Consequence
from registry.rules.screening import EXACT, Match, match, probes

REGISTRY = service("restrictions")
REASON = "restricted_entry"
UNDER_REVIEW = (State.IN_REVIEW, State.PENDING_APPROVAL, State.NOTICE)
LOOKED_AT = (State.SCREENING, *UNDER_REVIEW, *LISTED, State.SUSPENDED)
SIGNAL = 500  # keys a statement


@dataclass(frozen=True)
class Touched:
    """A case whose owner an entry may mean, and how alike they are."""

    application: Application
    found: Match


def index_organisations(session: Session) -> int:
    """Bring the organisations' own index up to date: those that are new or have changed since.

    Whoever changes an organisation need not know of it; the first changed entry afterwards does.
    """
    known = {row.organisation_id: row for row in session.exec(select(OrganisationIndexed)).all()}
    done = 0
    for organisation in session.exec(select(Organisation).order_by(col(Organisation.id))).all():
        subject = entries.subject_of(organisation)
        fingerprint = canonical.digest(subject_record(subject))
        row = known.get(organisation.id)
        if row is not None and row.fingerprint == fingerprint:
            continue
        session.execute(
            delete(OrganisationKey).where(col(OrganisationKey.organisation_id) == organisation.id)
        )
        asked = [{"key": k, "organisation_id": organisation.id} for k in sorted(probes(subject))]
        for start in range(0, len(asked), SIGNAL):
            session.execute(insert(OrganisationKey), asked[start : start + SIGNAL])
        row = row or OrganisationIndexed(organisation_id=organisation.id, fingerprint="")
        row.fingerprint = fingerprint
        session.add(row)
        done += 1
    session.flush()
    return done


def find_touched(session: Session, entry: RestrictedEntry) -> list[Touched]:
    """The cases that an entry may concern, locked in order before anything is logged."""
    return find_all_touched(session, [entry]).get(entry.id, [])


def find_all_touched(
    session: Session, changed: Sequence[RestrictedEntry]
) -> dict[int, list[Touched]]:
    """The same for many entries: the organisations' index is brought up to date once, the pairs are
    one join, and every case is locked in the order of its number."""
    index_organisations(session)
    policy = policy_in_force(session)
    by_id = {entry.id: entry for entry in changed}
    meant = entries.meant_by(session, sorted(by_id))
    owners = _organisations(session, {organisation_id for _, organisation_id in meant})
    touched: list[tuple[int, int, Match]] = []
    cases = _looked_at(session, sorted(owners))
    for entry_id, organisation_id in meant:
        entry = by_id[entry_id]
        seen = entries.as_entry(entry, supervised_only=entries.is_supervision(entry))
        found = match(entries.subject_of(owners[organisation_id]), seen, policy)
        if found.is_hit:
            touched += [(case, entry_id, found) for case in cases.get(organisation_id, ())]
    touched.sort(key=lambda one: one[:2])
    locked = {case: lock_case(session, case) for case in dict.fromkeys(t[0] for t in touched)}
    result: dict[int, list[Touched]] = defaultdict(list)
    for case, entry_id, found in touched:
        result[entry_id].append(Touched(locked[case], found))
    return result


def _organisations(session: Session, ids: set[int]) -> dict[int, Organisation]:
    rows: dict[int, Organisation] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), SIGNAL):
        some = wanted[start : start + SIGNAL]
        found = session.exec(select(Organisation).where(col(Organisation.id).in_(some))).all()
        rows.update({row.id: row for row in found})
    return rows


def _looked_at(session: Session, organisation_ids: Sequence[int]) -> dict[int, list[int]]:
    """The cases of each organisation that an entry can still concern."""
    cases: dict[int, list[int]] = defaultdict(list)
    for start in range(0, len(organisation_ids), SIGNAL):
        rows = session.exec(
            select(Application.organisation_id, Application.id).where(
                col(Application.organisation_id).in_(organisation_ids[start : start + SIGNAL]),
                col(Application.state).in_([state.value for state in LOOKED_AT]),
            )
        ).all()
        for organisation_id, case in rows:
            cases[organisation_id].append(case)
    return cases


def lock_case(session: Session, application_id: int) -> Application:
    application = lock(session, Application, application_id)
    newest = certificate_queries.newest_of(session, application_id)
    if newest is not None:
        lock(session, Certificate, newest.id)
    return application


def take_effect(
    session: Session, entry: RestrictedEntry, touched: Iterable[Touched], *, now: datetime
) -> None:
    """The entry is in force from this moment: each case gets what its state asks for."""
    for one in touched:
        application = one.application
        if not entries.reaches(entry, application):
            continue
        if application.state == State.SCREENING:
            _add_hit(session, entry, one, now)
        elif one.found.band == EXACT and _stops(entry):
            if application.state in (*LISTED, State.SUSPENDED):
                suspend(session, entry, one, now)
            else:
                tell_staff_of_hit(session, application, now=now)
        elif not entries.is_supervision(entry):
            _ask_a_person(session, entry, one, now)


def _stops(entry: RestrictedEntry) -> bool:
    ground = GROUNDS.get(entry.ground)
    return ground is not None and ground.consequence is Consequence.STOPS


def _add_hit(session: Session, entry: RestrictedEntry, one: Touched, now: datetime) -> None:
    """An alert more on the newest screening of an open case, unless somebody has settled the pair."""
    run = newest_run(session, one.application)
    if run is None or _is_settled(session, run.id, run.subject_fingerprint, entry, now):
        return
    hit = ScreeningHit(
        run_id=run.id,
        application_id=one.application.id,
        entry_id=entry.id,
        entry_version=entry.version,
        band=one.found.band,
        score_bp=one.found.score,
        parts=match_record(one.found),
    )
    session.add(hit)
    session.flush()
    record(
        session,
        kind="screening.entry_matched",
        subject=subject_of_case(one.application),
        body={
            "hit": hit.id,
            "run": run.id,
            "entry": f"restricted:{entry.id}",
            "entry_version": entry.version,
            "entry_sha256": entry.fingerprint,
            "band": hit.band,
            "policy_sha256": one.found.policy_sha256,
        },
        by=REGISTRY,
        now=now,
    )
    tell_staff_of_hit(session, one.application, now=now)


def _is_settled(
    session: Session, run_id: int, subject: str, entry: RestrictedEntry, now: datetime
) -> bool:
    """The pair has a live alert already, or somebody told the two apart as both still are."""
    alerted = session.exec(
        select(ScreeningHit.id).where(
            ScreeningHit.run_id == run_id,
            ScreeningHit.entry_id == entry.id,
            col(ScreeningHit.is_runner_up).is_(False),
            ScreeningHit.decision != "false",
        )
    ).first()
    cleared = session.exec(
        select(Clearance.id).where(
            Clearance.subject_fingerprint == subject,
            Clearance.entry_id == entry.id,
            Clearance.entry_fingerprint == entry.fingerprint,
            Clearance.expires_at > now,
        )
    ).first()
    return alerted is not None or cleared is not None


def match_row(session: Session, entry: RestrictedEntry, one: Touched, now: datetime) -> ListedMatch:
    """The pair's row for a person, made once for what the entry says."""
    row = session.exec(
        select(ListedMatch).where(
            ListedMatch.entry_id == entry.id,
            ListedMatch.application_id == one.application.id,
            ListedMatch.entry_fingerprint == entry.fingerprint,
        )
    ).one_or_none()
    if row is None:
        row = ListedMatch(
            entry_id=entry.id,
            application_id=one.application.id,
            entry_fingerprint=entry.fingerprint,
            band=one.found.band,
            score_bp=one.found.score,
            parts=match_record(one.found),
            found_at=now,
        )
        session.add(row)
        session.flush()
    return row


def _ask_a_person(session: Session, entry: RestrictedEntry, one: Touched, now: datetime) -> None:
    row = match_row(session, entry, one, now)
    if row.confirmed_at is not None and row.decision == "true":
        suspend(session, entry, one, now)


def suspend(session: Session, entry: RestrictedEntry, one: Touched, now: datetime) -> None:
    """A listed project whose owner is the restricted body: it and its certificate stop counting."""
    row = match_row(session, entry, one, now)
    if row.band == EXACT and not row.decision:
        row.decision, row.decided_at = "true", now
    session.add(row)
    application = one.application
    held = application.state == State.SUSPENDED and bool(_open_rows(session, application))
    if application.state not in LISTED and not held:
        return  # under review, where approval is refused; or a person suspended it, who sees to it
    row.suspended_at, row.released_at = now, None
    session.flush()
    if held:
        return
    move_case(
        session,
        application,
        Event.SUSPEND,
        by=REGISTRY,
        now=now,
        given=[Need.REASON],
        body={"entry": f"restricted:{entry.id}", "entry_version": entry.version},
        reason=REASON,
    )
    suspend_certificate(session, application, now=now)
    follow_state(session, application)
    tell_of_suspension(session, application, suspended=True, now=now)


def suspend_certificate(session: Session, application: Application, *, now: datetime) -> bool:
    newest = certificate_queries.newest_of(session, application.id)
    if newest is None or newest.state != CertificateState.ISSUED:
        return False
    certificates.suspend(
        session,
        certificate_id=newest.id,
        reason_code=REASON,
        reason="业主处于限制进入名单 / owner on the restricted-entry list",
        by=REGISTRY,
        now=now,
    )
    return True


def lock_suspended(session: Session, entry: RestrictedEntry) -> list[Application]:
    """The cases that this entry holds suspended, locked before anything is logged."""
    ids = session.exec(
        select(ListedMatch.application_id)
        .where(
            ListedMatch.entry_id == entry.id,
            col(ListedMatch.suspended_at).is_not(None),
            col(ListedMatch.released_at).is_(None),
        )
        .distinct()
        .order_by(col(ListedMatch.application_id))
    ).all()
    return [lock_case(session, application_id) for application_id in ids]


def end_effect(
    session: Session, entry: RestrictedEntry, held: Iterable[Application], *, now: datetime
) -> None:
    """The entry restricts no more: each project that it held is checked again, and comes back unless
    something else holds it. Hits on open cases count no more by themselves."""
    for application in held:
        for row in _open_rows(session, application):
            if row.entry_id == entry.id:
                row.released_at = now
                session.add(row)
        session.flush()
        still = _open_rows(session, application)
        on = legal_date(now)
        if still or application.state != State.SUSPENDED:
            continue
        if is_restricted(session, application, on=on):
            continue
        _reinstate(session, entry, application, now)


def _open_rows(session: Session, application: Application) -> list[ListedMatch]:
    return list(
        session.exec(
            select(ListedMatch)
            .where(
                ListedMatch.application_id == application.id,
                col(ListedMatch.suspended_at).is_not(None),
                col(ListedMatch.released_at).is_(None),
            )
            .order_by(col(ListedMatch.id))
        ).all()
    )


def _reinstate(
    session: Session, entry: RestrictedEntry, application: Application, now: datetime
) -> None:
    move_case(
        session,
        application,
        Event.REINSTATE,
        by=REGISTRY,
        now=now,
        given=[Need.RATIONALE],
        body={"entry": f"restricted:{entry.id}", "entry_version": entry.version},
    )
    newest = certificate_queries.newest_of(session, application.id)
    if (
        newest is not None
        and newest.state == CertificateState.SUSPENDED
        and newest.suspended_by_id is None
        and newest.end_reason_code == REASON
    ):
        certificates.reinstate(
            session, certificate_id=newest.id, reason=REASON, by=REGISTRY, now=now
        )
    follow_state(session, application)
    tell_of_suspension(session, application, suspended=False, now=now)
