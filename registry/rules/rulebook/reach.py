"""What each rule and benefit stands on, all the way down: answers, constants, rows."""

from __future__ import annotations

from typing import NamedTuple

from registry.rules.rulebook.expression import Call, Text, Tree, names, walk
from registry.rules.rulebook.program import LookupStep, Program


class Reach(NamedTuple):
    """Names in the order in which they are first needed; `rows` are ids of lookups."""

    values: tuple[str, ...]  # derived values, the nearest first
    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    rows: tuple[str, ...]


def reach(program: Program, start: tuple[str, ...]) -> Reach:
    """Everything that these names read, directly or through values and keys of rows."""
    found: dict[str, dict[str, None]] = {"value": {}, "input": {}, "constant": {}, "row": {}}
    waiting = list(start)
    seen: set[str] = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        if name in program.values:
            found["value"][name] = None
            waiting.extend(read_by(program, program.values[name].tree))
        elif name in program.givens:
            step, _ = program.givens[name]
            found["row"][step.lookup.id] = None
            waiting.extend(_keys(step))
        elif name in program.inputs:
            found["input"][name] = None
        elif name in program.constants:
            found["constant"][name] = None
    parts = (tuple(found[part]) for part in ("value", "input", "constant", "row"))
    return Reach(*parts)


def read_by(program: Program, tree: Tree) -> tuple[str, ...]:
    """The names of an expression, and the choices of the scales that it asks."""
    return names(tree)


def _keys(step: LookupStep) -> list[str]:
    return [name for _, tree in step.keys + step.pins for name in names(tree)]


def scales_of(tree: Tree) -> tuple[str, ...]:
    """The scales that an expression asks for numbers."""
    found = (
        part.parts[0].value
        for part in walk(tree)
        if isinstance(part, Call) and part.name == "table_of" and isinstance(part.parts[0], Text)
    )
    return tuple(dict.fromkeys(found))
