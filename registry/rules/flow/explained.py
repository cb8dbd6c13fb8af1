"""From whole numbers back to the states of rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from registry.rules.assessment import PASS
from registry.rules.flow.judging import RULES_IN_ONE, STATE_BITS
from registry.rules.flow.plan import Plan

_EACH = len(STATE_BITS)
_BY_BITS = [
    next((state for n, state in enumerate(STATE_BITS) if bits & 1 << n), PASS)
    for bits in range(1 << _EACH)
]


def states_of(plan: Plan, result: Mapping[str, Any]) -> dict[str, str]:
    """The state of every rule, by its id, out of the columns states_0, states_1 … of a result."""
    found, whole = {}, 0
    for n, rule in enumerate(plan.book.rules):
        place, within = divmod(n, RULES_IN_ONE)
        if not within:
            whole = result[f"states_{place}"]
        found[rule.id] = _BY_BITS[whole & (1 << _EACH) - 1]
        whole >>= _EACH
    return found
