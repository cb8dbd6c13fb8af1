"""Single steps as SQL expressions; `sql` puts them into stages."""

from __future__ import annotations

from collections.abc import Callable
from math import copysign, inf

from registry.rules.flow.dialects import Dialect
from registry.rules.flow.nodes import NUMBER, Graph, Node

INT64, INT32, INT53 = 2**63 - 1, 2**31 - 1, 2**53


class Expressions:
    """Steps of one graph in one dialect, as they are named in the stage `here`."""

    def __init__(self, graph: Graph, dialect: Dialect) -> None:
        self.graph, self.dialect = graph, dialect
        self.kept: frozenset[int] = frozenset()  # steps that are columns from some stage on
        self.depth: dict[int, int] = {}  # the stage in which a step can be written
        self.here = 0

    def column(self, n: int) -> str:
        """The column of a stage that holds a step."""
        node = self.graph.nodes[n]
        return self.dialect.quoted(node.payload) if node.op == "column" else f"c{n}"

    def cell(self, n: int) -> str:
        """The cell of a joined table."""
        raise NotImplementedError

    def part(self, n: int) -> str:
        """A step as it is named in the stage that is being written."""
        node = self.graph.nodes[n]
        if node.op == "const":
            if node.payload is None:
                return self.dialect.nothing(node.type)
            return self.dialect.literal(node.payload)
        if node.op == "column":
            return self.column(n)
        if node.op == "look":
            return self.cell(n) if self.depth[n] == self.here else self.column(n)
        if n in self.kept and self.depth[n] < self.here:
            return self.column(n)
        return self.expression(n)

    def expression(self, n: int) -> str:
        node = self.graph.nodes[n]
        if node.op == "either":
            return self._cases(n, self.part)
        parts = [self.part(arg) for arg in node.args]
        match node.op:
            case "+" | "-" | "*":
                return f"({parts[0]} {node.op} {parts[1]})"
            case "/":
                certain = self.graph.is_const(node.args[1]) or not _may_be_zero(
                    self.graph.nodes[node.args[1]]
                )
                zero = self.dialect.number(0.0)
                below = parts[1] if certain else f"NULLIF({parts[1]}, {zero})"
                return f"({parts[0]} / {below})"
            case "==" | "!=" | "<" | "<=" | ">" | ">=":
                return self._comparison(node, parts)
            case "and" | "or":
                return "(" + f" {node.op.upper()} ".join(parts) + ")"
            case "not":
                return f"(NOT {parts[0]})"
            case "missing":
                return f"({parts[0]} IS NULL)"
            case "true" | "false":
                return self._settled(node, parts[0])
            case "choose":
                weighed = self._weighed(node, parts[0])
                if weighed:
                    return weighed
                test, yes, no = parts
                return f"CASE WHEN {test} THEN {yes} WHEN ({test}) IS NOT NULL THEN {no} END"
            case "only_if":
                return f"CASE WHEN {parts[0]} THEN {parts[1]} END"
            case _:
                return self._step(node, parts)

    def _cases(self, n: int, written: Callable[[int], str]) -> str:
        """A choice with its otherwise, and the otherwise of that, as one CASE."""
        whens = []
        while True:
            test, yes, no = self.graph.nodes[n].args
            whens.append(f"WHEN {self.part(test)} THEN {written(yes)}")
            if self.graph.nodes[no].op == "either" and self._stands_here(no):
                n = no
                continue
            return f"CASE {' '.join(whens)} ELSE {written(no)} END"

    def _stands_here(self, n: int) -> bool:
        """Whether a step is written out in this stage, not read from a column."""
        return not (n in self.kept and self.depth[n] < self.here)

    def _comparison(self, node: Node, parts: list[str]) -> str:
        op = {"==": "=", "!=": "<>"}.get(node.op, node.op)
        ordered = self.graph.nodes[node.args[0]].type == "text" and op not in ("=", "<>")
        collate = self.dialect.collate if ordered else ""
        return f"({parts[0]}{collate} {op} {parts[1]})"

    def _settled(self, node: Node, part: str) -> str:
        if self.dialect.name == "sqlite":
            return f"(({part}) IS {1 if node.op == 'true' else 0})"
        return f"(({part}) IS {node.op.upper()})"

    def _step(self, node: Node, parts: list[str]) -> str:
        dialect = self.dialect
        match node.op:
            case "snap":
                return self._snap(node, parts[0])
            case "floor":
                return dialect.floor(parts[0])
            case "integer":
                small = node.low > -INT32 and node.high < INT32
                return f"CAST({parts[0]} AS {dialect.small if small else dialect.big})"
            case "real":
                return f"CAST({parts[0]} AS {dialect.double})"
            case "min" | "max":
                a, b = parts
                first, second = ("<=", ">") if node.op == "min" else (">=", "<")
                return f"CASE WHEN {a} {first} {b} THEN {a} WHEN {a} {second} {b} THEN {b} END"
            case "in":
                options = ", ".join(dialect.literal(option) for option in node.payload)
                return f"({parts[0]} IN ({options}))"
            case "within":
                return self._within(node, parts[0])
            case "table":
                whens = " ".join(
                    f"WHEN {dialect.literal(a)} THEN {dialect.literal(b)}" for a, b in node.payload
                )
                return f"CASE {parts[0]} {whens} END"
            case "curve":
                return self._curve(node, parts[0])
            case "sum":
                return self._sum(node, parts)
            case "ratio":
                return self._ratio(node, parts)
            case "bits":
                return f"(({parts[0]} & {node.payload}) <> 0)"
            case "power":
                x, n = parts
                zero, one = dialect.number(0.0), dialect.number(1.0)
                return f"CASE WHEN {x} > {zero} AND {n} > {zero} THEN POWER({x}, {one} / {n}) END"
            case "days_in_year":
                return self._days(parts[0])
            case "floor_product" | "floor_quotient":
                return self._exact(node, parts)
            case _:
                raise ValueError(f"no SQL for {node.op}")

    def _snap(self, node: Node, x: str) -> str:
        number = self.dialect.number

        def at(scale: float) -> str:
            scaled = self.dialect.floor(f"{x} * {number(scale)} + {number(0.5)}")
            return f"({scaled} / {number(scale)})"

        if node.payload:
            return at(1e9)
        near, far = number(4e6), number(4e12)
        least, most = number(-4e6), number(-4e12)
        return (
            f"CASE WHEN {x} > {least} AND {x} < {near} THEN {at(1e9)} "
            f"WHEN {x} > {most} AND {x} < {far} THEN {at(1e3)} ELSE {x} END"
        )

    def _within(self, node: Node, x: str) -> str:
        by_length: dict[int, list[str]] = {}
        for prefix in node.payload:
            by_length.setdefault(len(prefix), []).append(self.dialect.literal(prefix))
        tests = [
            f"SUBSTR({x}, 1, {length}) IN ({', '.join(prefixes)})"
            for length, prefixes in sorted(by_length.items())
        ]
        return f"({' OR '.join(tests)})"

    def _curve(self, node: Node, x: str) -> str:
        number, points = self.dialect.number, node.payload
        x0, y0 = points[0]
        whens = [f"WHEN {x} <= {number(x0)} THEN {number(y0)}"]
        for x1, y1 in points[1:]:
            height = number(y0)
            if y1 != y0:
                height += f" + ({x} - {number(x0)}) * {number(y1 - y0)} / {number(x1 - x0)}"
            whens.append(f"WHEN {x} <= {number(x1)} THEN {height}")
            x0, y0 = x1, y1
        whens.append(f"WHEN {x} > {number(x0)} THEN {number(y0)}")
        return f"CASE {' '.join(whens)} END"

    def _sum(self, node: Node, parts: list[str]) -> str:
        """Of integers; engines that go column by column add up as doubles, unchecked, what fits."""
        dialect = self.dialect
        if not dialect.by_columns:
            return f"({' + '.join(parts)})"
        fitting, rest, reach = [], [], 0.0
        for arg, part in zip(node.args, parts, strict=True):
            reach += max(-self.graph.nodes[arg].low, self.graph.nodes[arg].high)
            if reach < INT53:
                fitting.append(self._in_doubles(arg))
            else:
                rest.append(part)
        if not fitting:
            return f"({' + '.join(parts)})"
        small = node.low > -INT32 and node.high < INT32
        whole = f"CAST({' + '.join(fitting)} AS {dialect.small if small else dialect.big})"
        return f"({' + '.join([whole, *rest])})" if rest else whole

    def _in_doubles(self, n: int) -> str:
        """An integer step as a double: one that comes from doubles is not cast to and fro."""
        node = self.graph.nodes[n]
        if node.op == "const":
            return self.dialect.number(float(node.payload))
        if node.op == "integer" and self._stands_here(n):
            return self.part(node.args[0])
        if node.op == "either" and self._stands_here(n):
            return self._weighted(n) or self._cases(n, self._in_doubles)
        return f"CAST({self.part(n)} AS {self.dialect.double})"

    def _weighed(self, node: Node, test: str) -> str | None:
        """A constant or 0, by a test that may be missing, as a product; None of any other choice."""
        yes, no = (self.graph.nodes[arg] for arg in node.args[1:])
        if not self.dialect.by_columns or not yes.op == no.op == "const" or yes.type != NUMBER:
            return None
        if no.payload != 0:
            test, yes, no = f"(NOT {test})", no, yes
        if no.payload != 0 or yes.payload is None or copysign(1.0, no.payload) < 0:
            return None
        truth = f"CAST({test} AS {self.dialect.double})"
        if yes.payload == 1:
            return truth
        return f"({truth} * {self.dialect.number(yes.payload)})" if yes.payload > 0 else None

    def _weighted(self, n: int) -> str | None:
        """A constant under a test, else 0, as a product of doubles; None of any other step."""
        node = self.graph.nodes[n]
        test, yes, no = node.args
        if self.graph.nodes[test].optional or not self.graph.is_const(yes):
            return None
        text, weight = self.part(test), self.graph.value(yes)
        if not self.graph.is_const(no) or 0 not in (weight, self.graph.value(no)):
            return None
        if weight == 0:
            text, weight = f"NOT {text}", self.graph.value(no)
        if weight is None:
            return None
        return f"CAST(({text}) AS {self.dialect.double}) * {self.dialect.number(float(weight))}"

    def _ratio(self, node: Node, parts: list[str]) -> str:
        a, b = parts
        above = f"{a} * {node.payload}"
        if node.high > INT32:
            above = f"CAST({a} AS {self.dialect.big}) * {node.payload}"
        if self.graph.is_const(node.args[1]):
            return self.dialect.ratio(f"({above})", b)
        return f"COALESCE({self.dialect.ratio(f'({above})', f'NULLIF({b}, 0)')}, 0)"

    def _days(self, year: str) -> str:
        whole = f"CAST({year} AS {self.dialect.big})"
        days = self.dialect.number
        by4, by100, by400 = (self.dialect.remainder(whole, n) for n in (4, 100, 400))
        leap = f"{by4} = 0 AND ({by100} <> 0 OR {by400} = 0)"
        common = f"WHEN {year} IS NOT NULL THEN {days(365.0)}"
        return f"CASE WHEN {leap} THEN {days(366.0)} {common} END"

    def _exact(self, node: Node, parts: list[str]) -> str:
        one, other = (self.graph.nodes[arg] for arg in node.args)
        if one.low < 0 or other.low < 0:
            raise ValueError(f"{node.op} of what may be below 0 has no SQL")
        a, b = (
            self.dialect.whole(x, places) for x, places in zip(parts, node.payload, strict=True)
        )
        n, m = node.payload
        if node.op == "floor_product":
            fits = (one.high + 1) * 10.0**n * (other.high + 1) * 10.0**m < INT64
            return self.dialect.floor_product(a, b, 10 ** (n + m), fits)
        fits = (one.high + 1) * 10.0 ** (n + m) < INT64 and (other.high + 1) * 10.0 ** (
            n + m
        ) < INT64
        return self.dialect.floor_quotient(a, b, 10**m, 10**n, fits)


def _may_be_zero(node: Node) -> bool:
    return node.low <= 0 <= node.high or node.low == -inf


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
