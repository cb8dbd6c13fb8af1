"""What happens by itself when a day has passed: each overdue case in a transaction of its own."""

from collections.abc import Callable
from datetime import date, datetime

import structlog
from sqlmodel import Session, col, select

from registry import reference
from registry.config import Settings
from registry.db import Database
from registry.models import Application
from registry.operations import application, decision, reserve
from registry.rules.calendar import add_working_days, legal_date
from registry.rules.lifecycle import DEADLINE, MoveRefused
from registry.rules.lifecycle.application import State

log = structlog.get_logger()
BATCH = 100

Timer = Callable[[Session, int, datetime], object]


def _lapse(session: Session, case: int, now: datetime) -> object:
    return application.lapse(session, application_id=case, now=now)


def _enter(session: Session, case: int, now: datetime) -> object:
    return decision.enter(session, application_id=case, now=now)


def _expire(session: Session, case: int, now: datetime) -> object:
    return reserve.expire(session, application_id=case, now=now)


def _before_grace(today: date) -> date:
    """A returned case lapses only after the days of grace behind its term."""
    return add_working_days(today, -DEADLINE["correction_grace"].amount, reference.calendar())


def run_timers(database: Database, settings: Settings, now: datetime) -> int:
    """Lapse what was not corrected, enter what had its notice, expire what was not renewed.

    A case that the life cycle refuses (an objection is open, the owner is restricted) is left as
    it is and looked at again next time.
    """
    today = legal_date(now)
    overdue: list[tuple[Timer, State, object]] = [
        (_lapse, State.RETURNED, col(Application.due_on) < _before_grace(today)),
        (_enter, State.NOTICE, col(Application.notice_until) < today),
        (_expire, State.RESERVE, col(Application.valid_to) < today),
    ]
    done = 0
    for act, state, is_over in overdue:
        with database.read() as session:
            cases = session.exec(
                select(Application.id)
                .where(Application.state == state.value, is_over)  # type: ignore[arg-type]
                .order_by(col(Application.id))
                .limit(BATCH)
            ).all()
        for case in cases:
            done += _one(database, act, case, now)
    return done


def _one(database: Database, act: Timer, case: int, now: datetime) -> int:
    try:
        with database.write() as session:
            act(session, case, now)
    except MoveRefused as refused:
        log.info("timer waits", application=case, refused=str(refused.code))
        return 0
    return 1
