"""The reviewers' desks in a real browser: no barrier, nothing too wide, and a case worked by hand."""

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlmodel import select
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.app import create_app
from registry.db import Database
from registry.models import Objection, Person, ScreeningHit, SQLModel
from registry.operations import appeal, application, decision, review, screening
from registry.queries.application import open_findings
from tests.cases import DECLARED, SOLAR, Case, team
from tests.conftest import fast_folder
from tests.e2e.axe import check_page, too_wide
from tests.people import People
from tests.web.reviewer.conftest import in_review, pending, rejected, restricted, settled

pytestmark = pytest.mark.e2e


class Quiet(WSGIRequestHandler):
    def log_request(self, code="-", size="-"):
        """Requests of a test are not news."""


def corrected(case):
    """Returned once, changed and sent again."""
    case.submit()
    review.ask(
        case.session,
        application_id=case.id,
        findings=[
            review.NewFinding("site_address", "correct", "请写到乡镇和村。"),
            review.NewFinding("summary_zh", "clarify", "请说明是否已并网。"),
        ],
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    application.save_draft(
        case.session,
        application_id=case.id,
        changes={"site_address": "甘肃省武威市凉州区清源镇新东村"},
        draft_version=case.row.draft_version,
        by=case.actor(case.team.editor),
        now=case.at(),
    )
    signatory = case.actor(case.team.signatory)
    for finding in open_findings(case.session, case.row):
        review.answer_finding(
            case.session, finding_id=finding.id, answer="已补充。", by=signatory, now=case.at()
        )
    application.resubmit(
        case.session,
        application_id=case.id,
        declarations=DECLARED,
        by=signatory,
        now=case.at(),
    )
    case.clear_hits("unsure")


def on_notice(case):
    pending(case)
    case.approve(notice_days=5)
    decision.object_to(
        case.session, application_id=case.id, text="用地存在争议。", contact="", now=case.at()
    )


def appealed(case):
    rejected(case)
    appeal.file_appeal(
        case.session,
        application_id=case.id,
        grounds="发电量有设计文件支持，见附件第 12 页。",
        by=case.actor(case.team.signatory),
        now=case.at(),
    )


def stopped(case):
    case.submit()
    hit = case.session.exec(
        select(ScreeningHit).where(ScreeningHit.application_id == case.id)
    ).first()
    screening.decide_hit(
        case.session,
        hit_id=hit.id,
        decision="true",
        reason_code="same_body",
        reason="名称、地区和代码一致。",
        by=case.actor(case.team.screener),
        now=case.at(),
    )
    return hit.id


class Desk:
    """A small registry that answers, with a case at every stage."""

    def __init__(self, settings):
        folder = fast_folder()
        self.database = Database(f"sqlite:///{folder / 'reviewers.sqlite3'}")
        SQLModel.metadata.create_all(self.database.engine)
        self.app = create_app(settings, self.database)
        self.people = People(self.database, self.app)
        self.team = team(self.people)
        self.cases = {}
        for stage in (in_review, settled, pending, on_notice, rejected, appealed):
            self.play(stage)
        with self.database.write() as session:
            restricted(session)
        self.play(corrected)
        self.play(stopped)
        with self.database.read() as session:
            self.hit = session.exec(
                select(ScreeningHit.id).where(ScreeningHit.decision == "true")
            ).one()
            self.objection = session.exec(select(Objection.id)).one()
        self.server = make_server("127.0.0.1", 0, self.app, threaded=True, request_handler=Quiet)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def play(self, stage):
        named = {
            "project_name_zh": f"凉州五十兆瓦光伏 {len(self.cases) + 1} 期",
            "method_reference": f"CDM {len(self.cases)}",
        }
        with self.database.write() as session:
            case = Case(session, self.team, datetime.now(UTC) - timedelta(hours=1))
            case.draft({**SOLAR, **named})
            stage(case)
            self.cases[stage.__name__] = case.id

    def pages(self):
        """Who opens what."""
        at = {name: f"/review/case/{id}" for name, id in self.cases.items()}
        return {
            "screener": (
                "/review/screening",
                "/review/screening?view=returned",
                "/review/cases",
                at["corrected"],
                f"{at['stopped']}/hits/{self.hit}",
                f"{at['corrected']}/ineligible",
                f"{at['corrected']}/return",
                f"{at['corrected']}/settle",
                f"{at['corrected']}/accept",
            ),
            "assessor": (
                "/review/assessment",
                at["settled"],
                f"{at['in_review']}/score",
                f"{at['in_review']}/settle",
                f"{at['settled']}/recommend",
            ),
            "approver": (
                "/review/approval",
                "/review/approval?view=stops",
                f"{at['stopped']}/hits/{self.hit}",
                f"{at['stopped']}/hits/{self.hit}/release",
                at["pending"],
                f"{at['pending']}/approve",
                f"{at['pending']}/reject",
                f"{at['pending']}/send-back",
                at["on_notice"],
                f"{at['on_notice']}/objections/{self.objection}",
            ),
            "panel": ("/review/appeals", at["appealed"], f"{at['appealed']}/appeal"),
        }

    def cookie(self, who):
        client = self.people.browser(getattr(self.team, who))
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

    def opened(who, locale="zh-CN", width=1280):
        with desk.database.write() as session:
            person = session.get_one(Person, getattr(desk.team, who).id)
            person.language = "en" if locale == "en" else "zh"
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 900})
        context.add_cookies(
            [{"name": "registry_session", "value": desk.cookie(who), "url": desk.url}]
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
    shots = os.environ.get("REGISTRY_TEST_SHOTS", "")
    faults = []
    for who, addresses in desk.pages().items():
        page = page_for(who, locale, width)
        for address in addresses:
            answer = page.goto(desk.url + address)
            assert answer.status == 200 and page.url == desk.url + address, address
            for details in page.locator("main details").all():
                details.evaluate("e => e.open = true")
            faults += [f"{address}: {one}" for one in check_page(page)]
            faults += [f"{address} too wide: {one}" for one in too_wide(page)]
            if shots:
                name = f"{who}{address}".replace("/", "-").replace("?", "-")
                page.screenshot(path=Path(shots) / f"{name}-{locale}-{width}.png", full_page=True)
        assert page.complaints == []
    assert faults == []


def test_a_case_is_rejected_by_hand_with_its_letter_before_it_goes(page_for, desk):
    desk.play(pending)
    page = page_for("approver", "en")
    page.goto(f"{desk.url}/review/case/{desk.cases['pending']}/reject")
    page.get_by_label("Why it is rejected").select_option("evidence_insufficient")
    page.get_by_label("Explanation").fill("发电量缺少设计文件。")
    page.get_by_role("button", name="Preview the letter").click()
    expect(page.get_by_role("heading", name="不予通过通知书")).to_be_visible()
    assert [str(one) for one in check_page(page)] == []
    page.get_by_role("button", name="Decide and send the letter").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rejected")
    page.get_by_role("link", name="See the letter").click()
    expect(page.get_by_role("heading", name="Notice of rejection")).to_be_visible()
    assert [str(one) for one in check_page(page)] == []
    page.emulate_media(media="print")
    expect(page.locator(".site-nav")).to_be_hidden()


def test_the_sheet_shows_its_effect_while_it_is_filled(page_for, desk):
    page = page_for("assessor", "en")
    page.goto(f"{desk.url}/review/case/{desk.cases['in_review']}/score")
    page.get_by_label("Evidence tier", exact=True).select_option("T0")
    expect(page.get_by_text("With what you set")).to_be_visible()
    expect(page.locator(".effect")).to_contain_text("→")


def test_who_comes_second_is_told(page_for, desk):
    desk.play(pending)
    address = f"{desk.url}/review/case/{desk.cases['pending']}"
    slow, quick = page_for("approver", "en"), page_for("approver_2", "en")
    slow.goto(f"{address}/approve")
    quick.goto(f"{address}/send-back")
    quick.get_by_label("Why it goes back").select_option("new_facts")
    quick.get_by_label("Explanation").fill("出现新情况，请再核对。")
    quick.get_by_role("button", name="Send back").click()
    slow.get_by_label("Why you approve").fill("符合条件，同意入库。")
    slow.get_by_role("button", name="Approve").click()
    expect(slow.get_by_text("Somebody may have acted just now")).to_be_visible()
    expect(slow.get_by_role("heading", level=1)).to_contain_text("In review")
