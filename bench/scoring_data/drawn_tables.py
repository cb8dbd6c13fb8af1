"""The rows of `edges`, a million and more, as Arrow tables: found once, then taken and changed by column.

The first rows are the edges themselves; what follows is each edge again with one to three answers drawn
anew or left out. Equal calls give equal tables.
"""

from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench.scoring_data.edges import Field, edge_rows, fields_of
from registry.bulk.scoring.plain import schema_of
from registry.rules.flow.plan import Plan

BANK = 2_000  # answers drawn beforehand for each question
LEFT_OUT = 0.3  # of the answers that change
MOST_CHANGES = 3


def table_of(plan: Plan, rows: list[dict[str, Any]]) -> pa.Table:
    """Rows as the columns of `plan.inputs`."""
    schema = schema_of(plan.inputs)
    columns = {name: [row.get(name) for row in rows] for name in schema.names}
    return pa.table(columns, schema=schema)


class Drawn:
    """The edges of all kinds (`pools`, in the plan's order) in one table, and answers to change them with."""

    def __init__(self, plan: Plan, pools: list[list[dict[str, Any]]], seed: int) -> None:
        self.sizes = np.array([len(pool) for pool in pools])
        self.starts = np.cumsum(self.sizes) - self.sizes
        self.edges = table_of(plan, [row for pool in pools for row in pool]).combine_chunks()
        asked = [fields_of(plan, kind) for kind in plan.kinds]
        by_name: dict[str, Field] = {field.id: field for fields in asked for field in fields}
        self.names = list(by_name)
        place = {name: n for n, name in enumerate(self.names)}
        self.asked = [np.array([place[field.id] for field in fields]) for fields in asked]
        rng = Random(seed)
        types = {field.name: field.type for field in self.edges.schema}
        self.banks = [
            pa.array([by_name[name].draw(rng) for _ in range(BANK)], types[name])
            for name in self.names
        ]

    def piece(self, first: int, count: int, rng: np.random.Generator) -> pa.Table:
        """Rows `first` to `first + count`, counted from 0; kinds take turns."""
        numbers = np.arange(first, first + count)
        kinds, turns = numbers % len(self.sizes), numbers // len(self.sizes)
        sizes = self.sizes[kinds]
        table = self.edges.take(pa.array(self.starts[kinds] + turns % sizes))
        again = turns >= sizes
        changes = rng.integers(1, MOST_CHANGES + 1, count)
        changed: dict[int, list[np.ndarray]] = {}
        for nth in range(MOST_CHANGES):
            for kind, asked in enumerate(self.asked):
                rows = np.flatnonzero((kinds == kind) & again & (changes > nth))
                which = asked[rng.integers(0, len(asked), len(rows))]
                for place in np.unique(which):
                    changed.setdefault(int(place), []).append(rows[which == place])
        columns = {name: table[name].combine_chunks() for name in table.column_names}
        for place, parts in sorted(changed.items()):
            columns[self.names[place]] = self._drawn_anew(
                columns[self.names[place]], place, np.concatenate(parts), rng
            )
        columns["row_id"] = pa.array(numbers + 1)
        return pa.table(columns, schema=table.schema)

    def _drawn_anew(
        self, column: pa.Array, place: int, rows: np.ndarray, rng: np.random.Generator
    ) -> pa.Array:
        mask = np.zeros(len(column), dtype=bool)
        mask[rows] = True
        taken = rng.integers(0, BANK, int(mask.sum()))
        kept = rng.random(len(taken)) >= LEFT_OUT
        answers = self.banks[place].take(pa.array(taken, mask=~kept))
        return pc.replace_with_mask(column, pa.array(mask), answers)


def edge_tables(
    plan: Plan, count: int, seed: int = 1, climbs: int = 2, piece: int = 20_000
) -> Iterator[pa.Table]:
    """`count` rows over all kinds in tables of `piece` rows, with the columns of `plan.inputs`."""
    pools = [edge_rows(plan, kind, seed, climbs) for kind in plan.kinds]
    drawn, rng = Drawn(plan, pools, seed), np.random.default_rng(seed)
    for first in range(0, count, piece):
        yield drawn.piece(first, min(piece, count - first), rng)
