"""Portfolios that somebody has watched: saved names with keys of their own, and what was found."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class WatchedList(SQLModel, table=True):
    """A saved list of names. `source` says where it came from ("" pasted, "book:12" a loan book);
    `screened` is the last name that was indexed and screened; `ended_at` when nobody watches it."""

    __tablename__ = "watched_list"

    id: int = Field(default=None, primary_key=True)
    title: str = Field(max_length=120)
    source: str = ""
    owner_id: int = link("person.id")
    names: int = 0
    screened: int = 0
    is_screened: bool = False
    made_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)


class WatchedName(SQLModel, table=True):
    """One name of a list, as it was given."""

    __tablename__ = "watched_name"

    id: int = Field(default=None, primary_key=True)
    list_id: int = link("watched_list.id")
    line: int
    name: str
    name_en: str = ""
    uscc: str = ""
    fingerprint: str


class WatchedKey(SQLModel, table=True):
    """What a name asks of the list: a changed entry finds the names it may mean by an indexed join."""

    __tablename__ = "watched_key"

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    name_id: int = Field(primary_key=True, foreign_key="watched_name.id", index=True)


class WatchedHit(SQLModel, table=True):
    """A name beside an entry as both were: found once, told once, judged by the list's owner."""

    __tablename__ = "watched_hit"
    __table_args__ = (UniqueConstraint("name_id", "entry_id", "entry_fingerprint"),)

    id: int = Field(default=None, primary_key=True)
    list_id: int = link("watched_list.id")
    name_id: int = link("watched_name.id")
    entry_id: int = link("restricted_entry.id")
    entry_fingerprint: str
    band: str
    score_bp: int
    parts: dict = record()  # type: ignore[type-arg]
    list_version: int
    found_at: datetime = moment()
    told_at: datetime | None = moment(nullable=True)
    decision: str = ""
    reason: str = ""
    decided_at: datetime | None = moment(nullable=True)


class WatchCursor(SQLModel, table=True):
    """How far the changes of the list have been held against the watched names."""

    __tablename__ = "watch_cursor"

    id: int = Field(primary_key=True)
    change_id: int
