"""The list: searched, filtered, paged by key, exported; its address holds it all."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from registry.queries import reserve
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.language import t
from registry.web.manager import blueprint
from registry.web.spreadsheet import inert

READERS = (
    Role.FUND_MANAGER,
    Role.SCREENER,
    Role.ASSESSOR,
    Role.APPROVER,
    Role.AUDITOR,
    Role.VERIFIER,
)
SHOWN_STATES = ("RESERVE", "FINANCED", "MONITORED", "SUSPENDED", "EXPIRED", "DELISTED", "COMPLETED")
SORTS = ("newest", "points", "amount")


def _any(choices: list[places.Choice]) -> list[places.Choice]:
    return [("", t("不限", "Any")), *choices]


class FilterForm(Form):
    """A GET form; what is not understood counts as not asked."""

    q = StringField(validators=[Length(max=100)])
    zone = SelectField(validate_choice=True)
    province = SelectField()
    catalogue_class = StringField(validators=[Length(max=20)])
    kind = SelectField()
    grade = SelectField()
    state = SelectField()
    amount_from_10k_yuan = IntegerField(validators=[Optional(), NumberRange(min=0)])
    amount_to_10k_yuan = IntegerField(validators=[Optional(), NumberRange(min=0)])
    sort = SelectField(default="newest")

    def speak(self) -> None:
        """Labels and choices in the reader's language."""
        self.q.label.text = t("项目、单位、编号或园区", "Project, owner, number or zone")
        self.zone.label.text = t("高新区", "Zone")
        self.zone.choices = _any(places.zone_choices())
        self.province.label.text = t("省份", "Province")
        self.province.choices = _any(places.province_choices())
        self.catalogue_class.label.text = t("目录代码", "Catalogue class")
        self.kind.label.text = t("项目类型", "Kind of project")
        self.kind.choices = _any(places.kind_choices())
        self.grade.label.text = t("等级", "Grade")
        self.grade.choices = _any(places.grade_choices())
        self.state.label.text = t("状态", "State")
        self.state.choices = _any(places.state_choices(*SHOWN_STATES))
        self.amount_from_10k_yuan.label.text = t("总投资不低于", "Total investment from")
        self.amount_to_10k_yuan.label.text = t("总投资不高于", "Total investment to")
        self.sort.label.text = t("排序", "Order")
        self.sort.choices = [
            ("newest", t("最新入库", "Newest first")),
            ("points", t("得分最高", "Highest score first")),
            ("amount", t("投资最大", "Largest investment first")),
        ]

    def filters(self) -> reserve.Filters:
        self.validate()
        good = {
            name: value
            for name, value in self.data.items()
            if name in reserve.Filters.__dataclass_fields__ and not self[name].errors
        }
        return reserve.Filters(**{k: v for k, v in good.items() if v not in (None, "")})


def _form() -> FilterForm:
    form = FilterForm(request.args)
    form.speak()
    return form


def _chips(form: FilterForm, filters: reserve.Filters) -> list[dict[str, str]]:
    """What is filtered by, each with the address without it."""
    asked = {k: v for k, v in request.args.items() if k not in ("key",) and v}
    chips = []
    for name, value in filters.active.items():
        choices = dict(form[name].choices) if isinstance(form[name], SelectField) else {}
        rest: dict[str, Any] = {k: v for k, v in asked.items() if k != name}
        chips.append(
            {
                "label": form[name].label.text,
                "value": choices.get(value, str(value)),
                "href": url_for("manager.reserve_list", **rest),
            }
        )
    return chips


@blueprint.get("/")
@opens_to(*READERS)
def reserve_list() -> ResponseReturnValue:
    form = _form()
    filters = form.filters()
    sort = form.sort.data if form.sort.data in SORTS else "newest"
    session = edge.reading()
    page = reserve.list_page(session, filters, sort=sort, key=request.args.get("key", ""))
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "key" and v}
    return render_template(
        "manager/reserve_list.html",
        form=form,
        chips=_chips(form, filters),
        rows=page.rows,
        count=reserve.count(session, filters),
        most_counted=reserve.MOST_COUNTED,
        zone_name=places.zone_name,
        province_name=places.province_name,
        first=url_for("manager.reserve_list", **kept) if page.previous_key else None,
        previous=_address(kept, page.previous_key),
        next=_address(kept, page.next_key),
        export=url_for("manager.export_list", **kept),
    )


def _address(kept: dict[str, Any], key: str) -> str | None:
    return url_for("manager.reserve_list", **kept, key=key) if key else None


@blueprint.get("/export.csv")
@opens_to(*READERS)
def export_list() -> ResponseReturnValue:
    """The filtered list as CSV with a byte order mark, every cell inert in a spreadsheet."""
    filters = _form().filters()
    answer = Response(stream_with_context(_csv(filters)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="reserve-list.csv"'
    return answer


def _csv(filters: reserve.Filters) -> Iterator[str]:
    with edge.database().read() as session:
        yield "\ufeff" + _line(
            [
                "list_number",
                "state",
                "title_zh",
                "title_en",
                "owner_zh",
                "owner_en",
                "kind",
                "zone",
                "province",
                "catalogue_code",
                "grade",
                "points",
                "investment_10k_yuan",
                "financed_10k_yuan",
                "abatement_t_per_year",
                "listed_on",
                "valid_to",
            ]
        )
        for row in reserve.all_rows(session, filters):
            yield _line(
                [
                    row.list_number,
                    row.state,
                    row.title_zh,
                    row.title_en,
                    row.owner_zh,
                    row.owner_en,
                    row.kind,
                    places.zone_name(row.zone_id),
                    places.province_name(row.province_code),
                    row.catalogue_code,
                    row.grade,
                    Decimal(row.total_centipoints) / 100,
                    Decimal(row.investment_fen) / 1_000_000,
                    Decimal(row.financed_fen) / 1_000_000,
                    Decimal(row.abatement_kg) / 1000,
                    row.listed_on.isoformat(),
                    row.valid_to.isoformat(),
                ]
            )


def _line(cells: list[object]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([inert(cell) for cell in cells])
    return out.getvalue()
