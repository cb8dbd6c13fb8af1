"""The main job from an empty register to a stranger's phone, in a real browser against the real
server and worker: one project, seven people, and a certificate that proves itself.

Figures are those of the published design document of Liangzhou (case G01) and of a loan on it (G10).
"""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from registry.jobs.demo.projects import PROJECTS
from tests.e2e.acting import (
    code_on,
    fill,
    one_byte_changed,
    press,
    said,
    set_field,
    signed_in,
    somebody,
    verified,
)
from tests.e2e.axe import check_page, too_wide
from tests.e2e.server import LiveRegistry, live_registry

pytestmark = [pytest.mark.e2e, pytest.mark.path]
LIANGZHOU = next(project for project in PROJECTS if project.key == "liangzhou")
PROJECT = LIANGZHOU.name.zh
ISSUED_WITHIN_SECONDS = 60


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveRegistry]:
    """Nobody has applied yet."""
    with live_registry(tmp_path_factory.mktemp("registry"), projects=()) as served:
        yield served


def test_an_application_becomes_a_certificate_that_a_stranger_can_check(
    browser: Browser, registry: LiveRegistry, tmp_path: Path
):
    case = _editor_fills_the_form(signed_in(browser, registry, "editor"))
    _signatory_sends_it(signed_in(browser, registry, "applicant"), case)
    _screener_accepts(signed_in(browser, registry, "screener"), case)
    _assessor_scores_and_recommends(signed_in(browser, registry, "assessor"), case)
    _approver_approves(signed_in(browser, registry, "approver"), case)
    _fund_records_a_loan(signed_in(browser, registry, "fund"))
    pdf = tmp_path / "certificate.pdf"
    _auditor_reads_the_history(signed_in(browser, registry, "auditor", "en-GB"), case, pdf)
    _certificate_says_and_proves(pdf, registry)
    _stranger_scans_and_checks(somebody(browser, registry, phone=True), registry, pdf)


def main(page: Page) -> Locator:
    return page.locator("main")


def well_made(page: Page) -> None:
    assert check_page(page) == []
    assert too_wide(page) == []


def _stands_at(page: Page, state: str) -> None:
    expect(page.locator(".page-head .chip").first).to_contain_text(state)


def _editor_fills_the_form(page: Page) -> str:
    """The case's number in addresses. On the way an impossible figure is refused at its field."""
    page.goto("/applications/start")
    owner = "凉州演示光伏电力有限公司（虚构）"
    page.get_by_label(owner).check()
    set_field(page, "kind", LIANGZHOU.kind)
    press(page, "开始填报")
    page.get_by_role("link", name="项目基本信息").click()
    answers = LIANGZHOU.answers
    for _ in range(20):
        if "/form/" not in page.url:
            break
        if page.locator("[data-question=capacity_mw]").count():
            _impossible_figure_is_refused(page, answers)
        fill(page, answers)
        press(page, "保存并继续")
        page.wait_for_load_state()
    expect(main(page)).to_contain_text("请签章人提交")
    well_made(page)
    found = re.search(r"/applications/(\d+)/check", page.url)
    assert found, page.url
    return found.group(1)


def _impossible_figure_is_refused(page: Page, answers: dict[str, str]) -> None:
    """50 MW run 8,760 hours make 438,000 MWh: more is refused, said at its field, and kept there."""
    fill(page, answers | {"generation_mwh_per_year": "726680"})
    press(page, "保存并继续")
    field = page.locator(".field[data-field=generation_mwh_per_year]")
    expect(field.locator(".field-error")).to_contain_text(re.compile(r"438,?000"))
    expect(field.locator("input")).to_have_value("726680")


def _signatory_sends_it(page: Page, case: str) -> None:
    page.goto("/applications/")
    page.get_by_role("link", name=PROJECT).click()
    page.goto(f"/applications/{case}/check")
    for declaration in page.locator("main input[type=checkbox]").all():
        declaration.check()
    press(page, "提交申请")
    expect(main(page)).to_contain_text(re.compile("回执|已提交"))


def _screener_accepts(page: Page, case: str) -> None:
    """Signing in leads to the desk, where the case waits."""
    page.get_by_role("link", name=PROJECT).click()
    expect(page.locator("#screening .task")).to_have_count(0)
    page.get_by_role("link", name="受理", exact=True).last.click()
    for choice in page.get_by_label("评审员 平安").all():  # as an assessor, and as the lead
        choice.check()
    press(page, "受理")
    _stands_at(page, "评审中")
    well_made(page)


def _assessor_scores_and_recommends(page: Page, case: str) -> None:
    """Tier and conditions with their reasons; what no list can tell is settled on evidence."""
    at = f"/review/case/{case}"
    page.get_by_role("link", name=PROJECT).click()
    page.goto(f"{at}/score")
    judged = {
        "evidence_tier": "T2",
        "catalogue_conditions": "confirmed",
        "ghg_contribution": "flagged",
    }
    for name, value in judged.items():
        set_field(page, name, value)
        page.fill(f"[name={name}_why]", "对照设计文件与批复核定。")
    page.fill("[name=reason]", "逐项核对设计文件，依据见各项理由。")
    press(page, "评分")
    page.goto(f"{at}/settle")
    while page.locator("[name=matters]").count():
        _settle_all(page)
        page.goto(f"{at}/settle")
    page.goto(f"{at}/score")
    page.fill("[name=reason]", "认定后重新计算。")
    press(page, "评分")
    page.goto(f"{at}/recommend")
    well_made(page)
    page.fill("[name=reason]", "得分与证据相符，建议入库。")
    press(page, "提交审定")
    _stands_at(page, "待复核")


def _settle_all(page: Page) -> None:
    for matter in page.locator("[name=matters]").all():
        matter.check()
    page.locator("[name=outcome]").first.check()
    page.fill("[name=rationale]", "已在主管部门公开渠道逐项查询。")
    page.fill("[name=evidence]", "查询截图，2026-11-20")
    press(page, "认定")
    page.wait_for_load_state()


def _approver_approves(page: Page, case: str) -> None:
    page.get_by_role("link", name=PROJECT).click()
    page.goto(f"/review/case/{case}/approve")
    well_made(page)
    page.fill("[name=reason]", "符合条件，同意入库。")
    press(page, "批准")
    _stands_at(page, "储备库")


def _fund_records_a_loan(page: Page) -> None:
    """Two characters find it; a loan of 100 of 250 million yuan carries two fifths of 63,831 t."""
    page.fill("input[name=q]", "凉州")
    press(page, "查找")
    page.get_by_role("link", name=PROJECT).click()
    expect(main(page)).to_contain_text("63,831")
    expect(main(page)).to_contain_text("56,630")
    page.get_by_role("link", name="登记融资").click()
    page.fill("input[name=amount_10k_yuan]", "10000")
    page.fill("input[name=signed_on]", "2026-11-20")
    press(page, "登记")
    expect(main(page)).to_contain_text("25,532.4")
    well_made(page)


def _auditor_reads_the_history(page: Page, case: str, pdf: Path) -> None:
    """Everybody who took part is there; the certificate, once the worker has issued it, is taken."""
    deadline = time.monotonic() + ISSUED_WITHIN_SECONDS
    while True:
        page.goto(f"/audit/cases/{case}")
        link = page.get_by_role("link", name="PDF", exact=True)
        if link.count() or time.monotonic() > deadline:
            break
        page.wait_for_timeout(500)
    for name in ("千章", "沈丽", "平安", "申定"):
        expect(main(page)).to_contain_text(name)
    well_made(page)
    with page.expect_download() as download:
        link.click(modifiers=["Alt"])
    download.value.save_as(pdf)
    page.goto("/audit/")
    page.get_by_role("link", name="Verify the log").click()
    well_made(page)


def _certificate_says_and_proves(pdf: Path, registry: LiveRegistry) -> None:
    """By poppler, qpdf and our own command; and one changed byte is refused."""
    assert "Signature is Valid" in said(["pdfsig", pdf])
    assert "No syntax or stream encoding errors" in said(["qpdf", "--check", pdf])
    text = said(["pdftotext", "-layout", pdf, "-"])
    for figure in ("63,831", "56,630", "2012"):
        assert figure in text
    accepted = verified(pdf, registry)
    assert accepted.returncode == 0, accepted.stdout
    refused = verified(one_byte_changed(pdf), registry)
    assert refused.returncode != 0, refused.stdout


def _stranger_scans_and_checks(page: Page, registry: LiveRegistry, pdf: Path) -> None:
    address = code_on(pdf)
    assert address.startswith(registry.url + "/c/")
    page.goto(address)
    expect(page.locator("h1")).to_contain_text("有效")
    expect(main(page)).to_contain_text(PROJECT)
    well_made(page)
    page.goto("/check")
    _check_file(page, pdf)
    expect(main(page)).to_contain_text("文件与签发时一致")
    well_made(page)
    _check_file(page, pdf.with_name("changed.pdf"))
    expect(main(page)).to_contain_text("不予认可")
    well_made(page)


def _check_file(page: Page, pdf: Path) -> None:
    page.set_input_files("input[type=file]", pdf)
    press(page, "核验")
    page.wait_for_load_state()
