"""People, what they may do, and how they sign in."""

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from registry.models.columns import blob, link, moment


class PersonData(SQLModel):
    """What a form may set, with its limits. `email` is kept in lower case, so that one mailbox is
    one account."""

    email: str = Field(
        max_length=254, schema_extra={"pattern": r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]+$"}
    )
    name: str = Field(min_length=1, max_length=80)
    language: str = Field(default="zh", schema_extra={"pattern": "^(zh|en)$"})


class Person(SQLModel, table=True):
    """An account. `name` and `email` are blanked when the person is erased; the row stays."""

    __tablename__ = "person"

    id: int = Field(default=None, primary_key=True)
    email: str = Field(unique=True, index=True)
    name: str
    language: str = "zh"
    password_hash: str = ""
    is_active: bool = True
    failed_sign_ins: int = 0
    locked_until: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    erased_at: datetime | None = moment(nullable=True)


class PersonSalt(SQLModel, table=True):
    """The salt that opens this person's commitments in the audit log; deleting it erases them."""

    __tablename__ = "person_salt"

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    salt: bytes = blob()


class SignInSession(SQLModel, table=True):
    """One signed-in browser, revocable; only the hash of its token is kept."""

    __tablename__ = "sign_in_session"

    id: int = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True, index=True)
    person_id: int = link("person.id")
    browser: str = ""
    created_at: datetime = moment()
    last_seen_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    revoked_at: datetime | None = moment(nullable=True)


class MailedLink(SQLModel, table=True):
    """A one-time link sent by mail: a registration, an invitation or a password reset.

    An invitation into an organisation names it and the role; both come into being when the person
    accepts, so that nobody is made a colleague, and by that conflicted, without a word of theirs.
    """

    __tablename__ = "mailed_link"

    id: int = Field(default=None, primary_key=True)
    token_sha256: str = Field(unique=True, index=True)
    purpose: str
    person_id: int = link("person.id")
    organisation_id: int | None = link("organisation.id", nullable=True)
    role: str = ""
    issued_by_id: int | None = link("person.id", nullable=True)
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)


class RoleGrant(SQLModel, table=True):
    """A role for a person, in a scope, from a day to a day."""

    __tablename__ = "role_grant"

    id: int = Field(default=None, primary_key=True)
    person_id: int = link("person.id")
    role: str = Field(index=True)
    scope_kind: str = "everywhere"
    scope_id: str = ""
    from_day: date
    to_day: date | None = None
    granted_by_id: int | None = link("person.id", nullable=True)
    revoked_at: datetime | None = moment(nullable=True)


class ConflictOfInterest(SQLModel, table=True):
    """A person's declared conflict with an organisation, from a day to a day."""

    __tablename__ = "conflict_of_interest"

    id: int = Field(default=None, primary_key=True)
    person_id: int = link("person.id")
    organisation_id: int = link("organisation.id")
    reason: str
    from_day: date
    to_day: date | None = None
    declared_by_id: int = link("person.id")
    declared_at: datetime = moment()


class Membership(SQLModel, table=True):
    """A person belongs to an organisation."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id"),)

    id: int = Field(default=None, primary_key=True)
    person_id: int = link("person.id")
    organisation_id: int = link("organisation.id")
    since: date
    until: date | None = None
