"""An application, its versions, and the days on its clock."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class Particulars(SQLModel):
    """What a case is called: the answers that are no rule's input, with their limits."""

    project_name_zh: str = Field(min_length=4, max_length=120)
    project_name_en: str = Field(min_length=4, max_length=200)
    summary_zh: str = Field(min_length=10, max_length=2000)
    summary_en: str = Field(default="", max_length=4000)
    site_address: str = Field(min_length=4, max_length=300)


class Application(SQLModel, table=True):
    """One project on its way. `answers` is the draft; what was sent is in `ApplicationVersion`.

    `assumed` names the answers that a demonstration made up because they were not published.
    Title, zone, class and amount repeat what the newest version says, so that lists need not open it.
    """

    __tablename__ = "application"

    id: int = Field(default=None, primary_key=True)
    number: str | None = Field(default=None, unique=True, index=True)
    organisation_id: int = link("organisation.id")
    kind: str = Field(index=True)
    state: str = Field(default="DRAFT", index=True)
    came_from: str = ""
    answers: dict = record()  # type: ignore[type-arg]
    assumed: dict = record()  # type: ignore[type-arg]
    draft_version: int = 1
    draft_saved_at: datetime | None = moment(nullable=True)
    version_no: int = 0
    rounds: int = 0

    title_zh: str = ""
    title_en: str = ""
    zone_id: str = Field(default="", index=True)
    province_code: str = Field(default="", index=True)
    catalogue_edition: str = ""
    catalogue_code: str = Field(default="", index=True)
    claim_key: str = Field(default="", index=True)

    created_by_id: int = link("person.id")
    created_at: datetime = moment()
    submitted_at: datetime | None = moment(nullable=True, index=True)
    changed_at: datetime = moment()
    notice_until: date | None = None
    due_on: date | None = Field(default=None, index=True)
    clock_days_left: int | None = None

    rulebook_id: str = ""
    rulebook_version: str = ""
    rulebook_sha256: str = ""

    proposed_grade: str = ""
    grade: str = Field(default="", index=True)
    list_number: str | None = Field(default=None, unique=True)
    listed_on: date | None = None
    valid_to: date | None = Field(default=None, index=True)
    version: int = 1


class ApplicationVersion(SQLModel, table=True):
    """What was sent, frozen: its answers, the digests of its files, and the digest of it all."""

    __tablename__ = "application_version"
    __table_args__ = (UniqueConstraint("application_id", "no"),)

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    no: int
    answers: dict = record()  # type: ignore[type-arg]
    files: dict = record()  # type: ignore[type-arg]
    declarations: dict = record()  # type: ignore[type-arg]
    digest: str
    submitted_by_id: int = link("person.id")
    submitted_at: datetime = moment()


class CasePart(SQLModel, table=True):
    """A person's part in one case: who edited, signed, screened, assessed, decided.

    Four eyes stand on these rows. A later round may clear a part (`cleared_at`); none is deleted.
    """

    __tablename__ = "case_part"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    person_id: int = link("person.id")
    part: str
    taken_at: datetime = moment()
    cleared_at: datetime | None = moment(nullable=True)
