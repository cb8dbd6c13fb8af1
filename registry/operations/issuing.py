"""The making of certificates, paused and let go on.

A pause is a file in the instance folder, so that it holds for every process and outlives a restart;
whatever is being made is finished first.
"""

from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from registry.config import Settings
from registry.models import Certificate
from registry.operations.audit import record
from registry.operations.standing import must_hold
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.lifecycle.certificate import State
from registry.rules.permissions import Actor, Role

PAUSE = "issuing.paused"


def pause_file(settings: Settings) -> Path:
    return settings.instance / PAUSE


def paused(settings: Settings) -> bool:
    return pause_file(settings).exists()


def set_paused(settings: Settings, wanted: bool) -> None:
    if wanted:
        pause_file(settings).touch(mode=0o600)
    else:
        pause_file(settings).unlink(missing_ok=True)


def steer(session: Session, settings: Settings, *, pause: bool, by: Actor, now: datetime) -> None:
    """Pause or go on, by an approver for the whole registry; said in the log."""
    must_hold(by, (Role.APPROVER,), now)
    if paused(settings) == pause:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    if pause:
        record(session, kind="issuing.paused", subject="issuing", body={}, by=by, now=now)
    else:
        record(session, kind="issuing.resumed", subject="issuing", body={}, by=by, now=now)
    set_paused(settings, pause)


def retry(session: Session, *, by: Actor, now: datetime) -> int:
    """Let every document that could not be made be tried at once, how many; tries stay counted."""
    must_hold(by, (Role.APPROVER,), now)
    rows = session.exec(
        select(Certificate)
        .where(Certificate.state == State.ALLOTTED.value, col(Certificate.next_try_at).is_not(None))
        .order_by(col(Certificate.id))
        .with_for_update()
    ).all()
    if not rows:
        raise MoveRefused(Refusal.NO_SUCH_MOVE)
    for row in rows:
        row.next_try_at = None
        session.add(row)
    body = {"certificates": [row.number for row in rows]}
    record(session, kind="issuing.retried", subject="issuing", body=body, by=by, now=now)
    return len(rows)
