"""A certificate is stored once and served for ever: no upgrade touches it."""

import hashlib

import pytest

from registry.documents import certificate as page
from registry.documents import keys, renderer, wording
from registry.documents.fonts import outlines
from registry.documents.stamping import press
from registry.jobs.certificates import issue_waiting
from registry.operations import certificate as operations
from registry.words import Words
from tests.web.auditor.test_desk import issued

__all__ = ["issued"]


@pytest.fixture
def upgraded(monkeypatch, tmp_path, settings):
    """Another template, another title, another cut of the font, another key."""
    folder = tmp_path / "templates"
    folder.mkdir()
    for name in ("certificate.html", "certificate.css"):
        said = (renderer.FOLDER / name).read_text("utf-8").replace("24pt", "30pt")
        (folder / name).write_text(said, "utf-8")
    monkeypatch.setattr(renderer, "FOLDER", folder)
    monkeypatch.setattr(renderer, "_made", {})
    monkeypatch.setattr(wording, "TITLE", Words("新版证书", "New certificate"))
    monkeypatch.setitem(outlines.STEP, "regular", 16)
    outlines.face.cache_clear()
    page.template.cache_clear()
    press.clear()
    home = keys.ensure_test_key(tmp_path / "keys")
    yield settings.model_copy(update={"instance": tmp_path}), home
    outlines.face.cache_clear()
    page.template.cache_clear()
    press.clear()


def test_upgrades_leave_what_was_issued_as_it_is(database, people, settings, issued, upgraded):
    everybody, _, made = issued
    address = f"/audit/certificates/{made.number}/certificate.pdf"
    browser = people.browser(everybody.auditor)
    served = browser.get(address).data
    assert hashlib.sha256(served).hexdigest() == made.pdf_sha256
    renewed, _ = upgraded
    with database.read() as session:
        content = operations.printed_content(session.merge(made, load=False))
    proof = operations.path_of(settings.documents_folder, made.evidence_sha256).read_bytes()
    signer = operations.signer_of(renewed)
    fresh = page.render(content, proof, now=made.closed_at, signature_bytes=signer.signature_bytes)
    assert operations.sign(fresh, signer, now=made.closed_at) != served
    assert issue_waiting(database, settings, made.closed_at) == 0
    assert people.browser(everybody.auditor).get(address).data == served
