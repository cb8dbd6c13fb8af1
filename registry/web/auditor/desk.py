"""Certificates, filtered and paged; what needs an auditor's eye stands on top."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import DateField, Form, SelectField, StringField
from wtforms.validators import Length, Optional

from registry.queries import audit
from registry.queries import certificate as certificates
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.auditor import blueprint
from registry.web.language import t
from registry.words.states import STATES

TROUBLED_TRIES = 3


class FilterForm(Form):
    """A GET form; what is not understood counts as not asked."""

    q = StringField(validators=[Length(max=40)])
    state = SelectField()
    zone = SelectField()
    issued_from = DateField(validators=[Optional()])
    issued_to = DateField(validators=[Optional()])

    def speak(self) -> None:
        anything = [("", t("不限", "Any"))]
        self.q.label.text = t("编号（开头即可）", "Number (its beginning will do)")
        self.state.label.text = t("状态", "State")
        words = STATES["certificate"]
        self.state.choices = anything + [(c, t(w.zh, w.en)) for c, w in words.items()]
        self.zone.label.text = t("高新区", "Zone")
        self.zone.choices = anything + places.zone_choices()
        self.issued_from.label.text = t("生效不早于", "In force from")
        self.issued_to.label.text = t("生效不晚于", "In force until")

    def filters(self) -> certificates.Filters:
        self.validate()
        good = {name: self[name].data for name in self.data if not self[name].errors}
        return certificates.Filters(**{name: value for name, value in good.items() if value})


@blueprint.get("/")
@opens_to(Role.AUDITOR)
def desk() -> ResponseReturnValue:
    form = FilterForm(request.args)
    form.speak()
    filters = form.filters()
    session = edge.reading()
    before = edge.row_number(request.args.get("before"))
    found = certificates.list_page(session, filters, before=before)
    more, found = len(found) > certificates.PAGE, found[: certificates.PAGE]
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "before" and v}
    return render_template(
        "auditor/desk.html",
        form=form,
        chips=_chips(form, filters, kept),
        rows=[_row(one) for one in found],
        first=url_for("auditor.desk", **kept) if before else None,
        next=url_for("auditor.desk", **kept, before=found[-1].id) if more else None,
        stuck=certificates.stuck(session, tries=TROUBLED_TRIES),
        suspicions=audit.referred_suspicions(session),
        head=audit.head(session),
    )


def _row(certificate: Any) -> dict[str, Any]:
    return {
        "number": certificate.number,
        "href": url_for("auditor.case", application_id=certificate.application_id),
        "state": certificate.state,
        "grade": certificate.grade,
        "zone": places.zone_name(certificate.zone_id),
        "valid_from": certificate.valid_from,
        "valid_to": certificate.valid_to,
        "issued_at": certificate.issued_at,
    }


def _chips(
    form: FilterForm, filters: certificates.Filters, kept: dict[str, Any]
) -> list[dict[str, str]]:
    chips = []
    for name, value in filters.active.items():
        choices = dict(form[name].choices) if isinstance(form[name], SelectField) else {}
        rest = {k: v for k, v in kept.items() if k != name}
        chips.append(
            {
                "label": form[name].label.text,
                "value": choices.get(value, str(value)),
                "href": url_for("auditor.desk", **rest),
            }
        )
    return chips
