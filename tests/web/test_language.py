"""Which language, and how dates, numbers and money read in it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from registry.models import Person
from registry.web import language
from registry.web.language import current_language, said, shown, speaking, t
from registry.words import Words, formats
from tests.web.gallery import gallery_app

BOTH = ("zh", "en")


@pytest.fixture(scope="module")
def gallery() -> Flask:
    return gallery_app()


@pytest.fixture
def client(gallery: Flask) -> FlaskClient:
    return gallery.test_client()


@pytest.mark.parametrize(
    ("wish", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans-CN"),
        ("zh-TW", "zh-Hans-CN"),
        ("zh-Hans", "zh-Hans-CN"),
        ("en-US,en;q=0.9", "en"),
        ("en-GB,zh-CN;q=0.5", "en"),
        ("de-DE", "zh-Hans-CN"),
        ("de-DE,en;q=0.5", "en"),
        ("", "zh-Hans-CN"),
    ],
)
def test_the_browser_s_wish_is_heard(client, wish, lang):
    answer = client.get("/", headers={"Accept-Language": wish})
    assert f'<html lang="{lang}">' in answer.text
    assert answer.headers["Content-Language"] == lang
    assert "Accept-Language" in answer.headers["Vary"]


def test_a_choice_stays_and_outweighs_the_browser(client):
    answer = client.post("/language", data={"language": "en", "next": "/?page=2"})
    assert (answer.status_code, answer.location) == (303, "/?page=2")
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "zh-CN"}).text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "javascript:x"],
)
def test_the_switch_never_leads_to_another_site(client, elsewhere):
    assert client.post("/language", data={"language": "en", "next": elsewhere}).location == "/"


def test_an_unknown_language_changes_nothing(client):
    answer = client.post("/language", data={"language": "xx"}, headers={"Accept-Language": "en"})
    assert "language=en" in answer.headers["Set-Cookie"]


def test_a_signed_in_person_s_own_choice_outweighs_cookie_and_browser(monkeypatch):
    class Person:
        is_authenticated = True
        language = "en"

    monkeypatch.setattr(language, "current_user", Person())
    client = gallery_app().test_client()
    client.set_cookie("language", "zh")
    assert '<html lang="en">' in client.get("/", headers={"Accept-Language": "zh-CN"}).text


def test_the_switch_writes_the_person_s_language(people, database):
    person = people.person(language="zh")
    browser = people.browser(person)
    assert browser.post("/language", data={"language": "en"}).status_code == 303
    with database.read() as session:
        assert session.get(Person, person.id).language == "en"


def test_outside_a_request_a_block_may_speak_either():
    assert current_language() == "zh"
    with speaking("en"):
        assert t("登录", "Sign in") == "Sign in"
        with speaking("zh_Hans_CN"):
            assert t("登录", "Sign in") == "登录"
        assert current_language() == "en"


def test_params_are_filled_and_a_text_without_them_keeps_its_per_cent():
    with speaking("en"):
        assert t("共 %(n)s 项", "%(n)s in all", n=3) == "3 in all"
        assert t("削减 4%", "a cut of 4%") == "a cut of 4%"


def test_any_pair_can_be_said():
    with speaking("en"):
        for words in (
            Words("储备库", "Reserve list"),
            ("储备库", "Reserve list"),
            {"zh": "储备库", "en": "Reserve list"},
        ):
            assert said(words) == "Reserve list"
        assert said(None) == ""
        assert said("as it is") == "as it is"


def test_a_legal_term_keeps_its_original_beside_the_english():
    term = ("储备库", "Reserve <list>")
    with speaking("en"):
        assert language.original(term) == Markup(
            'Reserve &lt;list&gt; <span lang="zh-Hans-CN" class="original">储备库</span>'
        )
    with speaking("zh"):
        assert language.original(term) == "储备库"


def test_only_what_has_a_unit_is_a_quantity():
    with speaking("en"):
        assert shown("72668", "MWh") == "72,668"
        assert shown("2012") == "2012"
        assert shown("0710") == "0710"
        assert shown(72668) == "72,668"
        assert shown(True) == "Yes"
        assert shown(None) == formats.MISSING


def test_filters_of_constants_follow_the_reader_not_the_first_one(gallery):
    template = '{{ ("中", "En")|said }} {{ 12000000000|yuan }}'
    with gallery.test_request_context(headers={"Accept-Language": "zh-CN"}):
        assert render_template_string(template) == "中 1.2\u202f亿元"
    with gallery.test_request_context(headers={"Accept-Language": "en"}):
        assert render_template_string(template) == "En CNY\u00a0120\u00a0million"


def test_form_messages_come_in_the_reader_s_language(client):
    assert "该字段是必填字段" in client.get("/", headers={"Accept-Language": "zh-CN"}).text
    assert "This field is required" in client.get("/", headers={"Accept-Language": "en"}).text


def test_days_and_moments_are_beijing_s():
    late = datetime(2026, 11, 21, 16, 5, tzinfo=UTC)
    assert formats.day(late, "zh") == "2026年11月22日"
    assert formats.day(date(2026, 11, 2), "en") == "2 November 2026"
    assert formats.moment(late, "zh") == "2026年11月22日 00:05"
    assert formats.moment(late, "en") == "22 November 2026, 00:05 (UTC+8)"
    assert formats.moment(late.replace(tzinfo=None), "en") == formats.moment(late, "en")
    assert formats.day_short(late) == "2026-11-22"
    with speaking("en"):
        stamp = '<time datetime="2026-11-21T16:05:00Z">22 November 2026, 00:05 (UTC+8)</time>'
        assert language.FILTERS["stamp"](late) == stamp


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (63831, None, "63,831"),
        ("72668.50", None, "72,668.50"),
        (Decimal("2.345"), 2, "2.35"),
        (0.1, None, "0.1"),
        (-1234, None, "−1,234"),
        ("0.5", 0, "1"),
        (1e16, None, "10,000,000,000,000,000"),
        (None, 2, "—"),
        ("", None, "—"),
    ],
)
def test_numbers(value, decimals, text):
    for reader in BOTH:
        assert formats.number(value, decimals, reader) == text


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (12_000_000_000, "1.2 亿元", "CNY 120 million"),
        (20_000_000, "20 万元", "CNY 200,000"),
        (12_345_678_901, "123,456,789.01 元", "CNY 123,456,789.01"),
        (1_25, "1.25 元", "CNY 1.25"),
        (150_000_000_000_00, "1,500 亿元", "CNY 150 billion"),
        (0, "0 元", "CNY 0"),
        (None, "—", "—"),
    ],
)
def test_money_is_short_where_nothing_is_lost(fen, zh, en):
    assert formats.yuan(fen, "zh").replace("\u202f", " ") == zh
    assert formats.yuan(fen, "en").replace("\u00a0", " ") == en


_SCALES = {"亿元": 10**8, "万元": 10**4, "元": 1, "billion": 10**9, "million": 10**6}


@given(st.integers(-(10**15), 10**15))
def test_money_reads_back_to_the_fen(fen):
    zh, unit = formats.yuan(fen, "zh").split("\u202f")
    assert Decimal(zh.replace(",", "")) * _SCALES[unit] * 100 == fen
    _cny, en, *scale = formats.yuan(fen, "en").split("\u00a0")
    assert Decimal(en.replace(",", "")) * _SCALES[scale[0] if scale else "元"] * 100 == fen


def test_small_formats():
    assert formats.points(7925) == "79.25"
    assert formats.percent(8750) == "87.5%"
    assert formats.percent(10000) == "100%"
    assert formats.yuan_full(12_000_000_000, "en").replace("\u00a0", " ") == "CNY 120,000,000.00"
    assert formats.file_size(512, "en").replace("\u00a0", " ") == "512 B"
    assert formats.file_size(1_843_200, "en").replace("\u00a0", " ") == "1.8 MB"
    assert formats.file_size(5 * 1024**4, "en").replace("\u00a0", " ") == "5,120 GB"
    with speaking("zh"):
        assert language.FILTERS["tonnes"](63831, 0, "CO₂") == "63,831\u202f吨CO₂"
        assert language.FILTERS["quantity"](48, ("兆瓦", "MW")) == "48\u202f兆瓦"
