"""Back end: a rulebook's program as one generated Python function for one row, standard library only.

The function is straight-line code over local variables: each step that may be missing is a variable
that is None, each condition is asked before it is used, nothing is evaluated from text at run time.
The SQL back end starts from the same `Program` and the same trees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from registry.rules.rulebook import arithmetic
from registry.rules.rulebook.evaluate import number_of
from registry.rules.rulebook.expression import (
    Arithmetic,
    Call,
    Choice,
    Compare,
    Logic,
    Member,
    Name,
    Not,
    Number,
    Scaled,
    Text,
    Tree,
    Truth,
)
from registry.rules.rulebook.steps import LookupStep
from registry.rules.snapping import snap

if TYPE_CHECKING:
    from registry.rules.rulebook import Rulebook
    from registry.rules.rulebook.program import Program

Row = Callable[..., tuple[Any, ...]]


class Piece(NamedTuple):
    """Code for a value, good only where none of `needs` is None."""

    code: str
    needs: frozenset[str] = frozenset()


class Compiled(NamedTuple):
    """The function and what its columns are: `columns[name]` is a place in the tuple it returns."""

    row: Row
    columns: dict[str, int]
    tests: dict[Tree, int]  # where the row holds the outcome of each condition
    source: str


class Writer:
    """Writes statements; every intermediate result that may be missing gets a variable."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        self.variables: dict[str, str] = {"kind": "kind"}
        self.constants: dict[str, Any] = {}
        self.tests: dict[Tree, str] = {}
        self.named: dict[tuple[str, str], str] = {}
        self.tables = program.tables
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"t{self.count}"

    def say(self, line: str) -> None:
        self.lines.append(f"    {line}")

    def keep(self, piece: Piece, into: str = "") -> str:
        """Store a piece in a variable that is None where it is missing."""
        if not into and piece.needs == {piece.code}:
            return piece.code
        variable = into or self.fresh()
        if piece.needs == {piece.code} or not piece.needs:
            self.say(f"{variable} = {piece.code}")
        else:
            self.say(f"{variable} = None if {_any_missing(piece.needs)} else {piece.code}")
        return variable

    def value(self, tree: Tree) -> str:
        return self.keep(self.piece(tree))

    def piece(self, tree: Tree) -> Piece:
        match tree:
            case Number(value):
                return Piece(repr(float(value)))
            case Text(value) | Truth(value):
                return Piece(repr(value))
            case Name(id):
                variable = self.variables[id]
                certain = id == "kind"
                return Piece(variable, frozenset() if certain else frozenset({variable}))
            case Arithmetic("/", left, right):
                return self._quotient(self.piece(left), self.piece(right))
            case Arithmetic(op, left, right):
                one, other = self.piece(left), self.piece(right)
                return Piece(f"({one.code} {op} {other.code})", one.needs | other.needs)
            case Compare(op, left, right):
                return self._comparison(op, left, right)
            case Member(item, options, negated):
                one = self.piece(item)
                sign = "not in" if negated else "in"
                return Piece(f"({one.code} {sign} {options!r})", one.needs)
            case Logic(op, parts):
                return self._logic(op, [self.value(part) for part in parts])
            case Not(part):
                one = self.piece(part)
                return Piece(f"(not {one.code})", one.needs)
            case Choice(test, yes, no):
                return self._choice(self._test(test), self.value(yes), self.value(no))
            case Scaled(part, numerator, denominator):
                one = self.piece(part)
                return Piece(f"({one.code} * {numerator}.0 / {denominator}.0)", one.needs)
            case Call(name, parts):
                return self._call(name, parts)

    def _quotient(self, one: Piece, other: Piece) -> Piece:
        below = self.keep(other) if other.needs or not _literal(other.code) else other.code
        needs = one.needs | (frozenset({below}) if other.needs else frozenset())
        missing = f"{_any_missing(needs)} or {below} == 0" if needs else f"{below} == 0"
        result = self.fresh()
        self.say(f"{result} = None if {missing} else {one.code} / {below}")
        return Piece(result, frozenset({result}))

    def _comparison(self, op: str, left: Tree, right: Tree) -> Piece:
        one, other = self.piece(left), self.piece(right)
        needs = one.needs | other.needs
        if self._is_text(left) or self._is_text(right):
            return Piece(f"({one.code} {op} {other.code})", needs)
        return Piece(f"({_snapped(one.code)} {op} {_snapped(other.code)})", needs)

    def _is_text(self, tree: Tree) -> bool:
        """Texts and days compare as they are; numbers at nine decimals."""
        match tree:
            case Text() | Truth() | Call("decision_date" | "years_before"):
                return True
            case Name(id):
                known = self.program.scope.names.get(id)
                return known is not None and known.type != "number"
            case Choice(_, part, _) | Call("only_if", (_, part)):
                return self._is_text(part)
            case _:
                return False

    def _logic(self, op: str, parts: list[str]) -> Piece:
        decisive = "True" if op == "or" else "False"
        settled = " or ".join(f"{part} is {decisive}" for part in parts)
        otherwise = "False" if op == "or" else "True"
        result = self.fresh()
        missing = " or ".join(f"{part} is None" for part in parts)
        self.say(f"{result} = {decisive} if {settled} else None if {missing} else {otherwise}")
        return Piece(result, frozenset({result}))

    def _test(self, tree: Tree) -> str:
        """A condition, kept where the row can be asked which way it went."""
        if tree not in self.tests:
            self.tests[tree] = self.keep(self.piece(tree), into=self.fresh())
        return self.tests[tree]

    def _choice(self, test: str, yes: str, no: str) -> Piece:
        result = self.fresh()
        self.say(f"{result} = None if {test} is None else {yes} if {test} else {no}")
        return Piece(result, frozenset({result}))

    def _call(self, name: str, parts: tuple[Tree, ...]) -> Piece:
        match name:
            case "given":
                return Piece(f"({self.value(parts[0])} is not None)")
            case "loaded":
                return Piece(f"loaded({_word(parts[0])!r})")
            case "decision_date":
                return Piece("as_of")
            case "years_before":
                return Piece(f"years_before({_whole(parts[0])})")
            case "only_if":
                test, part = self._test(parts[0]), self.value(parts[1])
                result = self.fresh()
                self.say(f"{result} = {part} if {test} is True else None")
                return Piece(result, frozenset({result}))
            case "within":
                one = self.piece(parts[0])
                prefixes = self._constant("group", _word(parts[1]))
                return Piece(f"{one.code}.startswith({prefixes})", one.needs)
            case "table_of":
                scale, option = self._constant("scale", _word(parts[0])), self.piece(parts[1])
                result = self.keep(Piece(f"{scale}.get({option.code})", option.needs))
                return Piece(result, frozenset({result}))
            case "curve":
                points, x = self._constant("curve", _word(parts[0])), self.piece(parts[1])
                return Piece(f"on_curve({points}, {x.code})", x.needs)
            case _:
                return self._operation(name, parts)

    def _operation(self, name: str, parts: tuple[Tree, ...]) -> Piece:
        pieces = [self.piece(part) for part in parts]
        needs = frozenset[str]().union(*(piece.needs for piece in pieces))
        if name == "co2e":
            return pieces[0]
        piece = Piece(f"{name}({', '.join(piece.code for piece in pieces)})", needs)
        if name not in ("root", "floor_quotient"):
            return piece
        result = self.fresh()
        self.say(
            f"{result} = {'None if ' + _any_missing(needs) + ' else ' if needs else ''}{piece.code}"
        )
        return Piece(result, frozenset({result}))

    def _constant(self, section: str, id: str) -> str:
        """A declared table as a global of the generated module."""
        key = (section, id)
        if key not in self.named:
            self.named[key] = f"d{len(self.named)}"
            self.constants[self.named[key]] = self.tables[section][id]
        return self.named[key]


def _any_missing(needs: Iterable[str]) -> str:
    return " or ".join(f"{name} is None" for name in sorted(needs))


def _literal(code: str) -> bool:
    return code.replace(".", "", 1).replace("e", "", 1).isdigit()


def _snapped(code: str) -> str:
    return repr(snap(float(code))) if _literal(code) else f"snap({code})"


def _word(part: Tree) -> str:
    assert isinstance(part, Text)
    return part.value


def _whole(part: Tree) -> int:
    assert isinstance(part, Number)
    return int(part.value)


RULE_COLUMNS = ("applies", "passes", "conditional", "value", "threshold", "points")


def compile_row(program: Program) -> Compiled:
    """`row(kind, answers, find, constants, as_of, loaded, years_before)` -> all columns of one row."""
    writer = Writer(program)
    book = program.book
    columns: dict[str, str] = {}
    for n, constant in enumerate(book.constants):
        writer.variables[constant.id] = f"k{n}"
        writer.say(f"k{n} = constants[{n}]")
    for n, declared in enumerate(book.inputs):
        variable = f"i{n}"
        writer.variables[declared.id] = columns[declared.id] = variable
        only = f" if kind in {declared.kinds!r} else None" if declared.kinds else ""
        writer.say(f"{variable} = answers.get({declared.id!r}){only}")
        if declared.id in program.whens:
            writer.say(
                f"if {writer.value(program.whens[declared.id])} is not True: {variable} = None"
            )
    _write_steps(writer, program, columns)
    for n, trees in enumerate(program.rules):
        for key in RULE_COLUMNS:
            tree: Tree | None = getattr(trees, key)
            if tree is not None:
                columns[f"{n}:{key}"] = writer.value(tree)
    order, tested = list(columns), list(writer.tests)
    returned = ", ".join([*columns.values(), *writer.tests.values()])
    head = "def row(kind, answers, find, constants, as_of, loaded, years_before):"
    source = "\n".join([head, *writer.lines, f"    return ({returned},)"])
    return Compiled(
        row=_function(source, writer.constants),
        columns={name: n for n, name in enumerate(order)},
        tests={tree: n for n, tree in enumerate(tested, len(order))},
        source=source,
    )


def _write_steps(writer: Writer, program: Program, columns: dict[str, str]) -> None:
    places = {lookup.id: n for n, lookup in enumerate(program.book.lookups)}
    for n, step in enumerate(program.steps):
        if isinstance(step, LookupStep):
            keys = "".join(f"{writer.value(tree)}, " for _, tree in step.keys)
            pins = "".join(f"{writer.value(tree)}, " for _, tree in step.pins)
            writer.say(f"f{n} = find({places[step.lookup.id]}, ({keys}), ({pins}))")
            columns[f"lookup:{step.lookup.id}"] = f"f{n}"
            given = [f"g{n}_{i}" for i in range(len(step.lookup.gives))]
            writer.say(f"{', '.join(given)}, = f{n}.cells")
            for variable, declared in zip(given, step.lookup.gives, strict=True):
                writer.variables[declared.id] = columns[declared.id] = variable
        else:
            variable = writer.keep(writer.piece(step.tree), into=f"v{n}")
            writer.variables[step.value.id] = columns[step.value.id] = variable


def _function(source: str, constants: dict[str, Any]) -> Row:
    """Text that this module wrote itself becomes a function; nothing of a rulebook is executed but
    through the trees above."""
    space: dict[str, Any] = {
        "snap": snap,
        "on_curve": arithmetic.on_curve,
        **arithmetic.OPERATIONS,
        **constants,
        "__builtins__": {},
    }
    exec(compile(source, "<rulebook>", "exec"), space)  # noqa: S102
    row: Row = space["row"]
    return row


def constants_on(book: Rulebook, day: date) -> tuple[float | None, ...]:
    """The constants' values of a day, in the order of the rulebook."""
    found = (constant.on(day) for constant in book.constants)
    return tuple(None if text is None else number_of(text) for text in found)
