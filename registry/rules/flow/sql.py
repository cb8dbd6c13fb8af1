"""Back end: the steps of a plan as SQL, in stages, each a query over the one before.

A step that is needed more than once becomes a column of a stage; all else stands where it is used.
Lookups are joins with tables of constants whose keys are unique; between Parquet files a small one of
one text stands in the expression. Each kind of project has stages of its own, without what does not
concern it, and the kinds are put together by UNION ALL.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from registry.rules.flow.dialects import DIALECTS, Dialect
from registry.rules.flow.nodes import INTEGER, TEXT, Node
from registry.rules.flow.plan import ANY_KIND, COMPACT, KindProgram, Plan
from registry.rules.flow.python_rows import uses_of
from registry.rules.flow.sql_steps import DEAR, INT32, Expressions
from registry.rules.flow.tables import JoinTable

SOURCE = "{source}"
SMALL = 64  # rows of a table that may stand in an expression in place of a join

# How often a step's text names each of its parts; all others once.
_NAMES_TWICE = {"min": (2, 2), "max": (2, 2), "choose": (2, 1, 1), "power": (2, 2)}


class Stage(NamedTuple):
    """A query over the stage before: joins first, then columns."""

    joins: list[tuple[int, tuple[int, ...]]]  # a table and the steps of its keys
    made: list[int]  # steps that become columns here


class KindQuery(Expressions):
    """One kind of project in one dialect."""

    def __init__(self, program: KindProgram, dialect: Dialect, names: dict[JoinTable, str]) -> None:
        super().__init__(program.graph, dialect)
        self.program, self.names = program, names
        self.live = sorted(uses_of(program))
        self.kept = self._worth_keeping()
        for n in self.live:
            self.depth[n] = self._depth(n)
        self.last = max([self.depth[n] for _, n in program.outputs], default=1)

    # -- stages ------------------------------------------------------------------------------------

    def _worth_keeping(self) -> frozenset[int]:
        """Steps that become columns: what would otherwise be worked out more than once."""
        nodes = self.graph.nodes
        named: dict[int, int] = {}
        for n in self.live:
            node = nodes[n]
            for arg, times in zip(node.args, self._times(node), strict=True):
                named[arg] = named.get(arg, 0) + times
        for _, n in self.program.outputs:
            named[n] = named.get(n, 0) + 1
        kept: set[int] = set()
        price: dict[int, int] = {}
        for n in self.live:
            node = nodes[n]
            inside = sum(
                price[arg] * times
                for arg, times in zip(node.args, self._times(node), strict=True)
                if arg not in kept
            )
            free = node.op in ("column", "const") or self.is_joined(node)
            price[n] = inside + (0 if free else 1)
            if node.op == "curve" or (node.op == "snap" and not node.payload):
                price[n] += 4
            if self.dialect.by_columns:
                price[n] += DEAR.get(node.op, 1) - 1
                if node.op == "/" and not self.graph.is_const(node.args[1]):
                    price[n] += 1
            if price[n] and (named[n] - 1) * price[n] >= self.dialect.cost:
                kept.add(n)
        return frozenset(kept)

    def _times(self, node: Node) -> tuple[int, ...]:
        if node.op in _NAMES_TWICE:
            return _NAMES_TWICE[node.op]
        if node.op == "snap":
            return (1,) if node.payload else (7,)
        if node.op == "curve":
            return (2 * len(node.payload),)
        if node.op == "within":
            return (len({len(prefix) for prefix in node.payload}),)
        return (1,) * len(node.args)

    def _depth(self, n: int) -> int:
        """The stage in which a step can be written: its parts are columns of the one before."""
        node = self.graph.nodes[n]
        parts = (self.depth[arg] + (arg in self.kept) for arg in node.args)
        return max(parts, default=1)

    def stages(self) -> list[Stage]:
        stages = [Stage([], []) for _ in range(self.last)]
        for n in self.live:
            node = self.graph.nodes[n]
            if self.is_joined(node):
                join = (node.payload[0], node.args)
                joins = stages[self.depth[n] - 1].joins
                if join not in joins:
                    joins.append(join)
            elif n in self.kept and self.depth[n] < self.last:
                stages[self.depth[n] - 1].made.append(n)
        return stages

    def _needed(self) -> list[list[int]]:
        """Per stage, the columns that a later stage asks of it: raw, looked up or made."""
        needed: list[dict[int, None]] = [{} for _ in range(self.last + 1)]
        for n in self.live:
            if n in self.kept and self.depth[n] < self.last:
                self._ask(n, self.depth[n], needed)
            if self.is_joined(self.graph.nodes[n]):
                for key in self.graph.nodes[n].args:
                    self._ask_part(key, self.depth[n], needed)
        for _, n in self.program.outputs:
            self._ask_part(n, self.last, needed)
        return [list(each) for each in needed]

    def _ask(self, n: int, stage: int, needed: list[dict[int, None]]) -> None:
        for arg in self.graph.nodes[n].args:
            self._ask_part(arg, stage, needed)

    def _ask_part(self, n: int, stage: int, needed: list[dict[int, None]]) -> None:
        """What the stage needs from below to write a step that stands in it."""
        node = self.graph.nodes[n]
        if node.op == "const":
            return
        joined = self.is_joined(node)
        if joined and self.depth[n] == stage:
            return
        if node.op == "column" or joined or (n in self.kept and self.depth[n] < stage):
            lowest = {"column": 0}.get(node.op, self.depth[n])
            for below in range(lowest, stage):
                needed[below][n] = None
            return
        self._ask(n, stage, needed)

    def text(self, source: str, where: str, before: list[str]) -> str:
        """The last stage; the stages before it stand inside it or, named, in `before`.

        `source` is a table or view.
        """
        needed = self._needed()
        query = self._source(source, needed[0], where)
        for place, stage in enumerate(self.stages(), 1):
            self.here = place
            last = place == self.last
            columns = ["row_id"]
            if last:
                columns += [
                    f"{self._output(name, n)} AS {self.dialect.quoted(name)}"
                    for name, n in self.program.outputs
                ]
            else:
                columns += [
                    f"{self._below(n)} AS {self.column(n)}"
                    if self._is_new(n, place)
                    else self.column(n)
                    for n in needed[place]
                ]
            joins = "".join(self._join(table, keys) for table, keys in stage.joins)
            fence = "" if last else f" {self.dialect.fence}".rstrip()
            below = f"({query}) AS s{place}"
            if self.dialect.chained:
                below = f"{self.program.kind}_{place}"
                before.append(f"{below} AS (\n{query}\n)")
            query = f"SELECT {', '.join(columns)}\nFROM {below}{joins}{fence}"
        return query

    def _source(self, source: str, columns: Iterable[int], where: str) -> str:
        names = [self.dialect.quoted(self.graph.nodes[n].payload) for n in columns]
        fence = f" {self.dialect.fence}".rstrip()
        return f"SELECT {', '.join(['row_id', *names])} FROM {source}{where}{fence}"

    def _is_new(self, n: int, place: int) -> bool:
        return self.graph.nodes[n].op != "column" and self.depth[n] == place

    def _below(self, n: int) -> str:
        node = self.graph.nodes[n]
        return self.cell(n) if self.is_joined(node) else self.expression(n)

    def _join(self, table: int, keys: tuple[int, ...]) -> str:
        alias = self.alias(table, keys)
        on = " AND ".join(f"{alias}.k{n} = {self.part(key)}" for n, key in enumerate(keys))
        return f"\nLEFT JOIN {self.names[self.program.tables[table]]} AS {alias} ON {on}"

    def alias(self, table: int, keys: tuple[int, ...]) -> str:
        return f"j{table}"

    def is_joined(self, node: Node) -> bool:
        if node.op != "look":
            return False
        table = self.program.tables[node.payload[0]]
        small = table.key_types == (TEXT,) and 0 < len(table.rows) <= SMALL
        raw = self.graph.nodes[node.args[0]].op == "column"
        return not (self.dialect.parquet and small and raw)

    def _step(self, node: Node, parts: list[str]) -> str:
        if node.op == "look":
            return self._cell_by_key(node, parts[0])
        return super()._step(node, parts)

    def _cell_by_key(self, node: Node, key: str) -> str:
        """The cell of a table that is small enough to stand in the expression."""
        table, field = node.payload
        rows = self.program.tables[table]
        written = [
            self.dialect.nothing(node.type) if cell is None else self.dialect.literal(cell)
            for cell in rows.cells(field)
        ]
        keys = (str(key) for (key,), _ in rows.rows)
        return self.dialect.mapped(list(zip(keys, written, strict=True)), key)

    def cell(self, n: int) -> str:
        node = self.graph.nodes[n]
        table, field = node.payload
        place = self.program.tables[table].fields.index(field)
        return f"{self.alias(table, node.args)}.f{place}"

    def _output(self, name: str, n: int) -> str:
        node = self.graph.nodes[n]
        if node.op == "const" and node.payload is None:
            return self.dialect.nothing(node.type)
        if node.type == INTEGER:
            narrow = self.dialect.parquet and node.low > -INT32 and node.high < INT32
            return f"CAST({self.part(n)} AS {self.dialect.small if narrow else self.dialect.big})"
        if self.dialect.parquet and (texts := self._chosen_texts(n)):
            return self._as_enum(n, f"ENUM({', '.join(map(self.dialect.literal, texts))})")
        return self.part(n)

    def _chosen_texts(self, n: int) -> tuple[str, ...]:
        """The texts that a choice written out here chooses from; empty of any other step."""
        node = self.graph.nodes[n]
        if node.op == "const" and isinstance(node.payload, str):
            return (node.payload,)
        if node.op != "either" or not self._stands_here(n):
            return ()
        yes, no = (self._chosen_texts(arg) for arg in node.args[1:])
        return tuple(dict.fromkeys((*yes, *no))) if yes and no else ()

    def _as_enum(self, n: int, type: str) -> str:
        """A choice of texts as the codes of a dictionary, as which a file holds them."""
        node = self.graph.nodes[n]
        if node.op == "const":
            return f"CAST({self.dialect.literal(node.payload)} AS {type})"
        return self._cases(n, lambda part: self._as_enum(part, type))


def _values(table: JoinTable, fields: list[int], dialect: Dialect) -> str:
    rows = []
    for keys, cells in table.rows:
        values = [*keys, *(cells[place] for place in fields)]
        written = ("NULL" if value is None else dialect.literal(value) for value in values)
        rows.append(", ".join(written))
    return "VALUES " + ",\n".join(f"({row})" for row in rows)


def query(
    plan: Plan,
    dialect: str,
    *,
    source: str = SOURCE,
    size: str = COMPACT,
    kinds: tuple[str, ...] = (),
    parquet: bool = False,
) -> str:
    """The whole query: one row in `source` gives one row, with the columns of `plan.outputs(size)`.

    `source` is a table or view with the columns of `plan.inputs`. Rows of a kind that the rulebook
    does not know are left out: whoever runs it counts. `parquet`, on DuckDB alone: rows come from a
    Parquet file and go to one.
    """
    spoken = DIALECTS[dialect]
    if parquet:
        spoken = replace(spoken, parquet=True)
    together = spoken.together and not kinds
    asked = (ANY_KIND,) if together else kinds or plan.kinds
    programs = [plan.program(kind, size, in_doubles=True) for kind in asked]
    names: dict[JoinTable, str] = {}
    for program in programs:
        for table in program.tables:
            names.setdefault(table, f"t{len(names)}_{table.lookup}")
    queries = [KindQuery(program, spoken, names) for program in programs]
    used = _used_fields(queries)
    tables = [
        f"{names[table]} ({_header(table, fields)}) AS (\n{_values(table, fields, spoken)})"
        for table, fields in used.items()
    ]
    parts = [each.text(source, _only(each.program.kind, spoken), tables) for each in queries]
    head = f"WITH {', '.join(tables)}\n" if tables else ""
    return head + "\nUNION ALL\n".join(parts)


def _only(kind: str, dialect: Dialect) -> str:
    return f" WHERE {dialect.quoted('kind')} = {dialect.literal(kind)}" if kind else ""


def _used_fields(queries: list[KindQuery]) -> dict[JoinTable, list[int]]:
    """The tables that are joined, with the places of the cells that are read."""
    used: dict[JoinTable, dict[int, None]] = {}
    for each in queries:
        for n in each.live:
            node = each.graph.nodes[n]
            if each.is_joined(node):
                table = each.program.tables[node.payload[0]]
                used.setdefault(table, {})[table.fields.index(node.payload[1])] = None
    return {table: sorted(fields) for table, fields in used.items()}


def _header(table: JoinTable, fields: list[int]) -> str:
    keys = [f"k{n}" for n in range(len(table.key_types))]
    return ", ".join([*keys, *(f"f{place}" for place in fields)])


__all__ = ["KindQuery", "query"]
