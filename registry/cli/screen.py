"""`registry screen FILE`: names of a file against the restricted list of this registry."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from registry.bulk.ingest.reading import Source
    from registry.bulk.screening.columns import Columns
    from registry.bulk.screening.filing import Progress
    from registry.bulk.screening.listing import LoadedList
    from registry.rules.screening import Policy

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=EXISTING)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="CSV, XLSX or Parquet by its ending; FILE-screened.csv.",
)
@click.option("--name", default="", help="Head of the column of names, if it is not recognised.")
@click.option("--name-en", default="", help="Head of the column of English names.")
@click.option("--uscc", default="", help="Head of the column of codes.")
@click.option("--sheet", default="", help="Sheet of a workbook; the first one with rows.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)
@click.option("--restart", is_flag=True, help="Leave what was begun and begin anew.")
def screen(
    file: Path,
    out: Path | None,
    name: str,
    name_en: str,
    uscc: str,
    sheet: str,
    lang: str,
    restart: bool,
) -> None:
    """Screen every row of FILE (CSV, XLSX, Parquet): verdict and reasons a row, in order.

    A run that was stopped goes on where it was when the same command is given again. Beside the output
    OUT.proof.json says on what it stands: list version and hash, engine, policy, times, SHA-256.

    Exit code: 0 done, whatever was found · 1 the file cannot be read · 2 the command makes no sense.
    """
    from registry.bulk.screening.filing import FileScreening, NotTheSame
    from registry.bulk.screening.outputs import FORMATS, TooManyRows

    target = out or file.with_name(f"{file.stem}-screened.csv")
    if target.suffix.lower() not in FORMATS:
        raise click.BadParameter(f"one of {', '.join(FORMATS)}", param_hint="--out")
    if target.resolve() == file.resolve():
        raise click.BadParameter("would write over FILE", param_hint="--out")
    source, columns = _read(file, sheet, name, name_en, uscc)
    policy, listed = _listed()
    job = FileScreening(source, columns, listed, policy, target, lang)
    try:
        proof = job.run(_Line(source.lines - columns.head), restart=restart)
    except NotTheSame as other:
        click.echo(
            f"{target}: another run was begun, with another {other}. --restart begins anew.",
            err=True,
        )
        raise click.exceptions.Exit(2) from None
    except TooManyRows as most:
        click.echo(f"XLSX holds {most} rows; choose CSV or Parquet for --out.", err=True)
        raise click.exceptions.Exit(2) from None
    found = "  ".join(f"{band} {count}" for band, count in proof["verdicts"].items())
    click.echo(f"{proof['rows']} rows  {found}  stops {proof['stops']}")
    click.echo(
        f"list {proof['list_version']} ({proof['entries']} entries, {proof['list_sha256']})"
        f"  engine {proof['engine']}  policy {proof['policy']}"
    )
    click.echo(f"{target}  SHA-256 {proof['output_sha256']}")


def _read(file: Path, sheet: str, name: str, name_en: str, uscc: str) -> tuple[Source, Columns]:
    from registry.bulk.ingest.reading import FileRefused, examine
    from registry.bulk.screening.columns import ColumnUnknown, find_columns
    from registry.words.portfolio import FILES

    try:
        source = examine(file, sheet=sheet)
        return source, find_columns(source, name=name, name_en=name_en, uscc=uscc)
    except FileRefused as refused:
        words = FILES.get(refused.code)
        said = words.en if words is not None else refused.code
        click.echo(f"{file}: {said} {refused.detail}".rstrip(), err=True)
    except ColumnUnknown as unknown:
        heads = " | ".join(head for head in unknown.heads if head)
        click.echo(
            f"{file}: no column is recognised as {unknown.wanted}. Name it with --name. "
            f"There are: {heads}",
            err=True,
        )
    raise click.exceptions.Exit(1)


def _listed() -> tuple[Policy, LoadedList]:
    """The policy and the list that are in force."""
    from registry.bulk.screening.listing import load_list
    from registry.config import Settings, prepare_instance
    from registry.db import Database
    from registry.queries.policy import policy_in_force

    settings = prepare_instance(Settings())
    database = Database(settings.database_url, settings.read_database_url)
    try:
        with database.read() as session:
            policy = policy_in_force(session)
            return policy, load_list(session, policy)
    finally:
        database.dispose()


class _Line:
    """Progress on standard error: one line that renews itself, or one a tenth of the way."""

    def __init__(self, total: int) -> None:
        self.total = max(total, 1)
        self.began = time.monotonic()
        self.first = -1
        self.tenth = 0

    def __call__(self, progress: Progress) -> None:
        if self.first < 0:
            self.first = progress.done
            if progress.done:
                click.echo(f"going on behind row {progress.done}", err=True)
            return
        spent = max(time.monotonic() - self.began, 1e-6)
        rate = (progress.done - self.first) / spent
        left = max(self.total - progress.done, 0) / max(rate, 1e-6)
        hits = progress.done - sum(progress.verdicts.get(band, 0) for band in ("NONE", "UNREAD"))
        text = (
            f"{min(progress.done / self.total, 1):4.0%}  {progress.done:,} of {self.total:,} rows  "
            f"{hits:,} with an alert  {rate:,.0f} rows/s  {left:,.0f} s left"
        )
        tenth = progress.done * 10 // self.total
        if sys.stderr.isatty():
            click.echo(f"\r{text}   ", err=True, nl=progress.done >= self.total)
        elif tenth > self.tenth:
            click.echo(text, err=True)
        self.tenth = tenth
