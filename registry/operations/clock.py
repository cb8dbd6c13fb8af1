"""The terms of a case in Chinese working days: started, stopped with what is left, resumed."""

from datetime import datetime

from registry.models import Application
from registry.reference import calendar
from registry.rules.calendar import add_working_days, legal_date, working_days_between
from registry.rules.lifecycle import DEADLINE


def restart(application: Application, code: str, now: datetime) -> None:
    """A new term begins today."""
    days = DEADLINE[code].amount
    application.due_on = add_working_days(legal_date(now), days, calendar())


def stop(application: Application, now: datetime) -> None:
    """Keep the working days that are left, so that a resubmission goes on where this stopped."""
    if application.due_on is None:
        return
    left = working_days_between(legal_date(now), application.due_on, calendar())
    application.clock_days_left = max(left, 1)
    application.due_on = None


def resume(application: Application, code: str, now: datetime) -> None:
    """Go on with what was left, or begin the term if nothing was kept."""
    days = application.clock_days_left or DEADLINE[code].amount
    application.due_on = add_working_days(legal_date(now), days, calendar())
    application.clock_days_left = None


def end(application: Application) -> None:
    application.due_on = None
    application.clock_days_left = None
