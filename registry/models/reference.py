"""Reference data that was imported: the file as it came, its rows, and who put it in force."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import blob, link, moment, record


class ReferenceImport(SQLModel, table=True):
    """One import of one table. `rows_sha256` is over the canonical CSV of the rows, `file_sha256`
    over the upload. Of imports in force the later one counts for the editions or years it covers."""

    __tablename__ = "reference_import"

    id: int = Field(default=None, primary_key=True)
    kind: str = Field(index=True)
    covers: str = ""  # the editions or years, for lists
    filename: str
    file_sha256: str
    content: bytes = blob()
    defaults: dict = record()  # type: ignore[type-arg]
    rows: list = record()  # type: ignore[type-arg]
    rows_sha256: str
    row_count: int
    unverified: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    state: str = Field(default="IMPORTED", index=True)
    note: str = ""
    rationale: str = ""
    imported_by_id: int = link("person.id")
    imported_at: datetime = moment()
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
