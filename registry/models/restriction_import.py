"""Files of restricted entries on their way into the register."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class RestrictedImport(SQLModel, table=True):
    """One file: looked through first, then taken row after row once a person has seen what it changes.

    `state`: CHECKING, CHECKED, RUNNING, PAUSED, DONE, CANCELLED, REFUSED. `line` is the last row of
    the file that was dealt with, so that a broken-off import goes on behind it. The counts are of
    rows; `problems` holds the first of them, the file of mistakes has all.
    """

    __tablename__ = "restricted_import"

    id: int = Field(default=None, primary_key=True)
    filename: str
    file_sha256: str = Field(index=True)
    defaults: dict = record()  # type: ignore[type-arg]
    state: str = Field(default="CHECKING", index=True)
    refused: str = ""
    lines: int = 0
    line: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    bad: int = 0
    problems: list = record()  # type: ignore[type-arg]
    uploaded_by_id: int = link("person.id")
    uploaded_at: datetime = moment()
    started_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
