"""What the name of a rulebook stands for: a folder, `id@version`, or `#12` of this registry's desk."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from registry.cli.acting import database

if TYPE_CHECKING:
    from registry.rules.rulebook import Mistake, Rulebook


def files_of(name: str) -> dict[str, bytes]:
    if Path(name).is_dir():
        return folder_of(Path(name))
    from registry import rulebooks

    id, _, version = name.partition("@")
    if (id, version) in rulebooks.released():
        return rulebooks.files(id, version)
    from registry.queries import rulebook as queries

    try:
        with database().read() as session:
            if name.startswith("#"):
                found = queries.files_of(session, number_of(name))
                if found:
                    return found
            return queries.files(session, id, version)
    except LookupError:
        raise click.BadParameter(f"no folder, and no version of this registry: {name}") from None


def is_of_registry(name: str) -> bool:
    """Whether only a registry knows what the name stands for."""
    from registry import rulebooks

    id, _, version = name.partition("@")
    return not Path(name).is_dir() and (id, version) not in rulebooks.released()


def folder_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}


def number_of(name: str) -> int:
    digits = name.removeprefix("#")
    if not digits.isdigit():
        raise click.BadParameter(f"{name} is no number of a version")
    return int(digits)


def examined(files: dict[str, bytes]) -> tuple[Rulebook | None, Iterable[Mistake]]:
    from registry.rules.rulebook import RulebookInvalid
    from registry.rules.trial import examine

    try:
        return examine(files), ()
    except RulebookInvalid as invalid:
        return None, invalid.mistakes


def book_of(name: str) -> Rulebook:
    """The rulebook, whatever its examples say; its other mistakes end the command."""
    from registry.rules.rulebook import RulebookInvalid
    from registry.rules.rulebook.load import parse

    try:
        return parse(files_of(name))
    except RulebookInvalid as invalid:
        for one in invalid.mistakes:
            click.echo(str(one), err=True)
        raise click.exceptions.Exit(1) from None
