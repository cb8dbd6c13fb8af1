"""`registry certificate …`: check certificates from their files alone."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from cryptography import x509

    from registry.documents.findings import Findings, StatusList

MARKS = {"holds": "✓", "fails": "✗", "open": "?"}
LARGEST_ENTRY = 64 * 1024 * 1024


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
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file with the issuer's root certificate; without it the issuer stays untrusted.",
)
@click.option(
    "--status-list",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Signed status list of the registry; needs --anchor. Without it the state stays unknown.",
)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a certificate.")
@click.pass_context
def verify(
    context: click.Context,
    files: tuple[Path, ...],
    anchors: tuple[Path, ...],
    listed: Path | None,
    lang: str,
    as_json: bool,
) -> None:
    """Check each FILE: a PDF, a folder of PDFs, or a ZIP of them.

    Exit code: 0 intact and issuer known by --anchor · 1 refused · 3 intact, issuer untrusted ·
    4 not a certificate · 5 not in force. Of several files the gravest counts.
    """
    from registry.documents import verification

    trusted = _anchors(anchors)
    states = _states(listed, trusted)
    today = datetime.now(UTC).date()
    gravest = 0
    for name, data in _documents(files):
        found = verification.verify(data, trusted, states, on=today)
        gravest = _graver(gravest, found.exit_code)
        _tell(name, found, lang, as_json)
    context.exit(gravest)


def _anchors(paths: tuple[Path, ...]) -> list[x509.Certificate]:
    from cryptography import x509

    found: list[x509.Certificate] = []
    for path in paths:
        try:
            found.extend(x509.load_pem_x509_certificates(path.read_bytes()))
        except ValueError:
            raise click.BadParameter(
                f"{path} is not a PEM certificate", param_hint="--anchor"
            ) from None
    return found


def _states(path: Path | None, trusted: list[x509.Certificate]) -> StatusList | None:
    if path is None:
        return None
    from registry.documents import status_list

    try:
        return status_list.read(path.read_bytes(), trusted)
    except status_list.StatusListRefused as refused:
        raise click.BadParameter(f"{path}: {refused}", param_hint="--status-list") from None


def _documents(files: tuple[Path, ...]) -> Iterator[tuple[str, bytes]]:
    for path in files:
        if path.is_dir():
            for one in sorted(path.rglob("*.pdf")):
                yield str(one), one.read_bytes()
        elif zipfile.is_zipfile(path) and path.suffix.lower() != ".pdf":
            with zipfile.ZipFile(path) as archive:
                for entry in archive.infolist():
                    if entry.filename.endswith(".pdf") and entry.file_size <= LARGEST_ENTRY:
                        yield f"{path}!{entry.filename}", archive.read(entry)
        else:
            yield str(path), path.read_bytes()


def _graver(one: int, other: int) -> int:
    order = (0, 3, 5, 4, 1)
    return max(one, other, key=order.index)


def _tell(name: str, found: Findings, lang: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": name, **found.plain()}, ensure_ascii=False))
        return
    click.echo(f"{name}  {found.number}")
    for one in found.items:
        click.echo(f"  {MARKS[one.outcome]} {getattr(one.words, lang)}")
    click.echo(f"  {getattr(found.headline, lang)}")
