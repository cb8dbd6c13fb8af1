"""Every component in a real browser: both languages, light and dark, desktop and the narrowest phone."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from tests.e2e.axe import check_page, too_wide
from tests.web.gallery import gallery_app

pytestmark = pytest.mark.e2e


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests of a test are not news."""


@pytest.fixture(scope="module")
def gallery_url() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, gallery_app(), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(browser: Browser, gallery_url: str):
    contexts = []

    def opened(locale: str = "zh-CN", width: int = 1280, path: str = "", **options) -> Page:
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(gallery_url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 320])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_violation_nothing_too_wide_no_complaint(open_page, locale, width, scheme):
    page = open_page(locale, width, color_scheme=scheme)
    assert page.complaints == [], "the content policy or a script complained"
    assert too_wide(page) == []
    for details in page.locator("details.rule-details").all():
        details.evaluate("each => { each.open = true }")
    assert [str(each) for each in check_page(page)] == []
    assert too_wide(page) == []


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 413, 429, 500, 503])
def test_errors_are_whole_pages(open_page, code):
    page = open_page("en", 320, f"error/{code}?id=abc")
    assert [str(each) for each in check_page(page)] == []
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_hard_step_is_confirmed_on_a_page_of_its_own(open_page, locale):
    page = open_page(locale, 320, "confirm")
    assert [str(each) for each in check_page(page)] == []
    assert too_wide(page) == []


def test_reads_without_script(open_page):
    page = open_page("en", 1280, java_script_enabled=False)
    page.get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans-CN")
    expect(page.get_by_role("heading", level=1)).to_contain_text("凉州")


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(open_page):
    page = open_page("en")
    expect(page.locator("#error-summary")).to_be_focused()
    page.get_by_role("link", name="48 MW make at most").click()
    expect(page.locator("#generation_mwh")).to_be_focused()


def test_a_copy_button_appears_and_copies(open_page):
    page = open_page("en", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy SHA-256").last.click()
    assert len(page.evaluate("navigator.clipboard.readText()")) == 64


def test_printed_everything_is_unfolded(open_page):
    page = open_page("en")
    page.emulate_media(media="print")
    expect(page.locator("#rule-A1 .rule-why")).to_be_visible()
    expect(page.locator(".site-nav")).to_be_hidden()
    expect(page.get_by_role("button", name="Save and continue")).to_be_hidden()
