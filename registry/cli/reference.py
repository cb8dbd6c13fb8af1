"""`registry reference …`: check, import, export reference data as files; put imports in force."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.acting import acting, database

if TYPE_CHECKING:
    from registry.reference.importing import ImportPreview
    from registry.rules.permissions import Actor

LANGUAGE = click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_SHOWN = 20
DEFAULTS = ("edition", "source", "document", "published")


def defaults(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for what a file leaves out: edition, publisher, document, day of publication."""
    said = {
        "edition": "Edition, where the file does not say it.",
        "source": "Who published it, where the file does not say it.",
        "document": "Name and number of the document, where the file does not say it.",
        "published": "Day, month or year of publication, where the file does not say it.",
    }
    for name in reversed(DEFAULTS):
        command = click.option(f"--{name}", default="", help=said[name])(command)
    return command


@click.group()
def reference() -> None:
    """Check, import and export zones, codes, catalogues, factors and benchmarks.

    KIND is one of the names that `registry reference kinds` prints.
    """


@reference.command()
def kinds() -> None:
    """What can be imported, with its columns."""
    from registry.reference.importing import KINDS

    for kind in KINDS.values():
        click.echo(f"{kind.name}\t{kind.zh} · {kind.en}\t{', '.join(kind.column_names)}")


@reference.command()
@click.argument("kind")
@click.argument("file", type=FILE)
@defaults
@LANGUAGE
def check(kind: str, file: Path, lang: str, **given: str) -> None:
    """Say what FILE (CSV or XLSX) would change of what is shipped, and every mistake with its row.

    Needs no database. Exit code 1 if there are mistakes.
    """
    from registry.reference.importing import parse_import

    found = parse_import(_known(kind), file.name, file.read_bytes(), defaults=_given(kind, given))
    _told(found, lang)


@reference.command(name="import")
@click.argument("kind")
@click.argument("file", type=FILE)
@defaults
@click.option("--by", "mail", required=True, help="Mail address of the rule editor.")
@click.option("--note", default="", help="What it is, and why.")
@LANGUAGE
def import_(kind: str, file: Path, mail: str, note: str, lang: str, **given: str) -> None:
    """Keep FILE in this registry; another person puts it in force. Refused with its mistakes."""
    from registry.operations import reference as operations

    found = _preview(kind, file, given)
    _told(found, lang)

    def act(session: Any, by: Actor) -> None:
        row = operations.import_rows(
            session,
            kind=kind,
            filename=file.name,
            content=file.read_bytes(),
            note=note,
            defaults=_given(kind, given),
            by=by,
            now=datetime.now(UTC),
        )
        click.echo(f"#{row.id} {row.kind} {row.row_count} {row.state} SHA-256 {row.rows_sha256}")

    acting(mail, act)


@reference.command(name="put-in-force")
@click.argument("number")
@click.option("--by", "mail", required=True, help="Mail address of the publisher, not the editor.")
@click.option("--reason", required=True)
def put_in_force(number: str, mail: str, reason: str) -> None:
    """Let the rules use import NUMBER from now on."""
    from registry.operations import reference as operations

    def act(session: Any, by: Actor) -> None:
        row = operations.put_in_force(
            session, import_id=_number(number), rationale=reason, by=by, now=datetime.now(UTC)
        )
        click.echo(f"#{row.id} {row.kind} {row.state}")

    acting(mail, act)


@reference.command()
@click.argument("kind")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(kind: str, file: Path) -> None:
    """Write the rows in force to FILE (.csv or .xlsx); the file can be imported again."""
    from registry.queries.reference import current_rows
    from registry.reference.importing import export as exported

    _known(kind)
    form: Any = file.suffix.removeprefix(".").lower()
    if form not in ("csv", "xlsx"):
        raise click.BadParameter("the file's name ends in .csv or .xlsx", param_hint="FILE")
    with database().read() as session:
        rows = current_rows(session, kind)
    file.write_bytes(exported(kind, rows, form))
    click.echo(f"{file}: {len(rows)}")


@reference.command()
@click.argument("kind")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def template(kind: str, file: Path) -> None:
    """Write the empty XLSX to fill in, with a sheet that explains each column."""
    from registry.reference.importing import template as empty

    file.write_bytes(empty(_known(kind)))
    click.echo(str(file))


@reference.command()
def verify() -> None:
    """Check every shipped table: digest, keys, editions, provenance of each row. Exit code 1 if not."""
    from registry.reference import ReferenceInvalid, check_everything

    try:
        counts = check_everything()
    except ReferenceInvalid as wrong:
        click.echo(f"refused: {wrong}", err=True)
        raise click.exceptions.Exit(1) from None
    for name, count in counts.items():
        click.echo(f"{name}\t{count}")


def _known(kind: str) -> str:
    from registry.reference.importing import KINDS

    if kind not in KINDS:
        raise click.BadParameter(f"none of {', '.join(sorted(KINDS))}", param_hint="KIND")
    return kind


def _given(kind: str, given: dict[str, str]) -> dict[str, str]:
    from registry.reference.importing import KINDS

    names = KINDS[_known(kind)].column_names
    return {name: value for name, value in given.items() if value and name in names}


def _preview(kind: str, file: Path, given: dict[str, str]) -> ImportPreview:
    from registry.operations.reference import preview

    with database().read() as session:
        return preview(
            session,
            kind=_known(kind),
            filename=file.name,
            content=file.read_bytes(),
            defaults=_given(kind, given),
        )


def _told(found: ImportPreview, lang: str) -> None:
    """Print the preview; mistakes end the command."""
    from registry.words.importing import PROBLEMS

    for one in found.problems:
        said = getattr(PROBLEMS[one.code], lang) % {"detail": one.detail}
        click.echo(f"{found.filename}:{one.row}: {one.column}: {said}", err=True)
    for key in found.added[:MOST_SHOWN]:
        click.echo(f"+ {'/'.join(key)}")
    for change in found.changed[:MOST_SHOWN]:
        cells = "; ".join(f"{name}: {a} → {b}" for name, (a, b) in change.differences.items())
        click.echo(f"~ {'/'.join(change.key)}: {cells}")
    for key in found.removed[:MOST_SHOWN]:
        click.echo(f"- {'/'.join(key)}")
    for short in found.incomplete:
        click.echo(f"! {short.what}: {short.here} of {short.due}")
    click.echo(
        f"{len(found.rows)} rows: {len(found.added)} added, {len(found.changed)} changed, "
        f"{len(found.removed)} removed, {found.unchanged} unchanged; {found.unverified} unverified; "
        f"SHA-256 {found.rows_sha256}"
    )
    if not found.ok:
        raise click.exceptions.Exit(1)


def _number(text: str) -> int:
    digits = text.removeprefix("#")
    if not digits.isdigit():
        raise click.BadParameter(f"{text} is no number of an import")
    return int(digits)
