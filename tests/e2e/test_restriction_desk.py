"""The restricted list's pages in a real browser: both languages, desktop and phone."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlmodel import select
from werkzeug.serving import WSGIRequestHandler, make_server

from registry.db import Database
from registry.models import ListedMatch, Person, RestrictedEntry
from registry.operations import restriction, restriction_appeal
from registry.operations.look_up import look_up
from registry.rules.permissions import PUBLIC, Role
from registry.rules.screening import Subject
from tests.cases import Case, team
from tests.e2e.axe import check_page, too_wide
from tests.entries import PROOF, Desk, EntryPlay, desk
from tests.people import People

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
def staff(people: People) -> Desk:
    return desk(people)


@pytest.fixture
def manager(people: People) -> Person:
    return people.person(Role.FUND_MANAGER)


@pytest.fixture
def addresses(
    database: Database, people: People, staff: Desk, manager: Person
) -> dict[str, list[str]]:
    """Every page by who opens it, on entries in several states and a likeness that waits."""
    begun = datetime.now(UTC) - timedelta(days=100)
    with database.write() as session:
        case = Case(session, team(people), begun)
        case.listed()
        appealed = EntryPlay(session, staff, case.now).in_force().appeal()
        noticed = EntryPlay(session, staff, appealed.now).propose(name_zh="告知中的演练有限公司")
        noticed.notify()
        restriction.answer(
            session,
            entry_id=noticed.id,
            text="我公司已更正数据。",
            proof=None,
            by=PUBLIC,
            now=noticed.at(),
        )
        lasting = EntryPlay(session, staff, begun).in_force(
            ground="environmental_penalty",
            case_code="shutdown_order",
            name_zh="责令停产演练有限公司",
            to_day=None,
            review_on=date(2027, 6, 1),
        )
        repaired = EntryPlay(session, staff, lasting.now).in_force(
            ground="obstruction",
            case_code="verification_refused",
            name_zh="拒绝核查演练有限公司",
            to_day=begun.date() + timedelta(days=300),
        )
        restriction_appeal.file_repair(
            session,
            entry_id=repaired.id,
            text="已接受核查。",
            proof=PROOF,
            by=PUBLIC,
            now=repaired.at(),
        )
        looked = look_up(
            session,
            [
                Subject(name="涼州光伏電力公司", uscc="91310115201101713H"),
                Subject(name="凉州光伏电力有限公司"),
                Subject(name="肃州光伏电力有限公司"),
                Subject(name="无关名称能源有限公司", uscc="91310115201101713X"),
            ],
            by=noticed.actor(manager),
            now=noticed.at(),
        )
        match_id = session.exec(select(ListedMatch.id)).first()
        token = session.get_one(RestrictedEntry, noticed.id).token
        own = session.get_one(RestrictedEntry, lasting.id).token
    return {
        "officer": [
            "/restriction/",
            f"/restriction/{appealed.id}",
            f"/restriction/{noticed.id}",
            f"/restriction/{noticed.id}/notice",
            "/restriction/propose",
            "/restriction/as-of",
            "/restriction/matches",
            f"/restriction/matches/{match_id}",
        ],
        "approver": [
            f"/restriction/{noticed.id}/enter",
            f"/restriction/{repaired.id}/lift",
            f"/restriction/{repaired.id}",
            "/restriction/grounds",
            "/restriction/grounds/false_statement",
        ],
        "panel": [f"/restriction/{appealed.id}/vary", f"/restriction/{appealed.id}/annul"],
        "manager": ["/restriction/look-up", f"/restriction/look-up/{looked.id}"],
        "stranger": [
            f"/restriction/subject/{token}",
            f"/restriction/subject/{own}",
            f"/restriction/subject/{own}/appeal",
            f"/restriction/subject/{own}/repair",
            "/restricted",
        ],
    }


def signed_in(browser: Browser, site: str, client, language: str, width: int) -> Page:  # type: ignore[no-untyped-def]
    context = browser.new_context(viewport={"width": width, "height": 900})
    cookies = [{"name": "language", "value": language, "url": site}]
    if client is not None:
        session = client.get_cookie("registry_session")
        cookies.append({"name": "registry_session", "value": session.value, "url": site})
    context.add_cookies(cookies)
    return context.new_page()


@pytest.mark.parametrize(
    ("width", "language"), [(1280, "zh"), (390, "en"), (390, "zh"), (1280, "en")]
)
def test_every_page_is_well_made(
    browser: Browser,
    site: str,
    people: People,
    staff: Desk,
    manager: Person,
    addresses: dict[str, list[str]],
    database: Database,
    width: int,
    language: str,
    request: pytest.FixtureRequest,
) -> None:
    who = {
        "officer": staff.officer,
        "approver": staff.approver,
        "panel": staff.panel,
        "manager": manager,
    }
    with database.write() as session:
        for person in who.values():
            row = session.get_one(Person, person.id)
            row.language = language
            session.add(row)
    faults = []
    for name, paths in addresses.items():
        client = people.browser(who[name]) if name in who else None
        page = signed_in(browser, site, client, language, width)
        for path in paths:
            answer = page.goto(site + path)
            if answer is None or answer.status != 200:
                faults.append(f"{path}: {answer.status if answer else None}")
                continue
            faults += [f"{path}: {violation}" for violation in check_page(page)]
            faults += [f"{path}: too wide: {where}" for where in too_wide(page)]
            folder = request.config.getoption("--shots", default="")
            if folder:
                shot = path.strip("/").replace("/", "_")[:60]
                page.screenshot(
                    path=f"{folder}/{name}_{shot}_{language}_{width}.png", full_page=True
                )
        page.context.close()
    assert faults == []
