"""Files that prove an answer: stored once by hash, linked to a field of an application."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment


class EvidenceFile(SQLModel, table=True):
    """The bytes lie in the evidence folder under their SHA-256."""

    __tablename__ = "evidence_file"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    criterion: str = Field(index=True)
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str = Field(index=True)
    is_confidential: bool = True
    uploaded_by_id: int = link("person.id")
    uploaded_at: datetime = moment()
    removed_at: datetime | None = moment(nullable=True)
