"""What a test of a graph says of the kind of project, and whether two steps are the same for some kinds."""

from __future__ import annotations

from registry.rules.flow.nodes import Graph, Node

DEPTH = 6  # how deep two steps are compared
_ALIKE = frozenset(("+", "-", "*", "/"))


class Kinds:
    """Of the steps of one graph; `every` is each kind that a row may be of."""

    def __init__(self, graph: Graph, every: frozenset[str]) -> None:
        self.graph, self.every = graph, every

    def asked(self, n: int) -> bool:
        """Whether a step asks nothing but the kind of project."""
        node = self.graph.nodes[n]
        if node.op in ("not", "and", "or"):
            return all(self.asked(part) for part in node.args)
        return self.named(node) is not None

    def named(self, node: Node) -> frozenset[str] | None:
        """The kinds that a comparison with the kind accepts; None of any other step."""
        if node.op not in ("in", "=="):
            return None
        first = self.graph.nodes[node.args[0]]
        if first.op != "column" or first.payload != "kind":
            return None
        if node.op == "in":
            return frozenset(node.payload)
        other = self.graph.nodes[node.args[1]]
        return frozenset([other.payload]) if other.op == "const" else None

    def where(self, n: int, met: bool) -> frozenset[str] | None:
        """For which kinds a step may be true, or not true; None is any."""
        node = self.graph.nodes[n]
        if node.op in ("in", "=="):
            named = self.named(node)
            return named if named is None or met else self.every - named
        if node.op == "not":
            return self.where(node.args[0], not met) if not node.optional else None
        if node.op in ("and", "or"):
            parts = [self.where(part, met) for part in node.args]
            known = [part for part in parts if part is not None]
            if (node.op == "and") == met:
                return frozenset.intersection(*known) if known else None
            return frozenset().union(*known) if len(known) == len(parts) else None
        return None

    def same(self, one: int, other: int, kinds: frozenset[str], deep: int = DEPTH) -> bool:
        """Whether two steps are surely worked out alike in every row of these kinds."""
        one, other = self._taken(one, kinds), self._taken(other, kinds)
        if one == other:
            return True
        a, b = self.graph.nodes[one], self.graph.nodes[other]
        if not deep or a.op not in _ALIKE or a.op != b.op:
            return False
        return all(self.same(x, y, kinds, deep - 1) for x, y in zip(a.args, b.args, strict=True))

    def _taken(self, n: int, kinds: frozenset[str]) -> int:
        """The branch of a choice that these kinds take, where they all take one."""
        while (node := self.graph.nodes[n]).op in ("either", "choose", "only_if"):
            met, unmet = (self.where(node.args[0], way) for way in (True, False))
            if unmet is not None and not unmet & kinds:
                n = node.args[1]
            elif node.op == "either" and met is not None and not met & kinds:
                n = node.args[2]
            else:
                break
        return n


__all__ = ["Kinds"]
