"""The reviewers' queues: by the clock, within the viewer's grants, as plain columns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, false, func, or_, select, true
from sqlmodel import Session, col

from registry.models import (
    Appeal,
    Application,
    Assessment,
    Assignment,
    Organisation,
    ScreeningHit,
    ScreeningRun,
)
from registry.rules.lifecycle.application import State
from registry.rules.permissions import Actor, Role, ScopeKind

PAGE = 25
NEVER = date(9999, 12, 31)  # where a case without a clock stands in a queue: last
OPEN_DECISIONS = ("", "unsure")


def _newest_run() -> Any:
    return (
        select(func.max(col(ScreeningRun.id)))
        .where(col(ScreeningRun.application_id) == col(Application.id))
        .correlate(Application)
        .scalar_subquery()
    )


def _hits(*decisions: str) -> Any:
    return (
        select(func.count(col(ScreeningHit.id)))
        .where(
            col(ScreeningHit.application_id) == col(Application.id),
            col(ScreeningHit.run_id) == _newest_run(),
            col(ScreeningHit.is_runner_up).is_(False),
            col(ScreeningHit.decision).in_(decisions),
        )
        .correlate(Application)
        .scalar_subquery()
    )


def _open_matters() -> Any:
    return (
        select(col(Assessment.open_matters))
        .where(
            col(Assessment.application_id) == col(Application.id),
            col(Assessment.version_no) == col(Application.version_no),
        )
        .order_by(col(Assessment.id).desc())
        .limit(1)
        .correlate(Application)
        .scalar_subquery()
    )


_DUE = func.coalesce(col(Application.due_on), NEVER)


def _rows() -> Select[*tuple[Any, ...]]:
    """Plain columns: a queue opens no answers and no stored score."""
    return select(
        col(Application.id),
        col(Application.number),
        col(Application.title_zh),
        col(Application.title_en),
        col(Application.state),
        col(Application.kind),
        col(Application.zone_id),
        col(Application.due_on),
        col(Application.submitted_at),
        col(Application.rounds),
        col(Application.proposed_grade),
        col(Organisation.name_zh).label("owner_zh"),
        col(Organisation.name_en).label("owner_en"),
        _hits(*OPEN_DECISIONS).label("open_hits"),
        _hits("true").label("stops"),
        _open_matters().label("open_matters"),
        _DUE.label("sorted_by"),
    ).join(Organisation, col(Organisation.id) == col(Application.organisation_id))


def _in_state(*states: State) -> ColumnElement[bool]:
    return col(Application.state).in_([state.value for state in states])


def _assigned(person_id: int | None = None) -> ColumnElement[bool]:
    rows = select(col(Assignment.id)).where(
        col(Assignment.application_id) == col(Application.id),
        col(Assignment.removed_at).is_(None),
    )
    if person_id is not None:
        rows = rows.where(col(Assignment.person_id) == person_id)
    return exists(rows.correlate(Application))


def _has(model: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    rows = select(model.id).where(model.application_id == col(Application.id), *conditions)
    return exists(rows.correlate(Application))


VIEWS = (
    "screening",
    "returned",
    "mine",
    "in_review",
    "approval",
    "stops",
    "notice",
    "appeals",
    "appealed",
    "all",
)


def _chosen(view: str, person_id: int | None) -> ColumnElement[bool]:
    """Which cases a view of a desk holds."""
    unassigned = and_(_in_state(State.IN_REVIEW), ~_assigned())
    views: dict[str, ColumnElement[bool]] = {
        "screening": or_(
            _in_state(State.SUBMITTED, State.SCREENING),
            unassigned,
            and_(_in_state(State.IN_REVIEW), _hits(*OPEN_DECISIONS) > 0),
        ),
        "returned": _in_state(State.RETURNED),
        "mine": and_(_in_state(State.IN_REVIEW), _assigned(person_id or 0)),
        "in_review": _in_state(State.IN_REVIEW),
        "approval": _in_state(State.PENDING_APPROVAL),
        "stops": and_(_in_state(State.SCREENING, State.IN_REVIEW), _hits("true") > 0),
        "notice": _in_state(State.NOTICE),
        "appeals": _in_state(State.UNDER_APPEAL),
        "appealed": _has(Appeal, col(Appeal.outcome) != ""),
        "all": true(),
    }
    return views[view]


def within(viewer: Actor, roles: Collection[Role], on: date) -> ColumnElement[bool]:
    """The cases that the viewer's grants in these roles reach: a zone, an organisation, all."""
    conditions: list[ColumnElement[bool]] = [false()]
    for grant in viewer.roles:
        if grant.role not in roles or not grant.holds_on(on):
            continue
        if grant.scope_kind is ScopeKind.EVERYWHERE:
            return true()
        if grant.scope_kind is ScopeKind.ZONE:
            conditions.append(col(Application.zone_id) == grant.scope_id)
        elif grant.scope_kind is ScopeKind.ORGANISATION and grant.scope_id.isdecimal():
            conditions.append(col(Application.organisation_id) == int(grant.scope_id))
    return or_(*conditions)


@dataclass(frozen=True)
class QueuePage:
    rows: Sequence[Row[Any]]
    next_key: str


def queue_page(
    session: Session,
    view: str,
    *,
    viewer: Actor,
    roles: Collection[Role],
    on: date,
    key: str = "",
    q: str = "",
    state: str = "",
    size: int = PAGE,
) -> QueuePage:
    """One page of a queue: the oldest clock first, cases without one last."""
    statement = _rows().where(
        col(Application.version_no) > 0,
        within(viewer, roles, on),
        _chosen(view, viewer.person_id),
    )
    if q.strip():
        statement = statement.where(_named(q.strip()))
    if state:
        statement = statement.where(col(Application.state) == state)
    after = _read_key(key)
    if after is not None:
        day, case_id = after
        statement = statement.where(
            or_(
                day < _DUE,
                and_(
                    day == _DUE,  # type: ignore[arg-type]
                    col(Application.id) > case_id,
                ),
            )
        )
    found = session.execute(statement.order_by(_DUE, col(Application.id)).limit(size + 1)).all()
    rows = found[:size]
    more = len(found) > size
    return QueuePage(rows, f"{_day(rows[-1]).isoformat()}.{rows[-1].id}" if more else "")


def waiting(
    session: Session, view: str, *, viewer: Actor, roles: Collection[Role], on: date
) -> tuple[int, date | None]:
    """How many cases a view holds for this person, and the last day of the most pressing one."""
    counted = select(func.count(col(Application.id)), func.min(col(Application.due_on))).where(
        col(Application.version_no) > 0,
        within(viewer, roles, on),
        _chosen(view, viewer.person_id),
    )
    how_many, due_on = session.execute(counted).one()
    return how_many, due_on


def _day(row: Row[Any]) -> date:
    found: date = row.due_on or NEVER
    return found


def _named(q: str) -> ColumnElement[bool]:
    return or_(
        col(Application.number) == q.upper(),
        col(Application.list_number) == q.upper(),
        col(Application.title_zh).contains(q, autoescape=True),
        func.lower(col(Application.title_en)).contains(q.lower(), autoescape=True),
        col(Organisation.name_zh).contains(q, autoescape=True),
        func.lower(col(Organisation.name_en)).contains(q.lower(), autoescape=True),
    )


def _read_key(key: str) -> tuple[date, int] | None:
    day, _, case_id = key.partition(".")
    try:
        return date.fromisoformat(day), int(case_id)
    except ValueError:
        return None
