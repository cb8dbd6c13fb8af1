"""Names pasted or uploaded, screened at once: verdicts with reasons, and the proof of a "no hit"."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import TextAreaField
from wtforms.validators import Length

from registry.operations import look_up as operations
from registry.queries import restriction as stored
from registry.queries.look_up import look_ups_of
from registry.queries.policy import policy_in_force
from registry.reference.importing.reading import FileRefused, grid_of
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.screening import Subject, check_uscc
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.pinning import words_of
from registry.web.restriction import blueprint
from registry.web.restriction.likeness import BAND_TONES
from registry.web.restriction.reading import ground_name
from registry.words import screening as words

LOOKERS = (Role.FUND_MANAGER, Role.SCREENER, Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER)
MOST_LOOKED_AT = 600  # characters at the end of what is typed


class LookUpForm(FlaskForm):  # type: ignore[misc]
    names = TextAreaField(validators=[Length(max=60_000)])
    file = FileField()

    def speak(self) -> None:
        self.names.label.text = t("名称，每行一个", "Names, one a line")
        self.file.label.text = t("或上传表格", "Or upload a table")


def subjects_of(lines: list[list[str]]) -> list[Subject]:
    """Each line is a name and, in any other column, its code."""
    found = []
    for cells in lines:
        texts = [cell.strip() for cell in cells if cell.strip()]
        codes = [text for text in texts if check_uscc(text).kind != "unknown"]
        named = [text for text in texts if text not in codes]
        if named or codes:
            name = named[0] if named else codes[0]
            found.append(Subject(name=name[:200], uscc=codes[0] if codes else ""))
    return found


def _typed(text: str) -> list[list[str]]:
    return [line.replace("\t", ",").replace("，", ",").split(",") for line in text.splitlines()]


def _asked(form: LookUpForm) -> list[Subject]:
    """From the box and the file; a head line of the file is left out where it names its columns."""
    lines = _typed(form.names.data or "")
    if form.file.data and form.file.data.filename:
        grid = grid_of(form.file.data.filename, form.file.data.read())
        rows = [[str(cell) if cell is not None else "" for cell in line] for line in grid]
        heads = {"name", "名称", "单位名称", "企业名称", "company"}
        if rows and heads & {cell.strip().lower() for cell in rows[0]}:
            rows = rows[1:]
        lines += rows
    return subjects_of(lines)


@blueprint.route("/look-up", methods=["GET", "POST"])
@opens_to(*LOOKERS)
def look_up() -> ResponseReturnValue:
    form = LookUpForm()
    form.speak()
    if form.validate_on_submit():
        made = _look_up(form)
        if made is not None:
            return redirect(url_for("restriction.looked_up", look_up_id=made), 303)
    page = render_template(
        "restriction/look_up.html",
        form=form,
        most=operations.MOST_NAMES,
        list_version=stored.newest_list(edge.reading())[0],
        earlier=look_ups_of(edge.reading(), edge.actor().person_id or 0),
    )
    return page, 422 if form.errors else 200


def asked_of(form: LookUpForm, *, most: int) -> list[Subject] | None:
    """The names of the box and the file; None where they cannot be read, with why on the form."""
    try:
        asked = _asked(form)
    except FileRefused as refused:
        form.file.errors = [
            *form.file.errors,
            t("无法读取：请上传 CSV 或 XLSX。", "Not readable: upload CSV or XLSX.")
            + f" ({refused.code})",
        ]
        return None
    if not asked or len(asked) > most:
        form.names.errors = [
            *form.names.errors,
            t("请给出 1 至 %(n)s 个名称。", "Give 1 to %(n)s names.", n=most),
        ]
        return None
    return asked


def _look_up(form: LookUpForm) -> int | None:
    asked = asked_of(form, most=operations.MOST_NAMES)
    if asked is None:
        return None
    try:
        with edge.writing() as session:
            return operations.look_up(session, asked, by=edge.actor(), now=edge.now()).id
    except MoveRefused as refused:
        form.form_errors.append(words_of(refused))
        return None


@blueprint.post("/look-up/typing")
@opens_to(*LOOKERS)
def look_up_typing() -> ResponseReturnValue:
    """While names are typed: the last line beside the list. Nothing is kept, so it proves nothing."""
    asked = subjects_of(_typed(request.form.get("names", "")[-MOST_LOOKED_AT:]))[-1:]
    session, policy = edge.reading(), policy_in_force(edge.reading())
    found = [
        (one, row)
        for subject in asked
        if len(subject.name) >= 2
        for one, row in stored.matches_of(session, subject, policy)
        if one.is_hit
    ]
    return render_template(
        "restriction/typing.html",
        asked=asked[0] if asked and len(asked[0].name) >= 2 else None,
        hits=found[:5],
        code=check_uscc(asked[0].uscc) if asked and asked[0].uscc else None,
        bands=words.BANDS,
        tones=BAND_TONES,
        ground_name=ground_name,
    )
