"""Certificates by number, by case, and as lists."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from registry.models import Application, Certificate, NumberGap, NumberRegister, Reissue
from registry.rules.certificate import number
from registry.rules.lifecycle.certificate import State

PAGE = 25


def newest_of(session: Session, application_id: int) -> Certificate | None:
    """The case's certificate that counts now: the last one allotted."""
    return session.exec(
        select(Certificate)
        .where(Certificate.application_id == application_id)
        .order_by(col(Certificate.sequence).desc())
        .limit(1)
    ).one_or_none()


def all_of(session: Session, application_id: int) -> list[Certificate]:
    """Every certificate that a case ever had, oldest first."""
    return list(
        session.exec(
            select(Certificate)
            .where(Certificate.application_id == application_id)
            .order_by(col(Certificate.sequence))
        ).all()
    )


def by_number(session: Session, number: str) -> Certificate | None:
    return session.exec(select(Certificate).where(Certificate.number == number)).one_or_none()


def every_issued(session: Session) -> Iterator[Certificate]:
    """Every certificate that has a document, by number, without holding them all."""
    statement = select(Certificate).where(Certificate.pdf_sha256 != "")
    yield from session.exec(
        statement.order_by(col(Certificate.number)).execution_options(yield_per=500)
    )


def successor_of(session: Session, certificate: Certificate) -> Certificate | None:
    """The certificate that stands in this one's place, if there is one."""
    return session.exec(
        select(Certificate)
        .where(
            Certificate.application_id == certificate.application_id,
            Certificate.sequence > certificate.sequence,
            Certificate.pdf_sha256 != "",
        )
        .order_by(col(Certificate.sequence))
        .limit(1)
    ).one_or_none()


def state_on(certificate: Certificate, day: date) -> State:
    """The state that counts on this day: a term that is over is over, also before the timer has
    written it down."""
    state = State(certificate.state)
    if state in (State.ISSUED, State.SUSPENDED) and certificate.valid_to < day:
        return State.EXPIRED
    return state


@dataclass(frozen=True)
class Filters:
    """What the address of the list says; empty means any."""

    q: str = ""
    state: str = ""
    zone: str = ""
    issued_from: date | None = None
    issued_to: date | None = None

    @property
    def active(self) -> dict[str, Any]:
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in found.items() if value not in ("", None)}


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """The filters as conditions on a certificate's row."""
    row = Certificate
    conditions: list[ColumnElement[bool]] = []
    if filters.q:
        conditions.append(col(row.number).startswith(filters.q.strip().upper(), autoescape=True))
    if filters.state:
        conditions.append(col(row.state) == filters.state)
    if filters.zone:
        conditions.append(col(row.zone_id) == filters.zone)
    if filters.issued_from is not None:
        conditions.append(col(row.valid_from) >= filters.issued_from)
    if filters.issued_to is not None:
        conditions.append(col(row.valid_from) <= filters.issued_to)
    return conditions


def list_page(
    session: Session, filters: Filters, *, before: int | None = None, size: int = PAGE
) -> list[Certificate]:
    """A page, newest first; `before` is the last id of the page above. One more than `size` rows
    say that there is another page."""
    statement = select(Certificate).where(*conditions(filters))
    if before is not None:
        statement = statement.where(Certificate.id < before)
    return list(session.exec(statement.order_by(col(Certificate.id).desc()).limit(size + 1)).all())


def numbers_of(session: Session, ids: Sequence[int]) -> dict[int, tuple[str, int]]:
    """Number and case of certificates, by their ids."""
    rows = session.exec(
        select(Certificate.id, Certificate.number, Certificate.application_id).where(
            col(Certificate.id).in_(ids)
        )
    ).all()
    return {id: (number, case) for id, number, case in rows}


def reissues(session: Session, limit: int = 100) -> Sequence[Reissue]:
    """Re-issues of many, newest first."""
    return session.exec(select(Reissue).order_by(col(Reissue.id).desc()).limit(limit)).all()


def stuck(session: Session, *, tries: int) -> list[Certificate]:
    """Numbers whose document could not be made again and again: a person must see to them."""
    return list(
        session.exec(
            select(Certificate)
            .where(Certificate.state == State.ALLOTTED.value, Certificate.attempts >= tries)
            .order_by(col(Certificate.id))
        ).all()
    )


@dataclass(frozen=True)
class NumberRange:
    """One prefix and year: how many numbers were taken, and the last of them."""

    prefix: str
    year: int
    taken: int


def number_ranges(session: Session) -> list[NumberRange]:
    rows = session.exec(
        select(NumberRegister).order_by(col(NumberRegister.prefix), col(NumberRegister.year).desc())
    ).all()
    return [NumberRange(row.prefix, row.year, row.last) for row in rows]


@dataclass(frozen=True)
class NumberUse:
    """What became of one number. `kind` is certificate, application, listing, gap, or "" where
    nobody can say; `key` leads there."""

    number: str
    kind: str = ""
    key: str = ""
    state: str = ""
    gap: NumberGap | None = None


def numbers(session: Session, prefix: str, year: int, *, first: int, size: int) -> list[NumberUse]:
    """Each number that was taken, in order, and what it stands on."""
    last = _last_taken(session, prefix, year)
    serials = range(max(first, 1), min(first + size, last + 1))
    given = [number(prefix, year, serial) for serial in serials]
    gaps = {
        row.number: row
        for row in session.exec(
            select(NumberGap)
            .where(col(NumberGap.number).in_(given))
            .order_by(col(NumberGap.number))
        ).all()
    }
    used = {use.number: use for use in _uses(session, given)}
    return [_use(one, used.get(one), gaps.get(one)) for one in given]


def _use(taken: str, used: NumberUse | None, gap: NumberGap | None) -> NumberUse:
    if used is not None:
        return replace(used, gap=gap)
    return NumberUse(taken, kind="gap" if gap is not None else "", gap=gap)


def _uses(session: Session, given: Sequence[str]) -> Iterator[NumberUse]:
    for row in session.exec(
        select(Certificate)
        .where(col(Certificate.number).in_(given))
        .order_by(col(Certificate.number))
    ).all():
        yield NumberUse(row.number, "certificate", row.number, row.state)
    for kind, column in _OTHER_HOLDERS:
        for case in session.exec(
            select(Application).where(column.in_(given)).order_by(column)
        ).all():
            taken = case.number if kind == "application" else case.list_number
            yield NumberUse(taken or "", kind, str(case.id), case.state)


_OTHER_HOLDERS = (
    ("application", col(Application.number)),
    ("listing", col(Application.list_number)),
)


def _last_taken(session: Session, prefix: str, year: int) -> int:
    found = session.exec(
        select(NumberRegister.last).where(
            NumberRegister.prefix == prefix, NumberRegister.year == year
        )
    ).one_or_none()
    return found or 0


def unexplained(session: Session, prefix: str, year: int) -> int:
    """How many taken numbers stand on nothing and have no recorded gap: none, if all is well."""
    stem = f"{prefix}-{year}-"
    holders = (col(Certificate.number), *(column for _, column in _OTHER_HOLDERS))
    used = sum(
        session.exec(select(func.count(column)).where(column.startswith(stem))).one()
        for column in holders
    )
    gaps = session.exec(
        select(func.count())
        .select_from(NumberGap)
        .where(
            col(NumberGap.number).startswith(stem),
            *(col(NumberGap.number).not_in(_held(column)) for column in holders),
        )
    ).one()
    return _last_taken(session, prefix, year) - used - gaps


def _held(column: Any) -> Any:
    return select(column).where(column.is_not(None))
