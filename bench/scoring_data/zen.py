"""The same rules for zen-engine, the peer: one precompiled decision a kind of project.

Generous to the peer: cells of reference tables are handed to it ready, days as whole numbers, and the
result is checked by grade, since its decimals are not doubles.
"""

import json
from pathlib import Path
from subprocess import check_output, run
from typing import Any

from registry.rules.flow.nodes import Graph, Node
from registry.rules.flow.plan import LEAN, KindProgram, Plan
from registry.rules.flow.python_rows import Writer

Row = dict[str, Any]
VERSION = "zen-engine"

RUNNER = """
import json, sys, time, zen
work = json.load(open(sys.argv[1]))
engine = zen.ZenEngine()
decisions = {k: engine.create_decision(json.dumps(d)) for k, d in work["decisions"].items()}
rows = [(decisions[kind], given) for kind, given in work["rows"]]
for decision, given in rows[:200]:
    decision.evaluate(given)
began = time.process_time()
made = [decision.evaluate(given)["result"] for decision, given in rows]
spent = time.process_time() - began
print(json.dumps({"cpu": spent, "grades": [one.get("grade") for one in made]}))
"""


class Translation:
    """One kind of project as an expression node; every step that is named more than once is a key."""

    def __init__(self, program: KindProgram) -> None:
        self.graph: Graph = program.graph
        self.program = program
        self.uses = _uses(program)
        self.keys: list[tuple[str, str]] = []
        self.done: set[int] = set()
        for n in sorted(self.uses):
            node = self.graph.nodes[n]
            if node.op not in ("const", "column", "look") and (self.uses[n] > 1 or node.optional):
                self.keys.append((f"t{n}", self.guarded(n, node)))
                self.done.add(n)
        self.keys += [(name, self.part(n)) for name, n in program.outputs]

    def decision(self) -> dict[str, Any]:
        """A graph of input, expressions, output, as zen reads it."""
        place = {"x": 0, "y": 0}
        expressions = [{"id": key, "key": key, "value": value} for key, value in self.keys]
        nodes = [
            {"id": "i", "type": "inputNode", "name": "in", "position": place},
            {
                "id": "e",
                "type": "expressionNode",
                "name": "e",
                "position": place,
                "content": {"expressions": expressions},
            },
            {"id": "o", "type": "outputNode", "name": "out", "position": place},
        ]
        edges = [
            {"id": a + b, "sourceId": a, "targetId": b, "type": "edge"} for a, b in ("ie", "eo")
        ]
        return {"nodes": nodes, "edges": edges}

    def part(self, n: int) -> str:
        node = self.graph.nodes[n]
        if node.op == "const":
            return literal(node.payload)
        if node.op == "column":
            return str(node.payload)
        if node.op == "look":
            return f"look{n}"
        return f"$.t{n}" if n in self.done else f"({self.guarded(n, node)})"

    def guarded(self, n: int, node: Node) -> str:
        if node.op in ("and", "or"):
            return self._logic(node)
        if node.op in ("missing", "true", "false", "choose", "only_if", "either"):
            return self._choice(node)
        asked = [arg for arg in node.args if self.graph.nodes[arg].optional]
        code = self._strict(node, [self.part(arg) for arg in node.args])
        if not asked:
            return code
        missing = " or ".join(f"{self.part(arg)} == null" for arg in dict.fromkeys(asked))
        return f"({missing}) ? null : ({code})"

    def _logic(self, node: Node) -> str:
        parts = [self.part(arg) for arg in node.args]
        if not node.optional:
            return f" {node.op} ".join(parts)
        decisive, neutral = ("true", "false") if node.op == "or" else ("false", "true")
        settled = " or ".join(f"{part} == {decisive}" for part in parts)
        missing = " or ".join(f"{part} == null" for part in parts)
        return f"({settled}) ? {decisive} : (({missing}) ? null : {neutral})"

    def _choice(self, node: Node) -> str:
        parts = [self.part(arg) for arg in node.args]
        match node.op:
            case "missing":
                return f"{parts[0]} == null"
            case "true" | "false":
                return f"{parts[0]} == {node.op}"
            case "choose":
                return f"{parts[0]} == null ? null : ({parts[0]} ? {parts[1]} : {parts[2]})"
            case "only_if":
                return f"{parts[0]} == true ? {parts[1]} : null"
            case _:
                return f"{parts[0]} == true ? {parts[1]} : {parts[2]}"

    def _strict(self, node: Node, parts: list[str]) -> str:
        a = parts[0]
        match node.op:
            case "/":
                return f"{parts[1]} == 0 ? null : {a} / {parts[1]}"
            case "+" | "-" | "*" | "==" | "!=" | "<" | "<=" | ">" | ">=":
                return f"{a} {node.op} {parts[1]}"
            case "snap":
                return f"floor({a} * 1000000000 + 0.5) / 1000000000"
            case "floor":
                return f"floor({a})"
            case "integer" | "real":
                return a
            case "min" | "max":
                return f"{node.op}([{', '.join(parts)}])"
            case "in":
                return f"{a} in [{', '.join(map(literal, node.payload))}]"
            case "within":
                return " or ".join(f"startsWith({a}, {literal(p)})" for p in node.payload)
            case "not":
                return f"{a} == false"
            case "sum":
                return " + ".join(parts)
            case "table":
                tests = (f"{a} == {literal(k)} ? {literal(v)} : " for k, v in node.payload)
                return "".join(tests) + "null"
            case "curve":
                return _curve(node.payload, a)
            case "ratio":
                return f"{parts[1]} == 0 ? 0 : floor({a} * {node.payload} / {parts[1]})"
            case "bits":
                return self._bits(node)
            case "power":
                return f"({a} > 0 and {parts[1]} > 0) ? {a} ^ (1 / {parts[1]}) : null"
            case "days_in_year":
                return f"({a} % 4 == 0 and ({a} % 100 != 0 or {a} % 400 == 0)) ? 366 : 365"
            case "floor_product":
                return f"floor({a} * {parts[1]})"
            case _:
                raise ValueError(f"nothing in zen for {node.op}")

    def _bits(self, node: Node) -> str:
        """No bits there: each state of the sum is asked by itself."""
        whole = self.graph.nodes[node.args[0]]
        bits = [1 << n for n in range(64) if node.payload >> n & 1]
        args = whole.args if whole.op == "sum" else node.args
        return " or ".join(f"{self.part(arg)} in {bits}" for arg in args)

    def given(self, row: Row, cells: dict[int, Any]) -> Row:
        """A row as the decision takes it."""
        found = {k: _as_day(v) for k, v in row.items() if k not in ("row_id", "kind")}
        return found | {f"look{n}": _as_day(cell) for n, cell in cells.items()}


def _uses(program: KindProgram) -> dict[int, int]:
    """Steps with how often each is named; what only a lookup asks for is left out."""
    uses: dict[int, int] = {}
    waiting = [n for _, n in program.outputs]
    for n in waiting:  # grows while it is read
        uses[n] = uses.get(n, 0) + 1
        if uses[n] == 1 and program.graph.nodes[n].op != "look":
            waiting.extend(program.graph.nodes[n].args)
    return uses


def literal(value: Any) -> str:
    value = _as_day(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return (
        f"'{value}'"
        if isinstance(value, str)
        else f"{value:.17g}"
        if isinstance(value, float) and abs(value) < 1e-4
        else str(value)
    )


def _as_day(value: Any) -> Any:
    if isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-":
        return int(value.replace("-", ""))
    return value


def _curve(points: tuple[tuple[float, float], ...], x: str) -> str:
    x0, y0 = points[0]
    text = f"{x} <= {x0} ? {y0} : "
    for x1, y1 in points[1:]:
        text += f"{x} <= {x1} ? {y0} + ({x} - {x0}) * {y1 - y0} / {x1 - x0} : "
        x0, y0 = x1, y1
    return text + str(y0)


def environment(folder: Path) -> Path:
    """A Python of its own with the peer in it; made once."""
    python = folder / "bin" / "python"
    if not python.exists():
        run(["python3", "-m", "venv", folder], check=True)
        run([python, "-m", "pip", "install", "-q", VERSION], check=True)
    return python


def measure(plan: Plan, rows: list[Row], folder: Path, work: Path) -> tuple[float, list[str]]:
    """CPU seconds of zen for these rows, and the grades that it gives."""
    kinds = {kind: Translation(plan.program(kind, LEAN)) for kind in plan.kinds}
    looks = {}
    for kind, made in kinds.items():
        places = [n for n in made.uses if made.graph.nodes[n].op == "look"]
        program = made.program._replace(outputs=tuple((str(n), n) for n in places))
        looks[kind] = places, Writer(program).write(program)
    given = []
    for row in rows:
        places, found = looks[row["kind"]]
        cells = dict(zip(places, found(row.get), strict=True))
        given.append((row["kind"], kinds[row["kind"]].given(row, cells)))
    decisions = {kind: made.decision() for kind, made in kinds.items()}
    work.write_text(json.dumps({"decisions": decisions, "rows": given}), encoding="utf-8")
    found = json.loads(check_output([environment(folder), "-c", RUNNER, work]))
    return found["cpu"], found["grades"]
