"""Make and change drafts: from a released version, from files, or in the browser."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import MultipleFileField
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from registry.operations import rulebook as operations
from registry.operations.rulebook import FilesRefused
from registry.queries import rulebook as rulebooks
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.pinning import REFUSED, DayField, flash_refusal, pin
from registry.web.rules import blueprint
from registry.web.rules.book import found, number
from registry.web.rules.uploads import files_of
from registry.words.rulebook import FILES


class BeginForm(FlaskForm):
    base = SelectField(validators=[InputRequired()])
    version = StringField(validators=[InputRequired(), Length(max=40)])
    valid_from = DayField(validators=[InputRequired()])
    note = TextAreaField(validators=[Optional(), Length(max=2000)])

    def speak(self) -> None:
        self.base.label.text = t("以哪一版为基础", "Begin with the files of")
        self.base.choices = [
            (f"{one.id}@{one.version}", f"{one.id} {one.version}")
            for one in rulebooks.released(edge.reading())
        ]
        self.version.label.text = t("新版本号", "Name of the new version")
        self.valid_from.label.text = t(
            "施行日期（写入文件）", "In force from (written in the file)"
        )
        self.note.label.text = t("修改什么、为什么", "What changes, and why")


class UploadForm(FlaskForm):
    files = MultipleFileField()
    note = TextAreaField(validators=[Optional(), Length(max=2000)])

    def speak(self) -> None:
        self.files.label.text = t("规则文件", "Files of the rulebook")
        self.note.label.text = t("修改什么、为什么", "What changes, and why")


class EditForm(FlaskForm):
    text = TextAreaField(validators=[InputRequired(), Length(max=operations.MOST_OCTETS)])

    def speak(self) -> None:
        self.text.label.text = t("文件内容", "Content of the file")


@blueprint.route("/new", methods=["GET", "POST"])
@opens_to(Role.RULE_EDITOR)
def begin() -> ResponseReturnValue:
    """A new version on the files of an older one."""
    form = BeginForm(base=request.args.get("base", ""))
    form.speak()
    if form.validate_on_submit():
        id, _, version = (form.base.data or "").partition("@")
        by = edge.actor()
        try:
            with edge.writing() as session:
                made = operations.begin_version(
                    session,
                    id=id,
                    version=version,
                    new_version=(form.version.data or "").strip(),
                    valid_from=form.valid_from.data or date.max,
                    note=form.note.data or "",
                    by=by,
                    now=edge.now(),
                )
                key = str(made.id)
        except REFUSED as refused:
            pin(form, refused)
        else:
            flash(
                t("草案已建立，现在修改它的文件。", "The draft is there: change its files now."),
                "success",
            )
            return redirect(url_for("rules.rulebook", key=key), 303)
    page = render_template("rules/begin.html", form=form)
    return page, 422 if form.errors else 200


@blueprint.route("/import", methods=["GET", "POST"])
@opens_to(Role.RULE_EDITOR)
def import_draft() -> ResponseReturnValue:
    """A draft from files: kept with all its mistakes, each with its place."""
    form = UploadForm()
    form.speak()
    if form.validate_on_submit():
        by = edge.actor()
        try:
            brought = files_of(request.files.getlist("files"))
            with edge.writing() as session:
                made = operations.import_draft(
                    session, files=brought, note=form.note.data or "", by=by, now=edge.now()
                )
                key, mistakes = str(made.id), made.mistakes
        except FilesRefused as refused:
            form.files.errors = [said(FILES[refused.code], name=refused.name)]
        except REFUSED as refused:
            pin(form, refused)
        else:
            _tell(mistakes)
            return redirect(url_for("rules.rulebook", key=key), 303)
    page = render_template("rules/import_draft.html", form=form)
    return page, 422 if form.errors else 200


def _tell(mistakes: int) -> None:
    if mistakes:
        flash(t("已保存，有 %(n)s 处错误。", "Kept, with %(n)s mistakes.", n=mistakes), "warning")
    else:
        flash(t("已保存，检查通过。", "Kept and checked: no mistakes."), "success")


@blueprint.post("/version/<key>/files")
@opens_to(Role.RULE_EDITOR)
def upload_files(key: str) -> ResponseReturnValue:
    """Changed or further files of a draft."""
    back = redirect(url_for("rules.rulebook", key=key), 303)
    by = edge.actor()
    try:
        brought = files_of(request.files.getlist("files"))
        if not brought:
            raise FilesRefused("no_files")
        with edge.writing() as session:
            row = operations.revise_draft(
                session, version_id=number(key), changed=brought, by=by, now=edge.now()
            )
            mistakes = row.mistakes
    except FilesRefused as refused:
        flash(said(FILES[refused.code], name=refused.name), "error")
    except REFUSED as refused:
        flash_refusal(refused)
    else:
        _tell(mistakes)
    return back


@blueprint.route("/version/<key>/file/<name>/edit", methods=["GET", "POST"])
@opens_to(Role.RULE_EDITOR)
def edit_file(key: str, name: str) -> ResponseReturnValue:
    """Change a file of a draft in the browser."""
    shown = found(key)
    kept = {} if shown.row is None else rulebooks.files_of(edge.reading(), shown.row.id)
    if name not in kept:
        return redirect(url_for("rules.source_file", key=key, name=name), 303)
    form = EditForm(text=kept[name].decode("utf-8", "replace"))
    form.speak()
    if form.validate_on_submit():
        by = edge.actor()
        text = (form.text.data or "").replace("\r\n", "\n").encode("utf-8")
        try:
            with edge.writing() as session:
                row = operations.revise_draft(
                    session, version_id=number(key), changed={name: text}, by=by, now=edge.now()
                )
                mistakes = row.mistakes
        except FilesRefused as refused:
            form.text.errors = [said(FILES[refused.code], name=refused.name)]
        except REFUSED as refused:
            pin(form, refused, field="text")
        else:
            _tell(mistakes)
            return redirect(url_for("rules.rulebook", key=key), 303)
    page = render_template("rules/edit_file.html", form=form, shown=shown, name=name)
    return page, 422 if form.errors else 200
