"""The components say the same in both languages, keep the content policy and draw honestly."""

import hashlib
import re
import tomllib
from datetime import UTC, date, datetime
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import render_template_string
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from registry import paths
from registry.web.difference import text_changes
from registry.web.drawing import LEFT, RIGHT, bar_width, score_scale
from registry.web.language import said, speaking
from registry.web.table import table_body
from registry.web.tones import STATE_TONES
from registry.words.states import STATES
from tests.web.gallery import gallery_app

COMPONENTS = sorted((paths.TEMPLATES / "components").glob("*.html"))
VENDORED = [paths.STATIC / "vendor", Path(__file__).parents[1] / "e2e" / "vendor"]


class Page(HTMLParser):
    """What the structural tests look at: ids, references to them, attributes, visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.labelled: set[str] = set()
        self.attributes: set[str] = set()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append((tag, found))
        self.attributes |= set(found)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "label":
            self.labelled.add(str(found.get("for")))
        for name in ("aria-describedby", "aria-labelledby"):
            self.references |= set((found.get(name) or "").split())


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return gallery_app().test_client()


@pytest.fixture(params=["zh-CN", "en"])
def html(client: FlaskClient, request: pytest.FixtureRequest) -> str:
    answer = client.get("/", headers={"Accept-Language": request.param})
    assert answer.status_code == 200
    return answer.text


def test_no_inline_style_or_script(html):
    page = Page(html)
    assert "style" not in page.attributes
    assert not [name for name in page.attributes if name.startswith("on")]
    assert not [tag for tag, _ in page.tags if tag == "style"]
    assert all(found.get("src") for tag, found in page.tags if tag == "script")


def test_ids_are_unique_and_references_lead_somewhere(html):
    page = Page(html)
    rules_twice = [each for each in set(page.ids) if page.ids.count(each) > 1]
    assert rules_twice == []
    assert page.references <= set(page.ids)


def test_every_control_has_its_label(html):
    page = Page(html)
    controls = [
        found["id"]
        for tag, found in page.tags
        if tag in ("input", "select", "textarea") and found.get("type") not in ("hidden", "submit")
    ]
    assert controls
    assert set(controls) <= page.labelled


def test_a_refused_field_says_so_to_everybody(html):
    field = re.search(r"<input[^>]*id=\"generation_mwh\"[^>]*>", html)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert "generation_mwh-error" in field[0]
    assert 'href="#generation_mwh"' in html


def test_english_pages_have_chinese_only_where_it_is_marked(client):
    html = client.get("/", headers={"Accept-Language": "en"}).text
    html = re.sub(r'<(\w+)[^>]*lang="zh-Hans-CN"[^>]*>.*?</\1>', "", html, flags=re.DOTALL)
    chinese = set(re.findall(r"[\u3400-\u9fff]+", re.sub(r"<[^>]*>", " ", html)))
    given_by_people = {
        "王芳",
        "凉州",
        "万元",
        "可行性研究报告",
        "年版",
        "甘肃省武威市",
        "凉州区",
        "已附结算单",
    }
    assert chinese <= given_by_people


def test_chinese_pages_have_no_english_sentences(client):
    html = client.get("/", headers={"Accept-Language": "zh-CN"}).text
    body = re.sub(
        r'<(\w+)[^>]*lang="en"[^>]*>.*?</\1>', "", html.split("<body", 1)[1], flags=re.DOTALL
    )
    text = re.sub(r"<[^>]*>", " ", body)
    assert re.findall(r"\b[A-Za-z]{3,} [A-Za-z]{2,} [A-Za-z]{2,}\b", text) == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_each_component_says_what_it_is_and_is_in_the_readme(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith("{#- ")
    if path.name != "gallery.html":
        assert f"`{path.stem}`" in (path.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", VENDORED, ids=lambda folder: folder.parent.name)
def test_vendored_files_are_what_the_list_says(folder):
    listed = tomllib.loads((folder / "VENDORED.toml").read_text(encoding="utf-8"))["file"]
    for entry in listed:
        digest = hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest()
        assert digest == entry["sha256"], entry["path"]
        assert (folder / entry["licence_file"]).is_file()
    known = {entry[key] for entry in listed for key in ("path", "licence_file")}
    assert {each.name for each in folder.iterdir()} == known | {"VENDORED.toml"}


YIELD = [["0.2", 0], ["2.0", 70], ["3.0", 90], ["5.0", 100]]
INTENSITY = [["0.60", 0], ["0.464", 40], ["0.40", 60], ["0.30", 90], ["0.20", 100]]


def test_every_state_of_every_life_cycle_has_its_tone():
    states = {str(state) for cycle in STATES.values() for state in cycle}
    assert states <= set(STATE_TONES)


SPEC = [
    {"key": "name", "label": "<b>", "href_key": "href", "unit": '"'},
    {"key": "amount", "label": ("额", "Amount"), "kind": "yuan"},
    {"key": "grade", "label": ("级", "Grade"), "kind": "grade"},
    {"key": "state", "label": ("态", "State"), "kind": "state", "labels": STATES["application"]},
    {"key": "at", "label": ("时", "At"), "kind": "moment"},
    {"key": "day", "label": ("日", "Day"), "kind": "day"},
]
ROW = {
    "name": "<script>", "href": '/"><script>', "amount": 12_000_000_000, "grade": None,
    "state": "DRAFT", "at": datetime(2026, 11, 22, 6, 5, tzinfo=UTC), "day": date(2026, 11, 22),
}  # fmt: skip


@given(st.text(), st.text(), st.text())
def test_whatever_people_wrote_a_list_holds_no_mark_of_theirs(name, href, label):
    spec = [{"key": "name", "label": label, "href_key": "href"}]
    body = table_body(spec, [{"name": name, "href": href}], "zh", said)
    marks = re.findall(r"<[^>]*>", body)
    assert len(marks) in (6, 8)  # row, cell, frame and their ends; a link, or a dash, between them
    assert marks[0] == '<tr role="row">'


def test_a_list_shows_each_kind_and_escapes_what_people_wrote():
    with speaking("en"):
        body = table_body(SPEC, [ROW], "en", said)
    assert '<a href="/&#34;&gt;&lt;script&gt;">&lt;script&gt;</a>' in body
    assert 'data-label="&lt;b&gt; (&#34;)"' in body
    assert "CNY\u00a0120\u00a0million" in body
    assert '<span class="grade grade-none grade-size-small">No grade</span>' in body
    assert '<span class="chip chip-quiet" data-state="DRAFT">Draft</span>' in body
    assert '<time datetime="2026-11-22T06:05:00Z">22 November 2026, 14:05 (UTC+8)</time>' in body
    assert '<time datetime="2026-11-22">22 November 2026</time>' in body


def test_a_list_made_in_one_go_looks_like_one_made_of_macros():
    app = gallery_app()
    by_macro = (
        '{% from "components/data_table.html" import data_table, cell %}'
        "{% call(row, column) data_table('c', spec, rows) %}{{ cell(row, column) }}{% endcall %}"
    )
    in_one_go = (
        '{% from "components/data_table.html" import data_table %}{{ data_table("c", spec, rows) }}'
    )
    with app.test_request_context():
        made = [
            re.sub(
                r"\s+|role=\"row\"", "", render_template_string(source, spec=SPEC, rows=[ROW, ROW])
            )
            for source in (by_macro, in_one_go)
        ]
    assert made[0] == made[1]


def test_a_scale_shows_knees_and_the_reader_s_mark():
    scale = score_scale(YIELD, "2.5", "2.0")
    assert [(tick.label, tick.points) for tick in scale.ticks] == [
        ("0.2", "0"), ("2", "70"), ("3", "90"), ("5", "100")
    ]  # fmt: skip
    assert scale.ticks[1].x < scale.mark.x < scale.ticks[2].x
    assert scale.limit.x == scale.ticks[1].x
    assert not scale.reversed


def test_better_is_always_to_the_right():
    assert score_scale(INTENSITY, "0.35").mark.x > score_scale(INTENSITY, "0.52").mark.x
    assert score_scale(INTENSITY, "0.52").reversed


def test_what_lies_beyond_the_scale_points_outward():
    assert score_scale(YIELD, "12").mark.beyond == 1
    assert score_scale(YIELD, "-3").mark.beyond == -1
    assert score_scale(INTENSITY, "1.9").mark.beyond == -1
    assert score_scale(YIELD, "2").mark.beyond == 0


def test_a_gate_s_limit_is_drawn_without_a_curve_and_nothing_without_either():
    gate = score_scale([], 1_400_000, 420_480)
    assert gate.ticks == ()
    assert gate.limit.x < gate.mark.x
    assert score_scale([], 3) is None


@given(
    st.lists(st.decimals(-1000, 1000, places=3), min_size=2, max_size=6, unique=True),
    st.lists(st.integers(0, 100), min_size=6, max_size=6),
    st.decimals(-2000, 2000, places=3),
    st.booleans(),
)
def test_any_monotone_curve_fits_its_frame_and_keeps_its_order(xs, ys, value, rising):
    curve = list(zip(sorted(xs), sorted(ys[: len(xs)], reverse=not rising), strict=False))
    scale = score_scale(curve, value)
    places = [tick.x for tick in scale.ticks] + [scale.mark.x]
    assert all(LEFT <= x <= RIGHT for x in places)
    points = [Decimal(tick.points) for tick in scale.ticks]
    assert points == sorted(points)
    labelled = [tick for tick in scale.ticks if tick.labelled]
    assert labelled[0] is scale.ticks[0]


@pytest.mark.parametrize(
    ("part", "whole", "width"), [(5, 10, 50.0), (0, 0, 0.0), (12, 10, 100.0), (-3, 10, 0.0)]
)
def test_a_bar_never_leaves_its_track(part, whole, width):
    assert bar_width(part, whole) == width


def test_numbers_change_whole_and_chinese_by_the_character():
    assert text_changes("上网电量 72,668 MWh", "上网电量 72,768 MWh") == [
        ("same", "上网电量 "), ("removed", "72,668"), ("added", "72,768"), ("same", " MWh")
    ]  # fmt: skip
    assert text_changes("武威市", "武威市凉州区") == [("same", "武威市"), ("added", "凉州区")]


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_holds_both_texts(before, after):
    runs = text_changes(before, after)
    assert "".join(text for kind, text in runs if kind != "added") == before
    assert "".join(text for kind, text in runs if kind != "removed") == after
