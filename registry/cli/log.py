"""`registry audit checkpoint | check | cosign | witness`: the public log, from both its ends."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from registry.config import Settings, prepare_instance


def _key(text: str) -> Any:
    from registry.rules.note import NoteInvalid, parse_key

    try:
        return parse_key(text)
    except NoteInvalid as problem:
        raise click.BadParameter(f"{problem}", param_hint="--key") from None


@click.command()
@click.option("--size", type=int, help="The signed head of this size instead of the newest.")
def checkpoint(size: int | None) -> None:
    """Take all events into the public log and print its signed head, to be kept elsewhere."""
    from registry.db import Database
    from registry.operations import log as operations
    from registry.queries import log as queries

    settings = prepare_instance(Settings())
    database = Database(settings.database_url)
    with database.write() as session:
        operations.grow(session, key=operations.log_key(settings), now=datetime.now(UTC))
    with database.read() as session:
        try:
            click.echo(queries.checkpoint(session, size).decode(), nl=False)
        except queries.NotYet:
            raise click.ClickException("no head of that size was signed") from None


@click.command()
@click.argument("kept", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--log", "where", required=True, help="The log's address, or its download.")
@click.option("--key", "key_text", required=True, help="The log's key, as NAME+ID+KEY.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
def check(kept: Path, where: str, key_text: str, lang: str) -> None:
    """Hold the log to KEPT, a head that was kept: was anything before it rewritten or dropped?

    Needs no database and no account. Ends with status 1 if the log is not as it was.
    """
    from registry.documents import log_reading

    held = log_reading.compare(kept.read_bytes(), _key(key_text), log_reading.opened(where))
    click.echo(getattr(held.words, lang))
    sys.exit(0 if held.holds else 1)


@click.command()
@click.option("--log", "where", required=True, help="The log's address, or its download.")
@click.option("--key", "key_text", required=True, help="The log's key, as NAME+ID+KEY.")
@click.option("--name", required=True, help="The witness's own name, e.g. its domain.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("witness"),
    show_default=True,
    help="Where the witness keeps its key and the last head that it saw.",
)
def cosign(where: str, key_text: str, name: str, folder: Path) -> None:
    """As a witness: check that the log only grew since last time, and sign its head too.

    The first time there is nothing to compare with, and the head is taken as it is. Prints the
    head with the new line, and brings it to the log where that has an address.
    """
    from registry.documents import ed25519, log_reading
    from registry.rules.note import Kind, VerifierKey

    log_key = _key(key_text)
    fetch = log_reading.opened(where)
    own = ed25519.ensure(folder, "key", name=name)
    witness = VerifierKey(own.name, own.public, Kind.COSIGNATURE)
    last = folder / f"{log_key.key_id.hex()}.checkpoint"
    head = fetch("checkpoint")
    if last.is_file():
        held = log_reading.compare(last.read_bytes(), log_key, log_reading.at(head, fetch))
        if not held.holds:
            click.echo(held.words.en, err=True)
            sys.exit(1)
    at = int(datetime.now(UTC).timestamp())
    signed = log_reading.cosign(head, log_key, witness, own.sign, at=at)
    last.write_bytes(head)
    click.echo(signed.decode(), nl=False)
    click.echo(f"witness key: {witness}", err=True)
    if where.startswith(("https://", "http://")):
        _bring(f"{where.rstrip('/')}/cosignatures", signed)


def _bring(address: str, signed: bytes) -> None:
    from urllib.error import HTTPError, URLError
    from urllib.request import Request, urlopen

    asked = Request(address, data=signed, headers={"Content-Type": "text/plain"})  # noqa: S310
    try:
        with urlopen(asked, timeout=60):  # noqa: S310
            click.echo("taken in by the log", err=True)
    except HTTPError as problem:
        said = problem.read(500).decode("utf-8", "replace").strip()
        click.echo(f"not taken in by the log: {said}", err=True)
    except URLError as problem:
        click.echo(f"the log could not be reached: {problem.reason}", err=True)


@click.command()
@click.argument("signed", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def witness(signed: Path) -> None:
    """Take in SIGNED, a head that a witness signed and sent some other way."""
    from registry.db import Database
    from registry.operations import log as operations

    settings = prepare_instance(Settings())
    with Database(settings.database_url).write() as session:
        try:
            names = operations.take_cosignatures(
                session,
                signed.read_bytes(),
                witnesses=operations.witness_keys(settings),
                now=datetime.now(UTC),
            )
        except operations.CosignatureRefused as refused:
            raise click.ClickException(str(refused)) from None
    click.echo(", ".join(names))
