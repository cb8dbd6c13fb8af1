"""The screener's acts: decide a hit, release a stop, accept, assign, find ineligible."""

from datetime import date

from flask import abort, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import RadioField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from registry.models import Organisation
from registry.operations import decision, review, screening
from registry.queries import review as cases
from registry.queries.account import actor_of
from registry.queries.hit import Hit, hit_of
from registry.reference import calendar
from registry.rules.calendar import add_working_days
from registry.rules.lifecycle import DEADLINE, MoveRefused, Reason, reasons_for
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import said, t
from registry.web.letter import Letter
from registry.web.letter import letter as letter_about
from registry.web.pinning import flash_refusal
from registry.web.refusal import refusal_words
from registry.web.reviewer import blueprint
from registry.web.reviewer.acting import (
    ActForm,
    CodedForm,
    Opened,
    ReasonForm,
    carry_out,
    first_shown,
    opened,
    opened_for,
)
from registry.words import screening as words
from registry.words.grounds import GROUNDS
from registry.words.reasons import CLAUSES, REASONS

BAND_TONES = {"EXACT": "stop", "STRONG": "stop", "POSSIBLE": "wait", "NONE": "quiet"}


class HitForm(ReasonForm):
    decision = RadioField()
    reason_code = RadioField()

    def offer(self) -> None:
        self.speak(t("说明", "Explanation"))
        self.decision.label.text = t("认定", "Your decision")
        self.decision.choices = [
            ("false", t("不是同一主体（一年内不再提示）", "Not the same (not shown for a year)")),
            (
                "true",
                t("是同一主体（拦截申请，解除须两人）", "The same: stop the case (lifted by two)"),
            ),
            ("unsure", t("尚不能认定（保持待认定）", "Cannot be told yet (stays open)")),
        ]
        self.reason_code.label.text = t("理由", "Reason")
        offered = (*reasons_for("application", "decide_hit"), *reasons_for("application", "stop"))
        self.reason_code.choices = [(r.value, said(REASONS[r])) for r in dict.fromkeys(offered)]
        needed = InputRequired(t("请选择一项。", "Choose one."))
        self.decision.validators = self.reason_code.validators = [needed]

    def validate_reason_code(self, field: RadioField) -> None:
        event = "stop" if self.decision.data == "true" else "decide_hit"
        if field.data not in reasons_for("application", event):
            raise ValidationError(
                t("这一理由与您的认定不符。", "This reason does not go with your decision.")
            )


@blueprint.route("/case/<int:application_id>/hits/<int:hit_id>", methods=["GET", "POST"])
@opens_to(Role.SCREENER, Role.APPROVER)
def hit(application_id: int, hit_id: int) -> ResponseReturnValue:
    """One alert with both strings and their parts; decided by one person."""
    found, shown = _hit(application_id, hit_id)
    form = HitForm()
    form.offer()
    first_shown(form, found.application)
    offered = found.offers("decide_hit")
    may_decide = offered is not None and offered.refused is None and shown.row.decision != "true"
    if may_decide and not shown.row.is_runner_up and form.validate_on_submit():
        done = carry_out(
            form,
            found.application,
            lambda session: screening.decide_hit(
                session,
                hit_id=hit_id,
                decision=form.decision.data,
                reason_code=form.reason_code.data,
                reason=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ),
        )
        if done:
            flash(t("已记录认定。", "Your decision is on record."), "success")
            return redirect(found.address + "#screening")
    release = found.offers("release_stop")
    return render_template(
        "reviewer/hit.html",
        opened=found,
        hit=shown,
        form=form,
        may_decide=may_decide and not shown.row.is_runner_up,
        why_not=refusal_words(offered.refused) if offered and offered.refused else "",
        may_release=_may_release(found, shown),
        may_confirm=shown.row.decision == "true"
        and not shown.row.relation
        and shown.row.confirmed_at is None
        and shown.row.decided_by_id != edge.actor().person_id,
        relations=words.RELATIONS,
        release_refused=refusal_words(release.refused) if release and release.refused else "",
        bands=words.BANDS,
        band_tones=BAND_TONES,
        part_names=words.PARTS,
        kind_words=words.kind_words,
        name_roles=words.NAME_ROLES,
        hit_decisions=words.DECISIONS,
        grounds=GROUNDS,
        names=cases.names_of(
            edge.reading(),
            [
                shown.row.decided_by_id,
                shown.row.confirmed_by_id,
                *(r.person_id for r in shown.releases),
                *(e.decided_by_id for e in shown.earlier),
            ],
        ),
    )


def _may_release(found: Opened, shown: Hit) -> bool:
    release = found.offers("release_stop")
    if release is None or release.refused is not None or shown.row.decision != "true":
        return False
    spoken = {shown.row.decided_by_id, *(one.person_id for one in shown.releases)}
    return edge.actor().person_id not in spoken and len(shown.releases) < 2


def _hit(application_id: int, hit_id: int) -> tuple[Opened, Hit]:
    found = opened(application_id)
    shown = hit_of(edge.reading(), hit_id, found.application)
    if shown is None or found.closed is not None:
        abort(404)
    return found, shown


@blueprint.post("/case/<int:application_id>/hits/<int:hit_id>/confirm")
@opens_to(Role.SCREENER, Role.APPROVER)
def confirm_hit(application_id: int, hit_id: int) -> ResponseReturnValue:
    """The second person's word that it is the same body."""
    found, _shown = _hit(application_id, hit_id)
    try:
        with edge.writing() as session:
            screening.confirm_hit(session, hit_id=hit_id, by=edge.actor(), now=edge.now())
        flash(t("已复核：同一主体。", "Confirmed: the same body."), "success")
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(found.address + "#screening")


@blueprint.route("/case/<int:application_id>/hits/<int:hit_id>/release", methods=["GET", "POST"])
@opens_to(Role.SCREENER, Role.APPROVER)
def release_stop(application_id: int, hit_id: int) -> ResponseReturnValue:
    """One of the two words that lift a stop."""
    found, shown = _hit(application_id, hit_id)
    form = ReasonForm()
    form.speak(t("为什么这一拦截可以解除", "Why this stop may be released"))
    first_shown(form, found.application)
    if form.validate_on_submit():
        done = carry_out(
            form,
            found.application,
            lambda session: screening.release_stop(
                session,
                hit_id=hit_id,
                reason=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ),
        )
        if done:
            flash(t("已记录您的同意。", "Your agreement is on record."), "success")
            return redirect(found.address + "#screening")
    return render_template("reviewer/release.html", opened=found, hit=shown, form=form)


class AssessorForm(ActForm):
    assessors = SelectMultipleField(
        coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    lead = RadioField(coerce=int)

    def offer(self, able: list[cases.Candidate]) -> None:
        self.assessors.label.text = t("评审人", "Assessors")
        self.assessors.choices = [
            (
                one.person.id,
                t(
                    "%(name)s（在办 %(n)s 件）",
                    "%(name)s (%(n)s in hand)",
                    name=one.person.name,
                    n=one.in_hand,
                ),
            )
            for one in able
        ]
        self.lead.label.text = t("主评审人", "Lead assessor")
        self.lead.choices = [(one.person.id, one.person.name) for one in able]
        self.assessors.validators = [
            InputRequired(t("至少选择一位评审人。", "Choose at least one assessor."))
        ]
        self.lead.validators = [InputRequired(t("请指定主评审人。", "Say who leads."))]

    def validate_lead(self, field: RadioField) -> None:
        if field.data not in (self.assessors.data or []):
            raise ValidationError(
                t("主评审人须在所选评审人之中。", "The lead has to be one of those chosen.")
            )


@blueprint.route("/case/<int:application_id>/accept", methods=["GET", "POST"])
@opens_to(Role.SCREENER)
def accept(application_id: int) -> ResponseReturnValue:
    """Take the case into review and put assessors on it."""
    return _choose_assessors(application_id, "accept")


@blueprint.route("/case/<int:application_id>/assign", methods=["GET", "POST"])
@opens_to(Role.SCREENER, Role.APPROVER)
def assign(application_id: int) -> ResponseReturnValue:
    """Put assessors on a case that is in review already."""
    return _choose_assessors(application_id, "assign")


def _choose_assessors(application_id: int, event: str) -> ResponseReturnValue:
    found = opened_for(application_id, event)
    if not isinstance(found, Opened):
        return found
    candidates = cases.assessors_for(
        edge.reading(), found.application, by=edge.actor(), now=edge.now()
    )
    form = AssessorForm()
    form.offer([one for one in candidates if one.refused is None])
    first_shown(form, found.application)
    if form.validate_on_submit() and carry_out(
        form, found.application, lambda session: _put_on(session, found, form, event)
    ):
        flash(
            t("已指派，评审人会收到邮件。", "Assigned; the assessors are told by mail."), "success"
        )
        return redirect(found.address)
    return render_template(
        "reviewer/assessors.html",
        opened=found,
        form=form,
        event=event,
        barred=[(one, refusal_words(one.refused)) for one in candidates if one.refused],
    )


def _put_on(session, found: Opened, form: AssessorForm, event: str) -> None:  # type: ignore[no-untyped-def]
    chosen = [actor_of(session, id, on=edge.today()) for id in form.assessors.data]
    about = {"application_id": found.application.id, "by": edge.actor(), "now": edge.now()}
    if event == "accept":
        review.accept(session, assessors=chosen, lead_id=form.lead.data, **about)
        return
    for one in chosen:
        review.assign(session, assessor=one, is_lead=one.person_id == form.lead.data, **about)


class IneligibleForm(CodedForm):
    clause = StringField()

    def word(self) -> None:
        self.clause.label.text = t("依据条款", "Clause")
        self.clause.validators = [Length(max=300)]

    def validate_clause(self, field: StringField) -> None:
        code = self.reason_code.data
        if not (field.data or "").strip() and code not in CLAUSES:
            raise ValidationError(t("请写明依据条款。", "Name the clause."))


@blueprint.route("/case/<int:application_id>/ineligible", methods=["GET", "POST"])
@opens_to(Role.SCREENER)
def find_ineligible(application_id: int) -> ResponseReturnValue:
    """Refuse to take the case up: reason, clause, and the letter before it goes."""
    found = opened_for(application_id, "ineligible")
    if not isinstance(found, Opened):
        return found
    form = IneligibleForm()
    form.offer("application", "ineligible", t("不予受理的理由", "Why it is not taken up"))
    form.word()
    first_shown(form, found.application)
    paper = None
    if form.validate_on_submit():
        clause = (form.clause.data or "").strip() or _clause(form.reason_code.data)
        paper = draft_letter(found, "ineligible", form, clause)
        if form_says_send() and carry_out(
            form,
            found.application,
            lambda session: decision.find_ineligible(
                session,
                application_id=application_id,
                reason_code=form.reason_code.data,
                clause=clause,
                reason=form.reason.data,
                by=edge.actor(),
                now=edge.now(),
            ),
        ):
            flash(
                t("已决定不予受理，通知书已送达。", "Not taken up; the letter was sent."), "success"
            )
            return redirect(found.address)
    return render_template(
        "reviewer/refuse.html", opened=found, form=form, paper=paper, event="ineligible"
    )


def _clause(code: str) -> str:
    words = CLAUSES.get(Reason(code).value)
    return words.zh if words is not None else ""


def form_says_send() -> bool:
    """The second of two buttons: the first shows the letter, this one sends it."""
    return request.form.get("go") == "send"


def draft_letter(found: Opened, event: str, form: CodedForm, clause: str) -> Letter:
    """The letter as it would go today."""
    owner = edge.reading().get_one(Organisation, found.application.organisation_id)
    today: date = edge.today()
    return letter_about(
        found.application,
        owner,
        event=event,
        reason_code=form.reason_code.data,
        clause=clause,
        written=form.reason.data,
        decided_on=today,
        appeal_until=add_working_days(today, DEADLINE["appeal_window"].amount, calendar()),
    )
