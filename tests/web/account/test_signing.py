"""Signing in and out through the pages, with the form token on, and nothing lost at a time-out."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlmodel import select

from registry.config import Environment, Settings
from registry.db import Database
from registry.models import Person, SignInSession
from registry.operations.account import hash_password
from registry.queries.account import DEMO_PASSWORD
from registry.rules.permissions import Role
from tests.conftest import NOW
from tests.people import People

PASSWORD = "ginkgo-leaf-rivers"


@pytest.fixture
def guarded(app: Flask) -> Iterator[Flask]:
    """The app as it runs for people: no form without its token."""
    app.config["WTF_CSRF_ENABLED"] = True
    yield app
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def wang(people: People, database: Database, settings: Settings) -> Person:
    made = people.person(Role.ADMIN, email="wang@example.org", name="王小明")
    with database.write() as session:
        row = session.get_one(Person, made.id)
        row.password_hash = hash_password(settings, PASSWORD)
        session.add(row)
    return made


def token_on(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def hidden_on(page: str) -> list[tuple[str, str]]:
    """The hidden inputs of the page's own form, as a browser would send them."""
    form = page[page.index("<main") :]
    pattern = r'<input[^>]*type="hidden"[^>]*>'
    found = []
    for tag in re.findall(pattern, form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        assert name
        found.append((unescape(name[1]), unescape(value[1]) if value else ""))
    return found


def sign_in(client: FlaskClient, **more: str):
    page = client.get("/account/sign-in").text
    data = {"email": "wang@example.org", "password": PASSWORD, "csrf_token": token_on(page)}
    return client.post("/account/sign-in", data=data | more)


def test_sign_in_leads_to_where_one_wanted_to_go(guarded: Flask, wang: Person) -> None:
    client = guarded.test_client()
    asked = client.get("/admin/people?q=x")
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"]).text
    answer = client.post(
        "/account/sign-in",
        data=dict(hidden_on(page)) | {"email": "wang@example.org", "password": PASSWORD},
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/people?q=x")
    assert client.get("/admin/people").status_code == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example"]
)
def test_sign_in_never_leads_elsewhere(guarded: Flask, wang: Person, elsewhere: str) -> None:
    answer = sign_in(guarded.test_client(), next=elsewhere)
    assert answer.headers["Location"].startswith("/admin/")


def test_a_person_without_a_role_is_led_to_begin(
    client: FlaskClient, people: People, database: Database, settings: Settings
) -> None:
    newcomer = people.person(email="new@example.org")
    with database.write() as session:
        row = session.get_one(Person, newcomer.id)
        row.password_hash = hash_password(settings, PASSWORD)
        session.add(row)
    answer = client.post(
        "/account/sign-in", data={"email": "new@example.org", "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/account/organisations"


def test_wrong_and_unknown_get_the_same_page(client: FlaskClient, wang: Person) -> None:
    pages = []
    for email in ("wang@example.org", "nobody@example.org"):
        answer = client.post("/account/sign-in", data={"email": email, "password": "wrong"})
        assert answer.status_code == 422
        pages.append(answer.text.replace(email, "…"))
    assert pages[0] == pages[1]
    assert "wrong" not in pages[0]


def test_sign_in_without_the_form_token_is_refused(guarded: Flask, wang: Person) -> None:
    data = {"email": "wang@example.org", "password": PASSWORD}
    assert guarded.test_client().post("/account/sign-in", data=data).status_code == 400


def test_signing_out_ends_the_session_in_the_database(
    client: FlaskClient, wang: Person, database: Database
) -> None:
    sign_in_plain(client)
    assert client.get("/account/").status_code == 200
    stolen = {c.key: c.value for c in client._cookies.values()}  # type: ignore[attr-defined]
    assert client.post("/account/sign-out").status_code == 303
    assert client.get("/account/").status_code == 302
    thief = client.application.test_client()
    for key, value in stolen.items():
        thief.set_cookie(key, value or "")
    assert thief.get("/account/").status_code == 302


def sign_in_plain(client: FlaskClient) -> None:
    answer = client.post(
        "/account/sign-in", data={"email": "wang@example.org", "password": PASSWORD}
    )
    assert answer.status_code == 303


def test_ones_sessions_are_listed_and_revoked(app: Flask, wang: Person, database: Database) -> None:
    here, there = app.test_client(), app.test_client()
    sign_in_plain(here)
    sign_in_plain(there)
    page = here.get("/account/").text
    assert "本浏览器" in page and "结束其他所有会话" in page
    with database.read() as session:
        ids = session.exec(select(SignInSession.id)).all()
    other = max(ids)
    assert here.post(f"/account/sessions/{other}/revoke").status_code == 303
    assert there.get("/account/").status_code == 302
    sign_in_plain(there)
    here.post("/account/sessions/revoke-others")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def end_all_sessions(database: Database) -> None:
    with database.write() as session:
        for row in session.exec(select(SignInSession)):
            row.revoked_at = NOW
            session.add(row)


TYPED = {"name": "张 “三” <b>", "email": "zhang@example.org", "language": "zh"}


def test_nothing_typed_is_lost_when_the_session_ended(
    guarded: Flask, wang: Person, database: Database
) -> None:
    client = guarded.test_client()
    sign_in(client)
    token = token_on(client.get("/admin/people/invite").text)
    end_all_sessions(database)
    late = client.post("/admin/people/invite", data=TYPED | {"csrf_token": token})
    assert late.status_code == 401
    carried = hidden_on(late.text)
    assert ("kept_target", "/admin/people/invite") in carried
    assert ("kept.name", TYPED["name"]) in carried
    assert "kept.csrf_token" not in dict(carried)
    wrong = client.post(
        "/account/sign-in",
        data=dict(carried) | {"email": "wang@example.org", "password": "wrong"},
    )
    assert ("kept.name", TYPED["name"]) in hidden_on(wrong.text)
    again = client.post(
        "/account/sign-in",
        data=dict(hidden_on(wrong.text)) | {"email": "wang@example.org", "password": PASSWORD},
    )
    assert again.status_code == 200
    assert 'action="/admin/people/invite"' in again.text
    sent = client.post("/admin/people/invite", data=dict(hidden_on(again.text)))
    assert sent.status_code == 303
    with database.read() as session:
        names = session.exec(select(Person.name)).all()
    assert TYPED["name"] in names


def test_a_page_left_open_can_still_be_sent_after_signing_in_elsewhere(
    guarded: Flask, wang: Person, database: Database
) -> None:
    client = guarded.test_client()
    sign_in(client)
    token = token_on(client.get("/admin/people/invite").text)
    end_all_sessions(database)
    sign_in(client)
    sent = client.post("/admin/people/invite", data=TYPED | {"csrf_token": token})
    assert sent.status_code == 303


def test_another_person_gets_another_form_token(
    guarded: Flask, wang: Person, people: People, database: Database, settings: Settings
) -> None:
    other = people.person(email="other@example.org")
    with database.write() as session:
        row = session.get_one(Person, other.id)
        row.password_hash = hash_password(settings, PASSWORD)
        session.add(row)
    client = guarded.test_client()
    sign_in(client)
    token = token_on(client.get("/account/").text)
    sign_in(client, email="other@example.org")
    data = {"name": "X", "language": "zh", "csrf_token": token}
    assert client.post("/account/profile", data=data).status_code == 400


@pytest.mark.parametrize(
    "data",
    [
        {"name": "planted by another site"},
        {"name": "x", "csrf_token": "forged"},
    ],
)
def test_another_site_puts_no_words_into_the_sign_in_page(
    guarded: Flask, data: dict[str, str]
) -> None:
    client = guarded.test_client()
    client.get("/account/sign-in")
    answer = client.post("/admin/people/invite", data=data)
    assert answer.status_code == 302


@pytest.mark.parametrize(
    "data",
    [
        {"current_password": "secret", "password": "secret", "password_again": "secret"},
        {"name": "x" * (300 * 1024)},
        {f"field{n}": "x" for n in range(700)},
        {"name": "  "},
    ],
    ids=["secrets", "too large", "too many", "blank"],
)
def test_secrets_and_floods_are_not_carried(client: FlaskClient, data: dict[str, str]) -> None:
    answer = client.post("/admin/people/invite", data=data)
    assert answer.status_code == 302
    assert "secret" not in answer.text


def test_a_carried_target_elsewhere_is_dropped(client: FlaskClient, wang: Person) -> None:
    answer = client.post(
        "/account/sign-in",
        data={
            "email": "wang@example.org",
            "password": PASSWORD,
            "kept_target": "https://evil.example/",
            "kept.name": "x",
        },
    )
    assert answer.status_code == 303
    assert "evil" not in answer.headers["Location"]


def test_guessing_is_slowed_down_by_address(settings: Settings, database: Database) -> None:
    from registry.app import create_app

    limited = create_app(settings.model_copy(update={"rate_limits": True}), database)
    limited.config["WTF_CSRF_ENABLED"] = False
    client = limited.test_client()
    codes = [
        client.post("/account/sign-in", data={"email": f"{n}@example.org"}).status_code
        for n in range(21)
    ]
    assert codes[:20] == [422] * 20 and codes[20] == 429
    assert client.get("/account/sign-in").status_code == 200


def test_the_demonstration_shows_an_account_for_each_role_and_nothing_else_does(
    client: FlaskClient,
    app: Flask,
    people: People,
    database: Database,
    settings: Settings,
) -> None:
    for number, role in enumerate((Role.SCREENER, Role.ASSESSOR, Role.ASSESSOR)):
        made = people.person(role, email=f"{role}{number}@demo.example")
        with database.write() as session:
            row = session.get_one(Person, made.id)
            row.password_hash = hash_password(settings, DEMO_PASSWORD)
            session.add(row)
    assert "@demo.example" not in client.get("/account/sign-in").text
    demo = settings.model_copy(update={"environment": Environment.DEMO})
    app.extensions["settings"] = demo
    try:
        page = client.get("/account/sign-in").text
        emails = re.findall(r'name="demo" value="([^"]+)"', page)
        assert len(emails) == 2
        assert client.post("/account/sign-in", data={"demo": emails[0]}).status_code == 303
        assert client.get("/account/").status_code == 200
    finally:
        app.extensions["settings"] = settings
    stranger = app.test_client()
    assert stranger.post("/account/sign-in", data={"demo": emails[0]}).status_code == 422


def test_production_does_not_start_with_a_demo_account(
    settings: Settings, database: Database, people: People, tmp_path
) -> None:
    from registry.app import create_app
    from registry.config import UnsafeSettings

    production = settings.model_copy(
        update={
            "environment": Environment.PRODUCTION,
            "signing_key": tmp_path / "key.p12",
            "secure_cookies": True,
        }
    )
    create_app(production, database)
    people.person(email="screener@demo.example")
    with pytest.raises(UnsafeSettings, match=r"demo\.example"):
        create_app(production, database)
