"""What a person does at a page: signs in, fills a form, presses what it says; and what a person
does with a certificate: looks at it with other people's tools."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from registry.queries.account import DEMO_DOMAIN, DEMO_PASSWORD
from tests.e2e.server import LiveRegistry

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 800}


def somebody(
    browser: Browser, registry: LiveRegistry, locale: str = "zh-CN", *, phone: bool = False
) -> Page:
    """A window of its own, signed out, that fails loudly rather than waiting long."""
    context = browser.new_context(
        locale=locale, base_url=registry.url, viewport=PHONE if phone else DESK
    )
    context.set_default_timeout(10_000)
    return context.new_page()


def signed_in(
    browser: Browser, registry: LiveRegistry, who: str, locale: str = "zh-CN", **more: bool
) -> Page:
    """As an account of the demonstration, on the page that signing in leads to."""
    page = somebody(browser, registry, locale, **more)
    page.goto("/account/sign-in")
    page.fill("input[name=email]", f"{who}{DEMO_DOMAIN}")
    page.fill("input[type=password]", DEMO_PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator(".account-menu")).to_be_visible()
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill(page: Page, answers: Mapping[str, str]) -> None:
    """Every question that the page shows and `answers` knows, whatever kind of field it is."""
    for question in page.locator("[data-question]:visible").all():
        name = question.get_attribute("data-question") or ""
        if answers.get(name):
            set_field(question, name, answers[name])


def set_field(within: Page | Locator, name: str, value: str) -> None:
    control = within.locator(f"[name={name}]")
    if control.first.get_attribute("type") == "radio":
        within.locator(f"[name={name}][value='{value}']").check()
    elif control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(value)


def said(command: list[object]) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    return done.stdout + done.stderr


def verified(pdf: Path, registry: LiveRegistry) -> subprocess.CompletedProcess[str]:
    """By the command, against the registry's root certificate and without the registry."""
    anchor = registry.settings.keys_folder / "test" / "anchor.pem"
    command = [sys.executable, "-m", "registry.cli", "certificate", "verify", pdf]
    return subprocess.run(
        [*map(str, command), "--anchor", str(anchor)], capture_output=True, text=True
    )


def one_byte_changed(pdf: Path) -> Path:
    """A copy that differs in one digit of what the signature covers, and in nothing else."""
    data = bytearray(pdf.read_bytes())
    covered = re.search(rb"/ByteRange \[0 (\d+)", data)
    assert covered, "the file is not signed"
    data[int(covered.group(1)) // 2] ^= 1
    changed = pdf.with_name("changed.pdf")
    changed.write_bytes(bytes(data))
    return changed


def code_on(pdf: Path) -> str:
    """What a camera reads from the page as printed at 150 dots an inch."""
    subprocess.run(["pdftoppm", "-r", "150", "-png", pdf, pdf.with_name("page")], check=True)
    with Image.open(next(pdf.parent.glob("page*.png"))) as picture:
        found = zxingcpp.read_barcodes(picture)
    assert len(found) == 1, f"{len(found)} codes on the page"
    return str(found[0].text)
