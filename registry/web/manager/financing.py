"""Interest and money: a fund manager acts for the fund or bank that he belongs to."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import DateField, DecimalField, SelectField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError

from registry.models import Organisation
from registry.operations import reserve as operations
from registry.queries import organisation as organisations
from registry.queries import reserve
from registry.rules.lifecycle import MoveRefused
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.manager import blueprint
from registry.web.refusal import refusal_words

INSTRUMENTS = {
    "loan": ("绿色贷款", "Green loan"),
    "bond": ("绿色债券", "Green bond"),
    "equity": ("股权投资", "Equity"),
    "lease": ("绿色租赁", "Green lease"),
    "fund": ("引导基金", "Guidance fund"),
    "other": ("其他", "Other"),
}


class InterestForm(FlaskForm):
    organisation_id = SelectField(coerce=int)
    note = TextAreaField(validators=[Length(max=1000)])

    def speak(self, mine: list[Organisation]) -> None:
        self.organisation_id.label.text = t("机构", "Fund or bank")
        self.organisation_id.choices = _own(mine)
        self.note.label.text = t("给申请人的话（选填）", "A word to the applicant (optional)")


class FinancingForm(FlaskForm):
    organisation_id = SelectField(coerce=int)
    instrument = SelectField()
    amount_10k_yuan = DecimalField(
        places=None, validators=[InputRequired(), NumberRange(min=Decimal("0.01"), max=10**9)]
    )
    signed_on = DateField(validators=[InputRequired()])

    def speak(self, mine: list[Organisation]) -> None:
        self.organisation_id.label.text = t("机构", "Fund or bank")
        self.organisation_id.choices = _own(mine)
        self.instrument.label.text = t("融资方式", "Instrument")
        self.instrument.choices = [(code, t(*words)) for code, words in INSTRUMENTS.items()]
        self.amount_10k_yuan.label.text = t("金额", "Amount")
        self.signed_on.label.text = t("签约日期", "Signed on")

    def validate_signed_on(self, field: DateField) -> None:
        if isinstance(field.data, date) and field.data > edge.today():
            raise ValidationError(t("签约日期不能在将来。", "The day of signing cannot lie ahead."))


def _own(mine: list[Organisation]) -> list[tuple[int, str]]:
    return [(row.id, t(row.name_zh, row.name_en or row.name_zh)) for row in mine]


def _mine() -> list[Organisation]:
    """The funds and banks that this person belongs to."""
    rows = organisations.own_organisations(
        edge.reading(), edge.actor().person_id or 0, on=edge.today()
    )
    return [row for row in rows if row.kind in ("fund", "bank")]


@blueprint.route("/<int:application_id>/interest", methods=["GET", "POST"])
@opens_to(Role.FUND_MANAGER)
def express_interest(application_id: int) -> ResponseReturnValue:
    row, form = _open(application_id, InterestForm())
    by = edge.actor()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                operations.express_interest(
                    session,
                    application_id=application_id,
                    organisation_id=form.organisation_id.data,
                    note=form.note.data or "",
                    by=by,
                    now=edge.now(),
                )
        except MoveRefused as refused:
            flash(refusal_words(refused), "error")
        else:
            flash(t("已转告申请人。", "The applicant has been told."), "success")
            return redirect(url_for("manager.project", application_id=application_id))
    return render_template("manager/interest.html", row=row, form=form)


@blueprint.route("/<int:application_id>/financing", methods=["GET", "POST"])
@opens_to(Role.FUND_MANAGER)
def record_financing(application_id: int) -> ResponseReturnValue:
    row, form = _open(application_id, FinancingForm())
    by = edge.actor()
    if form.validate_on_submit():
        try:
            with edge.writing() as session:
                operations.record_financing(
                    session,
                    application_id=application_id,
                    organisation_id=form.organisation_id.data,
                    instrument=form.instrument.data,
                    amount_fen=_fen(form.amount_10k_yuan.data),
                    signed_on=form.signed_on.data,
                    by=by,
                    now=edge.now(),
                )
        except MoveRefused as refused:
            flash(refusal_words(refused), "error")
        else:
            flash(t("融资已登记。", "The financing is on record."), "success")
            return redirect(url_for("manager.project", application_id=application_id))
    return render_template("manager/financing.html", row=row, form=form)


def _fen(amount_10k_yuan: Decimal) -> int:
    return int((amount_10k_yuan * 1_000_000).to_integral_value(ROUND_HALF_UP))


def _open(application_id: int, form):  # type: ignore[no-untyped-def]
    row = reserve.row_of(edge.reading(), application_id)
    if row is None:
        abort(404)
    form.speak(_mine())
    return row, form
