"""One act on all entries that a file brought: notice to all, or all into force."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class RestrictedBulk(SQLModel, table=True):
    """`act`: notify or enter. `state`: RUNNING, PAUSED, DONE, CANCELLED. `at` is the last entry that
    was dealt with, so that a broken-off act goes on behind it; `problems` holds the first refusals."""

    __tablename__ = "restricted_bulk"

    id: int = Field(default=None, primary_key=True)
    import_id: int = link("restricted_import.id")
    act: str
    state: str = Field(default="RUNNING", index=True)
    reason: str = ""
    total: int = 0
    at: int = 0
    done: int = 0
    refused: int = 0
    problems: list = record()  # type: ignore[type-arg]
    asked_by_id: int = link("person.id")
    asked_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)
