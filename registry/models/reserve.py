"""The reserve list: what fund managers see of a listed project, and what they do with it."""

from datetime import date, datetime

from sqlalchemy import DDL, BigInteger, Column, Index, UniqueConstraint, event
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment


class ReserveEntry(SQLModel, table=True):
    """A listed project as lists show it; rewritten by the operation that changes the case.

    `id` grows with the listing, so that the newest come first without sorting, with a search and
    without. Each filter has an index that ends in it.
    """

    __tablename__ = "reserve_entry"
    __table_args__ = (
        Index("ix_reserve_entry_zone", "zone_id", "id"),
        Index("ix_reserve_entry_class", "catalogue_code", "id"),
        Index("ix_reserve_entry_grade", "grade", "id"),
        Index("ix_reserve_entry_province", "province_code", "id"),
        Index("ix_reserve_entry_state", "state", "id"),
        Index("ix_reserve_entry_kind", "kind", "id"),
        Index("ix_reserve_entry_investment", "investment_fen", "id"),
        Index("ix_reserve_entry_points", "total_centipoints", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    application_id: int = Field(unique=True, foreign_key="application.id")
    list_number: str = Field(unique=True)
    state: str
    title_zh: str
    title_en: str
    owner_zh: str
    owner_en: str
    organisation_id: int = link("organisation.id")
    kind: str
    zone_id: str
    province_code: str
    catalogue_code: str
    catalogue_edition: str = ""
    grade: str
    grade_rank: int
    total_centipoints: int
    investment_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    financed_fen: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    abatement_kg: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    listed_on: date
    valid_to: date


# Search: a project's folded names as pairs of characters, under the id of its row. Chinese words of
# two characters are found, which neither FTS5's trigrams nor a B-tree can do. Each engine has its
# own index for such sets of tokens, so the table is made by hand (and by the first migration).
SEARCH_SQLITE = (
    "CREATE VIRTUAL TABLE reserve_search USING fts5"
    '(tokens, tokenize="unicode61 remove_diacritics 0", detail=none)'
)
SEARCH_POSTGRESQL = (
    "CREATE TABLE reserve_search (id integer PRIMARY KEY, tokens text[] NOT NULL)",
    "CREATE INDEX ix_reserve_search_tokens ON reserve_search USING gin (tokens)",
)
_table = ReserveEntry.__table__  # type: ignore[attr-defined]
event.listen(_table, "after_create", DDL(SEARCH_SQLITE).execute_if(dialect="sqlite"))
for _statement in SEARCH_POSTGRESQL:
    event.listen(_table, "after_create", DDL(_statement).execute_if(dialect="postgresql"))


class Interest(SQLModel, table=True):
    __tablename__ = "interest"
    __table_args__ = (UniqueConstraint("application_id", "organisation_id"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    organisation_id: int = link("organisation.id")
    expressed_by_id: int = link("person.id")
    note: str = ""
    expressed_at: datetime = moment()


class Financing(SQLModel, table=True):
    """Money that a fund or bank gave: the loan's share of the benefit follows from it (F6)."""

    __tablename__ = "financing"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    organisation_id: int = link("organisation.id")
    instrument: str
    amount_fen: int = Field(sa_column=Column(BigInteger, nullable=False))
    share_bp: int
    attributed_kg: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    signed_on: date
    recorded_by_id: int = link("person.id")
    recorded_at: datetime = moment()
