"""The restricted-entry list as screening reads it: candidates, fingerprints, versions, flags."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from hashlib import sha256 as sha256_of

from sqlalchemy import BindParameter, ColumnElement, and_, or_
from sqlmodel import Session, col, select

from registry.models import (
    Application,
    ListVersion,
    Organisation,
    OrganisationKey,
    RestrictedEntry,
    RestrictedKey,
)
from registry.rules import canonical
from registry.rules.lifecycle.restriction import State
from registry.rules.restriction import GROUNDS, Reach, ReachKind
from registry.rules.screening import Entry, Match, Name, Policy, Subject, entry_keys, probes, screen

SCREENED_STATES = (State.IN_FORCE.value, State.UNDER_APPEAL.value)
FLAGGING_STATES = (State.PROPOSED.value, State.NOTICED.value)
BATCH = 500


def in_effect_on(on: date | BindParameter[date]) -> ColumnElement[bool]:
    """Restricting on that day: in force or appealed, not stayed, within its term. The end date counts
    by itself, also where the timer has not written it down yet."""
    return and_(
        col(RestrictedEntry.state).in_(SCREENED_STATES),
        col(RestrictedEntry.is_stayed).is_(False),
        col(RestrictedEntry.from_day) <= on,
        or_(col(RestrictedEntry.to_day).is_(None), col(RestrictedEntry.to_day) >= on),
    )


def is_supervision(row: RestrictedEntry) -> bool:
    """Whether the entry's only ground is supervision, which is no offence and stops nothing."""
    return only_watched(row.ground)


def only_watched(ground: str) -> bool:
    known = GROUNDS.get(ground)
    return known is not None and known.supervision


def reaches(row: RestrictedEntry, application: Application, *, fund_id: int | None = None) -> bool:
    """Whether an entry counts for this case: everywhere, in its zone, in its industry. An entry for
    one fund binds that fund's money, not the list."""
    reach = Reach(ReachKind(row.scope_kind), row.scope_id)
    return reach.covers(
        zone_id=application.zone_id,
        industry_code=str(application.answers.get("industry_code", "")),
        fund_id=str(fund_id) if fund_id is not None else "",
    )


def as_entry(row: RestrictedEntry, *, supervised_only: bool) -> Entry:
    """A stored entry as the screening rules see it."""
    aliases = row.aliases or {}
    return Entry(
        reference=row.id or 0,
        name=row.name_zh,
        kind=row.subject_kind,
        name_en=row.name_en,
        uscc=row.uscc,
        other_names=tuple(Name(n["text"], n["role"]) for n in aliases.get("names", [])),
        codes=tuple(aliases.get("codes", [])),
        person_id=row.person_commitment,
        supervised_only=supervised_only,
    )


def subject_of(organisation: Organisation) -> Subject:
    """An organisation of the register as the screening rules see it."""
    return Subject(
        name=organisation.name_zh,
        name_en=organisation.name_en,
        uscc=organisation.uscc,
        reference=f"organisation:{organisation.id}",
    )


def candidates(
    session: Session, subject: Subject, *, states: Sequence[str] = SCREENED_STATES
) -> list[RestrictedEntry]:
    """The entries that share a key with the subject: one indexed join, in batches of keys."""
    asked = sorted(probes(subject))
    found: dict[int, RestrictedEntry] = {}
    for start in range(0, len(asked), BATCH):
        rows = session.exec(
            select(RestrictedEntry)
            .join(RestrictedKey, col(RestrictedKey.entry_id) == col(RestrictedEntry.id))
            .where(
                col(RestrictedKey.key).in_(asked[start : start + BATCH]),
                col(RestrictedEntry.state).in_(states),
                col(RestrictedEntry.is_stayed).is_(False),
            )
        ).all()
        found.update({row.id: row for row in rows})
    return [found[entry_id] for entry_id in sorted(found)]


def matches_of(
    session: Session,
    subject: Subject,
    policy: Policy,
    *,
    states: Sequence[str] = SCREENED_STATES,
    top: int = 5,
) -> list[tuple[Match, RestrictedEntry]]:
    """The subject beside the list: hits, then runners-up, each with its entry."""
    rows = {row.id: row for row in candidates(session, subject, states=states)}
    entries = [as_entry(row, supervised_only=is_supervision(row)) for row in rows.values()]
    return [(one, rows[one.entry]) for one in screen(subject, entries, policy, top=top)]


def flags_of(
    session: Session, organisation: Organisation, policy: Policy
) -> list[tuple[Match, RestrictedEntry]]:
    """Proposed entries that an organisation resembles: a soft flag for staff, it stops nothing."""
    found = matches_of(session, subject_of(organisation), policy, states=FLAGGING_STATES)
    return [(one, row) for one, row in found if one.is_hit]


def organisations_meant(session: Session, row: RestrictedEntry) -> list[Organisation]:
    """The organisations that share a key with an entry: the same join from the other side."""
    asked = sorted(entry_keys(as_entry(row, supervised_only=is_supervision(row))))
    found: dict[int, Organisation] = {}
    for start in range(0, len(asked), BATCH):
        rows = session.exec(
            select(Organisation)
            .join(OrganisationKey, col(OrganisationKey.organisation_id) == col(Organisation.id))
            .where(col(OrganisationKey.key).in_(asked[start : start + BATCH]))
        ).all()
        found.update({one.id: one for one in rows})
    return [found[organisation_id] for organisation_id in sorted(found)]


def meant_by(session: Session, entry_ids: Sequence[int]) -> list[tuple[int, int]]:
    """(entry, organisation) for every pair among these entries that shares a key."""
    pairs: set[tuple[int, int]] = set()
    for start in range(0, len(entry_ids), BATCH):
        rows = session.exec(
            select(RestrictedKey.entry_id, OrganisationKey.organisation_id)
            .join(OrganisationKey, col(OrganisationKey.key) == col(RestrictedKey.key))
            .where(col(RestrictedKey.entry_id).in_(entry_ids[start : start + BATCH]))
            .distinct()
        ).all()
        pairs.update((entry_id, organisation_id) for entry_id, organisation_id in rows)
    return sorted(pairs)


def entry_fingerprint(row: RestrictedEntry) -> str:
    """Changes whenever something that a match stands on changes; a clearance is bound to it."""
    return canonical.digest(
        {
            "kind": row.subject_kind,
            "name_zh": row.name_zh,
            "name_en": row.name_en,
            "uscc": row.uscc,
            "aliases": row.aliases or {},
            "person": row.person_commitment,
        }
    )


def newest_list(session: Session) -> tuple[int, str]:
    """Version and hash of the list; (0, hash of nothing) before the first entry."""
    row = session.exec(
        select(ListVersion).order_by(col(ListVersion.version).desc()).limit(1)
    ).one_or_none()
    return (row.version, row.sha256) if row is not None else (0, canonical.digest([]))


def list_digest(session: Session) -> tuple[str, int]:
    """The hash of the list as it stands in force, and how many entries: each entry's id, version and
    fingerprint, in order of id."""
    rows = session.exec(
        select(RestrictedEntry.id, RestrictedEntry.version, RestrictedEntry.fingerprint)
        .where(
            col(RestrictedEntry.state).in_(SCREENED_STATES),
            col(RestrictedEntry.is_stayed).is_(False),
        )
        .order_by(col(RestrictedEntry.id))
    ).all()
    return digest_of(rows), len(rows)


def digest_of(rows: Iterable[tuple[int, int, str]]) -> str:
    """`canonical.digest` of the rows, written out: whole numbers and hexadecimal digits have one
    form only, and a long list is hashed with every version."""
    said = ",".join(f'[{entry},{version},"{sha256}"]' for entry, version, sha256 in rows)
    return sha256_of(f"[{said}]".encode()).hexdigest()


def screened_rows(session: Session, *, batch: int = 2000) -> Iterator[RestrictedEntry]:
    """Every entry that screening knows of, in order of id, read in batches and let go of."""
    last = 0
    while True:
        rows = session.exec(
            select(RestrictedEntry)
            .where(
                col(RestrictedEntry.id) > last,
                col(RestrictedEntry.state).in_(SCREENED_STATES),
                col(RestrictedEntry.is_stayed).is_(False),
            )
            .order_by(col(RestrictedEntry.id))
            .limit(batch)
        ).all()
        yield from rows
        if len(rows) < batch:
            return
        last = rows[-1].id
        session.expunge_all()
