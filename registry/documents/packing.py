"""Builds the stand-alone verifier: one file out of the very modules that the registry verifies with."""

from __future__ import annotations

import ast
import io
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import registry

NAME = "registry-verify.pyz"
ROOT = Path(registry.__file__).parent
_START = "registry.documents.standalone"
_MAIN = (
    "import sys\n\nfrom registry.documents.standalone import main\n\n"
    'if __name__ == "__main__":\n    sys.exit(main())\n'
)


def modules() -> list[str]:
    """Every module of ours that the verifier can come to import, found by reading, not by running."""
    known: dict[str, Path] = {}
    waiting = [_START]
    while waiting:
        name = waiting.pop()
        path = _path(name)
        if name in known or path is None:
            continue
        known[name] = path
        waiting += [name.rpartition(".")[0], *_imported(name, path)]
    return sorted(known)


def _path(name: str) -> Path | None:
    if name.split(".")[0] != "registry":
        return None
    bare = ROOT.joinpath(*name.split(".")[1:])
    return next(
        (one for one in (bare / "__init__.py", bare.with_suffix(".py")) if one.is_file()), None
    )


def _imported(name: str, path: Path) -> Iterator[str]:
    """What a module imports anywhere in it, but not what it imports for its types alone."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    for node in _nodes(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            yield base
            yield from (f"{base}.{one.name}" for one in node.names)


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from _nodes(node)


@cache
def verifier() -> bytes:
    """The file, equal bytes for equal sources: `python registry-verify.pyz certificate.pdf`."""
    made = io.BytesIO(b"")
    made.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(made, "a") as archive:
        for name in modules():
            path = _path(name)
            assert path is not None
            _add(archive, f"registry/{path.relative_to(ROOT)}", path.read_bytes())
        _add(archive, "__main__.py", _MAIN.encode())
    return made.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data, zipfile.ZIP_DEFLATED, compresslevel=9)
