"""Entry restrictions that are public: least data, and nothing on a ground without a legal basis."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.models import RestrictedEntry
from registry.queries import restriction_list as lists
from registry.queries.restriction import newest_list
from registry.web import edge
from registry.web.access import opens_to_everyone
from registry.web.language import said, t
from registry.web.public import blueprint
from registry.words import grounds


@blueprint.get("/restricted")
@opens_to_everyone
def restricted() -> ResponseReturnValue:
    session = edge.reading()
    q = request.args.get("q", "")[:100]
    text = request.args.get("before", "")
    before = int(text) if text.isdecimal() and len(text) < 18 else None
    rows = lists.public_page(session, q=q, on=edge.today(), before=before)
    more = len(rows) > lists.PAGE
    rows = rows[: lists.PAGE]
    shown = lists.shown_grounds(session)
    entered = lists.bases(session)
    return render_template(
        "public/restricted.html",
        rows=[_least(row) for row in rows],
        q=q,
        shown=shown,
        bases=[{"ground": said(grounds.GROUNDS[c]), "basis": entered[c].basis} for c in shown],
        list_version=newest_list(session)[0],
        today=edge.today(),
        first=url_for("public.restricted", q=q or None) if before is not None else None,
        next=url_for("public.restricted", q=q or None, before=rows[-1].id) if more else None,
    )


def _least(row: RestrictedEntry) -> dict[str, object]:
    """Name, code, ground with its clause, and the days; nothing of the file."""
    document = grounds.DOCUMENTS.get(row.clause)
    return {
        "name": t(row.name_zh, row.name_en or row.name_zh),
        "number": row.number,
        "uscc": row.uscc,
        "ground": said(grounds.GROUNDS[row.ground]),
        "clause": said(document) if document is not None else "",
        "from_day": row.from_day,
        "to_day": row.to_day,
        "under_appeal": row.state == "UNDER_APPEAL",
    }
