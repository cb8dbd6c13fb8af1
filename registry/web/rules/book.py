"""Which version a page of the desk speaks of: a shipped one by name, any other by its number."""

from typing import NamedTuple

from flask import abort, url_for
from sqlmodel import Session

from registry.models import RulebookVersion
from registry.operations.rulebook import mistakes_in
from registry.queries import rulebook as rulebooks
from registry.rules.permissions import Role
from registry.rules.rulebook import Mistake, Rulebook
from registry.web import edge

MOST = 2**31  # no row has a greater number
READERS = (Role.RULE_EDITOR, Role.RULE_PUBLISHER, Role.AUDITOR)


class Shown(NamedTuple):
    """A version on a page; `book` is missing where the files have mistakes."""

    key: str
    row: RulebookVersion | None
    book: Rulebook | None
    mistakes: tuple[Mistake, ...]

    @property
    def title(self) -> str:
        if self.book is not None:
            return f"{self.book.id} {self.book.version}"
        assert self.row is not None
        return f"{self.row.rulebook_id} {self.row.version}"

    @property
    def url(self) -> str:
        return url_for("rules.rulebook", key=self.key)


def key_of(entry: rulebooks.Entry) -> str:
    """`12` for what is kept here, `low-carbon@2026.1` for what the product ships."""
    return str(entry.row.id) if entry.row is not None else f"{entry.id}@{entry.version}"


def number(key: str) -> int:
    """The number of a version that is kept here; shipped ones have none, and cannot be changed."""
    if not (key.isascii() and key.isdigit() and int(key) < MOST):
        abort(404)
    return int(key)


_checked: dict[str, Rulebook] = {}


def found(key: str, session: Session | None = None) -> Shown:
    """The version, parsed; a draft is checked again only when its bytes are new to this process."""
    session = session or edge.reading()
    if "@" in key:
        id, _, version = key.partition("@")
        try:
            return Shown(key, None, rulebooks.load(session, id, version), ())
        except LookupError:
            abort(404)
    row = rulebooks.version_with_id(session, number(key))
    if row is None:
        abort(404)
    if row.published_at is not None:
        return Shown(key, row, rulebooks.book_of(session, row), ())
    if row.sha256 in _checked:
        return Shown(key, row, _checked[row.sha256], ())
    book, mistakes = mistakes_in(rulebooks.files_of(session, row.id))
    if book is not None:
        if len(_checked) > 16:
            _checked.clear()
        _checked[row.sha256] = book
    return Shown(key, row, book, mistakes)


def files(shown: Shown) -> dict[str, bytes]:
    session = edge.reading()
    if shown.row is not None:
        return rulebooks.files_of(session, shown.row.id)
    assert shown.book is not None
    return rulebooks.files(session, shown.book.id, shown.book.version)
