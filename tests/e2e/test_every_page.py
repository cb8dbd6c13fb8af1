"""Every page that anybody can open, in both languages, on a desk and on a phone: no barrier by
axe-core at WCAG 2.2 AA, enough contrast in the dark, nothing wider than the window down to 320 px,
no complaint of the content policy, one heading, a title, the right language.

The pages are those of the walk over all routes, so that a new one is looked at without being named
here. `REGISTRY_SCREENSHOTS=folder` keeps a picture of each.
"""

import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import col, update
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.models import Person
from tests.e2e.axe import check_colours, check_page, too_wide
from tests.web.test_walk_routes import NOBODY, Walk, walk

pytestmark = pytest.mark.e2e
__all__ = ["walk"]  # the fixture

# Each state of a case draws other parts of these.
OF_EVERY_CASE = ("applicant.application", "reviewer.case", "auditor.case")
CASES = ("draft", "screening", "returned", "in_review", "pending", "notice")
CASES += ("ineligible", "rejected", "appealed", "listed")
# What is signed in sees another start page, and each role another list of work on it.
AT_THE_START = (NOBODY, "signed in", "applicant.editor", "screener", "approver", "org_verifier")
WIDTHS = (1280, 390)
NARROWEST = 320  # WCAG 1.4.10
SHARES = 4  # of all pages, in tests of their own: each ends within the time that a test may take
LANGUAGES = {"zh": "zh-Hans-CN", "en": "en"}


@dataclass(frozen=True)
class Shown:
    """A page, and who opens it."""

    endpoint: str
    path: str
    walker: str


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests of a test are not news."""


@pytest.fixture(scope="module")
def site(walk: Walk) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, walk.app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def pages(walk: Walk) -> list[Shown]:
    """Each address that answers with a page, as the first walker sees it for whom it opens."""
    found: list[Shown] = []
    for rule, _ in walk.routes("GET"):
        paths = [walk.address(rule)]
        if rule.endpoint in OF_EVERY_CASE:
            paths = [walk.address(rule, application_id=walk.world.ids[case]) for case in CASES]
        if rule.endpoint == "public.front":
            found += [Shown(rule.endpoint, "/", walker) for walker in AT_THE_START]
            continue
        for path in paths:
            shown = next(
                filter(None, (_shown(walk, rule.endpoint, path, w) for w in walk.browsers)), None
            )
            if shown is not None:
                found.append(shown)
    return found


def _shown(walk: Walk, endpoint: str, path: str, walker: str) -> Shown | None:
    with walk.browsers[walker].get(path) as answer:
        is_page = answer.status_code == 200 and answer.mimetype == "text/html"
        whole = is_page and b"<html" in answer.get_data()[:200]
    return Shown(endpoint, path, walker) if whole else None


class Reader:
    """One browser window for each walker; keeps what consoles complained of."""

    def __init__(self, browser: Browser, walk: Walk, site: str, language: str) -> None:
        self.browser, self.walk, self.site, self.language = browser, walk, site, language
        self.windows: dict[str, Page] = {}
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def window(self, walker: str) -> Page:
        if walker not in self.windows:
            locale = "zh-CN" if self.language == "zh" else "en-GB"
            # Without motion: a colour that is still fading into the dark is not the page's colour.
            context = self.browser.new_context(
                locale=locale, base_url=self.site, reduced_motion="reduce"
            )
            cookie = self.walk.browsers[walker].get_cookie("registry_session")
            if walker != NOBODY and cookie is not None:
                context.add_cookies(
                    [{"name": "registry_session", "value": cookie.value, "url": self.site}]
                )
            page = context.new_page()
            page.on("console", lambda said: self.complaints.append(said.text))
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self.windows[walker] = page
            self.contexts.append(context)
        return self.windows[walker]

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def _reader(browser: Browser, walk: Walk, site: str, language: str) -> Reader:
    """Everybody's own choice is this language too."""
    with walk.database.write() as session:
        session.exec(update(Person).where(col(Person.id) > 0).values(language=language))
    return Reader(browser, walk, site, language)


@pytest.mark.parametrize("share", range(SHARES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_well_made(browser, walk, site, pages, language, share):
    reader = _reader(browser, walk, site, language)
    faults = []
    try:
        for shown in pages[share::SHARES]:
            faults += [f"{shown.walker} {shown.path}: {fault}" for fault in _faults(reader, shown)]
    finally:
        reader.close()
    assert len(pages) > 120
    assert faults == [], f"{len(faults)} faults\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("walker", "path", "status"),
    [(NOBODY, "/nowhere", 404), ("signed in", "/audit/", 403), (NOBODY, "/c/GPC-1/x", 404)],
)
def test_a_page_that_refuses_is_well_made_too(browser, walk, site, walker, path, status):
    reader = _reader(browser, walk, site, "zh")
    try:
        faults = list(_faults(reader, Shown("refused", path, walker), status))
    finally:
        reader.close()
    # A browser notes the status of what it was refused; that is not the page's own complaint.
    assert [fault for fault in faults if not fault.startswith("console: Failed to load")] == []


def _faults(reader: Reader, shown: Shown, status: int = 200) -> Iterator[str]:
    page = reader.window(shown.walker)
    reader.complaints.clear()
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    answer = page.goto(shown.path)
    if answer is None or answer.status != status:
        yield f"answers {answer and answer.status}"
        return
    if page.locator("h1").count() != 1:
        yield f"has {page.locator('h1').count()} headings of level 1"
    if not page.title().strip():
        yield "has no title"
    if page.locator("html").get_attribute("lang") != LANGUAGES[reader.language]:
        yield "says another language than it is in"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        _keep_picture(page, shown, reader.language, width)
        yield from (f"at {width}: {each}" for each in too_wide(page)[:3])
        yield from (f"at {width}: {each}" for each in check_page(page))
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    yield from (f"at {NARROWEST}: {each}" for each in too_wide(page)[:3])
    page.emulate_media(color_scheme="dark")
    yield from (f"in the dark: {each}" for each in check_colours(page))
    page.emulate_media(color_scheme="light")
    yield from (f"console: {each}" for each in reader.complaints)


def _keep_picture(page: Page, shown: Shown, language: str, width: int) -> None:
    folder = os.environ.get("REGISTRY_SCREENSHOTS")
    if not folder:
        return
    name = re.sub(r"\W+", "-", f"{shown.endpoint}{shown.path} {shown.walker}")
    page.screenshot(path=Path(folder) / f"{name}.{language}.{width}.png", full_page=True)
