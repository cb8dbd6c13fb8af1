"""Finds and loads the rulebooks that were released with the product: one folder each, one a version."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date
from functools import cache

from registry.rules.rulebook import Rulebook, RulebookId
from registry.rules.rulebook.sealing import unseal

HERE = os.path.dirname(__file__)  # noqa: PTH120  (pathlib takes longer to import than a score)
DEFAULT = "low-carbon"
SEAL = "sealed.json"


class NoRulebookInForce(LookupError):
    """No released version was valid on that day."""

    def __init__(self, on: date) -> None:
        super().__init__(on.isoformat())
        self.on = on


@cache
def released() -> tuple[RulebookId, ...]:
    """Every released version, oldest first within a rulebook."""
    found = []
    for id in os.listdir(HERE):  # noqa: PTH208
        folder = os.path.join(HERE, id)  # noqa: PTH118
        if os.path.isdir(folder):  # noqa: PTH112
            versions = os.listdir(folder)  # noqa: PTH208
            found += [RulebookId(id, v) for v in versions if "rulebook.toml" in _names(id, v)]
    return tuple(sorted(found))


def _names(id: str, version: str) -> list[str]:
    folder = os.path.join(HERE, id, version)  # noqa: PTH118
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []  # noqa: PTH112, PTH208


def _read(id: str, version: str, name: str) -> bytes:
    with open(os.path.join(HERE, id, version, name), "rb") as file:  # noqa: PTH118, PTH123
        return file.read()


def files(id: str, version: str) -> dict[str, bytes]:
    """The bytes of a released version by file name; what its digest is taken over."""
    if RulebookId(id, version) not in released():
        raise LookupError(f"{id} {version}")
    names = [name for name in _names(id, version) if name.endswith(".toml")]
    return {name: _read(id, version, name) for name in names}


@cache
def load(id: str, version: str) -> Rulebook:
    """A released version, read once a process: from its seal, or from its files if they differ."""
    content = files(id, version)
    if SEAL in _names(id, version):
        sealed = _read(id, version, SEAL).decode()
        book = unseal(sealed, content, lambda: _texts(content))
        if book is not None:
            return book
    from registry.rules.rulebook.load import parse

    return parse(content, released=True)


def _texts(content: Mapping[str, bytes]) -> dict[str, str]:
    return {name: data.decode().replace("\r\n", "\n") for name, data in content.items()}


def in_force(on: date, id: str = DEFAULT) -> Rulebook:
    """The newest version that was valid on that day."""
    books = [load(*each) for each in released() if each.id == id]
    valid = [book for book in books if book.valid_from <= on]
    if not valid:
        raise NoRulebookInForce(on)
    return max(valid, key=lambda book: (book.valid_from, book.version))
