"""Numbers that people see: unique, in order, and every gap with its reason."""

from datetime import datetime

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from registry.db import columns_of, sent
from registry.models import NumberGap, NumberRegister
from registry.rules.calendar import legal_date
from registry.rules.certificate import number

# Asked thrice in the life of every case: built once.
_register = columns_of(NumberRegister)
_KEY = (_register.prefix == bindparam("of_prefix")) & (_register.year == bindparam("of_year"))
_LAST = select(_register.last).where(_KEY).with_for_update()
_TAKE = update(_register.last.table).where(_KEY).values(last=bindparam("to_last"))


def take_number(session: Session, prefix: str, *, now: datetime) -> str:
    """The next number of this prefix and year, in this transaction: rolled back with it, so that
    an abandoned transaction leaves no gap. The register's row is locked until the commit."""
    return take_numbers(session, prefix, 1, now=now)[0]


def take_numbers(session: Session, prefix: str, count: int, *, now: datetime) -> list[str]:
    """The next `count` numbers, in order."""
    year = legal_date(now).year
    found = sent(session, _LAST, of_prefix=prefix, of_year=year).scalar_one_or_none()
    if found is None:
        _open_register(session, prefix, year)
        found = sent(session, _LAST, of_prefix=prefix, of_year=year).scalar_one()
    last: int = found + count
    sent(session, _TAKE, of_prefix=prefix, of_year=year, to_last=last)
    return [number(prefix, year, serial) for serial in range(found + 1, last + 1)]


def _open_register(session: Session, prefix: str, year: int) -> None:
    """Two transactions may meet at a year's first number: the second one finds the row there."""
    row = {"prefix": prefix, "year": year, "last": 0}
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(NumberRegister).values(row).on_conflict_do_nothing())
    else:
        session.execute(sqlite.insert(NumberRegister).values(row).on_conflict_do_nothing())


def record_gap(session: Session, taken: str, *, reason: str, now: datetime) -> None:
    """A number that will never stand on anything, and why."""
    session.execute(insert(NumberGap).values(number=taken, reason=reason, recorded_at=now))
