"""One row of a file, screened: the verdict and its reasons in words, as cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from registry.bulk.screening.listing import LoadedList, Pin
from registry.rules.screening import NONE, Match, Subject, check_uscc
from registry.words import screening as words

UNREAD = "UNREAD"  # nothing to screen in this row
COLUMNS = (
    "row",
    "name",
    "name_en",
    "uscc",
    "verdict",
    "stops",
    "score",
    "threshold",
    "entry",
    "ground",
    "name_matched",
    "listed_name",
    "listed_as",
    "why",
    "code_warnings",
    "other_alerts",
    "list",
    "engine",
    "policy",
    "screened_at",
)


@dataclass(frozen=True)
class Asked:
    """A row of the file: its number as a spreadsheet shows it, and whom it names."""

    number: int
    subject: Subject

    @property
    def is_empty(self) -> bool:
        return not (self.subject.name or self.subject.name_en or self.subject.uscc)


def points(score: int) -> str:
    """Basis points as the pages show them: 9,550 is 95.50."""
    return f"{score / 100:.2f}"


def reasons(match: Match, language: str) -> str:
    """Part by part: what stood on both sides, how alike, and how many points; they sum to the score."""
    said = []
    for part in match.parts:
        kind = getattr(words.kind_words(part.kind), language)
        name = getattr(words.PARTS[part.part], language)
        sides = part.subject if part.subject == part.entry else f"{part.subject} | {part.entry}"
        said.append(f"{name}: {sides or '—'} ({kind}) {points(part.points)}")
    return "; ".join(said)


def verdict_cells(
    asked: Asked, hits: Sequence[Match], listed: LoadedList, at: str, language: str
) -> list[str]:
    """The cells of a row in the order of COLUMNS."""
    subject = asked.subject
    best = hits[0] if hits else None
    warnings = check_uscc(subject.uscc).warnings if subject.uscc else ()
    found = [""] * 9
    if best is not None:
        number, ground = listed.facts[best.entry]
        found = [
            "yes" if best.stops else "no",
            points(best.score),
            points(best.threshold),
            number,
            ground,
            best.subject_text,
            best.entry_text,
            best.entry_role,
            reasons(best, language),
        ]
    others = (f"{listed.facts[one.entry][0]} {points(one.score)}" for one in hits[1:])
    return [
        str(asked.number),
        subject.name,
        subject.name_en,
        subject.uscc,
        UNREAD if asked.is_empty else best.band if best else NONE,
        *found,
        " ".join(warnings),
        "; ".join(others),
        *_stood_on(listed.pin),
        at,
    ]


def _stood_on(pin: Pin) -> tuple[str, str, str]:
    return (
        f"{pin.list_version}:{pin.list_sha256}",
        pin.engine,
        f"{pin.policy}:{pin.policy_sha256}",
    )
