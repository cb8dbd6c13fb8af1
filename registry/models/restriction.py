"""The restricted-entry list: entries with ground, clause, evidence and an end; never a bare flag."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, UniqueConstraint
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
    case_code: str = Field(default="", max_length=40)
    grave_months: int = Field(default=0, ge=0, le=60)
    decision_number: str = Field(default="", max_length=120)
    issuing_body: str = Field(default="", max_length=200)
    facts: str = Field(min_length=4, max_length=4000)
    scope_kind: str = Field(default="everywhere", regex="^(everywhere|zone|industry|fund)$")
    scope_id: str = Field(default="", max_length=40)
    from_day: date
    to_day: date | None = None


class RestrictedEntry(RestrictedEntryData, table=True):
    """`to_day` None means until performed, with `review_on`. `origin` is own, mirrored or import.

    `token` stands in the notice: whoever holds it speaks for the subject. `is_stayed`: an appeal on
    identity holds the effect back. `person_commitment` stands for a person's number, never shown.
    """

    __tablename__ = "restricted_entry"

    id: int = Field(default=None, primary_key=True)
    number: str | None = Field(default=None, unique=True)
    state: str = Field(default="PROPOSED", index=True)
    came_from: str = ""
    clause: str = ""
    origin: str = "own"
    external_key: str | None = Field(default=None, unique=True)
    import_id: int | None = link("restricted_import.id", nullable=True)
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
    name_folded: str = ""
    token: str | None = Field(default=None, unique=True)
    noticed_at: datetime | None = moment(nullable=True)
    appeal_until: date | None = None
    is_stayed: bool = False
    emergency_reason: str = ""
    end_reason: str = ""
    organisation_id: int | None = link("organisation.id", nullable=True)
    proposed_by_id: int | None = link("person.id", nullable=True)
    proposed_at: datetime = moment()
    changed_at: datetime = moment(index=True)
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
    ground: str = ""
    text: str
    evidence_sha256: str = ""
    evidence_name: str = ""
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


class RestrictedPart(SQLModel, table=True):
    """Who took which part in an entry's life: four eyes are compared on it."""

    __tablename__ = "restricted_part"

    id: int = Field(default=None, primary_key=True)
    entry_id: int = link("restricted_entry.id")
    person_id: int = link("person.id")
    part: str
    taken_at: datetime = moment()


class ListChange(SQLModel, table=True):
    """The change feed: what entered, changed and left, with what the entry then said. The list as it
    stood on a past day is read from it; `id` is the cursor."""

    __tablename__ = "list_change"

    id: int = Field(default=None, primary_key=True)
    list_version: int = Field(index=True)
    entry_id: int = link("restricted_entry.id")
    entry_version: int
    kind: str
    in_effect: bool
    said: dict = record()  # type: ignore[type-arg]
    made_at: datetime = moment(index=True)


class GroundBasis(SQLModel, table=True):
    """The legal basis of showing a ground's entries to the public; shown once a second person has
    confirmed it."""

    __tablename__ = "ground_basis"

    ground: str = Field(primary_key=True)
    basis: str = Field(max_length=1000)
    proposed_by_id: int | None = link("person.id", nullable=True)
    proposed_at: datetime = moment()
    confirmed_by_id: int | None = link("person.id", nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)


class OrganisationKey(SQLModel, table=True):
    """What an organisation asks of the list: a changed entry finds the organisations it may mean by
    an indexed equi-join on `key`."""

    __tablename__ = "organisation_key"

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id", index=True)


class OrganisationIndexed(SQLModel, table=True):
    """The fingerprint of the organisation when its keys were made."""

    __tablename__ = "organisation_indexed"

    organisation_id: int = Field(primary_key=True, foreign_key="organisation.id")
    fingerprint: str


class ListedMatch(SQLModel, table=True):
    """A likeness between an entry in force and the owner of a case past screening: a person says
    true or false, a true one counts when a second person has confirmed it."""

    __tablename__ = "listed_match"
    __table_args__ = (UniqueConstraint("entry_id", "application_id", "entry_fingerprint"),)

    id: int = Field(default=None, primary_key=True)
    entry_id: int = link("restricted_entry.id")
    application_id: int = link("application.id")
    entry_fingerprint: str
    band: str
    score_bp: int
    parts: dict = record()  # type: ignore[type-arg]
    found_at: datetime = moment()
    decision: str = ""
    reason: str = ""
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    confirmed_by_id: int | None = link("person.id", nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)
    suspended_at: datetime | None = moment(nullable=True)
    released_at: datetime | None = moment(nullable=True)


class LookUp(SQLModel, table=True):
    """Names that somebody had screened, and what was found: also that nothing was, on which version
    of the list, engine and policy. `result` is kept as it was said."""

    __tablename__ = "look_up"

    id: int = Field(default=None, primary_key=True)
    asked_by_id: int = link("person.id")
    names: int
    hits: int
    list_version: int
    list_sha256: str
    engine_version: str
    policy_version: str
    policy_sha256: str
    result: dict = record()  # type: ignore[type-arg]
    result_sha256: str
    made_at: datetime = moment()
