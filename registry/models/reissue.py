"""Certificates made anew in one act that two persons take: proposed by one, approved by another."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class Reissue(SQLModel, table=True):
    """The selection (`number_prefix`, `zone_id`, first and last day of validity from, and a key that
    did not sign; empty is any) of certificates up to `upto`, the newest when it was proposed. `state`:
    PROPOSED, REFUSED, RUNNING, PAUSED, DONE, CANCELLED. `at` is the last certificate that was dealt
    with, so that a broken-off act goes on behind it; `problems` holds the first refusals."""

    __tablename__ = "reissue"

    id: int = Field(default=None, primary_key=True)
    number_prefix: str = ""
    zone_id: str = ""
    valid_from_first: date | None = None
    valid_from_last: date | None = None
    not_signed_by: str = ""
    reason_code: str
    reason: str
    state: str = Field(default="PROPOSED", index=True)
    upto: int
    total: int = 0
    at: int = 0
    done: int = 0
    refused: int = 0
    problems: list = record()  # type: ignore[type-arg]
    proposed_by_id: int = link("person.id")
    proposed_at: datetime = moment()
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    decision_reason: str = ""
    ended_at: datetime | None = moment(nullable=True)
