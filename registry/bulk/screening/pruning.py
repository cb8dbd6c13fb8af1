"""Pairs that cannot reach the threshold, put aside by arithmetic on arrays.

For each pair of rows of features the best points that each part could still get are added up. The bound
is never below the score of `matching.match`, so nothing is lost: a test compares both ways.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.bulk.screening.bounds import Bounds
from registry.bulk.screening.features import (
    BORROWS,
    BRANCH,
    CHARACTER_BITS,
    DOUBTFUL,
    HAS_CHINESE,
    NESTED,
    NO_TRADE,
    SEVERAL,
    TRADES,
    ZH,
    Features,
    clashes,
)
from registry.rules.screening.comparing import (
    LONG_LATIN,
    MEDIUM_LATIN,
    MIN_SLIP_EN,
    chinese_industry,
)
from registry.rules.screening.policy import Policy

SWAPPED_PAIRS = 6  # pairs of neighbours that an exchange of two letters undoes and makes
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Rows = NDArray[np.int64]
ZH_ZH, EN_EN, ACROSS = "zh-zh", "en-en", "en-zh"
COUNTRY_NUMBER = 1
CLOSE_BITS = 2  # bits by which texts one slip apart may differ, less one where their lengths do


class Pairs:
    """The features of both sides of many pairs, gathered column by column when asked."""

    def __init__(
        self, ours: Features, theirs: Features, left: NDArray[Any], right: NDArray[Any]
    ) -> None:
        self.ours, self.theirs, self.left, self.right = ours, theirs, left, right
        self.gathered: dict[str, tuple[NDArray[Any], NDArray[Any]]] = {}

    def __len__(self) -> int:
        return len(self.left)

    def both(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        if name not in self.gathered:
            ours, theirs = self.ours.columns[name], self.theirs.columns[name]
            self.gathered[name] = ours.take(self.left), theirs.take(self.right)
        return self.gathered[name]

    def only(self, kept: NDArray[Any]) -> Pairs:
        return Pairs(self.ours, self.theirs, self.left[kept], self.right[kept])

    def same(self, name: str) -> Bools:
        a, b = self.both(name)
        same: Bools = a == b
        return same

    def apart(self, name: str) -> NDArray[np.int64]:
        a, b = self.both(name)
        return np.abs(a.astype(np.int64) - b)

    def bits_apart(self, name: str) -> NDArray[Any]:
        a, b = self.both(name)
        return np.bitwise_count(a ^ b)

    def flagged(self, flag: int) -> tuple[Bools, Bools]:
        a, b = self.both("flags")
        return (a & flag) != 0, (b & flag) != 0


def _clash(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> Bools:
    """Whether two numbered places have no province in common."""
    return clashes().take(a.astype(np.uint16) << 8 | b)


def _conflict(pairs: Pairs) -> Bools:
    return _clash(*pairs.both("place"))


def comparable(
    ours: Features, theirs: Features, left: Rows, right: Rows, policy: Policy
) -> NDArray[np.int64]:
    """Which pairs of rows are compared at all and not by their regions hopeless: few, told at little cost."""
    a, b = ours.columns["flags"].take(left), theirs.columns["flags"].take(right)
    at = np.flatnonzero(((a ^ b) & ZH == 0) | (a & b & HAS_CHINESE == 0))
    if all(one.all_but_region + one.other_place < one.threshold for one in _every_bounds(policy)):
        places = ours.columns["place"].take(left[at]), theirs.columns["place"].take(right[at])
        at = at[~_clash(*places)]
    return at


def may_match(pairs: Pairs, policy: Policy) -> Bools:
    """Which `comparable` pairs may reach the threshold of their scripts."""
    kept = np.zeros(len(pairs), bool)
    ours_zh, theirs_zh = pairs.flagged(ZH)
    across = ours_zh != theirs_zh
    for bounds, chosen, score in (
        (Bounds(policy, ZH_ZH), ours_zh & ~across, _chinese),
        (Bounds(policy, EN_EN), ~ours_zh & ~across, _latin),
        (Bounds(policy, ACROSS), across, _across),
    ):
        at = np.flatnonzero(chosen)
        if len(at):
            kept[at[score(pairs.only(at), bounds) >= bounds.threshold]] = True
    return kept


def _every_bounds(policy: Policy) -> list[Bounds]:
    return [Bounds(policy, pair) for pair in (ZH_ZH, EN_EN, ACROSS)]


def _region(pairs: Pairs, bounds: Bounds) -> Ints:
    a, b = pairs.both("place")
    a_lent, b_lent = pairs.flagged(BORROWS)
    points = np.full(len(pairs), bounds.same_place, np.int64)
    points[_conflict(pairs)] = bounds.other_place
    a_city, b_city = pairs.both("city")
    nested = (a == b) & (a < SEVERAL) & (a_city != b_city)
    a_deep, b_deep = pairs.flagged(NESTED)
    points[nested] = np.where((a_deep | b_deep)[nested], bounds.nested_place, bounds.other_level)
    points[nested & (a_city != 0) & (b_city != 0)] = bounds.other_city
    points[(a == 0) | (b == 0)] = bounds.unknown_place
    a_in, b_in = pairs.both("registered")
    points[_elsewhere(a, a_in, b) | _elsewhere(b, b_in, a)] = bounds.elsewhere
    points[_registered(a, a_in, b) | _registered(b, b_in, a)] = bounds.registered_place
    none = ((a == 0) | a_lent) & ((b == 0) | b_lent)
    points[none] = np.maximum(points[none], bounds.no_place)
    return points


def _elsewhere(
    place: NDArray[Any], registered: NDArray[Any], other: NDArray[Any]
) -> NDArray[np.bool_]:
    """One names no region and is registered in another province than the one that the other names."""
    elsewhere: Bools = (place == 0) & (other > COUNTRY_NUMBER) & _clash(registered, other)
    return elsewhere


def _registered(
    place: NDArray[Any], registered: NDArray[Any], other: NDArray[Any]
) -> NDArray[np.bool_]:
    """One names no region but may be registered where the other one lies."""
    there = (other > COUNTRY_NUMBER) & ~_clash(registered, other)
    found: Bools = (place == 0) & (registered != 0) & there
    return found


def _branch(pairs: Pairs, bounds: Bounds) -> Ints:
    a, b = pairs.flagged(BRANCH)
    return np.where(a != b, bounds.parent, bounds.branch)


def _trade(pairs: Pairs, bounds: Bounds, latin: bool = False) -> Ints:
    a, b = pairs.both("industry")
    a_lent, b_lent = pairs.flagged(BORROWS)
    unlent = ((a == NO_TRADE) & b_lent) | ((b == NO_TRADE) & a_lent)
    missing = (a == NO_TRADE) | (b == NO_TRADE)
    a_bits, b_bits = pairs.both("trade_bits")
    common = a_bits & b_bits
    characters = np.uint64((1 << CHARACTER_BITS) - 1)
    spelled = ~np.uint64(0) if latin else characters  # bits that are there where the words are
    inside = ((a_bits & ~b_bits & spelled) == 0) | ((b_bits & ~a_bits & spelled) == 0)
    shared = common > characters
    if latin:
        shared &= (common & characters) != 0
    return np.select(
        [(a == b) | unlent, missing, inside, shared],
        [bounds.same_trade, bounds.no_trade, bounds.part_trade, bounds.class_trade],
        bounds.other_trade,
    )


@lru_cache(maxsize=65536)
def _kinds_of_trade(a: int, b: int) -> frozenset[str]:
    """How alike two numbered industries are, from either side; empty if one is not known here."""
    ours, theirs = TRADES.get(a), TRADES.get(b)
    if ours is None or theirs is None:
        return frozenset()
    return frozenset({chinese_industry(ours, theirs), chinese_industry(theirs, ours)})


def _told_trade(pairs: Pairs, bounds: Bounds, most: Ints, at: Ints) -> Ints:
    """What the industries count, word for word: worth its while for the few pairs that are left."""
    a, b = pairs.both("industry")
    a_lent, b_lent = pairs.flagged(BORROWS)
    told = most[at]
    for place, (i, lent) in enumerate(
        zip(at.tolist(), (a_lent | b_lent)[at].tolist(), strict=True)
    ):
        kinds = _kinds_of_trade(int(a[i]), int(b[i]))
        if kinds and not lent:
            told[place] = max(bounds.trade[kind] for kind in kinds)
    return told


def _close(pairs: Pairs, what: str) -> Bools:
    apart = pairs.apart(f"{what}_length")
    close: Bools = (apart <= 1) & (pairs.bits_apart(f"{what}_bits") <= CLOSE_BITS - apart)
    return close


def _upset(pairs: Pairs) -> Bools:
    """The whole texts may be one slip apart, and the slip may not be in the brand alone."""
    a_lent, b_lent = pairs.flagged(BORROWS)
    a_brand, b_brand = pairs.both("brand_bits")
    a_text, b_text = (_halved(column) for column in pairs.both("text_bits"))
    intact = ((a_brand & ~b_text) == 0) | ((b_brand & ~a_text) == 0)
    upset: Bools = intact & _close(pairs, "text") & (~pairs.same("rest") | a_lent | b_lent)
    return upset & ~_doubtful(pairs)


def _halved(bits: NDArray[Any]) -> NDArray[np.uint32]:
    """64 bits of characters as the 32 that brands have."""
    return (bits | bits >> np.uint64(32)).astype(np.uint32)


def _doubtful(pairs: Pairs) -> Bools:
    """A second way to read a name counts only where the cores are alike as wholes."""
    a, b = pairs.flagged(DOUBTFUL)
    doubtful: Bools = a | b
    return doubtful


def _hidden(pairs: Pairs) -> Bools:
    """One side names no region that was read: the other's may stand in its core, misspelt."""
    a, b = pairs.both("place")
    a_lent, b_lent = pairs.flagged(BORROWS)
    a_bits, b_bits = pairs.both("core_bits")
    a_size, b_size = pairs.both("core_length")
    in_a = ((a == 0) | a_lent) & (a_size > b_size) & ((b_bits & ~a_bits) == 0)
    in_b = ((b == 0) | b_lent) & (b_size > a_size) & ((a_bits & ~b_bits) == 0)
    hidden: Bools = (in_a | in_b) & ~_doubtful(pairs)
    return hidden


def _chinese(pairs: Pairs, bounds: Bounds) -> Ints:
    region = _region(pairs, bounds)
    at = np.flatnonzero(_within_reach(pairs, bounds, region))
    points = np.full(len(pairs), FAR_BELOW, np.int64)
    points[at] = _near_chinese(pairs.only(at), bounds, region[at])
    return points


def _within_reach(pairs: Pairs, bounds: Bounds, region: Ints) -> Bools:
    """By the regions alone, or since one slip or a hidden region may explain them: few columns tell."""
    a, b = pairs.both("place")
    a_lent, b_lent = pairs.flagged(BORROWS)
    hidden = (a == 0) | (b == 0) | a_lent | b_lent
    fair = region >= bounds.threshold - bounds.all_but_region
    return fair | hidden | (pairs.apart("text_length") <= 1)


def _near_chinese(pairs: Pairs, bounds: Bounds, region: Ints) -> Ints:
    points = region + _branch(pairs, bounds) + bounds.form
    trade, brand = _trade(pairs, bounds), _chinese_brand(pairs, bounds)
    a_trade, b_trade = pairs.both("industry")
    sounds_alike = pairs.same("core_sound")
    alike = _close(pairs, "core") | sounds_alike
    # the one difference may lie in the industry, unless both brands and both industries can be read
    read = pairs.same("brand") & (a_trade != NO_TRADE) & (b_trade != NO_TRADE) & ~sounds_alike
    elsewhere = alike & (a_trade != b_trade) & ~read
    brand[elsewhere] = bounds.brand["equal"]
    trade[elsewhere] = np.maximum(trade[elsewhere], bounds.slipped_trade)
    points += brand + trade
    points[_doubtful(pairs) & ~alike] = FAR_BELOW
    unlike = np.flatnonzero((points >= bounds.threshold) & ~alike)
    points[unlike] -= trade[unlike] - _told_trade(pairs, bounds, trade, unlike)
    points[_upset(pairs) | _hidden(pairs)] = FAR_ABOVE
    return points


FAR_ABOVE = 1_000_000
FAR_BELOW = -FAR_ABOVE


def _chinese_brand(pairs: Pairs, bounds: Bounds) -> Ints:
    lengths = np.minimum(*pairs.both("brand_length"))
    apart = pairs.apart("brand_length")
    a_bits, b_bits = pairs.both("brand_bits")
    different = np.bitwise_count(a_bits ^ b_bits)
    same_length = apart == 0
    points = np.full(len(pairs), bounds.brand["different"], np.int64)
    subset = ((a_bits & ~b_bits) == 0) | ((b_bits & ~a_bits) == 0)
    a_core, b_core, alone = _cores_alone(pairs)
    subset &= ~alone | ((a_core & ~b_core) == 0) | ((b_core & ~a_core) == 0)
    different = np.maximum(different, np.where(alone, np.bitwise_count(a_core ^ b_core), 0))
    near = (apart <= 1) & (different <= CLOSE_BITS - apart)
    for chosen, worth in (
        (subset, bounds.graded("within", lengths)),
        (near, bounds.graded("slip", lengths)),
        (near & same_length & (different == 0), bounds.graded("swap", lengths)),
        (near & (apart == 1) & (different == 0), bounds.brand["double"]),
        (near & (apart == 1) & (lengths <= 1), bounds.brand["lost"]),
        (pairs.same("sound") & same_length, bounds.graded("sound", lengths)),
        (pairs.same("brand") & same_length, bounds.brand["equal"]),
    ):
        points = np.where(chosen, np.maximum(points, worth), points)
    return points


def _cores_alone(pairs: Pairs) -> tuple[NDArray[np.uint64], NDArray[np.uint64], Bools]:
    """The cores' bits, and where the cores differ as their brands do: the industries are the same."""
    a_trade, b_trade = pairs.both("industry")
    a_lent, b_lent = pairs.flagged(BORROWS)
    return *pairs.both("core_bits"), (a_trade == b_trade) & ~a_lent & ~b_lent


def _latin(pairs: Pairs, bounds: Bounds) -> Ints:
    points = _branch(pairs, bounds) + bounds.form
    points += _trade(pairs, bounds, latin=True) + _latin_brand(pairs, bounds)
    points[_upset(pairs) & _one_slip(pairs)] = FAR_ABOVE
    few = np.flatnonzero(points + bounds.same_place >= bounds.threshold)
    points[few] += _region(pairs.only(few), bounds)
    return points


def _one_slip(pairs: Pairs) -> Bools:
    """Two Latin texts may be one slip apart, by the letters that are there an odd number of times."""
    turned = pairs.bits_apart("sound") + pairs.bits_apart("core_sound")
    few: Bools = turned <= CLOSE_BITS
    return few


def _latin_brand(pairs: Pairs, bounds: Bounds) -> Ints:
    a_bits, b_bits = pairs.both("core_bits")
    subset = ((a_bits & ~b_bits) == 0) | ((b_bits & ~a_bits) == 0)
    close = _close(pairs, "brand") & (np.bitwise_count(a_bits ^ b_bits) <= SWAPPED_PAIRS)
    lengths = np.minimum(*pairs.both("brand_length"))
    slip = np.select(
        [lengths > LONG_LATIN, lengths > MEDIUM_LATIN],
        [bounds.brand["slip_4"], bounds.brand["slip_3"]],
        bounds.brand["slip_2"],
    )
    within = np.select(
        [lengths > LONG_LATIN, lengths >= MIN_SLIP_EN],
        [bounds.brand["within_4"], bounds.brand["within_3"]],
        bounds.brand["different"],
    )
    points = np.where(subset, within, bounds.brand["different"])
    points = np.where(close, np.maximum(points, slip), points)
    points[pairs.same("brand")] = bounds.brand["equal"]
    return points


def _across(pairs: Pairs, bounds: Bounds) -> Ints:
    """Nothing is known of brand and industry in two scripts; the region must do."""
    best = bounds.brand["equal"] + bounds.same_trade + bounds.form
    return _region(pairs, bounds) + _branch(pairs, bounds) + best
