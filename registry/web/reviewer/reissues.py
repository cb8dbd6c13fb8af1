"""Certificates made anew by the thousand, and the making of all that wait: looked at and steered."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from registry.models import Reissue
from registry.operations import issuing
from registry.operations import reissue as operations
from registry.operations.certificate import count_waiting, signer_of
from registry.operations.reissue import Selection
from registry.queries.certificate import numbers_of, reissues
from registry.queries.hit import certificates_not_made
from registry.queries.review import names_of
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import holds_one_of, opens_to
from registry.web.language import t
from registry.web.pinning import flash_refusal, words_of
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import CodedForm, ReasonForm
from registry.words.reasons import REASONS
from registry.words.reissue import CONSEQUENCES, STATES, why_left

READERS = (Role.APPROVER, Role.SCREENER, Role.ASSESSOR, Role.AUDITOR)
TRIES = 1


class ReissueForm(CodedForm):
    number_prefix = StringField(validators=[Optional(), Length(max=40)])
    zone_id = SelectField(validators=[Optional()])
    valid_from_first = DateField(validators=[Optional()])
    valid_from_last = DateField(validators=[Optional()])
    other_key = BooleanField()

    def ask(self) -> None:
        self.offer("certificate", "amend", t("理由", "Reason"))
        self.number_prefix.label.text = t("编号开头", "Number begins with")
        self.zone_id.label.text = t("园区", "Zone")
        self.zone_id.choices = [("", t("全部", "Any")), *places.zone_choices()]
        self.valid_from_first.label.text = t("有效期自（不早于）", "Valid from, at the earliest")
        self.valid_from_last.label.text = t("有效期自（不晚于）", "Valid from, at the latest")
        self.other_key.label.text = t(
            "只选不是用现行签名密钥签署的", "Only those signed with another key than today’s"
        )

    def chosen(self) -> Selection:
        key = signer_of(edge.settings()).fingerprint if self.other_key.data else ""
        return Selection(
            (self.number_prefix.data or "").strip(),
            self.zone_id.data or "",
            self.valid_from_first.data,
            self.valid_from_last.data,
            key,
        )


@blueprint.get("/issuing")
@opens_to(*READERS)
def issuing_desk() -> ResponseReturnValue:
    """What waits for its document, what could not be made, and every re-issue of many."""
    return render_template("reviewer/issuing.html", **_making(), orders=_orders())


@blueprint.get("/issuing/progress")
@opens_to(*READERS)
def issuing_progress() -> ResponseReturnValue:
    """The moving piece of the page."""
    return render_template("reviewer/issuing_progress.html", **_making())


def _making() -> dict[str, Any]:
    session = edge.reading()
    return {
        "waiting": count_waiting(session),
        "paused": issuing.paused(edge.settings()),
        "stuck": certificates_not_made(
            session, most_tries=TRIES, viewer=edge.actor(), on=edge.today()
        ),
        "may_steer": holds_one_of(frozenset({Role.APPROVER})),
    }


def _orders() -> list[dict[str, Any]]:
    session = edge.reading()
    rows = reissues(session)
    names = names_of(session, [row.proposed_by_id for row in rows])
    return [_line(row, names) for row in rows]


@blueprint.post("/issuing/<any(pause,resume):act>")
@opens_to(Role.APPROVER)
def steer_issuing(act: str) -> ResponseReturnValue:
    try:
        with edge.writing() as session:
            issuing.steer(
                session, edge.settings(), pause=act == "pause", by=edge.actor(), now=edge.now()
            )
        flash(t("已办理。", "Done."), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("reviewer.issuing_desk"), 303)


@blueprint.post("/issuing/retry")
@opens_to(Role.APPROVER)
def retry_issuing() -> ResponseReturnValue:
    """All that could not be made, now and not at their next turn."""
    try:
        with edge.writing() as session:
            tried = issuing.retry(session, by=edge.actor(), now=edge.now())
        flash(t("将立即重试：%(n)s 份。", "Tried again now: %(n)s.", n=tried), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("reviewer.issuing_desk"), 303)


@blueprint.route("/issuing/again", methods=["GET", "POST"])
@opens_to(*operations.PROPOSERS)
def propose_reissue() -> ResponseReturnValue:
    """The selection, for how many it is, and the reason; another person has to approve it."""
    form = ReissueForm()
    form.ask()
    count = None
    if request.method == "POST":
        valid = form.validate()
        if "count" in request.form and not (
            form.valid_from_first.errors or form.valid_from_last.errors
        ):
            count = operations.how_many(edge.reading(), form.chosen())
            form.reason.errors, form.reason_code.errors = [], []
        elif valid and (made := _propose(form)) is not None:
            return redirect(url_for("reviewer.reissue", reissue_id=made), 303)
    page = render_template(
        "reviewer/reissue_new.html", form=form, count=count, consequences=CONSEQUENCES["propose"]
    )
    return page, 422 if form.errors or form.form_errors else 200


def _propose(form: ReissueForm) -> int | None:
    try:
        with edge.writing() as session:
            return operations.propose(
                session,
                chosen=form.chosen(),
                reason_code=form.reason_code.data,
                reason=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ).id
    except MoveRefused as refused:
        nothing = operations.how_many(edge.reading(), form.chosen()) == 0
        form.form_errors.append(
            t("没有符合条件的证书。", "No certificate in force matches.")
            if nothing
            else words_of(refused)
        )
        return None


@blueprint.get("/issuing/again/<int:reissue_id>")
@opens_to(*READERS)
def reissue(reissue_id: int) -> ResponseReturnValue:
    return render_template("reviewer/reissue.html", **shown(_row(reissue_id)))


@blueprint.get("/issuing/again/<int:reissue_id>/progress")
@opens_to(*READERS)
def reissue_progress(reissue_id: int) -> ResponseReturnValue:
    """The moving piece of the page."""
    return render_template("reviewer/reissue_progress.html", **shown(_row(reissue_id)))


@blueprint.route(
    "/issuing/again/<int:reissue_id>/<any(approve,refuse):act>", methods=["GET", "POST"]
)
@opens_to(*operations.DECIDERS)
def decide_reissue(reissue_id: int, act: str) -> ResponseReturnValue:
    """The second person: approved or refused, with a reason."""
    row, form = _row(reissue_id), ReasonForm()
    form.speak(t("说明", "Explanation"))
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                operations.decide(
                    session,
                    reissue_id=reissue_id,
                    approved=act == "approve",
                    reason=form.reason.data,
                    by=edge.actor(),
                    now=edge.now(),
                )
        except MoveRefused as refused:
            form.form_errors.append(words_of(refused))
        else:
            return redirect(url_for("reviewer.reissue", reissue_id=reissue_id), 303)
    page = render_template(
        "reviewer/reissue_decide.html",
        form=form,
        act=act,
        consequences=CONSEQUENCES[act],
        **shown(row),
    )
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post("/issuing/again/<int:reissue_id>/<any(pause,resume,cancel):act>")
@opens_to(*operations.PROPOSERS)
def steer_reissue(reissue_id: int, act: str) -> ResponseReturnValue:
    _row(reissue_id)
    try:
        with edge.writing() as session:
            operations.steer(
                session, reissue_id=reissue_id, act=act, by=edge.actor(), now=edge.now()
            )
        flash(t("已办理。", "Done."), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("reviewer.reissue", reissue_id=reissue_id), 303)


def _row(reissue_id: int) -> Reissue:
    row = edge.reading().get(Reissue, reissue_id)
    return row if row is not None else abort(404)


def _line(row: Reissue, names: Mapping[int, str]) -> dict[str, Any]:
    """What the list of all of them shows of one."""
    return {
        "row": row,
        "label": STATES[row.state],
        "selection": _selection_words(row),
        "reason_words": REASONS[row.reason_code],
        "proposed_by": names.get(row.proposed_by_id, ""),
    }


def shown(row: Reissue) -> dict[str, Any]:
    session = edge.reading()
    people = [one for one in (row.proposed_by_id, row.decided_by_id) if one]
    names = names_of(session, people)
    numbers = numbers_of(session, [one["certificate"] for one in row.problems])
    return {
        **_line(row, names),
        "decided_by": names.get(row.decided_by_id or 0, ""),
        "is_own": row.proposed_by_id == edge.actor().person_id,
        "may_decide": holds_one_of(frozenset(operations.DECIDERS)),
        "problems": [
            {
                "number": numbers.get(one["certificate"], ("", 0))[0],
                "case": numbers.get(one["certificate"], ("", 0))[1],
                "text": why_left(one["code"]),
            }
            for one in row.problems
        ],
    }


def _selection_words(row: Reissue) -> str:
    parts = []
    if row.number_prefix:
        parts.append(
            t(f"编号以 {row.number_prefix} 开头", f"numbers beginning with {row.number_prefix}")
        )
    if row.zone_id:
        parts.append(places.zone_name(row.zone_id))
    if row.valid_from_first:
        parts.append(
            t(f"有效期自 {row.valid_from_first} 起", f"valid from {row.valid_from_first} on")
        )
    if row.valid_from_last:
        parts.append(
            t(
                f"有效期自不晚于 {row.valid_from_last}",
                f"valid from no later than {row.valid_from_last}",
            )
        )
    if row.not_signed_by:
        parts.append(
            t(
                f"不是由密钥 {row.not_signed_by[:16]} 签署的",
                f"signed by another key than {row.not_signed_by[:16]}",
            )
        )
    words = t("；", "; ").join(parts) or t("全部有效证书", "Every certificate in force")
    return words[0].upper() + words[1:]
