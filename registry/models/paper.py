"""Papers of a case that leave the house as signed documents."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment


class CasePaper(SQLModel, table=True):
    """A receipt of a version, a letter of a decision, a report of the assessment it rests on: printed
    once, kept under its SHA-256, served unchanged. `about_id` is that version's or decision's id."""

    __tablename__ = "case_paper"
    __table_args__ = (UniqueConstraint("kind", "about_id"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    kind: str  # receipt, refusal, report
    about_id: int
    sha256: str
    signer_fingerprint: str
    is_test: bool
    printed_at: datetime = moment()
