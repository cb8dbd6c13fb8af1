"""Text to tree: a small part of Python's syntax, parsed with `ast` against a white list, never run."""

from __future__ import annotations

import ast
from decimal import Decimal
from functools import cache

from registry.rules.rulebook.expression import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_NODES,
    OPERATIONS,
    Arithmetic,
    Call,
    Choice,
    Compare,
    ExpressionRefused,
    Logic,
    Member,
    Name,
    Not,
    Number,
    Text,
    Tree,
    Truth,
    walk,
)

_ARITHMETIC = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARE = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


@cache
def parse(source: str) -> Tree:
    """The tree of an expression, or `ExpressionRefused`."""
    if len(source) > MOST_CHARACTERS:
        raise ExpressionRefused("too_long", MOST_CHARACTERS, str(len(source)))
    if _nesting(source) > MOST_DEPTH:
        raise ExpressionRefused("too_deep", 0, "")
    try:
        body = ast.parse(" ".join(source.split()), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as why:
        column = getattr(why, "offset", 0) or 0
        raise ExpressionRefused("not_an_expression", column, source[:60]) from None
    if sum(1 for _ in ast.walk(body)) > 3 * MOST_NODES:
        raise ExpressionRefused("too_many_nodes")
    tree = _tree(body, 1)
    if sum(1 for _ in walk(tree)) > MOST_NODES:
        raise ExpressionRefused("too_many_nodes")
    return tree


def _nesting(source: str) -> int:
    """How deep brackets and signs nest, before the parser sees them: it must never overflow."""
    deepest = depth = signs = 0
    for character in source:
        depth += (character in "([{") - (character in ")]}")
        signs = signs + 1 if character in "+-~" else signs if character.isspace() else 0
        deepest = max(deepest, depth + signs)
    return deepest


def _refuse(node: ast.AST, code: str) -> ExpressionRefused:
    return ExpressionRefused(code, getattr(node, "col_offset", 0) + 1, type(node).__name__)


def _tree(node: ast.expr, depth: int) -> Tree:
    if depth > MOST_DEPTH:
        raise _refuse(node, "too_deep")
    below = depth + 1
    match node:
        case ast.Constant():
            return _literal(node)
        case ast.Name():
            return Name(node.id)
        case ast.UnaryOp(op=ast.Not()):
            return Not(_tree(node.operand, below))
        case ast.UnaryOp(op=ast.USub()):
            return Arithmetic("-", Number(Decimal(0)), _tree(node.operand, below))
        case ast.BinOp() if type(node.op) in _ARITHMETIC:
            sides = _tree(node.left, below), _tree(node.right, below)
            return Arithmetic(_ARITHMETIC[type(node.op)], *sides)
        case ast.BoolOp():
            op = "and" if isinstance(node.op, ast.And) else "or"
            return Logic(op, tuple(_tree(part, below) for part in node.values))
        case ast.Compare(ops=[op], comparators=[right]):
            return _comparison(node, op, right, below)
        case ast.IfExp():
            parts = (_tree(part, below) for part in (node.test, node.body, node.orelse))
            return Choice(*parts)
        case ast.Call(func=ast.Name(id=name), keywords=[]):
            return _call(node, name, below)
        case _:
            raise _refuse(node, "not_in_the_language")


def _literal(node: ast.Constant) -> Tree:
    match node.value:
        case bool():
            return Truth(node.value)
        case int():
            return Number(Decimal(node.value))
        case float() if abs(node.value) < 1e15:
            return Number(Decimal(repr(node.value)))
        case str():
            return Text(node.value)
        case _:
            raise _refuse(node, "not_a_literal")


def _comparison(node: ast.Compare, op: ast.cmpop, right: ast.expr, depth: int) -> Tree:
    left = _tree(node.left, depth)
    if isinstance(op, ast.In | ast.NotIn):
        if not isinstance(right, ast.Tuple):
            raise _refuse(right, "options_wanted")
        options = [part.value for part in right.elts if isinstance(part, ast.Constant)]
        if len(options) != len(right.elts) or not all(isinstance(part, str) for part in options):
            raise _refuse(right, "options_wanted")
        return Member(left, tuple(map(str, options)), isinstance(op, ast.NotIn))
    if type(op) not in _COMPARE:
        raise _refuse(node, "not_in_the_language")
    return Compare(_COMPARE[type(op)], left, _tree(right, depth))


def _call(node: ast.Call, name: str, depth: int) -> Tree:
    if name not in OPERATIONS:
        raise ExpressionRefused("unknown_operation", node.col_offset + 1, name)
    least, most = OPERATIONS[name]
    if not least <= len(node.args) <= most:
        raise ExpressionRefused("wrong_number_of_arguments", node.col_offset + 1, name)
    return Call(name, tuple(_tree(part, depth) for part in node.args))
