"""Single steps as SQL expressions; `sql` puts them into stages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from math import copysign, inf

from registry.rules.flow.dialects import Dialect
from registry.rules.flow.nodes import NUMBER, TEXT, Graph, Node

# Steps that are missing if one part is, what the dearer ones count for, and how much of them makes a
# test of the parts worth its price.
STRICT = frozenset(
    ("+", "-", "*", "/", "<", "<=", ">", ">=", "min", "max", "floor", "integer", "real")
)
STRICT |= {"snap", "curve", "power", "floor_product", "floor_quotient"}
DEAR = {"min": 3, "max": 3, "power": 5, "floor_product": 8, "floor_quotient": 8}
GUARDED = 4
INT64, INT32, INT53 = 2**63 - 1, 2**31 - 1, 2**53


class Expressions:
    """Steps of one graph in one dialect, as they are named in the stage `here`."""

    def __init__(self, graph: Graph, dialect: Dialect) -> None:
        self.graph, self.dialect = graph, dialect
        self.kept: frozenset[int] = frozenset()  # steps that are columns from some stage on
        self.depth: dict[int, int] = {}  # the stage in which a step can be written
        self.here = 0
        self.tested = False  # what is being written stands under a test already

    def column(self, n: int) -> str:
        """The column of a stage that holds a step."""
        node = self.graph.nodes[n]
        return self.dialect.quoted(node.payload) if node.op == "column" else f"c{n}"

    def cell(self, n: int) -> str:
        """The cell of a joined table."""
        raise NotImplementedError

    def is_joined(self, node: Node) -> bool:
        """Whether a lookup is a join with a table, not an expression of its key."""
        return node.op == "look"

    def part(self, n: int) -> str:
        """A step as it is named in the stage that is being written."""
        node = self.graph.nodes[n]
        if node.op == "const":
            if node.payload is None:
                return self.dialect.nothing(node.type)
            return self.dialect.literal(node.payload)
        if node.op == "column":
            return self.column(n)
        if self.is_joined(node):
            return self.cell(n) if self.depth[n] == self.here else self.column(n)
        if n in self.kept and self.depth[n] < self.here:
            return self.column(n)
        return self.expression(n)

    def expression(self, n: int) -> str:
        """A step written out; where much hangs on what may be missing, for those rows alone that have it.

        An engine that goes column by column works a mixture of missing and present numbers through
        every operation, which costs it several times what the numbers alone do.
        """
        tests = self._worth_a_guard(n)
        if not tests:
            return self._written(n)
        with self._under_test():
            return f"CASE WHEN {' AND '.join(tests)} THEN {self._written(n)} END"

    @contextmanager
    def _under_test(self) -> Iterator[None]:
        before, self.tested = self.tested, True
        yield
        self.tested = before

    def _worth_a_guard(self, n: int) -> list[str]:
        """Tests of what must be present for a step to be; none where they would cost more than they save."""
        if self.tested or not self.dialect.by_columns:
            return []
        leaves: dict[int, None] = {}
        if self._strict_work(n, leaves) < GUARDED:
            return []
        return [f"{self.part(leaf)} IS NOT NULL" for leaf in leaves]

    def _strict_work(self, n: int, leaves: dict[int, None]) -> int:
        """Operations down to named columns that are missing if one part is; those columns in `leaves`."""
        node, work = self.graph.nodes[n], 0
        for arg in node.args if node.op in STRICT else ():
            part = self.graph.nodes[arg]
            if part.op == "column" or not self._stands_here(arg):
                if part.optional:
                    leaves[arg] = None
            else:
                work += self._strict_work(arg, leaves)
        match node.op:
            case "snap":
                return work + (4 if node.payload else 6)
            case "curve":
                return work + 2 * len(node.payload)
        return work + (DEAR.get(node.op, 1) if node.op in STRICT else 0)

    def _written(self, n: int) -> str:
        node = self.graph.nodes[n]
        if node.op == "either":
            return self._cases(n, self.part)
        if node.op in ("choose", "only_if"):
            return self._chosen(node)
        if node.op == "sum":
            return self._sum(node)
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
            case _:
                return self._step(node, parts)

    def _chosen(self, node: Node) -> str:
        test = self.part(node.args[0])
        if node.op == "choose" and (weighed := self._weighed(node, test)):
            return weighed
        with self._under_test():
            yes, *no = (self.part(arg) for arg in node.args[1:])
        other = f" WHEN ({test}) IS NOT NULL THEN {no[0]}" if no else ""
        return f"CASE WHEN {test} THEN {yes}{other} END"

    def _cases(self, n: int, written: Callable[[int], str]) -> str:
        """A choice with its otherwise, and the otherwise of that, as one CASE."""
        whens: list[tuple[list[str], str]] = []
        while True:
            test, yes, no = self.graph.nodes[n].args
            asked = self.part(test)
            with self._under_test():
                result = written(yes)
                if whens and whens[-1][1] == result:
                    whens[-1][0].append(asked)
                else:
                    whens.append(([asked], result))
                if self.graph.nodes[no].op != "either" or not self._stands_here(no):
                    text = " ".join(f"WHEN {' OR '.join(tests)} THEN {one}" for tests, one in whens)
                    return f"CASE {text} ELSE {written(no)} END"
            n = no

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
                return f"({self._among(node, parts[0], node.payload)})"
            case "within":
                return self._within(node, parts[0])
            case "table":
                return self._table(node, parts[0])
            case "curve":
                return self._curve(node, parts[0])
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

    def _is_raw_text(self, n: int) -> bool:
        node = self.graph.nodes[n]
        return node.op == "column" and node.type == TEXT

    def _among(self, node: Node, x: str, options: Sequence[str | float | bool]) -> str:
        """Whether a text, or its beginning, is one of some; missing where the text is.

        Of texts in dictionaries a function is worked out once for each entry, IN for each row; the
        second test is there to be missing.
        """
        written = [self.dialect.literal(option) for option in options]
        if not self.dialect.parquet or not self._is_raw_text(node.args[0]):
            return f"{x} IN ({', '.join(written)})"
        found = f"list_position([{', '.join(written)}], {x}) IS NOT NULL"
        return f"{found} OR {x} = {written[0]}" if node.optional else found

    def _within(self, node: Node, x: str) -> str:
        by_length: dict[int, list[str]] = {}
        for prefix in node.payload:
            by_length.setdefault(len(prefix), []).append(prefix)
        tests = [
            self._among(node, f"SUBSTR({x}, 1, {length})", prefixes)
            for length, prefixes in sorted(by_length.items())
        ]
        return f"({' OR '.join(tests)})"

    def _table(self, node: Node, x: str) -> str:
        literal = self.dialect.literal
        if self.dialect.parquet and self._is_raw_text(node.args[0]):
            return self.dialect.mapped([(a, literal(b)) for a, b in node.payload], x)
        whens = " ".join(f"WHEN {literal(a)} THEN {literal(b)}" for a, b in node.payload)
        return f"CASE {x} {whens} END"

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

    def _sum(self, node: Node) -> str:
        """Of integers; engines that go column by column add up as doubles, unchecked, what fits."""
        dialect = self.dialect
        fitting: list[str] = []
        rest: list[str] = []
        reach = 0.0 if dialect.by_columns else inf
        for arg, times in Counter(node.args).items():
            reach += times * max(-self.graph.nodes[arg].low, self.graph.nodes[arg].high)
            if reach < INT53:
                whole = self._in_doubles(arg)
                fitting.append(
                    whole if times == 1 else f"({whole}) * {dialect.number(float(times))}"
                )
            else:
                rest += [self.part(arg)] * times
        if not fitting:
            return f"({' + '.join(rest)})"
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
