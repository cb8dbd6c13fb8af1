"""Whole portfolios against the list, and changed entries against a whole portfolio.

Both join keys, put hopeless pairs aside and let `matching.hit` decide the rest, so that a hit here is
the hit, points and all, that a single screening shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from registry.bulk.screening.features import Features
from registry.bulk.screening.index import ArrayIndex, Keyed
from registry.bulk.screening.pruning import Pairs, comparable, may_match
from registry.rules.screening.keying import asked_by, stored_for
from registry.rules.screening.matching import Match, hit, rank
from registry.rules.screening.policy import Policy
from registry.rules.screening.subjects import Entry, Subject

BATCH = 4096
PAIRS = 1 << 15  # sifted together: what is held of them stays in near memory


def _spread(
    first: NDArray[np.uint32], last: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(which range, number) for every number in every range."""
    sizes = last.astype(np.int64) - first
    which = np.repeat(np.arange(len(sizes)), sizes)
    number = np.arange(len(which))
    number += np.repeat(first - (np.cumsum(sizes) - sizes), sizes)
    return which, number


def _hopeful(
    ours: Features, theirs: Features, left: NDArray[Any], right: NDArray[Any], policy: Policy
) -> NDArray[np.bool_]:
    """Which pairs of records have a pair of names that may reach its threshold."""
    chosen: list[list[NDArray[Any]]] = [[], [], []]
    for start in range(0, len(left), PAIRS):
        some = slice(start, start + PAIRS)
        which, a_row = _spread(ours.starts(left[some]), ours.ends[left[some]])
        first, last = theirs.starts(right[some]), theirs.ends[right[some]]
        inner, b_row = _spread(first[which], last[which])
        which, a_row = which[inner], a_row[inner]
        near = comparable(ours, theirs, a_row, b_row, policy)
        for one, found in zip(chosen, (which[near] + start, a_row[near], b_row[near]), strict=True):
            one.append(found)
    kept = np.zeros(len(left), bool)
    if len(left):
        which, a_row, b_row = map(np.concatenate, chosen)
        kept[which[may_match(Pairs(ours, theirs, a_row, b_row), policy)]] = True
    return kept


def _unique(left: NDArray[Any], right: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair once, in order."""
    most, bits = (int(side.max(initial=0)) for side in (left, right))
    bits = bits.bit_length()
    narrow = most.bit_length() + bits <= 32  # half as wide: sorted in half the time
    kind = np.uint32 if narrow else np.uint64
    joined = left.astype(kind, copy=False) << kind(bits) | right.astype(kind, copy=False)
    joined.sort()  # far quicker than `np.unique`, which hashes
    fresh = np.ones(len(joined), bool)
    np.not_equal(joined[1:], joined[:-1], out=fresh[1:])
    once = joined[fresh].astype(np.int64)
    return once >> bits, once & (1 << bits) - 1


def _kept(asked: Keyed[Any], index: ArrayIndex[Any], policy: Policy) -> Iterator[tuple[int, int]]:
    """(ours, theirs): the pairs that share a key and may be hits."""
    owners = np.array(asked.owners, np.uint32)
    left, right = _unique(*index.join(np.array(asked.numbers, np.int64), owners))
    kept = _hopeful(asked.rows.arrays(), index.features, left, right, policy)
    if asked.unread:
        kept |= np.isin(left, asked.unread)
    sure_owners = np.array(asked.sure_owners, np.uint32)
    sure = index.join(np.array(asked.sure_numbers, np.int64), sure_owners)
    every = _unique(np.concatenate((left[kept], sure[0])), np.concatenate((right[kept], sure[1])))
    return zip(every[0].tolist(), every[1].tolist(), strict=True)


def screen_portfolio(
    subjects: Iterable[Subject], index: ArrayIndex[Entry], policy: Policy
) -> Iterator[tuple[Subject, tuple[Match, ...]]]:
    """Every subject in its order with its hits, strongest first."""
    source = iter(subjects)
    while batch := list(islice(source, BATCH)):
        asked = Keyed(asked_by)
        for subject in batch:
            asked.add(subject)
        hits: dict[int, list[Match]] = {}
        for at, other in _kept(asked, index, policy):
            found = hit(batch[at], index.records[other], policy)
            if found:
                hits.setdefault(at, []).append(found)
        for at, subject in enumerate(batch):
            yield subject, tuple(sorted(hits.get(at, ()), key=rank))


def screen_changes(
    entries: Iterable[Entry], portfolio: ArrayIndex[Subject], policy: Policy
) -> list[tuple[Subject, Match]]:
    """The hits of changed entries in an indexed portfolio, in the portfolio's order."""
    changed = list(entries)
    asked = Keyed(stored_for)
    for entry in changed:
        asked.add(entry)
    found = []
    for at, row in _kept(asked, portfolio, policy):
        subject = portfolio.records[row]
        one = hit(subject, changed[at], policy)
        if one:
            found.append((row, subject, one))
    found.sort(key=lambda alert: (alert[0], rank(alert[2])))
    return [(subject, one) for _, subject, one in found]
