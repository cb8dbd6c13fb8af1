"""An entry as the life cycle judges it: every fact that a move may depend on, read at once."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, select

from registry.models import Organisation, RestrictedEntry, RestrictedPart, RestrictedStatement
from registry.queries.case import declared_conflicts
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import Facts, Part
from registry.rules.permissions import Actor, Scope
from registry.rules.restriction import (
    GROUNDS,
    GroundRefused,
    Term,
    check_subject,
    minimum_until,
    term_allowed,
)

STATEMENT, APPEAL, REPAIR = "statement", "appeal", "repair"
DECISION = "decision"  # the desk's own reasons, kept beside what the subject says


def parts_of(session: Session, entry_id: int) -> Mapping[Part, frozenset[int]]:
    """Who took which part in this entry's life."""
    rows = session.exec(
        select(RestrictedPart.part, RestrictedPart.person_id).where(
            RestrictedPart.entry_id == entry_id
        )
    ).all()
    parts: dict[Part, set[int]] = defaultdict(set)
    for part, person_id in rows:
        parts[Part(part)].add(person_id)
    return {part: frozenset(people) for part, people in parts.items()}


def statements_of(
    session: Session, entry_id: int, kind: str | None = None
) -> list[RestrictedStatement]:
    """What was said on an entry, oldest first."""
    statement = select(RestrictedStatement).where(RestrictedStatement.entry_id == entry_id)
    if kind is not None:
        statement = statement.where(RestrictedStatement.kind == kind)
    return list(session.exec(statement.order_by(col(RestrictedStatement.id))).all())


def said_by_subject(session: Session, entry_id: int) -> list[RestrictedStatement]:
    return [row for row in statements_of(session, entry_id) if row.kind != DECISION]


def open_statement(session: Session, entry_id: int, kind: str) -> RestrictedStatement | None:
    """The appeal or the repair that waits for a decision."""
    waiting = [row for row in statements_of(session, entry_id, kind) if not row.outcome]
    return waiting[-1] if waiting else None


def subject_organisation(session: Session, entry: RestrictedEntry) -> Organisation | None:
    """The registered organisation that carries the entry's code: the same body beyond doubt."""
    if not entry.uscc:
        return None
    return session.exec(
        select(Organisation)
        .where(Organisation.uscc == entry.uscc)
        .order_by(col(Organisation.verification).desc(), col(Organisation.id))
        .limit(1)
    ).one_or_none()


def is_identified(entry: RestrictedEntry) -> bool:
    """A company by its code, a person by the hash of a number, anything else by its name."""
    if entry.subject_kind == "company":
        return bool(entry.uscc)
    if entry.subject_kind == "person":
        return bool(entry.person_commitment)
    return bool(entry.name_zh)


def scope_of(entry: RestrictedEntry, organisation: Organisation | None) -> Scope:
    is_zone = entry.scope_kind == "zone" and entry.scope_id
    is_fund = entry.scope_kind == "fund" and entry.scope_id.isdigit()
    return Scope(
        organisation_id=organisation.id if organisation is not None else None,
        zone_id=entry.scope_id if is_zone else None,
        fund_id=int(entry.scope_id) if is_fund else None,
    )


def term_of(entry: RestrictedEntry) -> Term:
    return Term(entry.from_day, entry.to_day, entry.review_on)


def facts_of(
    session: Session, entry: RestrictedEntry, *, by: Actor, now: datetime, term: Term | None = None
) -> Facts:
    """All that the database knows of an entry; `term` is the one that the form proposes."""
    today = legal_date(now)
    organisation = subject_organisation(session, entry)
    ground = GROUNDS.get(entry.ground)
    known = ground is not None and any(case.code == entry.case_code for case in ground.cases)
    allowed = minimum = None
    if ground is not None and known:
        asked = term or term_of(entry)
        allowed = term_allowed(ground, entry.case_code, asked, grave_months=entry.grave_months)
        minimum = minimum_until(ground, entry.case_code, entry.from_day)
        try:
            check_subject(ground, entry.subject_kind)
        except GroundRefused:
            known = False
    people = frozenset({by.person_id} if by.person_id else set())
    end = entry.provisional_until if entry.is_provisional else entry.to_day
    return Facts(
        scope=scope_of(entry, organisation),
        group_id=organisation.group_id if organisation is not None else None,
        parts=parts_of(session, entry.id) if entry.id else {},
        conflicts=declared_conflicts(session, people, on=today),
        came_from=entry.came_from or None,
        subject_identified=is_identified(entry),
        ground_known=known,
        end_within_ground=bool(allowed),
        emergency=bool(entry.emergency_reason) and ground is not None and ground.provisional,
        provisional=entry.is_provisional,
        noticed=entry.noticed_at is not None,
        statement_end=entry.statement_until,
        appeal_end=entry.appeal_until,
        appealed=bool(entry.id and statements_of(session, entry.id, APPEAL)),
        mirrored=entry.origin == "mirrored" or (ground is not None and ground.mirrored),
        repair_filed=bool(entry.id and open_statement(session, entry.id, REPAIR)),
        minimum_until=minimum,
        valid_until=end,
    )
