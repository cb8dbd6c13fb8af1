"""A book beside the one before it: what entered, what left, what changed and why."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.models import LoanRow, LoanRun
from registry.queries import portfolio, portfolio_difference
from registry.queries.portfolio_difference import PARTS, Change
from registry.rules.permissions import Role
from registry.rules.portfolio import DONE
from registry.rules.rulebook import Rulebook
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.portfolio import blueprint
from registry.web.portfolio.own import (
    VERDICT_WORDS,
    field_name,
    own_run,
    reason_words,
    rulebook_of,
)
from registry.web.portfolio.running import about
from registry.words.portfolio import CHANGES

PART_WORDS = {
    "entered": ("新增", "Entered"),
    "left": ("退出", "Left"),
    "changed": ("变化", "Changed"),
}


def compared(run_id: int) -> tuple[LoanRun, LoanRun]:
    """(the earlier, this run): the one that the address asks for, else the last of the series."""
    new, book = own_run(run_id)
    session = edge.reading()
    asked = edge.row_number(request.args.get("with"))
    old = (
        next(
            (
                r
                for r, _ in portfolio.runs_of(session, [new.organisation_id], book_id=book.id)
                if r.id == asked
            ),
            None,
        )
        if asked
        else portfolio.finished_before(session, new)
    )
    if old is None or DONE not in (new.state,) or old.state != DONE or old.id == new.id:
        abort(404)
    return old, new


@blueprint.get("/<int:run_id>/difference")
@opens_to(Role.FUND_MANAGER)
def difference(run_id: int) -> ResponseReturnValue:
    new, book = own_run(run_id)
    session = edge.reading()
    others = [
        run
        for run, _ in portfolio.runs_of(session, [new.organisation_id], book_id=book.id)
        if run.state == DONE and run.id != new.id
    ]
    if new.state != DONE or not others:
        return render_template("portfolio/difference.html", run=new, book=book, old=None, others=[])
    if request.args.get("with") or portfolio.finished_before(session, new) is not None:
        old, new = compared(run_id)
    else:
        old = others[0]
    part = request.args.get("part", "changed")
    part = part if part in PARTS else "changed"
    after = edge.row_number(request.args.get("after")) or 0
    rows, more = portfolio_difference.page(session, old, new, part, after=after)
    kept = new.difference if new.compared_with_id == old.id else None
    summary = kept or portfolio_difference.summary(session, old, new)
    rulebook = rulebook_of(new)
    return render_template(
        "portfolio/difference.html",
        run=new,
        old=old,
        book=book,
        others=others,
        part=part,
        parts=[_part(one, summary, run_id, old) for one in PARTS],
        moves=[
            {"before": VERDICT_WORDS[a], "after": VERDICT_WORDS[b], "count": n}
            for a, b, n in summary["moves"]
        ],
        rows=[_shown(one, rulebook, new, old) for one in rows],
        first=_address(run_id, old, part) if after else None,
        next=_address(run_id, old, part, more) if more else None,
    )


def _part(part: str, summary: dict[str, Any], run_id: int, old: LoanRun) -> dict[str, Any]:
    loans, balance = summary[part]
    return {
        "id": part,
        "words": PART_WORDS[part],
        "loans": int(loans),
        "balance_fen": about(int(balance)),
        "href": _address(run_id, old, part),
    }


def _address(run_id: int, old: LoanRun, part: str, after: int = 0) -> str:
    more = {"after": after} if after else {}
    return url_for("portfolio.difference", run_id=run_id, part=part, **{"with": old.id}, **more)


def _shown(one: Change, book: Rulebook, new: LoanRun, old: LoanRun) -> dict[str, Any]:
    row = one.row
    run = new if one.new is not None else old
    return {
        "loan": row.loan_number,
        "href": url_for("portfolio.loan", run_id=run.id, row_no=row.row_no),
        "borrower": row.borrower,
        "before": _side(one.old),
        "after": _side(one.new),
        "why": why_words(one, book),
    }


def _side(row: LoanRow | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "verdict": row.verdict,
        "grade": None if row.grade in ("", "none") else row.grade,
        "points": row.total_centipoints,
        "balance_fen": row.balance_fen,
    }


def why_words(one: Change, book: Rulebook) -> str:
    """Causes, with the answers that differ by name, and the reasons that came or went."""
    fields = {declared.id: declared for declared in book.inputs}
    parts = []
    for code in one.why:
        text = said(CHANGES[code])
        if code == "data" and one.fields:
            names = [field_name(id, fields) for id in one.fields[:6]]
            text += t("（", " (") + t("、", ", ").join(names) + t("）", ")")
        parts.append(text)
    if one.old is not None and one.new is not None:
        before, after = set(one.old.reasons.split()), set(one.new.reasons.split())
        come = [reason_words(text, book) for text in one.new.reasons.split() if text not in before]
        gone = [reason_words(text, book) for text in one.old.reasons.split() if text not in after]
        if come:
            parts.append(t("新出现：", "new: ") + t("；", "; ").join(come[:3]))
        if gone:
            parts.append(t("不再有：", "gone: ") + t("；", "; ").join(gone[:3]))
    return t("；", "; ").join(parts)
