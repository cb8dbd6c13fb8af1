"""The rules desk in a real browser: no barrier, nothing too wide, and a version published by hand."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.app import create_app
from registry.db import Database
from registry.jobs.rulebooks import try_impacts
from registry.models import SQLModel
from registry.rules.calendar import legal_date
from registry.rules.permissions import Role
from tests.cases import SOLAR, Case, team
from tests.conftest import fast_folder
from tests.e2e.axe import check_page, too_wide
from tests.people import People
from tests.rulebooks import edited, named, shipped, with_examples_that_come_out, with_new_rule
from tests.rules.test_rulebook import TEN
from tests.web.rules.walked import build_rules

pytestmark = pytest.mark.e2e
SHIPPED = "low-carbon@2026.1"
PAGES = {
    "list": "/rules/rulebooks",
    "version": f"/rules/version/{SHIPPED}",
    "draft": "/rules/version/1",
    "wrong": "/rules/version/3",
    "rule": f"/rules/version/{SHIPPED}/rule/A1",
    "file": "/rules/version/3/file/scores.toml",
    "edit": "/rules/version/2/file/rulebook.toml/edit",
    "examples": f"/rules/version/{SHIPPED}/examples",
    "impact": "/rules/version/2/impact",
    "compare": f"/rules/compare?a={SHIPPED}&b=2",
    "begin": "/rules/new",
    "import": "/rules/import",
    "rescore": "/rules/rescore",
    "reference": "/rules/reference",
    "table": "/rules/reference/table/grid_om_bm",
    "import-table": "/rules/reference/import",
    "imported": "/rules/reference/import/1",
    "methodology": "/methodology",
}


class Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        """Requests of a test are not news."""


class Desk:
    """A small registry that answers, and the cookies of its people."""

    def __init__(self, settings):
        folder = fast_folder()
        self.database = Database(f"sqlite:///{folder / 'rules.sqlite3'}")
        SQLModel.metadata.create_all(self.database.engine)
        self.settings = settings
        self.app = create_app(settings, self.database)
        self.people = People(self.database, self.app)
        self.persons = {
            role: self.people.person(role, name=role.value)
            for role in (Role.RULE_EDITOR, Role.RULE_PUBLISHER)
        }
        with ThreadPoolExecutor(1) as beside:  # signing runs a loop, and the browser's is here
            beside.submit(self._fill).result()
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def _fill(self):
        """Version 1 waits unchanged, version 2 has a new rule, version 3 has mistakes."""
        from registry.operations import rulebook, rulebook_impact
        from registry.queries.account import actor_of

        staff = team(self.people)
        for n in range(2):
            with self.database.write() as session:
                own = {
                    "project_name_zh": f"凉州五十兆瓦光伏 {n} 期",
                    "method_reference": f"CDM {n}",
                }
                Case(session, staff, datetime.now(UTC)).draft({**SOLAR, **own}).submit()
        build_rules(self.database, self.settings, self.persons, {})
        now = datetime.now(UTC)
        changed = with_examples_that_come_out(with_new_rule(named(shipped(), "2099.2")))
        wrong = edited(named(shipped(), "2099.3"), "scores.toml", r"weight = 20", "weight = 21")
        wrong = edited(wrong, "scores.toml", r"points = \[\[0\.2, 0\]", "points = [[9, 0]")
        with self.database.write() as session:
            by = actor_of(session, self.persons[Role.RULE_EDITOR].id, on=legal_date(now))
            row = rulebook.import_draft(session, files=changed, note="装机规模规则", by=by, now=now)
            rulebook_impact.ask_impact(session, version_id=row.id, by=by, now=now)
            rulebook.import_draft(session, files=wrong, note="有错误的草案", by=by, now=now)
        try_impacts(self.database, self.settings, now)

    def cookie(self, role):
        client = self.people.browser(self.persons[role])
        return client.get_cookie("registry_session").value

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        self.database.dispose()


@pytest.fixture(scope="module")
def desk(settings):
    made = Desk(settings)
    yield made
    made.close()


@pytest.fixture
def page_for(browser, desk):
    contexts = []

    def opened(role=Role.RULE_EDITOR, locale="zh-CN", width=1280):
        language = "en" if locale == "en" else "zh"
        with desk.database.write() as session:
            person = session.merge(desk.persons[role])
            person.language = language
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900})
        context.add_cookies(
            [{"name": "registry_session", "value": desk.cookie(role), "url": desk.url}]
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_no_page_has_a_barrier_or_is_too_wide(page_for, desk, locale, width):
    page = page_for(locale=locale, width=width)
    shots = os.environ.get("REGISTRY_TEST_SHOTS", "")
    faults = []
    for name, path in PAGES.items():
        page.goto(desk.url + path)
        for details in page.locator("main details").all():
            details.evaluate("e => e.open = true")
        faults += [f"{name}: {one}" for one in check_page(page)]
        faults += [f"{name} too wide: {one}" for one in too_wide(page)]
        if shots:
            page.screenshot(path=Path(shots) / f"{name}-{locale}-{width}.png", full_page=True)
    assert faults == [] and page.complaints == []


def test_a_threshold_and_a_new_rule_are_tried_and_published_in_the_browser(page_for, desk):
    editor, publisher = page_for(), page_for(Role.RULE_PUBLISHER)
    editor.goto(f"{desk.url}/rules/new")
    editor.get_by_label("新版本号").fill("2098.1")
    editor.get_by_label("施行日期").fill("2026-01-01")
    editor.get_by_role("button", name="建立草案").click()
    editor.get_by_role("link", name="rulebook.toml").click()
    editor.get_by_role("link", name="修改").click()
    area = editor.get_by_label("文件内容")
    area.fill(area.input_value().replace("from_points = 50", "from_points = 64"))
    editor.get_by_role("button", name="保存并检查").click()
    # a new rule with its curve and example, and what the old examples say under the new threshold
    files = named(shipped(), "2098.1")
    files = edited(files, "rulebook.toml", "from_points = 50", "from_points = 64")
    wanted = with_examples_that_come_out(with_new_rule(files))
    for name in ("scores.toml", "examples.toml"):
        editor.get_by_label("上传改过的文件").set_input_files(
            {"name": name, "mimeType": "text/plain", "buffer": wanted[name]}
        )
        editor.get_by_role("button", name="上传并检查").click()
    expect(editor.locator("main")).to_contain_text("检查通过")
    editor.get_by_role("button", name="试算影响").click()
    expect(editor.locator("h1")).to_contain_text("影响报告")
    try_impacts(desk.database, desk.settings, datetime.now(UTC))
    expect(editor.locator("main")).to_contain_text(
        "等级怎样变化"
    )  # the page looked again by itself
    expect(editor.locator("main")).to_contain_text("X1 装机规模")
    version = editor.url.removesuffix("/impact")
    editor.goto(f"{version}/rule/X1")
    expect(editor.locator("main svg polyline").first).to_be_visible()
    expect(editor.locator("main")).to_contain_text("x1-half-way")
    editor.goto(version)
    editor.get_by_role("link", name="提请发布…").click()
    editor.get_by_label("理由").fill("浅绿门槛提高到 64 分")
    editor.get_by_role("button", name="提请发布").click()
    publisher.goto(version)
    publisher.get_by_role("link", name="发布…", exact=True).click()
    publisher.get_by_label("理由").fill("同意")
    publisher.get_by_role("button", name="签名并发布").click()
    expect(publisher.locator("main")).to_contain_text("现行版本")
    publisher.goto(f"{desk.url}/methodology")
    expect(publisher.locator("main")).to_contain_text("装机规模")
    assert editor.complaints == [] and publisher.complaints == []


def test_ten_planted_mistakes_are_named_in_the_browser_and_lead_to_their_lines(page_for, desk):
    editor = page_for()
    files = named(shipped(), "2097.1")
    for file, before, after, _ in TEN:
        files = {**files, file: files[file].decode().replace(before, after, 1).encode()}
    editor.goto(f"{desk.url}/rules/import")
    editor.locator("input[type=file]").set_input_files(
        [
            {"name": name, "mimeType": "text/plain", "buffer": content}
            for name, content in files.items()
        ]
    )
    editor.locator("main form button[type=submit]").first.click()
    listed = editor.locator("main li[data-code]")
    expect(listed.first).to_be_visible()
    codes = {one.get_attribute("data-code") for one in listed.all()}
    assert {code for *_, code in TEN} <= codes
    listed.first.get_by_role("link").first.click()
    expect(editor.locator(".source-mistake").first).to_be_visible()
    assert editor.complaints == []
