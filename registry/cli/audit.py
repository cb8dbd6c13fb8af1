"""`registry audit`: verify the chain, export it, note its head; hold the public log to an old one."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from registry.cli import log
from registry.config import Settings, prepare_instance
from registry.rules import chain


@click.group()
def audit() -> None:
    """Verify, export and note the audit chain."""


def _head(text: str) -> chain.Head:
    """`seq:hash`, as certificates and exports print it."""
    seq, _, digest = text.partition(":")
    if not seq.isdigit() or len(digest) != 64:
        raise click.BadParameter("give a head as SEQ:SHA256, as a certificate prints it")
    return chain.Head(seq=int(seq), hash=digest.lower())


@audit.command()
@click.option("--head", "heads", multiple=True, help="An older head SEQ:SHA256; may be repeated.")
@click.option(
    "--export",
    "exported",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verify a file that `registry audit export` wrote instead of the database.",
)
def verify(heads: tuple[str, ...], exported: Path | None) -> None:
    """Find any changed, inserted, removed or re-ordered event, and name it; and hold the public log
    to the chain.

    Against an older head (--head) a cut tail and a rewritten chain are found too.
    Ends with status 1 if anything is wrong.
    """
    noted = [_head(text) for text in heads]
    public: list[str] = []
    if exported is not None:
        report = chain.verify(_read_export(exported), noted)
    else:
        from registry.db import Database
        from registry.queries import audit as queries
        from registry.queries import log as log_queries

        database = Database(prepare_instance(Settings()).database_url)
        with database.read() as session:
            report = queries.verify(session, noted)
            public = log_queries.disagreements(session)
    for finding in report.findings:
        click.echo(f"event {finding.seq}: {finding.fault.value} {finding.detail}".rstrip())
    faults = sum(report.faults.values())
    if faults > len(report.findings):
        click.echo(f"... and {faults - len(report.findings)} more")
    state = "intact" if report.intact else f"NOT intact, {faults} faults"
    click.echo(
        f"{report.events} events, chain {state}; head {report.head.seq}:{report.head.hash}; "
        f"{report.heads_checked} noted heads checked"
    )
    for said in public:
        click.echo(f"public log: {said}")
    sys.exit(0 if report.intact and not public else 1)


def _read_export(path: Path) -> Iterator[chain.StoredEvent]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                yield chain.from_line(line)
            except (KeyError, TypeError, ValueError) as problem:
                raise click.ClickException(f"line {number} is no event: {problem}") from None


@audit.command()
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export(path: Path) -> None:
    """Write the whole chain, one JSON line an event, for verifying elsewhere."""
    from registry.db import Database
    from registry.queries import audit as queries

    database = Database(prepare_instance(Settings()).database_url)
    count = 0
    with database.read() as session, path.open("w", encoding="utf-8") as out:
        for event in queries.stored_events(session):
            out.write(chain.to_line(event))
            count += 1
    click.echo(f"{count} events written to {path}")


@audit.command()
def head() -> None:
    """Print the head SEQ:SHA256; keep it somewhere else, to find a cut tail later."""
    from registry.db import Database
    from registry.queries import audit as queries

    database = Database(prepare_instance(Settings()).database_url)
    with database.read() as session:
        found = queries.head(session)
    click.echo("empty" if found is None else f"{found.seq}:{found.hash}")


for command in (log.checkpoint, log.check, log.cosign, log.witness):
    audit.add_command(command)
