"""The public register shows what decision 0004 calls public of a listed project, and no more."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cases import Case, team
from tests.conftest import NOW


def test_a_listed_project_is_found_and_shown_with_least_data(client, issued):
    listed = client.get("/register?q=凉州").text
    assert f"/register/{issued.list_number}" in listed
    text = client.get(f"/register/{issued.list_number}").text
    assert "63,831" in text
    assert issued.certificate.number in text
    for secret in (issued.certificate.token, "25000", "2.5 亿", "评审丁", "审定戊"):
        assert secret not in listed + text


def test_filters_stand_in_the_address_and_come_off(client, issued):
    text = client.get("/register?kind=efficiency_retrofit").text
    assert issued.list_number not in text
    assert 'class="filter-chip" href="/register"' in text
    assert issued.list_number in client.get("/register?kind=renewable_power").text
    assert issued.list_number in client.get("/register?zone=nowhere&key=rubbish").text


def test_drafts_and_cases_under_review_are_not_listed(client, database, people):
    with database.write() as session:
        Case(session, team(people), NOW).draft().submit()
    assert "凉州" not in client.get("/register").text


def test_the_clocks_are_public(client):
    text = client.get("/register", headers={"Accept-Language": "en"}).text
    assert "20 working days" in text


def test_an_unknown_number_is_not_found(client):
    assert client.get("/register/GPL-2026-000001-00").status_code == 404


@pytest.fixture
def noticed(database, people):
    now = datetime.now(UTC) - timedelta(hours=1)  # a notice that still runs
    with database.write() as session:
        case = Case(session, team(people), now).draft().submit().clear_hits().accept()
        case.score()
        case.settle_all().recommend().approve(notice_days=5)
        return case.id, case.row.number


def test_a_notice_takes_an_objection_from_anybody(client, database, noticed):
    from sqlmodel import select

    from registry.models import Objection
    from registry.queries import audit

    case_id, number = noticed
    assert f"/notices/{number}" in client.get("/notices").text
    assert "凉州五十兆瓦" in client.get(f"/notices/{number}").text
    answer = client.post(
        f"/notices/{number}",
        data={"text": "该地块已被划为保护区，见公告。", "contact": "13900000000"},
    )
    assert answer.status_code == 302
    with database.read() as session:
        (objection,) = session.exec(select(Objection)).all()
        assert objection.contact == "13900000000"
        events = audit.events_of(session, f"application:{case_id}")
        assert events[-1].kind == "application.objection_filed"
        assert not any(b"13900000000" in event.canonical for event in events)
        assert not any("保护区".encode() in event.canonical for event in events)
    assert "13900000000" not in client.get(f"/notices/{number}").text


def test_an_empty_objection_is_told_at_its_field(client, noticed):
    answer = client.post(f"/notices/{noticed[1]}", data={"text": " "})
    assert "请写明异议" in answer.text


def test_nobody_objects_to_what_is_not_under_notice(client, issued):
    assert client.get("/notices").status_code == 200
    assert client.post("/notices/GPA-2026-000001-00", data={"text": "x" * 20}).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/register?q=%00",
        "/check?number=a%00",
        "/notices/%00",
        "/register/%00",
        "/c/%00/x",
        "/api/v1/projects?q=%00",
    ],
)
def test_a_nul_asks_for_nothing(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.parametrize("key", ["after:0:²", "after:9:" + "9" * 30, "before::", "x" * 500])
def test_a_key_that_is_none_counts_as_not_given(client, issued, key):
    answer = client.get("/register", query_string={"key": key})
    assert issued.list_number in answer.text
