"""The applicant's pages in a real browser: both languages, desktop and phone, with script."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.models import Application, SignInSession
from registry.operations import review
from registry.operations.review import NewFinding
from registry.rules.permissions import Role
from tests.cases import SOLAR, Case, Team, team
from tests.conftest import NOW
from tests.e2e.axe import check_page, too_wide

pytestmark = pytest.mark.e2e


class Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Requests of a test are not news."""


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=False, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def everybody(people) -> Team:
    made = team(people)
    scope = {"scope_kind": "organisation", "scope_id": str(made.owner.id)}
    roles = (Role.EDITOR, Role.SIGNATORY)
    made.signatory = people.person(*roles, organisation=made.owner, name="签章乙", **scope)
    made.editor = made.signatory
    return made


@pytest.fixture
def cases(database, everybody) -> dict[str, int]:
    """One case in each state that has a page of its own."""
    found = {}
    with database.write() as session:
        begun = Case(session, everybody, NOW).draft({"project_name_zh": "起草中的项目"})
        whole = Case(session, everybody, NOW).draft()
        case = session.get_one(Application, whole.id)
        case.assumed = {"lifetime_years": True}
        session.add(case)
        returned = Case(session, everybody, NOW).draft().submit().clear_hits()
        review.ask(
            session,
            application_id=returned.id,
            findings=[
                NewFinding("generation_mwh_per_year", "correct", "电量与结算单不符，请核对。"),
                NewFinding("build_type", "clarify", "请附核准文件。"),
            ],
            by=returned.actor(everybody.screener),
            now=returned.at(),
        )
        refused = Case(session, everybody, NOW).draft().submit().clear_hits().accept()
        refused.score()
        refused.settle_all().recommend().reject()
        listed = Case(session, everybody, NOW).listed(
            SOLAR | {"project_name_zh": "古浪五十兆瓦光伏发电项目"}
        )
        found = {"begun": begun, "whole": whole, "returned": returned}
        found |= {"refused": refused, "listed": listed}
        return {name: each.id for name, each in found.items()}


@pytest.fixture
def open_page(browser: Browser, site: str, people, everybody, app):
    contexts = []

    def opened(path: str, *, locale: str = "zh-CN", width: int = 1280, **options) -> Page:
        context = browser.new_context(
            locale=locale, viewport={"width": width, "height": 900}, **options
        )
        contexts.append(context)
        context.add_cookies(_cookies(people, everybody, site, app, locale))
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()


def _cookies(people, everybody: Team, site: str, app: Flask, locale: str) -> list[dict]:
    """What signing in leaves in a browser."""
    client = people.browser(everybody.signatory)
    name = app.config["SESSION_COOKIE_NAME"]
    signed = client.get_cookie(name).value
    with people._database.write() as session:
        person = session.get_one(type(everybody.signatory), everybody.signatory.id)
        person.language = "en" if locale == "en" else "zh"
        session.add(person)
        assert session.get(SignInSession, 1) is not None
    return [{"name": name, "value": signed, "url": site}]


PAGES = {
    "list": "/applications/",
    "start": "/applications/start",
    "tasks": "/applications/{begun}",
    "particulars": "/applications/{begun}/form/particulars?check=1",
    "project": "/applications/{whole}/form/project",
    "technology": "/applications/{whole}/form/technology",
    "integrity": "/applications/{whole}/form/integrity",
    "codes": "/applications/{whole}/codes/industry_code?q=发电",
    "score": "/applications/{whole}/score",
    "check": "/applications/{whole}/check",
    "withdraw": "/applications/{whole}/withdraw",
    "corrections": "/applications/{returned}/corrections",
    "case": "/applications/{returned}",
    "receipt": "/applications/{returned}/receipt",
    "version": "/applications/{returned}/versions/1",
    "refused": "/applications/{refused}",
    "letter": "/applications/{refused}/letter",
    "listed": "/applications/{listed}",
}


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_every_page_is_accessible_and_fits(open_page, cases, locale, width, request):
    faults = {}
    shots = request.config.getoption("--shots", default="")
    for name, address in PAGES.items():
        page = open_page(address.format(**cases), locale=locale, width=width)
        found = [*map(str, check_page(page)), *too_wide(page), *page.complaints]
        if found:
            faults[name] = found
        if shots:
            page.screenshot(path=f"{shots}/{name}-{locale}-{width}.png", full_page=True)
        page.context.close()
    assert faults == {}


def test_typing_saves_scores_and_shows_the_question_that_it_brings_up(open_page, cases, database):
    page = open_page(f"/applications/{cases['whole']}/form/technology", locale="en")
    hidden = page.locator("[data-question=phase_out_on]")
    expect(hidden).to_be_hidden()
    page.get_by_label("Some, with a dated phase-out plan").check()
    expect(hidden).to_be_visible()
    page.get_by_label("Installed capacity").fill("51")
    expect(page.locator("[data-saved]")).to_contain_text("Draft saved: ", timeout=5000)
    expect(page.locator("form[data-changed]")).to_have_count(0, timeout=5000)
    with database.read() as session:
        kept = session.get_one(Application, cases["whole"]).answers
    assert (kept["capacity_mw"], kept["fossil_use"]) == ("51", "phase_out")


def test_codes_are_offered_while_typing(open_page, cases):
    page = open_page(f"/applications/{cases['begun']}/form/project", locale="en")
    page.locator("#industry_code").press_sequentially("441")
    expect(page.locator("#industry_code-codes option").first).to_be_attached()


def test_a_page_works_with_script_switched_off(open_page, cases):
    path = f"/applications/{cases['whole']}/form/technology"
    page = open_page(path, locale="en", java_script_enabled=False)
    expect(page.locator("[data-question=phase_out_on]")).to_be_visible()
    expect(page.locator("[data-question=phase_out_on]")).to_contain_text("Only if")
    page.get_by_role("button", name="Save and check the score").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Score by the answers so far")
