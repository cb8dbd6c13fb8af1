"""What commands share: this installation's settings, database and key, and acting as a person."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from registry.cli.days import today

if TYPE_CHECKING:
    from registry.config import Settings
    from registry.db import Database
    from registry.documents.signing import Signer


def settings() -> Settings:
    from registry.config import Settings, prepare_instance

    return prepare_instance(Settings())


def database() -> Database:
    from registry.db import Database

    found = settings()
    return Database(found.database_url, found.read_database_url)


def signer_of(found: Settings) -> Signer:
    from registry.documents.signing import load_signer

    return load_signer(
        keys_folder=found.keys_folder,
        key=found.signing_key,
        passphrase=found.signing_key_passphrase,
    )


def acting(mail: str, act: Any) -> None:
    """Run an operation as this person, who needs the role for it; a refusal is said in words."""
    from registry.queries.account import actor_of, person_with_email
    from registry.rules.lifecycle import MoveRefused
    from registry.words.refusals import REFUSALS

    try:
        with database().write() as session:
            person = person_with_email(session, mail)
            if person is None:
                raise click.BadParameter(f"nobody has the address {mail}", param_hint="--by")
            act(session, actor_of(session, person.id, on=today()))
    except MoveRefused as refused:
        words = REFUSALS.get(str(refused.code))
        click.echo(words.en if words is not None else str(refused.code), err=True)
        sys.exit(1)
