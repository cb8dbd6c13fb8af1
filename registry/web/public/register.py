"""The public side of the reserve list: every listed project with the least data, and the clocks."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, SelectField, StringField
from wtforms.validators import Length

from registry import reference
from registry.models import Application
from registry.queries import certificate as certificates
from registry.queries import notice, reserve
from registry.queries.assessment import ASSESSED, newest_assessment
from registry.rules.lifecycle import APPLICATION, DEADLINES
from registry.web import edge, places
from registry.web.access import opens_to_everyone
from registry.web.language import t
from registry.web.public import blueprint
from registry.web.public.certificate import public_facts
from registry.web.score_view import benefits_view
from registry.words import Words
from registry.words.states import DEADLINES as DEADLINE_WORDS
from registry.words.states import PUBLIC

SHOWN_STATES = ("RESERVE", "FINANCED", "MONITORED", "SUSPENDED", "EXPIRED", "DELISTED", "COMPLETED")
UNITS = {
    "working_days": Words("%(n)s 个工作日", "%(n)s working days"),
    "days": Words("%(n)s 天", "%(n)s days"),
    "months": Words("%(n)s 个月", "%(n)s months"),
}


class FilterForm(Form):
    """A GET form; what is not understood counts as not asked. Money is not public."""

    q = StringField(validators=[Length(max=100)])
    zone = SelectField()
    province = SelectField()
    catalogue_class = StringField(validators=[Length(max=20)])
    kind = SelectField()
    grade = SelectField()
    state = SelectField()

    def speak(self) -> None:
        anything = [("", t("不限", "Any"))]
        self.q.label.text = t("项目、单位、编号或园区", "Project, owner, number or zone")
        self.zone.label.text = t("高新区", "Zone")
        self.zone.choices = anything + places.zone_choices()
        self.province.label.text = t("省份", "Province")
        self.province.choices = anything + places.province_choices()
        self.catalogue_class.label.text = t("目录代码", "Catalogue class")
        self.kind.label.text = t("项目类型", "Kind of project")
        self.kind.choices = anything + places.kind_choices()
        self.grade.label.text = t("等级", "Grade")
        self.grade.choices = anything + places.grade_choices()
        self.state.label.text = t("状态", "State")
        self.state.choices = anything + [(s, _public_state(s)) for s in SHOWN_STATES]

    def filters(self) -> reserve.Filters:
        self.validate()
        good = {name: self[name].data for name in self.data if not self[name].errors}
        return reserve.Filters(**{name: value for name, value in good.items() if value})


def public_state(state: str) -> Words:
    """What the public is told of a listed project's state."""
    label = APPLICATION.public_label(state)
    return PUBLIC["application"][label] if label else Words("—", "—")


def _public_state(state: str) -> str:
    words = public_state(state)
    return t(words.zh, words.en)


@blueprint.get("/register")
@opens_to_everyone
def register() -> ResponseReturnValue:
    form = FilterForm(request.args)
    form.speak()
    filters = form.filters()
    session = edge.reading()
    page = reserve.list_page(session, filters, key=request.args.get("key", ""))
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "key" and v}
    count = reserve.count(session, filters)
    return render_template(
        "public/register.html",
        form=form,
        chips=_chips(form, filters, kept),
        rows=[_row(row) for row in page.rows],
        count=min(count, reserve.MOST_COUNTED),
        capped=count > reserve.MOST_COUNTED,
        first=url_for("public.register", **kept) if page.previous_key else None,
        previous=_address(kept, page.previous_key),
        next=_address(kept, page.next_key),
        stages=[(PUBLIC["application"][s.label], s.cases) for s in notice.stages(session)],
        clocks=_clocks(),
        on_notice=len(notice.on_notice(session)),
    )


def _address(kept: dict[str, Any], key: str) -> str | None:
    return url_for("public.register", **kept, key=key) if key else None


def _row(row: Any) -> dict[str, Any]:
    """What decision 0004 calls public of a listed project, and nothing else."""
    return {
        "title": t(row.title_zh, row.title_en or row.title_zh),
        "href": url_for("public.project", list_number=row.list_number),
        "owner": t(row.owner_zh, row.owner_en or row.owner_zh),
        "zone": places.zone_name(row.zone_id) or places.province_name(row.province_code),
        "grade": row.grade,
        "points": row.total_centipoints,
        "abatement_t": row.abatement_kg / 1000 if row.abatement_kg else None,
        "listed_on": row.listed_on,
        "state": row.state,
        "label": public_state(row.state),
    }


def _chips(
    form: FilterForm, filters: reserve.Filters, kept: dict[str, Any]
) -> list[dict[str, str]]:
    chips = []
    for name, value in filters.active.items():
        choices = dict(form[name].choices) if isinstance(form[name], SelectField) else {}
        rest = {k: v for k, v in kept.items() if k != name}
        chips.append(
            {
                "label": form[name].label.text,
                "value": choices.get(value, str(value)),
                "href": url_for("public.register", **rest),
            }
        )
    return chips


def _clocks() -> list[dict[str, str]]:
    """How long each stage may take: the terms that bind us, in public."""
    settings = edge.settings()
    shown = []
    for deadline in DEADLINES:
        if not deadline.public:
            continue
        amount = settings.notice_working_days if deadline.code == "notice" else deadline.amount
        words, unit = DEADLINE_WORDS[deadline.code], UNITS[deadline.unit.value]
        term = t(unit.zh, unit.en, n=amount) if amount else t("未设", "none set")
        shown.append({"name": t(words.zh, words.en), "term": term})
    return shown


@blueprint.get("/register/<list_number>")
@opens_to_everyone
def project(list_number: str) -> ResponseReturnValue:
    """One listed project for strangers: what it is, its benefit, its certificate's state."""
    session = edge.reading()
    row = reserve.row_by_number(session, list_number)
    if row is None:
        abort(404)
    application = session.get_one(Application, row.application_id)
    stored = newest_assessment(session, application, ASSESSED)
    certificate = certificates.newest_of(session, row.application_id)
    issued = certificate is not None and bool(certificate.pdf_sha256)
    edition = reference.catalogue_edition(row.catalogue_edition)
    return render_template(
        "public/project.html",
        row=row,
        label=public_state(row.state),
        zone_name=places.zone_name(row.zone_id),
        province_name=places.province_name(row.province_code),
        kind_name=places.kind_name(row.kind),
        class_name=places.class_name(row.catalogue_edition, row.catalogue_code),
        edition=Words(edition.name_zh, edition.name_en) if edition else None,
        benefits=benefits_view(stored) if stored is not None else [],
        assessment=stored,
        certificate=public_facts(certificate) if issued else None,
    )
