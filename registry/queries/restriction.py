"""The restricted-entry list as screening and desks read it."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from registry.models import ListVersion, RestrictedEntry, RestrictedKey
from registry.rules import canonical
from registry.rules.lifecycle.restriction import State
from registry.rules.screening import Entry, Name, Subject, probes

SCREENED_STATES = (State.IN_FORCE.value, State.UNDER_APPEAL.value)
BATCH = 500


def as_entry(row: RestrictedEntry, *, supervised_only: bool) -> Entry:
    """A stored entry as the screening rules see it."""
    aliases = row.aliases or {}
    return Entry(
        reference=row.id,
        name=row.name_zh,
        kind=row.subject_kind,
        name_en=row.name_en,
        uscc=row.uscc,
        other_names=tuple(Name(n["text"], n["role"]) for n in aliases.get("names", [])),
        codes=tuple(aliases.get("codes", [])),
        person_id=row.person_commitment,
        supervised_only=supervised_only,
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
            )
            .distinct()
        ).all()
        found.update({row.id: row for row in rows})
    return [found[entry_id] for entry_id in sorted(found)]


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


def list_digest(rows: Iterable[RestrictedEntry]) -> str:
    """The hash of a list in force: each entry's id, version and fingerprint, in order of id."""
    return canonical.digest([[row.id, row.version, row.fingerprint] for row in rows])
