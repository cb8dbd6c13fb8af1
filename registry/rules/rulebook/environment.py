"""One project's answers as names for expressions: values are computed when they are first read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from registry.rules.reference import ReferenceTables
from registry.rules.rulebook.declarations import Input
from registry.rules.rulebook.evaluate import Cell, Surroundings, evaluate, judge, number_of
from registry.rules.rulebook.expression import Tree
from registry.rules.rulebook.lookups import Find, Found, finder

if TYPE_CHECKING:
    from registry.rules.rulebook import Rulebook

NOTHING_LOADED = ReferenceTables({}, "")


class Environment:
    """Reads names by walking trees; the slow, plain way that the generated code is held against."""

    def __init__(
        self,
        book: Rulebook,
        cells: Mapping[str, Cell],
        *,
        kind: str,
        as_of: date,
        reference: ReferenceTables = NOTHING_LOADED,
        find: Find | None = None,
    ) -> None:
        self.book, self.kind, self.as_of = book, kind, as_of
        self.cells = cells
        self.known: dict[str, Cell] = {"kind": kind}
        self._blamed: dict[str, tuple[str, ...]] = {}
        tables = book.program.tables
        self.around = Surroundings(
            as_of, tables["group"], tables["scale"], tables["curve"], reference.is_loaded
        )
        self._find = find or finder(book.lookups, reference, as_of)
        self._places = {lookup.id: n for n, lookup in enumerate(book.lookups)}

    def read(self, name: str) -> Cell:
        if name not in self.known:
            self.known[name] = self._compute(name)
        return self.known[name]

    def _compute(self, name: str) -> Cell:
        program = self.book.program
        if name in program.inputs:
            return self.cells.get(name) if self.applies(program.inputs[name]) else None
        if name in program.constants:
            text = program.constants[name].on(self.as_of)
            return None if text is None else number_of(text)
        if name in program.givens:
            return self.found(name).cells[program.givens[name][1]]
        return self.evaluate(program.values[name].tree)

    def found(self, name: str) -> Found:
        """The row that a looked-up name comes from."""
        step, _ = self.book.program.givens[name]
        keys = tuple(self.evaluate(tree) for _, tree in step.keys)
        pins = tuple(self.evaluate(tree) for _, tree in step.pins)
        return self._find(self._places[step.lookup.id], keys, pins)

    def evaluate(self, tree: Tree) -> Cell:
        return evaluate(tree, self.read, self.around)

    def blame(self, tree: Tree) -> tuple[str, ...]:
        """The inputs and looked-up names for want of which a tree is missing."""
        _, names = judge(tree, self.read, self.around)
        found: dict[str, None] = {}
        for name in names:
            found |= dict.fromkeys(self._blame_name(name))
        return tuple(found)

    def _blame_name(self, name: str) -> tuple[str, ...]:
        """What a missing name is missing for; of a row, its keys, if it was not found for want of one."""
        if name not in self._blamed:
            program = self.book.program
            trees: tuple[Tree, ...] = ()
            if name in program.values:
                trees = (program.values[name].tree,)
            elif name in program.givens:
                trees = tuple(tree for _, tree in program.givens[name][0].keys)
            blamed = tuple(part for tree in trees for part in self.blame(tree))
            is_value = name in program.values
            self._blamed[name] = blamed if blamed or is_value else (name,)
        return self._blamed[name]

    def applies(self, declared: Input) -> bool:
        """Whether this question stands: its kind, and its condition over earlier answers."""
        if not declared.is_for(self.kind):
            return False
        when = self.book.program.whens.get(declared.id)
        return when is None or self.evaluate(when) is True

    def demands(self, declared: Input) -> bool:
        if not self.applies(declared):
            return False
        condition = self.book.program.required.get(declared.id)
        return declared.required or (condition is not None and self.evaluate(condition) is True)
