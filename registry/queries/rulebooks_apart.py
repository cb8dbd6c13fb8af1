"""Which applications two rulebooks judge otherwise: both scored where the applications lie.

What was answered is read once and laid into temporary tables; both rulebooks score them as SQL, and
the results are compared there. Of those that differ, the same SQL tells rule by rule what they earned.
What a database cannot tell (a kind that one of the two does not know, steps without SQL) is left to
the one who asks.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from registry.queries.in_place import columns_sql, score_in_place
from registry.queries.what_counts import WhatCounts
from registry.rules.answers import cells, reads_alike
from registry.rules.assessment import NOT_APPLICABLE
from registry.rules.flow.explained import states_of
from registry.rules.flow.plan import MATTERS, TOLD, Column, Plan
from registry.rules.flow.settling import Settling, accepted_rows, can_be_put_over
from registry.rules.reference import ReferenceTables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.evaluate import shown

MOST_KEPT = 8  # plans
FEW = 100  # that are explained one by one sooner than a query that tells of them is made
ACCEPTED = (Column("row_id", "integer"), Column("subject", "text"))
_RESULT = ("grade", "verdict", "total_centipoints")


class RuleSide(NamedTuple):
    """One rule in one result; `value` and `threshold` as they are shown."""

    state: str
    got: int = 0
    possible: int = 0
    value: str = ""
    threshold: str = ""


class Outcome(NamedTuple):
    """What an application came to by one rulebook, with its rules by id."""

    grade: str
    verdict: str
    total_centipoints: int
    rules: Mapping[str, RuleSide]


class Apart(NamedTuple):
    """Of some applications: what both rulebooks say of those that differ, and whom to judge one by
    one because nothing is known of them here; all others come out the same."""

    told: Mapping[int, tuple[Outcome, Outcome]]
    unknown: frozenset[int]


class NotTold(Exception):
    """The database cannot tell: no SQL for a step, a row that it would refuse, or more than it counts.
    One who asks judges these applications one by one."""


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except (KeyError, ValueError, DBAPIError) as why:
        raise NotTold from why


class _Side:
    """One of both rulebooks with its tables."""

    def __init__(self, name: str, plan: Plan, laid: str) -> None:
        self.name, self.plan, self.laid = name, plan, laid
        self.scored, self.settled, self.apart = f"{name}_scored", f"{name}_settled", f"{laid}_apart"
        self.settling = Settling(plan)
        self.weights = {rule.id: rule.weight_bp for rule in plan.book.rules}


def judged_otherwise(
    connection: Connection,
    before: Rulebook,
    after: Rulebook,
    rows: Sequence[WhatCounts],
    *,
    as_of: date,
    reference: ReferenceTables,
) -> Apart:
    """Applications judged by both on one day with one set of reference data; they differ in grade,
    verdict or points. Nothing is left in the database."""
    if before.sha256 == after.sha256:
        return Apart({}, frozenset())
    everybody = frozenset(row.application_id for row in rows)
    try:
        with _telling():
            plans = [_plan(book, as_of, reference) for book in (before, after)]
            known = [row for row in rows if all(row.kind in plan.kinds for plan in plans)]
            if not all(map(can_be_put_over, (before, after))):
                known = [row for row in known if not row.settled]
            found = _apart_among(connection, plans, known) if known else Apart({}, frozenset())
    except NotTold:
        return Apart({}, everybody)
    strange = everybody.difference(row.application_id for row in known)
    return found._replace(unknown=found.unknown | strange)


def other_than_listed(
    connection: Connection,
    book: Rulebook,
    rows: Sequence[WhatCounts],
    *,
    as_of: date,
    reference: ReferenceTables,
) -> dict[int, tuple[str, str, int]]:
    """Grade, verdict and points on a day, of those of these applications whose grade or points are
    other than the reserve list says. Raises `NotTold`."""
    if not can_be_put_over(book):
        raise NotTold("a cap of this rulebook asks whether a gate was scored")
    with _telling(), connection.begin_nested() as aside:
        desk, side = _Desk(connection), _Side("again", _plan(book, as_of, reference), "again_laid")
        desk.lay(side.laid, side.plan.inputs, _inputs(side.plan, rows))
        _score(desk, side, rows)
        _accept(desk, rows)
        query = side.settling.query(side.scored, side.settled, "accepted")
        found = connection.exec_driver_sql(
            "SELECT q.row_id, q.grade, q.verdict, q.total_centipoints"
            f" FROM ({query}) AS q JOIN reserve_entry AS e ON e.application_id = q.row_id"
            " WHERE e.grade <> q.grade OR e.total_centipoints <> q.total_centipoints"
        )
        otherwise = {id: (grade, verdict, points) for id, grade, verdict, points in found}
        aside.rollback()
    return otherwise


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
) -> Apart:
    before, after = plans
    alike = reads_alike(before.book, after.book)
    sides = (
        _Side("before", before, "before_laid"),
        _Side("after", after, "before_laid" if alike else "after_laid"),
    )
    with connection.begin_nested() as aside:
        desk = _Desk(connection)
        for side in sides[:1] if alike else sides:
            desk.lay(side.laid, side.plan.inputs, _inputs(side.plan, rows))
        for side in sides:
            _score(desk, side, rows)
        _accept(desk, rows)
        results = {row[0]: row[1:] for row in connection.exec_driver_sql(_differing(sides))}
        many = {id: row for id, row in results.items() if None not in row}
        told = _told(desk, sides, rows, many) if len(many) > FEW else {}
        aside.rollback()
    return Apart(told, frozenset(results).difference(told))


def _inputs(plan: Plan, rows: Iterable[WhatCounts]) -> Iterator[tuple[Any, ...]]:
    names = [column.name for column in plan.inputs[2:]]
    for row in rows:
        read = cells(plan.book, row.answers).get
        yield (row.application_id, row.kind, *map(read, names))


def _score(desk: "_Desk", side: _Side, rows: Iterable[WhatCounts]) -> None:
    """The results of one rulebook and what was settled, as tables beside what was answered."""
    desk.lay(side.scored, side.plan.outputs(MATTERS), ())
    score_in_place(desk.connection, side.plan, side.laid, into=side.scored, size=MATTERS)
    settle = side.settling.settle
    outcomes = ((row.application_id, settle(row.settled)) for row in rows if row.settled)
    masks = ((id, *found.stops, *found.left) for id, found in outcomes)
    desk.lay(side.settled, side.settling.columns, masks)
    desk.order(side.scored, side.settled)


def _accept(desk: "_Desk", rows: Iterable[WhatCounts]) -> None:
    marks = ((row.application_id, id) for row in rows for id in accepted_rows(row.settled))
    desk.lay("accepted", ACCEPTED, marks)
    desk.order("accepted")


def _differing(sides: tuple[_Side, _Side]) -> str:
    """row_id, then grade, verdict and points by one and by the other, where they are not equal."""
    before, after = (
        f"({side.settling.query(side.scored, side.settled, 'accepted')})" for side in sides
    )
    cells = [f"{side}.{name}" for side in "ba" for name in _RESULT]
    differ = " OR ".join(f"b.{name} <> a.{name}" for name in _RESULT)
    return (
        f"SELECT l.row_id, {', '.join(cells)} FROM {sides[0].laid} AS l"
        f" LEFT JOIN {before} AS b ON b.row_id = l.row_id"
        f" LEFT JOIN {after} AS a ON a.row_id = l.row_id"
        f" WHERE b.row_id IS NULL OR a.row_id IS NULL OR {differ}"
    )


def _told(
    desk: "_Desk",
    sides: tuple[_Side, _Side],
    rows: Iterable[WhatCounts],
    results: Mapping[int, Sequence[Any]],
) -> dict[int, tuple[Outcome, Outcome]]:
    """Both outcomes of every application that differs, rule by rule."""
    desk.lay("apart", ACCEPTED[:1], ((id,) for id in results))
    settled = {row.application_id: row.settled for row in rows}
    for laid in dict.fromkeys(side.laid for side in sides):
        desk.copy(f"{laid}_apart", laid, "apart")
    rules: list[dict[int, dict[str, RuleSide]]] = []
    for side in sides:
        told = score_in_place(desk.connection, side.plan, side.apart, size=TOLD)
        sides_of = _Rules(side)
        rules.append({row[0]: sides_of(row, settled[row[0]]) for row in told})
    before, after = rules
    return {
        id: (
            Outcome(row[0], row[1], row[2], before[id]),
            Outcome(row[3], row[4], row[5], after[id]),
        )
        for id, row in results.items()
    }


class _Rules:
    """Rows of the size `told` as rules."""

    def __init__(self, side: _Side) -> None:
        self.side = side
        columns = side.plan.outputs(TOLD)
        self.names = [column.name for column in columns]
        self.truths = [column.name for column in columns if column.type == "truth"]

    def __call__(self, row: Sequence[Any], outcomes: Mapping[str, str]) -> dict[str, RuleSide]:
        side, cells = self.side, dict(zip(self.names, row, strict=True))
        for name in self.truths:  # SQLite keeps them as 0 and 1
            cells[name] = None if cells[name] is None else bool(cells[name])
        found = {}
        for id, state in states_of(side.plan, cells).items():
            if state == NOT_APPLICABLE:
                found[id] = RuleSide(state)
                continue
            found[id] = RuleSide(
                side.settling.state(id, state, outcomes),
                cells.get(f"got_{id}", 0),
                side.weights[id],
                shown(cells.get(f"value_of_{id}")),
                shown(cells.get(f"threshold_of_{id}")),
            )
        return found


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

    def copy(self, name: str, source: str, chosen: str) -> None:
        """The rows of a table that are chosen by the row_ids of another."""
        self.connection.exec_driver_sql(
            f"CREATE TEMPORARY TABLE {name} AS"
            f" SELECT * FROM {source} WHERE row_id IN (SELECT row_id FROM {chosen})"
        )
        if self.dialect == "postgresql":
            self.connection.exec_driver_sql(f"ANALYZE {name}")

    def order(self, *names: str) -> None:
        for name in names:
            self.connection.exec_driver_sql(f"CREATE INDEX {name}_rows ON {name} (row_id)")
