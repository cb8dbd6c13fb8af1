"""For want of whose answer something is missing, and which rows were reached: as truths in the graph.

`assess` walks trees row by row to tell it; here the same walk is written down once as conditions.
"""

from __future__ import annotations

from registry.rules.flow.nodes import TEXT, TRUTH
from registry.rules.flow.reading import Reading
from registry.rules.flow.tables import HIT, ROW_ID, UNVERIFIED
from registry.rules.rulebook.expression import (
    Call,
    Choice,
    Logic,
    Name,
    Number,
    Text,
    Tree,
    Truth,
    children,
)
from registry.rules.rulebook.steps import LookupStep


class Blame:
    """Whether a tree is missing for want of an answer that the applicant is to give."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.graph = reading, reading.graph
        self._names: dict[str, int] = {}

    def of(self, tree: Tree) -> int:
        """A truth that is never missing."""
        graph = self.graph
        match tree:
            case Name(id):
                return self._name(id)
            case Choice(test, yes, no):
                met = self.reading.tree(test)
                return graph.any_of(
                    self.of(test),
                    graph.all_of(graph.is_true(met), self.of(yes)),
                    graph.all_of(graph.is_false(met), self.of(no)),
                )
            case Call("only_if", (test, part)):
                return self._only_if(test, part)
            case Call("given") | Number() | Text() | Truth():
                return graph.no
            case Logic(_, parts):
                missing = graph.missing(self.reading.tree(tree))
                return graph.all_of(missing, graph.any_of(*map(self.of, parts)))
            case _:
                return graph.any_of(*map(self.of, children(tree)))

    def _only_if(self, test: Tree, part: Tree) -> int:
        graph, met = self.graph, self.reading.tree(test)
        found = [self.of(test), graph.all_of(graph.is_true(met), self.of(part))]
        if isinstance(test, Call) and test.name == "given":
            asked = [self._name(name.id) for name in test.parts if isinstance(name, Name)]
            found.append(graph.all_of(graph.is_false(met), graph.any_of(*asked)))
        return graph.any_of(*found)

    def _name(self, id: str) -> int:
        if id not in self._names:
            self._names[id] = self._of_name(id)
        return self._names[id]

    def _of_name(self, id: str) -> int:
        program, graph = self.reading.program, self.graph
        if id in program.inputs:
            if program.inputs[id].set_by != "applicant":
                return graph.no
            return graph.missing(self.reading.name(id))
        if id in program.values:
            return self.of(program.values[id].tree)
        if id in program.givens:
            return graph.any_of(*(self.of(tree) for _, tree in program.givens[id][0].keys))
        return graph.no


class Reached:
    """Which rows of tables the rules and benefits stood on, by the branches that were taken."""

    def __init__(self, reading: Reading) -> None:
        self.reading, self.graph = reading, reading.graph
        self._values: dict[str, list[int]] = {}
        self._lookups: dict[str, list[int]] = {}

    def start(self, tree: Tree, when: int) -> None:
        """An expression that was read where `when` holds, which is never missing."""
        self._walk(tree, when)

    def _walk(self, tree: Tree, when: int) -> None:
        graph = self.graph
        if when == graph.no:
            return
        match tree:
            case Name(id):
                if id in self.reading.program.values:
                    self._values.setdefault(id, []).append(when)
                elif id in self.reading.program.givens:
                    lookup = self.reading.program.givens[id][0].lookup.id
                    self._lookups.setdefault(lookup, []).append(when)
            case Choice(test, yes, no):
                self._walk(test, when)
                met = self.reading.tree(test)
                self._walk(yes, graph.all_of(when, graph.is_true(met)))
                self._walk(no, graph.all_of(when, graph.is_false(met)))
            case Call("only_if", (test, part)):
                self._walk(test, when)
                met = self.reading.tree(test)
                self._walk(part, graph.all_of(when, graph.is_true(met)))
            case _:
                for part in children(tree):
                    self._walk(part, when)

    def settle(self) -> dict[str, int]:
        """Per lookup, a truth: whether it was reached. Readers come after what they read, so the
        steps are gone through backwards."""
        program, graph = self.reading.program, self.graph
        found: dict[str, int] = {}
        for step in reversed(program.steps):
            if isinstance(step, LookupStep):
                id = step.lookup.id
                when = found[id] = graph.any_of(*self._lookups.get(id, []))
                for _, tree in (*step.keys, *step.pins):
                    self._walk(tree, when)
            else:
                self._walk(step.tree, graph.any_of(*self._values.get(step.value.id, [])))
        return found


def unverified_row(reading: Reading, reached: dict[str, int]) -> int:
    """Whether a row that nobody has compared with the original was reached, a truth."""
    found = _doubted(reading, reached)
    return reading.graph.any_of(*(truth for truths in found.values() for truth in truths))


def unverified_ids(reading: Reading, reached: dict[str, int]) -> dict[str, int]:
    """Per lookup that gives numbers, the id of its row if that one is unverified, else missing."""
    graph, nothing = reading.graph, reading.graph.nothing[TEXT]
    return {
        id: graph.either(graph.any_of(*truths), reading.fields[id][ROW_ID], nothing)
        for id, truths in _doubted(reading, reached).items()
    }


def _doubted(reading: Reading, reached: dict[str, int]) -> dict[str, list[int]]:
    """Per lookup, truths of which one holds where a row of it was reached that is unverified.

    Only rows of lookups that give numbers count; rows go by their id, so a row that two lookups
    find counts for both.
    """
    graph, program = reading.graph, reading.program
    steps = {step.lookup.id: step for step in program.steps if isinstance(step, LookupStep)}
    numeric = [
        id for id, step in steps.items() if any(g.type == "number" for g in step.lookup.gives)
    ]
    found: dict[str, list[int]] = {}
    for id in numeric:
        own = reading.lookup(steps[id])
        doubted = graph.is_true(own[UNVERIFIED])
        if doubted == graph.no:
            continue
        truths = found[id] = [graph.all_of(reached[id], doubted)]
        for other, step in steps.items():
            if other != id and step.lookup.table == steps[id].lookup.table:
                theirs = reading.lookup(step)
                if _shares(reading, id, other, other in numeric):
                    same = graph.is_true(graph.compare("==", own[ROW_ID], theirs[ROW_ID]))
                    truths.append(graph.all_of(reached[other], doubted, same))
    return found


def _shares(reading: Reading, id: str, other: str, is_numeric: bool) -> bool:
    """Whether the other lookup can find a row of the same id that is not doubted on its own."""
    mine = {row for row, doubted in _doubts(reading, id) if doubted}
    return any(
        row in mine and not (is_numeric and doubted) for row, doubted in _doubts(reading, other)
    )


def _doubts(reading: Reading, id: str) -> list[tuple[object, object]]:
    """The ids of the rows that a lookup can find, each with whether it is unverified."""
    graph, fields = reading.graph, reading.fields[id]
    node = graph.nodes[fields[HIT]]
    if node.op == "look":
        table = reading.tables[node.payload[0]]
        return list(zip(table.cells(ROW_ID), table.cells(UNVERIFIED), strict=True))
    return [(graph.value(fields[ROW_ID]), graph.value(fields[UNVERIFIED]))]


__all__ = ["TRUTH", "Blame", "Reached", "unverified_ids", "unverified_row"]
