"""site.js against a server that really checks the token: autosave, live score, the guard, htmx pieces."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask, jsonify, render_template_string, request
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.e2e.test_gallery import Quiet
from tests.web.gallery import gallery_app

pytestmark = pytest.mark.e2e

DRAFT = """
{% extends "base.html" %}
{% from "components/progress.html" import progress %}
{% from "components/saved.html" import saved %}
{% block content %}
<h1>Draft</h1>
<form method="post" action="/sent" data-autosave="/autosave" id="draft">
  <label for="capacity">Capacity</label> <input class="form-control" id="capacity" name="capacity_mw">
  <input type="hidden" name="version" value="1">
  {{ saved() }}
  <div data-live="/live"></div>
  <button class="btn btn-primary">Send</button>
</form>
<div id="outer">{{ progress("Issuing", 1, 3, poll="/progress") }}</div>
{% endblock %}
"""
LIVE = """{% from "components/digest.html" import digest %}<p>Score for {{ value }}</p>
<div id="rule-X"><details><summary>Why</summary>Because.</details></div>{{ digest("ab" * 32, label="SHA") }}"""


class Drafts:
    """What the server was told, and whether it still knows the reader."""

    def __init__(self) -> None:
        self.saved: list[tuple[str, str]] = []
        self.signed_in = True
        self.polls = 0


def drafts_app(drafts: Drafts) -> Flask:
    app = gallery_app()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = True

    @app.get("/draft")
    def draft() -> str:
        return render_template_string(DRAFT)

    @app.post("/autosave")
    def autosave():
        if not drafts.signed_in:
            return "", 401
        drafts.saved.append((request.form["capacity_mw"], request.form["version"]))
        return jsonify(message=f"Saved {len(drafts.saved)}", version=len(drafts.saved) + 1)

    @app.post("/live")
    def live() -> str:
        return render_template_string(LIVE, value=request.form["capacity_mw"])

    @app.get("/progress")
    def progress() -> str:
        drafts.polls += 1
        source = '{% from "components/progress.html" import progress %}{{ progress("Issuing", n, 3, poll=poll) }}'
        poll = "/progress" if drafts.polls < 2 else None
        return render_template_string(source, n=drafts.polls + 1, poll=poll)

    return app


@pytest.fixture
def drafts() -> Drafts:
    return Drafts()


@pytest.fixture
def page(browser: Browser, drafts: Drafts) -> Iterator[Page]:
    server = make_server("127.0.0.1", 0, drafts_app(drafts), threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(locale="en")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.server_port}/draft")
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_draft_saves_itself_and_takes_the_new_version(page, drafts):
    page.get_by_label("Capacity").fill("48")
    expect(page.locator("[data-saved]")).to_have_text("Saved 1")
    page.get_by_label("Capacity").fill("50")
    expect(page.locator("[data-saved]")).to_have_text("Saved 2")
    assert drafts.saved == [("48", "1"), ("50", "2")]


def test_when_the_session_has_ended_the_reader_is_told_and_nothing_is_lost(page, drafts):
    drafts.signed_in = False
    page.get_by_label("Capacity").fill("48")
    expect(page.locator("[data-saved]")).to_contain_text("you are signed out")
    expect(page.get_by_label("Capacity")).to_have_value("48")
    drafts.signed_in = True
    page.get_by_label("Capacity").fill("49")
    expect(page.locator("[data-saved]")).to_have_text("Saved 1")


def test_the_live_score_follows_and_stays_unfolded(page):
    page.get_by_label("Capacity").fill("48")
    expect(page.get_by_text("Score for 48")).to_be_visible()
    page.locator("#rule-X summary").click()
    expect(page.get_by_role("button", name="Copy SHA")).to_be_visible()
    page.get_by_label("Capacity").fill("50")
    expect(page.get_by_text("Score for 50")).to_be_visible()
    expect(page.get_by_text("Because.")).to_be_visible()


def test_leaving_with_unsaved_changes_asks_first(page, drafts):
    drafts.signed_in = False
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Capacity").press_sequentially("48")
    page.reload()
    assert asked == ["beforeunload"]


def test_long_work_tells_its_progress_by_itself(page):
    expect(page.locator("#outer")).to_contain_text("3 / 3", timeout=10_000)
    expect(page.locator("#outer a")).to_have_count(0)
