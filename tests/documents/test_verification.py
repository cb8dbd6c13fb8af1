"""The verifier's words and exit codes, and the lies that it finds."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from registry.cli.certificate import certificate as command
from registry.documents import certificate, keys, signing
from registry.documents.findings import Exit, Outcome, StatusEntry, StatusList
from registry.documents.verification import verify
from registry.rules.certificate import CertificateState
from tests.documents.samples import NOW, liangzhou, with_evidence

NUMBER = liangzhou().number


def test_intact_and_trusted_is_said_in_full(signed: bytes, anchor: x509.Certificate) -> None:
    found = verify(signed, [anchor])
    assert found.exit_code == Exit.INTACT
    assert found.number == NUMBER
    assert found.headline.en.startswith("signature intact; issuer leads to the supplied anchor")
    assert "status unknown offline" in found.headline.en
    assert found.headline.en.endswith("TEST key, of no effect")
    assert not found.failed


def test_without_the_anchor_the_issuer_is_untrusted(signed: bytes) -> None:
    found = verify(signed)
    assert found.exit_code == Exit.UNTRUSTED
    assert "issuer untrusted unless its anchor was supplied" in found.headline.en
    assert "除非提供其信任锚" in found.headline.zh


def test_another_authority_of_the_same_name_is_no_anchor(signed: bytes, tmp_path: Path) -> None:
    home = keys.ensure_test_key(tmp_path, now=NOW)
    other = x509.load_pem_x509_certificate((home / keys.ANCHOR).read_bytes())
    assert verify(signed, [other]).exit_code == Exit.UNTRUSTED


@pytest.mark.parametrize(
    ("state", "code", "said"),
    [
        (CertificateState.ISSUED, Exit.INTACT, "22 November 2026: in force"),
        (CertificateState.REVOKED, Exit.NOT_IN_FORCE, "22 November 2026: revoked"),
        (CertificateState.SUSPENDED, Exit.NOT_IN_FORCE, "22 November 2026: suspended"),
        (CertificateState.SUPERSEDED, Exit.NOT_IN_FORCE, "22 November 2026: superseded"),
    ],
)
def test_the_status_is_dated(
    signed: bytes, anchor: x509.Certificate, state: CertificateState, code: int, said: str
) -> None:
    listed = StatusList(
        as_of=NOW.replace(day=22), entries={NUMBER: StatusEntry(state, date(2026, 11, 20))}
    )
    found = verify(signed, [anchor], listed)
    assert found.exit_code == code
    assert f"status as of the list of {said}" in found.headline.en


def test_a_number_that_the_list_does_not_know(signed: bytes, anchor: x509.Certificate) -> None:
    found = verify(signed, [anchor], StatusList(as_of=NOW, entries={}))
    assert found.exit_code == Exit.NOT_IN_FORCE
    assert "does not know this number" in found.headline.en


def test_the_printed_term_counts_offline(signed: bytes, anchor: x509.Certificate) -> None:
    assert verify(signed, [anchor], on=date(2027, 11, 22)).exit_code == Exit.INTACT
    assert verify(signed, [anchor], on=date(2027, 11, 23)).exit_code == Exit.NOT_IN_FORCE


def test_a_signed_page_that_lies_is_found(
    signer: signing.Signer, anchor: x509.Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The issuer's own key, a page that says more than the evidence: intact, yet refused."""
    content, evidence = with_evidence(liangzhou(signer_fingerprint=signer.fingerprint))
    monkeypatch.setattr(certificate, "_compare", lambda *_: None)
    assert content.abatement is not None
    better = replace(content.abatement.figure, value="963831")
    lying = replace(content, abatement=replace(content.abatement, figure=better))
    made = certificate.render(lying, evidence, now=NOW, signature_bytes=signer.signature_bytes)
    found = verify(signing.sign(made, signer, now=NOW), [anchor])
    assert found.outcome("signature") is Outcome.HOLDS
    assert found.exit_code == Exit.REFUSED
    assert found.headline.en == "refused: the page differs from its evidence: abatement"


def test_an_update_after_signing_is_found(signed: bytes, anchor: x509.Certificate) -> None:
    found = verify(signed + b"\n% more\n", [anchor])
    assert found.outcome("covers_file") is Outcome.FAILS
    assert found.exit_code == Exit.REFUSED


def test_a_rewritten_file_is_found(signed: bytes, anchor: x509.Certificate) -> None:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(signed)) as pdf:
        pdf.Root.Lang = pikepdf.String("en")
        pdf.save(made)
    assert verify(made.getvalue(), [anchor]).exit_code == Exit.REFUSED


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"hello" * 1000, b"PK\x03\x04" + b"\0" * 60])
def test_what_is_no_certificate_is_called_so(junk: bytes) -> None:
    assert verify(junk).exit_code == Exit.UNREADABLE


def run(*arguments: str | Path) -> tuple[int, str]:
    done = CliRunner().invoke(command, ["verify", *map(str, arguments)])
    return done.exit_code, done.output


@pytest.fixture
def anchor_file(tmp_path: Path, anchor: x509.Certificate) -> Path:
    path = tmp_path / "anchor.pem"
    path.write_bytes(anchor.public_bytes(serialization.Encoding.PEM))
    return path


def test_the_command_checks_a_file_a_folder_and_a_zip(
    signed: bytes, tmp_path: Path, anchor_file: Path
) -> None:
    folder = tmp_path / "certificates"
    folder.mkdir()
    (folder / "good.pdf").write_bytes(signed)
    code, told = run(folder / "good.pdf", "--anchor", anchor_file)
    assert code == 0
    assert "signature intact" in told
    assert run(folder)[0] == Exit.UNTRUSTED
    (folder / "bad.pdf").write_bytes(signed.replace(b"/M (D:2026", b"/M (D:2025"))
    code, told = run(folder, "--anchor", anchor_file, "--json")
    assert code == Exit.REFUSED
    assert {json.loads(line)["exit_code"] for line in told.splitlines()} == {0, Exit.REFUSED}
    packed = tmp_path / "all.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("one.pdf", signed)
        archive.writestr("README.txt", "x")
    code, told = run(packed, "--anchor", anchor_file, "--lang", "zh")
    assert code == 0
    assert "签名完整" in told
