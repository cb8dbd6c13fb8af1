"""What the walk over all addresses needs of the restricted list beside its entry."""

from datetime import UTC, datetime

from registry.db import Database
from registry.models import (
    ListedMatch,
    Organisation,
    Person,
    RestrictedEntry,
    RestrictedStatement,
)
from registry.operations.look_up import look_up
from registry.operations.screening import match_record
from registry.queries.account import actor_of
from registry.queries.restriction import as_entry, subject_of
from registry.reference.screening import screening_policy
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.rules.screening import match


def build_restriction(database: Database, walkers: dict[str, Person], ids: dict[str, int]) -> None:
    """A statement with a file, a likeness on the listed case that waits, and a look-up of names."""
    now = datetime.now(UTC)
    with database.write() as session:
        entry = session.get_one(RestrictedEntry, ids["entry"])
        said = RestrictedStatement(
            entry_id=entry.id,
            kind="statement",
            text="演练用的陈述。",
            evidence_sha256=entry.evidence_sha256,
            evidence_name=entry.evidence_name,
            made_at=now,
        )
        owner = session.get_one(Organisation, ids["owner"])
        manager = actor_of(session, walkers[Role.FUND_MANAGER].id, on=legal_date(now))
        looked = look_up(session, [subject_of(owner)], by=manager, now=now)
        found = match(subject_of(owner), as_entry(entry, supervised_only=False), screening_policy())
        waiting = ListedMatch(
            entry_id=entry.id,
            application_id=ids["listed"],
            entry_fingerprint=entry.fingerprint,
            band="STRONG",
            score_bp=found.score,
            parts=match_record(found),
            found_at=now,
        )
        session.add_all([said, waiting])
        session.flush()
        ids |= {"statement": said.id, "look_up": looked.id, "match": waiting.id}
