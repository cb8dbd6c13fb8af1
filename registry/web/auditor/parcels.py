"""Take a selection along: one ZIP, its signed list first, with a sample that can be drawn again."""

import secrets
from dataclasses import fields

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional, Regexp

from registry.operations import parcel as parcels
from registry.queries import parcel as queries
from registry.queries.certificate import Filters
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import opens_to
from registry.web.auditor import blueprint
from registry.web.auditor.desk import FilterForm
from registry.web.language import t

SAMPLE = 10
_FILTERS = tuple(field.name for field in fields(Filters))


class ParcelForm(FilterForm):
    """The desk's filters, and how a sample is drawn."""

    sample = IntegerField(validators=[Optional(), NumberRange(0, queries.MOST_SAMPLED)])
    seed = StringField(validators=[Optional(), Length(max=64), Regexp(r"^[A-Za-z0-9._-]*$")])

    def filters(self) -> Filters:
        self.validate()
        good = {field: self[field].data for field in _FILTERS if not self[field].errors}
        return Filters(**{field: value for field, value in good.items() if value})

    def speak(self) -> None:
        super().speak()
        most = queries.MOST_SAMPLED
        self.sample.label.text = t("抽样件数", "Cases in the sample")
        self.sample.description = t("至多 %(n)s 件", "at most %(n)s", n=most)
        self.seed.label.text = t("抽样种子", "Seed of the sample")
        self.seed.description = t(
            "同一种子总抽出同样的案卷；请记入工作底稿。",
            "The same seed draws the same cases again: note it in your papers.",
        )


@blueprint.get("/parcel")
@opens_to(Role.AUDITOR)
def parcel() -> ResponseReturnValue:
    form = _form()
    found = queries.issued_files(edge.reading(), form.filters())
    return render_template(
        "auditor/parcel.html",
        form=form,
        count=len(found),
        most=queries.MOST,
        total_bytes=sum(one.size for one in found),
    )


def _form() -> ParcelForm:
    given = request.args.to_dict()
    for name, usual in (("sample", str(SAMPLE)), ("state", ""), ("zone", "")):
        given.setdefault(name, usual)
    given["seed"] = given.get("seed") or secrets.token_hex(8)
    form = ParcelForm(MultiDict(given))
    form.speak()
    return form


@blueprint.get("/parcel.zip")
@opens_to(Role.AUDITOR)
def parcel_zip() -> ResponseReturnValue:
    form = _form()
    filters = form.filters()
    if form.sample.errors or form.seed.errors:
        return render_template(
            "auditor/parcel.html", form=form, count=0, most=queries.MOST, total_bytes=0
        ), 400
    made = parcels.gather(
        edge.reading(),
        edge.settings(),
        filters=filters,
        sample_size=form.sample.data or 0,
        seed=form.seed.data or "",
        now=edge.now(),
    )
    answer = Response(made.stream(), mimetype="application/zip")
    name = f"certificates-{edge.now():%Y%m%d-%H%M}.zip"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
