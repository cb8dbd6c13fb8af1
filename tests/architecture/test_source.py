"""The shape of the source: nothing grows unseen, and pure code stays pure."""

import ast
from pathlib import Path

import pytest

from tests.architecture.repository import files, python_files, text, tree

LINES_OF_A_FILE = 500
LINES_OF_A_FUNCTION = {"registry/": 60, "bench/": 60, "tests/": 100}
AVOIDED = {"utils", "util", "helpers", "helper", "common", "handlers", "handler", "misc"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}
SESSION_WRITES = {"add", "add_all", "commit", "delete", "exec", "execute", "flush", "merge"}


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def calls(path: Path) -> list[tuple[str, str, int]]:
    """`name.attribute(…)` as (name, attribute, line)."""
    return [
        (node.func.value.id, node.func.attr, node.lineno)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
    ]


def test_no_file_is_a_giant() -> None:
    hand_written = [
        f
        for f in files()
        if f.suffix in {".py", ".html", ".css", ".js", ".sh"}
        and "vendor" not in f.parts
        and "versions" not in f.parts
    ]
    lengths = {str(f): text(f).count("\n") for f in hand_written}
    assert {name: n for name, n in lengths.items() if n > LINES_OF_A_FILE} == {}


@pytest.mark.parametrize(("folder", "limit"), LINES_OF_A_FUNCTION.items())
def test_no_function_is_a_giant(folder: str, limit: int) -> None:
    found = {
        f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path in python_files(folder)
        for node in functions(path)
    }
    assert {name: n for name, n in found.items() if n > limit} == {}


def test_names_say_something() -> None:
    assert [f for f in python_files("registry/", "tests/") if f.stem in AVOIDED] == []


def test_modules_say_what_they_are_for() -> None:
    silent = [
        path
        for path in python_files("registry/")
        if tree(path).body and not ast.get_docstring(tree(path))
    ]
    assert silent == []


@pytest.mark.parametrize("room", ["rules", "operations", "queries", "models"])
def test_the_clock_is_handed_in(room: str) -> None:
    asked = [
        f"{path}:{line}"
        for path in python_files(f"registry/{room}/")
        for name, attribute, line in calls(path)
        if (name, attribute) in CLOCKS
    ]
    assert asked == []


def test_operations_leave_the_commit_to_the_edge() -> None:
    committed = [
        f"{path}:{line}"
        for path in python_files("registry/operations/", "registry/queries/")
        for name, attribute, line in calls(path)
        if name == "session" and attribute in {"commit", "rollback"}
    ]
    assert committed == []


def test_models_evaluate_their_annotations() -> None:
    """`from __future__ import annotations` breaks SQLModel's relationships without a word."""
    postponed = [
        path
        for path in python_files("registry/models/")
        for node in tree(path).body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
    ]
    assert postponed == []


def test_pages_take_only_the_type_of_a_session_from_sqlmodel() -> None:
    taken = {
        f"{path}:{alias.name}"
        for path in python_files("registry/web/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and node.module == "sqlmodel"
        for alias in node.names
        if alias.name != "Session"
    }
    assert taken == set()


def test_pages_read_through_queries_and_write_through_operations() -> None:
    direct = [
        f"{path}:{line}"
        for path in python_files("registry/web/")
        for name, attribute, line in calls(path)
        if name in {"session", "db"} and attribute in SESSION_WRITES
    ]
    assert direct == []
