"""What changed between two rulebooks: declarations added, removed, and field by field altered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from registry.rules.rulebook import Rulebook

ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"

SECTIONS: Mapping[str, str] = {
    "kinds": "kind",
    "steps": "step",
    "units": "unit",
    "categories": "category",
    "inputs": "input",
    "constants": "constant",
    "groups": "group",
    "scales": "scale",
    "lookups": "lookup",
    "values": "value",
    "curves": "curve",
    "rules": "rule",
    "grades": "grade",
    "caps": "cap",
    "benefits": "benefit",
    "checks": "check",
    "examples": "example",
}
HEAD = ("id", "version", "name", "valid_from", "learned", "coverage_bp", "note")
WORDING = ("name", "hint", "why", "note", "origin", "evidence", "label_name")


class Difference(NamedTuple):
    """One difference. `field` is empty where a whole declaration came or went.

    `wording` tells a change of words from one that could change a result.
    """

    what: str
    section: str
    id: str
    field: str
    before: str
    after: str
    wording: bool


def differences(a: Rulebook, b: Rulebook) -> Iterator[Difference]:
    """Section by section, in the order of the rulebook."""
    for field in HEAD:
        before, after = getattr(a, field), getattr(b, field)
        if before != after:
            changed = (CHANGED, "rulebook", b.id, field, text(before), text(after))
            yield Difference(*changed, field in WORDING)
    for attribute, section in SECTIONS.items():
        yield from _section(section, _keyed(getattr(a, attribute)), _keyed(getattr(b, attribute)))


def _keyed(records: tuple[Any, ...]) -> dict[str, Any]:
    """By id; where one id stands several times (periods, kinds), by its place among them."""
    keyed: dict[str, Any] = {}
    for record in records:
        key, n = record.id, 1
        while key in keyed:
            n += 1
            key = f"{record.id}#{n}"
        keyed[key] = record
    return keyed


def _section(
    section: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    for id, record in before.items():
        if id not in after:
            yield Difference(REMOVED, section, id, "", _called(record), "", False)
    for id, record in after.items():
        if id not in before:
            yield Difference(ADDED, section, id, "", "", _called(record), False)
        else:
            yield from _fields(section, id, before[id], record)
    one = ", ".join(id for id in before if id in after)
    other = ", ".join(id for id in after if id in before)
    if section in ("input", "step") and one != other:
        yield Difference(MOVED, section, "", "order", one, other, True)


def _called(record: Any) -> str:
    return text(record.name) if hasattr(record, "name") else str(record.id)


def _fields(section: str, id: str, before: Any, after: Any) -> Iterator[Difference]:
    for field in before._fields:
        one, other = getattr(before, field), getattr(after, field)
        if one != other:
            changed = (CHANGED, section, id, field, text(one), text(other))
            yield Difference(*changed, field in WORDING)


def text(value: Any) -> str:
    """A declared value as one line of text."""
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} = {text(part)}" for name, part in value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        parts = (text(part) for part in value)
        return " / ".join(part for part in parts if part)
    if isinstance(value, tuple | list):
        return ", ".join(text(part) for part in value)
    return str(value)
