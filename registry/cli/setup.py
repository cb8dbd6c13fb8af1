"""`registry init` and `registry migrate`."""

import click

from registry.config import Settings, prepare_instance


@click.command()
def init() -> None:
    """Make the instance folder with a secret key and TEST signing keys of its own.

    Repeatable: what is there stays as it is.
    """
    settings = prepare_instance(Settings())
    if settings.signing_key is None:
        from registry.documents.signing import ensure_test_key

        ensure_test_key(settings.keys_folder)
    click.echo(f"instance ready: {settings.instance}")


@click.command()
def migrate() -> None:
    """Upgrade the database to the newest schema. Repeatable."""
    from registry.migrating import upgrade

    settings = prepare_instance(Settings())
    before, after = upgrade(settings.database_url)
    click.echo(f"schema {after}" if before == after else f"schema {before or 'empty'} -> {after}")
