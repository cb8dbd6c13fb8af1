"""`registry account`: make the first administrator."""

from datetime import UTC, datetime

import click

from registry.config import Settings, prepare_instance


@click.group()
def account() -> None:
    """Accounts, from the command line of the server."""


@account.command("make-admin")
@click.argument("email")
@click.option("--name", default="", help="Name shown; the part before the @ where none is given.")
def make_admin(email: str, name: str) -> None:
    """Give EMAIL an administrator's account and print a one-time link to set its password.

    Repeatable: for an administrator it prints a new link and changes nothing else.
    """
    from registry.db import Database
    from registry.operations.account import DataRefused
    from registry.operations.invitation import make_admin as make
    from registry.rules.people import AccountRefused
    from registry.words.people import REFUSALS

    settings = prepare_instance(Settings())
    database = Database(settings.database_url)
    try:
        with database.write() as session:
            link = make(
                session, email=email, name=name, base_url=settings.base_url, now=datetime.now(UTC)
            )
    except AccountRefused as refused:
        raise click.ClickException(REFUSALS[refused.code].en) from refused
    except DataRefused as refused:
        raise click.ClickException(REFUSALS["email_invalid"].en) from refused
    finally:
        database.dispose()
    click.echo("Open this link within two hours, once:")
    click.echo(link)
