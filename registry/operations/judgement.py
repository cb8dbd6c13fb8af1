"""A person's word on a rule: what it may be on, and the file that it rests on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from registry.models import Application, Judgement
from registry.operations.evidence import FileFault, FileRefused, clean_name, kind_of, store
from registry.queries.assessment import score_head
from registry.queries.rulebook import pinned
from registry.queries.what_counts import INPUT
from registry.rules.answers import Refused, parse
from registry.rules.assessment import FAIL, NOT_APPLICABLE, PASS, UNKNOWN
from registry.rules.lifecycle import MoveRefused, Need, Refusal
from registry.rules.permissions import Actor, Role

ACCEPTED = "accepted"
OUTCOMES = (PASS, FAIL, NOT_APPLICABLE)  # of an unknown gate; any other matter is accepted


@dataclass(frozen=True)
class Proof:
    """A file that a reviewer rests a judgement on, stored by its digest."""

    sha256: str
    name: str
    media_type: str


@dataclass(frozen=True)
class NewJudgement:
    """An assessor's word on an input that is the assessor's to set, with its rationale."""

    input_id: str
    value: str
    rationale: str


def keep_proof(folder: Path, file_name: str, data: bytes, *, limit_bytes: int) -> Proof:
    """Check and store a reviewer's file; it belongs to the judgement, not to the application."""
    if len(data) > limit_bytes:
        raise FileRefused(FileFault.TOO_LARGE, limit_bytes=limit_bytes)
    name = clean_name(file_name)
    media_type = kind_of(name, data)
    return Proof(store(folder, data), name, media_type)


def must_be_open(session: Session, application: Application, matter_id: str, state: str) -> None:
    """The matter is one of the newest score's, and the outcome one that such a matter can have."""
    newest = score_head(session, application)
    code = newest.matters.get(matter_id, {}).get("code", "") if newest is not None else ""
    fit = OUTCOMES if code == UNKNOWN else (ACCEPTED,)
    if not code or state not in fit:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)


def must_be_assessors(application: Application, judgements: Sequence[NewJudgement]) -> None:
    """Each judgement is on an input that is the assessor's, in a value it can have, with reasons."""
    book = pinned(application)
    for judgement in judgements:
        declared = book.input_by_id.get(judgement.input_id)
        if declared is None or declared.set_by != "assessor":
            raise MoveRefused(Refusal.NO_SUCH_MOVE)
        if not judgement.rationale.strip():
            raise MoveRefused(Refusal.NEEDED, need=Need.RATIONALE, needs=(Need.RATIONALE,))
        try:
            parse(declared, judgement.value)
        except Refused:
            raise MoveRefused(Refusal.NO_SUCH_MOVE) from None


def keep_judgements(
    session: Session,
    application: Application,
    judgements: Sequence[NewJudgement],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """An assessor's words on inputs, beside the earlier ones."""
    for judgement in judgements:
        session.add(
            Judgement(
                application_id=application.id,
                rule_id=judgement.input_id,
                kind=INPUT,
                value=judgement.value,
                rationale=judgement.rationale,
                person_id=by.person_id or 0,
                role=Role.ASSESSOR.value,
                made_at=now,
            )
        )
    session.flush()
