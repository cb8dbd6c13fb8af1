"""Queues: the oldest clock first, only what a grant reaches, paged by key, never a draft."""

from datetime import date

import pytest
from sqlmodel import func, select

from registry.models import Application, Organisation
from registry.queries.queue import queue_page
from registry.rules.permissions import Role
from registry.words import formats
from tests.cases import SOLAR
from tests.web.reviewer.conftest import Desk, in_review, pending, rejected, restricted, submitted

QUEUES = ("/review/screening", "/review/assessment", "/review/approval", "/review/appeals")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_queue_says_what_will_appear(desk: Desk, people, language):
    holder = people.person(
        Role.SCREENER, Role.ASSESSOR, Role.APPROVER, Role.APPEAL_PANEL, language=language
    )
    for address in QUEUES:
        page = desk.browser(holder, language).get(address)
        assert page.status_code == 200
        assert ("现在没有待办" if language == "zh" else "Nothing waits here") in page.text


def test_each_desk_shows_its_cases_and_links_to_the_file(desk: Desk):
    screened, reviewed, waiting = desk.play(submitted), desk.play(in_review), desk.play(pending)
    team = desk.team
    for person, address, case_id in (
        (team.screener, "/review/screening", screened),
        (team.assessor, "/review/assessment", reviewed),
        (team.approver, "/review/approval", waiting),
    ):
        page = desk.browser(person).get(address)
        assert f'href="/review/case/{case_id}"' in page.text
        others = {screened, reviewed, waiting} - {case_id}
        assert all(f'href="/review/case/{other}"' not in page.text for other in others)


def test_hits_and_open_matters_are_counted(desk: Desk):
    with desk.database.write() as session:
        restricted(session)
    case_id = desk.play(submitted)
    with desk.database.read() as session:
        page = queue_page(
            session,
            "screening",
            viewer=desk.people.actor(desk.team.screener),
            roles=(Role.SCREENER,),
            on=date.today(),  # noqa: DTZ011
        )
    (row,) = page.rows
    assert (row.id, row.open_hits, row.stops) == (case_id, 1, 0)
    assert row.open_matters > 0


def test_a_grant_for_a_zone_reaches_that_zone_only(desk: Desk, people):
    here = desk.play(submitted)
    with desk.database.write() as session:
        session.get_one(Application, here).zone_id = "A-ZONE"
    there = desk.play(submitted)
    local = desk.browser(people.person(Role.SCREENER, scope_kind="zone", scope_id="A-ZONE"))
    page = local.get("/review/screening")
    assert f"/review/case/{here}" in page.text
    assert f"/review/case/{there}" not in page.text
    assert local.get(f"/review/case/{here}").status_code == 200
    assert local.get(f"/review/case/{there}").status_code == 404


def test_a_draft_is_nobodys_business(desk: Desk):
    case_id = desk.play(lambda case: None)
    browser = desk.browser(desk.team.screener)
    assert f"/review/case/{case_id}" not in browser.get("/review/cases").text
    assert browser.get(f"/review/case/{case_id}").status_code == 404


def test_pages_follow_one_another_without_gap_or_repeat(desk: Desk):
    ids = [desk.play(submitted) for _ in range(5)]
    days = [date(2026, 12, 3), None, date(2026, 12, 1), date(2026, 12, 1), date(2026, 12, 2)]
    with desk.database.write() as session:
        for case_id, day in zip(ids, days, strict=True):
            session.get_one(Application, case_id).due_on = day
    found, key = [], ""
    with desk.database.read() as session:
        while True:
            page = queue_page(
                session,
                "screening",
                viewer=desk.people.actor(desk.team.screener),
                roles=(Role.SCREENER,),
                on=date(2026, 11, 23),
                key=key,
                size=2,
            )
            found += [row.id for row in page.rows]
            key = page.next_key
            if not key:
                break
    assert found == [ids[2], ids[3], ids[4], ids[0], ids[1]]


def test_a_broken_key_is_the_first_page(desk: Desk):
    case_id = desk.play(submitted)
    page = desk.browser(desk.team.screener).get("/review/screening?key=nonsense")
    assert f"/review/case/{case_id}" in page.text


def test_cases_are_found_by_number_name_and_owner(desk: Desk):
    case_id = desk.play(rejected)
    with desk.database.read() as session:
        number = session.get_one(Application, case_id).number
    browser = desk.browser(desk.team.approver)
    for words in (number, "凉州五十", "liangzhou 50", "凉州光伏"):
        assert (
            f"/review/case/{case_id}"
            in browser.get("/review/cases", query_string={"q": words}).text
        )
    assert f"/review/case/{case_id}" not in browser.get("/review/cases?q=100%25").text
    assert f"/review/case/{case_id}" not in browser.get("/review/cases?state=RESERVE").text


def test_others_are_shown_the_door(desk: Desk):
    case_id = desk.play(submitted)
    for person in (desk.team.editor, desk.team.fund_manager):
        browser = desk.browser(person)
        for address in (*QUEUES, "/review/cases", f"/review/case/{case_id}"):
            assert browser.get(address).status_code == 403
    auditor = desk.browser(desk.team.auditor)
    assert auditor.get(f"/review/case/{case_id}").status_code == 200
    assert auditor.get(f"/review/case/{case_id}/ineligible").status_code == 403


def test_the_start_page_counts_what_waits_for_each_and_names_the_nearest_day(desk: Desk):
    desk.play(submitted)
    desk.play(submitted, SOLAR | {"project_name_zh": "古浪五十兆瓦光伏发电项目"})
    team = desk.team
    with desk.database.read() as session:
        nearest = session.exec(select(func.min(Application.due_on))).one()
    shown = desk.browser(team.screener, "en").get("/").text
    assert '<span class="work-number">2</span>' in shown
    assert f"First due {formats.day(nearest, 'en')}" in shown
    assert 'href="/review/screening?view=screening"' in shown
    # Sent is sent: until a case comes back, its owner has nothing to do.
    assert "Nothing waits for you now" in desk.browser(team.signatory, "en").get("/").text


def test_the_start_page_reaches_no_further_than_the_grants(desk: Desk, people):
    desk.play(submitted)
    elsewhere = people.person(Role.SCREENER, scope_kind="zone", scope_id="HTZ001")
    assert "Nothing waits for you now" in desk.browser(elsewhere, "en").get("/").text
    fund = desk.browser(desk.team.fund_manager, "en").get("/").text
    assert "work-number" not in fund and "My desk" in fund


def test_organisations_wait_for_their_verifier(desk: Desk, people):
    verifier = people.person(Role.ORG_VERIFIER)
    assert "Nothing waits for you now" in desk.browser(verifier, "en").get("/").text
    with desk.database.write() as session:
        session.get_one(Organisation, desk.team.owner.id).verification = "pending"
    assert "The first has waited since" in desk.browser(verifier, "en").get("/").text
