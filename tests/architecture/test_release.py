"""What leaves this house is whole, licensed, and tells nothing of the machine that made it."""

import hashlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.repository import ROOT, files, text

SHIPPED = ("registry/", "templates/", "migrations/")
MOVED = {"templates/": "registry/_templates/", "migrations/": "registry/_migrations/"}
OF_OTHERS = {".js", ".css", ".ttf", ".otf", ".woff", ".woff2", ".ico"}
# Spelt in pieces, so that this file does not find itself.
PLACES_OF_A_MACHINE = re.compile(
    r"(?<![\w.:/-])/(?:" + "|".join(["work", "root", "home"]) + r")/\w"
)
MAY_NAME_PLACES = {"deploy", "docs"}  # where a unit or a manual says where things go


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as opened:
        yield opened


def name_in_wheel(path: Path) -> str:
    name = str(path)
    for folder, target in MOVED.items():
        if name.startswith(folder):
            return target + name.removeprefix(folder)
    return name


def test_the_wheel_holds_what_the_repository_ships_and_nothing_else(wheel: zipfile.ZipFile) -> None:
    expected = {name_in_wheel(f) for f in files() if str(f).startswith(SHIPPED)}
    found = {name for name in wheel.namelist() if ".dist-info/" not in name}
    assert found == expected
    for kind in ("_templates/base.html", "_migrations/env.py", "static/css/site.css"):
        assert any(name.endswith(kind) for name in found), kind


def test_the_wheel_carries_its_licence(wheel: zipfile.ZipFile) -> None:
    (licence,) = [name for name in wheel.namelist() if name.endswith("licenses/LICENSE")]
    assert wheel.read(licence).decode() == text("LICENSE")


def test_the_unpacked_wheel_finds_its_folders(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    code = "from registry import paths; print(paths.TEMPLATES, paths.MIGRATIONS, paths.STATIC)"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    )
    for found in result.stdout.split():
        assert Path(found).is_relative_to(tmp_path)
        assert Path(found).is_dir()


def test_the_licence_is_whole() -> None:
    licence = text("LICENSE")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence


def vendored_lists() -> list[Path]:
    return [f for f in files() if f.name == "VENDORED.toml"]


def vendored_entries() -> list[tuple[Path, dict[str, str]]]:
    return [(f.parent, row) for f in vendored_lists() for row in tomllib.loads(text(f))["file"]]


@pytest.mark.parametrize(
    ("folder", "row"), vendored_entries(), ids=lambda v: v["path"] if isinstance(v, dict) else None
)
def test_what_others_wrote_is_what_the_list_says(folder: Path, row: dict[str, str]) -> None:
    content = (ROOT / folder / row["path"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == row["sha256"]
    assert row["name"]
    assert row["version"]
    assert row["licence"]
    assert (ROOT / folder / row["licence_file"]).stat().st_size > 300


def test_every_file_of_others_is_listed() -> None:
    listed = {folder / row["path"] for folder, row in vendored_entries()}
    folders = {f.parent for f in vendored_lists()} | {
        f.parent for f in files() if f.suffix in {".ttf", ".otf", ".woff", ".woff2"}
    }
    present = {f for f in files() if f.parent in folders and f.suffix in OF_OTHERS}
    assert present - listed == set()
    assert present


def test_nothing_tells_of_a_machine() -> None:
    told = []
    for path in files():
        if path.parts[0] in MAY_NAME_PLACES:
            continue
        content = (ROOT / path).read_bytes()
        if b"\0" in content[:8000]:
            continue
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if PLACES_OF_A_MACHINE.search(line):
                told.append(f"{path}:{number}: {line.strip()[:80]}")
    assert told == []


def test_secrets_and_databases_stay_out() -> None:
    kept_out = re.compile(r"\.(sqlite3?|db|p12|pfx|key)$|secret_key$|^instance/(?!\.gitkeep)")
    assert [f for f in files() if kept_out.search(str(f))] == []
