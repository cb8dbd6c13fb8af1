"""`registry parcel …`: many certificates in one ZIP, put together and checked."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from registry.config import Settings, prepare_instance

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def parcel() -> None:
    """Pack certificates into one ZIP, and check such a ZIP offline."""


@parcel.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--state", default="", help="Only certificates in this state, such as ISSUED.")
@click.option("--zone", default="", help="Only those of one zone.")
@click.option("--sample", "sample_size", default=0, show_default=True, help="Cases to add in full.")
@click.option("--seed", default="", help="Draws the sample; the same seed draws the same cases.")
def write(path: Path, state: str, zone: str, sample_size: int, seed: str) -> None:
    """Write the selected certificates to PATH, their signed list first."""
    from registry.db import Database
    from registry.operations import parcel as parcels
    from registry.queries.certificate import Filters

    settings = prepare_instance(Settings())
    with Database(settings.database_url).read() as session:
        made = parcels.gather(
            session, settings, filters=Filters(state=state, zone=zone), sample_size=sample_size,
            seed=seed, now=datetime.now(UTC),
        )  # fmt: skip
    partial = path.with_suffix(path.suffix + ".part")
    with partial.open("wb") as file:
        for piece in made.stream():
            file.write(piece)
    partial.rename(path)
    click.echo(f"{path}: {len(made.entries)} files, {path.stat().st_size / 1e6:.1f} MB")


@parcel.command()
@click.argument("path", type=_FILE)
@click.option(
    "--anchor", "anchors", multiple=True, type=_FILE,
    help="PEM file with the issuer's root certificate; without it the issuer stays untrusted.",
)  # fmt: skip
@click.pass_context
def verify(context: click.Context, path: Path, anchors: tuple[Path, ...]) -> None:
    """Check the ZIP at PATH: its list, every file's digest, each certificate's signature.

    Exit code: 0 all holds and the issuer is known by --anchor · 1 refused · 3 all holds, issuer
    untrusted. Pages and scores are checked by `registry certificate verify`.
    """
    from cryptography import x509

    from registry.documents import parcel as checking

    try:
        trusted = [c for a in anchors for c in x509.load_pem_x509_certificates(a.read_bytes())]
        found = checking.verify(path, trusted)
    except checking.ParcelRefused as refused:
        click.echo(f"refused: {refused}")
        context.exit(1)
    except ValueError:
        raise click.BadParameter("not a PEM certificate", param_hint="--anchor") from None
    opened = found.opened
    click.echo(f"made {opened.made_at:%Y-%m-%d %H:%M} UTC, signer {opened.fingerprint}")
    click.echo(f"{len(opened.entries)} files, {found.certificates} certificates intact")
    if opened.sample.get("numbers"):
        numbers = opened.sample["numbers"]
        click.echo(f"sample of {len(numbers)}, seed {opened.sample['seed']}")
    for fault in found.faults:
        click.echo(f"  ✗ {fault}")
    known = opened.anchor is not None and found.trusted == found.certificates
    click.echo("refused" if found.faults else "holds" if known else "holds; issuer untrusted")
    context.exit(1 if found.faults else 0 if known else 3)
