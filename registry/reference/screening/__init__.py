"""The screening policy in force when nobody has put another one in force, and the labelled names."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from registry.rules.screening.policy import Policy
from registry.rules.screening.subjects import Entry, Name, Subject

FOLDER = Path(__file__).parent
CURRENT = "2026-2"


@cache
def screening_policy(version: str = CURRENT) -> Policy:
    """Read a policy that comes with the product."""
    return Policy.parse((FOLDER / f"policy-{version}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class LabelledPair:
    """A listed body, a name that somebody wrote, and whether it means that body: see docs/screening.md."""

    id: str
    listed: Entry
    asked: Subject
    same: bool
    kind: str


@cache
def labelled_pairs() -> tuple[LabelledPair, ...]:
    """The hand-made set of variants of Chinese company names, in the order of its file."""
    with (FOLDER / "zh_variants.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(
            LabelledPair(
                id=row["id"],
                listed=Entry(number, row["listed"], other_names=_other_names(row["other_names"])),
                asked=Subject(row["asked"], reference=row["id"]),
                same=row["same"] == "yes",
                kind=row["kind"],
            )
            for number, row in enumerate(csv.DictReader(lines), 1)
        )


def _other_names(text: str) -> tuple[Name, ...]:
    """former:旧名称；short:简称"""
    pairs = (one.partition(":") for one in text.split("；") if one)
    return tuple(Name(name, role) for role, _, name in pairs)
