"""Projects under public notice, and the public clocks of what is under way."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from registry.models import Application, Organisation
from registry.rules.lifecycle import APPLICATION
from registry.rules.lifecycle.application import State


def on_notice(session: Session) -> list[tuple[Application, Organisation]]:
    """Every project whose notice runs, the one that ends first on top."""
    rows = session.exec(
        select(Application, Organisation)
        .join(Organisation, col(Organisation.id) == col(Application.organisation_id))
        .where(Application.state == State.NOTICE.value)
        .order_by(col(Application.notice_until), col(Application.id))
    ).all()
    return [(case, owner) for case, owner in rows]


def noticed(session: Session, number: str) -> tuple[Application, Organisation] | None:
    """One project under notice by its number; None once the notice is over."""
    found = session.exec(
        select(Application, Organisation)
        .join(Organisation, col(Organisation.id) == col(Application.organisation_id))
        .where(Application.number == number, Application.state == State.NOTICE.value)
    ).one_or_none()
    return (found[0], found[1]) if found is not None else None


@dataclass(frozen=True)
class Stage:
    """How many cases are in a public stage now."""

    label: str
    cases: int


def stages(session: Session) -> list[Stage]:
    """Counts per public label, in the order of the life cycle; never a single case by name."""
    rows = session.exec(
        select(Application.state, func.count())
        .where(Application.state != State.DRAFT.value)
        .group_by(col(Application.state))
        .order_by(col(Application.state))
    ).all()
    counted: dict[str, int] = {}
    by_state = dict(rows)
    for state in State:
        label = APPLICATION.public_label(state)
        if label is not None and state.value in by_state:
            counted[label] = counted.get(label, 0) + by_state[state.value]
    return [Stage(label, cases) for label, cases in counted.items()]
