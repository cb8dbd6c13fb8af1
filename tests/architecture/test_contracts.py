"""Who may import whom holds, and the contracts speak of everything there is."""

import subprocess
import sys
import tomllib

from tests.architecture.repository import ROOT, text


def run_python(code: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_import_contracts_are_kept() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_desk_is_in_the_contract_of_desks() -> None:
    contracts = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    desks = next(c["modules"] for c in contracts if c["type"] == "independence")
    folders = [f for f in (ROOT / "registry" / "web").iterdir() if (f / "__init__.py").is_file()]
    assert sorted(desks) == sorted(f"registry.web.{f.name}" for f in folders)


def test_rules_import_only_the_standard_library() -> None:
    loaded = run_python(
        "import pkgutil, sys\n"
        "before = set(sys.modules)\n"  # what the interpreter's own start brings along
        "import registry.rules\n"
        "for module in pkgutil.walk_packages(registry.rules.__path__, 'registry.rules.'):\n"
        "    __import__(module.name)\n"
        "print(*sorted(set(sys.modules) - before))"
    ).split()
    foreign = {
        name
        for name in loaded
        if name.split(".")[0] not in sys.stdlib_module_names
        and name != "registry"
        and not name.startswith("registry.rules")
    }
    assert not foreign
    assert any(name.startswith("registry.rules.lifecycle") for name in loaded)


def test_heavy_libraries_wait_until_they_are_needed() -> None:
    """A score, a page and a command line must not pay for a PDF."""
    loaded = run_python(
        "import sys\nimport registry.app, registry.cli\n"
        "from registry.web import public, applicant, reviewer\nprint(*sys.modules)"
    ).split()
    heavy = {"weasyprint", "pyhanko", "pikepdf", "duckdb", "pyarrow", "fontTools", "pandas"}
    assert not heavy & set(loaded)
