"""The README's first five minutes, as it tells them, on the demonstration as `./run` loads it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.acting import press, signed_in, somebody
from tests.e2e.axe import check_page
from tests.e2e.server import LiveRegistry, live_registry

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRegistry]:
    with live_registry(tmp_path_factory.mktemp("registry")) as served:
        yield served


def test_a_click_on_a_demo_account_signs_in_and_leads_to_its_desk(browser, registry):
    page = somebody(browser, registry)
    page.goto("/account/sign-in")
    page.get_by_role("button", name="受理", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("受理")
    page.get_by_role("link", name="待办").click()
    expect(page.locator(".work")).to_contain_text("待受理")
    assert check_page(page) == []


def test_the_newspaper_s_figure_stops_at_its_field_and_the_draft_is_kept(browser, registry):
    page = signed_in(browser, registry, "applicant")
    page.get_by_role("link", name="清风 48 兆瓦风电项目").click()
    page.get_by_role("link", name="核对并提交").click()
    for declaration in page.locator("main input[type=checkbox]").all():
        declaration.check()
    press(page, "提交申请")
    expect(page.locator(".error-summary")).to_contain_text(re.compile(r"420,?480"))
    page.locator(".error-summary a").first.click()
    field = page.locator(".field[data-field=generation_mwh_per_year]")
    expect(field.locator(".field-error")).to_contain_text(re.compile(r"420,?480"))
    field.locator("input").fill("100000")
    expect(page.locator(".live-score .score-points")).not_to_contain_text("0.00", timeout=15_000)


def test_an_english_reader_finds_the_project_in_english(browser, registry):
    page = signed_in(browser, registry, "fund", "en-GB")
    page.fill("input[name=q]", "solar")
    press(page, "Search")
    page.get_by_role("link", name="Liangzhou 50 MWp solar power project").click()
    _says_both_figures(page)
    expect(page.locator("main")).not_to_contain_text("ISSUED")


def _says_both_figures(page: Page) -> None:
    for figure in ("63,831", "56,630"):
        expect(page.locator("main")).to_contain_text(figure)
