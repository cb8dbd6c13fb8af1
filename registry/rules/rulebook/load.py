"""Files to a rulebook: read, put together, checked; every mistake at once or none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from registry.rules.rulebook import Rulebook, digest
from registry.rules.rulebook.check import check_whole
from registry.rules.rulebook.declarations import Bilingual
from registry.rules.rulebook.mistakes import Mistakes, Place
from registry.rules.rulebook.read import Declared, read_files
from registry.rules.rulebook.section import Section

EXAMPLES = (
    "examples"  # files of this stem hold worked examples only; a web process never parses them
)


def parse(files: Mapping[str, bytes], *, released: bool = False) -> Rulebook:
    """The rulebook of these TOML files, or `RulebookInvalid` with all mistakes.

    A released one was checked when it was released and is only read. Worked examples are run
    by `registry.rules.trial.examine`, which needs the score.
    """
    book, mistakes = gather(files, released=released)
    mistakes.raise_if_any()
    return book


def gather(files: Mapping[str, bytes], *, released: bool = False) -> tuple[Rulebook, Mistakes]:
    """The rulebook as far as it can be read, and every mistake so far."""
    texts, mistakes = _texts(files)
    wanted = {name: text for name, text in texts.items() if not name.startswith(EXAMPLES)}
    declared, places = read_files(wanted, mistakes)
    if len(declared["rulebook"]) != 1:
        mistakes.add(Place("rulebook.toml", "rulebook"), "missing_key", "[rulebook]")
        mistakes.raise_if_any()
    head = _head(declared["rulebook"][0])
    book = _put_together(head, declared, texts, digest(files))
    if not released:
        check_whole(book, places, mistakes)
    return book, mistakes


def _head(s: Section) -> dict[str, Any]:
    """The `[rulebook]` table: who it is, since when, and how much must be answered for a grade."""
    coverage = s.number("coverage_for_a_grade_percent", needed=True) or Decimal(0)
    head = {
        "id": s.id(),
        "version": s.text("version", True),
        "name": s.names(),
        "valid_from": s.day("valid_from", True) or date.min,
        "learned": s.day("learned"),
        "coverage_bp": int(coverage * 100),
        "note": s.names("note", needed=False) or Bilingual(),
    }
    s.close()
    return head


def _texts(files: Mapping[str, bytes]) -> tuple[dict[str, str], Mistakes]:
    texts: dict[str, str] = {}
    mistakes = Mistakes(texts)
    for name in sorted(files):
        try:
            texts[name] = files[name].decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as why:
            mistakes.add(Place(name, ""), "not_utf8", str(why.start))
    return texts, mistakes


def _put_together(
    head: Mapping[str, Any], declared: Declared, texts: Mapping[str, str], sha256: str
) -> Rulebook:
    def of(section: str) -> tuple[Any, ...]:
        return tuple(declared[section])

    return Rulebook(
        **head,
        sha256=sha256,
        kinds=of("kind"),
        steps=of("step"),
        units=of("unit"),
        categories=of("category"),
        inputs=of("input"),
        constants=of("constant"),
        groups=of("group"),
        scales=of("scale"),
        lookups=of("lookup"),
        values=of("value"),
        curves=of("curve"),
        rules=of("rule"),
        grades=of("grade"),
        caps=of("cap"),
        benefits=of("benefit"),
        checks=of("check"),
        read_texts=lambda: texts,
    )
