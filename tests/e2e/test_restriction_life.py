"""An entry's whole life played by hand: proposed, noticed, answered, in force, appealed, annulled; with
what it does to an open application, a listed project and its certificate, and how it comes back."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlmodel import col, select
from werkzeug.serving import make_server

from registry.db import Database
from registry.models import Application, Organisation, OutboxMessage, Person, RestrictedEntry
from registry.operations import reserve
from tests.cases import Case, Team, team
from tests.e2e.axe import check_page, too_wide
from tests.e2e.test_restriction_desk import Quiet, signed_in
from tests.entries import USCC, Desk, desk
from tests.operations.test_restriction_effects import issued
from tests.people import People

pytestmark = pytest.mark.e2e
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=False, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Stage:
    """The people at their windows, and what lies behind the pages."""

    database: Database
    window: Callable[[Person | None], Page]
    site: str
    shots: str

    def open(self, who: Person | None, path: str) -> Page:
        page = self.window(who)
        answer = page.goto(self.site + path)
        assert answer is not None and answer.status == 200, (path, answer and answer.status)
        self.look(page)
        return page

    def look(self, page: Page) -> None:
        assert check_page(page) == [] and too_wide(page) == [], page.url
        if self.shots:
            name = page.url.removeprefix(self.site).strip("/").replace("/", "_")[:50]
            page.screenshot(path=f"{self.shots}/life_{name}.png", full_page=True)

    def act(self, who: Person, path: str, **fields: str) -> Page:
        """The page before the act, filled and sent; it leads on to another page."""
        page = self.open(who, path)
        for name, value in fields.items():
            page.locator(f"main [name={name}]").fill(value)
        page.locator("main .action-bar button[type=submit]").click()
        page.wait_for_load_state()
        assert not page.url.endswith(path), page.locator("main").inner_text()[:400]
        self.look(page)
        return page

    def entry(self) -> RestrictedEntry:
        with self.database.read() as session:
            return session.exec(
                select(RestrictedEntry).order_by(col(RestrictedEntry.id).desc()).limit(1)
            ).one()

    def state(self, case_id: int) -> str:
        with self.database.read() as session:
            return session.get_one(Application, case_id).state

    def told(self, person: Person) -> list[str]:
        with self.database.read() as session:
            return list(
                session.exec(
                    select(OutboxMessage.subject)
                    .where(OutboxMessage.to_person_id == person.id)
                    .order_by(col(OutboxMessage.id))
                ).all()
            )


@dataclass
class Played:
    """A listed project with a certificate that counts, and a case that waits for its screener."""

    team: Team
    case_id: int
    waiting: int
    address: str


def play(database: Database, people: People) -> Played:
    """The owner has a code, and a fund watches the listed project."""
    everybody = team(people)
    with database.write() as session:
        case = issued(session, Case(session, everybody, datetime.now(UTC) - timedelta(days=1)))
        owner = session.get_one(Organisation, everybody.owner.id)
        owner.uscc = USCC
        session.add(owner)
        reserve.express_interest(
            session,
            application_id=case.id,
            organisation_id=everybody.fund.id,
            note="愿意了解",
            by=case.actor(everybody.fund_manager),
            now=case.at(),
        )
        address = f"/c/{case.certificate.number}/{case.certificate.token}"
        waiting = Case(session, everybody, case.now).draft().submit()
        return Played(everybody, case.id, waiting.id, address)


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_from_a_proposal_to_its_annulment(
    browser: Browser,
    site: str,
    people: People,
    database: Database,
    tmp_path: Path,
    language: str,
    width: int,
) -> None:
    played = play(database, people)
    staff: Desk = desk(people)
    with database.write() as session:
        for person in session.exec(select(Person)).all():
            person.language = language
            session.add(person)

    def window(who: Person | None) -> Page:
        client = people.browser(who) if who is not None else None
        page = signed_in(browser, site, client, language, width)
        page.set_default_timeout(20_000)
        return page

    stage = Stage(database, window, site, os.environ.get("REGISTRY_SCREENSHOTS", ""))
    propose(stage, staff, tmp_path)
    entry = stage.entry()
    stage.act(staff.officer, f"/restriction/{entry.id}/notify")
    token = stage.entry().token
    assert stage.state(played.case_id) == "RESERVE", "a notice stops nothing"
    answer(stage, token)
    with database.write() as session:  # the days for a statement pass
        row = session.get_one(RestrictedEntry, entry.id)
        row.statement_until = datetime.now(UTC).date() - timedelta(days=2)
        session.add(row)
    stage.act(staff.approver, f"/restriction/{entry.id}/enter", reason="事实清楚，依据充分")
    seen_in_force(stage, played, language)
    stranger = stage.open(None, f"/restriction/subject/{token}/appeal")
    stranger.locator("main [name=ground][value=fact]").check()
    stranger.locator("main [name=text]").fill("电量数据由电网公司确认，附证明。")
    stranger.locator("main .action-bar button[type=submit]").click()
    expect(stranger).to_have_url(f"{site}/restriction/subject/{token}")
    assert stage.entry().state == "UNDER_APPEAL"
    assert stage.state(played.case_id) == "SUSPENDED", "an appeal on the facts stays nothing"
    stage.act(staff.panel, f"/restriction/{entry.id}/annul", reason="原认定事实不成立，予以撤销。")
    assert stage.entry().state == "ANNULLED"
    seen_restored(stage, played, language)


def propose(stage: Stage, staff: Desk, tmp_path: Path) -> None:
    file = tmp_path / "decision.pdf"
    file.write_bytes(PDF)
    page = stage.open(staff.officer, "/restriction/propose")
    page.locator("[name=name_zh]").fill("凉州光伏电力有限公司")
    page.locator("[name=uscc]").fill(USCC)
    page.locator("[name=basis]").select_option("false_statement|application")
    page.locator("[name=facts]").fill("申请材料中的电量数据经核查为虚构。")
    page.locator("[name=evidence]").set_input_files(str(file))
    page.locator("main .action-bar button[type=submit]").click()
    page.wait_for_url(re.compile(r"/restriction/\d+$"))
    stage.look(page)
    assert stage.entry().state == "PROPOSED"


def answer(stage: Stage, token: str | None) -> None:
    page = stage.open(None, f"/restriction/subject/{token}")
    page.locator(f"a[href='/restriction/subject/{token}/statement']").click()
    page.locator("main [name=text]").fill("我公司的电量数据属实。")
    page.locator("main .action-bar button[type=submit]").click()
    expect(page).to_have_url(f"{stage.site}/restriction/subject/{token}")
    expect(page.locator("main")).to_contain_text("我公司的电量数据属实。")


def seen_in_force(stage: Stage, played: Played, language: str) -> None:
    everybody, waiting = played.team, played.waiting
    case = stage.open(everybody.screener, f"/review/case/{waiting}")
    expect(case.locator("#screening")).to_contain_text("凉州光伏电力有限公司")
    accept = stage.window(everybody.screener)
    accept.goto(f"{stage.site}/review/case/{waiting}/accept")
    assert stage.state(waiting) == "SCREENING"
    assert stage.state(played.case_id) == "SUSPENDED"
    status = stage.open(None, played.address)
    expect(status.locator("main")).to_contain_text({"zh": "暂停", "en": "uspended"}[language])
    listed = stage.open(everybody.fund_manager, "/reserve/")
    expect(listed.locator("main")).to_contain_text({"zh": "暂停", "en": "Suspended"}[language])
    mine = stage.open(everybody.signatory, f"/applications/{waiting}")
    assert "限制进入名单" not in mine.locator("main").inner_text()
    suspended = {"zh": "已暂停", "en": "suspended"}[language]
    for person in (everybody.fund_manager, everybody.signatory):
        assert any(suspended in subject for subject in stage.told(person))


def seen_restored(stage: Stage, played: Played, language: str) -> None:
    everybody, waiting = played.team, played.waiting
    assert stage.state(played.case_id) == "RESERVE"
    status = stage.open(None, played.address)
    expect(status.locator("main")).not_to_contain_text(
        {"zh": "已暂停", "en": "Suspended"}[language]
    )
    back = {"zh": "已恢复", "en": "back in force"}[language]
    for person in (everybody.fund_manager, everybody.signatory):
        assert any(back in subject for subject in stage.told(person))
    page = stage.open(everybody.screener, f"/review/case/{waiting}/accept")
    page.locator(f"[name=assessors][value='{everybody.assessor.id}']").check()
    page.locator(f"[name=lead][value='{everybody.assessor.id}']").check()
    page.locator("main .action-bar button[type=submit]").click()
    page.wait_for_url(re.compile(rf"/case/{waiting}(#.*)?$"))
    assert stage.state(waiting) == "IN_REVIEW", "an annulled entry stops nothing"
