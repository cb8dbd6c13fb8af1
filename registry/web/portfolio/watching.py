"""A book's borrowers, watched from the book's own page, and no longer."""

from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from registry.models import LoanRun
from registry.operations import watch_book as operations
from registry.operations.watch import MOST_NAMES
from registry.queries import portfolio_rows
from registry.queries import watch as watched
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.portfolio import DONE
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.portfolio import blueprint
from registry.web.portfolio.bringing import refuse
from registry.web.portfolio.own import own_run


def watched_view(run: LoanRun) -> dict[str, Any]:
    """What the page says of watching: the list that is watched, or how many names it would hold."""
    session = edge.reading()
    if run.state != DONE:
        return {"list": None, "names": 0, "too_many": False}
    owner = edge.actor().person_id or 0
    kept = watched.watched_of_source(session, owner, operations.source_of(run.book_id))
    if kept is not None:
        return {"list": kept, "waiting": watched.waiting_in(session, kept.id)}
    names = portfolio_rows.count_borrowers(session, run.id, most=MOST_NAMES + 1)
    return {"list": None, "names": names, "too_many": names > MOST_NAMES, "most": MOST_NAMES}


@blueprint.post("/<int:run_id>/borrowers/<any(watch, unwatch):how>")
@opens_to(Role.FUND_MANAGER)
def watch_borrowers(run_id: int, how: str) -> ResponseReturnValue:
    """Watch the borrowers of a finished book, or stop it."""
    own_run(run_id)
    by = edge.actor()
    try:
        with edge.writing() as session:
            if how == "watch":
                operations.watch_book(session, run_id=run_id, by=by, now=edge.now())
            else:
                operations.unwatch_book(session, run_id=run_id, by=by, now=edge.now())
        flash(_done(how), "success")
    except MoveRefused as refused:
        refuse(refused)
    return redirect(url_for("portfolio.run", run_id=run_id, _anchor="watch-title"), 303)


def _done(how: str) -> str:
    if how == "watch":
        return t(
            "已关注本台账的借款人。名单有新的比中时以邮件告知您。",
            "The borrowers of this book are watched. A mail tells you of each new hit.",
        )
    return t(
        "已停止关注。以往的比对仍可查看。", "No longer watched. What was found stays readable."
    )
