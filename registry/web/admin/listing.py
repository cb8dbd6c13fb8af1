"""What lists share: the address holds the search, chips take a filter off, keyset paging."""

from typing import Any

from flask import request, url_for
from wtforms import Form

from registry.queries.organisation import Page
from registry.web.language import said, t


def after() -> int:
    """The row behind which the page begins; whatever else stands in the address is the first."""
    text = request.args.get("after", "")
    return int(text) if text.isdecimal() and len(text) < 18 else 0


def _address(endpoint: str, form: Form, **changes: Any) -> str:
    values = {name: field.data for name, field in form._fields.items() if field.data}
    values |= changes
    return url_for(endpoint, **{name: value for name, value in values.items() if value})


def chips(endpoint: str, form: Form) -> list[dict[str, str]]:
    """The filters that are on, each with the address without it."""
    found = []
    for name, field in form._fields.items():
        if not field.data:
            continue
        shown = field.data
        if hasattr(field, "choices"):
            labels = {choice.value: choice.label for choice in field.choices}
            if field.data not in labels:
                continue
            shown = labels[field.data]
        found.append(
            {
                "label": said(field.label.text),
                "value": shown,
                "href": _address(endpoint, form, **{name: ""}),
            }
        )
    return found


def pages(endpoint: str, form: Form, page: Page) -> dict[str, str | None]:
    """Addresses for the pager."""
    first = _address(endpoint, form) if after() else None
    onward = _address(endpoint, form, after=page.next_after) if page.next_after else None
    return {"first": first, "next": onward, "shown": t("每页 25 项", "25 a page")}
