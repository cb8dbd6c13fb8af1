"""How many hits are found at a given share of false alarms, the same way for us and for the peer.

The cut is set on one half of a set so that at most the given share of its look-alikes lies above it; the
figures are those of the other half. Halves alternate by blocks that hold every kind equally often.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence

from bench.screening_data.queries import Query
from registry.rules.screening import Entry, Policy, Subject, entry_keys, match, probes

Scores = list[float]  # for each query: of its target if it is a hit, else of the best candidate
LIST = "mixed"
BLOCK = 60  # a multiple of the 15 kinds, the 4 typos and the 3 look-alikes


class KeyTable:
    """The table (key, entry) that a database would hold, as a dictionary."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.rows: dict[int, list[int]] = defaultdict(list)
        for at, entry in enumerate(entries):
            for number in entry_keys(entry):
                self.rows[number].append(at)

    def candidates(self, subject: Subject) -> set[int]:
        return {at for number in probes(subject) for at in self.rows.get(number, ())}


def our_scores(
    table: KeyTable, queries: Sequence[Query], policy: Policy
) -> tuple[Scores, float, float]:
    """(scores, share of hits among the candidates, CPU seconds)."""
    scores, held = [], 0
    started = time.process_time()
    for query in queries:
        subject = Subject(query.text)
        found = {
            at: match(subject, table.entries[at], policy).score for at in table.candidates(subject)
        }
        held += query.target in found
        scores.append(_score(query, found))
    spent = time.process_time() - started
    return scores, held / max(1, sum(query.is_hit for query in queries)), spent


def _score(query: Query, found: dict[int, int] | dict[int, float]) -> float:
    if query.is_hit:
        return found.get(query.target, 0)
    return max(found.values(), default=0)


def peer_scores(
    answer: list[list[tuple[int, float]]], queries: Sequence[Query]
) -> tuple[Scores, float]:
    """(scores, share of hits among the candidates) out of what the peer wrote."""
    every = [dict(map(tuple, found)) for found in answer]
    held = sum(q.is_hit and q.target in found for q, found in zip(queries, every, strict=True))
    scores = [_score(query, found) for query, found in zip(queries, every, strict=True)]
    return scores, held / max(1, sum(query.is_hit for query in queries))


def cut_at(misses: Iterable[float], share: float) -> float:
    """The score above which at most this share of look-alikes lies."""
    ranked = sorted(misses, reverse=True)
    return ranked[int(len(ranked) * share)] if ranked else 0.0


Rows = list[tuple[Query, float]]


def halves(
    queries: Sequence[Query], scores: Scores, of: Callable[[Query], bool]
) -> tuple[Rows, Rows]:
    rows = list(zip(queries, scores, strict=True))
    parts: tuple[Rows, Rows] = ([], [])
    for at, row in enumerate(rows):
        if of(row[0]):
            parts[at // BLOCK % 2].append(row)
    return parts


def recall(hits: Rows, cut: float) -> float:
    found = [score > cut for query, score in hits if query.is_hit]
    return sum(found) / max(1, len(found))


def recall_by_kind(hits: Rows, cut: float) -> dict[str, float]:
    total: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for query, score in hits:
        if query.is_hit:
            total[query.kind] += 1
            found[query.kind] += score > cut
    return {kind: round(found[kind] / total[kind], 3) for kind in sorted(total)}


def figures(sets: dict[str, list[Query]], scores: dict[str, Scores]) -> dict[str, object]:
    """Recall of Chinese queries, of English typos, and of English queries on Chinese entries."""

    def chinese(query: Query) -> bool:
        return query.script == "zh"

    def every(query: Query) -> bool:
        return True

    first, second = halves(sets[LIST], scores[LIST], chinese)
    misses = [score for query, score in first if not query.is_hit]
    found: dict[str, object] = {}
    for share in (0.01, 0.05):
        cut = cut_at(misses, share)
        found[f"zh_{round(share * 100)}"] = recall(second, cut)
        found[f"zh_{round(share * 100)}_by_kind"] = recall_by_kind(second, cut)
    alike, _ = halves(sets["english_look_alikes"], scores["english_look_alikes"], every)
    for share in (0.01, 0.05):
        cut = cut_at((score for _, score in alike), share)
        for name in ("english_typos", "english_to_chinese"):
            _, second = halves(sets[name], scores[name], every)
            found[f"{name}_{round(share * 100)}"] = recall(second, cut)
            found[f"{name}_{round(share * 100)}_by_kind"] = recall_by_kind(second, cut)
    return found
