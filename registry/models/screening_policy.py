"""Screening policies that were proposed in place of the one in force, with what each would change."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class ScreeningPolicy(SQLModel, table=True):
    """`state`: TRYING, TRIED, IN_FORCE, REPLACED, DROPPED. `against_sha256` is the policy that it was
    tried against; `at` the last entry that the trial, or later the change itself, has dealt with."""

    __tablename__ = "screening_policy"

    id: int = Field(default=None, primary_key=True)
    version: str = Field(unique=True, max_length=40)
    sha256: str = Field(unique=True)
    text: str
    reason: str
    state: str = Field(default="TRYING", index=True)
    against_sha256: str
    at: int = 0
    pairs: int = 0
    difference: dict = record()  # type: ignore[type-arg]
    is_applied: bool = False
    proposed_by_id: int = link("person.id")
    proposed_at: datetime = moment()
    tried_at: datetime | None = moment(nullable=True)
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
