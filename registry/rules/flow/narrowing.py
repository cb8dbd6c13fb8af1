"""Steps that are read only under a test need not ask it again: the same graph with less in it.

A question that concerns one kind of project is missing for every other; where its answer is read only
for that kind anyway, the guard around it goes. What holds wherever a step is read is gathered from the
outputs down, and the graph is made anew with it. Outputs are the same in every row, to the bit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from registry.rules.flow.kinds import Kinds
from registry.rules.flow.nodes import NUMBER, TRUTH, Graph, Node
from registry.rules.snapping import snap

DEPTH = 6  # how deep a test is taken apart


class Context(NamedTuple):
    """What holds wherever a step is read.

    `kinds`: the kinds of project it is read for, None is any. `held`: steps with whether they are
    true there, or surely not true (false or missing).
    """

    kinds: frozenset[str] | None
    held: frozenset[tuple[int, bool]]

    def joined(self, other: Context) -> Context:
        some = self.kinds is None or other.kinds is None
        kinds = None if some else (self.kinds or frozenset()) | (other.kinds or frozenset())
        return Context(kinds, self.held & other.held)


class Narrowing:
    """One program's graph, made anew without what is asked twice.

    `in_doubles`: a snapped number is compared with a constant by the last double that snaps below it,
    without snapping; true of doubles, not of exact fractions.
    """

    def __init__(self, graph: Graph, every: tuple[str, ...], in_doubles: bool = False) -> None:
        self.graph, self.every, self.in_doubles = graph, frozenset(every), in_doubles
        self.contexts: dict[int, Context] = {}
        self.made: dict[int, int] = {}
        self.fresh = Graph()
        self.fresh.exact = graph.exact
        self.kinds, self.fresh_kinds = Kinds(graph, self.every), Kinds(self.fresh, self.every)
        self.ways: dict[str, Callable[..., int]] = {
            "+": self.fresh.plus,
            "-": self.fresh.minus,
            "*": self.fresh.times,
            "/": self.fresh.over,
            "choose": self.fresh.choose,
            "not": self.fresh.negated,
            "and": self.fresh.all_of,
            "or": self.fresh.any_of,
            "missing": self.fresh.missing,
            "true": self.fresh.is_true,
            "false": self.fresh.is_false,
        }

    def outputs(self, outputs: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        for _, n in outputs:
            self.contexts[n] = Context(None, frozenset())
        for n in range(max(n for _, n in outputs), -1, -1):
            if n in self.contexts:
                self._hand_down(n, self.graph.nodes[n], self.contexts[n])
        for n in sorted(self.contexts):
            self.made[n] = self._made(n, self.graph.nodes[n], self.contexts[n])
        return tuple((name, self.made[n]) for name, n in outputs)

    # -- what holds ----------------------------------------------------------------------------------

    def _hand_down(self, n: int, node: Node, here: Context) -> None:
        match node.op:
            case "either" | "choose":
                test, yes, no = node.args
                self._read(test, here)
                self._read(yes, self._under(here, test, True))
                self._read(no, self._under(here, test, False))
            case "only_if":
                self._read(node.args[0], here)
                self._read(node.args[1], self._under(here, node.args[0], True))
            case "and" | "or":
                kinds = [part for part in node.args if self.kinds.asked(part)]
                inner = here
                for part in kinds:
                    self._read(part, here)
                    inner = self._under(inner, part, node.op == "and")
                for part in node.args:
                    if part not in kinds:
                        self._read(part, inner)
            case _:
                for part in node.args:
                    self._read(part, here)

    def _read(self, n: int, here: Context) -> None:
        known = self.contexts.get(n)
        self.contexts[n] = here if known is None else known.joined(here)

    def _under(self, here: Context, test: int, met: bool) -> Context:
        kinds = self.kinds.where(test, met)
        both = here.kinds if kinds is None else kinds if here.kinds is None else kinds & here.kinds
        return Context(both, here.held | self._facts(test, met, DEPTH))

    def _facts(self, n: int, met: bool, deep: int) -> frozenset[tuple[int, bool]]:
        """What is true, or not true, if a step is true or is not."""
        node, found = self.graph.nodes[n], frozenset([(n, met)])
        if not deep:
            return found
        if node.op == ("and" if met else "or"):
            return found.union(*(self._facts(part, met, deep - 1) for part in node.args))
        if node.op == "not" and (met or not node.optional):
            return found | self._facts(node.args[0], not met, deep - 1)
        if node.op == "true":
            return found | self._facts(node.args[0], met, deep - 1)
        if node.op == "false" and met:
            return found | self._facts(node.args[0], False, deep - 1)
        return found

    # -- the graph anew --------------------------------------------------------------------------------

    def _settled(self, n: int, here: Context) -> bool | None:
        """Whether a step is surely true, or surely not true, where `here` holds."""
        if (n, True) in here.held:
            return True
        if (n, False) in here.held:
            return False
        node = self.graph.nodes[n]
        if here.kinds is None or node.op not in ("in", "=="):
            return None
        named = self.kinds.named(node)
        if named is None:
            return None
        return True if here.kinds <= named else False if not here.kinds & named else None

    def _test(self, n: int, here: Context) -> int:
        """A step where only its being true counts."""
        settled, fresh = self._settled(n, here), self.fresh
        if settled is not None:
            return fresh.yes if settled else fresh.no
        node = self.graph.nodes[n]
        if node.op == "and":
            return fresh.all_of(*(self._test(part, here) for part in node.args))
        if node.op == "or":
            return fresh.any_of(*(self._test(part, here) for part in node.args))
        return self.made[n]

    def _made(self, n: int, node: Node, here: Context) -> int:
        fresh = self.fresh
        if node.type == TRUTH and node.op != "const":
            settled = self._settled(n, here)
            if settled or (settled is False and not node.optional):
                return fresh.yes if settled else fresh.no
        match node.op:
            case "either":
                return self._chosen(node, here)
            case "only_if":
                return fresh.only_if(self._test(node.args[0], here), self.made[node.args[1]])
            case "true" if (settled := self._settled(node.args[0], here)) is not None:
                return fresh.const(settled)
            case _:
                return self._again(node, tuple(self.made[part] for part in node.args))

    def _chosen(self, node: Node, here: Context) -> int:
        """A choice; only its otherwise where that is the same for the kinds that would not come to it."""
        test, yes, no = node.args[0], *(self.made[part] for part in node.args[1:])
        kinds = self._under(here, test, True).kinds
        if kinds is not None and self.fresh_kinds.same(yes, no, kinds):
            return no
        return self.fresh.either(self._test(test, here), yes, no)

    def _again(self, node: Node, parts: tuple[int, ...]) -> int:
        """The same step over parts that may have become simpler."""
        fresh = self.fresh
        if node.op in self.ways:
            return self.ways[node.op](*parts)
        if node.op in ("const", "column"):
            return fresh.again(node)
        if self.in_doubles and node.op in _ORDERED and self._is_snapped(parts):
            op, at = _ORDERED[node.op]
            snapped, least = fresh.nodes[parts[0]].args[0], at(fresh.value(parts[1]))
            return fresh.strict(op, (snapped, fresh.const(least)), TRUTH)
        if node.op == "look":
            table, field = node.payload
            return fresh.look(table, field, parts, node)
        if node.op == "sum":
            return fresh.total(parts)
        if node.type == NUMBER and node.op in ("min", "max"):
            return fresh.extreme(node.op, *parts)
        return fresh.strict(
            node.op,
            parts,
            node.type,
            node.payload,
            optional=node.op in _MAY_FAIL,
            bounds=(node.low, node.high),
            even=node.even,
        )

    def _is_snapped(self, parts: tuple[int, ...]) -> bool:
        return self.fresh.nodes[parts[0]].op == "snap" and self.fresh.is_const(parts[1])


def _first(reaches: Callable[[float], bool], near: float) -> float:
    """The least double that reaches something; close to `near`, which snapping moves by 0.001 at most."""
    below, above = near - 0.01, near + 0.01
    while (middle := below + (above - below) / 2) not in (below, above):
        below, above = (below, middle) if reaches(middle) else (middle, above)
    return above


def _first_at(c: float) -> float:
    return _first(lambda x: snap(x) >= c, c)


def _first_over(c: float) -> float:
    return _first(lambda x: snap(x) > c, c)


# A comparison of what is snapped, as one of what is not.
_ORDERED: dict[str, tuple[str, Callable[[float], float]]] = {
    ">=": (">=", _first_at),
    ">": (">=", _first_over),
    "<": ("<", _first_at),
    "<=": ("<", _first_over),
}
_MAY_FAIL = frozenset(("table", "floor_quotient", "power"))

__all__ = ["Context", "Narrowing"]
