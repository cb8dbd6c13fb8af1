"""Who may open a view: stated at the view, refused where nothing is stated."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from registry.rules.calendar import legal_date
from registry.rules.permissions import roles_on
from registry.web import edge, kept_input

View = TypeVar("View", bound=Callable[..., Any])

EVERYONE = "everyone"
SIGNED_IN = "signed_in"


def opens_to(*roles: str) -> Callable[[View], View]:
    """Opens a view to persons who hold one of these roles today, in whatever scope.

    What they see inside is narrowed by the queries, which are told who asks.
    """

    def mark(view: View) -> View:
        view.opens_to = frozenset(str(role) for role in roles)  # type: ignore[attr-defined]
        return view

    return mark


def opens_to_everyone(view: View) -> View:
    view.opens_to = frozenset({EVERYONE})  # type: ignore[attr-defined]
    return view


def opens_to_signed_in(view: View) -> View:
    view.opens_to = frozenset({SIGNED_IN})  # type: ignore[attr-defined]
    return view


def opening_of(app: Flask, endpoint: str) -> frozenset[str]:
    """What a view states; empty where it states nothing (then it opens to nobody)."""
    if endpoint == "static":
        return frozenset({EVERYONE})
    view = app.view_functions[endpoint]
    stated: frozenset[str] = getattr(view, "opens_to", frozenset())
    return stated


def holds_one_of(roles: frozenset[str]) -> bool:
    return not roles.isdisjoint(roles_on(edge.actor(), legal_date(edge.now())))


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None
    opening = opening_of(current_app, request.endpoint)
    if EVERYONE in opening:
        return None
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if SIGNED_IN not in opening and not holds_one_of(opening):
        abort(403)
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """Keeps where the person wanted to go, and what a POST brought; else a POST goes back to the
    page that it came from."""
    if request.headers.get("HX-Request"):
        abort(401)
    typed = kept_input.typed()
    if typed:
        sign_in_keeping = current_app.extensions["registry_sign_in_keeping"]
        page: ResponseReturnValue = sign_in_keeping(request.full_path.rstrip("?"), typed)
        return page
    wanted = request.full_path.rstrip("?") if request.method == "GET" else request.referrer or ""
    return redirect(url_for("account.sign_in", next=wanted or None))


def init_app(app: Flask) -> None:
    app.before_request(_guard)
