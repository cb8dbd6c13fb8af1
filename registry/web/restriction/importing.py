"""Files of restricted entries: brought, looked through, confirmed, followed, and their mistakes."""

import io
from collections.abc import Iterable
from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.validators import Length, Optional

from registry.bulk.ingest.reading import FileRefused as BadFile
from registry.jobs.restricted_imports import problem_rows
from registry.models import RestrictedImport
from registry.operations import restriction_import as operations
from registry.operations.evidence import FileRefused, path_of
from registry.operations.restriction_columns import COLUMNS
from registry.operations.restriction_rows import RowProblem
from registry.queries import restriction_import as imports
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import said, t
from registry.web.pinning import DayField, flash_refusal, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.bulk import bulk_of
from registry.web.restriction.proposing import bases
from registry.web.restriction.reading import FULL, file_words
from registry.words import Words
from registry.words import restricted_import as words

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTS = "start,pause,resume,cancel"


class ImportForm(FlaskForm):  # type: ignore[misc]
    file = FileField()
    basis = SelectField(default="")
    issuing_body = StringField(validators=[Optional(), Length(max=200)])
    from_day = DayField(validators=[Optional()])

    def speak(self) -> None:
        self.file.label.text = t("文件", "File")
        self.file.validators = [FileRequired(t("请选择文件。", "Choose a file."))]
        self.basis.label.text = t("事由与情形（行内未写时）", "Ground (where a row says none)")
        self.basis.choices = [("", t("各行自带", "Each row says its own")), *bases()]
        self.issuing_body.label.text = t(
            "作出机关（行内未写时）", "Issued by (where a row says none)"
        )
        self.from_day.label.text = t("起算日（行内未写时）", "First day (where a row says none)")

    @property
    def defaults(self) -> dict[str, str]:
        ground, _, case = (self.basis.data or "").partition("|")
        day = self.from_day.data.isoformat() if self.from_day.data else ""
        return {
            "ground": ground,
            "case_code": case,
            "issuing_body": self.issuing_body.data or "",
            "from_day": day,
        }


@blueprint.route("/imports", methods=["GET", "POST"])
@opens_to(*FULL)
def import_entries() -> ResponseReturnValue:
    """Every file that was brought; an officer brings another."""
    may_bring = holds_one_of(frozenset({Role.RESTRICT_OFFICER}))
    form = ImportForm()
    form.speak()
    if form.is_submitted() and not may_bring:
        abort(403)
    if form.validate_on_submit():
        made = _bring(form)
        if made is not None:
            return redirect(url_for("restriction.entry_import", import_id=made), 303)
    page = render_template(
        "restriction/imports.html",
        form=form,
        may_bring=may_bring,
        rows=imports.imports(edge.reading()),
        states=words.STATES,
        tones=words.TONES,
        limit=edge.settings().upload_limit_bytes,
    )
    return page, 422 if form.errors or form.form_errors else 200


def _bring(form: ImportForm) -> int | None:
    settings = edge.settings()
    try:
        proof = operations.keep_table(
            settings.evidence_folder, form.file.data.filename or "", form.file.data.read()
        )
        with edge.writing() as session:
            made = operations.bring(
                session, proof=proof, defaults=form.defaults, by=edge.actor(), now=edge.now()
            )
            return made.id
    except FileRefused as refused:
        form.file.errors = [*form.file.errors, file_words(refused)]
    except MoveRefused as refused:
        form.form_errors.append(words_of(refused))
    return None


def _found(import_id: int) -> RestrictedImport:
    row = imports.import_with_id(edge.reading(), import_id)
    return row if row is not None else abort(404)


def _shown(row: RestrictedImport) -> dict[str, Any]:
    left = imports.time_left(row, edge.now())
    minutes = max(1, round(left.total_seconds() / 60)) if left is not None else 0
    return {
        "row": row,
        "state": words.STATES[row.state],
        "tone": words.TONES[row.state],
        "refused": words.PROBLEMS.get(row.refused, Words(row.refused, row.refused)),
        "left": t("约剩 %(n)s 分钟", "about %(n)s minutes left", n=minutes) if minutes else None,
        "runs": row.state in operations.WORKED_ON,
        "problems": [
            {
                "row": one["line"],
                "column": words.COLUMNS.get(one["column"], Words(one["column"], one["column"])),
                "text": problem_words(RowProblem(**one)),
            }
            for one in row.problems
        ],
        "may": holds_one_of(frozenset({Role.RESTRICT_OFFICER})),
    }


def problem_words(problem: RowProblem) -> str:
    known = words.PROBLEMS.get(problem.code)
    if known is None:
        return problem.code
    return said(known, detail=problem.detail, limit=problem.detail, found=problem.detail)


@blueprint.get("/imports/<int:import_id>")
@opens_to(*FULL)
def entry_import(import_id: int) -> ResponseReturnValue:
    """What the file would change or has changed, how far it is, and its mistakes row by row."""
    row = _found(import_id)
    return render_template("restriction/import.html", **_shown(row), **bulk_of(row.id))


@blueprint.get("/imports/<int:import_id>/progress")
@opens_to(*FULL)
def entry_import_progress(import_id: int) -> ResponseReturnValue:
    """The moving piece of the page."""
    return render_template("restriction/import_progress.html", **_shown(_found(import_id)))


@blueprint.post(f"/imports/<int:import_id>/<any({ACTS}):act>")
@opens_to(Role.RESTRICT_OFFICER)
def steer_import(import_id: int, act: str) -> ResponseReturnValue:
    _found(import_id)
    try:
        with edge.writing() as session:
            operations.steer(session, import_id=import_id, act=act, by=edge.actor(), now=edge.now())
        flash(t("已办理。", "Done."), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("restriction.entry_import", import_id=import_id), 303)


@blueprint.get("/imports/<int:import_id>/mistakes.xlsx")
@opens_to(*FULL)
def import_mistakes(import_id: int) -> ResponseReturnValue:
    """The file as it came, with a first column that says what is wrong with each row."""
    row = _found(import_id)
    path = path_of(edge.settings().evidence_folder, row.file_sha256)
    if not path.is_file() or row.state == "REFUSED":
        abort(404)
    known = {
        one["line"]: RowProblem(**one) for one in row.problems if one["code"] == "entry_decided"
    }
    try:
        return _workbook(
            _marked(problem_rows(path, row.defaults), known), f"import-{row.id}-mistakes.xlsx"
        )
    except BadFile:
        abort(404)


def _marked(lines: Iterable[Any], known: dict[int, RowProblem]) -> Iterable[tuple[str, list[str]]]:
    for number, (cells, problems) in enumerate(lines, 1):
        if number in known and not problems:
            problems = [known[number]]
        texts = [
            f"{said(words.COLUMNS.get(p.column, Words(p.column, p.column)))}: {problem_words(p)}"
            for p in problems
        ]
        head = t("问题", "What is wrong") if number == 1 else ""
        yield " ".join(texts) or head, ["" if cell is None else str(cell) for cell in cells]


def _workbook(lines: Iterable[tuple[str, list[str]]], name: str) -> Response:
    """Every cell as text: nothing is a formula; what is wrong is marked by colour and by words."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet("restricted list")
    wrong = book.add_format({"bg_color": "#FDE7E9", "text_wrap": True})
    sheet.set_column(0, 0, 44)
    sheet.freeze_panes(1, 1)
    for number, (text, cells) in enumerate(lines):
        if text:
            sheet.write_string(number, 0, text, wrong)
        for column, cell in enumerate(cells, 1):
            sheet.write_string(number, column, cell[:32_000])
    book.close()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(out.getvalue(), mimetype=XLSX, headers=headers)


@blueprint.get("/imports/template.xlsx")
@opens_to(*FULL)
def import_template() -> ResponseReturnValue:
    """An empty workbook with the columns that an import takes, and a sheet that explains them."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold = book.add_format({"bold": True})
    sheet, notes = book.add_worksheet("restricted list"), book.add_worksheet("说明 Notes")
    taken = [name for name in COLUMNS if name not in ("number", "state")]
    sheet.set_column(0, len(taken), 18, book.add_format({"num_format": "@"}))
    notes.set_column(0, 2, 32)
    for place, name in enumerate(taken):
        sheet.write_string(0, place, name, bold)
        notes.write_string(place, 0, name)
        notes.write_string(place, 1, words.COLUMNS[name].zh)
        notes.write_string(place, 2, words.COLUMNS[name].en)
    sheet.freeze_panes(1, 0)
    book.close()
    headers = {"Content-Disposition": 'attachment; filename="restricted-list-template.xlsx"'}
    return Response(out.getvalue(), mimetype=XLSX, headers=headers)
