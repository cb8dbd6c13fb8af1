"""What a score says, whole: frozen values that become canonical JSON (no floats) and come back."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

FORMAT = 1  # of the record; a reader that meets another says so

# States of a rule.
PASS, FAIL, CONDITIONAL = "pass", "fail", "conditional"
MISSING, UNKNOWN, NOT_APPLICABLE = "missing", "unknown", "not_applicable"
STATES = (PASS, FAIL, CONDITIONAL, MISSING, UNKNOWN, NOT_APPLICABLE)

# Verdicts on a project, as the life cycle uses them.
GREEN, NOT_GREEN, PERSON_MUST_LOOK = "green", "not_green", "person_must_look"

NO_GRADE = "none"  # a score, but too little answered for a grade

# Eligibility: confirmed, 待核, or not.
ELIGIBLE, TO_BE_VERIFIED, NOT_ELIGIBLE = "eligible", "to_be_verified", "not_eligible"


class UsedValue(NamedTuple):
    """One number or answer that a rule stands on. origin: input, value, constant or table row."""

    id: str
    value: str
    unit: str
    origin: str


class RuleResult(NamedTuple):
    """One rule: its state and why, what it used, what it was measured against, what it earned."""

    rule: str
    kind: str
    category: str
    state: str
    reason: str  # a code: why it does not apply, or what kind of thing is missing
    missing: tuple[str, ...]  # names of what is missing
    value: str
    unit: str
    threshold: str
    used: tuple[UsedValue, ...]
    rows: tuple[str, ...]  # rows of reference tables
    got_centipoints: int
    possible_centipoints: int
    status: str  # of the rule's source: verified, unverified, design
    settled: bool  # a named person settled what was unknown


class Matter(NamedTuple):
    """Something that a person must look at; `settled` holds the outcome once a named person has.

    code: unknown (a gate), missing, condition, unverified (a row of reference data).
    """

    id: str
    code: str
    subject: str
    settled: str = ""


class BenefitFigure(NamedTuple):
    """One benefit: ex-ante low, central, high, the loan's share, and the figure by today's factors.

    Empty text means that it could not be computed; `missing` says for want of what.
    """

    id: str
    unit: str
    words: str
    low: str
    central: str
    high: str
    share: str
    today: str
    rows: tuple[str, ...]
    missing: tuple[str, ...]


class Undertaken(NamedTuple):
    """A promise with a date, made by a rule that passes on condition."""

    rule: str
    due: str


class Assessment(NamedTuple):
    """The score of one project under one rulebook, on one day, with one set of reference data."""

    rulebook_id: str
    rulebook_version: str
    rulebook_sha256: str
    reference_sha256: str
    kind: str
    as_of: date
    rules: tuple[RuleResult, ...]
    benefits: tuple[BenefitFigure, ...]
    got_centipoints: int
    applicable_weight_bp: int
    total_centipoints: int  # of 10,000; 0 where a failed gate stopped the score
    coverage_bp: int
    grade: str
    caps: tuple[str, ...]
    labels: tuple[str, ...]
    eligibility: str
    undertakings: tuple[Undertaken, ...]
    matters: tuple[Matter, ...]
    verdict: str

    @property
    def unknowns(self) -> tuple[str, ...]:
        """Gates whose state is unknown and that nobody has settled."""
        return tuple(m.subject for m in self.matters if m.code == UNKNOWN and not m.settled)

    @property
    def open_matters(self) -> tuple[Matter, ...]:
        return tuple(matter for matter in self.matters if not matter.settled)

    @property
    def unverified(self) -> tuple[str, ...]:
        """Rows of reference data that nobody has compared with the original yet."""
        return tuple(matter.subject for matter in self.matters if matter.code == "unverified")

    def rule(self, id: str) -> RuleResult:
        return next(result for result in self.rules if result.rule == id)

    def benefit(self, id: str) -> BenefitFigure | None:
        return next((figure for figure in self.benefits if figure.id == id), None)

    def to_record(self) -> dict[str, Any]:
        """Plain JSON values without floats: what is stored, hashed and attached to a certificate."""
        record: dict[str, Any] = {"format": FORMAT, **self._asdict()}
        record["as_of"] = self.as_of.isoformat()
        for key, part in _PARTS.items():
            record[key] = [_plain(row, part) for row in record[key]]
        for key in ("caps", "labels"):
            record[key] = list(record[key])
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Assessment":
        """The same values back; refuses a record of another format."""
        if record.get("format") != FORMAT:
            raise ValueError(f"assessment format {record.get('format')!r}")
        values = {key: record[key] for key in cls._fields}
        values["as_of"] = date.fromisoformat(record["as_of"])
        for key, part in _PARTS.items():
            values[key] = tuple(_back(row, part) for row in record[key])
        for key in ("caps", "labels"):
            values[key] = tuple(record[key])
        return cls(**values)


_PARTS: Mapping[str, type] = {
    "rules": RuleResult,
    "benefits": BenefitFigure,
    "undertakings": Undertaken,
    "matters": Matter,
}


def _plain(row: Any, part: type) -> dict[str, Any]:
    plain = row._asdict()
    for key, value in plain.items():
        if isinstance(value, tuple):
            plain[key] = [v._asdict() if isinstance(v, UsedValue) else v for v in value]
    return dict(plain)


def _back(row: Mapping[str, Any], part: Any) -> Any:
    values = {key: tuple(v) if isinstance(v, list) else v for key, v in row.items()}
    if part is RuleResult:
        values["used"] = tuple(UsedValue(**used) for used in row["used"])
    return part(**values)
