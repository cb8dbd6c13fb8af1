"""The one-file verifier, run where nothing of the registry can be imported, on the demonstration."""

import ast
import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from registry.config import Environment, Settings, prepare_instance
from registry.db import Database
from registry.documents import packing
from registry.documents.attached import RULEBOOK_NAME
from registry.jobs.certificates import issue_waiting
from registry.jobs.demo.load import load_demo
from registry.models import SQLModel
from registry.operations import certificate as operations
from registry.operations import status_list
from registry.operations.evidence import path_of
from registry.queries import certificate as certificates
from registry.queries import log

# What `pip install cryptography pikepdf asn1crypto` brings.
INSTALLED = {
    *("cryptography", "pikepdf", "asn1crypto", "cffi", "_cffi_backend", "pycparser"),
    *("lxml", "packaging", "PIL"),
}
# Runs the file with everything else made impossible to import, and says what was.
ALONE = """
import importlib.abc, runpy, sys

class Alone(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in sys.stdlib_module_names and top not in ALLOWED:
            raise ImportError(f"{name} is not there")

ALLOWED = set(sys.argv[1].split(",")) | {"registry", "__main__"}
sys.meta_path.insert(0, Alone())
sys.argv = sys.argv[2:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    import registry
    assert registry.__file__.startswith(sys.argv[0]), registry.__file__
"""


def run(verifier: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-c", ALONE, ",".join(sorted(INSTALLED)), str(verifier)]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def handed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that a stranger downloads: the verifier, every demo certificate, anchor, list, log."""
    folder = tmp_path_factory.mktemp("stranger")
    settings = prepare_instance(
        Settings(
            environment=Environment.DEMO,
            instance=folder / "instance",
            argon2_time_cost=1,
            argon2_memory_kib=8,
        )
    )
    database = Database(f"sqlite:///{folder / 'demo.sqlite3'}")
    SQLModel.metadata.create_all(database.engine)
    now = datetime.now(UTC)
    assert load_demo(settings, database, now=now)
    while issue_waiting(database, settings, now):
        pass
    (folder / "pdf").mkdir()
    signer = operations.signer_of(settings)
    with database.read() as session:
        for made in certificates.every_issued(session):
            data = path_of(settings.documents_folder, made.pdf_sha256).read_bytes()
            (folder / "pdf" / f"{made.number}.pdf").write_bytes(data)
        (folder / "list.json").write_bytes(status_list.write(session, signer=signer, now=now))
        (folder / "head.txt").write_bytes(log.checkpoint(session))
        with zipfile.ZipFile(folder / "log.zip", "w") as archive:
            for path, data in log.download(session):
                archive.writestr(path, data)
    database.dispose()
    anchor = (settings.keys_folder / "test" / "anchor.pem").read_bytes()
    (folder / "anchor.pem").write_bytes(anchor)
    (folder / packing.NAME).write_bytes(packing.verifier())
    return folder


def test_every_demo_certificate_is_computed_again_and_agrees(handed_out: Path) -> None:
    answer = run(
        handed_out / packing.NAME,
        *(handed_out / "pdf", "--anchor", handed_out / "anchor.pem"),
        *("--status-list", handed_out / "list.json", "--log", handed_out / "log.zip"),
        *("--checkpoint", handed_out / "head.txt", "--json"),
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    told = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(told) == len(list((handed_out / "pdf").iterdir())) >= 1
    for one in told:
        outcomes = {finding["code"]: finding["outcome"] for finding in one["findings"]}
        assert set(outcomes.values()) == {"holds"}, one
        assert {"score", "log", "credential", "log_now", "log_kept", "status"} <= set(outcomes)
        (score,) = (f for f in one["findings"] if f["code"] == "score")
        assert "re-computed by the attached rulebook" in score["words"]["en"]


def test_every_demo_certificate_keeps_to_its_size(handed_out: Path) -> None:
    """With its marks, credential, proof and factors; the rulebook, equal in all, is beside it."""
    for path in (handed_out / "pdf").iterdir():
        with pikepdf.open(path) as pdf:
            rulebook = pdf.attachments[RULEBOOK_NAME].get_file().obj.read_raw_bytes()
        assert path.stat().st_size - len(rulebook) <= 60 * 1024


def test_it_refuses_and_explains_in_both_languages(handed_out: Path) -> None:
    pdf = next((handed_out / "pdf").iterdir())
    changed = handed_out / "changed.pdf"
    changed.write_bytes(pdf.read_bytes().replace(b"/M (D:2026", b"/M (D:2025"))
    answer = run(handed_out / packing.NAME, changed, "--lang", "zh")
    assert answer.returncode == 1
    assert "文件内容在签名后被改动" in answer.stdout
    assert run(handed_out / packing.NAME, "nowhere.pdf").returncode == 2
    assert run(handed_out / packing.NAME, handed_out / "instance" / "keys").returncode == 4


def test_it_carries_only_what_it_needs() -> None:
    made = packing.modules()
    rooms = {name.split(".")[1] for name in made if "." in name}
    assert rooms <= {"rules", "documents", "words"}
    assert len(packing.verifier()) < 200 * 1024
    for name in made:
        path = packing._path(name)
        assert path is not None
        ast.parse(path.read_bytes())
