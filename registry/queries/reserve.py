"""The reserve list, searched, filtered and paged: plain columns, keyset paging, capped counts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    column,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlmodel import Session, col

from registry.db import columns_of, sent
from registry.models import Financing, Interest, Organisation, ReserveEntry
from registry.rules.screening import bigrams, fold

PAGE = 25
MOST_COUNTED = 1000
LIVE_STATES = ("RESERVE", "FINANCED", "MONITORED")
Sort = Literal["newest", "points", "amount"]


@dataclass(frozen=True)
class Filters:
    """What the address of the list says; empty means any. Amounts in 10,000 yuan."""

    q: str = ""
    zone: str = ""
    catalogue_class: str = ""
    grade: str = ""
    province: str = ""
    state: str = ""
    kind: str = ""
    amount_from_10k_yuan: int | None = None
    amount_to_10k_yuan: int | None = None

    @property
    def active(self) -> dict[str, Any]:
        found = {f.name: getattr(self, f.name) for f in fields(self)}
        return {name: value for name, value in found.items() if value not in ("", None)}


# Plain columns: a list carries no mapped rows, and a statement over the mapper costs twice as much.
_row = columns_of(ReserveEntry)
COLUMNS = tuple(
    _row[name]
    for name in (
        "id",
        "application_id",
        "list_number",
        "state",
        "title_zh",
        "title_en",
        "owner_zh",
        "owner_en",
        "kind",
        "zone_id",
        "province_code",
        "catalogue_code",
        "grade",
        "total_centipoints",
        "investment_fen",
        "financed_fen",
        "abatement_kg",
        "listed_on",
        "valid_to",
    )
)
_ID: ColumnElement[int] = column("id", Integer)
_KEY = re.compile(r"(after|before):([0-9]{1,18}):([0-9]{1,9})")
_ORDER: dict[str, Any] = {
    "points": _row.total_centipoints,
    "amount": _row.investment_fen,
}


def tokens_of(*texts: str) -> list[str]:
    """What a row is found by: pairs of neighbouring characters, single ones, and whole words."""
    found: dict[str, None] = {}
    for said in texts:
        for token in bigrams(said):
            found[token] = None
        for sign in fold(said):
            if "\u3400" <= sign <= "\u9fff":
                found[sign] = None
    return list(found)


def row_of(session: Session, application_id: int) -> ReserveEntry | None:
    found: ReserveEntry | None = session.execute(
        select(ReserveEntry).where(col(ReserveEntry.application_id) == application_id)
    ).scalar_one_or_none()
    return found


def row_by_number(session: Session, list_number: str) -> ReserveEntry | None:
    found: ReserveEntry | None = session.execute(
        select(ReserveEntry).where(col(ReserveEntry.list_number) == list_number)
    ).scalar_one_or_none()
    return found


def _engine(session: Session) -> str:
    return session.get_bind().dialect.name


def _found_by(engine: str, q: str) -> ColumnElement[bool] | None:
    """The rows whose tokens hold all of the query's, through the engine's own index."""
    tokens = list(dict.fromkeys(bigrams(q)))[:20]
    if not tokens:
        return None
    if engine == "postgresql":
        ids = text("SELECT id FROM reserve_search WHERE tokens @> CAST(:tokens AS text[])")
        return _is_among(ids.bindparams(tokens=tokens).columns(_ID))
    quoted = " AND ".join('"' + token.replace('"', "") + '"' for token in tokens)
    ids = text("SELECT rowid FROM reserve_search WHERE reserve_search MATCH :match")
    return _is_among(ids.bindparams(match=quoted).columns(_ID))


def _is_among(ids: Any) -> ColumnElement[bool]:
    found: ColumnElement[bool] = _row.id.in_(ids)
    return found


def _conditions(engine: str, filters: Filters) -> list[ColumnElement[bool]]:
    row = _row
    conditions: list[ColumnElement[bool]] = []
    for field, value in (
        (row.zone_id, filters.zone),
        (row.catalogue_code, filters.catalogue_class),
        (row.grade, filters.grade),
        (row.province_code, filters.province),
        (row.kind, filters.kind),
    ):
        if value:
            conditions.append(field == value)
    if filters.state:
        conditions.append(row.state == filters.state)
    if filters.amount_from_10k_yuan is not None:
        conditions.append(row.investment_fen >= filters.amount_from_10k_yuan * 1_000_000)
    if filters.amount_to_10k_yuan is not None:
        conditions.append(row.investment_fen <= filters.amount_to_10k_yuan * 1_000_000)
    searched = _found_by(engine, filters.q) if filters.q else None
    if searched is not None:
        conditions.append(searched)
    return conditions


@dataclass(frozen=True)
class Page:
    """One page: its rows, and the keys of its neighbours ("" where there is none)."""

    rows: list[Row[Any]]
    next_key: str
    previous_key: str


def list_page(
    session: Session, filters: Filters, *, sort: Sort = "newest", key: str = "", size: int = PAGE
) -> Page:
    """A page by keyset: `key` is "" for the first, "<direction>:<value>:<id>" after that.

    Costs the same on the last page as on the first.
    """
    backwards, _, last_id = _read_key(key)
    rows = list(sent(session, _page(_engine(session), filters, sort, key, size)).all())
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (bool(rows), more) if backwards else (more, last_id is not None)
    return Page(
        rows=rows,
        next_key=_key_of(rows[-1], sort, "after") if rows and has_next else "",
        previous_key=_key_of(rows[0], sort, "before") if rows and has_previous else "",
    )


@lru_cache(maxsize=256)
def _page(engine: str, filters: Filters, sort: Sort, key: str, size: int) -> Select[Any]:
    """Put together once for as long as many ask the same."""
    backwards, value, last_id = _read_key(key)
    statement: Select[Any] = select(*COLUMNS).where(*_conditions(engine, filters))
    order = _ORDER.get(sort)
    if last_id is not None:
        statement = statement.where(_beyond(order, value, last_id, backwards))
    identity = _row.id
    by = (identity,) if order is None else (order, identity)
    statement = statement.order_by(*(c.asc() if backwards else c.desc() for c in by))
    return statement.limit(size + 1)


def _read_key(key: str) -> tuple[bool, int, int | None]:
    read = _KEY.fullmatch(key)
    if read is None:
        return False, 0, None
    return read[1] == "before", int(read[2]), int(read[3])


def _key_of(row: Row[Any], sort: str, direction: str) -> str:
    value = {"points": row.total_centipoints, "amount": row.investment_fen}.get(sort, 0)
    return f"{direction}:{value}:{row.id}"


def _beyond(
    order: ColumnElement[Any] | None, value: int, last_id: int, backwards: bool
) -> ColumnElement[bool]:
    identity: ColumnElement[int] = _row.id
    if order is None:
        return identity > last_id if backwards else identity < last_id
    if backwards:
        return or_(order > value, and_(order == value, identity > last_id))
    return or_(order < value, and_(order == value, identity < last_id))


def count(session: Session, filters: Filters) -> int:
    """How many match, counted to MOST_COUNTED + 1 at the most ("1,000+")."""
    return int(sent(session, _count(_engine(session), filters)).scalar_one())


@lru_cache(maxsize=256)
def _count(engine: str, filters: Filters) -> Select[Any]:
    capped = (
        select(literal_column("1"))
        .select_from(ReserveEntry)
        .where(*_conditions(engine, filters))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    return select(func.count()).select_from(capped)


def statements(
    session: Session, filters: Filters, *, sort: Sort = "newest", key: str = ""
) -> tuple[Select[Any], Select[Any]]:
    """The two statements that a page sends: its rows and the capped count (for measuring)."""
    engine = _engine(session)
    return _page(engine, filters, sort, key, PAGE), _count(engine, filters)


def all_rows(session: Session, filters: Filters, *, batch: int = 1000) -> Iterator[Row[Any]]:
    """Every match, newest first, streamed for the export."""
    statement = (
        select(*COLUMNS)
        .where(*_conditions(_engine(session), filters))
        .order_by(_row.id.desc())
        .execution_options(yield_per=batch)
    )
    with session.execute(statement) as rows:  # who stops reading leaves no cursor open
        yield from rows


@dataclass(frozen=True)
class FinancingRow:
    organisation_zh: str
    organisation_en: str
    instrument: str
    amount_fen: int
    share_bp: int
    attributed_kg: int
    signed_on: date


def financings(session: Session, application_id: int) -> list[FinancingRow]:
    """What was lent or invested, oldest first."""
    rows = session.execute(
        select(Financing, Organisation)
        .join(Organisation, col(Organisation.id) == col(Financing.organisation_id))
        .where(col(Financing.application_id) == application_id)
        .order_by(col(Financing.signed_on), col(Financing.id))
    ).all()
    return [
        FinancingRow(
            organisation_zh=organisation.name_zh,
            organisation_en=organisation.name_en,
            instrument=made.instrument,
            amount_fen=made.amount_fen,
            share_bp=made.share_bp,
            attributed_kg=made.attributed_kg,
            signed_on=made.signed_on,
        )
        for made, organisation in rows
    ]


def interests(session: Session, application_id: int) -> list[tuple[Interest, Organisation]]:
    """Who would like to talk, oldest first."""
    rows = session.execute(
        select(Interest, Organisation)
        .join(Organisation, col(Organisation.id) == col(Interest.organisation_id))
        .where(col(Interest.application_id) == application_id)
        .order_by(col(Interest.id))
    ).all()
    return [(row[0], row[1]) for row in rows]
