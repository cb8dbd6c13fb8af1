"""Start a book, watch it, steer it, and read what came out."""

from typing import Any

from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.bulk.portfolio.scoring import PYTHON, WEB_ENGINES
from registry.models import LoanRun, LoanTotal
from registry.operations import portfolio as operations
from registry.queries import portfolio, portfolio_rows
from registry.queries.reference import tables
from registry.queries.restriction import newest_list
from registry.queries.rulebook import in_force
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.portfolio import AT_WORK, DONE, PAUSED, UPLOADED, WAITING, common_matters
from registry.rules.rulebook import Rulebook
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.portfolio import blueprint
from registry.web.portfolio.bringing import refuse
from registry.web.portfolio.own import (
    VERDICT_TONES,
    VERDICT_WORDS,
    own_run,
    reason_words,
    rulebook_of,
    subject_name,
    value_name,
)
from registry.web.portfolio.watching import watched_view
from registry.words import Words
from registry.words.grades import GRADES
from registry.words.portfolio import BOOK_STATES, DIMENSION_HEADS, DIMENSIONS, FILES

CHARTS = ("verdict", "grade", "class", "zone", "kind")
MOST_BARS = 10
STEERED = {"pause": operations.pause, "resume": operations.resume, "cancel": operations.cancel}


@blueprint.route("/<int:run_id>/start", methods=["GET", "POST"])
@opens_to(Role.FUND_MANAGER)
def start_run(run_id: int) -> ResponseReturnValue:
    """What the book will be judged by, and what a specialist settles for all of it."""
    run, book = own_run(run_id)
    if run.state != UPLOADED:
        return redirect(url_for("portfolio.run", run_id=run_id))
    if not run.mapping:
        return redirect(url_for("portfolio.map_columns", run_id=run_id))
    session = edge.reading()
    rulebook, reference = in_force(session, run.as_of), tables(session)
    matters = common_matters(rulebook, reference)
    chosen = {id for id in matters if request.form.get(f"settle-{id}")}
    basis, errors = request.form.get("basis", ""), []
    if request.method == "POST":
        if chosen and not basis.strip():
            errors = [{"href": "#basis", "text": t("请写明依据。", "Say what you base this on.")}]
        elif _started(run_id, dict.fromkeys(sorted(chosen), "pass"), basis):
            return redirect(url_for("portfolio.run", run_id=run_id), 303)
    page = render_template(
        "portfolio/start_run.html",
        run=run,
        book=book,
        rulebook=rulebook,
        list_version=newest_list(session)[0],
        matters=[(id, _matter(id, rulebook), id in chosen) for id in matters],
        basis=basis,
        errors=errors,
        same=_same(run, rulebook),
    )
    return page, 422 if errors else 200


def _started(run_id: int, settled: dict[str, str], basis: str) -> bool:
    by = edge.actor()
    engine = request.form.get("engine", PYTHON)
    try:
        with edge.writing() as session:
            operations.start(
                session,
                run_id=run_id,
                engine=engine if engine in WEB_ENGINES else PYTHON,
                settled=settled,
                basis=basis,
                by=by,
                now=edge.now(),
            )
    except MoveRefused as refused:
        refuse(refused)
        return False
    return True


def _matter(id: str, book: Rulebook) -> str:
    rule = id.partition(":")[2]
    if not rule:
        return t(
            "所用排放因子等参考数据尚未与原文核对，仍予采用",
            "Factors and other reference data that nobody has compared with the original are accepted",
        )
    return subject_name(rule, book)


def _same(run: LoanRun, book: Rulebook) -> list[dict[str, Any]]:
    """What was said once for all rows, in words."""
    shown = []
    for id, value in run.mapping.get("same", {}).items():
        declared = book.input_by_id.get(id)
        if declared is None:
            kind = next((k for k in book.kinds if k.id == value), None)
            name, text = Words("项目类型", "Kind of project"), kind.name if kind else None
        else:
            name = Words(declared.name.zh, declared.name.en)
            option = next((o for o in declared.options if o.id == value), None)
            text = option.name if option is not None else None
        said_value: Any = Words(text.zh, text.en) if text is not None else value
        if value in ("yes", "no") and text is None:
            said_value = Words("是", "Yes") if value == "yes" else Words("否", "No")
        shown.append({"label": name, "value": said_value})
    return shown


@blueprint.get("/<int:run_id>")
@opens_to(Role.FUND_MANAGER)
def run(run_id: int) -> ResponseReturnValue:
    """Progress while it runs; then the result."""
    found, book = own_run(run_id)
    if found.state == UPLOADED:
        step = "start_run" if found.mapping else "map_columns"
        return redirect(url_for(f"portfolio.{step}", run_id=run_id))
    session = edge.reading()
    rulebook = rulebook_of(found)
    totals = portfolio.totals_of(session, run_id)
    whole = totals.get("all", [None])[0]
    return render_template(
        "portfolio/run.html",
        run=found,
        book=book,
        rulebook=rulebook,
        state_words=BOOK_STATES,
        progress=_progress(found),
        whole=whole,
        whole_about=about(whole.balance_fen) if whole else 0,
        verdicts=_verdicts(totals.get("verdict", [])),
        charts=[
            _chart(name, totals.get(name, []), rulebook, run_id)
            for name in CHARTS
            if name in totals
        ],
        reasons=_reasons(run_id, rulebook) if found.state == DONE else [],
        corrected=len(portfolio.corrections_of(session, run_id)),
        previous=portfolio.finished_before(session, found),
        problem=_broken(found),
        settled=[_matter(id, rulebook) for id in found.settled],
        watched=watched_view(found),
    )


@blueprint.get("/<int:run_id>/progress")
@opens_to(Role.FUND_MANAGER)
def progress(run_id: int) -> ResponseReturnValue:
    """The moving piece; when nothing moves any more the whole page is asked for again."""
    found, _ = own_run(run_id)
    answer = Response(
        render_template("portfolio/progress.html", run=found, progress=_progress(found))
    )
    if found.state not in AT_WORK:
        answer.headers["HX-Refresh"] = "true"
    return answer


@blueprint.post("/<int:run_id>/<any(pause, resume, cancel):how>")
@opens_to(Role.FUND_MANAGER)
def steer(run_id: int, how: str) -> ResponseReturnValue:
    own_run(run_id)
    by = edge.actor()
    try:
        with edge.writing() as session:
            STEERED[how](session, run_id=run_id, by=by, now=edge.now())
    except MoveRefused as refused:
        refuse(refused)
    return redirect(url_for("portfolio.run", run_id=run_id), 303)


# -- what the pages show ---------------------------------------------------------------------------


def _progress(run: LoanRun) -> dict[str, Any]:
    """How far, and how long still, by what the rows so far took."""
    rows = max(run.lines - int(run.mapping["head"][1]), run.read, 1)
    left = None
    if run.read and run.state in AT_WORK:
        seconds = run.worked_ms / 1000 / run.read * (rows - run.read)
        left = (
            t("不到 1 分钟", "less than a minute left")
            if seconds < 60
            else t("约 %(n)s 分钟", "about %(n)s minutes left", n=round(seconds / 60))
        )
    return {
        "before": _before(run) if run.state == WAITING and not run.read else None,
        "done": run.read,
        "total": rows,
        "left": left,
        "moving": run.state in AT_WORK,
        "paused": run.state == PAUSED,
        "bad": run.bad,
        "seconds": round(run.worked_ms / 1000, 1),
    }


def _before(run: LoanRun) -> int:
    """How many books were started earlier and are at work still."""
    waiting = portfolio.at_work(edge.reading())
    return waiting.index(run.id) if run.id in waiting else 0


def _broken(run: LoanRun) -> str:
    if not run.problem:
        return ""
    code, _, detail = run.problem.partition(":")
    words = FILES.get(code)
    if words is None:
        return t(
            "出现意外情况，已记录在日志中。可以继续；若再次中断，请联系管理员。",
            "Something unexpected happened; it is in the log. Resume it, and tell an administrator if it breaks off again.",
        )
    return said(words, detail=detail)


def _verdicts(rows: list[LoanTotal]) -> list[dict[str, Any]]:
    known = {row.value: row for row in rows}
    return [
        {
            "code": code,
            "words": words,
            "tone": VERDICT_TONES[code],
            "loans": known[code].loans if code in known else 0,
            "about_fen": about(known[code].balance_fen) if code in known else 0,
        }
        for code, words in VERDICT_WORDS.items()
    ]


def about(fen: int) -> int:
    """An amount to four digits, for figures and bars; tables and downloads keep every fen."""
    digits = len(str(abs(fen)))
    return round(fen, 4 - digits) if digits > 4 else fen


def _chart(name: str, rows: list[LoanTotal], book: Rulebook, run_id: int) -> dict[str, Any]:
    """Bars by balance with their table; what comes after the tenth is one bar."""
    ordered = _ordered(name, rows)
    whole = sum(row.balance_fen for row in ordered) or 1
    bars = [
        {
            "label": _bar_name(name, row.value, book),
            "value": row.value,
            "href": _filtered(name, row.value, run_id),
            "loans": row.loans,
            "balance_fen": row.balance_fen,
            "about_fen": about(row.balance_fen),
            "part_bp": row.balance_fen * 10_000 // whole,
            "attributed_t": row.attributed_g // 1_000_000,
            "coal_t": row.attributed_coal_g // 1_000_000,
        }
        for row in ordered
    ]
    shown = bars[:MOST_BARS]
    most = max((bar["balance_fen"] for bar in shown), default=1) or 1
    for bar in shown:
        bar["width"] = round(bar["balance_fen"] * 100 / most, 1)
    return {
        "id": name,
        "title": _answer(name, bars),
        "head": DIMENSION_HEADS[name],
        "bars": shown,
        "table": bars,
        "more": len(bars) - len(shown),
    }


def _ordered(name: str, rows: list[LoanTotal]) -> list[LoanTotal]:
    """Verdicts and grades in their own order, all else by balance."""
    fixed = {"verdict": list(VERDICT_WORDS), "grade": [*GRADES, "none"]}.get(name)
    if fixed is None:
        return sorted(rows, key=lambda row: (-row.balance_fen, row.value))
    return sorted(rows, key=lambda row: fixed.index(row.value) if row.value in fixed else 99)


def _bar_name(name: str, value: str, book: Rulebook) -> str:
    if name == "grade":
        return said(GRADES.get(value, Words("不定级", "No grade")))
    return value_name(name, value, book)


def _answer(name: str, bars: list[dict[str, Any]]) -> str:
    """The question, and what the bars answer."""
    question = said(DIMENSIONS[name])
    if not bars:
        return question
    if name == "verdict":
        green = next((bar["part_bp"] for bar in bars if bar["value"] == "green"), 0)
        return question + t("：%(n)s%%", ": %(n)s%%", n=f"{green / 100:.1f}")
    first = max(bars, key=lambda bar: bar["balance_fen"])
    return question + t(
        "：以%(first)s为最多（%(n)s%%）",
        ": most of it is %(first)s (%(n)s%%)",
        first=first["label"],
        n=f"{first['part_bp'] / 100:.1f}",
    )


def _filtered(name: str, value: str, run_id: int) -> str | None:
    key = {"class": "class_"}.get(name, name)
    return url_for("portfolio.loans", run_id=run_id, **{key: value}) if value else None


def _reasons(run_id: int, book: Rulebook) -> list[dict[str, Any]]:
    return [
        {
            "text": reason_words(reason, book),
            "loans": number,
            "href": url_for("portfolio.loans", run_id=run_id, rule=reason),
        }
        for reason, number in portfolio_rows.open_reasons(edge.reading(), run_id)
    ]
