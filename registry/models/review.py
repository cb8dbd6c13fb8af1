"""What reviewers leave: findings, judgements on rules, assessments, decisions, appeals."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class Finding(SQLModel, table=True):
    """A typed question on one field. Kind: correct 整改, clarify 澄清, follow_up 后续."""

    __tablename__ = "finding"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    round_no: int
    field: str
    kind: str
    text: str
    raised_by_id: int = link("person.id")
    raised_at: datetime = moment()
    sent_at: datetime | None = moment(nullable=True)
    answer: str = ""
    answered_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)


class Assessment(SQLModel, table=True):
    """One computed score, kept whole. A re-score is a new row; nothing is overwritten. `consulted`
    holds the rows of reference tables that an assessor's score looked at, for the certificate."""

    __tablename__ = "assessment"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    version_no: int
    purpose: str
    as_of: date
    rulebook_id: str
    rulebook_version: str
    rulebook_sha256: str
    reference_sha256: str
    consulted: dict | None = record(nullable=True)  # type: ignore[type-arg]
    answers_sha256: str
    found: dict = record()  # type: ignore[type-arg]
    result: dict = record()  # type: ignore[type-arg]
    result_sha256: str
    grade: str
    verdict: str
    total_centipoints: int
    coverage_bp: int
    open_matters: int = 0
    matters: dict = record()  # type: ignore[type-arg]
    rationale: str = ""
    made_by_id: int | None = link("person.id", nullable=True)
    made_at: datetime = moment()


class Assignment(SQLModel, table=True):
    """An assessor put on a case by the screener; one of them leads."""

    __tablename__ = "assignment"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    person_id: int = link("person.id")
    is_lead: bool = False
    assigned_by_id: int = link("person.id")
    assigned_at: datetime = moment()
    removed_at: datetime | None = moment(nullable=True)


class Judgement(SQLModel, table=True):
    """A person's word on one rule of one case, on evidence: an input that is the assessor's to set,
    or a settled matter. The newest word on a rule counts; the older ones stay on record."""

    __tablename__ = "judgement"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    rule_id: str
    kind: str
    value: str
    rationale: str
    evidence: str = ""
    evidence_sha256: str = ""
    evidence_name: str = ""
    evidence_type: str = ""
    person_id: int = link("person.id")
    role: str
    made_at: datetime = moment()


class Decision(SQLModel, table=True):
    """A decision on a case: its event, reason code and the words of its letter's author."""

    __tablename__ = "decision"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    event: str
    reason_code: str = ""
    reason: str
    grade: str = ""
    conditions: dict = record()  # type: ignore[type-arg]
    assessment_id: int | None = link("assessment.id", nullable=True)
    decided_by_id: int = link("person.id")
    decided_at: datetime = moment()
    appeal_until: date | None = None


class Appeal(SQLModel, table=True):
    """An applicant's appeal against a decision, and what the panel said."""

    __tablename__ = "appeal"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    decision_id: int = link("decision.id")
    grounds: str
    filed_by_id: int = link("person.id")
    filed_at: datetime = moment()
    outcome: str = ""
    reason: str = ""
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)


class Objection(SQLModel, table=True):
    """What the public says during the notice."""

    __tablename__ = "objection"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    text: str
    contact: str = ""
    received_at: datetime = moment()
    outcome: str = ""
    reason: str = ""
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
