"""Any number of projects through one rulebook: the same verdict on every engine.

`plan_for` binds a rulebook to a day and to reference data. `score_rows` is plain Python for a few
rows, `score_file` takes a Parquet file through an engine, `sql` prints the query for any other
place, `explain_row` tells one row in full. Columns in and out: `plan.inputs`, `plan.outputs(size)`.
Why it is so: docs/decisions/0010-engines.md.
"""

from __future__ import annotations

from datetime import date

from registry.bulk.scoring.explaining import explain_row, rules_in, states_of
from registry.bulk.scoring.files import ENGINES, RowsRefused, score_file
from registry.rules.flow.plan import COMPACT, FULL, LEAN, Column, Plan
from registry.rules.flow.python_rows import score_rows
from registry.rules.flow.sql import query as sql
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook

__all__ = [
    "COMPACT",
    "ENGINES",
    "FULL",
    "LEAN",
    "Column",
    "Plan",
    "RowsRefused",
    "explain_row",
    "plan_for",
    "rules_in",
    "score_file",
    "score_rows",
    "sql",
    "states_of",
]


def plan_for(book: Rulebook, as_of: date, reference: ReferenceTables) -> Plan:
    """What rows are scored by; `plan.pin()` is its JSON: format, rulebook, reference data, day."""
    return Plan(book, as_of, reference)
