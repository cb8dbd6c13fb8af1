"""Versions of rulebooks that were brought to this registry, their signatures and their impact."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import blob, link, moment, record


class RulebookVersion(SQLModel, table=True):
    """One version, from draft to published. `sha256` is over its files; once published neither
    changes. `effective_from` is the publisher's day, which is never before `declared_from`, the
    file's own; from `withdrawn_on` it is in force no more, but cases that have it keep it."""

    __tablename__ = "rulebook_version"

    id: int = Field(default=None, primary_key=True)
    rulebook_id: str = Field(index=True)
    version: str
    name_zh: str = ""
    name_en: str = ""
    sha256: str = Field(index=True)
    state: str = Field(default="DRAFT", index=True)
    based_on: str = ""  # the version whose files it began with
    note: str = ""
    mistakes: int = 0
    declared_from: date | None = None
    effective_from: date | None = Field(default=None, index=True)
    withdrawn_on: date | None = None
    rationale: str = ""
    made_by_id: int = link("person.id")
    made_at: datetime = moment()
    changed_at: datetime = moment()
    published_at: datetime | None = moment(nullable=True)


class RulebookFile(SQLModel, table=True):
    """The bytes of one file of a version, as they came."""

    __tablename__ = "rulebook_file"
    __table_args__ = (UniqueConstraint("version_id", "name"),)

    id: int = Field(default=None, primary_key=True)
    version_id: int = link("rulebook_version.id")
    name: str
    content: bytes = blob()


class RulebookPart(SQLModel, table=True):
    """A person's part in one version: who edited, proposed, published. Four eyes stand on it."""

    __tablename__ = "rulebook_part"

    id: int = Field(default=None, primary_key=True)
    version_id: int = link("rulebook_version.id")
    person_id: int = link("person.id")
    part: str
    taken_at: datetime = moment()
    cleared_at: datetime | None = moment(nullable=True)


class RulebookSignature(SQLModel, table=True):
    """The issuer's detached signature over id, version and digest, of shipped versions too."""

    __tablename__ = "rulebook_signature"
    __table_args__ = (UniqueConstraint("rulebook_id", "version", "signer_fingerprint"),)

    id: int = Field(default=None, primary_key=True)
    rulebook_id: str
    version: str
    sha256: str
    signer_fingerprint: str
    is_test: bool
    envelope: dict = record()  # type: ignore[type-arg]
    signed_at: datetime = moment()


class RulebookImpact(SQLModel, table=True):
    """One trial of a version over all applications: how far it is, and what it found in sum.

    `cursor` is the last application tried, so that a broken-off trial goes on where it was.
    """

    __tablename__ = "rulebook_impact"

    id: int = Field(default=None, primary_key=True)
    version_id: int = link("rulebook_version.id")
    sha256: str
    reference_sha256: str = ""
    as_of: date
    state: str = Field(default="WAITING", index=True)  # WAITING, RUNNING, DONE
    total: int = 0
    done: int = 0
    cursor: int = 0
    changed_grade: int = 0
    changed_verdict: int = 0
    changed_points: int = 0
    not_scored: int = 0
    moves: dict = record()  # type: ignore[type-arg]
    asked_by_id: int = link("person.id")
    asked_at: datetime = moment()
    ended_at: datetime | None = moment(nullable=True)


class RulebookImpactRow(SQLModel, table=True):
    """One application whose result would change, and by which rules."""

    __tablename__ = "rulebook_impact_row"
    __table_args__ = (UniqueConstraint("impact_id", "application_id"),)

    id: int = Field(default=None, primary_key=True)
    impact_id: int = link("rulebook_impact.id")
    application_id: int = link("application.id")
    before_version: str = ""
    before_grade: str = ""
    before_verdict: str = ""
    before_centipoints: int = 0
    after_grade: str = ""
    after_verdict: str = ""
    after_centipoints: int = 0
    problem: str = ""
    rules: list = record()  # type: ignore[type-arg]
