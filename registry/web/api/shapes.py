"""What goes in and out, once: the answers are built from these and the document is made from them."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Grade = Literal["dark", "medium", "light", "basic", "not_green"]
ListedState = Literal[
    "RESERVE", "FINANCED", "MONITORED", "SUSPENDED", "EXPIRED", "DELISTED", "COMPLETED"
]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Bilingual(Shape):
    zh: str
    en: str


class Refusal(Shape):
    """Why a request was not answered."""

    error: str
    detail: str


NO_NUL = r"^[^\u0000]*$"


class ListQuery(Shape):
    """Filters of the list; what is left out is not asked."""

    q: str = Field(
        default="",
        max_length=100,
        pattern=NO_NUL,
        description="Words of title, owner, number or zone",
    )
    zone: str = Field(default="", max_length=60, pattern=NO_NUL)
    province: str = Field(default="", max_length=6, pattern=NO_NUL)
    catalogue_class: str = Field(default="", max_length=20, pattern=NO_NUL)
    kind: str = Field(default="", max_length=60, pattern=NO_NUL)
    grade: Literal["", "dark", "medium", "light", "basic", "not_green"] = ""
    state: Literal[
        "",
        "RESERVE",
        "FINANCED",
        "MONITORED",
        "SUSPENDED",
        "EXPIRED",
        "DELISTED",
        "COMPLETED",
    ] = ""
    sort: Literal["newest", "points"] = "newest"
    key: str = Field(
        default="", max_length=60, pattern=NO_NUL, description="`next_key` of the page before"
    )


class Project(Shape):
    """A listed project with what is public of it."""

    list_number: str
    state: ListedState
    title: Bilingual
    owner: Bilingual
    kind: str
    zone: str
    province: str
    catalogue_class: str
    grade: Grade
    points: str = Field(description="Points of 100 as a decimal string")
    abatement_t_per_year: str = Field(description="Ex-ante estimate, not measured; empty if none")
    listed_on: date
    valid_to: date


class ProjectPage(Shape):
    items: list[Project]
    next_key: str = Field(description="Empty on the last page")


class CertificateStatus(Shape):
    """The state of a number now; never whether what it certifies is true."""

    number: str
    state: Literal["ISSUED", "SUSPENDED", "RENEWED", "SUPERSEDED", "REVOKED", "EXPIRED", "VOID"]
    label: Bilingual
    reason: Bilingual | None
    valid_from: date
    valid_to: date
    is_test: bool
    as_of: datetime


class Zone(Shape):
    id: str
    name: Bilingual
    province: str


class ZoneList(Shape):
    items: list[Zone]


class Question(Shape):
    """One input of the rules."""

    id: str
    type: str
    name: Bilingual
    hint: Bilingual
    unit: str
    decimals: int
    minimum: str | None
    maximum: str | None
    options: list[str]
    required: bool


class QuestionList(Shape):
    rulebook: str
    rulebook_sha256: str
    kind: str
    items: list[Question]


class ScoreRequest(Shape):
    """Answers as texts, as a form would send them; numbers are decimal strings."""

    kind: str = Field(max_length=60)
    answers: dict[str, str] = Field(max_length=400)
    as_of: date | None = Field(
        default=None, ge=date(2020, 1, 1), le=date(2099, 12, 31), description="Today if left out"
    )


class Problem(Shape):
    """What is wrong with one answer."""

    field: str
    code: str
    detail: dict[str, str]


class ScoreAnswer(Shape):
    """The assessment with every rule explained. Self-declared: no certificate, no promise."""

    careful: Bilingual
    assessment: dict[str, Any]


class Problems(Shape):
    error: str
    detail: str
    problems: list[Problem]
