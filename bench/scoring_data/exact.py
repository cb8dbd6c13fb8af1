"""Grades in exact fractions: the same steps as every engine takes, without a double anywhere."""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from registry.rules.flow import meaning
from registry.rules.flow.nodes import NUMBER, Graph
from registry.rules.flow.plan import LEAN, KindProgram, Plan
from registry.rules.flow.python_rows import uses_of

Row = dict[str, Any]


class Exactly:
    """One kind of project, step by step."""

    def __init__(self, program: KindProgram) -> None:
        self.graph: Graph = program.graph
        self.live = sorted(uses_of(program))
        self.grade = dict(program.outputs)["grade"]
        self.tables = [(dict(table.rows), table.fields) for table in program.tables]

    def of(self, row: Row) -> str:
        known: dict[int, Any] = {}
        for n in self.live:
            known[n] = self._step(n, row, known)
        grade: str = known[self.grade]
        return grade

    def _fraction(self, value: Any, type: str) -> Any:
        return self.graph.exactly(value) if type == NUMBER and value is not None else value

    def _step(self, n: int, row: Row, known: dict[int, Any]) -> Any:
        node = self.graph.nodes[n]
        parts = [known[arg] for arg in node.args]
        match node.op:
            case "const":
                return self._fraction(node.payload, node.type)
            case "column":
                value = row.get(node.payload)
                return (
                    Fraction(Decimal(repr(value)))
                    if node.type == NUMBER and value is not None
                    else value
                )
            case "look":
                rows, fields = self.tables[node.payload[0]]
                keys = tuple(float(p) if isinstance(p, Fraction) else p for p in parts)
                cells = rows.get(keys)
                value = None if cells is None else cells[fields.index(node.payload[1])]
                return self._fraction(value, node.type)
            case "and" | "or":
                decisive = node.op == "or"
                if any(part is decisive for part in parts):
                    return decisive
                return None if any(part is None for part in parts) else not decisive
            case "missing":
                return parts[0] is None
            case "true" | "false":
                return parts[0] is (node.op == "true")
            case "choose":
                return None if parts[0] is None else parts[1] if parts[0] else parts[2]
            case "only_if":
                return parts[1] if parts[0] else None
            case "either":
                return parts[1] if parts[0] else parts[2]
            case _:
                return self._strict(node.op, node.payload, parts, node.type)

    def _strict(self, op: str, payload: Any, parts: list[Any], type: str) -> Any:
        if any(part is None for part in parts):
            return None
        if op == "table" and type == NUMBER:
            return self._fraction(meaning.EXACT[op](payload, *parts), type)
        return meaning.EXACT[op](payload, *parts)


def exact_grades(plan: Plan, rows: list[Row]) -> Iterator[str]:
    """The grade of each row."""
    kinds = {kind: Exactly(plan.program(kind, LEAN)) for kind in plan.kinds}
    return (kinds[row["kind"]].of(row) for row in rows)
