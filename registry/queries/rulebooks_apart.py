"""Which applications two rulebooks judge otherwise: both scored where the applications lie.

What was answered is read once and laid into temporary tables; both rulebooks score them as SQL, and
the results are compared there. A row that a database cannot tell of (its kind is unknown to one of
the two, its steps have no SQL) counts as judged otherwise: whoever explains it decides.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from registry.queries.in_place import columns_sql, score_in_place
from registry.queries.what_counts import WhatCounts
from registry.rules.answers import cells, reads_alike
from registry.rules.flow.plan import MATTERS, Column, Plan
from registry.rules.flow.settling import (
    accepted_rows,
    can_be_put_over,
    settle,
    settled_columns,
    settled_query,
)
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook

MOST_KEPT = 8  # plans
ACCEPTED = (Column("row_id", "integer"), Column("subject", "text"))


class _Side(NamedTuple):
    """One of both rulebooks with its tables."""

    name: str
    plan: Plan
    source: str

    @property
    def scored(self) -> str:
        return f"{self.name}_scored"

    @property
    def settled(self) -> str:
        return f"{self.name}_settled"


def judged_otherwise(
    connection: Connection,
    before: Rulebook,
    after: Rulebook,
    rows: Sequence[WhatCounts],
    *,
    as_of: date,
    reference: ReferenceTables,
) -> set[int]:
    """The ids of applications whose grade, verdict or points are not known to be the same, judged
    by both on one day with one set of reference data. Nothing is left in the database."""
    if before.sha256 == after.sha256:
        return set()
    try:
        plans = [_plan(book, as_of, reference) for book in (before, after)]
        known = [row for row in rows if all(row.kind in plan.kinds for plan in plans)]
        if not all(map(can_be_put_over, (before, after))):
            known = [row for row in known if not row.settled]
        apart = _apart_among(connection, plans, known) if known else set()
    except (
        KeyError,
        ValueError,
        DBAPIError,
    ):  # no SQL for a step, or more than the database counts
        return {row.application_id for row in rows}
    return apart | {row.application_id for row in rows} - {row.application_id for row in known}


_plans: dict[tuple[str, date, str], Plan] = {}


def _plan(book: Rulebook, as_of: date, reference: ReferenceTables) -> Plan:
    """Compiled once for all pieces of a trial; a plan's own compilations are kept in it."""
    key = (book.sha256, as_of, reference.sha256)
    if key not in _plans:
        if len(_plans) >= MOST_KEPT:
            _plans.clear()
        _plans[key] = Plan(book, as_of, reference)
    return _plans[key]


def _apart_among(
    connection: Connection, plans: Sequence[Plan], rows: Sequence[WhatCounts]
) -> set[int]:
    before, after = plans
    alike = reads_alike(before.book, after.book)
    sides = (
        _Side("before", before, "before_laid"),
        _Side("after", after, "before_laid" if alike else "after_laid"),
    )
    with connection.begin_nested() as aside:
        desk = _Desk(connection)
        for side in sides[:1] if alike else sides:
            desk.lay(side.source, side.plan.inputs, _inputs(side.plan, rows))
        for side in sides:
            _score(desk, side, rows)
        _accept(desk, rows)
        found = {row[0] for row in connection.exec_driver_sql(_differing(sides))}
        aside.rollback()
    return found


def _inputs(plan: Plan, rows: Iterable[WhatCounts]) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in plan.inputs[2:]]
    for row in rows:
        read = cells(plan.book, row.answers).get
        yield (row.application_id, row.kind, *map(read, names))


def _score(desk: "_Desk", side: _Side, rows: Iterable[WhatCounts]) -> None:
    """The results of one rulebook and what was settled, as tables beside what was answered."""
    plan = side.plan
    desk.lay(side.scored, plan.outputs(MATTERS), ())
    score_in_place(desk.connection, plan, side.source, into=side.scored, size=MATTERS)
    outcomes = ((row.application_id, settle(plan, row.settled)) for row in rows if row.settled)
    masks = ((id, *found.stops, *found.left) for id, found in outcomes)
    desk.lay(side.settled, settled_columns(plan), masks)
    desk.order(side.scored, side.settled)


def _accept(desk: "_Desk", rows: Iterable[WhatCounts]) -> None:
    marks = ((row.application_id, id) for row in rows for id in accepted_rows(row.settled))
    desk.lay("accepted", ACCEPTED, marks)
    desk.order("accepted")


def _differing(sides: tuple[_Side, _Side]) -> str:
    before, after = (
        f"({settled_query(side.plan, side.scored, side.settled, 'accepted')})" for side in sides
    )
    differ = " OR ".join(
        f"b.{name} <> a.{name}" for name in ("verdict", "grade", "total_centipoints")
    )
    return (
        f"SELECT l.row_id FROM {sides[0].source} AS l"
        f" LEFT JOIN {before} AS b ON b.row_id = l.row_id"
        f" LEFT JOIN {after} AS a ON a.row_id = l.row_id"
        f" WHERE b.row_id IS NULL OR a.row_id IS NULL OR {differ}"
    )


class _Desk:
    """Temporary tables of one connection, which only it sees."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.dialect = connection, connection.dialect.name

    def lay(self, name: str, columns: Sequence[Column], rows: Iterable[tuple[Any, ...]]) -> None:
        kinds = columns_sql(tuple(columns), self.dialect)
        self.connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({kinds})")
        cursor: Any = self.connection.connection.cursor()
        if self.dialect == "sqlite":
            marks = ", ".join("?" * len(columns))
            cursor.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        else:
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {name}")
        cursor.close()

    def order(self, *names: str) -> None:
        for name in names:
            self.connection.exec_driver_sql(f"CREATE INDEX {name}_rows ON {name} (row_id)")
