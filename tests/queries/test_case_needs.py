"""The table of what each guard needs, compared with what the guards' own code looks at."""

import ast
import inspect

from registry.queries.case_needs import BRINGS, EVERYTHING, NEEDS, needed
from registry.rules.lifecycle import APPLICATION, guards
from registry.rules.lifecycle.application import Event

TREE = ast.parse(inspect.getsource(guards))
FUNCTIONS = {node.name: node for node in TREE.body if isinstance(node, ast.FunctionDef)}


def looked_at(name: str, seen: frozenset[str] = frozenset()) -> set[str]:
    """Every attribute of `facts` that a guard reads, itself or through what it calls."""
    found: set[str] = set()
    for node in ast.walk(FUNCTIONS[name]):
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "facts":
            found.add(node.attr)
        called = getattr(node, "id", "") if isinstance(node, ast.Name) else ""
        if called in FUNCTIONS and called not in seen | {name}:
            found |= looked_at(called, seen | {name})
    return found


def test_a_guard_has_read_for_it_whatever_it_looks_at():
    grouped = {fact: group for group, facts in BRINGS.items() for fact in facts}
    for name, groups in NEEDS.items():
        wanted = {grouped[fact] for fact in looked_at(name) if fact in grouped}
        assert wanted <= groups, name


def test_every_guard_of_the_table_is_known_here():
    used = {guard.__name__ for move in APPLICATION.table for guard in move.guards}
    assert used <= NEEDS.keys()


def test_an_unnamed_event_has_everything_read():
    assert needed(None) == EVERYTHING
    assert all(needed(event) <= EVERYTHING for event in Event)
