"""Whole portfolios against the list, and changed entries against a whole portfolio.

Both join keys, put hopeless pairs aside and let `matching.match` decide the rest, so that a hit here is
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
from registry.bulk.screening.pruning import Pairs, may_match
from registry.rules.screening.keying import entry_keys, probes
from registry.rules.screening.matching import Match, match, rank
from registry.rules.screening.policy import Policy
from registry.rules.screening.subjects import Entry, Subject

BATCH = 4096


def _spread(
    first: NDArray[np.uint32], last: NDArray[np.uint32]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(which range, number) for every number in every range."""
    sizes = last.astype(np.int64) - first
    which = np.repeat(np.arange(len(sizes)), sizes)
    offset = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return which, first[which].astype(np.int64) + offset


def _hopeful(
    ours: Features, theirs: Features, left: NDArray[Any], right: NDArray[Any], policy: Policy
) -> NDArray[np.bool_]:
    """Which pairs of records have a pair of names that may reach its threshold."""
    which, a_row = _spread(ours.starts(left), ours.ends[left])
    inner, b_row = _spread(theirs.starts(right[which]), theirs.ends[right[which]])
    kept = np.zeros(len(left), bool)
    pairs = Pairs(ours, theirs, a_row[inner], b_row)
    kept[which[inner[may_match(pairs, policy)]]] = True
    return kept


def _unique(left: NDArray[np.int64], right: NDArray[np.int64]) -> tuple[NDArray[np.int64], ...]:
    joined = np.sort(left << 32 | right)  # far quicker than `np.unique`, which hashes
    if len(joined):
        joined = joined[np.concatenate(([True], joined[1:] != joined[:-1]))]
    return joined >> 32, joined & 0xFFFFFFFF


def _kept(asked: Keyed[Any], index: ArrayIndex[Any], policy: Policy) -> Iterator[tuple[int, int]]:
    """(ours, theirs): the pairs that share a key and may be hits."""
    owners = np.array(asked.owners, np.uint32)
    left, right = _unique(*index.join(np.array(asked.numbers, np.int64), owners))
    kept = _hopeful(asked.rows.arrays(), index.features, left, right, policy)
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
        asked = Keyed(probes)
        for subject in batch:
            asked.add(subject)
        hits: dict[int, list[Match]] = {}
        for at, other in _kept(asked, index, policy):
            found = match(batch[at], index.records[other], policy)
            if found.is_hit:
                hits.setdefault(at, []).append(found)
        for at, subject in enumerate(batch):
            yield subject, tuple(sorted(hits.get(at, ()), key=rank))


def screen_changes(
    entries: Iterable[Entry], portfolio: ArrayIndex[Subject], policy: Policy
) -> list[tuple[Subject, Match]]:
    """The hits of changed entries in an indexed portfolio, in the portfolio's order."""
    changed = list(entries)
    asked = Keyed(entry_keys)
    for entry in changed:
        asked.add(entry)
    found = []
    for at, row in _kept(asked, portfolio, policy):
        subject = portfolio.records[row]
        one = match(subject, changed[at], policy)
        if one.is_hit:
            found.append((row, subject, one))
    found.sort(key=lambda hit: (hit[0], rank(hit[2])))
    return [(subject, one) for _, subject, one in found]
