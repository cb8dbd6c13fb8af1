"""Numbers that people see: unique, in order, and every gap with its reason."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from registry.models import NumberGap, NumberRegister
from registry.rules.calendar import legal_date
from registry.rules.certificate import number


def take_number(session: Session, prefix: str, *, now: datetime) -> str:
    """The next number of this prefix and year, in this transaction: rolled back with it, so that
    an abandoned transaction leaves no gap. The register's row is locked until the commit."""
    year = legal_date(now).year
    key = (col(NumberRegister.prefix) == prefix) & (col(NumberRegister.year) == year)
    last = select(col(NumberRegister.last)).where(key).with_for_update()
    found = session.execute(last).scalar_one_or_none()
    if found is None:
        _open_register(session, prefix, year)
        found = session.execute(last).scalar_one()
    serial = found + 1
    session.execute(update(NumberRegister).where(key).values(last=serial))
    return number(prefix, year, serial)


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
