"""Rows drawn by column are as sharp as those found one by one: the edges first, then the same edges
under one to three changed answers."""

from itertools import pairwise

import numpy as np
import pytest

from bench.scoring_data.drawn_tables import MOST_CHANGES, Drawn
from bench.scoring_data.edges import edge_rows
from registry.bulk.scoring import COMPACT, score_rows
from tests.bulk.scoring.pack import plan

COUNT = 60_000  # each edge, and each again at least once


@pytest.fixture(scope="module")
def drawn(pools):
    made = Drawn(plan(), list(pools.values()), seed=4)
    return made.piece(0, COUNT, np.random.default_rng(4))


@pytest.fixture(scope="module")
def pools():
    return {kind: edge_rows(plan(), kind, 4, 1) for kind in plan().kinds}


def answers(row):
    return {k: v for k, v in row.items() if v is not None and k != "row_id"}


def test_every_edge_comes_first_and_unchanged(drawn, pools):
    kinds = plan().kinds
    for n, kind in enumerate(kinds):
        places = [*range(n, len(pools[kind]) * len(kinds), len(kinds))]
        assert list(map(answers, drawn.take(places).to_pylist())) == pools[kind]
    assert drawn["row_id"].to_pylist() == list(range(1, COUNT + 1))


def test_edges_stand_on_both_sides_of_every_grade(pools):
    """Neighbours that differ in one answer alone stand on the two sides of each limit of a grade."""
    crossed = set()
    for pool in pools.values():
        rows = [{"row_id": 0, **row} for row in pool]
        grades = [result[2] for result in score_rows(plan(), rows, COMPACT)]
        for (one, below), (other, above) in pairwise(zip(pool, grades, strict=True)):
            if below != above and len(one.items() ^ other.items()) == 2:
                crossed.add(frozenset((below, above)))
    order = [grade.id for grade in plan().book.grades]
    assert set(map(frozenset, pairwise(order))) - crossed == set()


def test_edges_come_again_with_a_few_answers_changed(drawn, pools):
    kinds, last = plan().kinds, drawn.slice(COUNT - 500).to_pylist()
    changes = []
    for row in last:
        n = row["row_id"] - 1
        pool = pools[kinds[n % len(kinds)]]
        edge, made = pool[n // len(kinds) % len(pool)], answers(row)
        changes.append(sum(edge.get(k) != made.get(k) for k in {*edge, *made}))
    assert max(changes) <= MOST_CHANGES
    assert sum(n > 0 for n in changes) > 400
