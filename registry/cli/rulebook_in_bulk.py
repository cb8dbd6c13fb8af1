"""`registry rulebook sql` and `score`: a rulebook over any number of rows, here or elsewhere."""

from __future__ import annotations

import json
import os
import sys
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.days import AS_OF
from registry.cli.installed import Installed, in_short, spark_or_words
from registry.cli.named import book_of, is_of_registry
from registry.cli.sole import sole

if TYPE_CHECKING:
    from registry.bulk.scoring import Plan

SIZES = ("lean", "compact", "full")
SIZE = click.option(
    "--size",
    type=click.Choice(SIZES),
    default="compact",
    show_default=True,
    help="lean: verdict, grade, points. compact: with every rule. full: with every derived value.",
)


@click.command()
@click.argument("name", default="")
@click.option(
    "--dialect", type=click.Choice(["duckdb", "sqlite", "postgresql", "spark"]), default="duckdb"
)
@SIZE
@click.option("--source", default="book", show_default=True, help="Table with the rows to score.")
@AS_OF
@click.option("--columns", is_flag=True, help="Only the CREATE TABLE that SOURCE must look like.")
def sql(name: str, dialect: str, size: str, source: str, day: date, columns: bool) -> None:
    """Print NAME (else the rulebook in force) as one SQL query, with the reference data of this
    installation.

    It scores every row of a table; nothing of this program is needed where it runs.
    """
    from registry.bulk.scoring import sql as query
    from registry.queries.in_place import columns_sql

    plan = _plan(name, day)
    if columns:
        click.echo(f"CREATE TABLE {source} ({columns_sql(plan.inputs, dialect)});")
        return
    click.echo(f"-- {json.dumps(plan.pin(), sort_keys=True)}")
    click.echo(query(plan, dialect, source=source, size=size) + ";")


@click.command()
@click.argument("book", type=click.Path(exists=True, path_type=Path))
@click.argument("result", type=click.Path(path_type=Path))
@click.option("--by", "name", default="", help="The rulebook; else the one in force.")
@click.option(
    "--engine",
    type=click.Choice(["duckdb", "python", "spark", "spark-sql"]),
    default="duckdb",
    show_default=True,
    help="The results are the same. Both of Spark write a folder.",
)
@click.option(
    "--master",
    default="local[*]",
    show_default=True,
    help="For spark: the cluster, e.g. spark://host:7077, yarn, local-cluster[2,1,1024].",
)
@SIZE
@AS_OF
@click.option(
    "--memory-mib",
    type=click.IntRange(min=64),
    default=256,
    show_default=True,
    help="For duckdb, at most.",
)
@click.option(
    "--threads",
    type=click.IntRange(min=1),
    default=os.cpu_count() or 1,
    show_default=True,
    help="For duckdb.",
)
@click.option("--replace", is_flag=True, help="Put the result in the place of an older one.")
def score(
    book: Path,
    result: Path,
    name: str,
    day: date,
    replace: bool,
    **how: Any,
) -> None:
    """Score BOOK, a Parquet file or a folder of them, into RESULT; what it was made by is put beside.

    The book has the columns that `sql --columns` prints; loan books as banks write them are for
    `screen-portfolio`. A book larger than memory streams. Progress goes to standard error.
    """
    began, pins = time.monotonic(), result.parent / f"{result.stem}-pins.json"
    with sole(result):
        _refuse_place(book, result, pins, replace)
        plan = _plan(name, day)
        if how["engine"].startswith("spark"):
            spark_or_words(how["master"], how["engine"] == "spark-sql")
        told = _scored(plan, book, result, how)
        pins.write_text(json.dumps(told, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    click.echo(f"{told['rows']:,} rows scored, {time.monotonic() - began:.1f} s")
    click.echo(f"result: {result}")
    click.echo(f"what it was made by: {pins}")


def _refuse_place(book: Path, result: Path, pins: Path, replace: bool) -> None:
    """A result stands beside its book, and takes the place of an earlier result at most."""
    place, source = result.resolve(), book.resolve()
    if place == source or source in place.parents or place in source.parents:
        raise click.ClickException("BOOK and RESULT would lie in one another: name another place")
    if result.is_dir() and not pins.is_file():
        raise click.ClickException(f"{result} is a folder that no run of this command wrote")
    for path in (result, pins):
        if path.exists() and not replace:
            raise click.ClickException(f"{path} is there already: --replace puts a new one there")


def _scored(plan: Plan, book: Path, result: Path, how: dict[str, Any]) -> dict[str, Any]:
    """What the result was made by; an error of the book ends the command in a line."""
    import duckdb

    from registry.bulk.scoring import RowsRefused, score_file
    from registry.bulk.scoring.spark import errors

    try:
        given = _digests(book)
        rows = score_file(plan, book, result, progress=_Telling(), **how)
        made = _digests(result)
    except RowsRefused as refused:
        raise click.ClickException(_refusal_words(refused)) from None
    except (OSError, ValueError, RuntimeError, duckdb.Error, *errors()) as why:
        raise click.ClickException(in_short(why)) from None
    told = {"engine": how["engine"], "size": how["size"], "rows": rows, **plan.pin()}
    return told | {"book_sha256": given, "result_sha256": made}


def _plan(name: str, day: date) -> Plan:
    from registry.bulk.scoring import plan_for

    with Installed() as installed:
        if name and is_of_registry(name) and installed.session is None:
            raise click.BadParameter(f"no folder, and there is no registry here: {name}")
        book = book_of(name) if name else installed.rulebook(day)
        return plan_for(book, day, installed.reference())


def _digests(book: Path) -> dict[str, str]:
    """SHA-256 of each file of a book, by its name in the folder."""
    from registry.bulk.scoring.parts import parts_of
    from registry.jobs.book_files import sha256_of

    above = book.absolute() if book.is_dir() else book.absolute().parent
    return {str(part.relative_to(above)): sha256_of(part) for part in parts_of(book)}


class _Telling:
    """Percent done and seconds left, once for each percent."""

    def __init__(self) -> None:
        self.began, self.told = time.monotonic(), -1

    def __call__(self, share: float) -> None:
        percent = int(share * 100)
        if percent == self.told:
            return
        self.told = percent
        seconds = time.monotonic() - self.began
        left = f", {seconds / share - seconds:.0f} s left" if share else ""
        end = "\r" if sys.stderr.isatty() and share < 1 else "\n"
        click.echo(f"{percent} %{left}{end}", nl=False, err=True)


def _refusal_words(refused: Any) -> str:
    """What is wrong, where, and what to do; nothing was written."""
    rows = f"{refused.count:,} row{'s' if refused.count != 1 else ''}"
    some = f" (row_id {', '.join(map(str, refused.row_ids))})" if refused.row_ids else ""
    words = {
        "no_column": f"the book has no column {refused.column}",
        "no_row_id": f"{rows} without row_id",
        "unknown_kind": f"{rows} of a kind that the rulebook does not know{some}",
        "outside_its_limits": f"{rows} with a number that {refused.column} does not take{some}",
    }
    return f"{words[refused.code]}: nothing was written. `registry rulebook sql --columns` prints the columns"
