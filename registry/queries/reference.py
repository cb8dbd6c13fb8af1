"""Reference data as it is in force: what the product ships, with imports in their place."""

from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from registry import reference
from registry.models import ReferenceImport
from registry.reference.importing import KINDS, rows_in_force, shipped_rows, tables_with
from registry.reference.shelf import texts_of
from registry.rules.lifecycle.reference import State
from registry.rules.reference import ReferenceTables

Row = Mapping[str, str]
_MOST_KEPT = 8

_STANDING = "reference imports in force"
_kept: dict[tuple[str, tuple[str, ...]], tuple[Row, ...]] = {}
_zones: dict[tuple[str, ...], Mapping[str, Row]] = {}
_bound: dict[tuple[tuple[str, str], ...], ReferenceTables] = {}

_IN_FORCE = (
    select(ReferenceImport.kind, ReferenceImport.rows_sha256)
    .where(ReferenceImport.state == State.IN_FORCE.value)
    .order_by(col(ReferenceImport.decided_at), col(ReferenceImport.id))
)


def tables(session: Session) -> ReferenceTables:
    """What the rules look up today; bound once for each set of imports in force."""
    found = session.exec(_IN_FORCE).all()
    if not found:
        return reference.tables()
    key = tuple((kind, sha256) for kind, sha256 in found)
    if key not in _bound:
        if len(_bound) >= _MOST_KEPT:
            _bound.clear()
        kinds = dict.fromkeys(kind for kind, _ in key)
        _bound[key] = tables_with({kind: imported_rows(session, kind) for kind in kinds})
    return _bound[key]


def imported_rows(session: Session, kind: str) -> list[Row]:
    """The rows of all imports in force of one kind; a later one replaces what it covers."""
    scope = KINDS[kind].scope
    rows: list[Row] = []
    for one in in_force(session, kind):
        covered = {tuple(row[name] for name in scope) for row in one.rows}
        rows = [row for row in rows if tuple(row[name] for name in scope) not in covered]
        rows.extend(one.rows)
    return rows


def in_force(session: Session, kind: str = "") -> Sequence[ReferenceImport]:
    """Imports in force, in the order in which they were put in force."""
    statement = select(ReferenceImport).where(ReferenceImport.state == State.IN_FORCE.value)
    if kind:
        statement = statement.where(ReferenceImport.kind == kind)
    return session.exec(
        statement.order_by(col(ReferenceImport.decided_at), col(ReferenceImport.id))
    ).all()


def current_rows(session: Session, kind: str) -> tuple[Row, ...]:
    """The rows of a kind as they are in force now: what an upload is compared with."""
    imported = imported_rows(session, kind)
    return rows_in_force(kind, imported) if imported else shipped_rows(kind)


def standing(session: Session, kind: str) -> tuple[str, ...]:
    """The digests of the imports of a kind in force: while they are the same, so are its rows.

    Asked once a session, which lives as long as a request: lists name a zone in every row.
    """
    known: dict[str, list[str]] | None = session.info.get(_STANDING)
    if known is None:
        known = session.info[_STANDING] = {}
        for each, sha256 in session.exec(
            select(ReferenceImport.kind, ReferenceImport.rows_sha256)
            .where(ReferenceImport.state == State.IN_FORCE.value)
            .order_by(col(ReferenceImport.decided_at), col(ReferenceImport.id))
        ):
            known.setdefault(each, []).append(sha256)
    return tuple(known.get(kind, ()))


def forget_standing(session: Session) -> None:
    """An import was put in force or taken out of it in this session."""
    session.info.pop(_STANDING, None)


def rows_now(session: Session, kind: str) -> tuple[Row, ...]:
    """The rows of a kind as they are in force, read once for each set of imports."""
    key = (kind, standing(session, kind))
    found = _kept.get(key)
    if found is None:
        found = current_rows(session, kind)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = found
    return found


def zones_now(session: Session) -> Mapping[str, Row]:
    """The national high-tech zones by id, in the order of the list, then imported ones.

    Made once for each set of imports: a list names a zone in every row.
    """
    digests = standing(session, "zones")
    found = _zones.get(digests)
    if found is None:
        found = {row["zone_id"]: row for row in rows_now(session, "zones")}
        _zones.clear()
        _zones[digests] = found
    return found


def zone_with(session: Session, zone_id: str) -> Row | None:
    return zones_now(session).get(zone_id)


def edition_with(session: Session, edition: str) -> Row | None:
    """A declared edition; `items_loaded` says yes where its items were imported whole."""
    rows = tables(session).table("catalogue_editions").rows
    return next((row for row in rows if row["edition"] == edition), None)


def imports(session: Session, kind: str = "") -> Sequence[ReferenceImport]:
    """Every import, newest first."""
    statement = select(ReferenceImport)
    if kind:
        statement = statement.where(ReferenceImport.kind == kind)
    return session.exec(statement.order_by(col(ReferenceImport.id).desc())).all()


def import_with_id(session: Session, import_id: int) -> ReferenceImport | None:
    return session.get(ReferenceImport, import_id)


def table_rows(session: Session, name: str) -> tuple[Row, ...]:
    """The rows of any table as they are in force, also of tables that cannot be imported."""
    if name in KINDS:
        return current_rows(session, name)
    texts = texts_of(name)
    return tuple(dict(zip(texts.columns, line, strict=True)) for line in texts.lines)
