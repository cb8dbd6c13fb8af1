"""Mistakes in a rulebook: all of them at once, each with its file, line and place."""

import re
from typing import NamedTuple


class Mistake(NamedTuple):
    """What is wrong where; `code` is put into words by whoever shows it."""

    file: str
    line: int
    place: str  # e.g. "rule A1" or "input capacity_mw"
    code: str
    found: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.place}: {self.code} {self.found}".rstrip()


class RulebookInvalid(ValueError):
    """A rulebook that cannot be used; `mistakes` names every one."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("\n".join(map(str, mistakes)))
        self.mistakes = mistakes


class Place(NamedTuple):
    """Where a declaration stands: enough to point a reader at the line."""

    file: str
    header: str
    number: int = 0  # the how-manieth table of that header in the file
    label: str = ""


_HEADER = r"(?m)^\s*\[+\s*([A-Za-z0-9_.-]+)\s*\]+"


class Mistakes:
    """Collects while reading goes on; the text of the files is searched for lines only on need."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.found: list[Mistake] = []

    def add(self, place: Place, code: str, found: str = "", key: str = "") -> None:
        line = self._line(place, key)
        self.found.append(Mistake(place.file, line, place.label or place.header, code, found))

    def raise_if_any(self) -> None:
        if self.found:
            raise RulebookInvalid(tuple(sorted(set(self.found))))

    def _line(self, place: Place, key: str) -> int:
        text = self.texts.get(place.file, "")
        headers = list(re.finditer(_HEADER, text))
        mine = [n for n, header in enumerate(headers) if header[1] == place.header]
        if place.number >= len(mine):
            return 1
        start = headers[mine[place.number]]
        line = text.count("\n", 0, start.start(1)) + 1
        if not key:
            return line
        later = (h.start() for h in headers[mine[place.number] + 1 :] if h[1] == place.header)
        block = text[start.end() : next(later, len(text))]
        found = re.search(rf"^\s*\[*{re.escape(key)}\b", block, re.MULTILINE)
        return line + block.count("\n", 0, found.end()) if found else line
