"""The restricted-entry list: entries with ground, clause, evidence and an end; never a bare flag."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class RestrictedEntryData(SQLModel):
    """What a proposal says, with its limits."""

    subject_kind: str = Field(default="company", regex="^(company|person|site|technology|product)$")
    name_zh: str = Field(min_length=2, max_length=120)
    name_en: str = Field(default="", max_length=200)
    uscc: str = Field(default="", max_length=18)
    province_code: str = Field(default="", max_length=6)
    ground: str = Field(min_length=1)
    decision_number: str = Field(default="", max_length=120)
    issuing_body: str = Field(default="", max_length=200)
    facts: str = Field(min_length=4, max_length=4000)
    scope_kind: str = Field(default="everywhere", regex="^(everywhere|zone|industry|fund)$")
    scope_id: str = Field(default="", max_length=40)
    from_day: date
    to_day: date | None = None


class RestrictedEntry(RestrictedEntryData, table=True):
    """`to_day` None means until performed, with `review_on`. `origin` is own, mirrored or import."""

    __tablename__ = "restricted_entry"

    id: int = Field(default=None, primary_key=True)
    number: str | None = Field(default=None, unique=True)
    state: str = Field(default="PROPOSED", index=True)
    came_from: str = ""
    clause: str = ""
    origin: str = "own"
    external_key: str | None = Field(default=None, unique=True)
    aliases: dict = record()  # type: ignore[type-arg]
    person_commitment: str = ""
    evidence_sha256: str = ""
    evidence_name: str = ""
    is_provisional: bool = False
    provisional_until: date | None = None
    review_on: date | None = None
    repair_after: date | None = None
    statement_until: date | None = None
    fingerprint: str = ""
    proposed_by_id: int | None = link("person.id", nullable=True)
    proposed_at: datetime = moment()
    approved_by_id: int | None = link("person.id", nullable=True)
    second_approver_id: int | None = link("person.id", nullable=True)
    in_force_at: datetime | None = moment(nullable=True)
    ended_at: datetime | None = moment(nullable=True)
    version: int = 1


class RestrictedKey(SQLModel, table=True):
    """Screening keys of an entry: candidates are an indexed equi-join on `key`."""

    __tablename__ = "restricted_key"

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    entry_id: int = Field(primary_key=True, foreign_key="restricted_entry.id", index=True)


class RestrictedStatement(SQLModel, table=True):
    """What a subject, a proposer or a panel says on an entry: statement, appeal, repair."""

    __tablename__ = "restricted_statement"

    id: int = Field(default=None, primary_key=True)
    entry_id: int = link("restricted_entry.id")
    kind: str
    text: str
    evidence_sha256: str = ""
    made_by_id: int | None = link("person.id", nullable=True)
    made_at: datetime = moment()
    outcome: str = ""
    reason: str = ""
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)


class ListVersion(SQLModel, table=True):
    """Every change in force gives the list a new version with a hash of what it then says."""

    __tablename__ = "list_version"

    version: int = Field(primary_key=True)
    sha256: str
    entries: int
    made_at: datetime = moment()
