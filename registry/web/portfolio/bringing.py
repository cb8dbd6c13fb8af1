"""The list of books, and bringing a new one; a template to begin with."""

import hashlib
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from registry.bulk import ingest
from registry.bulk.portfolio.template import write_template
from registry.db import RowMissing
from registry.operations import portfolio as operations
from registry.operations.evidence import path_of
from registry.queries import portfolio
from registry.queries.rulebook import in_force
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import current_language, said, t
from registry.web.portfolio import blueprint
from registry.web.refusal import refusal_words
from registry.words.formats import file_size
from registry.words.portfolio import BOOK_STATES, FILES

PIECE = 1 << 20
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class BookForm(FlaskForm):
    organisation_id = SelectField(coerce=int)
    name = StringField(validators=[InputRequired(), Length(max=operations.LONGEST_NAME)])
    as_of = DateField(validators=[InputRequired()])
    file = FileField(validators=[FileRequired()])

    def speak(self, lenders: list[Any]) -> None:
        self.organisation_id.label.text = t("机构", "Fund or bank")
        self.organisation_id.choices = [
            (row.id, t(row.name_zh, row.name_en or row.name_zh)) for row in lenders
        ]
        self.name.label.text = t("台账名称", "Name of the book")
        self.as_of.label.text = t("台账日期", "Day of the book")
        self.file.label.text = t("文件", "File")

    def validate_as_of(self, field: DateField) -> None:
        if isinstance(field.data, date) and not date(2000, 1, 1) <= field.data <= edge.today():
            raise ValidationError(t("台账日期不能在将来。", "The day cannot lie ahead."))


@blueprint.get("/")
@opens_to(Role.FUND_MANAGER)
def books() -> ResponseReturnValue:
    session = edge.reading()
    lenders = portfolio.own_lenders(session, edge.actor(), on=edge.today())
    runs = portfolio.runs_of(session, [row.id for row in lenders])
    return render_template(
        "portfolio/books.html", rows=[_shown(run, book) for run, book in runs], lenders=lenders
    )


def _shown(run: Any, book: Any) -> dict[str, Any]:
    return {
        "title": book.name,
        "href": url_for("portfolio.run", run_id=run.id),
        "note": run.file_name,
        "as_of": run.as_of,
        "state": run.state,
        "state_words": BOOK_STATES[run.state],
        "read": run.read or None,
        "bad": run.bad,
        "uploaded_at": run.uploaded_at,
    }


@blueprint.route("/new", methods=["GET", "POST"])
@opens_to(Role.FUND_MANAGER)
@edge.takes_books
def bring_book() -> ResponseReturnValue:
    """Kept by its digest; what it is and where its head lies is found out at once."""
    session = edge.reading()
    lenders = portfolio.own_lenders(session, edge.actor(), on=edge.today())
    names = portfolio.book_names(session, [row.id for row in lenders])
    form = BookForm()
    form.speak(lenders)
    if form.validate_on_submit():
        try:
            return redirect(url_for("portfolio.map_columns", run_id=_bring(form)), 303)
        except ingest.FileRefused as refused:
            words = FILES.get(refused.code, FILES["file_broken"])
            form.file.errors = [said(words, detail=refused.detail)]
        except MoveRefused as refused:
            form.form_errors.append(refusal_words(refused))
        except RowMissing:
            form.form_errors.append(t("请选择您所在的机构。", "Choose a fund or bank of your own."))
    page = render_template(
        "portfolio/bring_book.html",
        form=form,
        lenders=lenders,
        names=names,
        limit=edge.settings().book_limit_bytes,
    )
    return page, 422 if form.errors else 200


def _bring(form: BookForm) -> int:
    sha256, size = _keep(form.file.data.stream)
    path = path_of(edge.settings().books_folder, sha256)
    source = ingest.examine(path)
    by = edge.actor()
    with edge.writing() as session:
        run = operations.bring(
            session,
            organisation_id=form.organisation_id.data,
            name=form.name.data or "",
            as_of=form.as_of.data,  # type: ignore[arg-type]
            file_name=form.file.data.filename or "",
            file_sha256=sha256,
            file_bytes=size,
            source=source_record(source),
            by=by,
            now=edge.now(),
        )
        return run.id


def source_record(source: ingest.Source) -> dict[str, Any]:
    """What was found out about a file, for the run."""
    return {
        "kind": source.kind,
        "encoding": source.encoding,
        "sheet": source.sheet,
        "sheets": list(source.sheets),
        "lines": source.lines,
        "columns": source.columns,
    }


def _keep(stream: Any) -> tuple[str, int]:
    """Under its digest in the folder of books, piece by piece; first aside, then in its place."""
    folder, limit = edge.settings().books_folder, edge.settings().book_limit_bytes
    folder.mkdir(mode=0o700, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".incoming-", delete=False) as aside:
        made = Path(aside.name)
        try:
            while piece := stream.read(PIECE):
                size += len(piece)
                if size > limit:
                    raise ingest.FileRefused("file_too_big", file_size(limit, current_language()))
                digest.update(piece)
                aside.write(piece)
            aside.flush()
            target = path_of(folder, digest.hexdigest())
            target.parent.mkdir(mode=0o700, exist_ok=True)
            made.replace(target)
        except BaseException:
            made.unlink(missing_ok=True)
            raise
    return digest.hexdigest(), size


@blueprint.get("/template.xlsx")
@opens_to(Role.FUND_MANAGER)
def template() -> ResponseReturnValue:
    """An empty workbook whose heads are recognised, with what each column means."""
    book = in_force(edge.reading(), edge.today())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, ingest.vocabulary(book), book)
        answer = Response(path.read_bytes(), mimetype=XLSX)
    answer.headers["Content-Disposition"] = 'attachment; filename="loan-book-template.xlsx"'
    return answer


def refuse(refused: MoveRefused) -> None:
    flash(refusal_words(refused), "error")
