"""Loan books of a fund or bank: each quarter's book is a run, its loans are rows, people's words on
them stand beside. How and why: docs/decisions/0011-loan-books.md.

Amounts are whole fen, benefits whole grams, so that sums are equal however they are made.
"""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import blob, link, moment, record


def _large(*, default: int | None = 0) -> int | None:
    nullable = default is None
    return Field(default=default, sa_column=Column(BigInteger, nullable=nullable))  # type: ignore[no-any-return]


class LoanBook(SQLModel, table=True):
    """A series of books of one organisation, a new one each quarter."""

    __tablename__ = "loan_book"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    organisation_id: int = link("organisation.id")
    name: str
    made_by_id: int = link("person.id")
    made_at: datetime = moment()


class LoanMapping(SQLModel, table=True):
    """How one layout of heads is read, as a person of the organisation confirmed it last."""

    __tablename__ = "loan_mapping"
    __table_args__ = (UniqueConstraint("organisation_id", "layout"),)

    id: int = Field(default=None, primary_key=True)
    organisation_id: int = link("organisation.id")
    layout: str
    mapping: dict = record()  # type: ignore[type-arg]
    confirmed_by_id: int = link("person.id")
    confirmed_at: datetime = moment()


class LoanRun(SQLModel, table=True):
    """One book of one day: the file, what it was judged by, and how far it is.

    State: UPLOADED, WAITING, RUNNING, PAUSED, CANCELLED, DONE, FAILED. `cursor` is the file's last
    row that was kept; a chunk and its cursor are one transaction, so no row is done twice.
    """

    __tablename__ = "loan_run"

    id: int = Field(default=None, primary_key=True)
    book_id: int = link("loan_book.id")
    organisation_id: int = link("organisation.id")
    as_of: date
    state: str = Field(default="UPLOADED", index=True)
    file_name: str
    file_sha256: str
    file_bytes: int
    source: dict = record()  # type: ignore[type-arg]
    mapping: dict = record()  # type: ignore[type-arg]
    settled: dict = record()  # type: ignore[type-arg]
    settled_basis: str = ""
    engine: str = ""
    rulebook_id: str = ""
    rulebook_version: str = ""
    rulebook_sha256: str = ""
    reference_sha256: str = ""
    list_version: int = 0
    list_sha256: str = ""
    policy_version: str = ""
    policy_sha256: str = ""
    lines: int = 0
    cursor: int = 0
    read: int = 0
    scored: int = 0
    bad: int = 0
    restarts: int = 0
    worked_ms: int = 0
    problem: str = ""
    result_sha256: str = ""
    compared_with_id: int | None = link("loan_run.id", nullable=True)
    difference: dict = record()  # type: ignore[type-arg]
    asked_by_id: int = link("person.id")
    uploaded_at: datetime = moment()
    started_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)


class LoanRow(SQLModel, table=True):
    """One loan that could be read. `rule_verdict` is the rules' word alone, `verdict` with the
    restricted list. `reasons` lists what was found, the weightiest first."""

    __tablename__ = "loan_row"
    __table_args__ = (
        Index("ix_loan_row_loan", "run_id", "loan_key"),
        Index("ix_loan_row_priority", "run_id", "priority", "row_no"),
    )

    run_id: int = Field(primary_key=True, foreign_key="loan_run.id")
    row_no: int = Field(primary_key=True)
    loan_number: str
    loan_key: str
    borrower: str
    uscc: str = ""
    project: str = ""
    kind: str = ""
    province_code: str = ""
    zone_id: str = ""
    catalogue_class: str = ""
    priority: int
    verdict: str
    rule_verdict: str
    grade: str = ""
    total_centipoints: int = 0
    coverage_bp: int = 0
    reason: str = ""
    rule_id: str = ""
    reasons: str = ""
    balance_fen: int | None = _large(default=None)
    investment_fen: int | None = _large(default=None)
    share_bp: int | None = None
    abatement_g: int | None = _large(default=None)
    attributed_g: int | None = _large(default=None)
    coal_g: int | None = _large(default=None)
    attributed_coal_g: int | None = _large(default=None)
    hit_band: str = ""
    hit_entry_id: int | None = link("restricted_entry.id", nullable=True, index=False)
    answers_sha256: str = ""


class LoanAnswers(SQLModel, table=True):
    """What a row said, compressed: only a drill-down and a difference ask for it."""

    __tablename__ = "loan_answers"

    run_id: int = Field(primary_key=True, foreign_key="loan_run.id")
    row_no: int = Field(primary_key=True)
    answers: bytes = blob()


class LoanProblem(SQLModel, table=True):
    """One cell that could not be read; its row is in quarantine and in no total."""

    __tablename__ = "loan_problem"
    __table_args__ = (UniqueConstraint("run_id", "row_no", "no"),)

    id: int = Field(default=None, primary_key=True)
    run_id: int = link("loan_run.id")
    row_no: int
    no: int
    cell: str
    column_no: int
    head: str = ""
    field: str = ""
    code: str
    detail: dict = record()  # type: ignore[type-arg]


class LoanTotal(SQLModel, table=True):
    """Sums over the rows of a run by one value of one dimension, kept up with every chunk."""

    __tablename__ = "loan_total"

    run_id: int = Field(primary_key=True, foreign_key="loan_run.id")
    dimension: str = Field(primary_key=True)
    value: str = Field(primary_key=True)
    loans: int = 0
    balance_fen: int = _large()  # type: ignore[assignment]
    abatement_g: int = _large()  # type: ignore[assignment]
    attributed_g: int = _large()  # type: ignore[assignment]
    coal_g: int = _large()  # type: ignore[assignment]
    attributed_coal_g: int = _large()  # type: ignore[assignment]


class LoanCorrection(SQLModel, table=True):
    """A specialist's word on one loan, with a reason; the newest counts, the computed verdict stays."""

    __tablename__ = "loan_correction"
    __table_args__ = (Index("ix_loan_correction_row", "run_id", "row_no"),)

    id: int = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="loan_run.id")
    row_no: int
    verdict: str
    reason: str
    made_by_id: int = link("person.id")
    made_at: datetime = moment()
