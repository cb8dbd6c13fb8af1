"""Signatures: made in one revision, accepted by independent tools, broken by any change."""

from __future__ import annotations

import random
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.documents import certificate, keys, signing
from registry.documents.findings import Exit
from registry.documents.signature_place import NoPlace
from registry.documents.verification import verify
from tests.documents.samples import NOW, liangzhou, with_evidence


def tool(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_pdfsig_and_qpdf_accept_the_file(signed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    told = tool("pdfsig", path).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    checked = tool("qpdf", "--check", path)
    assert checked.returncode == 0, checked.stderr


def test_pyhanko_accepts_the_file(signed: bytes, tmp_path: Path, anchor: x509.Certificate) -> None:
    import io

    from asn1crypto import x509 as asn1
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    root = asn1.Certificate.load(anchor.public_bytes(serialization.Encoding.DER))
    reader = PdfFileReader(io.BytesIO(signed))
    (embedded,) = reader.embedded_signatures
    context = ValidationContext(trust_roots=[root], moment=NOW)
    status = validate_pdf_signature(embedded, context)
    assert status.bottom_line
    assert status.docmdp_ok
    assert status.coverage.name == "ENTIRE_FILE"


def test_signing_the_same_twice_gives_the_same_bytes(signed: bytes, signer: signing.Signer) -> None:
    content, evidence = with_evidence(liangzhou(signer_fingerprint=signer.fingerprint))
    again = certificate.render(content, evidence, now=NOW, signature_bytes=signer.signature_bytes)
    assert signing.sign(again, signer, now=NOW) == signed


def test_a_signed_file_is_not_signed_again(signed: bytes, signer: signing.Signer) -> None:
    with pytest.raises(NoPlace):
        signing.sign(signed, signer, now=NOW)


def test_a_signature_that_does_not_fit_is_refused(signer: signing.Signer) -> None:
    content, evidence = with_evidence(liangzhou())
    small = certificate.render(content, evidence, now=NOW, signature_bytes=100)
    with pytest.raises(NoPlace, match="room for 100"):
        signing.sign(small, signer, now=NOW)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_changed_byte_is_refused(
    data: st.DataObject, signed: bytes, anchor: x509.Certificate
) -> None:
    at = data.draw(st.integers(0, len(signed) - 1))
    flip = data.draw(st.integers(1, 255))
    changed = bytearray(signed)
    changed[at] ^= flip
    if bytes(changed).lower() == signed.lower():
        return  # a hexadecimal digit of the signature in the other case says the same
    found = verify(bytes(changed), [anchor])
    assert found.exit_code in (Exit.REFUSED, Exit.UNREADABLE), found.headline.en


def test_the_same_change_is_refused_by_the_independent_tool(signed: bytes, tmp_path: Path) -> None:
    changed = bytearray(signed)
    changed[random.Random(7).randrange(1000, 60_000)] ^= 1
    path = tmp_path / "changed.pdf"
    path.write_bytes(changed)
    assert "Signature is Valid" not in tool("pdfsig", path).stdout


def test_a_configured_pkcs12_key_signs_and_is_not_a_test_key(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    leaf = _self_issued(key)
    path = tmp_path / "issuer.p12"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"issuer", key, leaf, None, serialization.BestAvailableEncryption(b"secret")
        )
    )
    signer = signing.load_signer(keys_folder=tmp_path, key=path, passphrase="secret")
    assert not signer.is_test
    content, evidence = with_evidence(
        liangzhou(signer_fingerprint=signer.fingerprint, test_key=False, demo=False)
    )
    made = certificate.render(content, evidence, now=NOW, signature_bytes=signer.signature_bytes)
    found = verify(signing.sign(made, signer, now=NOW), [leaf])
    assert found.exit_code == Exit.INTACT
    assert "TEST" not in found.headline.en
    with pytest.raises(keys.KeyRefused):
        signing.load_signer(keys_folder=tmp_path, key=path, passphrase="wrong")


def _self_issued(key: rsa.RSAPrivateKey) -> x509.Certificate:
    from datetime import timedelta

    from cryptography.hazmat.primitives import hashes

    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Example Issuer")])
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )


def test_first_start_in_many_threads_makes_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        homes = list(pool.map(lambda _: keys.ensure_test_key(tmp_path), range(16)))
    assert len(set(homes)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["test"]
    assert (homes[0] / keys.KEY).stat().st_mode & 0o077 == 0
    shutil.rmtree(tmp_path)
