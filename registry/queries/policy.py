"""The screening policy in force, and those that were proposed."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from registry.db import columns_of, sent
from registry.models import ScreeningPolicy
from registry.reference.screening import screening_policy
from registry.rules.screening import Policy

_row = columns_of(ScreeningPolicy)
_IN_FORCE = columns(_row.text).where(_row.state == "IN_FORCE").order_by(_row.id.desc()).limit(1)


@lru_cache(maxsize=8)
def parsed(text: str) -> Policy:
    """A policy by its text; raises PolicyInvalid."""
    return Policy.parse(text)


def policy_in_force(session: Session) -> Policy:
    """What was put in force here, else what comes with the product."""
    text = sent(session, _IN_FORCE).scalar_one_or_none()
    return parsed(text) if text is not None else screening_policy()


def policies(session: Session) -> Sequence[ScreeningPolicy]:
    """Every policy that was proposed here, the newest first."""
    return session.exec(select(ScreeningPolicy).order_by(col(ScreeningPolicy.id).desc())).all()
