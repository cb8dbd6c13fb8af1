"""The locks hold what pyproject.toml asks for, by hash, and name no address."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.repository import ROOT, python_files, text, tree

LOCKS = ["setup", "runtime", "dev", "spark"]
APART = "spark"  # so large that it has a lock of its own, beside dev
PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)(?: ; ([^\\]+))?", re.MULTILINE)
ADDRESS = re.compile(r"://|^\s*-(i|f|-(index-url|extra-index-url|find-links))|^[^#\n]* @ ", re.M)


def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))


def lock_text(name: str) -> str:
    return text(f"requirements/{name}.lock")


def pins(name: str) -> dict[tuple[str, str], str]:
    """(package, marker) to version: a universal lock may pin one package twice."""
    found = PIN.findall(lock_text(name))
    return {(package, marker.strip()): version for package, version, marker in found}


def wanted_at_run_time() -> list[Requirement]:
    return [Requirement(line) for line in project()["project"]["dependencies"]]


def wanted_with_extras() -> list[Requirement]:
    """Extras are imported where they are used: another test sees that the app starts without."""
    found = wanted_at_run_time()
    for name, lines in project()["project"]["optional-dependencies"].items():
        found += [Requirement(line) for line in lines if name != APART]
    return found


def wanted_on_spark() -> list[Requirement]:
    return [Requirement(r) for r in project()["project"]["optional-dependencies"][APART]]


def wanted_by_developers() -> list[Requirement]:
    found = wanted_with_extras()
    for lines in project()["dependency-groups"].values():
        found += [Requirement(line) for line in lines if isinstance(line, str)]
    return found


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    assert ADDRESS.search(lock_text(name)) is None


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_a_hash(name: str) -> None:
    blocks = re.split(r"^(?=[a-z0-9])", lock_text(name), flags=re.MULTILINE)
    blocks = [block for block in blocks if "==" in block]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("runtime", wanted_at_run_time()),
        ("dev", wanted_by_developers()),
        ("spark", wanted_on_spark()),
    ],
)
def test_a_lock_covers_what_is_wanted(name: str, wanted: list[Requirement]) -> None:
    versions: dict[str, list[str]] = {}
    for (package, _), version in pins(name).items():
        versions.setdefault(canonicalize_name(package), []).append(version)
    missing = [
        str(requirement)
        for requirement in wanted
        if not any(
            requirement.specifier.contains(version, prereleases=True)
            for version in versions.get(canonicalize_name(requirement.name), [])
        )
    ]
    assert missing == [], "run ./run lock"


def test_developers_run_what_users_run() -> None:
    runtime, dev = pins("runtime"), pins("dev")
    users = {
        package: {v for (p, _), v in runtime.items() if p == package} for package, _ in runtime
    }
    developers = {package: {v for (p, _), v in dev.items() if p == package} for package, _ in dev}
    assert {p for p in users if not users[p] & developers.get(p, set())} == set()


def imported(folder: str) -> dict[str, str]:
    """Top-level names that are not the standard library's or ours, with one place of each."""
    found: dict[str, str] = {}
    for path in python_files(folder):
        for node in ast.walk(tree(path)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names = [node.module]
            for name in names:
                found[name.split(".")[0]] = f"{path}:{node.lineno}"
    ours = {f.name for f in ROOT.iterdir() if f.is_dir()}
    return {n: at for n, at in found.items() if n not in sys.stdlib_module_names | ours}


@pytest.mark.parametrize(
    ("folder", "wanted"),
    [("registry/", wanted_with_extras()), ("tests/", wanted_by_developers())],
)
def test_every_import_is_asked_for(folder: str, wanted: list[Requirement]) -> None:
    """Not by luck through another package that might drop it."""
    by_import = packages_distributions()
    names = {canonicalize_name(requirement.name) for requirement in wanted}
    if folder == "registry/":  # drivers and engines that are loaded only where they are chosen
        names |= {canonicalize_name(r.name) for r in extras()}
    undeclared = {
        name: where
        for name, where in imported(folder).items()
        if not names & {canonicalize_name(d) for d in by_import.get(name, [name])}
    }
    assert undeclared == {}


def extras() -> list[Requirement]:
    groups = project()["project"]["optional-dependencies"].values()
    return [Requirement(line) for lines in groups for line in lines]
