"""Watched portfolios: a fund manager saves names, is told of new hits only, and judges them."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from registry.models import WatchedList
from registry.operations import watch as operations
from registry.queries import watch as watched
from registry.rules.lifecycle import MoveRefused
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.pinning import flash_refusal, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.likeness import BAND_TONES, MatchForm
from registry.web.restriction.looking_up import LOOKERS, LookUpForm, asked_of
from registry.web.restriction.reading import ground_name
from registry.words import screening as words


class WatchForm(LookUpForm):
    title = StringField()
    names = TextAreaField(validators=[Length(max=1_500_000)])

    def speak(self) -> None:
        super().speak()
        self.title.label.text = t("给这份名单起个名字", "Call the portfolio")
        self.title.validators = [
            InputRequired(t("请填写名称。", "Give it a name.")),
            Length(max=120),
        ]


class JudgeForm(MatchForm):
    decision = RadioField()
    reason = TextAreaField()

    def speak(self) -> None:
        super().speak()
        self.decision.choices = [
            ("false", t("不是同一主体", "Not the same")),
            ("true", t("是同一主体", "The same")),
            ("unsure", t("尚不能认定", "Cannot be told yet")),
        ]


def _me() -> int:
    return edge.actor().person_id or 0


def _own(list_id: int) -> WatchedList:
    found = watched.list_with_id(edge.reading(), list_id, owner_id=_me())
    return found if found is not None else abort(404)


@blueprint.get("/watched")
@opens_to(*LOOKERS)
def watched_lists() -> ResponseReturnValue:
    """One's own portfolios, and how many hits wait in each."""
    return render_template(
        "restriction/watched_lists.html", rows=watched.lists_of(edge.reading(), _me())
    )


@blueprint.route("/watched/new", methods=["GET", "POST"])
@opens_to(*LOOKERS)
def watch_names() -> ResponseReturnValue:
    """Paste or upload names, call them something, and have them watched."""
    form = WatchForm()
    form.speak()
    if form.validate_on_submit():
        made = _watch(form)
        if made is not None:
            return redirect(url_for("restriction.watched_list", list_id=made), 303)
    page = render_template("restriction/watch_names.html", form=form, most=operations.MOST_NAMES)
    return page, 422 if form.errors or form.form_errors else 200


def _watch(form: WatchForm) -> int | None:
    asked = asked_of(form, most=operations.MOST_NAMES)
    if asked is None:
        return None
    try:
        with edge.writing() as session:
            return operations.watch(
                session, title=form.title.data, subjects=asked, by=edge.actor(), now=edge.now()
            ).id
    except MoveRefused as refused:
        form.form_errors.append(words_of(refused))
        return None


def _shown(row: WatchedList) -> dict[str, Any]:
    return {"row": row, "runs": not row.is_screened and row.ended_at is None}


@blueprint.get("/watched/<int:list_id>")
@opens_to(*LOOKERS)
def watched_list(list_id: int) -> ResponseReturnValue:
    """What was found in a portfolio, what waits first; how far a new one is."""
    row = _own(list_id)
    return render_template(
        "restriction/watched_list.html",
        **_shown(row),
        found=watched.hits_of(edge.reading(), row.id),
        bands=words.BANDS,
        tones=BAND_TONES,
        decisions=words.DECISIONS,
        ground_name=ground_name,
    )


@blueprint.get("/watched/<int:list_id>/progress")
@opens_to(*LOOKERS)
def watched_progress(list_id: int) -> ResponseReturnValue:
    """The moving piece of the page."""
    return render_template("restriction/watched_progress.html", **_shown(_own(list_id)))


@blueprint.post("/watched/<int:list_id>/end")
@opens_to(*LOOKERS)
def end_watch(list_id: int) -> ResponseReturnValue:
    _own(list_id)
    try:
        with edge.writing() as session:
            operations.end(session, list_id=list_id, by=edge.actor(), now=edge.now())
        flash(
            t("已停止关注。以往的比对仍可查看。", "No longer watched. What was found stays here."),
            "success",
        )
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("restriction.watched_list", list_id=list_id), 303)


@blueprint.route("/watched/hits/<int:hit_id>", methods=["GET", "POST"])
@opens_to(*LOOKERS)
def watched_hit(hit_id: int) -> ResponseReturnValue:
    """A name beside an entry, part by part, and the owner's word on it."""
    found = watched.hit_of(edge.reading(), hit_id, owner_id=_me())
    if found is None:
        abort(404)
    form = JudgeForm()
    form.speak()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                operations.judge(
                    session,
                    hit_id=hit_id,
                    decision=form.decision.data,
                    reason=form.reason.data,
                    by=edge.actor(),
                    now=edge.now(),
                )
        except MoveRefused as refused:
            form.form_errors.append(words_of(refused))
        else:
            flash(t("认定已记录。", "Your decision is on record."), "success")
            return redirect(url_for("restriction.watched_list", list_id=found.hit.list_id), 303)
    page = render_template(
        "restriction/watched_hit.html",
        one=found,
        form=form,
        parts=found.hit.parts,
        bands=words.BANDS,
        tones=BAND_TONES,
        decisions=words.DECISIONS,
        part_names=words.PARTS,
        kind_words=words.kind_words,
        ground_name=ground_name,
    )
    return page, 422 if form.errors or form.form_errors else 200
