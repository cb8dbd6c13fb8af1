"""Settings: frozen, read once from the environment (`REGISTRY_…`) and the instance folder."""

import secrets
from enum import StrEnum
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class Environment(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class MailBackend(StrEnum):
    CONSOLE = "console"
    FILE = "file"
    SMTP = "smtp"


class UnsafeSettings(Exception):
    """Production asked for, but with something in place that only a demo may have."""


class Settings(BaseSettings):
    """Every knob of an installation. Deny by default: what production needs has no default here."""

    model_config = SettingsConfigDict(env_prefix="REGISTRY_", frozen=True, extra="forbid")

    environment: Environment = Environment.DEMO
    debug: bool = False
    instance: Path = Field(default_factory=lambda: Path.cwd() / "instance")
    database_url: str = ""
    read_database_url: str = ""
    secret_key: str = ""
    base_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    secure_cookies: bool = False

    issuer_name_zh: str = "绿色金融项目登记平台（演示）"
    issuer_name_en: str = "Green Project Registry (demonstration)"
    issuer_accent: str = "#14532d"
    issuer_logo: Path | None = None
    seal_text: str = ""
    signing_key: Path | None = None
    signing_key_passphrase: str = ""
    timestamp_url: str = ""

    mail: MailBackend = MailBackend.FILE
    mail_from: str = "registry@localhost"
    smtp_host: str = "localhost"
    smtp_port: int = 25
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True

    notice_working_days: int = 0
    session_hours: int = 12
    lock_after_failures: int = 5
    lock_minutes: int = 15
    upload_limit_bytes: int = 20 * 1024 * 1024
    evidence_limit_files: int = 60
    book_limit_bytes: int = 200 * 1024 * 1024
    argon2_time_cost: int = 3
    argon2_memory_kib: int = 64 * 1024
    rate_limits: bool = True
    rate_limit_storage: str = "memory://"

    @model_validator(mode="after")
    def _fill_from_instance(self) -> Self:
        instance = self.instance.resolve()
        object.__setattr__(self, "instance", instance)
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{instance / 'registry.sqlite3'}")
        if not self.secret_key and (instance / "secret_key").is_file():
            secret = (instance / "secret_key").read_text().strip()
            object.__setattr__(self, "secret_key", secret)
        return self

    @property
    def demo(self) -> bool:
        return self.environment is Environment.DEMO

    @property
    def production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def evidence_folder(self) -> Path:
        return self.instance / "evidence"

    @property
    def documents_folder(self) -> Path:
        return self.instance / "documents"

    @property
    def books_folder(self) -> Path:
        """Loan books as they were brought, by digest."""
        return self.instance / "books"

    @property
    def keys_folder(self) -> Path:
        return self.instance / "keys"

    @property
    def methodology_folder(self) -> Path:
        return self.instance / "methodology"

    @property
    def outbox_folder(self) -> Path:
        return self.instance / "outbox"

    def refuse_unsafe(self) -> None:
        """Stop a production start that still carries anything of a demo. Names every fault at once."""
        faults = []
        if len(self.secret_key) < 32:
            faults.append("no secret key: set REGISTRY_SECRET_KEY or run `registry init`")
        if self.production:
            if self.debug:
                faults.append("debug is on: unset REGISTRY_DEBUG")
            if self.signing_key is None:
                faults.append(
                    "only the TEST signing key: set REGISTRY_SIGNING_KEY to a PKCS#12 file or a signer's TOML"
                )
            if not self.base_url.startswith("https://"):
                faults.append("REGISTRY_BASE_URL must begin with https://")
            if not self.secure_cookies:
                faults.append("set REGISTRY_SECURE_COOKIES=1")
        if faults:
            raise UnsafeSettings("; ".join(faults))


def prepare_instance(settings: Settings) -> Settings:
    """Make the instance folder and a secret key of its own on first start; never overwrite."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    for folder in (
        settings.evidence_folder,
        settings.documents_folder,
        settings.books_folder,
        settings.keys_folder,
        settings.outbox_folder,
    ):
        folder.mkdir(mode=0o700, exist_ok=True)
    secret = settings.instance / "secret_key"
    if not settings.secret_key and not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(48) + "\n")
    if settings.secret_key:
        return settings
    return settings.model_copy(update={"secret_key": secret.read_text().strip()})
