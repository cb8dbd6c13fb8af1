"""The screening policy: points, thresholds and rules of standing, versioned and hashed.

The text is TOML, kept whole with its SHA-256, so that every alert can name the policy it came from.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Any

FULL_SCORE = 10_000
PAIRS = ("zh-zh", "en-en", "en-zh", "person", "other")
PARTS = ("brand", "industry", "region", "form", "branch")

# Kinds that an engine tells apart which an older policy counts as one: what the policy says of that one.
NEWER = {
    "region": {"unsaid": "unknown", "added": "unknown"},
    "industry": {"narrowed": "tail"},
}

Points = Mapping[str, Mapping[str, int]]


class PolicyInvalid(ValueError):
    """The text of a policy does not say what screening must know; the message says what."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From which score on a match of this pair of scripts is possible, and may be strong."""

    possible: int
    strong: int


@dataclass(frozen=True, slots=True)
class Policy:
    version: str
    sha256: str
    points: Mapping[str, Points]
    thresholds: Mapping[str, Thresholds]
    contradiction: int
    context: Mapping[str, int]

    @classmethod
    def parse(cls, text: str) -> Policy:
        data = tomllib.loads(text)
        points = {pair: _points(pair, data) for pair in PAIRS}
        thresholds = {pair: _thresholds(pair, data) for pair in PAIRS}
        contradiction = _whole(data, "contradiction")
        if contradiction > 0:
            raise PolicyInvalid("contradiction: contradicting identifiers cannot add points")
        return cls(
            version=str(data["version"]),
            sha256=sha256(text.encode()).hexdigest(),
            points=MappingProxyType(points),
            thresholds=MappingProxyType(thresholds),
            contradiction=contradiction,
            context=MappingProxyType({k: _whole(data["context"], k) for k in data["context"]}),
        )


def _whole(table: Mapping[str, Any], name: str) -> int:
    value = table.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise PolicyInvalid(f"{name}: a whole number of basis points is needed")
    return value


def _points(pair: str, data: Mapping[str, Any]) -> Points:
    table = data.get("points", {}).get(pair)
    if not table:
        raise PolicyInvalid(f"points.{pair}: missing")
    found = {part: {kind: _whole(kinds, kind) for kind in kinds} for part, kinds in table.items()}
    best = sum(max(kinds.values()) for kinds in found.values())
    if best != FULL_SCORE:
        raise PolicyInvalid(
            f"points.{pair}: the best of each part sums to {best}, not {FULL_SCORE}"
        )
    for part, newer in NEWER.items():
        for kind, older in newer.items():
            if older in found.get(part, {}):
                found[part].setdefault(kind, found[part][older])
    return MappingProxyType({part: MappingProxyType(kinds) for part, kinds in found.items()})


def _thresholds(pair: str, data: Mapping[str, Any]) -> Thresholds:
    table = data.get("thresholds", {}).get(pair, {})
    possible, strong = _whole(table, "possible"), _whole(table, "strong")
    if not 0 < possible <= strong <= FULL_SCORE:
        raise PolicyInvalid(f"thresholds.{pair}: 0 < possible <= strong <= {FULL_SCORE}")
    return Thresholds(possible, strong)
