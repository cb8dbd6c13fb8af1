"""Rulebooks wherever they come from: shipped with the product, or published in this registry."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import Date, bindparam
from sqlalchemy.orm import object_session
from sqlmodel import Session, col, select

from registry import rulebooks
from registry.models import (
    Application,
    Assessment,
    RulebookFile,
    RulebookImpact,
    RulebookImpactRow,
    RulebookPart,
    RulebookSignature,
    RulebookVersion,
)
from registry.rules.lifecycle import Part
from registry.rules.lifecycle.rulebook import State
from registry.rules.rulebook import Rulebook, RulebookId, digest
from registry.rules.rulebook.load import parse

DEFAULT = rulebooks.DEFAULT
_OUT = (State.PUBLISHED.value, State.WITHDRAWN.value)
_MOST_KEPT = 32

_parsed: dict[str, Rulebook] = {}

_PUBLISHED_BY = (
    select(RulebookVersion)
    .where(
        RulebookVersion.rulebook_id == bindparam("rulebook_id"),
        col(RulebookVersion.published_at).is_not(None),
        col(RulebookVersion.effective_from) <= bindparam("on", type_=Date),
    )
    .order_by(col(RulebookVersion.effective_from), col(RulebookVersion.published_at))
)


class FilesTampered(RuntimeError):
    """Stored files of a published version are no longer those that were published."""


class Entry(NamedTuple):
    """A version in the list: shipped ones have no row."""

    id: str
    version: str
    name_zh: str
    name_en: str
    sha256: str
    state: str
    from_day: date | None
    row: RulebookVersion | None

    @property
    def is_shipped(self) -> bool:
        return self.row is None


def in_force(session: Session, on: date, id: str = DEFAULT) -> Rulebook:
    """The version in force on a day: the one that took effect last, of all that were published.

    On the same day what this registry published comes before what the product ships.
    """
    rows = session.exec(_PUBLISHED_BY, params={"rulebook_id": id, "on": on}).all()
    own = [row for row in rows if row.withdrawn_on is None or row.withdrawn_on > on]
    try:
        shipped = rulebooks.in_force(on, id)
    except rulebooks.NoRulebookInForce:
        if not own:
            raise
        shipped = None
    if not own:
        assert shipped is not None
        return shipped
    newest = own[-1]
    if shipped is not None and newest.effective_from < shipped.valid_from:  # type: ignore[operator]
        return shipped
    return book_of(session, newest)


def load(session: Session, id: str, version: str) -> Rulebook:
    """A released version, shipped or published here, for as long as anything names it."""
    if RulebookId(id, version) in rulebooks.released():
        return rulebooks.load(id, version)
    row = published_row(session, id, version)
    if row is None:
        raise LookupError(f"{id} {version}")
    return book_of(session, row)


def pinned(row: Application | Assessment) -> Rulebook:
    """The rulebook that a case or a score is bound to, found through the row's own session."""
    session = object_session(row)
    if session is None:
        return rulebooks.load(row.rulebook_id, row.rulebook_version)
    assert isinstance(session, Session)
    return load(session, row.rulebook_id, row.rulebook_version)


def published_row(session: Session, id: str, version: str) -> RulebookVersion | None:
    """The version that was published under this name; withdrawn or not."""
    return session.exec(
        select(RulebookVersion).where(
            RulebookVersion.rulebook_id == id,
            RulebookVersion.version == version,
            col(RulebookVersion.published_at).is_not(None),
        )
    ).one_or_none()


def book_of(session: Session, row: RulebookVersion) -> Rulebook:
    """The parsed version, kept by digest; raises where the stored files are not what was checked."""
    book = _parsed.get(row.sha256)
    if book is None:
        files = files_of(session, row.id)
        if digest(files) != row.sha256:
            raise FilesTampered(f"{row.rulebook_id} {row.version}")
        book = parse(files, released=True)
        if len(_parsed) >= _MOST_KEPT:
            _parsed.clear()
        _parsed[row.sha256] = book
    return book


def files_of(session: Session, version_id: int) -> dict[str, bytes]:
    rows = session.exec(
        select(RulebookFile)
        .where(RulebookFile.version_id == version_id)
        .order_by(col(RulebookFile.name))
    ).all()
    return {row.name: row.content for row in rows}


def files(session: Session, id: str, version: str) -> dict[str, bytes]:
    """The bytes of a released version by file name."""
    if RulebookId(id, version) in rulebooks.released():
        return rulebooks.files(id, version)
    row = published_row(session, id, version)
    if row is None:
        raise LookupError(f"{id} {version}")
    return files_of(session, row.id)


def released(session: Session) -> list[Entry]:
    """Every version that is public, newest first."""
    rows = session.exec(
        select(RulebookVersion).where(
            col(RulebookVersion.published_at).is_not(None),
            RulebookVersion.state == State.PUBLISHED.value,
        )
    ).all()
    return _sorted([*_shipped(), *map(_entry, rows)])


def versions(session: Session) -> list[Entry]:
    """Everything on the desk: shipped versions, published ones, and drafts; newest first."""
    rows = session.exec(select(RulebookVersion)).all()
    return _sorted([*_shipped(), *map(_entry, rows)])


def _shipped() -> list[Entry]:
    found = []
    for each in rulebooks.released():
        book = rulebooks.load(*each)
        names = (book.name.zh, book.name.en)
        found.append(Entry(*each, *names, book.sha256, "PUBLISHED", book.valid_from, None))
    return found


def _entry(row: RulebookVersion) -> Entry:
    return Entry(
        row.rulebook_id,
        row.version,
        row.name_zh,
        row.name_en,
        row.sha256,
        row.state,
        row.effective_from or row.declared_from,
        row,
    )


def _sorted(entries: list[Entry]) -> list[Entry]:
    return sorted(
        entries,
        key=lambda e: (e.id, e.from_day or date.max, e.row.id if e.row else 0),
        reverse=True,
    )


def version_with_id(session: Session, version_id: int) -> RulebookVersion | None:
    return session.get(RulebookVersion, version_id)


def parts_of(session: Session, version_id: int) -> Mapping[Part, frozenset[int]]:
    """Who took which part in a version; cleared parts no longer count."""
    rows = session.exec(
        select(RulebookPart).where(
            RulebookPart.version_id == version_id, col(RulebookPart.cleared_at).is_(None)
        )
    ).all()
    return {
        part: frozenset(row.person_id for row in rows if row.part == part.value) for part in Part
    }


def signature_of(session: Session, id: str, version: str) -> RulebookSignature | None:
    """The newest signature over a version."""
    return session.exec(
        select(RulebookSignature)
        .where(RulebookSignature.rulebook_id == id, RulebookSignature.version == version)
        .order_by(col(RulebookSignature.signed_at).desc(), col(RulebookSignature.id).desc())
    ).first()


def unsigned_shipped(session: Session, fingerprint: str) -> list[RulebookId]:
    """Shipped versions that this installation's key has not signed."""
    signed = session.exec(
        select(RulebookSignature.rulebook_id, RulebookSignature.version).where(
            RulebookSignature.signer_fingerprint == fingerprint
        )
    ).all()
    return [each for each in rulebooks.released() if tuple(each) not in set(signed)]


def newest_impact(session: Session, version_id: int) -> RulebookImpact | None:
    return session.exec(
        select(RulebookImpact)
        .where(RulebookImpact.version_id == version_id)
        .order_by(col(RulebookImpact.id).desc())
    ).first()


def impact_is_known(session: Session, row: RulebookVersion) -> bool:
    """Whether a trial over all applications was finished for the files as they stand."""
    newest = newest_impact(session, row.id)
    return newest is not None and newest.state == "DONE" and newest.sha256 == row.sha256


def impact_rows(session: Session, impact_id: int, *, limit: int = 0) -> Sequence[RulebookImpactRow]:
    """Whose result would change, changes of verdict and grade before mere points."""
    statement = (
        select(RulebookImpactRow)
        .where(RulebookImpactRow.impact_id == impact_id)
        .order_by(
            (col(RulebookImpactRow.before_verdict) == col(RulebookImpactRow.after_verdict)),
            (col(RulebookImpactRow.before_grade) == col(RulebookImpactRow.after_grade)),
            col(RulebookImpactRow.application_id),
        )
    )
    return session.exec(statement.limit(limit) if limit else statement).all()
