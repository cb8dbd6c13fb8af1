"""The admin desk and the verification desk through their pages."""

import re

import pytest
from flask.testing import FlaskClient
from sqlmodel import col, select

from registry.db import Database
from registry.models import Organisation, OutboxMessage, Person, RoleGrant
from registry.rules.permissions import Role
from tests.people import People


@pytest.fixture
def admin(people: People) -> FlaskClient:
    return people.browser(people.person(Role.ADMIN, name="管理员", email="admin@example.org"))


@pytest.fixture
def officer(people: People) -> FlaskClient:
    return people.browser(people.person(Role.ORG_VERIFIER, email="officer@example.org"))


def test_an_officer_verifies_from_the_desk(
    people: People, officer: FlaskClient, database: Database
) -> None:
    company = people.organisation(verification="pending")
    desk = officer.get("/admin/organisations?verification=pending").text
    assert company.name_zh in desk
    page = f"/admin/organisations/{company.id}"
    assert "通过核验" in officer.get(page).text
    assert officer.post(f"{page}/verify").status_code == 303
    assert "已核验" in officer.get(page).text
    again = officer.post(f"{page}/verify", follow_redirects=True)
    assert "未完成" in again.text


def test_an_officer_refuses_with_a_reason(
    people: People, officer: FlaskClient, database: Database
) -> None:
    company = people.organisation(verification="pending")
    page = f"/admin/organisations/{company.id}"
    blank = officer.post(f"{page}/refuse", data={"reason": " "})
    assert blank.status_code == 422 and 'href="#reason"' in blank.text
    done = officer.post(f"{page}/refuse", data={"reason": "名称与执照不符"})
    assert done.status_code == 303
    assert "名称与执照不符" in officer.get(page).text


def test_an_admin_sees_the_desk_and_decides_nothing(
    people: People, admin: FlaskClient, database: Database
) -> None:
    company = people.organisation(verification="pending")
    page = f"/admin/organisations/{company.id}"
    shown = admin.get(page).text
    assert "您不能核验该单位" in shown and f"{page}/verify" not in shown
    for act in ("verify", "refuse", "group"):
        assert admin.post(f"{page}/{act}", data={"reason": "reason"}).status_code == 403
    with database.read() as session:
        assert session.get_one(Organisation, company.id).verification == "pending"


def test_groups_are_set_by_the_officer(
    people: People, officer: FlaskClient, database: Database
) -> None:
    company = people.organisation()
    page = f"/admin/organisations/{company.id}"
    officer.post(f"{page}/group", data={"group": "河西集团"})
    assert 'value="河西集团"' in officer.get(page).text


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_people_are_the_admins_alone(people: People, role: Role) -> None:
    person = people.person(role)
    browser = people.browser(person)
    for path in ("/admin/people", f"/admin/people/{person.id}", "/admin/settings"):
        assert browser.get(path).status_code == 403


def test_lists_are_searched_filtered_and_paged(people: People, admin: FlaskClient) -> None:
    for number in range(30):
        people.person(name=f"Assessor {number:02}", email=f"a{number:02}@example.org")
    people.person(Role.SCREENER, name="100% Screener", email="odd_name@example.org")
    first = admin.get("/admin/people").text
    onward = re.search(r'href="(/admin/people\?after=\d+)" rel="next"', first)
    assert onward and "Assessor 01" in first
    second = admin.get(onward[1]).text
    assert "Assessor 01" not in second and "Assessor 29" in second
    found = admin.get("/admin/people?q=100%25").text
    assert "100% Screener" in found and "Assessor 01" not in found
    assert "Assessor" not in admin.get("/admin/people?q=%25+%25").text
    assert "Assessor 01" not in admin.get("/admin/people?role=screener").text
    assert "没有符合条件的人员" in admin.get("/admin/people?state=erased").text
    chips = admin.get("/admin/people?q=Assessor&state=invited").text
    assert "/admin/people?state=invited" in chips
    assert admin.get("/admin/people?after=x&role=none&state=none").status_code == 200


def test_organisations_are_found_by_name_and_by_code(people: People, officer: FlaskClient) -> None:
    people.organisation(uscc="91350100M000100Y43")
    people.organisation("别的公司", name_en="Other")
    for text in ("凉州光伏", "liangzhou", "9135 0100-m000100y43"):
        page = officer.get("/admin/organisations", query_string={"q": text}).text
        assert "凉州光伏电力有限公司" in page and "别的公司" not in page


def test_invite_grant_and_revoke(people: People, admin: FlaskClient, database: Database) -> None:
    answer = admin.post(
        "/admin/people/invite",
        data={"name": "新人", "email": "new@example.org", "language": "zh"},
    )
    assert answer.status_code == 303
    page = answer.headers["Location"]
    grant = {"role": "assessor", "scope_kind": "zone", "scope": "没有这个园区", "from_day": ""}
    wrong = admin.post(f"{page}/grant", data=grant)
    assert wrong.status_code == 422 and 'href="#scope"' in wrong.text
    right = admin.post(
        f"{page}/grant", data=grant | {"scope_kind": "everywhere", "scope": "", "to_day": ""}
    )
    assert right.status_code == 303
    shown = admin.get(page).text
    assert "评审" in shown and "有效" in shown
    revoke = re.search(rf'action="({page}/grants/\d+/revoke)"', shown)
    assert revoke
    admin.post(revoke[1])
    assert "已收回" in admin.get(page).text
    with database.read() as session:
        subjects = session.exec(select(OutboxMessage.subject).order_by(col(OutboxMessage.id))).all()
        grants = session.exec(select(RoleGrant).where(RoleGrant.role == "assessor")).all()
    assert len(subjects) == 3 and len(grants) == 1


def test_conflicts_of_others(people: People, admin: FlaskClient) -> None:
    company = people.organisation()
    person = people.person(Role.ASSESSOR)
    page = f"/admin/people/{person.id}"
    answer = admin.post(
        f"{page}/conflicts/declare",
        data={"organisation": str(company.id), "reason": "举报属实", "from_day": ""},
    )
    assert answer.status_code == 303
    shown = admin.get(page).text
    assert "举报属实" in shown
    end = re.search(rf'action="({page}/conflicts/\d+/end)"', shown)
    assert end
    assert "今天是最后一天" in admin.post(end[1], follow_redirects=True).text


def test_close_open_and_erase_an_account(
    people: People, admin: FlaskClient, database: Database
) -> None:
    person = people.person(email="wang@example.org", name="王小明")
    browser = people.browser(person)
    page = f"/admin/people/{person.id}"
    admin.post(f"{page}/disable")
    assert browser.get("/account/").status_code == 302
    assert "已停用" in admin.get(page).text
    admin.post(f"{page}/enable")
    admin.post(f"{page}/send-link")
    assert admin.post(f"{page}/erase").status_code == 422
    assert admin.post(f"{page}/erase", data={"confirmed": "y"}).status_code == 303
    shown = admin.get(page).text
    assert "wang@example.org" not in shown and "王小明" not in shown
    with database.read() as session:
        assert session.get_one(Person, person.id).erased_at is not None


def test_an_admin_cannot_close_or_empower_the_own_account(
    people: People, database: Database
) -> None:
    oneself = people.person(Role.ADMIN)
    people.person(Role.ADMIN)
    browser = people.browser(oneself)
    page = f"/admin/people/{oneself.id}"
    browser.post(f"{page}/disable")
    grant = {"role": "approver", "scope_kind": "everywhere"}
    assert browser.post(f"{page}/grant", data=grant).status_code == 422
    assert browser.get(page).status_code == 200


def test_settings_say_what_is_configured_and_no_secret(admin: FlaskClient, settings) -> None:
    page = admin.get("/admin/settings").text
    assert "TEST" in page and settings.issuer_name_zh in page
    assert settings.secret_key not in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]


def test_unknown_ids_are_not_there(admin: FlaskClient) -> None:
    for path in ("people/999", "people/999/grant", "people/999/erase", "organisations/999"):
        assert admin.get(f"/admin/{path}").status_code == 404
    assert admin.post("/admin/people/999/disable").status_code == 404
