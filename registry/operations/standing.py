"""Whether a person has the standing for an act that no life cycle's table has."""

from collections.abc import Collection
from datetime import datetime

from registry.rules.calendar import legal_date
from registry.rules.lifecycle import MoveRefused, Refusal
from registry.rules.permissions import Actor, Role, Scope, barred_from_deciding, holds


def must_hold(
    by: Actor, roles: Collection[Role], now: datetime, scope: Scope | None = None
) -> None:
    """MoveRefused (ROLE_MISSING) unless the person holds one of the roles there today (everywhere, if
    no scope is said) and is no admin or auditor, who decide nothing."""
    on = legal_date(now)
    if barred_from_deciding(by, on) or holds(by, roles, scope or Scope(), on) is None:
        raise MoveRefused(Refusal.ROLE_MISSING)
