"""What each rule and benefit stands on, all the way down: answers, constants, rows.

Only the branch that was taken counts: a retrofit on the equivalent value does not stand on the
national coal rate, a solar plant not on the factor of natural gas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.rules.rulebook.expression import Call, Choice, Name, Tree, children

if TYPE_CHECKING:
    from registry.rules.rulebook.program import Program


class Plan(NamedTuple):
    """The names that an expression always reads, and its branches by the column of their test."""

    names: tuple[str, ...]
    branches: tuple[tuple[int, Plan, Plan], ...]


class Reach(NamedTuple):
    """Names in the order in which they are first needed; `rows` are ids of lookups."""

    values: tuple[str, ...]
    inputs: tuple[str, ...]
    constants: tuple[str, ...]
    rows: tuple[str, ...]
    shown: tuple[str, ...]  # what an explanation lists: values, inputs, constants


NOTHING = Plan((), ())
MOST_KNOWN = 512  # ways to branch that are remembered of one plan


class _Start(NamedTuple):
    """A plan that was walked (kept, so that its identity stays its own), its tests, what it read."""

    plan: Plan
    tests: tuple[int, ...]
    reaches: dict[tuple[Any, ...], Reach]


def plan(tree: Tree, tests: Mapping[Tree, int]) -> Plan:
    """How to tell, from a computed row, which names an expression has read."""
    match tree:
        case Name(id):
            return Plan((id,) if id != "kind" else (), ())
        case Choice(test, yes, no):
            asked = plan(test, tests)
            branch = (tests[test], plan(yes, tests), plan(no, tests))
            return Plan(asked.names, (*asked.branches, branch))
        case Call("only_if", (test, part)):
            asked = plan(test, tests)
            return Plan(asked.names, (*asked.branches, (tests[test], plan(part, tests), NOTHING)))
        case _:
            return _joined([plan(part, tests) for part in children(tree)])


def _joined(plans: list[Plan]) -> Plan:
    names = dict.fromkeys(name for each in plans for name in each.names)
    return Plan(tuple(names), tuple(branch for each in plans for branch in each.branches))


class Footprints:
    """Walks plans over computed rows; projects that branch alike share what was walked."""

    def __init__(self, program: Program, tests: Mapping[Tree, int]) -> None:
        self.values = {id: plan(step.tree, tests) for id, step in program.values.items()}
        self.lookups = {
            id: (
                step.lookup.id,
                _joined([plan(tree, tests) for _, tree in (*step.keys, *step.pins)]),
            )
            for id, (step, _) in program.givens.items()
        }
        self.inputs = frozenset(program.inputs)
        # By identity: a plan is a deep tuple, and hashing it costs more than walking a rule.
        self._starts: dict[int, _Start] = {}

    def of(self, start: Plan, row: tuple[Any, ...]) -> Reach:
        """Everything that was read, directly or through values and the keys of rows."""
        known = self._starts.get(id(start))
        if known is None:
            known = self._starts[id(start)] = _Start(start, self._all_tests(start), {})
        way = tuple([row[test] for test in known.tests])
        found = known.reaches.get(way)
        if found is None:
            if len(known.reaches) >= MOST_KNOWN:
                known.reaches.clear()
            found = known.reaches[way] = self._walk(start, lambda test: (row[test],))
        return found

    def _all_tests(self, start: Plan) -> tuple[int, ...]:
        """Every condition that could decide what `start` reads."""
        asked: dict[int, None] = {}

        def both(test: int) -> tuple[bool, ...]:
            asked[test] = None
            return True, False

        self._walk(start, both)
        return tuple(asked)

    def _walk(self, start: Plan, went: Callable[[int], tuple[Any, ...]]) -> Reach:
        """Follow the branches that `went` names for each test."""
        values: dict[str, None] = {}
        inputs: dict[str, None] = {}
        constants: dict[str, None] = {}
        rows: dict[str, None] = {}
        waiting = [start]
        for each in waiting:  # grows while it is walked
            for name in each.names:
                if name in self.values:
                    if name not in values:
                        values[name] = None
                        waiting.append(self.values[name])
                elif name in self.lookups:
                    lookup, keys = self.lookups[name]
                    if lookup not in rows:
                        rows[lookup] = None
                        waiting.append(keys)
                elif name in self.inputs:
                    inputs[name] = None
                else:
                    constants[name] = None
            for test, yes, no in each.branches:
                waiting += [yes if met else no for met in went(test) if met is not None]
        shown = (*values, *inputs, *constants)
        return Reach(tuple(values), tuple(inputs), tuple(constants), tuple(rows), shown)
