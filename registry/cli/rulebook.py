"""`registry rulebook …`: check, test, compare, sign rulebooks as files; try and publish them here.

A rulebook is named by a folder of TOML files, by `id@version` (shipped, or published in this
registry) or by `#12` (a version of this registry's desk).
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.cli.acting import acting, database, settings, signer_of
from registry.cli.days import AS_OF, today
from registry.cli.named import book_of, examined, files_of, folder_of, number_of
from registry.cli.rulebook_in_bulk import score, sql

if TYPE_CHECKING:
    from registry.rules.permissions import Actor
    from registry.rules.rulebook import Mistake

LANGUAGE = click.option("--lang", type=click.Choice(["zh", "en"]), default="en", show_default=True)


@click.group()
def rulebook() -> None:
    """Check, test, compare, sign, try and publish rulebooks.

    NAME is a folder of TOML files, id@version, or #number of a version on the desk.
    """


@rulebook.command()
@click.argument("name")
@LANGUAGE
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mistake.")
def check(name: str, lang: str, as_json: bool) -> None:
    """Name every mistake with its file and line; the worked examples are run. Exit code 1 if any."""
    book, mistakes = examined(files_of(name))
    for one in mistakes:
        click.echo(json.dumps(one._asdict(), ensure_ascii=False) if as_json else _said(one, lang))
    if book is None:
        raise click.exceptions.Exit(1)
    if not as_json:
        click.echo(f"{book.id} {book.version}: no mistakes. SHA-256 {book.sha256}")


def _said(mistake: Mistake, lang: str) -> str:
    from registry.words.rulebook import MISTAKES

    words = MISTAKES.get(mistake.code)
    said = getattr(words, lang) if words is not None else mistake.code
    return f"{mistake.file}:{mistake.line}: {mistake.place}: {said} {mistake.found}".rstrip()


@rulebook.command()
@click.argument("name")
@click.option("--rule", "rules", multiple=True, help="Only the examples of this rule.")
@LANGUAGE
def test(name: str, rules: tuple[str, ...], lang: str) -> None:
    """Run the worked examples and say how each comes out. Exit code 1 if one differs."""
    from registry.rules.trial import differences

    book = book_of(name)
    failed = 0
    for example in book.examples:
        if rules and not set(rules) & set(example.rules):
            continue
        wrong = list(differences(book, example))
        failed += bool(wrong)
        click.echo(f"{'✗' if wrong else '✓'} {example.id}  {getattr(example.name, lang)}")
        for line in wrong:
            click.echo(f"    {line}")
    raise click.exceptions.Exit(1 if failed else 0)


@rulebook.command()
@click.argument("before")
@click.argument("after")
@click.option("--no-wording", is_flag=True, help="Leave out what changes words only.")
def diff(before: str, after: str, no_wording: bool) -> None:
    """What changed from BEFORE to AFTER, field by field. Exit code 1 if anything did."""
    from registry.rules.rulebook.compare import differences

    marks = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
    count = 0
    for one in differences(book_of(before), book_of(after)):
        if no_wording and one.wording:
            continue
        count += 1
        place = " ".join(part for part in (one.section, one.id, one.field) if part)
        click.echo(f"{marks[one.what]} {place}: {one.before or '—'} → {one.after or '—'}")
    raise click.exceptions.Exit(1 if count else 0)


@rulebook.command()
@click.argument("name")
@AS_OF
@LANGUAGE
def impact(name: str, day: date, lang: str) -> None:
    """Try NAME over all applications of this registry and say who would change; nothing is kept.

    One tab-separated line for each application that changes, then the sums on stderr.
    """
    from registry.operations.rulebook_impact import try_all

    book = book_of(name)
    tried = changed = 0
    for one in try_all(database(), book, as_of=day):
        tried += 1
        if one.row is None:
            continue
        changed += 1
        row = one.row
        rules = ", ".join(found["rule"] for found in row.rules)
        before = f"{row.before_grade} {row.before_centipoints / 100:.2f}"
        after = f"{row.after_grade} {row.after_centipoints / 100:.2f}"
        click.echo("\t".join([str(row.application_id), before, after, rules, row.problem]))
    click.echo(f"{tried} applications tried, {changed} change", err=True)


@rulebook.command()
@AS_OF
def rescore(day: date) -> None:
    """Score the reserve list again, each project by its own rulebook; nothing is kept.

    One tab-separated line for each project whose grade or points differ from the list: its number,
    grade and points as listed, grade and points now, verdict now; then the sum on stderr.
    """
    from registry.queries.listed_again import listed_again

    differing = 0
    with database().scratch() as session:
        for one in listed_again(session, as_of=day):
            differing += 1
            listed = f"{one.grade} {one.centipoints / 100:.2f}"
            now = f"{one.grade_now} {one.centipoints_now / 100:.2f}"
            click.echo("\t".join([one.list_number, listed, now, one.verdict_now]))
    click.echo(f"{differing} listed projects come out otherwise", err=True)


@rulebook.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def sign(folder: Path) -> None:
    """Sign the files of FOLDER with this installation's key; the signature is laid beside them."""
    from registry.documents.rulebook_signature import FILE_NAME, sign_rulebook

    book = book_of(str(folder))
    envelope = sign_rulebook(
        signer_of(settings()),
        rulebook=book.id,
        version=book.version,
        sha256=book.sha256,
        now=datetime.now(UTC),
    )
    path = folder / FILE_NAME
    path.write_text(json.dumps(envelope, indent=1) + "\n", encoding="utf-8")
    click.echo(f"{path}: {book.id} {book.version} SHA-256 {book.sha256}")


@rulebook.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--signature", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="PEM file of the issuer's root; without it the signer stays untrusted.",
)
def verify(folder: Path, signature: Path | None, anchors: tuple[Path, ...]) -> None:
    """Check the signature over FOLDER, without a network or an account.

    Exit code: 0 intact and signer known by --anchor · 1 refused · 3 intact, signer untrusted.
    """
    from cryptography import x509

    from registry.documents.rulebook_signature import (
        FILE_NAME,
        SignatureRefused,
        verify_rulebook,
    )
    from registry.rules.rulebook import digest

    path = signature or folder / FILE_NAME
    try:
        envelope = json.loads(path.read_text(encoding="utf-8"))
        trusted = [c for a in anchors for c in x509.load_pem_x509_certificates(a.read_bytes())]
        found = verify_rulebook(envelope, sha256=digest(folder_of(folder)), trusted=trusted)
    except (OSError, ValueError, SignatureRefused) as why:
        click.echo(f"refused: {why}", err=True)
        raise click.exceptions.Exit(1) from None
    trust = "signer known" if found.trusted else "signer untrusted unless its anchor is supplied"
    test_key = " · TEST key" if found.is_test else ""
    click.echo(f"{found.rulebook} {found.version}: signature intact, {trust}{test_key}")
    click.echo(f"signed {found.signed_at:%Y-%m-%d %H:%M} UTC by {found.signer}")
    click.echo(f"SHA-256 {found.sha256} · certificate {found.fingerprint}")
    raise click.exceptions.Exit(0 if found.trusted else 3)


@rulebook.command(name="list")
def list_() -> None:
    """Every version in this registry, and which is in force today."""
    from registry.queries import rulebook as queries

    with database().read() as session:
        current = queries.in_force(session, today())
        for one in queries.versions(session):
            number = f"#{one.row.id}" if one.row is not None else "shipped"
            mark = "*" if one.sha256 == current.sha256 else " "
            click.echo(
                f"{mark} {one.id}@{one.version}\t{one.state}\t{one.from_day or ''}\t{number}\t{one.sha256}"
            )


@rulebook.command(name="import")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--by", "mail", required=True, help="Mail address of the rule editor.")
@click.option("--note", default="", help="What changes, and why.")
def import_(folder: Path, mail: str, note: str) -> None:
    """Bring FOLDER to the desk as a draft and ask for its impact."""
    from registry.operations import rulebook as operations
    from registry.operations.rulebook_impact import ask_impact

    now = datetime.now(UTC)

    def act(session: Any, by: Actor) -> None:
        row = operations.import_draft(session, files=folder_of(folder), note=note, by=by, now=now)
        click.echo(f"#{row.id} {row.rulebook_id} {row.version} {row.state}")
        if row.state == "CHECKED":
            ask_impact(session, version_id=row.id, by=by, now=now)

    acting(mail, act)


@rulebook.command()
@click.argument("number")
@click.option("--by", "mail", required=True, help="Mail address of the rule editor.")
@click.option("--reason", required=True)
def propose(number: str, mail: str, reason: str) -> None:
    """Propose version NUMBER of the desk; its impact is known by then."""
    from registry.operations import rulebook as operations

    def act(session: Any, by: Actor) -> None:
        row = operations.propose(
            session, version_id=number_of(number), rationale=reason, by=by, now=datetime.now(UTC)
        )
        click.echo(f"#{row.id} {row.state}")

    acting(mail, act)


@rulebook.command()
@click.argument("number")
@click.option(
    "--from", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="In force from."
)
@click.option("--by", "mail", required=True, help="Mail address of the publisher, not the editor.")
@click.option("--reason", required=True)
def publish(number: str, day: datetime, mail: str, reason: str) -> None:
    """Sign and publish version NUMBER of the desk, in force from a day on."""
    from registry.operations import rulebook as operations

    signer = signer_of(settings())

    def act(session: Any, by: Actor) -> None:
        row = operations.publish(
            session,
            version_id=number_of(number),
            effective_from=day.date(),
            rationale=reason,
            signer=signer,
            by=by,
            now=datetime.now(UTC),
        )
        click.echo(f"#{row.id} {row.rulebook_id} {row.version} in force from {row.effective_from}")

    acting(mail, act)


@rulebook.command()
@click.argument("projects", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--by", "name", default="", help="The rulebook; else the shipped one of that day.")
@LANGUAGE
def explain(projects: Path, name: str, lang: str) -> None:
    """What the projects of a TOML file score, and where they lose points, as a Markdown table."""
    from registry import rulebooks
    from registry.cli.scores_explained import AnswersWrong, table

    book = book_of(name) if name else rulebooks.load(*rulebooks.released()[-1])
    try:
        click.echo(table(projects.read_text(encoding="utf-8"), book, lang), nl=False)
    except AnswersWrong as wrong:
        raise click.ClickException(str(wrong)) from None


@rulebook.command()
@click.argument("name")
@click.argument("pdf", type=click.Path(dir_okay=False, path_type=Path))
def methodology(name: str, pdf: Path) -> None:
    """Print the methodology of NAME in both languages, signed with this installation's key."""
    from registry.jobs.rulebooks import methodology_paper

    pdf.write_bytes(methodology_paper(book_of(name), settings(), datetime.now(UTC)))
    click.echo(str(pdf))


rulebook.add_command(sql)
rulebook.add_command(score)
