"""`registry certificate …`: check certificates from their files alone; hand out what that takes."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import click

from registry.config import Settings, prepare_instance

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def certificate() -> None:
    """Check certificates without a network or an account."""


@certificate.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="FILE…"
)
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=_FILE,
    help="PEM file with the issuer's root certificate; without it the issuer stays untrusted.",
)
@click.option(
    "--status-list",
    "listed",
    type=_FILE,
    help="Signed status list of the registry; needs --anchor. Without it the state stays unknown.",
)
@click.option("--openings", type=_FILE, help="The holder's file that opens sealed inputs.")
@click.option("--log", default="", help="The public log's download or address.")
@click.option(
    "--checkpoint", "heads", multiple=True, type=_FILE, help="A head of the log that you kept."
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a certificate.")
@click.pass_context
def verify(
    context: click.Context,
    files: tuple[Path, ...],
    anchors: tuple[Path, ...],
    listed: Path | None,
    openings: Path | None,
    log: str,
    heads: tuple[Path, ...],
    lang: str,
    as_json: bool,
) -> None:
    """Check each FILE: a PDF, a folder of PDFs, or a ZIP of them.

    From the file alone: its signature, its proof of inclusion in the public log, its credential,
    its score computed again by the rulebook inside, and the visible page against the evidence.

    Exit code: 0 intact and issuer known by --anchor · 1 refused · 3 intact, issuer untrusted ·
    4 not a certificate · 5 not in force. Of several files the gravest counts.
    """
    from registry.documents import checking

    try:
        brought = checking.given(
            anchors=anchors, listed=listed, openings=openings, heads=heads, log=log
        )
    except checking.NotGiven as problem:
        raise click.BadParameter(problem.why, param_hint=problem.option) from None
    counts: Counter[int] = Counter()
    gravest = 0
    for name, found in checking.check(files, brought, on=datetime.now(UTC).date()):
        counts[found.exit_code] += 1
        gravest = checking.graver(gravest, found.exit_code)
        click.echo(checking.as_json(name, found) if as_json else checking.told(name, found, lang))
    if not counts:
        click.echo("no PDF there", err=True)
        context.exit(4)
    if sum(counts.values()) > 1 and not as_json:
        click.echo(checking.summed(counts, lang))
    context.exit(gravest)


@certificate.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def verifier(path: Path) -> None:
    """Write the stand-alone verifier to PATH: one file that needs nothing of the registry."""
    from registry.documents import packing

    path.write_bytes(packing.verifier())
    click.echo(f"{path}: python {path.name} certificate.pdf")


@certificate.command(name="status-list")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def status_list(path: Path) -> None:
    """Write the signed status list of today to PATH, for those who check without a network."""
    from registry.db import Database
    from registry.operations import certificate as operations
    from registry.operations import status_list as states

    settings = prepare_instance(Settings())
    with Database(settings.database_url).read() as session:
        signer = operations.signer_of(settings)
        path.write_bytes(states.write(session, signer=signer, now=datetime.now(UTC)))
    click.echo(f"{path} written")
