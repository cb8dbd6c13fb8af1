"""The closed list of grounds, and the legal basis on which each is shown to the public."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from registry.operations import restriction_basis
from registry.queries import restriction_list as lists
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.rules.restriction import GROUNDS
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import said, t
from registry.web.pinning import flash_refusal, words_of
from registry.web.restriction import blueprint
from registry.web.restriction.reading import READERS, ground_name
from registry.words import grounds as words

_CODES = ",".join(GROUNDS)
DESK = (Role.RESTRICT_OFFICER, Role.RESTRICT_APPROVER)


class BasisForm(FlaskForm):  # type: ignore[misc]
    basis = TextAreaField()

    def speak(self) -> None:
        self.basis.label.text = t("公示的法律依据", "Legal basis of showing these entries")
        self.basis.validators = [
            InputRequired(t("请写明文件与条款。", "Name the document and the clause.")),
            Length(
                min=4, max=1000, message=t("请写 4 至 1000 个字。", "Write 4 to 1000 characters.")
            ),
        ]


@blueprint.get("/grounds")
@opens_to(*READERS)
def grounds() -> ResponseReturnValue:
    entered = lists.bases(edge.reading())
    rows = [
        {
            "code": ground.code,
            "name": ground_name(ground.code),
            "document": said(words.DOCUMENTS[ground.document]),
            "status": ground.status.value,
            "body": said(words.BODIES[ground.body.value]),
            "terms": [
                f"{said(words.CASES[case.code])}{t('：', ': ')}{_term(case.months, case.repair_after_months)}"
                for case in ground.cases
            ],
            "consequence": said(words.CONSEQUENCES[ground.consequence.value]),
            "basis": entered.get(ground.code),
            "may_show": not ground.supervision,
            "may_confirm": _may_confirm(entered.get(ground.code)),
        }
        for ground in GROUNDS.values()
    ]
    return render_template(
        "restriction/grounds.html",
        rows=rows,
        statuses=words.STATUSES,
        is_desk=holds_one_of(frozenset(DESK)),
    )


def _term(months: int | None, repair: int | None) -> str:
    longest = (
        t("至履行完毕，每年复查", "until performed, reviewed yearly")
        if months is None
        else t("最长 %(n)s 个月", "at most %(n)s months", n=months)
    )
    if repair is None:
        return longest + t("，不提前移出", ", not lifted early")
    if repair == 0:
        return longest + t("，修复后即可移出", ", lifted once repaired")
    return longest + t("，满 %(n)s 个月可申请移出", ", lifted after %(n)s months", n=repair)


def _may_confirm(row: object) -> bool:
    return (
        row is not None
        and row.confirmed_at is None  # type: ignore[attr-defined]
        and row.proposed_by_id != edge.actor().person_id  # type: ignore[attr-defined]
        and holds_one_of(frozenset({Role.RESTRICT_APPROVER}))
    )


@blueprint.route(f"/grounds/<any({_CODES}):ground>", methods=["GET", "POST"])
@opens_to(*DESK)
def enter_basis(ground: str) -> ResponseReturnValue:
    form = BasisForm()
    form.speak()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                restriction_basis.propose_basis(
                    session, ground=ground, basis=form.basis.data, by=edge.actor(), now=edge.now()
                )
        except MoveRefused as refused:
            form.form_errors.append(words_of(refused))
        else:
            flash(t("已记录，待另一人确认。", "On record; another person confirms it."), "success")
            return redirect(url_for("restriction.grounds"), 303)
    page = render_template("restriction/basis.html", form=form, name=ground_name(ground))
    return page, 422 if form.errors or form.form_errors else 200


@blueprint.post(f"/grounds/<any({_CODES}):ground>/confirm")
@opens_to(Role.RESTRICT_APPROVER)
def confirm_basis(ground: str) -> ResponseReturnValue:
    try:
        with edge.writing() as session:
            restriction_basis.confirm_basis(session, ground=ground, by=edge.actor(), now=edge.now())
        flash(
            t("已确认，该事由的条目现已公开。", "Confirmed: its entries are public now."), "success"
        )
    except MoveRefused as refused:
        flash_refusal(refused)
    return redirect(url_for("restriction.grounds"), 303)
