"""An entry as the life cycle judges it: every fact that a move may depend on, read at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam
from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from registry.db import columns_of, sent
from registry.models import Organisation, RestrictedEntry, RestrictedPart, RestrictedStatement
from registry.queries.case import declared_conflicts
from registry.rules.calendar import legal_date
from registry.rules.lifecycle import DeclaredConflict, Facts, Part
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
_part, _said = columns_of(RestrictedPart), columns_of(RestrictedStatement)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
_PARTS_OF = columns(_part.entry_id, _part.part, _part.person_id).where(_part.entry_id.in_(_IDS))
_SAID_OF = columns(_said.entry_id, _said.kind, _said.outcome).where(_said.entry_id.in_(_IDS))
DECISION = "decision"  # the desk's own reasons, kept beside what the subject says


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


@dataclass(frozen=True)
class Known:
    """What the database knows of some entries, read at once: an import's rows or a chunk of a bulk
    act ask for it with a few statements instead of a few for each."""

    organisations: Mapping[str, Organisation]
    parts: Mapping[int, Mapping[Part, frozenset[int]]]
    said: Mapping[int, frozenset[str]]
    open_repairs: frozenset[int]
    conflicts: tuple[DeclaredConflict, ...]

    def organisation(self, entry: RestrictedEntry) -> Organisation | None:
        return self.organisations.get(entry.uscc) if entry.uscc else None


def known_of(session: Session, entries: Sequence[RestrictedEntry], *, by: Actor, on: date) -> Known:
    """Read what `facts_from` needs of these entries."""
    ids = [entry.id for entry in entries if entry.id]
    people = frozenset({by.person_id} if by.person_id else set())
    parts: dict[int, dict[Part, set[int]]] = defaultdict(lambda: defaultdict(set))
    said: dict[int, set[str]] = defaultdict(set)
    repairs = set()
    for some in _batches(ids):
        for entry_id, part, person_id in sent(session, _PARTS_OF, ids=some):
            parts[entry_id][Part(part)].add(person_id)
        for entry_id, kind, outcome in sent(session, _SAID_OF, ids=some):
            said[entry_id].add(kind)
            if kind == REPAIR and not outcome:
                repairs.add(entry_id)
    return Known(
        organisations=_organisations(session, entries),
        parts={
            entry_id: {part: frozenset(people) for part, people in taken.items()}
            for entry_id, taken in parts.items()
        },
        said={entry_id: frozenset(kinds) for entry_id, kinds in said.items()},
        open_repairs=frozenset(repairs),
        conflicts=declared_conflicts(session, people, on=on),
    )


def _organisations(session: Session, entries: Sequence[RestrictedEntry]) -> dict[str, Organisation]:
    """The organisation of each code, the same choice as `subject_organisation`."""
    found: dict[str, Organisation] = {}
    for some in _batches(sorted({entry.uscc for entry in entries if entry.uscc})):
        rows = session.exec(
            select(Organisation)
            .where(col(Organisation.uscc).in_(some))
            .order_by(col(Organisation.verification).desc(), col(Organisation.id))
        ).all()
        for row in rows:
            found.setdefault(row.uscc or "", row)
    return found


def _batches(values: list[Any], size: int = 500) -> Iterator[list[Any]]:
    for start in range(0, len(values), size):
        yield values[start : start + size]


def facts_of(
    session: Session, entry: RestrictedEntry, *, by: Actor, now: datetime, term: Term | None = None
) -> Facts:
    """All that the database knows of an entry; `term` is the one that the form proposes."""
    known = known_of(session, [entry], by=by, on=legal_date(now))
    return facts_from(known, entry, by=by, term=term)


def facts_from(
    known: Known, entry: RestrictedEntry, *, by: Actor, term: Term | None = None
) -> Facts:
    """The same from what has been read already."""
    organisation = known.organisation(entry)
    ground = GROUNDS.get(entry.ground)
    is_known = ground is not None and any(case.code == entry.case_code for case in ground.cases)
    allowed = minimum = None
    if ground is not None and is_known:
        asked = term or term_of(entry)
        allowed = term_allowed(ground, entry.case_code, asked, grave_months=entry.grave_months)
        minimum = minimum_until(ground, entry.case_code, entry.from_day)
        try:
            check_subject(ground, entry.subject_kind)
        except GroundRefused:
            is_known = False
    end = entry.provisional_until if entry.is_provisional else entry.to_day
    return Facts(
        scope=scope_of(entry, organisation),
        group_id=organisation.group_id if organisation is not None else None,
        parts=known.parts.get(entry.id, {}),
        conflicts=known.conflicts,
        came_from=entry.came_from or None,
        subject_identified=is_identified(entry),
        ground_known=is_known,
        end_within_ground=bool(allowed),
        emergency=bool(entry.emergency_reason) and ground is not None and ground.provisional,
        provisional=entry.is_provisional,
        noticed=entry.noticed_at is not None,
        statement_end=entry.statement_until,
        appeal_end=entry.appeal_until,
        appealed=APPEAL in known.said.get(entry.id, frozenset()),
        mirrored=entry.origin == "mirrored" or (ground is not None and ground.mirrored),
        repair_filed=entry.id in known.open_repairs,
        minimum_until=minimum,
        valid_until=end,
    )
