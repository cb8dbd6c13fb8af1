"""One step of the form: shown, saved by button and by timer, scored live, its files kept with it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.models import RestrictedEntry
from registry.operations import application as operations
from registry.queries.restriction_list import public_terms_in
from registry.rules.lifecycle import MoveRefused
from registry.web import edge
from registry.web.access import opens_to
from registry.web.applicant import blueprint, step_form
from registry.web.applicant.codes import code_name, usual_grid
from registry.web.applicant.desk import OPENS_TO, Desk, open_desk, open_draft
from registry.web.applicant.files import (
    ACCEPTED,
    attach_uploaded,
    files_at,
    remove_asked,
)
from registry.web.applicant.questions import Question, Step, asked_now, step_named
from registry.web.applicant.scoring import live_score
from registry.web.applicant.step_form import AnswersForm
from registry.web.applicant.wording import answer_shown, problem_words
from registry.web.language import current_language, t
from registry.web.refusal import refusal_words
from registry.words import formats

GRID_FIELD, PROVINCE_FIELD = "grid_region", "province"
EDITION_FIELD = "catalogue_edition"


def _step_of(desk: Desk, step_id: str) -> Step:
    found = step_named(desk.steps, step_id)
    return found if found is not None else abort(404)


@blueprint.get("/<int:application_id>/form/<step_id>")
@opens_to(*OPENS_TO)
def step(application_id: int, step_id: str) -> ResponseReturnValue:
    desk = open_draft(application_id)
    page = _step_of(desk, step_id)
    form = step_form.form_for(page.questions, _suggested(desk), desk.case.draft_version)
    pin_problems(form, desk, page.fields, also_missing="check" in request.args)
    return _render(desk, page, form)


@blueprint.post("/<int:application_id>/form/<step_id>", endpoint="save_step")
@opens_to(*OPENS_TO)
def save_step(application_id: int, step_id: str) -> ResponseReturnValue:
    """Keeps what was typed and the files, then goes where the button says. What cannot be is kept
    too, and said at its field before going on."""
    desk = open_draft(application_id)
    page = _step_of(desk, step_id)
    form = step_form.form_for(page.questions, desk.answers, desk.case.draft_version)
    if not form.validate_on_submit():
        return _render(desk, page, form), 422
    try:
        save(desk, form, step_form.typed(form, page.questions))
    except operations.DraftStale as stale:
        pin_stale(form, page.questions, stale)
        return _render(desk, page, form), 409
    except MoveRefused as refused:
        form.form_errors.append(refusal_words(refused))
        return _render(desk, page, form), 409
    refused_files = attach_uploaded(application_id, page.questions, form)
    removed = remove_asked(application_id)
    return _go_on(open_draft(application_id), page, form, stay=refused_files or removed)


def save(desk: Desk, form: AnswersForm, changes: Mapping[str, str]) -> int:
    """Keep the draft in a transaction of its own; the version that it has now."""
    with edge.writing() as session:
        saved = operations.save_draft(
            session,
            application_id=desk.case.id,
            changes=changes,
            draft_version=step_form.version_of(form),
            seen=step_form.seen_of(form),
            by=edge.actor(),
            now=edge.now(),
        )
        return saved.draft_version


def _go_on(desk: Desk, page: Step, form: AnswersForm, *, stay: bool) -> ResponseReturnValue:
    go = request.form.get("go", "next")
    if go.startswith("look_up."):
        return redirect(
            url_for(
                "applicant.look_up",
                application_id=desk.case.id,
                field=go.removeprefix("look_up."),
            ),
            303,
        )
    if go == "score":
        return redirect(url_for("applicant.check_score", application_id=desk.case.id), 303)
    fresh = step_form.form_for(page.questions, desk.answers, desk.case.draft_version, posted=False)
    for field in form:
        if field.name in fresh and field.errors:
            fresh[field.name].errors = list(field.errors)
    if go != "later" and pin_problems(fresh, desk, page.fields, also_missing=False):
        return _render(desk, page, fresh), 422
    if stay or go == "upload":
        return (_render(desk, page, fresh), 422) if fresh.errors else _redirect_to(desk, page)
    if go == "later":
        flash(t("草稿已保存。", "The draft is saved."), "success")
        return redirect(url_for("applicant.application", application_id=desk.case.id), 303)
    return _redirect_to(desk, _next_of(desk, page))


def _next_of(desk: Desk, page: Step) -> Step | None:
    behind = desk.steps[desk.steps.index(page) + 1 :]
    return next((s for s in behind if not desk.asked.isdisjoint(s.fields)), None)


def _redirect_to(desk: Desk, page: Step | None) -> ResponseReturnValue:
    if page is None:
        return redirect(url_for("applicant.check_answers", application_id=desk.case.id), 303)
    return redirect(desk.step_url(page), 303)


@blueprint.post("/<int:application_id>/form/<step_id>/autosave")
@opens_to(*OPENS_TO)
def autosave_step(application_id: int, step_id: str) -> ResponseReturnValue:
    """The timer's save: the same keeping, told in a line."""
    desk = open_desk(application_id)
    page = _step_of(desk, step_id)
    form = step_form.form_for(page.questions, desk.answers, desk.case.draft_version)
    try:
        version = save(desk, form, step_form.typed(form, page.questions))
    except operations.DraftStale as stale:
        names = [q.name for q in page.questions if q.id in stale.fields]
        listed = t("、", ", ").join(t(name.zh, name.en) for name in names)
        return jsonify(message=_stale_line(listed)), 409
    except (MoveRefused, operations.FieldsClosed):
        text = t("未保存：申请已不能修改。", "Not saved: the application is no longer open.")
        return jsonify(message=text), 409
    at = formats.moment(edge.now(), current_language())
    text = t("草稿已保存：%(at)s", "Draft saved: %(at)s", at=at)
    return jsonify(message=text, version=version)


def _stale_line(fields: str) -> str:
    return t(
        "未保存：他人同时改了%(fields)s。请点“保存”查看两者的内容。",
        "Not saved: somebody else changed %(fields)s meanwhile. Press Save to see both.",
        fields=fields,
    )


@blueprint.post("/<int:application_id>/form/<step_id>/score")
@opens_to(*OPENS_TO)
def live_step_score(application_id: int, step_id: str) -> ResponseReturnValue:
    """The score of what stands in the fields now, as a piece of the page. Nothing is kept."""
    desk = open_desk(application_id)
    page = _step_of(desk, step_id)
    form = step_form.form_for(page.questions, desk.answers, desk.case.draft_version)
    answers = {**desk.answers, **step_form.typed(form, page.questions)}
    asked = asked_now(desk.book, desk.case.kind, answers, as_of=edge.today())
    return render_template(
        "applicant/live_score.html",
        score=live_score(desk, answers),
        asked=sorted(asked),
        public_terms=_public_terms(page, answers),
    )


def _public_terms(page: Step, answers: Mapping[str, str]) -> list[RestrictedEntry]:
    """What the public list has against the technology in the words of this page; of hits, nothing."""
    texts = (answers.get(question.id, "") for question in page.questions if question.type == "text")
    return public_terms_in(edge.reading(), " ".join(texts), on=edge.today())


@blueprint.get("/<int:application_id>/score")
@opens_to(*OPENS_TO)
def check_score(application_id: int) -> ResponseReturnValue:
    """The whole explained score of the saved draft: the way without script."""
    desk = open_desk(application_id)
    return render_template("applicant/score.html", desk=desk, score=live_score(desk, desk.answers))


def _suggested(desk: Desk) -> Mapping[str, str]:
    """A grid that the province leaves no choice about is chosen already, to be seen and saved."""
    grids, _ = usual_grid(desk.answers.get(PROVINCE_FIELD, ""))
    if len(grids) == 1 and not desk.answers.get(GRID_FIELD):
        return {**desk.answers, GRID_FIELD: grids[0]}
    return desk.answers


def pin_problems(
    form: AnswersForm, desk: Desk, fields: Collection[str], *, also_missing: bool
) -> bool:
    """Put each problem on its field; whether there was any."""
    pinned = False
    for problem in desk.problems:
        if problem.field not in fields or (problem.code == "required" and not also_missing):
            continue
        form[problem.field].errors = [problem_words(problem, desk.book)]
        pinned = True
    return pinned


def pin_stale(
    form: AnswersForm, questions: Iterable[Question], stale: operations.DraftStale
) -> None:
    """Both values stand on the page: the reader's in the field, the other's beside it."""
    before = step_form.seen_of(form)
    step_form.show_again(form, stale.theirs, stale.draft_version)
    edition = stale.theirs.get(EDITION_FIELD, "")
    for question in questions:
        field, theirs = form[question.id], stale.theirs.get(question.id, "")
        if question.id in stale.fields:
            shown = answer_shown(question, theirs, edition) or t("（空）", "(blank)")
            field.errors = [
                t(
                    "他人已改为“%(theirs)s”。未作覆盖；再次保存则以您的内容为准。",
                    "Somebody else changed it to “%(theirs)s”. Nothing was overwritten; "
                    "save again to keep yours.",
                    theirs=shown,
                )
            ]
        elif step_form.plain(str(field.data or "")) == before.get(question.id, ""):
            field.data = theirs  # left as it was shown: the other's newer answer stands


def hints_for_questions(desk: Desk, questions: Sequence[Question]) -> dict[str, str]:
    """What the registry knows beside a field: the name of a code, the usual grid of a province."""
    found = {}
    edition = desk.answers.get(EDITION_FIELD, "")
    asked = {question.id for question in questions}
    for question in questions:
        raw = desk.answers.get(question.id, "")
        name = code_name(question.table, raw, edition) if question.table and raw else ""
        if name:
            found[question.id] = f"{raw} {name}"
    province = desk.answers.get(PROVINCE_FIELD, "")
    _, names = usual_grid(province)
    if names and GRID_FIELD in asked:
        listed = t("、", ", ").join(names)
        found[GRID_FIELD] = t(
            "按所填省份：%(grids)s。", "For the province given: %(grids)s.", grids=listed
        )
    return found


def _render(desk: Desk, page: Step, form: AnswersForm) -> str:
    return render_template(
        "applicant/step.html",
        desk=desk,
        page=page,
        form=form,
        steps=[_step_item(desk, each, page) for each in desk.steps],
        beside=hints_for_questions(desk, page.questions),
        files={q.id: files_at(desk, q.id) for q in page.questions},
        score=live_score(desk, desk.answers),
        public_terms=_public_terms(page, desk.answers),
        accepted=ACCEPTED,
        limit=edge.settings().upload_limit_bytes,
        place=desk.steps.index(page) + 1,
    )


def _step_item(desk: Desk, each: Step, page: Step) -> dict[str, object]:
    state = desk.state_of(each)
    shown = {"done": "done", "problem": "problem"}.get(state, "todo")
    return {
        "label": each.name,
        "href": desk.step_url(each),
        "state": "current" if each is page else shown,
    }
