"""The pages of one's own account and organisations, in both languages."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import col, select

from registry.config import Settings
from registry.db import Database
from registry.models import AuditEvent, ConflictOfInterest, Organisation, OutboxMessage, Person
from registry.operations.account import hash_password
from registry.rules.permissions import Role
from tests.people import People

PASSWORD = "ginkgo-leaf-rivers"


@pytest.fixture
def wang(people: People, database: Database, settings: Settings) -> Person:
    made = people.person(email="wang@example.org", name="王小明")
    with database.write() as session:
        row = session.get_one(Person, made.id)
        row.password_hash = hash_password(settings, PASSWORD)
        session.add(row)
    return made


@pytest.fixture
def browser(people: People, wang: Person) -> FlaskClient:
    return people.browser(wang)


def newest_link(database: Database) -> str:
    with database.read() as session:
        body = session.exec(
            select(OutboxMessage.body).order_by(col(OutboxMessage.id).desc())
        ).first()
    found = re.search(r"https://registry\.example(/account/link/\S+)", body or "")
    assert found
    return found[1]


def test_register_confirm_sign_in_register_organisation(
    client: FlaskClient, database: Database
) -> None:
    """The first five minutes of an applicant."""
    assert client.get("/account/register").status_code == 200
    answer = client.post("/account/register", data={"name": "李静", "email": "li@example.org"})
    assert answer.status_code == 200 and "请查收邮件" in answer.text
    link = newest_link(database)
    assert client.get(link).status_code == client.get(link).status_code == 200  # opens, not uses
    differ = client.post(link, data={"password": PASSWORD, "password_again": "other"})
    assert differ.status_code == 422 and "不一致" in differ.text
    short = client.post(link, data={"password": "short", "password_again": "short"})
    assert short.status_code == 422 and "至少 12 个字符" in short.text
    done = client.post(link, data={"password": PASSWORD, "password_again": PASSWORD})
    assert done.status_code == 303
    assert client.get(link).status_code == 410
    signed_in = client.post(
        "/account/sign-in", data={"email": "li@example.org", "password": PASSWORD}
    )
    assert signed_in.headers["Location"] == "/account/organisations"
    assert "您还不属于任何单位" in client.get("/account/organisations").text
    values = {
        "kind": "company",
        "name_zh": "金塔太阳能有限公司",
        "uscc": "91350100M000100Y44",
        "province_code": "620000",
    }
    made = client.post("/account/organisations/register", data=values)
    assert made.status_code == 303
    page = client.get(made.headers["Location"]).text
    assert "等待核验" in page and "校验码不符" in page


def test_the_answers_to_a_known_and_an_unknown_address_are_the_same(
    client: FlaskClient, wang: Person, database: Database
) -> None:
    for path in ("/account/forgotten", "/account/register"):
        pages = [
            # The form's token holds the second in which the page was made, wherever it stands.
            re.sub(
                r'<(meta name="csrf-token"|input[^>]* name="csrf_token")[^>]*>',
                "",
                client.post(path, data={"email": email, "name": "X"}).text,
            )
            for email in ("wang@example.org", "nobody@example.org")
        ]
        assert pages[0] == pages[1]


def test_a_mistyped_address_is_told_at_its_field(client: FlaskClient) -> None:
    answer = client.post("/account/register", data={"name": "", "email": "no"})
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text and 'href="#name"' in answer.text


def test_change_name_and_language(browser: FlaskClient, database: Database, wang: Person) -> None:
    assert browser.post("/account/profile", data={"name": "", "language": "zh"}).status_code == 422
    answer = browser.post("/account/profile", data={"name": "Wang Xiaoming", "language": "en"})
    assert answer.status_code == 303
    assert "Account and sessions" in browser.get("/account/").text
    with database.read() as session:
        assert session.get_one(Person, wang.id).name == "Wang Xiaoming"


def test_the_switch_in_the_head_is_remembered_for_the_person(
    browser: FlaskClient, client: FlaskClient, database: Database, wang: Person
) -> None:
    answer = browser.post("/language", data={"language": "en", "next": "/account/"})
    assert answer.headers["Location"] == "/account/"
    with database.read() as session:
        assert session.get_one(Person, wang.id).language == "en"
    assert "Sessions" in browser.get("/account/").text
    client.post("/language", data={"language": "en", "next": "//evil.example"})
    assert "Sign in" in client.get("/account/sign-in").text


def test_change_password(browser: FlaskClient, app: Flask) -> None:
    new = {"password": "another-ginkgo-leaf", "password_again": "another-ginkgo-leaf"}
    wrong = browser.post("/account/password", data=new | {"current_password": "wrong"})
    assert wrong.status_code == 422 and "当前密码不正确" in wrong.text
    assert "another-ginkgo" not in wrong.text
    right = browser.post("/account/password", data=new | {"current_password": PASSWORD})
    assert right.status_code == 303
    client = app.test_client()
    data = {"email": "wang@example.org", "password": "another-ginkgo-leaf"}
    assert client.post("/account/sign-in", data=data).status_code == 303


def test_declare_a_conflict(browser: FlaskClient, people: People, database: Database) -> None:
    company = people.organisation()
    page = browser.get("/account/conflicts/declare").text
    assert 'type="date"' in page
    bad = browser.post(
        "/account/conflicts/declare", data={"organisation": "无", "reason": "x", "from_day": "soon"}
    )
    assert bad.status_code == 422 and "请输入有效日期" in bad.text
    good = browser.post(
        "/account/conflicts/declare",
        data={"organisation": company.name_zh, "reason": "曾任财务总监", "from_day": "2020-01-01"},
    )
    assert good.status_code == 303
    assert "曾任财务总监" in browser.get("/account/").text
    with database.read() as session:
        assert session.exec(select(ConflictOfInterest)).one().to_day is None


def test_erase_oneself(browser: FlaskClient, database: Database, wang: Person) -> None:
    unsure = browser.post("/account/erase", data={"current_password": PASSWORD})
    assert unsure.status_code == 422
    wrong = browser.post("/account/erase", data={"current_password": "x", "confirmed": "y"})
    assert wrong.status_code == 422
    done = browser.post("/account/erase", data={"current_password": PASSWORD, "confirmed": "y"})
    assert done.status_code == 303
    assert browser.get("/account/").status_code == 302
    with database.read() as session:
        assert session.get_one(Person, wang.id).name == ""
        assert (
            session.exec(select(AuditEvent.kind).order_by(col(AuditEvent.seq))).all()[-1]
            == "account.erased"
        )


def signatory(people: People, company: Organisation, **more) -> Person:
    return people.person(
        Role.SIGNATORY,
        organisation=company,
        scope_kind="organisation",
        scope_id=str(company.id),
        **more,
    )


def test_invite_a_colleague_who_accepts_then_is_let_go(
    people: People, database: Database, client: FlaskClient
) -> None:
    company = people.organisation()
    boss = people.browser(signatory(people, company))
    page = f"/account/organisations/{company.id}"
    invited = boss.post(
        f"{page}/invite",
        data={
            "name": "Li Jing",
            "email": "li@example.org",
            "language": "en",
            "role": "applicant.editor",
        },
    )
    assert invited.status_code == 303
    link = newest_link(database)
    assert company.name_zh in client.get(link).text
    done = client.post(link, data={"password": PASSWORD, "password_again": PASSWORD})
    assert done.status_code == 303
    listed = boss.get(page).text
    assert "li@example.org" in listed
    ends = re.findall(rf'action="({page}/members/\d+/end)"', listed)
    assert len(ends) == 2
    assert boss.post(ends[1]).status_code == 303
    assert "li@example.org" not in boss.get(page).text


def test_somebody_with_a_password_accepts_by_one_button_or_declines(
    people: People, database: Database, app: Flask, wang: Person
) -> None:
    company = people.organisation()
    boss = people.browser(signatory(people, company))
    data = {
        "name": "x",
        "email": "wang@example.org",
        "language": "zh",
        "role": "applicant.signatory",
    }
    boss.post(f"/account/organisations/{company.id}/invite", data=data)
    link = newest_link(database)
    stranger = app.test_client()
    page = stranger.get(link).text
    assert "接受邀请" in page and 'type="password"' not in page
    assert stranger.post(f"{link}/decline").status_code == 303
    assert stranger.post(link).status_code == 410


def test_other_organisations_are_not_there(people: People) -> None:
    own, other = people.organisation(), people.organisation("别的公司")
    browser = people.browser(signatory(people, own))
    assert browser.get(f"/account/organisations/{own.id}").status_code == 200
    for organisation_id in (other.id, 999):
        for path in ("", "/amend", "/invite"):
            answer = browser.get(f"/account/organisations/{organisation_id}{path}")
            assert answer.status_code == 404


def test_amending_takes_an_applicants_role_and_the_newest_version(
    people: People, database: Database
) -> None:
    company = people.organisation()
    member = people.browser(people.person(organisation=company))
    path = f"/account/organisations/{company.id}/amend"
    assert member.get(path).status_code == 403
    browser = people.browser(signatory(people, company))
    values = {"kind": "company", "name_zh": "新名称有限公司", "uscc": "", "version": "0"}
    stale = browser.post(path, data=values)
    assert stale.status_code == 422 and "他人刚刚修改过" in stale.text
    page = browser.get(path).text
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert version
    assert browser.post(path, data=values | {"version": version[1]}).status_code == 303
    with database.read() as session:
        row = session.get_one(Organisation, company.id)
        assert (row.name_zh, row.verification) == ("新名称有限公司", "pending")


PUBLIC = ("/", "/account/sign-in", "/account/register", "/account/forgotten", "/account/link/none")
OWN = (
    "/account/",
    "/account/password",
    "/account/conflicts/declare",
    "/account/erase",
    "/account/organisations",
    "/account/organisations/register",
)


@pytest.mark.parametrize("path", [*PUBLIC, *OWN])
def test_pages_in_english_hold_no_chinese_but_names_and_the_switch(
    app: Flask, people: People, path: str
) -> None:
    person = people.person(name="Wang", language="en", email="wang@example.org")
    client = people.browser(person)
    page = client.get(path, headers={"Accept-Language": "en"}).text
    main = page[page.index("<main") : page.index("</main>")]
    main = main.replace("简体中文", "")
    main = re.sub(r"<select.*?</select>", "", main, flags=re.S)
    assert not re.search(r"[\u4e00-\u9fff]", main)


def test_a_code_is_checked_while_it_is_typed_and_no_list_is_asked(browser: FlaskClient) -> None:
    check = "/account/organisations/check-code"
    said = browser.post(check, data={"uscc": "91310115201101713X"})
    assert said.status_code == 200 and "请核对登记代码" in said.text
    for fine in ("91310115201101713H", "9131011", ""):
        assert browser.post(check, data={"uscc": fine}).text.strip() == ""
