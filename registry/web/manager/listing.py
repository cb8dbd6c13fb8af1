"""The list: searched, filtered, paged by key, exported; its address holds it all."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import (
    Response,
    get_template_attribute,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Form, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from registry.queries import reserve
from registry.rules.permissions import Role
from registry.web import edge, places
from registry.web.access import opens_to
from registry.web.language import current_language, t
from registry.web.manager import blueprint
from registry.web.spreadsheet import inert
from registry.words.states import STATES

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


@dataclass(frozen=True)
class Asked:
    """What an address asks for, and its form: the same for everybody who reads that language."""

    filters: reserve.Filters
    sort: reserve.Sort
    form: Markup
    chips: Markup


def _asked() -> Asked:
    args = tuple((key, value) for key, value in request.args.items() if key != "key" and value)
    kinds = tuple(places.kind_choices())
    return _asked_once(current_language(), args, kinds)


@lru_cache(maxsize=512)
def _asked_once(
    _language: str, args: tuple[tuple[str, str], ...], _kinds: tuple[places.Choice, ...]
) -> Asked:
    """Read, check and draw the filters once an address: a form with 178 zones is most of a page."""
    form = FilterForm(MultiDict(args))
    form.speak()
    filters = form.filters()
    chips = _chips(form, filters, dict(args))
    drawn = get_template_attribute("manager/filters.html", "list_filters")
    return Asked(
        filters=filters,
        sort=form.sort.data if form.sort.data in SORTS else "newest",
        form=drawn(form, bool(chips), url_for("manager.reserve_list")),
        chips=get_template_attribute("components/filters.html", "filter_chips")(
            chips, clear=url_for("manager.reserve_list")
        ),
    )


def _chips(
    form: FilterForm, filters: reserve.Filters, asked: dict[str, str]
) -> list[dict[str, str]]:
    """What is filtered by, each with the address without it."""
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
    asked = _asked()
    session = edge.reading()
    key = request.args.get("key", "")
    page = reserve.list_page(session, asked.filters, sort=asked.sort, key=key)
    kept: dict[str, Any] = {k: v for k, v in request.args.items() if k != "key" and v}
    return render_template(
        "manager/reserve_list.html",
        asked=asked,
        state_words=STATES["application"],
        rows=_shown(page.rows),
        count=reserve.count(session, asked.filters),
        most_counted=reserve.MOST_COUNTED,
        first=url_for("manager.reserve_list", **kept) if page.previous_key else None,
        previous=_address(kept, page.previous_key),
        next=_address(kept, page.next_key),
        export=url_for("manager.export_list", **kept),
    )


def _shown(rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Rows as the table shows them, in the reader's language."""
    address = url_for("manager.project", application_id=0)[:-1]
    english = current_language() == "en"
    return [
        {
            "title": (row.title_en if english else "") or row.title_zh,
            "href": f"{address}{row.application_id}",
            "note": f"{(row.owner_en if english else '') or row.owner_zh} · {row.list_number}",
            "grade": row.grade,
            "total_centipoints": row.total_centipoints,
            "abatement_t": row.abatement_kg // 1000 or None,
            "investment_fen": row.investment_fen,
            "zone": places.zone_name(row.zone_id),
            "province": places.province_name(row.province_code),
            "listed_on": row.listed_on,
            "state": row.state,
        }
        for row in rows
    ]


def _address(kept: dict[str, Any], key: str) -> str | None:
    return url_for("manager.reserve_list", **kept, key=key) if key else None


@blueprint.get("/export.csv")
@opens_to(*READERS)
def export_list() -> ResponseReturnValue:
    """The filtered list as CSV with a byte order mark, every cell inert in a spreadsheet."""
    filters = _asked().filters
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
