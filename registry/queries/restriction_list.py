"""The list as desks, the public and the feed read it: filtered, paged, on a past day, since a cursor."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from registry.models import (
    Application,
    GroundBasis,
    ListChange,
    ListedMatch,
    ListVersion,
    Organisation,
    RestrictedEntry,
)
from registry.queries.restriction import in_effect_on
from registry.rules.lifecycle.restriction import State
from registry.rules.restriction import GROUNDS, shown_to_public
from registry.rules.screening import fold

PAGE = 25
MOST_COUNTED = 1000
SHANGHAI = ZoneInfo("Asia/Shanghai")
WAITING = (State.PROPOSED.value, State.NOTICED.value, State.UNDER_APPEAL.value)


@dataclass(frozen=True)
class Filters:
    """What the address of the list says; empty means any."""

    q: str = ""
    state: str = ""
    ground: str = ""
    subject_kind: str = ""
    origin: str = ""
    waiting: str = ""

    @property
    def active(self) -> dict[str, str]:
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in found.items() if value}


def _conditions(filters: Filters, proposer: int | None) -> list[ColumnElement[bool]]:
    row = RestrictedEntry
    conditions: list[ColumnElement[bool]] = []
    words = filters.q.strip()
    if words:
        code = words.upper().replace(" ", "")
        conditions.append(
            or_(
                col(row.name_folded).contains(fold(words), autoescape=True),
                col(row.uscc).startswith(code, autoescape=True),
                col(row.number).startswith(code, autoescape=True),
                col(row.external_key) == words,
            )
        )
    for name in ("state", "ground", "subject_kind", "origin"):
        value = getattr(filters, name)
        if value:
            conditions.append(getattr(row, name) == value)
    if filters.waiting:
        conditions.append(or_(col(row.state).in_(WAITING), col(row.is_provisional).is_(True)))
    if proposer is not None:
        conditions.append(
            or_(
                col(row.proposed_by_id) == proposer,
                col(row.state).in_(("IN_FORCE", "UNDER_APPEAL")),
            )
        )
    return conditions


def list_page(
    session: Session,
    filters: Filters,
    *,
    proposer: int | None = None,
    before: int | None = None,
    size: int = PAGE,
) -> list[RestrictedEntry]:
    """A page, newest first; one row more than `size` says that there is another. `proposer` narrows
    the file to what a fund manager may see: own proposals, and what is in force."""
    statement = select(RestrictedEntry).where(*_conditions(filters, proposer))
    if before is not None:
        statement = statement.where(col(RestrictedEntry.id) < before)
    return list(
        session.exec(statement.order_by(col(RestrictedEntry.id).desc()).limit(size + 1)).all()
    )


def count(session: Session, filters: Filters, *, proposer: int | None = None) -> int:
    """How many, counted no further than one above MOST_COUNTED."""
    inner = select(RestrictedEntry.id).where(*_conditions(filters, proposer))
    limited = inner.limit(MOST_COUNTED + 1).subquery()
    return session.exec(select(func.count()).select_from(limited)).one()


def entry(
    session: Session, entry_id: int, *, proposer: int | None = None
) -> RestrictedEntry | None:
    found = session.get(RestrictedEntry, entry_id)
    if found is None or proposer is None or found.proposed_by_id == proposer:
        return found
    return found if found.state in ("IN_FORCE", "UNDER_APPEAL") else None


def by_token(session: Session, token: str) -> RestrictedEntry | None:
    return session.exec(select(RestrictedEntry).where(RestrictedEntry.token == token)).one_or_none()


def of_organisation(session: Session, organisation: Organisation) -> list[RestrictedEntry]:
    """The entries on an organisation that it has been told of: by its code, from the notice on."""
    if not organisation.uscc:
        return []
    return list(
        session.exec(
            select(RestrictedEntry)
            .where(
                RestrictedEntry.uscc == organisation.uscc,
                or_(
                    col(RestrictedEntry.noticed_at).is_not(None),
                    col(RestrictedEntry.in_force_at).is_not(None),
                ),
            )
            .order_by(col(RestrictedEntry.id).desc())
        ).all()
    )


def all_rows(
    session: Session, filters: Filters, *, proposer: int | None = None, batch: int = 1000
) -> Iterator[RestrictedEntry]:
    """Every row of a filtered list in order of id, read in batches."""
    last = 0
    while True:
        rows = session.exec(
            select(RestrictedEntry)
            .where(*_conditions(filters, proposer), col(RestrictedEntry.id) > last)
            .order_by(col(RestrictedEntry.id))
            .limit(batch)
        ).all()
        yield from rows
        if len(rows) < batch:
            return
        last = rows[-1].id
        session.expunge_all()


# --- the list on a day, and what changed ---------------------------------------------------------


def end_of(day: date) -> datetime:
    """The last moment of a legal day."""
    begin = datetime.combine(day + timedelta(days=1), time(), tzinfo=SHANGHAI)
    return begin.astimezone(UTC) - timedelta(microseconds=1)


def as_of(session: Session, day: date) -> tuple[ListVersion | None, list[ListChange]]:
    """The list as it stood at the end of a past day: the newest change of each entry up to then, if
    it left the entry in effect and its term still ran."""
    until = end_of(day)
    newest = (
        select(func.max(ListChange.id))
        .where(col(ListChange.made_at) <= until)
        .group_by(col(ListChange.entry_id))
    )
    rows = session.exec(
        select(ListChange)
        .where(col(ListChange.id).in_(newest), col(ListChange.in_effect).is_(True))
        .order_by(col(ListChange.entry_id))
    ).all()
    version = session.exec(
        select(ListVersion)
        .where(col(ListVersion.made_at) <= until)
        .order_by(col(ListVersion.version).desc())
        .limit(1)
    ).one_or_none()
    said_on = day.isoformat()
    return version, [r for r in rows if not r.said["to_day"] or r.said["to_day"] >= said_on]


def changes_since(session: Session, cursor: int, *, size: int = 500) -> Sequence[ListChange]:
    """The feed: what changed after the cursor, oldest first."""
    return session.exec(
        select(ListChange)
        .where(col(ListChange.id) > cursor)
        .order_by(col(ListChange.id))
        .limit(size)
    ).all()


# --- what the public sees --------------------------------------------------------------------------


def bases(session: Session) -> dict[str, GroundBasis]:
    rows = session.exec(select(GroundBasis).order_by(col(GroundBasis.ground))).all()
    return {row.ground: row for row in rows}


def shown_grounds(session: Session) -> list[str]:
    """The grounds whose legal basis two persons have put on record."""
    confirmed = {code for code, row in bases(session).items() if row.confirmed_at is not None}
    return [code for code, ground in GROUNDS.items() if shown_to_public(ground, confirmed)]


def public_page(
    session: Session, *, q: str, on: date, before: int | None = None, size: int = PAGE
) -> list[RestrictedEntry]:
    """In effect today, on a ground that may be shown; persons never are."""
    shown = shown_grounds(session)
    statement = select(RestrictedEntry).where(
        in_effect_on(on),
        col(RestrictedEntry.ground).in_(shown),
        RestrictedEntry.subject_kind != "person",
        *_conditions(Filters(q=q), None),
    )
    if before is not None:
        statement = statement.where(col(RestrictedEntry.id) < before)
    return list(
        session.exec(statement.order_by(col(RestrictedEntry.id).desc()).limit(size + 1)).all()
    )


def public_terms_in(session: Session, text: str, *, on: date) -> list[RestrictedEntry]:
    """The technologies and products of the public page whose whole name stands in a text. No company,
    no person, and nothing that a stranger could not read there: an applicant may see it."""
    written = fold(text)
    shown = shown_grounds(session)
    if not shown or not written:
        return []
    rows = session.exec(
        select(RestrictedEntry)
        .where(
            in_effect_on(on),
            col(RestrictedEntry.ground).in_(shown),
            col(RestrictedEntry.subject_kind).in_(("technology", "product")),
        )
        .order_by(col(RestrictedEntry.id))
    ).all()
    return [row for row in rows if fold(row.name_zh) in written]


# --- likenesses on listed cases --------------------------------------------------------------------


def matches_waiting(session: Session, *, limit: int = 100) -> Sequence[Any]:
    """Likenesses that wait for a person or for the second one, oldest first."""
    return session.exec(
        select(ListedMatch, RestrictedEntry, Application, Organisation)
        .join(RestrictedEntry, col(RestrictedEntry.id) == col(ListedMatch.entry_id))
        .join(Application, col(Application.id) == col(ListedMatch.application_id))
        .join(Organisation, col(Organisation.id) == col(Application.organisation_id))
        .where(
            col(ListedMatch.confirmed_at).is_(None),
            col(ListedMatch.suspended_at).is_(None),
            ListedMatch.decision != "false",
            col(RestrictedEntry.state).in_(("IN_FORCE", "UNDER_APPEAL")),
        )
        .order_by(col(ListedMatch.id))
        .limit(limit)
    ).all()


def held_by(session: Session, entry_id: int) -> Sequence[Any]:
    """The cases that an entry touched, with their projects."""
    return session.exec(
        select(ListedMatch, Application)
        .join(Application, col(Application.id) == col(ListedMatch.application_id))
        .where(ListedMatch.entry_id == entry_id)
        .order_by(col(ListedMatch.id))
    ).all()
