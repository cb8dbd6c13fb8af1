"""`registry backup` and `registry restore`."""

import sys
from pathlib import Path

import click

from registry.config import Settings, prepare_instance


@click.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def backup(path: Path) -> None:
    """Write database, evidence, documents and keys into one archive (PATH, a .tar.gz).

    The registry may go on working meanwhile. The archive holds keys: keep it as safe as the registry.
    """
    from registry.db import Database
    from registry.jobs.archive import write_backup

    settings = prepare_instance(Settings())
    manifest = write_backup(settings, Database(settings.database_url), path)
    rows = sum(table["rows"] for table in manifest["tables"].values())
    click.echo(f"{rows} rows and {len(manifest['files'])} files written to {path}")
    if manifest["head"]:
        click.echo("audit head {}:{}".format(*manifest["head"]))


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(path: Path) -> None:
    """Bring a backup back into an EMPTY registry and verify files, rows and the audit chain."""
    from registry.db import Database
    from registry.jobs.archive import BackupInvalid, restore_backup

    settings = Settings()
    settings.instance.mkdir(parents=True, exist_ok=True)
    try:
        report = restore_backup(settings, Database(settings.database_url), path)
    except BackupInvalid as refusal:
        click.echo(f"not restored: {refusal}", err=True)
        sys.exit(1)
    click.echo(f"{report.events} events, chain {'intact' if report.intact else 'NOT intact'}")
    sys.exit(0 if report.intact else 1)
