"""The hand-made set of name variants: how many are found, and how many others are taken for them.

By the thresholds of the policy as it is shipped; the set tunes nothing.
"""

from __future__ import annotations

from collections import Counter

from registry.reference.screening import LabelledPair, labelled_pairs, screening_policy
from registry.rules.screening import entry_keys, match, probes


def is_hit(pair: LabelledPair) -> bool:
    """As on a list: a candidate by its keys first, then above the threshold."""
    if entry_keys(pair.listed).isdisjoint(probes(pair.asked)):
        return False
    return match(pair.asked, pair.listed, screening_policy()).is_hit


def measure() -> dict[str, object]:
    """Recall, share of false alarms, and hits of all by kind."""
    total: Counter[tuple[bool, str]] = Counter()
    found: Counter[tuple[bool, str]] = Counter()
    for pair in labelled_pairs():
        total[pair.same, pair.kind] += 1
        found[pair.same, pair.kind] += is_hit(pair)

    def share(same: bool) -> float:
        return sum(n for (s, _), n in found.items() if s is same) / sum(
            n for (s, _), n in total.items() if s is same
        )

    return {
        "pairs": sum(total.values()),
        "recall": round(share(True), 4),
        "false_alarms": round(share(False), 4),
        "hits_by_kind": {kind: f"{found[s, kind]}/{n}" for (s, kind), n in total.items()},
    }
