"""Companies, banks, funds and offices that people act for."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from registry.models.columns import link, moment


class OrganisationData(SQLModel):
    """What a form may set, with its limits."""

    kind: str = Field(
        default="company",
        schema_extra={"pattern": "^(company|fund|bank|zone_office|verifier|issuer)$"},
    )
    name_zh: str = Field(min_length=2, max_length=120)
    name_en: str = Field(default="", max_length=200)
    uscc: str = Field(default="", max_length=40)
    province_code: str = Field(default="", max_length=6)
    address: str = Field(default="", max_length=300)
    controller_name: str = Field(default="", max_length=120)


class OrganisationGroup(SQLModel, table=True):
    """Companies under one roof; who belongs to one is conflicted in the cases of the others."""

    __tablename__ = "organisation_group"

    id: int = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=120)


class Organisation(OrganisationData, table=True):
    """`verification` is pending, verified or refused; `uscc_warning` keeps a check that failed."""

    __tablename__ = "organisation"

    id: int = Field(default=None, primary_key=True)
    uscc: str = Field(default="", index=True)
    group_id: int | None = link("organisation_group.id", nullable=True)
    uscc_warning: str = ""
    verification: str = Field(default="pending", index=True)
    verification_reason: str = ""
    verified_by_id: int | None = link("person.id", nullable=True)
    verified_at: datetime | None = moment(nullable=True)
    registered_by_id: int | None = link("person.id", nullable=True)
    created_at: datetime = moment()
    version: int = 1
