"""Sample content for the gallery of components: an app that knows the look and nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from flask import Flask, flash, render_template, render_template_string, request
from flask_login import LoginManager
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileField
from jinja2 import StrictUndefined
from wtforms import (
    BooleanField,
    DateField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional, Regexp

from registry import paths
from registry.web import headers, language
from registry.web.language import t

MOMENT = datetime(2026, 11, 22, 6, 5, tzinfo=UTC)
DIGEST = "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
DOT = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABc3UBGAAAAABJRU5ErkJggg=="


CONFIRM = """
{% extends "base.html" %}
{% from "components/confirm.html" import confirm %}
{% from "components/field.html" import field %}
{% block title %}{{ t("撤销证书", "Revoke a certificate") }}{% endblock %}
{% block main_class %}narrow{% endblock %}
{% block content %}
{% call confirm(t("撤销证书 GP-2026-000137-4？", "Revoke certificate GP-2026-000137-4?"), form=form, danger=true, back="/",
                label=t("撤销证书", "Revoke the certificate"),
                consequences=[("公开页面立即显示“已撤销”。", "The public page says “revoked” at once."),
                              ("须由另一人确认。", "A second person must confirm.")]) %}
{{ field(form.note) }}
{% endcall %}
{% endblock %}
"""


class Checkboxes(SelectMultipleField):
    widget = widgets.ListWidget(prefix_label=False)
    option_widget = widgets.CheckboxInput()


def gallery_form() -> FlaskForm:
    number = Regexp(
        r"\d+(\.\d+)?$", message=t("请填数字，如 72668。", "Give a number such as 72668.")
    )

    class GalleryForm(FlaskForm):
        q = StringField(t("项目、单位或编号", "Project, organisation or number"))
        zone = SelectField(
            t("园区", "Zone"),
            choices=[SelectChoice("", t("全部", "All")), SelectChoice("1", "凉州")],
        )
        name = StringField(t("项目名称", "Name of the project"), [InputRequired()])
        capacity_mw = StringField(t("装机容量", "Capacity"), [number])
        generation_mwh = StringField(
            t("年上网电量", "Electricity delivered a year"),
            [Regexp(r"^\d{1,5}$", message=t(
                "48 MW 一年最多发电 420,480 MWh，请核对单位。",
                "48 MW make at most 420,480 MWh a year. Check the unit."))],
        )  # fmt: skip
        unit_cost = StringField(t("单位成本", "Unit cost"), [Optional()])
        kind = RadioField(
            t("项目类型", "Kind of project"),
            choices=[
                SelectChoice("power", t("可再生能源发电", "Renewable power")),
                SelectChoice("retrofit", t("节能改造", "Efficiency retrofit")),
            ],
        )
        objectives = Checkboxes(
            t("其他环境目标", "Other environmental objectives"), [Optional()],
            choices=[SelectChoice("water", t("水", "Water")), SelectChoice("waste", t("固体废物", "Solid waste"))],
        )  # fmt: skip
        province = SelectField(
            t("省份", "Province"),
            choices=[
                SelectChoice("62", t("甘肃", "Gansu")),
                SelectChoice("33", t("浙江", "Zhejiang")),
            ],
        )
        commissioned = DateField(t("投产日期", "Commissioning date"), [Optional()])
        note = TextAreaField(t("补充说明", "Further remarks"), [Optional()])
        evidence = FileField(t("证明材料", "Evidence"), [Optional()])
        declared = BooleanField(t("以上内容真实完整", "All of this is true and complete"))

    return GalleryForm(
        name="",
        capacity_mw="48",
        generation_mwh="1400000",
        kind="power",
        objectives=["water"],
        zone="",
        province="62",
    )


def _source(**more: str) -> dict[str, Any]:
    return {"document": ("产业结构调整指导目录（2024年本）", "Industry catalogue, 2024 edition"),
            "clause": ("第二类 限制类", "Class 2, restricted"), "date": "2024-02-01",
            "confidence": "P", "status": "verified", **more}  # fmt: skip


def _rules() -> dict[str, dict[str, Any]]:
    meter = {"name": ("年上网电量", "Electricity delivered"), "value": 72668, "unit": "MWh",
             "source": ("可研报告", "Feasibility study"), "assumed": True}  # fmt: skip
    return {
        "restricted": {
            "id": "G-RESTR-NEW", "name": ("限制类新建项目禁止投资", "No new build in the restricted class"),
            "kind": "gate", "state": "pass", "source": _source(),
            "inputs": [{"name": ("目录分类", "Class"), "value": ("鼓励类", "Encouraged"), "unit": "",
                        "source": ("申请表", "Application form")}],
            "threshold": ("不属于限制类", "not in the restricted class"),
        },
        "plausible": {
            "id": "G-PLAUS", "name": ("物理合理性", "Physical plausibility"), "kind": "gate", "state": "fail",
            "inputs": [{**meter, "value": 1_400_000}], "value": 1_400_000, "unit": "MWh", "threshold_value": 420480,
            "threshold": ("不超过装机 × 8,760 小时", "at most capacity × 8,760 h"),
            "reason": ("48 MW 一年最多发电 420,480 MWh。", "48 MW make at most 420,480 MWh a year."),
        },
        "dishonest": {
            "id": "G-SXBZX", "name": ("失信被执行人", "Dishonest judgment debtor"), "kind": "gate",
            "state": "unknown", "source": _source(status="unverified"),
            "reason": ("名单未装载，须凭证据认定。", "The list is not loaded; to be settled on evidence."),
        },
        "yield": {
            "id": "A1", "name": ("单位投资年减排量", "Yearly abatement per 10,000 yuan"), "kind": "score",
            "state": "pass", "inputs": [meter, {"name": ("总投资", "Total investment"), "value": "20000",
            "unit": ("万元", "CNY 10,000"), "source": ("备案文件", "Filing document")}],
            "value": "3.19", "unit": "tCO₂/万元", "decimals": 2,
            "curve": [["0.2", 0], ["2.0", 70], ["3.0", 90], ["5.0", 100]],
            "threshold_value": "2.0", "threshold": ("2.0 为 70 分", "2.0 earns 70"),
            "centipoints": 1819, "possible_centipoints": 2000, "formula": "ER / total_investment",
            "source": _source(confidence="S"),
        },
        "lock": {
            "id": "A3", "name": ("锁定风险", "Carbon lock-in"), "kind": "score", "state": "pass",
            "inputs": [{"name": ("化石燃料", "Fossil fuel"), "value": ("无", "none"), "unit": ""}],
            "centipoints": 500, "possible_centipoints": 500,
        },
        "energy": {
            "id": "B1", "name": ("单位工业增加值综合能耗", "Energy per industrial added value"), "kind": "score",
            "state": "pass", "inputs": [{"name": ("能耗强度", "Energy intensity"), "value": "0.52",
            "unit": ("tce/万元", "tce per 10,000 yuan")}], "value": "0.52", "unit": ("tce/万元", "tce per 10,000 yuan"),
            "curve": [["0.60", 0], ["0.464", 40], ["0.40", 60], ["0.30", 90], ["0.20", 100]],
            "centipoints": 235, "possible_centipoints": 1000,
        },
        "water": {
            "id": "C2", "name": ("固废与用水", "Solid waste and water"), "kind": "score", "state": "missing",
            "inputs": [{"name": ("用水量", "Water use"), "value": None, "unit": "m³"}],
            "curve": [[0, 0], [20, 70], [40, 100]], "unit": "%", "centipoints": 0, "possible_centipoints": 500,
        },
        "benchmark": {
            "id": "A2", "name": ("相对行业标杆", "Against the benchmark"), "kind": "score", "state": "not_applicable",
            "reason": ("没有标杆值的行业不适用。", "No benchmark exists for this industry."),
            "centipoints": 0, "possible_centipoints": 1500,
        },
    }  # fmt: skip


def sample_score(graded: bool = True) -> dict[str, Any]:
    rules = _rules()
    return {
        "grade": "medium" if graded else None,
        "no_grade": ("覆盖率低于 70%，只给分不定级。", "Coverage is below 70 %: points, but no grade."),
        "verdict": {"code": "look", "label": ("需要人工认定", "A person must look")},
        "centipoints": 7126, "earned_centipoints": 2554, "applicable_centipoints": 4000,
        "coverage_bp": 8750 if graded else 5210,
        "unknown": [{"name": ("失信被执行人", "Dishonest judgment debtor"),
                     "why": ("名单未装载", "list not loaded"), "href": "#rule-G-SXBZX"}],
        "raises": [
            {"text": ("填写用水量的改造前后数据", "Give water use before and after"), "gain_centipoints": 438,
             "to_grade": "dark", "href": "#"},
            {"text": ("由第三方核查排放数据", "Have the emissions verified by a third party"), "gain_centipoints": 200},
        ] if graded else [],
        "caps": [] if graded else [("化石燃料退出计划未定，最高中绿", "Fossil phase-out undated: medium green at most")],
        "rulebook": {"name": ("低碳项目准则", "Low-carbon criteria"), "version": "2026.1", "digest": DIGEST,
                     "date": date(2026, 10, 1)},
        "categories": [
            {"id": f"gates{graded}", "name": ("准入条件", "Gates"), "centipoints": 0, "possible_centipoints": 0,
             "rules": [rules["restricted"], rules["plausible"], rules["dishonest"]] if graded else []},
            {"id": f"climate{graded}", "name": ("气候", "Climate"), "centipoints": 2319, "possible_centipoints": 2500,
             "rules": [rules["yield"], rules["lock"], rules["benchmark"]] if graded else []},
            {"id": f"environment{graded}", "name": ("能源与环境", "Energy and environment"), "centipoints": 235,
             "possible_centipoints": 1500, "rules": [rules["energy"], rules["water"]] if graded else []},
        ],
    }  # fmt: skip


def _projects() -> list[dict[str, Any]]:
    words = {"href": "#", "name": ("凉州 50 MW 光伏发电项目", "Liangzhou 50 MW solar power"), "zone": ("凉州", "Liangzhou"),
             "grade": "medium", "abatement": 63831, "amount": 20_000_000_000, "state": "RESERVE",
             "state_label": ("储备库", "Reserve list")}  # fmt: skip
    retrofit = {"name": ("水泥窑余热发电技术改造", "Cement kiln waste-heat retrofit"), "grade": "light", "abatement": 8120,
                "amount": 1_234_567_89, "state": "SUSPENDED", "state_label": ("暂停", "Suspended")}  # fmt: skip
    return [words, {**words, **retrofit}, {**words, "abatement": None, "grade": "dark", "state": "FINANCED",
            "state_label": ("已融资", "Financed")}]  # fmt: skip


def sample() -> dict[str, Any]:
    answer = {
        "label": ("年上网电量", "Electricity delivered a year"),
        "value": "72,668",
        "unit": "MWh",
        "href": "#",
    }
    return {
        "project": ("凉州 50 MW 光伏发电项目", "Liangzhou 50 MW solar power"),
        "day": date(2026, 11, 22), "moment": MOMENT, "investment_fen": 20_000_000_000,
        "digest": DIGEST, "qr": DOT,
        "score": sample_score(), "score_without_grade": sample_score(graded=False),
        "columns": [
            {"key": "name", "label": ("项目", "Project"), "href_key": "href"}, {"key": "zone", "label": ("园区", "Zone")},
            {"key": "grade", "label": ("等级", "Grade"), "kind": "grade"},
            {"key": "abatement", "label": ("年减排量", "Yearly abatement"), "kind": "number", "unit": "tCO₂"},
            {"key": "amount", "label": ("总投资", "Investment"), "kind": "yuan"},
            {"key": "state", "label": ("状态", "State"), "kind": "state", "label_key": "state_label"},
        ],
        "projects": _projects(),
        "steps": [
            {"label": ("单位", "Organisation"), "href": "#", "state": "done"},
            {"label": ("项目", "Project"), "href": "#", "state": "problem"},
            {"label": ("减排数据", "Abatement"), "state": "current"},
            {"label": ("证明材料", "Evidence"), "state": "todo"},
            {"label": ("核对", "Check"), "state": "todo"},
        ],
        "files": [
            {"name": "可行性研究报告（2026年版）.pdf", "size": 1_843_200, "sha256": DIGEST, "at": MOMENT, "href": "#",
             "remove_name": "remove", "remove_value": "7"},
            {"name": "settlement-2025.xlsx", "size": 512, "sha256": DIGEST, "secret": True},
        ],
        "tasks": [{"title": ("填写申请", "Fill in the application"), "tasks": [
            {"label": ("单位信息", "Your organisation"), "href": "#", "state": "done"},
            {"label": ("减排数据", "Abatement data"), "href": "#", "state": "problem",
             "hint": ("年上网电量超出装机可能", "Electricity exceeds what the capacity can make")},
            {"label": ("证明材料", "Evidence"), "href": "#", "state": "not_started"},
            {"label": ("提交", "Submit"), "href": "#", "state": "cannot_start"}]}],
        "answers": [{"title": ("减排数据", "Abatement"), "href": "#", "answers": [
            answer, {**answer, "label": ("水耗", "Water use"), "value": None},
            {**answer, "label": ("单位成本", "Unit cost"), "value": "0.31", "unit": ("元/kWh", "CNY/kWh"), "secret": True},
            {**answer, "label": ("首年等效小时", "Full-load hours"), "value": "1,453", "unit": "h", "assumed": True},
            {**answer, "label": ("其他目标", "Other objectives"), "value": [("水", "Water"), ("固废", "Waste")], "unit": None},
            {**answer, "label": ("装机", "Capacity"), "value": "48", "unit": "MW",
             "problem": ("与发电量不符", "does not fit the generation")}]}],
        "timeline": [
            {"at": MOMENT, "what": ("退回补正", "Returned for correction"), "who": ("李明", "Li Ming"), "role": ("受理", "Screener"),
             "why": ("年上网电量与结算单不符。", "The electricity differs from the settlement sheet."),
             "clause": ("办法第十二条", "Measures, article 12"), "state": "RETURNED", "state_label": ("补正", "Returned"),
             "digest": DIGEST, "href": "#"},
            {"at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC), "what": ("提交申请", "Submitted"), "who": ("王芳", "Wang Fang"),
             "state": "SUBMITTED", "state_label": ("已提交", "Submitted"), "digest": DIGEST},
        ],
        "changes": [
            {"label": ("年上网电量", "Electricity"), "before": "72,668", "after": "72,768", "unit": "MWh",
             "finding": ("请按结算单更正", "Correct it by the settlement sheet")},
            {"label": ("地点", "Place"), "before": "甘肃省武威市", "after": "甘肃省武威市凉州区"},
            {"label": ("备注", "Remark"), "before": None, "after": "已附结算单"},
        ],
        "details": [{"label": ("统一社会信用代码", "Unified social credit code"), "value": "91620600MA00000000"},
                    {"label": ("核验", "Verified"), "value": None}],
        "states": [("DRAFT", "草稿", "Draft"), ("SUBMITTED", "已提交", "Submitted"), ("RETURNED", "补正", "Returned"),
                   ("RESERVE", "储备库", "Reserve list"), ("REJECTED", "未通过", "Rejected"),
                   ("EXPIRED", "已到期", "Expired")],
    }  # fmt: skip


def gallery_app() -> Flask:
    app = Flask("gallery", template_folder=paths.TEMPLATES, static_folder=paths.STATIC)
    app.config.update(SECRET_KEY="only-for-the-gallery", TESTING=True, WTF_CSRF_CHECK_DEFAULT=False)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    LoginManager(app).user_loader(lambda _id: None)
    CSRFProtect(app)
    headers.init_app(app)
    language.init_app(app)

    @app.route("/", methods=["GET", "POST"])
    def gallery() -> str:
        form = gallery_form()
        form.validate()
        form.csrf_token.errors = ()
        flash(t("草稿已保存。", "The draft is saved."), "success")
        links = [{"label": ("账户与会话", "Account and sessions"), "href": "#", "current": False}]
        return render_template(
            "components/gallery.html", form=form, sample=sample(),
            demo_mode=True, test_key=True, version="0.1.0",
            navigation=[
                {"label": ("储备库", "Reserve list"), "href": "/", "current": True},
                {"label": ("评审", "Assessment"), "href": "/?a", "current": False, "count": 3},
                {"label": ("核验证书", "Check a certificate"), "href": "/?b", "current": False},
            ],
            account={"name": "王芳", "role": ("经办", "Editor"), "links": links, "sign_out": "/out"},
        )  # fmt: skip

    @app.route("/error/<int:code>")
    def error(code: int) -> str:
        return render_template("errors/error.html", code=code, request_id=request.args.get("id"))

    @app.route("/confirm", methods=["GET", "POST"])
    def confirm() -> str:
        form = gallery_form()
        return render_template_string(CONFIRM, form=form)

    return app
