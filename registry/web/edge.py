"""What every view needs: the clock, the sessions, and who is asking."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, Request, abort, current_app, g, request
from flask_login import current_user
from sqlmodel import Session
from werkzeug.routing import IntegerConverter, Map

from registry.config import Settings
from registry.db import Database
from registry.rules.calendar import legal_date
from registry.rules.permissions import PUBLIC, Actor

LARGEST_ROW = 2**31 - 1


def settings() -> Settings:
    found: Settings = current_app.extensions["settings"]
    return found


def database() -> Database:
    found: Database = current_app.extensions["database"]
    return found


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The legal day in Shanghai."""
    return legal_date(now())


def reading() -> Session:
    """This request's reading session; closed when the request ends."""
    if "reading" not in g:
        g.reading_context = database().read()
        g.reading = g.reading_context.__enter__()
    session: Session = g.reading
    return session


@contextmanager
def writing() -> Iterator[Session]:
    """One transaction: commits when the block ends well. Forgets what was read before it."""
    _close_reading()
    with database().write() as session:
        yield session


def actor() -> Actor:
    """The signed-in person with today's grants, or nobody."""
    if not current_user.is_authenticated:
        return PUBLIC
    found: Actor = current_user.actor
    return found


def _close_reading(_error: BaseException | None = None) -> None:
    context = g.pop("reading_context", None)
    g.pop("reading", None)
    if context is not None:
        context.__exit__(None, None, None)


class RegistryRequest(Request):
    """A request whose form holds no NUL: no text of ours has one, PostgreSQL stores none, and whoever
    pasted one must not lose the rest of what was typed."""

    def _load_form_data(self) -> None:
        is_read = "form" in self.__dict__
        super()._load_form_data()
        if is_read:
            return
        pairs = list(self.form.items(multi=True))
        if any("\x00" in text for _, text in pairs):
            kept = [(name, text.replace("\x00", "")) for name, text in pairs]
            self.__dict__["form"] = self.parameter_storage_class(kept)


def takes_books(view: Any) -> Any:
    """Marks a view that is sent whole loan books: more octets than any other page takes."""
    view.takes_books = True
    return view


def _widen() -> None:
    """Before anything reads the form."""
    view = current_app.view_functions.get(request.endpoint or "")
    if getattr(view, "takes_books", False):
        request.max_content_length = settings().book_limit_bytes + (1 << 20)


def _refuse_nul() -> None:
    """An address with a NUL asks for nothing."""
    if any("\x00" in text for text in (request.path, *request.args.values())):
        abort(400)


def row_number(text: str | None) -> int | None:
    """A number in a query string that a row may have; anything else counts as not given."""
    if not text or not (text.isascii() and text.isdigit()):
        return None
    number = int(text[:11])
    return number if number <= LARGEST_ROW else None


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: a number that no row can have is an address that is not there."""

    def __init__(self, map: Map, fixed_digits: int = 0) -> None:
        super().__init__(map, fixed_digits, max=LARGEST_ROW)


def init_app(app: Flask) -> None:
    app.request_class = RegistryRequest
    app.url_map.converters["int"] = RowNumber
    app.before_request(_widen)
    app.before_request(_refuse_nul)
    app.teardown_appcontext(_close_reading)
