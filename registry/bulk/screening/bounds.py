"""The best points that a pair of names can still get, part by part, as a policy counts them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.rules.screening.policy import Policy

SAME_TEXT = frozenset({"equal", "sound", "slip"})


class Bounds:
    """The best points of each part of one pair of scripts, by what the features can tell."""

    def __init__(self, policy: Policy, pair: str) -> None:
        points = policy.points[pair]
        self.points = points
        self.threshold = policy.thresholds[pair].possible
        self.brand = points["brand"]
        self.trade = trade = points["industry"]
        self.same_trade = max(trade.values())
        self.slipped_trade = self._best(trade, "sound", "slip")
        self.other_trade = trade["different"]
        self.no_trade = self._best(trade, "light", "missing")
        self.part_trade = max(value for kind, value in trade.items() if kind not in SAME_TEXT)
        self.class_trade = self._best(trade, "class", "overlap", "different")
        region = points["region"]
        self.same_place = max(region.values())
        self.other_place = region["conflict"]
        self.unknown_place = self._best(region, "unknown", "elsewhere")
        self.registered_place = self._best(region, "unknown", "elsewhere", "registered")
        self.nested_place = self._best(region, "within", "level", "same_province", "partial")
        self.other_level = self._best(region, "level", "same_province", "partial")
        self.other_city = region["same_province"]
        self.elsewhere = region["elsewhere"]
        self.no_place = self._best(region, "none", "registered", "conflict")
        self.form = max(points["form"].values())
        self.branch = max(points["branch"].values())
        self.parent = points["branch"]["parent"]
        self.all_but_region = max(self.brand.values()) + self.same_trade + self.form + self.branch

    @staticmethod
    def _best(points: Mapping[str, int], *kinds: str) -> int:
        return max((points[kind] for kind in kinds if kind in points), default=0)

    def graded(self, kind: str, lengths: NDArray[Any]) -> NDArray[np.int64]:
        """Points of `kind_2`, `kind_3` … by the length of the shorter brand."""
        table = [0, 0] + [self.brand.get(f"{kind}_{n}", -1) for n in range(2, 6)]
        for at in range(3, len(table)):
            if table[at] < 0:
                table[at] = table[at - 1]
        table[0] = table[1] = table[2]
        return np.array(table, np.int64)[np.minimum(lengths, 5)]
