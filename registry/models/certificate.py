"""Certificates, the register of numbers, and the gaps in it."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class NumberRegister(SQLModel, table=True):
    """The last serial given per prefix and year; locked while one is taken."""

    __tablename__ = "number_register"

    prefix: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    last: int = 0


class NumberGap(SQLModel, table=True):
    """A number that was taken and will never stand on anything, and why."""

    __tablename__ = "number_gap"

    number: str = Field(primary_key=True)
    reason: str
    recorded_at: datetime = moment()


class Certificate(SQLModel, table=True):
    """A certificate is a row with a number from the moment its project is listed (ALLOTTED), and
    ISSUED once its signed bytes lie in the documents folder under `pdf_sha256`. In between its
    evidence is closed and logged (`closed_at`): a second try prints the same. `openings` are the
    salts of values that stand in the evidence as commitments only; they are the holder's.
    `attached` names the other files inside by the digests under which they are stored."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("application_id", "sequence"),)

    id: int = Field(default=None, primary_key=True)
    number: str = Field(unique=True, index=True)
    token: str = Field(unique=True, index=True)
    application_id: int = link("application.id")
    sequence: int = 1
    state: str = Field(default="ALLOTTED", index=True)
    organisation_id: int = link("organisation.id")
    zone_id: str = Field(default="", index=True)
    grade: str = ""
    content: dict = record()  # type: ignore[type-arg]
    openings: dict = record()  # type: ignore[type-arg]
    attached: dict | None = record(nullable=True)  # type: ignore[type-arg]
    evidence_sha256: str = ""
    closed_at: datetime | None = moment(nullable=True)
    pdf_sha256: str = Field(default="", index=True)
    pdf_bytes: int = 0
    signer_fingerprint: str = ""
    is_test: bool = True
    log_seq: int | None = None
    log_hash: str = ""
    valid_from: date
    valid_to: date = Field(index=True)
    reserved_at: datetime = moment()
    issued_at: datetime | None = moment(nullable=True)
    attempts: int = 0
    last_error: str = ""
    next_try_at: datetime | None = moment(nullable=True)
    suspended_at: datetime | None = moment(nullable=True)
    suspended_by_id: int | None = link("person.id", nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    end_reason_code: str = ""
    end_reason: str = ""
    revocation_proposed_by_id: int | None = link("person.id", nullable=True)
    revocation_proposed_at: datetime | None = moment(nullable=True)
    amendment_proposed_by_id: int | None = link("person.id", nullable=True)
    amendment_proposed_at: datetime | None = moment(nullable=True)
    amendment_reason_code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    amendment_reason: str = Field(default="", sa_column_kwargs={"server_default": ""})
    supersedes_id: int | None = link("certificate.id", nullable=True)
    version: int = 1
