"""Scores of a case: the newest one whole, or only what moves are judged on."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from registry.db import columns_of, sent
from registry.models import Application, Assessment

RESCORED = "rescored"  # purpose of a trial under another rulebook, which nothing decides on
ASSESSED = "assessed"  # purpose of an assessor's score, as against the automatic one at screening

_NEWEST = (
    select(Assessment)
    .where(
        Assessment.application_id == bindparam("application_id"),
        Assessment.version_no == bindparam("version_no"),
    )
    .order_by(col(Assessment.id).desc())
    .limit(1)
)
_NEWEST_OF_ANY = _NEWEST.where(Assessment.purpose != RESCORED)
_NEWEST_OF_ONE = _NEWEST.where(Assessment.purpose == bindparam("purpose"))


def newest_assessment(
    session: Session, application: Application, purpose: str | None = None
) -> Assessment | None:
    """The newest score of the newest version by its own rulebook, of any purpose or of one."""
    asked = {"application_id": application.id, "version_no": application.version_no}
    if purpose is None:
        return session.exec(_NEWEST_OF_ANY, params=asked).one_or_none()
    return session.exec(_NEWEST_OF_ONE, params={**asked, "purpose": purpose}).one_or_none()


_score = columns_of(Assessment)
_HEADS = (
    sql_select(
        _score.id,
        _score.application_id,
        _score.made_at,
        _score.verdict,
        _score.matters,
        _score.result_sha256,
        _score.rulebook_id,
        _score.rulebook_version,
    )
    .where(
        _score.application_id == bindparam("application_id"),
        _score.version_no == bindparam("version_no"),
    )
    .order_by(_score.id.desc())
    .limit(1)
)
_HEAD_OF_ANY = _HEADS.where(_score.purpose != RESCORED)
_HEAD_OF_ASSESSED = _HEADS.where(_score.purpose == ASSESSED)
_SCORED_BY = sql_select(_score.made_by_id).where(
    _score.application_id == bindparam("application_id"),
    _score.version_no == bindparam("version_no"),
    _score.purpose == ASSESSED,
)


class ScoreHead(NamedTuple):
    """A score without its thousands of values: what moves are judged on."""

    id: int
    application_id: int
    made_at: datetime
    verdict: str
    matters: dict[str, dict[str, str]]  # by id: code, and how a named person settled it
    result_sha256: str
    rulebook_id: str
    rulebook_version: str


def score_head(
    session: Session, application: Application, *, assessed: bool = False
) -> ScoreHead | None:
    """The head of what `newest_assessment` gives: of any purpose, or an assessor's."""
    row = sent(
        session,
        _HEAD_OF_ASSESSED if assessed else _HEAD_OF_ANY,
        application_id=application.id,
        version_no=application.version_no,
    ).one_or_none()
    return None if row is None else ScoreHead(*row)


def scored_by(session: Session, application: Application) -> frozenset[int]:
    """Whose scores of the newest version there are."""
    found = sent(
        session,
        _SCORED_BY,
        application_id=application.id,
        version_no=application.version_no,
    )
    return frozenset(found.scalars())
