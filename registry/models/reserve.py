"""The reserve list: what fund managers see of a listed project, and what they do with it."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment


class ReserveEntry(SQLModel, table=True):
    """A listed project as lists show it; rewritten by the operation that changes the case."""

    __tablename__ = "reserve_entry"

    application_id: int = Field(primary_key=True, foreign_key="application.id")
    list_number: str = Field(unique=True)
    state: str = Field(index=True)
    title_zh: str
    title_en: str
    owner_zh: str
    owner_en: str
    organisation_id: int = link("organisation.id")
    kind: str = Field(index=True)
    zone_id: str = Field(index=True)
    province_code: str = Field(index=True)
    catalogue_code: str = Field(index=True)
    catalogue_edition: str = ""
    grade: str = Field(index=True)
    grade_rank: int
    total_centipoints: int
    investment_fen: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    financed_fen: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    abatement_kg: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    listed_on: date = Field(index=True)
    valid_to: date


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
