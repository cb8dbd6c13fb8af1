"""Runs a rulebook's worked examples: each must come out as it says, to the digit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from registry.rules.answers import cells, check
from registry.rules.reference import ReferenceTables, Table, reference_tables
from registry.rules.rulebook import Rulebook
from registry.rules.rulebook.declarations import Example
from registry.rules.rulebook.environment import Environment
from registry.rules.rulebook.evaluate import shown
from registry.rules.rulebook.examples import read_examples
from registry.rules.rulebook.load import gather
from registry.rules.rulebook.mistakes import Mistakes, Place
from registry.rules.score import assess


def examine(files: Mapping[str, bytes]) -> Rulebook:
    """A rulebook that may be published: whole, and all its examples come out; else every mistake."""
    book, mistakes = gather(files)
    try_examples(book, mistakes)
    mistakes.raise_if_any()
    return book


def try_examples(book: Rulebook, mistakes: Mistakes) -> None:
    """Add a mistake for each example that fails and each rule that has none."""
    places: dict[str, Place] = {}
    examples = read_examples(book.texts, mistakes, places)
    for example in examples:
        place = places[f"example {example.id}"]
        for rule in example.rules:
            if rule not in book.rule_by_id:
                mistakes.add(place, "unknown_rule", rule, "rules")
        for found in differences(book, example):
            mistakes.add(place, "failing_example", found, "expect")
    shown = {rule for example in examples for rule in example.rules}
    for known in book.rule_by_id.values():
        if known.active and known.id not in shown:
            mistakes.add(Place("examples.toml", "example"), "rule_without_example", known.id)


def differences(book: Rulebook, example: Example) -> Iterator[str]:
    """What came out otherwise than the example says: "A1 centipoints: 1399, not 1400"."""
    try:
        came = _came(book, example)
    except (KeyError, ValueError, TypeError, AssertionError) as why:
        yield f"{type(why).__name__}: {why}"
        return
    for section, wanted in example.expect.items():
        parts: Mapping[str, object] = wanted if isinstance(wanted, dict) else {"": wanted}
        for name, value in parts.items():
            got = came[section].get(name)
            if not _alike(got, value):
                yield f"{name} {section}: {got}, not {value}".strip()


def _came(book: Rulebook, example: Example) -> dict[str, dict[str, object]]:
    """Everything that an example may speak of, as the rulebook has it."""
    given, kind, day = example.given, example.kind, example.as_of
    reference = tables_of(example)
    result = assess(book, given, kind=kind, as_of=day, reference=reference)
    env = Environment(book, cells(book, given), kind=kind, as_of=day, reference=reference)
    own = {field: value for field, value in given.items() if _is_applicants(book, field)}
    problems = check(book, kind, own, complete=False, as_of=day)
    values: Mapping[str, object] = example.expect.get("values", {})  # type: ignore[assignment]
    return {
        "values": {name: shown(env.read(name)) for name in values},
        "states": {rule.rule: rule.state for rule in result.rules},
        "centipoints": {rule.rule: rule.got_centipoints for rule in result.rules},
        "problems": {problem.field: problem.code for problem in problems},
        "grade": {"": result.grade},
        "verdict": {"": result.verdict},
        "eligibility": {"": result.eligibility},
        "total_centipoints": {"": result.total_centipoints},
    }


def _is_applicants(book: Rulebook, field: str) -> bool:
    return field in book.input_by_id and book.input_by_id[field].set_by == "applicant"


def _alike(came: object, wanted: object) -> bool:
    """Numbers compare as decimals, whether they were written with or without quotes."""
    if isinstance(wanted, bool):
        return came == ("yes" if wanted else "no")
    if isinstance(wanted, int | Decimal):
        try:
            return Decimal(str(came)) == wanted
        except ArithmeticError:
            return False
    return bool(came == wanted)


def tables_of(example: Example) -> ReferenceTables:
    """The example's own rows, so that it says the same whatever is loaded elsewhere."""
    return reference_tables(
        Table(name, tuple({**_DEFAULTS, **row} for row in rows), example.id)
        for name, rows in example.rows.items()
    )


_DEFAULTS = {"published": "2000-01-01", "status": "verified"}
