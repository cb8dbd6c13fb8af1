"""What the walk over all addresses needs of the restricted list beside its entry."""

from datetime import UTC, datetime

from sqlmodel import select

from registry.config import Settings
from registry.db import Database
from registry.models import (
    ListedMatch,
    Organisation,
    Person,
    RestrictedBulk,
    RestrictedEntry,
    RestrictedStatement,
    ScreeningPolicy,
    WatchedHit,
    WatchedName,
)
from registry.operations.evidence import store
from registry.operations.look_up import look_up
from registry.operations.restriction_draft import Proof
from registry.operations.restriction_import import bring
from registry.operations.screening import match_record
from registry.operations.watch import watch
from registry.queries.account import actor_of
from registry.queries.restriction import as_entry, subject_of
from registry.reference.screening import screening_policy
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from registry.rules.screening import match


def build_restriction(
    database: Database, settings: Settings, walkers: dict[str, Person], ids: dict[str, int]
) -> None:
    """A statement with a file, a likeness on the listed case that waits, a look-up of names, and a
    file of entries that was looked through."""
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
        officer = actor_of(session, walkers[Role.RESTRICT_OFFICER].id, on=legal_date(now))
        file = store(settings.evidence_folder, "名称,统一社会信用代码\n无事由有限公司,\n".encode())
        brought = bring(session, proof=Proof(file, "名单.csv"), defaults={}, by=officer, now=now)
        bulk = RestrictedBulk(
            import_id=brought.id,
            act="notify",
            state="PAUSED",
            total=1,
            problems=[],
            asked_by_id=officer.person_id,
            asked_at=now,
        )
        session.add_all([said, waiting, bulk])
        session.flush()
        ids["bulk"] = bulk.id
        kept = watch(session, title="演练", subjects=[subject_of(owner)], by=manager, now=now)
        name = session.exec(select(WatchedName)).one()
        pair = WatchedHit(
            list_id=kept.id,
            name_id=name.id,
            entry_id=entry.id,
            entry_fingerprint=entry.fingerprint,
            band=found.band,
            score_bp=found.score,
            parts=match_record(found),
            list_version=1,
            found_at=now,
        )
        tried = ScreeningPolicy(
            version="walked-1",
            sha256="0" * 64,
            text="",
            reason="演练",
            state="TRIED",
            against_sha256="1" * 64,
            difference={
                where: {"found": 0, "lost": 0, "band": 0} for where in ("register", "watched")
            }
            | {"rows": []},
            proposed_by_id=officer.person_id,
            proposed_at=now,
        )
        session.add_all([pair, tried])
        session.flush()
        ids["policy"] = tried.id
        ids |= {"watched": kept.id, "watched_hit": pair.id}
        ids["entry_import"] = brought.id
        ids |= {"statement": said.id, "look_up": looked.id, "match": waiting.id}
