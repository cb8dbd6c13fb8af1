"""Where a row of reference data comes from, and how sure we are of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

# `verified`: somebody compared the row with the official text. Agreement of copies is not that.
STATUSES: Final = ("verified", "unverified")
KNOWN_FROM: Final = ("original", "several_copies", "second_hand", "computed", "memory", "design")

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def latest_day(text: str) -> date:
    """The last day that a full or partial date can mean, so that nothing counts before its time."""
    match = _PARTIAL_DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if day is not None and month is not None:
        return date(year, month, day)
    if month is None or month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Provenance:
    """The official document behind a row: who published it, where in it, when, how we know."""

    source: str
    document: str
    clause: str
    published: str
    effective: str
    status: str
    known_from: str
    note: str

    @property
    def is_verified(self) -> bool:
        return self.status == "verified"

    @property
    def published_by(self) -> date:
        """The day by which the document was out for certain (`published` may be a bare year)."""
        return latest_day(self.published)


def problem_of(provenance: Provenance) -> tuple[str, str] | None:
    """The first column that does not say what it must, with the code of the mistake."""
    if not provenance.source:
        return "source", "missing"
    if not provenance.document:
        return "document", "missing"
    if provenance.status not in STATUSES:
        return "status", "unknown_status"
    if provenance.known_from not in KNOWN_FROM:
        return "known_from", "unknown_origin"
    if provenance.status == "verified" and provenance.known_from not in ("original", "design"):
        return "status", "verified_without_original"
    for column in ("published", "effective"):
        text = getattr(provenance, column)
        if not text and column == "effective":
            continue
        try:
            latest_day(text)
        except ValueError:
            return column, "bad_date"
    return None
