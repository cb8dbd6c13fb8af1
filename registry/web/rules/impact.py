"""Whom a version would touch: asked for, followed while it runs, read, and taken away as a table."""

import csv
import io
from typing import Any

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from registry.models import RulebookImpact, RulebookImpactRow
from registry.operations import rulebook_impact as operations
from registry.queries import rulebook as rulebooks
from registry.queries.rulebook_impact import numbers_of
from registry.rules.permissions import Role
from registry.rules.rulebook import Rulebook
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import current_language
from registry.web.pinning import REFUSED, flash_refusal
from registry.web.rules import blueprint
from registry.web.rules.book import READERS, Shown, found, number
from registry.web.spreadsheet import inert
from registry.words import Words
from registry.words.grades import GRADES, VERDICTS
from registry.words.rulebook import RULE_STATES

MOST_SHOWN = 200
VERDICT = {"green": "green", "not_green": "not_green", "person_must_look": "look"}


@blueprint.post("/version/<key>/impact")
@opens_to(Role.RULE_EDITOR, Role.RULE_PUBLISHER)
def ask_impact(key: str) -> ResponseReturnValue:
    by = edge.actor()
    try:
        with edge.writing() as session:
            operations.ask_impact(session, version_id=number(key), by=by, now=edge.now())
    except REFUSED as refused:
        flash_refusal(refused)
        return redirect(url_for("rules.rulebook", key=key), 303)
    return redirect(url_for("rules.impact", key=key), 303)


def _asked(key: str) -> tuple[Shown, RulebookImpact]:
    shown = found(key)
    newest = rulebooks.newest_impact(edge.reading(), shown.row.id) if shown.row else None
    return (shown, newest) if newest is not None else abort(404)


@blueprint.get("/version/<key>/impact")
@opens_to(*READERS)
def impact(key: str) -> ResponseReturnValue:
    """Progress while it runs, then who would change, and by which rules."""
    shown, newest = _asked(key)
    rows = rulebooks.impact_rows(edge.reading(), newest.id, limit=MOST_SHOWN)
    return render_template(
        "rules/impact.html",
        shown=shown,
        impact=newest,
        is_stale=shown.row is not None and shown.row.sha256 != newest.sha256,
        moves=_moves(newest, shown.book),
        rows=_rows(list(rows), shown.book),
        most=MOST_SHOWN,
        found_in_all=newest.changed_points + newest.not_scored,
    )


@blueprint.get("/version/<key>/impact/progress")
@opens_to(*READERS)
def impact_progress(key: str) -> ResponseReturnValue:
    """The piece of the page that asks for itself again while the worker goes on."""
    shown, newest = _asked(key)
    answer = Response(render_template("rules/impact_progress.html", shown=shown, impact=newest))
    if newest.state == "DONE":
        answer.headers["HX-Refresh"] = "true"
    return answer


def _moves(newest: RulebookImpact, book: Rulebook | None) -> list[dict[str, Any]]:
    order = [grade.id for grade in book.grades] if book else []
    found = []
    for pair, count in newest.moves.items():
        before, after = pair.split(">")
        known = before in order and after in order
        up = known and order.index(after) < order.index(before)
        down = known and order.index(after) > order.index(before)
        found.append({"before": before, "after": after, "count": count, "up": up, "down": down})
    return sorted(found, key=lambda one: (-int(one["count"]), one["before"], one["after"]))


def _rows(rows: list[RulebookImpactRow], book: Rulebook | None) -> list[dict[str, Any]]:
    numbers = numbers_of(edge.reading(), [row.application_id for row in rows])
    return [
        {
            "row": row,
            "number": numbers[row.application_id][0] or f"#{row.application_id}",
            "title": Words(*numbers[row.application_id][1:]),
            "before": grade_words(row.before_grade),
            "after": grade_words(row.after_grade),
            "before_verdict": VERDICTS[VERDICT[row.before_verdict]],
            "after_verdict": VERDICTS[VERDICT[row.after_verdict]] if row.after_verdict else None,
            "rules": [_rule(one, book) for one in row.rules],
        }
        for row in rows
    ]


def grade_words(code: str) -> Words:
    return GRADES.get(code) or Words("不定级", "no grade")


def _rule(one: dict[str, Any], book: Rulebook | None) -> dict[str, Any]:
    rule = book.rule_by_id.get(one["rule"]) if book else None
    name = Words(rule.name.zh, rule.name.en) if rule else Words(one["rule"], one["rule"])
    before, after = one["before"], one["after"]
    return {
        "id": one["rule"],
        "name": name,
        "before": before,
        "after": after,
        "before_words": RULE_STATES[before["state"]],
        "after_words": RULE_STATES[after["state"]],
    }


@blueprint.get("/version/<key>/impact.csv")
@opens_to(*READERS)
def impact_table(key: str) -> ResponseReturnValue:
    """Everybody who would change, one row each, with the rules that do it."""
    shown, newest = _asked(key)
    rows = _rows(list(rulebooks.impact_rows(edge.reading(), newest.id)), shown.book)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_HEAD_ZH if current_language() == "zh" else _HEAD_EN)
    for one in rows:
        writer.writerow([inert(cell) for cell in _cells(one)])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv; charset=utf-8")
    name = f"impact-{newest.sha256[:12]}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


_HEAD_ZH = (
    "申请编号",
    "项目",
    "原规则版本",
    "原等级",
    "新等级",
    "原结论",
    "新结论",
    "原得分",
    "新得分",
    "原因",
    "问题",
)
_HEAD_EN = (
    *("Application", "Project", "Version before", "Grade before", "Grade after"),
    *("Verdict before", "Verdict after", "Points before", "Points after", "Why", "Problem"),
)


def _cells(one: dict[str, Any]) -> list[Any]:
    row: RulebookImpactRow = one["row"]
    language = current_language()

    def say(words: Words | None) -> str:
        return words.in_language(language) if words is not None else ""

    why = "; ".join(
        f"{rule['id']} {say(rule['name'])}: {say(rule['before_words'])}"
        f" {rule['before']['got'] / 100:g}/{rule['before']['possible'] / 100:g} →"
        f" {say(rule['after_words'])} {rule['after']['got'] / 100:g}/{rule['after']['possible'] / 100:g}"
        for rule in one["rules"]
    )
    return [
        one["number"], say(one["title"]), row.before_version, say(one["before"]), say(one["after"]),
        say(one["before_verdict"]), say(one["after_verdict"]),
        f"{row.before_centipoints / 100:.2f}", f"{row.after_centipoints / 100:.2f}", why, row.problem,
    ]  # fmt: skip
