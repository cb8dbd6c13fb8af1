"""`registry screen-portfolio`: a whole loan book through the rules, from file to file."""

import json
import sys
import time
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import click

from registry.cli.days import AS_OF, today
from registry.cli.installed import Installed, spark_or_words
from registry.cli.sole import sole


@click.command("screen-portfolio")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="What the columns are (TOML). Without it they are recognised.",
)
@click.option("--propose", is_flag=True, help="Print the mapping as TOML for correcting, and stop.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Result: .csv, .xlsx or .parquet (default: beside the file, .csv).",
)
@click.option(
    "--engine",
    default="python",
    show_default=True,
    help="Which engine scores: python, duckdb, spark or spark-sql. The results are the same.",
)
@click.option(
    "--master",
    default="local[*]",
    show_default=True,
    help="For spark: the cluster, e.g. spark://host:7077, yarn, local-cluster[2,1,1024].",
)
@AS_OF
@click.option("--kind", default="", help="Kind of project where the book has no column for it.")
@click.option(
    "--settle",
    multiple=True,
    help="What is settled for the whole book, e.g. unknown:G-ELIM or unverified.",
)
@click.option("--basis", default="", help="On what that is based; kept with the result.")
@click.option("--without-list", is_flag=True, help="Do not compare with the restricted list.")
@click.option("--resume", is_flag=True, help="Go on where an earlier call was broken off.")
def screen_portfolio(
    file: Path,
    map_file: Path | None,
    propose: bool,
    out: Path | None,
    engine: str,
    master: str,
    day: date,
    kind: str,
    settle: tuple[str, ...],
    basis: str,
    without_list: bool,
    resume: bool,
) -> None:
    """Green, not green, or a person must look: every loan of FILE, with reason and clause.

    Rulebook, reference data and restricted list are those of this installation. Cells that cannot be
    read are named in a quarantine file beside the result. Progress goes to standard error.
    """  # fmt: skip
    from registry.bulk import ingest
    from registry.jobs.book_files import sha256_of

    if settle and not basis.strip():
        raise click.UsageError("--settle needs --basis: on what is it based?")
    with Installed() as installed:
        book = installed.rulebook(day)
        words = ingest.vocabulary(book)
        try:
            source = ingest.examine(file)
        except ingest.FileRefused as refused:
            raise click.ClickException(_file_words(refused)) from None
        mapping = _mapping(source, words, map_file, kind)
        if propose:
            click.echo(_toml(mapping))
            return
        _refuse_unclear(ingest.check(mapping, words), mapping, words)
        judging, list_pins = _judging(
            installed,
            book,
            day,
            engine=(engine, master),
            settled=frozenset(settle),
            without_list=without_list,
        )
        pins = {
            "file_sha256": sha256_of(file), "mapping": mapping.to_record(), "as_of": day.isoformat(),
            "rulebook": f"{book.id} {book.version}", "rulebook_sha256": book.sha256,
            "reference_sha256": installed.reference().sha256, "engine": engine,
            "settled": sorted(settle), "basis": basis, **list_pins,
        }  # fmt: skip
        _run(
            source,
            mapping,
            words,
            judging,
            out or file.with_name(f"{file.stem}-screened.csv"),
            pins,
            resume,
        )


def _run(
    source: Any, mapping: Any, words: Any, judging: Any, target: Path, pins: Any, resume: bool
) -> None:
    from registry.jobs.book_files import BookFile

    if target.suffix not in (".csv", ".xlsx", ".parquet"):
        raise click.UsageError("--out ends in .csv, .xlsx or .parquet")
    target.parent.mkdir(parents=True, exist_ok=True)
    whole = max(source.lines - mapping.last, 1)
    with sole(target):
        _screen(BookFile(source, mapping, words, judging, target, pins), whole, resume)


def _screen(work: Any, whole: int, resume: bool) -> None:
    """From where it stands to the result; `whole` is how many rows the book has about."""
    from registry.jobs.book_files import OtherBook

    try:
        work.take_up(resume=resume)
    except OtherBook as other:
        raise click.ClickException(
            f"{other} was begun with another file, mapping, rulebook, list or engine; call without --resume to begin anew"
        ) from None
    began, before = time.monotonic(), work.state.read
    if before:
        click.echo(f"going on behind row {work.state.cursor}", err=True)

    def told(state: Any) -> None:
        seconds = time.monotonic() - began
        rate = (state.read - before) / seconds if seconds else 0
        left = (whole - state.read) / rate if rate else 0
        end = "\r" if sys.stderr.isatty() else "\n"
        click.echo(
            f"{state.read:,} of {whole:,} rows, {state.bad:,} not read, {rate:,.0f} a second, {max(left, 0):.0f} s left{end}",
            nl=False,
            err=True,
        )

    told(work.state)
    _report(work.run(told), work, time.monotonic() - began)


def _report(state: Any, work: Any, seconds: float) -> None:
    click.echo(f"{state.scored:,} loans screened, {state.bad:,} rows not read, {seconds:.1f} s")
    for dimension in ("verdict", "grade"):
        for value, (loans, balance, *_rest) in sorted(state.totals.get(dimension, {}).items()):
            click.echo(
                f"  {dimension} {value or '-':<18} {loans:>12,} loans  {balance / 100:>22,.2f} yuan"
            )
    whole = state.totals.get("all", {}).get("", [0] * 6)
    click.echo(
        f"  financed abatement {whole[3] / 1e6:,.1f} tCO2e a year, coal {whole[5] / 1e6:,.1f} tce a year (ex ante)"
    )
    click.echo(f"result: {work.target}")
    if work.target.suffix == ".csv":
        click.echo(f"what it was made by: {work.pins}")
    if state.bad:
        click.echo(f"not read: {work.quarantine}")


# -- what columns are ------------------------------------------------------------------------------


def _mapping(source: Any, words: Any, map_file: Path | None, kind: str) -> Any:
    """Recognised; a file says otherwise by head: `[columns."贷款余额"] field = … unit = …`."""
    from dataclasses import replace

    from registry.bulk import ingest
    from registry.bulk.ingest.fields import KIND, fold
    from registry.bulk.ingest.heads import head_at

    told = tomllib.loads(map_file.read_text(encoding="utf-8")) if map_file else {}
    head = head_at(source, *told["head"]) if "head" in told else None
    mapping = ingest.propose(source, words, head=head)
    said = {fold(name): one for name, one in told.get("columns", {}).items()}
    unknown = set(said) - {fold(one.head) for one in mapping.columns}
    if unknown:
        raise click.ClickException(
            f"{map_file}: the book has no column {', '.join(sorted(unknown))}"
        )
    columns = []
    for one in mapping.columns:
        wish = said.get(fold(one.head))
        if wish is not None:
            values = {fold(word): str(meaning) for word, meaning in wish.get("values", {}).items()}
            one = replace(
                one,
                field=wish.get("field", one.field),
                unit=wish.get("unit", one.unit),
                values=values,
            )
        columns.append(one)
    taken = {one.field for one in columns}
    same = {**mapping.same, **{id: str(value) for id, value in told.get("same", {}).items()}}
    if kind:
        same[KIND] = kind
    same = {id: value for id, value in same.items() if id not in taken}
    return replace(mapping, columns=tuple(columns), same=same)


def _toml(mapping: Any) -> str:
    """The mapping as a file for --map."""
    lines = [f"head = [{mapping.first}, {mapping.last}]", ""]
    for one in mapping.columns:
        if one.head:
            lines += [f"[columns.{json.dumps(one.head, ensure_ascii=False)}]"]
            lines += [f'field = "{one.field}"', f'unit = "{one.unit}"', ""]
    lines += ["[same]", *(f'{id} = "{value}"' for id, value in mapping.same.items())]
    return "\n".join(lines)


def _refuse_unclear(problems: Any, mapping: Any, words: Any) -> None:
    from registry.words.portfolio import MAPPING

    if not problems:
        return
    for one in problems:
        kind, _, number = one.place.partition(":")
        column = mapping.columns[int(number) - 1] if kind == "column" else None
        known = words.fields.get(column.field if column else one.place)
        name = known.name.en if known else one.place
        where = f"column {number} “{column.head}”: " if column else ""
        click.echo(where + MAPPING[one.code].en % {"field": name, "detail": one.detail}, err=True)
    raise click.ClickException(
        "the columns are not clear yet: correct what --propose prints and give it as --map"
    )


def _file_words(refused: Any) -> str:
    from registry.words.portfolio import FILES

    return FILES.get(refused.code, FILES["file_broken"]).en % {"detail": refused.detail}


# -- what rows are judged by ----------------------------------------------------------------------


def _judging(
    installed: Installed,
    book: Any,
    day: date,
    *,
    engine: tuple[str, str],
    settled: frozenset[str],
    without_list: bool,
) -> tuple[Any, dict[str, Any]]:
    """What rows are judged by, and the pins of the list; `engine` with its master."""
    from registry.bulk.portfolio import ENGINES, Restricted, Scorer
    from registry.jobs.portfolios import Judging
    from registry.queries.portfolio import restricted_on
    from registry.queries.restriction import newest_list
    from registry.reference.screening import screening_policy

    name, master = engine
    if name not in ENGINES:
        raise click.UsageError(f"no engine {name}; there are {', '.join(ENGINES)}")
    if name in ("spark", "spark-sql"):
        spark_or_words(master, name == "spark-sql")
    policy, entries, reaches, pins = (
        screening_policy(),
        [],
        {},
        {"list_version": 0, "list_sha256": ""},
    )
    if without_list or installed.session is None:
        click.echo("not compared with the restricted list", err=True)
    else:
        entries, reaches = restricted_on(installed.session, today())
        version, sha256 = newest_list(installed.session)
        pins = {"list_version": version, "list_sha256": sha256, "policy": policy.version}
    scorer = Scorer(book, day, installed.reference(), engine=name, master=master)
    return Judging(book, scorer, Restricted(entries, reaches, policy), settled), pins
