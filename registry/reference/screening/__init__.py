"""The screening policy in force when nobody has put another one in force."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from registry.rules.screening.policy import Policy

FOLDER = Path(__file__).parent
CURRENT = "2026-1"


@cache
def screening_policy(version: str = CURRENT) -> Policy:
    """Read a policy that comes with the product."""
    return Policy.parse((FOLDER / f"policy-{version}.toml").read_text(encoding="utf-8"))
