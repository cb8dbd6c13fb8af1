"""Reference data: tables with editions, sources, status and digests; imports with a preview."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from registry.models import ReferenceImport
from registry.operations import reference as operations
from registry.operations.reference import ImportRefused
from registry.queries import reference as tables
from registry.queries import zone_indicators
from registry.reference.importing import KINDS, ImportPreview, export, template
from registry.reference.shelf import manifest
from registry.rules.lifecycle import REFERENCE, Facts, Part, offered_moves
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.pinning import REFUSED, flash_refusal, pin
from registry.web.rules import blueprint
from registry.web.rules.book import READERS
from registry.web.rules.deciding import ReasonForm
from registry.words import Words
from registry.words.importing import PROBLEMS
from registry.words.states import STATES

MOST_OCTETS = 10 * 1024 * 1024
MOST_ROWS = 100
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportForm(FlaskForm):
    kind = SelectField(validators=[InputRequired()])
    file = FileField()
    edition = StringField(validators=[Optional(), Length(max=80)])
    source = StringField(validators=[Optional(), Length(max=200)])
    document = StringField(validators=[Optional(), Length(max=200)])
    note = TextAreaField(validators=[Optional(), Length(max=2000)])

    def speak(self) -> None:
        self.kind.label.text = t("数据表", "Table")
        self.kind.choices = [(kind.name, t(kind.zh, kind.en)) for kind in KINDS.values()]
        self.file.label.text = t("CSV 或 XLSX 文件", "CSV or XLSX file")
        self.edition.label.text = t("版本（文件未列时）", "Edition, where the file does not say it")
        self.source.label.text = t(
            "发布机关（文件未列时）", "Published by, where the file does not say it"
        )
        self.document.label.text = t(
            "文件名称文号（文件未列时）", "Document, where the file does not say it"
        )
        self.note.label.text = t("说明", "Note")

    @property
    def defaults(self) -> dict[str, str]:
        names = KINDS[self.kind.data].column_names
        given = {name: self[name].data or "" for name in ("edition", "source", "document")}
        return {name: value for name, value in given.items() if value and name in names}


@blueprint.get("/reference")
@opens_to(*READERS)
def reference_tables() -> ResponseReturnValue:
    """Every table: what is shipped, what was imported over it, what waits for a decision."""
    session = edge.reading()
    in_force = {one.kind for one in tables.in_force(session)}
    rows = [
        {
            "name": name,
            "words": Words(entry["title_zh"], entry["title_en"]),
            "rows": entry["rows"],
            "sha256": entry["sha256"],
            "licence": entry["licence"],
            "imported": name in in_force,
            "href": url_for("rules.reference_table", name=name),
        }
        for name, entry in sorted(manifest().items())
    ]
    only_imported = [kind for name, kind in sorted(KINDS.items()) if name not in manifest()]
    return render_template(
        "rules/reference.html",
        rows=rows,
        only_imported=[
            {"words": Words(kind.zh, kind.en), "name": kind.name, "loaded": kind.name in in_force}
            for kind in only_imported
        ],
        imports=[_import(one) for one in tables.imports(session)],
    )


def _import(row: ReferenceImport) -> dict[str, Any]:
    kind = KINDS[row.kind]
    return {
        "row": row,
        "words": Words(kind.zh, kind.en),
        "state": row.state,
        "state_words": STATES["reference"][row.state],
        "href": url_for("rules.reference_import", import_id=row.id),
    }


@blueprint.get("/reference/table/<name>")
@opens_to(*READERS)
def reference_table(name: str) -> ResponseReturnValue:
    """The rows that are in force now, each with its document, date and status."""
    if name not in KINDS and name not in manifest():
        abort(404)
    entry = manifest().get(name)
    kind = KINDS.get(name)
    rows = tables.table_rows(edge.reading(), name)
    is_zones = name == "zone_indicators"
    return render_template(
        "rules/reference_table.html",
        name=name,
        words=Words(kind.zh, kind.en) if kind else Words(entry["title_zh"], entry["title_en"]),
        importable=kind is not None,
        entry=entry,
        columns=list(rows[0]) if rows else [],
        rows=rows[:MOST_ROWS],
        zone_rows=zone_indicators.figures(edge.reading()) if is_zones else (),
        zone_targets=list(zone_indicators.targets().values()) if is_zones else [],
        total=len(rows),
        unverified=sum(row.get("status") != "verified" for row in rows),
        imports=[_import(one) for one in tables.imports(edge.reading(), name)] if kind else [],
    )


@blueprint.get("/reference/table/<name>/<any(csv, xlsx, template):form>")
@opens_to(*READERS)
def reference_file(name: str, form: str) -> ResponseReturnValue:
    """The rows in force as a file that can be imported again, or the empty template."""
    if name not in KINDS:
        abort(404)
    if form == "template":
        data, suffix, mimetype = template(name), "template.xlsx", SHEET
    elif form == "xlsx":
        data = export(name, tables.current_rows(edge.reading(), name), "xlsx")
        suffix, mimetype = "xlsx", SHEET
    else:
        data = export(name, tables.current_rows(edge.reading(), name), "csv")
        suffix, mimetype = "csv", "text/csv; charset=utf-8"
    answer = Response(data, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{suffix}"'
    return answer


@blueprint.route("/reference/import", methods=["GET", "POST"])
@opens_to(Role.RULE_EDITOR)
def import_reference() -> ResponseReturnValue:
    """Preview first: every mistake with its row, what would change; kept only on the second word."""
    form = ImportForm(kind=request.args.get("kind", ""))
    form.speak()
    found: ImportPreview | None = None
    if form.validate_on_submit():
        name, data = _uploaded(form)
        if not data:
            form.file.errors = [t("请选择文件。", "Choose a file.")]
        elif request.form.get("go") == "keep":
            made = _keep(form, name, data)
            if isinstance(made, int):
                flash(
                    t("已导入，须由他人启用。", "Imported: another person puts it in force."),
                    "success",
                )
                return redirect(url_for("rules.reference_import", import_id=made), 303)
            found = made
        else:
            found = operations.preview(
                edge.reading(),
                kind=form.kind.data,
                filename=name,
                content=data,
                defaults=form.defaults,
            )
    page = render_template(
        "rules/import_reference.html",
        form=form,
        found=found,
        problems=_problems(found) if found else [],
        most=MOST_ROWS,
        column_words=_column_words(found.kind) if found else {},
    )
    return page, 422 if form.errors or (found is not None and found.problems) else 200


def _uploaded(form: ImportForm) -> tuple[str, bytes]:
    upload = form.file.data
    if not upload:
        return "", b""
    return upload.filename or "", upload.stream.read(MOST_OCTETS + 1)


def _keep(form: ImportForm, name: str, data: bytes) -> ImportPreview | int | None:
    by = edge.actor()
    try:
        with edge.writing() as session:
            made = operations.import_rows(
                session,
                kind=form.kind.data,
                filename=name,
                content=data,
                note=form.note.data or "",
                defaults=form.defaults,
                by=by,
                now=edge.now(),
            )
            return int(made.id)
    except ImportRefused as refused:
        return refused.preview
    except REFUSED as refused:
        pin(form, refused, field="file")
        return None


def _problems(found: ImportPreview) -> list[dict[str, Any]]:
    names = _column_words(found.kind)
    return [
        {
            "row": one.row,
            "column": names.get(one.column, one.column),
            "text": said(PROBLEMS[one.code], detail=one.detail),
            "code": one.code,
        }
        for one in found.problems
    ]


def _column_words(kind: str) -> dict[str, Words]:
    return {column.name: Words(column.zh, column.en) for column in KINDS[kind].columns}


def _found(import_id: int) -> ReferenceImport:
    row = tables.import_with_id(edge.reading(), import_id)
    return row if row is not None else abort(404)


@blueprint.get("/reference/import/<int:import_id>")
@opens_to(*READERS)
def reference_import(import_id: int) -> ResponseReturnValue:
    """One import: its file, digests, what it changed, and what may be done with it."""
    row = _found(import_id)
    facts = Facts(parts={Part.PROPOSED: frozenset({row.imported_by_id})})
    offered = offered_moves(REFERENCE, row.state, edge.actor(), edge.now(), facts)
    form = ReasonForm()
    form.speak()
    return render_template(
        "rules/reference_import.html",
        shown=_import(row),
        row=row,
        rows=row.rows[:MOST_ROWS],
        columns=list(KINDS[row.kind].column_names),
        column_words=_column_words(row.kind),
        moves={str(one.move.event): one.refused for one in offered},
        form=form,
    )


@blueprint.get("/reference/import/<int:import_id>/file")
@opens_to(*READERS)
def reference_upload(import_id: int) -> ResponseReturnValue:
    """The file as it came."""
    row = _found(import_id)
    suffix = "xlsx" if row.filename.lower().endswith("xlsx") else "csv"
    answer = Response(row.content, mimetype=SHEET if suffix == "xlsx" else "text/csv")
    name = f"{row.kind}-{row.id}.{suffix}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.post("/reference/import/<int:import_id>/<any(put_in_force, withdraw):act>")
@opens_to(Role.RULE_PUBLISHER)
def decide_reference(import_id: int, act: str) -> ResponseReturnValue:
    return _decide(import_id, act)


@blueprint.post("/reference/import/<int:import_id>/dismiss")
@opens_to(Role.RULE_EDITOR, Role.RULE_PUBLISHER)
def dismiss_reference(import_id: int) -> ResponseReturnValue:
    return _decide(import_id, "dismiss")


def _decide(import_id: int, act: str) -> ResponseReturnValue:
    _found(import_id)
    operation = {
        "put_in_force": operations.put_in_force,
        "withdraw": operations.withdraw,
        "dismiss": operations.dismiss,
    }[act]
    by = edge.actor()
    rationale = request.form.get("rationale", "")[:4000]
    try:
        with edge.writing() as session:
            operation(session, import_id=import_id, rationale=rationale, by=by, now=edge.now())
        flash(t("已办理。", "Done."), "success")
    except REFUSED as refused:
        flash_refusal(refused)
    return redirect(url_for("rules.reference_import", import_id=import_id), 303)
