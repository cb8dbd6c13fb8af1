"""Send the outbox: to the console, to files, or by SMTP.

A message is claimed in one transaction, sent, and marked in a second one. A worker that dies in
between leaves a claim that runs out; the message is then sent again under the same Message-ID (and
into the same file), so that the receiver still has it once.
"""

import smtplib
import ssl
import sys
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from registry import paths
from registry.config import MailBackend, Settings
from registry.db import Database
from registry.models import OutboxMessage
from registry.operations.message import claim_message, mark_failed, mark_sent

BATCH = 20
_TIMEOUT_SECONDS = 30

log = structlog.get_logger()


@cache
def _frame() -> Template:
    """Plain text, so nothing is escaped: what a reader would see as markup was never markup."""
    environment = Environment(
        loader=FileSystemLoader(paths.TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - text/plain
    )
    return environment.get_template("email/message.txt")


def composed(message: OutboxMessage, settings: Settings) -> EmailMessage:
    """The mail as it goes out. Its Message-ID depends on the row alone."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    mail = EmailMessage()
    english = message.language == "en"
    issuer = settings.issuer_name_en if english else settings.issuer_name_zh
    mail["From"] = settings.mail_from
    mail["To"] = message.to_address
    mail["Subject"] = f"[{issuer}] {_one_line(message.subject)}"
    mail["Date"] = format_datetime(message.created_at)
    mail["Message-ID"] = f"<outbox-{message.id}@{host}>"
    mail["Content-Language"] = "en" if english else "zh-CN"
    mail["Auto-Submitted"] = "auto-generated"
    text = _frame().render(
        language=message.language,
        body=message.body,
        issuer_zh=settings.issuer_name_zh,
        issuer_en=settings.issuer_name_en,
        base_url=settings.base_url,
    )
    mail.set_content(text)
    return mail


def _one_line(text: str) -> str:
    """A name with a line break in it must not become a header of its own."""
    return " ".join(text.split())


def _to_console(mail: EmailMessage, _message: OutboxMessage, _settings: Settings) -> None:
    text = mail.get_content()
    sys.stdout.write(f"--- mail to {mail['To']}: {mail['Subject']}\n{text}---\n")
    sys.stdout.flush()


def _to_file(mail: EmailMessage, message: OutboxMessage, settings: Settings) -> None:
    """One file a message, named by its number: written twice it is still one."""
    folder = settings.outbox_folder
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{message.id:08d}.eml"
    draft = Path(f"{path}.part")
    draft.write_bytes(mail.as_bytes())
    draft.replace(path)


def _by_smtp(mail: EmailMessage, _message: OutboxMessage, settings: Settings) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_TIMEOUT_SECONDS) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password)
        server.send_message(mail)


_SENDERS: dict[MailBackend, Callable[[EmailMessage, OutboxMessage, Settings], None]] = {
    MailBackend.CONSOLE: _to_console,
    MailBackend.FILE: _to_file,
    MailBackend.SMTP: _by_smtp,
}


def send_outbox(database: Database, settings: Settings, now: datetime) -> int:
    """Send what is due, a batch at a time; gives how many messages were tried."""
    tried = 0
    while tried < BATCH:
        with database.write() as session:
            message = claim_message(session, now=now)
        if message is None:
            break
        tried += 1
        _send(database, settings, message, now)
    return tried


def _send(database: Database, settings: Settings, message: OutboxMessage, now: datetime) -> None:
    try:
        _SENDERS[settings.mail](composed(message, settings), message, settings)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.warning(
            "mail not sent", message=message.id, attempts=message.attempts, error=str(error)
        )
        with database.write() as session:
            mark_failed(session, message_id=message.id, error=_cause(error), now=now)
        return
    with database.write() as session:
        mark_sent(session, message_id=message.id, now=now)


def _cause(error: Exception) -> str:
    """What went wrong, without the receiver's address, which a server's answer often repeats."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"{type(error).__name__} {codes}"
    return (
        f"{type(error).__name__}: {error}" if isinstance(error, OSError) else type(error).__name__
    )
