"""Nothing typed is lost at a time-out: what was posted without a session goes along through the
sign-in page as hidden inputs and is offered for sending again.

Only text goes along, within limits, and no secret. It is taken only from a post that carries the
token of this browser's own pages, so that nobody else can put words into the reader's mouth.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import current_app, request
from flask_wtf.csrf import validate_csrf
from wtforms.validators import ValidationError

PREFIX = "kept."
TARGET = "kept_target"
MOST_OCTETS = 256 * 1024
MOST_FIELDS = 600

Fields = list[tuple[str, str]]


def _may_go_along(name: str) -> bool:
    return name != "csrf_token" and "password" not in name


def _within_limits(fields: Fields) -> bool:
    octets = sum(len(name.encode()) + len(value.encode()) for name, value in fields)
    return len(fields) <= MOST_FIELDS and octets <= MOST_OCTETS


def _from_our_own_page() -> bool:
    if not current_app.config.get("WTF_CSRF_ENABLED", True):
        return True
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def typed() -> Fields:
    """What this post brings that is worth keeping; empty where it cannot be kept."""
    if request.method != "POST":
        return []
    fields = [(n, v) for n, v in _posted() if _may_go_along(n)]
    if not any(value.strip() for _, value in fields):
        return []
    return fields if _within_limits(fields) and _from_our_own_page() else []


def _posted() -> Iterable[tuple[str, str]]:
    return request.form.items(multi=True)


def carried() -> tuple[str, Fields]:
    """What the sign-in page carries: where it was to go, and the fields."""
    target = request.form.get(TARGET, "")
    fields = [(n[len(PREFIX) :], v) for n, v in _posted() if n.startswith(PREFIX)]
    fields = [(n, v) for n, v in fields if _may_go_along(n)]
    if not is_own_address(target) or not _within_limits(fields):
        return "", []
    return target, fields


def is_own_address(target: str) -> bool:
    """A path of this site: nobody is sent elsewhere by a link that only begins like ours."""
    return target.startswith("/") and not target.startswith("//") and "\\" not in target
