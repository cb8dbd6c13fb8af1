"""What screening found, and what people made of it; a "no hit" is kept too."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment, record


class ScreeningRun(SQLModel, table=True):
    """One screening of one version: the list, engine and policy that it stood on."""

    __tablename__ = "screening_run"

    id: int = Field(default=None, primary_key=True)
    application_id: int = link("application.id")
    version_no: int
    subject: dict = record()  # type: ignore[type-arg]
    subject_fingerprint: str
    list_version: int
    list_sha256: str
    engine_version: str
    policy_version: str
    policy_sha256: str
    verdict: str
    duplicates: dict = record()  # type: ignore[type-arg]
    made_at: datetime = moment()


class ScreeningHit(SQLModel, table=True):
    """One alert. Decision: "" (open), true, false, unsure. A true one stops the case; that it is the
    same body counts towards a refusal when a second person has confirmed it. `relation` names the
    related party that was hit (controller, group, group_member): context, it never stops anything.
    """

    __tablename__ = "screening_hit"

    id: int = Field(default=None, primary_key=True)
    run_id: int = link("screening_run.id")
    application_id: int = link("application.id")
    entry_id: int = link("restricted_entry.id")
    entry_version: int
    band: str
    score_bp: int
    parts: dict = record()  # type: ignore[type-arg]
    is_runner_up: bool = False
    decision: str = ""
    reason_code: str = ""
    reason: str = ""
    decided_by_id: int | None = link("person.id", nullable=True)
    decided_at: datetime | None = moment(nullable=True)
    relation: str = ""
    confirmed_by_id: int | None = link("person.id", nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)


class StopRelease(SQLModel, table=True):
    """One person's word, with a reason, that a hit called true need not stop the case; it takes two."""

    __tablename__ = "stop_release"
    __table_args__ = (UniqueConstraint("hit_id", "person_id"),)

    id: int = Field(default=None, primary_key=True)
    hit_id: int = link("screening_hit.id")
    application_id: int = link("application.id")
    person_id: int = link("person.id")
    reason: str
    released_at: datetime = moment()


class Clearance(SQLModel, table=True):
    """A pair that a person found to be two different bodies; bound to both fingerprints."""

    __tablename__ = "clearance"

    id: int = Field(default=None, primary_key=True)
    subject_fingerprint: str = Field(index=True)
    entry_id: int = link("restricted_entry.id")
    entry_fingerprint: str
    hit_id: int = link("screening_hit.id")
    made_at: datetime = moment()
    expires_at: datetime = moment()
