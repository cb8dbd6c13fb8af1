"""The list: searched, filtered, paged by key, on any past day, exported, and as a feed."""

from datetime import date
from typing import Any

from flask import Response, abort, jsonify, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from wtforms import Form, SelectField, StringField
from wtforms.validators import Length

from registry.queries import restriction_list as lists
from registry.queries.restriction import newest_list
from registry.rules.permissions import Role
from registry.web import edge
from registry.web.access import holds_one_of, opens_to
from registry.web.language import said, t
from registry.web.restriction import blueprint
from registry.web.restriction.export import csv_of, xlsx_of
from registry.web.restriction.reading import (
    FULL,
    ORIGINS,
    PROPOSERS,
    READERS,
    chips_of,
    due_of,
    ground_choices,
    ground_name,
    name_of,
    narrowed,
)
from registry.words.grounds import SUBJECTS
from registry.words.states import STATES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FilterForm(Form):
    """A GET form; what is not understood counts as not asked."""

    q = StringField(validators=[Length(max=100)])
    state = SelectField()
    ground = SelectField()
    subject_kind = SelectField()
    origin = SelectField()
    waiting = SelectField()

    def speak(self) -> None:
        anything = [("", t("不限", "Any"))]
        self.q.label.text = t("名称、代码或编号", "Name, code or number")
        self.state.label.text = t("状态", "State")
        words = STATES["restriction"]
        self.state.choices = anything + [(code, said(words[code])) for code in words]
        self.ground.label.text = t("事由", "Ground")
        self.ground.choices = anything + ground_choices()
        self.subject_kind.label.text = t("对象", "Subject")
        self.subject_kind.choices = anything + [(c, said(w)) for c, w in SUBJECTS.items()]
        self.origin.label.text = t("来源", "Origin")
        self.origin.choices = anything + [(c, said(w)) for c, w in ORIGINS.items()]
        self.waiting.label.text = t("待办", "Waiting")
        self.waiting.choices = [*anything, ("yes", t("待办理的条目", "Somebody must act"))]

    def filters(self) -> lists.Filters:
        self.validate()
        good = {k: v for k, v in self.data.items() if v and not self[k].errors}
        return lists.Filters(**good)


def _form() -> FilterForm:
    form = FilterForm(request.args)
    form.speak()
    return form


def _address(**changes: Any) -> str:
    kept = {k: v for k, v in request.args.items() if k != "before" and v} | changes
    return url_for("restriction.entries", **{k: v for k, v in kept.items() if v})


def before_asked() -> int | None:
    text = request.args.get("before", "")
    return int(text) if text.isdecimal() and len(text) < 18 else None


@blueprint.get("/")
@opens_to(*READERS)
def entries() -> ResponseReturnValue:
    form = _form()
    filters = form.filters()
    session = edge.reading()
    before = before_asked()
    rows = lists.list_page(session, filters, proposer=narrowed(), before=before)
    more = len(rows) > lists.PAGE
    rows = rows[: lists.PAGE]
    kept = {k: v for k, v in request.args.items() if k != "before" and v}
    return render_template(
        "restriction/entries.html",
        form=form,
        chips=chips_of(form, _address),
        rows=rows,
        count=lists.count(session, filters, proposer=narrowed()),
        most_counted=lists.MOST_COUNTED,
        list_version=newest_list(session),
        today=edge.today(),
        name_of=name_of,
        ground_name=ground_name,
        due_of=due_of,
        subjects=SUBJECTS,
        first=_address() if before is not None else None,
        next=_address(before=rows[-1].id) if more else None,
        may_propose=holds_one_of(frozenset(PROPOSERS)),
        sees_all=narrowed() is None,
        matches=len(lists.matches_waiting(session)) if narrowed() is None else 0,
        export_csv=url_for("restriction.export", ending="csv", **kept),
        export_xlsx=url_for("restriction.export", ending="xlsx", **kept),
    )


@blueprint.get("/export.<any(csv, xlsx):ending>")
@opens_to(*FULL)
def export(ending: str) -> ResponseReturnValue:
    """The filtered list with every column that an import takes back."""
    filters = _form().filters()
    if ending == "xlsx":
        return Response(
            xlsx_of(lists.all_rows(edge.reading(), filters)),
            mimetype=XLSX,
            headers={"Content-Disposition": 'attachment; filename="restricted-list.xlsx"'},
        )
    return Response(
        stream_with_context(csv_of(edge.database(), filters)),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="restricted-list.csv"'},
    )


@blueprint.get("/as-of")
@opens_to(*READERS)
def as_of() -> ResponseReturnValue:
    """The list as it stood at the end of a past day, with the version and hash that it had."""
    text = request.args.get("day", "")
    try:
        day = date.fromisoformat(text) if text else edge.today()
        problem = ""
    except ValueError:
        day, problem = edge.today(), t("请填写日期。", "Give a day.")
    if day > edge.today():
        day, problem = edge.today(), t("这一天还没有到。", "This day has not come yet.")
    version, rows = lists.as_of(edge.reading(), day)
    return render_template(
        "restriction/as_of.html",
        day=day,
        problem=problem,
        stood=version,
        rows=rows,
        ground_name=ground_name,
    )


@blueprint.get("/changes.json")
@opens_to(Role.FUND_MANAGER, Role.SCREENER, *FULL)
def changes() -> ResponseReturnValue:
    """What changed since a cursor, oldest first; `next` is the cursor to come back with."""
    text = request.args.get("since", "0")
    if not text.isdecimal() or len(text) > 17:
        abort(400)
    rows = lists.changes_since(edge.reading(), int(text))
    version, sha256 = newest_list(edge.reading())
    return jsonify(
        list_version=version,
        list_sha256=sha256,
        next=rows[-1].id if rows else int(text),
        changes=[
            {
                "cursor": row.id,
                "list_version": row.list_version,
                "entry": row.entry_id,
                "entry_version": row.entry_version,
                "kind": row.kind,
                "in_effect": row.in_effect,
                "at": row.made_at.isoformat(),
                "said": row.said,
            }
            for row in rows
        ],
    )
