"""What a proposal says before it is in the register: drawn up, with its proof, and put forward."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from registry.models import RestrictedEntry, RestrictedEntryData
from registry.operations.account import checked
from registry.operations.evidence import FileFault, FileRefused, clean_name, kind_of, store
from registry.operations.restriction_move import describe, move
from registry.rules.lifecycle import Need
from registry.rules.lifecycle.restriction import Event
from registry.rules.permissions import Actor
from registry.rules.restriction import GROUNDS


@dataclass(frozen=True)
class Proof:
    """A file that a proposal, a statement or a repair rests on, stored under its SHA-256."""

    sha256: str
    name: str


def keep_proof(folder: Path, file_name: str, data: bytes, *, limit_bytes: int) -> Proof:
    """Check a file by size and content and store it; raises FileRefused."""
    if len(data) > limit_bytes:
        raise FileRefused(FileFault.TOO_LARGE, limit_bytes=limit_bytes)
    name = clean_name(file_name)
    kind_of(name, data)
    return Proof(store(folder, data), name)


def draft_of(values: dict[str, Any]) -> RestrictedEntryData:
    """The proposal's data by the limits of the data model; raises DataRefused."""
    return checked(RestrictedEntryData, values)


def drawn_up(
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
    """The entry that a proposal makes, not in the register yet; raises DataRefused."""
    data = draft_of(values)
    entry = RestrictedEntry(
        **data.model_dump(),
        aliases=aliases or {},
        person_commitment=person_commitment,
        review_on=review_on,
        origin=origin_of(origin, data.ground),
        external_key=external_key,
        import_id=import_id,
        evidence_sha256=proof.sha256 if proof else "",
        evidence_name=proof.name if proof else "",
        proposed_by_id=by.person_id,
        proposed_at=now,
        changed_at=now,
    )
    ground = GROUNDS.get(entry.ground)
    entry.clause = ground.document if ground is not None else ""
    describe(entry)
    return entry


def put_forward(
    session: Session, entry: RestrictedEntry, event: Event, by: Actor, now: datetime
) -> None:
    ground = GROUNDS.get(entry.ground)
    entry.clause = ground.document if ground is not None else ""
    describe(entry)
    move(session, entry, event, by=by, now=now, given=brought(entry), body=rests_on(entry))


def brought(entry: RestrictedEntry) -> frozenset[Need]:
    """What a proposal has with it of what the life cycle asks for."""
    has = {
        Need.GROUND: entry.ground,
        Need.EVIDENCE: entry.evidence_sha256,
        Need.END_DATE: entry.to_day or entry.review_on,
    }
    return frozenset(need for need, said in has.items() if said)


def rests_on(entry: RestrictedEntry) -> dict[str, Any]:
    return {"evidence_sha256": entry.evidence_sha256, "origin": entry.origin}


def origin_of(origin: str, ground: str) -> str:
    known = GROUNDS.get(ground)
    return "mirrored" if known is not None and known.mirrored else origin
