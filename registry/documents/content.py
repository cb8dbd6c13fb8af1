"""What a certificate says: frozen values, and the record of them that evidence and page share."""

from __future__ import annotations

import hashlib
import re
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Literal

from registry.words import Words

Basis = Literal["ex_ante", "measured"]

# Written after the evidence is closed, so they cannot stand inside it.
LATE_FIELDS = frozenset({"evidence_sha256", "log_seq", "log_hash"})


class RecordRefused(ValueError):
    """A record that does not say what a certificate must say, with the place."""


@dataclass(frozen=True, kw_only=True)
class Grade:
    """A grade by the rulebook's own name; `rank` of `ranks` draws the scale (1 is the lowest)."""

    code: str
    name: Words
    rank: int
    ranks: int = 5


@dataclass(frozen=True, kw_only=True)
class Factors:
    """Which emission or coal factors a figure was computed with, and the year of their data.

    Year 0: the figure rests on the project's own data and on no dated factor.
    """

    name: Words
    year: int


@dataclass(frozen=True, kw_only=True)
class YearlyFigure:
    """An amount a year as a decimal string, with what it was computed from."""

    value: str
    unit: str
    factors: Factors

    def __post_init__(self) -> None:
        _refuse_non_decimal(self.value)


@dataclass(frozen=True, kw_only=True)
class Abatement:
    """Emissions avoided; `today` is the same by the newest factors where a method pins older ones."""

    figure: YearlyFigure
    basis: Basis
    today: YearlyFigure | None = None


@dataclass(frozen=True, kw_only=True)
class Offset:
    """Emissions balanced by cancelled credits: never printed as a reduction."""

    value: str
    unit: str
    credits: Words
    scopes: Words

    def __post_init__(self) -> None:
        _refuse_non_decimal(self.value)


@dataclass(frozen=True, kw_only=True)
class Energy:
    """Clean power displaces fossil energy, a retrofit saves it; the two words never mix."""

    figure: YearlyFigure
    effect: Literal["displaced", "saved"]
    basis: Basis


@dataclass(frozen=True, kw_only=True)
class Rulebook:
    id: str
    title: Words
    version: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Screening:
    """The list that was searched, its digest and moment; `cleared`: a person ruled a match out."""

    list_version: str
    list_sha256: str
    at: datetime
    outcome: Literal["no_match", "cleared", "not_loaded"] = "no_match"


@dataclass(frozen=True, kw_only=True)
class Unsettled:
    """Something unknown or unverified, and the role (never the name) of who settled it."""

    item: Words
    status: Literal["unknown", "unverified"]
    settled_by: Words | None = None
    settled_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """Who issues; accent, seal and logo come from the settings."""

    name: Words
    seal: str = ""
    accent: str = "#14532d"
    logo: bytes | None = None

    def __post_init__(self) -> None:
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", self.accent):
            raise ValueError(f"accent colour {self.accent!r} is not #rrggbb")


@dataclass(frozen=True, kw_only=True)
class CertificateContent:
    """Every field of a certificate. All numbers are integers or decimal strings."""

    number: str
    project: Words
    owner: Words
    owner_code: str
    zone: Words | None
    catalogue_edition: Words
    catalogue_code: str
    catalogue_class: Words
    grade: Grade
    centipoints: int
    applicable_bp: int
    coverage_bp: int
    evidence_tier: str
    abatement: Abatement | None
    energy: Energy | None
    offset: Offset | None = None
    rulebook: Rulebook
    screening: Screening
    unsettled: tuple[Unsettled, ...] = ()
    attributes: Literal["retained", "sold"]
    attributes_note: Words | None = None
    valid_from: date
    valid_to: date
    replaces: str = ""
    issuer: Issuer
    signer_fingerprint: str
    status_url: str
    test_key: bool
    demo: bool
    demo_assumptions: tuple[Words, ...] = ()
    evidence_sha256: str = ""
    log_seq: int | None = None
    log_hash: str = ""

    def record(self) -> dict[str, Any]:
        """The values as they stand in the evidence: everything but what is only known later."""
        made: dict[str, Any] = plain(self)
        return {key: value for key, value in made.items() if key not in LATE_FIELDS}


def mirrored(content: CertificateContent) -> dict[str, str]:
    """What the metadata repeats, for machines that read no further."""
    return {
        "Number": content.number,
        "EvidenceSHA256": content.evidence_sha256,
        "RulebookSHA256": content.rulebook.sha256,
    }


def content_of(record: Any) -> CertificateContent:
    """Read a record back; refuses unknown, missing and ill-typed members by name."""
    made = _read(CertificateContent, record, "certificate", LATE_FIELDS)
    assert isinstance(made, CertificateContent)
    return made


def plain(value: Any) -> Any:
    """Dataclasses, words and dates as JSON values; a logo as its digest."""
    if isinstance(value, Words):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Issuer):
        logo = hashlib.sha256(value.logo).hexdigest() if value.logo else ""
        words = {"zh": value.name.zh, "en": value.name.en}
        return {"name": words, "seal": value.seal, "accent": value.accent, "logo_sha256": logo}
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def _read(kind: Any, value: Any, place: str, absent: frozenset[str] = frozenset()) -> Any:
    """Build `kind` from plain JSON values, strictly."""
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        if value is None and type(None) in typing.get_args(kind):
            return None
        return _read(typing.get_args(kind)[0], value, place)
    if origin is tuple:
        if not isinstance(value, list):
            raise RecordRefused(f"{place}: not a list")
        item = typing.get_args(kind)[0]
        return tuple(_read(item, one, f"{place}[{at}]") for at, one in enumerate(value))
    if origin is Literal:
        if value not in typing.get_args(kind):
            raise RecordRefused(f"{place}: {value!r} is none of its words")
        return value
    if kind is Words or is_dataclass(kind):
        return _read_members(kind, value, place, absent)
    if kind in (date, datetime):
        return _read_day(kind, value, place)
    if type(value) is not kind:
        raise RecordRefused(f"{place}: not {kind.__name__}")
    return value


def _read_day(kind: Any, value: Any, place: str) -> Any:
    try:
        return kind.fromisoformat(value)
    except (TypeError, ValueError):
        raise RecordRefused(f"{place}: not a {kind.__name__}") from None


def _read_members(kind: Any, value: Any, place: str, absent: frozenset[str]) -> Any:
    if not isinstance(value, dict):
        raise RecordRefused(f"{place}: not an object")
    hints = typing.get_type_hints(kind)
    given = dict(value)
    if kind is Issuer:  # a record carries the logo's digest, never its bytes
        hints.pop("logo")
        given.pop("logo_sha256", None)
    wanted = {name: hint for name, hint in hints.items() if name not in absent}
    if set(given) != set(wanted):
        odd = sorted(set(given) ^ set(wanted))
        raise RecordRefused(f"{place}: missing or unknown {', '.join(odd)}")
    members = {name: _read(hint, given[name], f"{place}.{name}") for name, hint in wanted.items()}
    try:
        return kind(**members)
    except ValueError as problem:
        raise RecordRefused(f"{place}: {problem}") from None


def _refuse_non_decimal(value: str) -> None:
    if not re.fullmatch(r"-?(0|[1-9]\d{0,17})(\.\d{1,9})?", value, re.ASCII):
        raise ValueError(f"{value!r} is not a plain decimal number")
