"""A fund manager's day with a loan book, in a real browser on the real server and worker: brought,
matched, watched, read, corrected, compared, taken away; in both languages, without a barrier."""

import csv
import io
import os
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from registry.queries.account import DEMO_PASSWORD
from tests import books
from tests.conftest import fast_folder
from tests.e2e.axe import check_page, too_wide
from tests.e2e.server import live_registry

pytestmark = pytest.mark.e2e
FUND = "fund@demo.example"
SHOTS = os.environ.get("REGISTRY_SCREENSHOTS", "")
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def registry():
    with live_registry(fast_folder()) as live:
        yield live


@pytest.fixture(params=["zh", "en"])
def page(request, browser, registry):
    locale = "zh-CN" if request.param == "zh" else "en-GB"
    context = browser.new_context(locale=locale, base_url=registry.url)
    opened = context.new_page()
    opened.complaints = []
    opened.on("console", lambda said: _heard(opened.complaints, said.text))
    opened.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.zh = request.param == "zh"
    yield opened
    context.close()


def _heard(complaints: list[str], text: str) -> None:
    """An answer that refuses a form is meant to."""
    if "status of 422" not in text:
        complaints.append(text)


def well_made(page: Page, name: str) -> None:
    """No barrier, nothing too wide on a desk and on a phone, no complaint of the content policy."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert too_wide(page) == [], name
        if width == WIDTHS[0]:
            assert [str(one) for one in check_page(page)] == [], name
        if SHOTS:
            language = "zh" if page.zh else "en"
            page.screenshot(path=Path(SHOTS) / f"{name}-{language}-{width}.png", full_page=True)
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    assert page.complaints == [], name


def quarter(folder: Path, name: str) -> Path:
    """The demonstration's next quarter: some loans gone, some new, some bad, one heading changed."""
    from registry.jobs.demo.books import LOANS

    rows = list(books.book(LOANS, seed=7))[20:] + list(books.book(LOANS + 15, seed=8))[LOANS:]
    rows[2][books.HEADS.index("装机容量(MW)")] = "50MWp"
    rows[4][1] = '=HYPERLINK("http://x","y")'
    rows[6][books.HEADS.index("发电技术")] = "PV-G"
    rows[8][books.HEADS.index("证据等级")] = "—"
    path = books.write(folder / name, rows)
    text = path.read_text(encoding="gb18030").replace("总投资（万元）", "项目总投资", 1)
    path.write_text(text, encoding="gb18030", newline="")
    return path


def test_a_day_with_a_loan_book(page, registry, tmp_path):
    def said(zh: str, en: str) -> str:
        return zh if page.zh else en

    page.goto("/account/sign-in")
    page.locator("#email").fill(FUND)
    page.locator("#password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name=said("登录", "Sign in"), exact=True).click()

    # The demonstration shows a finished book at once.
    page.goto("/portfolios/")
    well_made(page, "books")
    expect(page.get_by_role("link", name="演示贷款台账（虚构数据）").first).to_be_visible()

    # A book is brought; a wrong day is said at the field, and nothing else is lost.
    page.get_by_role("link", name=said("上传台账", "Bring a book")).click()
    page.locator("#name").fill("演示贷款台账（虚构数据）")
    day = date.today() - timedelta(days=2 if page.zh else 1)  # noqa: DTZ011
    page.locator("#as_of").fill(day.isoformat())
    page.locator("#file").set_input_files(quarter(tmp_path, f"q4-{'zh' if page.zh else 'en'}.csv"))
    well_made(page, "bring")
    page.get_by_role("button", name=said("上传并对应列", "Send and match columns")).click()

    # Columns are recognised; the one without a unit is asked about, its own word is taught.
    expect(page.locator("#field-1")).to_have_value("loan_number")
    well_made(page, "columns")
    unit = page.locator("tr", has_text="项目总投资").locator("select[name^=unit-]")
    unit.select_option("")
    page.get_by_role("button", name=said("确认并继续", "Confirm and go on")).click()
    expect(page.locator(".error-summary")).to_contain_text("项目总投资")
    well_made(page, "columns-wrong")
    page.locator("tr", has_text="项目总投资").locator("select[name^=unit-]").select_option("万元")
    page.get_by_label("PV-G").select_option("solar_pv")
    page.get_by_role("button", name=said("确认并继续", "Confirm and go on")).click()

    # What concerns every loan is settled with a basis, and only with one.
    for box in page.locator("input[name^=settle-]").all():
        box.check()
    page.get_by_role("button", name=said("开始筛查", "Start"), exact=True).click()
    expect(page.locator("#basis-error")).to_be_visible()
    page.locator("#basis").fill("各名单均已查询，见合规部记录。")
    well_made(page, "start")
    page.get_by_role("button", name=said("开始筛查", "Start"), exact=True).click()

    # Progress is there at once; the page becomes the result by itself.
    expect(page.locator("h1 .chip")).to_be_visible()
    expect(page.locator('h1 [data-state="DONE"]')).to_be_visible(timeout=300_000)
    well_made(page, "result")
    result = page.url

    # What could not be read is named by its cell.
    page.goto(f"{result}/problems")
    expect(page.locator("main")).to_contain_text("J4")
    well_made(page, "problems")

    # What needs a person comes first; one loan is read rule by rule.
    page.goto(f"{result}/loans")
    first = page.locator("tbody tr").first
    expect(first.locator('[data-state="person_must_look"]')).to_be_visible()
    well_made(page, "loans")
    page.goto(f"{result}/loans?verdict=person_must_look")
    page.locator("tbody tr a").first.click()
    expect(page.locator(".explained-score")).to_be_visible()
    well_made(page, "loan")

    # A correction needs a reason; the computed verdict stays.
    page.get_by_label(said("非绿色", "Not green")).check()
    page.get_by_role("button", name=said("记录修正", "Put the correction on record")).click()
    expect(page.locator(".error-summary, :invalid").first).to_be_attached()
    page.locator("#reason").fill("现场核查：机组已停运。")
    page.get_by_role("button", name=said("记录修正", "Put the correction on record")).click()
    expect(page.locator("main")).to_contain_text("现场核查：机组已停运。")
    expect(page.locator('h1 [data-state="person_must_look"]')).to_be_visible()

    # The last quarter beside it.
    page.goto(f"{result}/difference")
    expect(page.locator(".parts")).to_contain_text(re.compile(r"\d+"))
    well_made(page, "difference")

    # Its borrowers are watched from now on; the other language's book takes over by itself.
    page.goto(result)
    watch = page.get_by_role(
        "button", name=said("关注本台账的借款人", "Watch this book’s borrowers")
    )
    if page.zh:
        watch.click()
    expect(watch).to_have_count(0)
    expect(page.get_by_role("button", name=said("停止关注", "Stop watching"))).to_be_visible()
    well_made(page, "watched")

    # Taken away: the hostile name is text, the correction stands in a column of its own.
    page.goto(result)
    with page.expect_download() as started:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = Path(started.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert len(rows) == 115 - 1 + 1
    assert sum("'=HYPERLINK" in cell for row in rows for cell in row) == 1
    assert sum("现场核查：机组已停运。" in row for row in rows) == 1
