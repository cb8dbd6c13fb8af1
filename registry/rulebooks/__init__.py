"""Finds and loads the rulebooks that were released with the product: one folder each, one a version."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

from registry.rules.rulebook import Rulebook, RulebookId
from registry.rules.rulebook.load import parse

HERE = Path(__file__).parent
DEFAULT = "low-carbon"


class NoRulebookInForce(LookupError):
    """No released version was valid on that day."""

    def __init__(self, on: date) -> None:
        super().__init__(on.isoformat())
        self.on = on


@cache
def released() -> tuple[RulebookId, ...]:
    """Every released version, oldest first within a rulebook."""
    found = [
        RulebookId(folder.parent.name, folder.name)
        for folder in HERE.glob("*/*")
        if (folder / "rulebook.toml").is_file()
    ]
    return tuple(sorted(found))


def files(id: str, version: str) -> dict[str, bytes]:
    """The bytes of a released version by file name; what its digest is taken over."""
    if RulebookId(id, version) not in released():
        raise LookupError(f"{id} {version}")
    folder = HERE / id / version
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.toml"))}


@cache
def load(id: str, version: str) -> Rulebook:
    """A released version, read once a process."""
    return parse(files(id, version), released=True)


def in_force(on: date, id: str = DEFAULT) -> Rulebook:
    """The newest version that was valid on that day."""
    books = [load(*each) for each in released() if each.id == id]
    valid = [book for book in books if book.valid_from <= on]
    if not valid:
        raise NoRulebookInForce(on)
    return max(valid, key=lambda book: (book.valid_from, book.version))
