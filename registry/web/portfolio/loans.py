"""The loans of a book: what needs a person first, filtered, explained one by one, corrected."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry.bulk.ingest.fields import OWN
from registry.bulk.portfolio.scoring import explain
from registry.models import LoanProblem, LoanRow, LoanRun
from registry.operations import portfolio as operations
from registry.queries import portfolio, portfolio_difference, portfolio_rows
from registry.queries.reference import tables
from registry.queries.restriction import matches_of
from registry.queries.review import names_of
from registry.reference.screening import screening_policy
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.portfolio import DONE
from registry.rules.rulebook import Rulebook
from registry.rules.screening import Subject
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.portfolio import blueprint
from registry.web.portfolio.own import (
    VERDICT_WORDS,
    clause_of,
    hits_of,
    own_run,
    problem_text,
    reason_words,
    rulebook_of,
    value_name,
)
from registry.web.refusal import refusal_words
from registry.web.score_view import benefits_of, live_view
from registry.words import Words
from registry.words.portfolio import BANDS

PROBLEM_ROWS = 200


class FilterForm(Form):
    """A GET form; what is not understood counts as not asked."""

    q = StringField(validators=[Length(max=100)])
    verdict = SelectField()
    grade = SelectField()
    zone = SelectField()
    province = SelectField()
    class_ = SelectField()
    kind = SelectField()
    rule = SelectField()
    hit = SelectField()
    corrected = SelectField()

    def speak(self, run: LoanRun, book: Rulebook) -> None:
        """Labels and choices in the reader's language; only values that the book has."""
        totals = portfolio.totals_of(edge.reading(), run.id)
        labels = {
            "q": t("贷款编号、借款人或信用代码", "Loan number, borrower or credit code"),
            "verdict": t("结论", "Verdict"),
            "grade": t("等级", "Grade"),
            "zone": t("高新区", "Zone"),
            "province": t("省份", "Province"),
            "class_": t("目录类别", "Catalogue class"),
            "kind": t("项目类型", "Kind of project"),
            "rule": t("原因", "Reason"),
            "hit": t("限制名单", "Restricted list"),
            "corrected": t("人工修正", "Corrections"),
        }
        for name, label in labels.items():
            self[name].label.text = label
        anything = ("", t("不限", "Any"))
        for name in ("zone", "province", "class_", "kind"):
            dimension = name.rstrip("_")
            self[name].choices = [
                anything,
                *(
                    (one.value, value_name(dimension, one.value, book))
                    for one in totals.get(dimension, [])
                    if one.value
                ),
            ]
        self.verdict.choices = [
            anything,
            *((code, said(words)) for code, words in VERDICT_WORDS.items()),
        ]
        self.grade.choices = [anything, *places.grade_choices(), ("none", t("不定级", "No grade"))]
        reasons = portfolio_rows.open_reasons(edge.reading(), run.id)
        self.rule.choices = [anything, *((code, reason_words(code, book)) for code, _ in reasons)]
        self.hit.choices = [anything, ("yes", t("有比对结果", "With a match"))]
        self.corrected.choices = [anything, ("yes", t("已修正", "Corrected"))]

    def filters(self) -> portfolio_rows.Filters:
        self.validate()
        good = {name: value for name, value in self.data.items() if value and not self[name].errors}
        return portfolio_rows.Filters(**good)


@blueprint.get("/<int:run_id>/loans")
@opens_to(Role.FUND_MANAGER)
def loans(run_id: int) -> ResponseReturnValue:
    found, book = own_run(run_id)
    if not found.rulebook_id:
        return redirect(url_for("portfolio.run", run_id=run_id))
    rulebook = rulebook_of(found)
    args = {
        k: v
        for k, v in request.args.items()
        if v and k in portfolio_rows.Filters.__dataclass_fields__
    }
    form = FilterForm(MultiDict(args))
    form.speak(found, rulebook)
    filters = form.filters()
    session = edge.reading()
    page = portfolio_rows.list_page(session, run_id, filters, key=request.args.get("key", ""))
    return render_template(
        "portfolio/loans.html",
        run=found,
        book=book,
        form=form,
        filters=filters,
        chips=_chips(form, filters, run_id),
        rows=_shown(page.rows, rulebook, run_id),
        count=portfolio_rows.count(session, run_id, filters),
        most_counted=portfolio_rows.MOST_COUNTED,
        first=_address(run_id, filters, "") if page.previous_key else None,
        previous=_address(run_id, filters, page.previous_key) if page.previous_key else None,
        next=_address(run_id, filters, page.next_key) if page.next_key else None,
    )


def _address(run_id: int, filters: portfolio_rows.Filters, key: str) -> str:
    given: dict[str, Any] = {**filters.active, **({"key": key} if key else {})}
    return url_for("portfolio.loans", run_id=run_id, **given)


def _chips(form: FilterForm, filters: portfolio_rows.Filters, run_id: int) -> list[dict[str, str]]:
    chips = []
    for name, value in filters.active.items():
        choices = dict(form[name].choices) if isinstance(form[name], SelectField) else {}
        rest: dict[str, Any] = {k: v for k, v in filters.active.items() if k != name}
        chips.append(
            {
                "label": form[name].label.text,
                "value": choices.get(value, value),
                "href": url_for("portfolio.loans", run_id=run_id, **rest),
            }
        )
    return chips


def _shown(rows: list[LoanRow], book: Rulebook, run_id: int) -> list[dict[str, Any]]:
    entries = hits_of(rows)
    corrected = portfolio.corrections_of(edge.reading(), run_id, [row.row_no for row in rows])
    return [
        {
            "loan": row.loan_number,
            "href": url_for("portfolio.loan", run_id=run_id, row_no=row.row_no),
            "borrower": row.borrower,
            "note": t("第 %(n)s 行", "row %(n)s", n=row.row_no),
            "project": row.project or None,
            "verdict": row.verdict,
            "grade": None if row.grade in ("", "none") else row.grade,
            "points": row.total_centipoints,
            "balance_fen": row.balance_fen,
            "attributed_t": None if row.attributed_g is None else row.attributed_g // 1_000_000,
            "why": _why(row, book, entries),
            "corrected": _correction(corrected.get(row.row_no)),
        }
        for row in rows
    ]


def _why(row: LoanRow, book: Rulebook, entries: dict[int, Any]) -> str:
    """The weightiest reason, with the entry's number where a borrower is listed, and how many more."""
    parts = row.reasons.split()
    if not parts:
        return ""
    first = reason_words(parts[0], book)
    entry = entries.get(row.hit_entry_id or 0)
    if entry is not None:
        first += f" {entry.number or ''}".rstrip() + t(
            "（%(b)s）", " (%(b)s)", b=said(BANDS[row.hit_band])
        )
    rest = len(parts) - 1
    return first + (t("；另有 %(n)s 项", "; and %(n)s more", n=rest) if rest else "")


def _correction(found: list[Any] | None) -> str:
    if not found:
        return ""
    return t("修正为%(v)s", "corrected to %(v)s", v=said(VERDICT_WORDS[found[0].verdict]))


# -- one loan --------------------------------------------------------------------------------------


class CorrectionForm(FlaskForm):
    verdict = RadioField(validators=[InputRequired()])
    reason = TextAreaField(validators=[InputRequired(), Length(max=2000)])

    def speak(self) -> None:
        self.verdict.label.text = t("修正后的结论", "Corrected verdict")
        self.verdict.choices = [(code, said(words)) for code, words in VERDICT_WORDS.items()]
        self.reason.label.text = t("理由", "Reason")


@blueprint.route("/<int:run_id>/loans/<int:row_no>", methods=["GET", "POST"])
@opens_to(Role.FUND_MANAGER)
def loan(run_id: int, row_no: int) -> ResponseReturnValue:
    """One loan explained in full, and a specialist's word on it."""
    found, book = own_run(run_id)
    row = portfolio_rows.row_of(edge.reading(), run_id, row_no)
    if row is None:
        abort(404)
    form = CorrectionForm()
    form.speak()
    if form.validate_on_submit() and _corrected(form, run_id, row_no):
        return redirect(url_for("portfolio.loan", run_id=run_id, row_no=row_no), 303)
    rulebook = rulebook_of(found)
    before, after = portfolio_rows.neighbours(edge.reading(), row)
    page = render_template(
        "portfolio/loan.html",
        run=found,
        book=book,
        row=row,
        form=form,
        may_correct=found.state == DONE,
        facts=_facts(row),
        reasons=[_reason(text, rulebook) for text in row.reasons.split()],
        hit=_hit(row),
        corrections=_corrections(run_id, row_no),
        before=before,
        after=after,
        **_explained(found, row, rulebook),
    )
    return page, 422 if form.errors else 200


def _corrected(form: CorrectionForm, run_id: int, row_no: int) -> bool:
    by = edge.actor()
    try:
        with edge.writing() as session:
            operations.correct(
                session,
                run_id=run_id,
                row_no=row_no,
                verdict=form.verdict.data or "",
                reason=form.reason.data or "",
                by=by,
                now=edge.now(),
            )
    except MoveRefused as refused:
        form.reason.errors = [refusal_words(refused)]
        return False
    flash(
        t(
            "已记录修正；计算结论保持不变。",
            "The correction is on record; the computed verdict stays.",
        ),
        "success",
    )
    return True


def _facts(row: LoanRow) -> list[dict[str, Any]]:
    return [
        {"label": Words("借款人", "Borrower"), "value": row.borrower},
        {"label": Words(*OWN["uscc"][:2]), "value": row.uscc or "—"},
        {"label": Words("项目", "Project"), "value": row.project or "—"},
        {"label": Words("项目类型", "Kind of project"), "value": places.kind_name(row.kind)},
        {
            "label": Words("省份", "Province"),
            "value": places.province_name(row.province_code) or "—",
        },
        {"label": Words("高新区", "Zone"), "value": places.zone_name(row.zone_id) or "—"},
    ]


def _reason(text: str, book: Rulebook) -> dict[str, str]:
    return {"text": reason_words(text, book), "clause": clause_of(text.partition(":")[2], book)}


def _hit(row: LoanRow) -> dict[str, Any] | None:
    """The entry that the run found, and how borrower and entry compare today."""
    entry = hits_of([row]).get(row.hit_entry_id or 0)
    if entry is None:
        return None
    subject = Subject(name=row.borrower, uscc=row.uscc)
    today = matches_of(edge.reading(), subject, screening_policy())
    match = next((one for one, each in today if each.id == entry.id and one.is_hit), None)
    return {"entry": entry, "band": BANDS[row.hit_band], "match": match, "stops": row.priority == 0}


def _corrections(run_id: int, row_no: int) -> list[dict[str, Any]]:
    rows = portfolio.corrections_of(edge.reading(), run_id, [row_no]).get(row_no, [])
    names = names_of(edge.reading(), [one.made_by_id for one in rows])
    return [
        {
            "at": one.made_at,
            "what": VERDICT_WORDS[one.verdict],
            "who": names.get(one.made_by_id, ""),
            "why": one.reason,
        }
        for one in rows
    ]


def _explained(run: LoanRun, row: LoanRow, book: Rulebook) -> dict[str, Any]:
    """The score rule by rule, worked out again from what the row said."""
    reference = tables(edge.reading())
    answers = portfolio_difference.answers_of(edge.reading(), run.id, [row.row_no])[row.row_no]
    whole = explain(book, reference, run.as_of, kind=row.kind, answers=answers, settled=run.settled)
    return {
        "score": live_view(whole, book),
        "benefits": benefits_of(whole, book),
        "other_reference": reference.sha256 != run.reference_sha256,
    }


# -- what could not be read ------------------------------------------------------------------------


@blueprint.get("/<int:run_id>/problems")
@opens_to(Role.FUND_MANAGER)
def problems(run_id: int) -> ResponseReturnValue:
    """Every cell in quarantine, by name."""
    found, book = own_run(run_id)
    after = edge.row_number(request.args.get("after")) or 0
    session = edge.reading()
    rows = portfolio.problems_of(session, run_id, after=after, most=PROBLEM_ROWS + 1)
    more = len(rows) > PROBLEM_ROWS
    rows = _whole_rows(rows[:PROBLEM_ROWS]) if more else rows
    return render_template(
        "portfolio/problems.html",
        run=found,
        book=book,
        rows=[
            {"row": one.row_no, "cell": one.cell, "head": one.head, "text": problem_text(one)}
            for one in rows
        ],
        kinds=[
            {"text": _kind_text(code), "head": head, "count": number}
            for code, head, number in portfolio.problem_kinds(session, run_id)
        ],
        first=url_for("portfolio.problems", run_id=run_id) if after else None,
        next=url_for("portfolio.problems", run_id=run_id, after=rows[-1].row_no) if more else None,
    )


def _whole_rows(rows: list[LoanProblem]) -> list[LoanProblem]:
    """Never part the cells of one row between two pages, where a page has more than one row."""
    last = rows[-1].row_no
    kept = [one for one in rows if one.row_no != last]
    return kept or rows


def _kind_text(code: str) -> str:
    from registry.words.portfolio import CELL_KINDS

    words = CELL_KINDS.get(code)
    return said(words) if words is not None else code
