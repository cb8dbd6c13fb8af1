"""Back end: the steps of a plan as one generated Python function a kind of project.

Straight-line code over local variables, made from the graph alone; nothing of a rulebook is run but
through its steps. A step that is used once stands where it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import floor
from typing import Any, NamedTuple

from registry.rules.flow.nodes import Graph, Node
from registry.rules.flow.plan import COMPACT, KindProgram, Plan
from registry.rules.flow.tables import JoinTable
from registry.rules.rulebook import arithmetic
from registry.rules.snapping import snap

Get = Callable[[str], Any]
RowFunction = Callable[[Get], tuple[Any, ...]]


class Piece(NamedTuple):
    """Code for a value, good only where none of `needs` is None."""

    code: str
    needs: frozenset[str] = frozenset()


STRICT = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "snap",
        "floor",
        "integer",
        "real",
        "min",
        "max",
        "curve",
        "power",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "within",
        "not",
        "table",
        "sum",
        "ratio",
        "bits",
        "floor_product",
        "floor_quotient",
        "days_in_year",
    ]
)
# Steps that may be missing though no part is: they are kept in a variable of their own.
MAY_FAIL = frozenset(("/", "table", "power", "floor_quotient"))


class Writer:
    """Writes one function; `constants` become its globals."""

    def __init__(self, program: KindProgram) -> None:
        self.graph: Graph = program.graph
        self.tables = program.tables
        self.lines: list[str] = []
        self.constants: dict[str, Any] = {"floor": floor, "snap": snap, "__builtins__": {}}
        self.constants |= {"on_curve": arithmetic.on_curve, "int": int, "float": float}
        self.constants |= {"min": min, "max": max, **_named_operations()}
        self.variables: dict[int, str] = {}
        self.rows: dict[tuple[Any, ...], str] = {}
        self.uses = uses_of(program)

    def write(self, program: KindProgram) -> RowFunction:
        for n in sorted(self.uses):
            node = self.graph.nodes[n]
            if node.op != "const" and self._stands_alone(n, node):
                self._keep(n, self._piece(n, node))
        results = ", ".join(self.value(n) for _, n in program.outputs)
        source = "\n".join(["def row(get):", *self.lines, f"    return ({results},)"])
        space = dict(self.constants)
        exec(compile(source, f"<{program.kind}>", "exec"), space)  # noqa: S102  (our own text)
        row: RowFunction = space["row"]
        return row

    def _stands_alone(self, n: int, node: Node) -> bool:
        if self.uses[n] > 1 or node.op in ("column", "look") or node.op in MAY_FAIL:
            return True
        return node.optional and node.op not in STRICT

    def _keep(self, n: int, piece: Piece) -> None:
        self.variables[n] = f"t{n}"
        self.lines.append(f"    t{n} = {_guarded(piece)}")

    def piece(self, n: int) -> Piece:
        node = self.graph.nodes[n]
        if node.op == "const":
            return Piece(repr(node.payload))
        if n in self.variables:
            variable = self.variables[n]
            return Piece(variable, frozenset({variable}) if node.optional else frozenset())
        return self._piece(n, node)

    def value(self, n: int) -> str:
        piece = self.piece(n)
        if n in self.variables:
            return piece.code
        return f"({_guarded(piece)})" if piece.needs else piece.code

    def held(self, n: int) -> str:
        """A value that is asked about more than once: a variable or a constant."""
        if n not in self.variables and self.graph.nodes[n].op != "const":
            self._keep(n, self._piece(n, self.graph.nodes[n]))
        return self.value(n)

    # -- steps -------------------------------------------------------------------------------------

    def _piece(self, n: int, node: Node) -> Piece:
        if node.op in STRICT:
            parts = [self.piece(arg) for arg in node.args]
            needs = frozenset[str]().union(*(part.needs for part in parts))
            return self._strict(node, [part.code for part in parts], needs)
        match node.op:
            case "column":
                return Piece(f"get({node.payload!r})")
            case "look":
                return Piece(self._cell(node))
            case "and" | "or":
                return self._logic(node)
            case "missing":
                return Piece(f"({self.held(node.args[0])} is None)")
            case "true":
                return Piece(f"({self.value(node.args[0])} is True)")
            case "false":
                return Piece(f"({self.value(node.args[0])} is False)")
            case "choose":
                test = self.held(node.args[0])
                yes, no = (self.value(arg) for arg in node.args[1:])
                return Piece(f"(None if {test} is None else {yes} if {test} else {no})")
            case "only_if":
                test, part = (self.value(arg) for arg in node.args)
                return Piece(f"({part} if {test} else None)")
            case "either":
                test, yes, no = (self.value(arg) for arg in node.args)
                return Piece(f"({yes} if {test} else {no})")
            case _:
                raise ValueError(f"no code for {node.op}")

    def _cell(self, node: Node) -> str:
        place, field = node.payload
        table: JoinTable = self.tables[place]
        known = (place, *node.args)
        if known not in self.rows:
            name = self.rows[known] = f"r{len(self.rows)}"
            single = len(table.key_types) == 1
            rows = {key[0] if single else key: cells for key, cells in table.rows}
            self.constants[f"d{name}"] = rows
            keys = [self.value(arg) for arg in node.args]
            key = keys[0] if single else f"({', '.join(keys)})"
            nothing = tuple(None for _ in table.fields)
            self.lines.append(f"    {name} = d{name}.get({key}, {nothing!r})")
        return f"{self.rows[known]}[{table.fields.index(field)}]"

    def _logic(self, node: Node) -> Piece:
        if not node.optional:
            return Piece("(" + f" {node.op} ".join(self.value(arg) for arg in node.args) + ")")
        decisive, neutral = ("True", "False") if node.op == "or" else ("False", "True")
        parts = [self.held(arg) for arg in node.args]
        settled = " or ".join(f"{part} is {decisive}" for part in parts)
        optional = [arg for arg in node.args if self.graph.nodes[arg].optional]
        missing = " or ".join(f"{self.held(arg)} is None" for arg in optional)
        return Piece(f"({decisive} if {settled} else None if {missing} else {neutral})")

    def _strict(self, node: Node, codes: list[str], needs: frozenset[str]) -> Piece:
        match node.op:
            case "/" if self.graph.is_const(node.args[1]):
                return Piece(f"({codes[0]} / {codes[1]})", needs)
            case "/":
                below = self.held(node.args[1])
                needs = needs | ({below} if self.graph.nodes[node.args[1]].optional else set())
                return Piece(f"({codes[0]} / {below} if {below} != 0 else None)", needs)
            case "+" | "-" | "*" | "==" | "!=" | "<" | "<=" | ">" | ">=":
                return Piece(f"({codes[0]} {node.op} {codes[1]})", needs)
            case "snap":
                near = f"(floor({codes[0]} * 1000000000.0 + 0.5) / 1000000000.0)"
                return Piece(near if node.payload else f"snap({codes[0]})", needs)
            case "floor":
                return Piece(f"float(floor({codes[0]}))", needs)
            case "integer" | "real":
                return Piece(f"{'int' if node.op == 'integer' else 'float'}({codes[0]})", needs)
            case "in":
                return Piece(f"({codes[0]} in {node.payload!r})", needs)
            case "within":
                return Piece(f"{codes[0]}.startswith({node.payload!r})", needs)
            case "not":
                return Piece(f"(not {codes[0]})", needs)
            case "sum":
                return Piece(f"({' + '.join(codes)})", needs)
            case "bits":
                return Piece(f"({codes[0]} & {node.payload} != 0)", needs)
            case "table":
                return Piece(f"{self._constant(dict(node.payload))}.get({codes[0]})", needs)
            case "ratio" if self.graph.is_const(node.args[1]):
                return Piece(f"({codes[0]} * {node.payload} // {codes[1]})", needs)
            case "ratio":
                below = self.held(node.args[1])
                code = f"({codes[0]} * {node.payload} // {below} if {below} else 0)"
                return Piece(code, needs)
            case "curve":
                return Piece(f"on_curve({self._constant(node.payload)}, {codes[0]})", needs)
            case "floor_product" | "floor_quotient":
                a, b = node.payload
                return Piece(f"{node.op}({codes[0]}, {a}, {codes[1]}, {b})", needs)
            case _:
                return Piece(f"{node.op}({', '.join(codes)})", needs)

    def _constant(self, value: Any) -> str:
        name = f"c{len(self.constants)}"
        self.constants[name] = value
        return name


def _power(x: float, n: float) -> float | None:
    power: float = x ** (1.0 / n) if x > 0 and n > 0 else 0.0
    return power if x > 0 and n > 0 else None


def _named_operations() -> dict[str, Any]:
    return {
        "floor_product": arithmetic.floor_product,
        "floor_quotient": arithmetic.floor_quotient,
        "days_in_year": arithmetic.days_in_year,
        "power": _power,
    }


def _guarded(piece: Piece) -> str:
    needs = piece.needs - {piece.code}
    if not needs:
        return piece.code
    missing = " or ".join(f"{name} is None" for name in sorted(needs))
    return f"None if {missing} else {piece.code}"


def uses_of(program: KindProgram) -> dict[int, int]:
    """Every step that the outputs need, with how often it is named."""
    uses: dict[int, int] = {}
    waiting = [n for _, n in program.outputs]
    for n in waiting:  # grows while it is read
        uses[n] = uses.get(n, 0) + 1
        if uses[n] == 1:
            waiting.extend(program.graph.nodes[n].args)
    return uses


class RowFunctions(dict[str, RowFunction]):
    """A function for each kind of project: `row(answers.get)` gives the outputs but the row_id.

    Each is written when its kind is first asked for: a book of solar plants starts at once.
    """

    def __init__(self, plan: Plan, size: str = COMPACT) -> None:
        super().__init__()
        self.plan, self.size = plan, size

    def __missing__(self, kind: str) -> RowFunction:
        if kind not in self.plan.kinds:
            raise ValueError(f"unknown kind of project: {kind}")
        program = self.plan.program(kind, self.size)
        made = self[kind] = Writer(program).write(program)
        return made


def score_rows(
    plan: Plan, rows: Iterable[Mapping[str, Any]], size: str = COMPACT
) -> Iterator[tuple[Any, ...]]:
    """One tuple a row, in the order of `plan.outputs(size)`.

    A row maps the names of `plan.inputs` to values (float, str, bool; None or absent is missing).
    """
    functions = RowFunctions(plan, size)
    for row in rows:
        yield (row["row_id"], *functions[row["kind"]](row.get))
