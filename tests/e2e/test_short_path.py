"""The main job in a minute, in a real browser against the real server and worker: an impossible
figure is refused at its field, a listed project is found and financed, its certificate is checked
by an auditor, by the command line and by a stranger who scans its code."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from registry.models import Certificate
from tests.e2e.axe import check_page, too_wide
from tests.e2e.server import LiveRegistry, live_registry

pytestmark = [pytest.mark.e2e, pytest.mark.path]
PASSWORD = "demo-registry-2026"
LIANGZHOU, QINGFENG = 1, 4


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRegistry]:
    with live_registry(tmp_path_factory.mktemp("registry")) as served:
        yield served


def signed_in(browser: Browser, registry: LiveRegistry, who: str, locale: str = "zh-CN") -> Page:
    page = browser.new_context(locale=locale, base_url=registry.url).new_page()
    page.goto("/account/sign-in")
    page.fill("input[name=email]", f"{who}@demo.example")
    page.fill("input[type=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    return page


def test_an_impossible_figure_stops_at_its_field_and_the_draft_is_kept(browser, registry):
    page = signed_in(browser, registry, "applicant")
    page.goto(f"/applications/{QINGFENG}/check")
    for declaration in page.locator("main input[type=checkbox]").all():
        declaration.check()
    page.get_by_role("button", name="提交申请").click()
    expect(page.locator("main")).to_contain_text(re.compile(r"420,?480"))
    page.goto("/applications/")
    expect(page.locator("main")).to_contain_text("清风 48 兆瓦风电项目")


def test_a_fund_finds_a_project_by_two_characters_and_takes_a_share(browser, registry):
    page = signed_in(browser, registry, "fund")
    page.fill("input[name=q]", "凉州")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="凉州 50 兆瓦光伏发电项目").click()
    expect(page.locator("main")).to_contain_text("63,831")
    expect(page.locator("main")).to_contain_text("56,630")
    assert check_page(page) == []
    page.get_by_role("link", name="登记融资").click()
    page.fill("input[name=amount_10k_yuan]", "10000")
    page.fill("input[name=signed_on]", "2026-11-20")
    page.get_by_role("button", name="登记").click()
    expect(page.locator("main")).to_contain_text("25,532.4")  # G10: 63,831 × 100 / 250


def test_the_certificate_proves_itself_to_an_auditor_and_to_a_stranger(
    browser, registry, tmp_path: Path
):
    page = signed_in(browser, registry, "auditor", locale="en-GB")
    page.goto(f"/audit/cases/{LIANGZHOU}")
    assert check_page(page) == []
    answer = page.request.get(f"/audit/certificates/{_number(registry)}/certificate.pdf")
    assert answer.status == 200
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(answer.body())
    assert "Signature is Valid" in _said(["pdfsig", pdf])
    assert "No syntax or stream encoding errors" in _said(["qpdf", "--check", pdf])
    text = _said(["pdftotext", "-layout", pdf, "-"])
    assert "63,831" in text and "56,630" in text
    assert _verified(pdf, registry).returncode == 0
    broken = bytearray(pdf.read_bytes())
    broken[len(broken) // 2] ^= 1
    (tmp_path / "broken.pdf").write_bytes(bytes(broken))
    assert _verified(tmp_path / "broken.pdf", registry).returncode != 0
    _scan_and_open(browser, registry, pdf, tmp_path)


def _number(registry: LiveRegistry) -> str:
    """Of the demonstration's certificate, once the worker has issued it."""
    for _ in range(120):
        with registry.database.read() as session:
            found = session.exec(select(Certificate).where(Certificate.state == "ISSUED")).first()
        if found is not None:
            return found.number
        time.sleep(0.25)
    raise AssertionError("the worker issued no certificate")


def _scan_and_open(browser: Browser, registry: LiveRegistry, pdf: Path, folder: Path) -> None:
    subprocess.run(["pdftoppm", "-r", "150", "-png", pdf, folder / "page"], check=True)
    with Image.open(next(folder.glob("page*.png"))) as picture:
        found = zxingcpp.read_barcodes(picture)
    address = found[0].text
    assert address.startswith(registry.url + "/c/")
    stranger = browser.new_context(
        locale="zh-CN", viewport={"width": 390, "height": 800}
    ).new_page()
    stranger.goto(address)
    expect(stranger.locator("main")).to_contain_text("凉州 50 兆瓦光伏发电项目")
    assert check_page(stranger) == []
    assert not too_wide(stranger)


def _said(command: list[object]) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return done.stdout + done.stderr


def _verified(pdf: Path, registry: LiveRegistry) -> subprocess.CompletedProcess[bytes]:
    anchor = registry.settings.keys_folder / "test" / "anchor.pem"
    command = [sys.executable, "-m", "registry.cli", "certificate", "verify", pdf]
    return subprocess.run([*map(str, command), "--anchor", str(anchor)], capture_output=True)
