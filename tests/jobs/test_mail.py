"""The outbox: every message once, whatever happens to the worker."""

import smtplib
from datetime import timedelta
from email import message_from_bytes, policy
from typing import ClassVar

import pytest
from sqlmodel import select

from registry.config import MailBackend, Settings
from registry.db import Database
from registry.jobs import mail
from registry.models import OutboxMessage
from registry.operations.message import LEASE, MOST_ATTEMPTS, claim_message, send_later
from registry.words import Words
from tests.conftest import NOW
from tests.people import People


@pytest.fixture
def here(settings: Settings, tmp_path) -> Settings:
    return settings.model_copy(update={"instance": tmp_path, "mail": MailBackend.FILE})


def put(database: Database, people: People, **more) -> int:
    person = people.person(language=more.pop("language", "zh"))
    with database.write() as session:
        message = send_later(
            session,
            to=person,
            subject=Words("请补正\nBcc: all@example.org", "Please correct"),
            body=Words("第 3 项缺少数据。", "Item 3 lacks data."),
            about="application:1",
            now=NOW,
            **more,
        )
        assert message is not None
        session.flush()
        return message.id


def stored(database: Database) -> OutboxMessage:
    with database.read() as session:
        return session.exec(select(OutboxMessage)).one()


def files(settings: Settings) -> list:
    return sorted(settings.outbox_folder.glob("*.eml"))


def test_a_message_is_sent_once_in_the_readers_language(
    database: Database, people: People, here: Settings
) -> None:
    put(database, people)
    assert mail.send_outbox(database, here, NOW) == 1
    assert mail.send_outbox(database, here, NOW + timedelta(days=1)) == 0
    (path,) = files(here)
    sent = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert sent["To"] == "person1@example.org" and sent["Bcc"] is None
    assert "请补正" in sent["Subject"]
    text = sent.get_content()
    assert "第 3 项缺少数据" in text and here.issuer_name_zh in text and here.base_url in text


def test_english_readers_get_english(database: Database, people: People, here: Settings) -> None:
    put(database, people, language="en")
    mail.send_outbox(database, here, NOW)
    sent = message_from_bytes(files(here)[0].read_bytes(), policy=policy.default)
    assert "Item 3 lacks data." in sent.get_content()
    assert "Nobody reads answers" in sent.get_content()


def test_a_secret_is_forgotten_once_sent(
    database: Database, people: People, here: Settings
) -> None:
    put(database, people, is_secret=True)
    mail.send_outbox(database, here, NOW)
    assert stored(database).body == ""


def test_a_worker_that_died_between_sending_and_marking_leaves_one_mail(
    database: Database, people: People, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(database, people)
    with monkeypatch.context() as dying:

        def killed(*_args, **_more):
            raise KeyboardInterrupt

        dying.setattr(mail, "mark_sent", killed)
        with pytest.raises(KeyboardInterrupt):
            mail.send_outbox(database, here, NOW)
    assert len(files(here)) == 1
    assert mail.send_outbox(database, here, NOW + LEASE / 2) == 0  # claimed by the dead one
    before = files(here)[0].read_bytes()
    assert mail.send_outbox(database, here, NOW + LEASE) == 1
    assert len(files(here)) == 1
    assert files(here)[0].read_bytes().count(b"Message-ID") == 1
    assert (
        message_from_bytes(before)["Message-ID"]
        == message_from_bytes(files(here)[0].read_bytes())["Message-ID"]
    )
    assert stored(database).sent_at is not None


def test_two_workers_do_not_take_the_same_message(database: Database, people: People) -> None:
    put(database, people)
    with database.write() as session:
        assert claim_message(session, now=NOW) is not None
    with database.write() as session:
        assert claim_message(session, now=NOW) is None


class Server:
    """An SMTP server that answers as told."""

    failing = True
    sent: ClassVar[list[str]] = []

    def __init__(self, host: str, port: int, timeout: int) -> None:
        self.address = (host, port)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def starttls(self, context) -> None:
        assert context.check_hostname

    def send_message(self, message) -> None:
        if self.failing:
            raise smtplib.SMTPRecipientsRefused({message["To"]: (450, b"person1@example.org busy")})
        self.sent.append(message["Message-ID"])


def test_failures_are_tried_again_ever_later_then_given_up(
    database: Database, people: People, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    smtp = here.model_copy(update={"mail": MailBackend.SMTP})
    put(database, people, is_secret=True)
    now, pauses = NOW, []
    for _ in range(MOST_ATTEMPTS):
        assert mail.send_outbox(database, smtp, now) == 1
        row = stored(database)
        assert "450" in row.last_error and "@" not in row.last_error
        if row.given_up_at is None:
            assert row.next_try_at is not None
            assert mail.send_outbox(database, smtp, row.next_try_at - timedelta(seconds=1)) == 0
            pauses.append(row.next_try_at - now)
            now = row.next_try_at
    assert pauses[:4] == [timedelta(minutes=n) for n in (1, 2, 4, 8)]
    assert max(pauses) <= timedelta(hours=12)
    row = stored(database)
    assert row.given_up_at is not None and row.body == ""
    assert mail.send_outbox(database, smtp, now + timedelta(days=9)) == 0


def test_a_server_that_recovers_gets_it(
    database: Database, people: People, here: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtplib, "SMTP", Server)
    smtp = here.model_copy(update={"mail": MailBackend.SMTP})
    number = put(database, people)
    mail.send_outbox(database, smtp, NOW)
    monkeypatch.setattr(Server, "failing", False)
    mail.send_outbox(database, smtp, NOW + timedelta(minutes=1))
    assert Server.sent == [f"<outbox-{number}@registry.example>"]
    assert stored(database).last_error == ""


def test_the_console_shows_the_words(
    database: Database, people: People, here: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    put(database, people)
    mail.send_outbox(database, here.model_copy(update={"mail": MailBackend.CONSOLE}), NOW)
    assert "第 3 项缺少数据" in capsys.readouterr().out
