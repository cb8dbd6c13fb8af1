"""PAdES B-T: a time-stamp over the signature, from an authority that the tests run themselves."""

from __future__ import annotations

import io
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registry.documents import certificate, conformance, keys, signature_check, signing
from registry.documents.findings import Exit
from registry.documents.verification import verify
from tests.documents.samples import NOW, liangzhou, with_evidence

STAMPED = NOW + timedelta(seconds=7)


@pytest.fixture(scope="module")
def stamping_signer(keys_folder: Path, signer: signing.Signer) -> signing.Signer:
    files = keys.read_test_key(keys_folder / "test")
    return signing.Signer(
        signing.SoftwareKey(files.key), files.certificate, files.chain, timestamper=_authority()
    )


def _authority() -> DummyTimeStamper:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Stamping authority TEST")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(9)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=365))
        .add_extension(
            x509.ExtendedKeyUsage([x509.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        .sign(key, hashes.SHA256())
    )
    der = serialization.Encoding.DER
    secret = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return DummyTimeStamper(
        tsa_cert=asn1.Certificate.load(made.public_bytes(der)),
        tsa_key=asn1_keys.PrivateKeyInfo.load(secret),
        certs_to_embed=SimpleCertificateStore(),
        fixed_dt=STAMPED,
    )


def test_a_stamped_certificate_holds_and_keeps_every_rule(
    stamping_signer: signing.Signer, anchor: x509.Certificate, tmp_path: Path
) -> None:
    import pikepdf

    content, evidence = with_evidence(liangzhou(signer_fingerprint=stamping_signer.fingerprint))
    made = certificate.render(
        content, evidence, now=NOW, signature_bytes=stamping_signer.signature_bytes
    )
    signed = signing.sign(made, stamping_signer, now=NOW)
    facts = signature_check.examine(signed, pikepdf.open(io.BytesIO(signed)))
    assert facts.intact
    assert facts.stamped_at == STAMPED
    assert verify(signed, [anchor]).exit_code == Exit.INTACT
    assert conformance.check(signed) == []
    path = tmp_path / "stamped.pdf"
    path.write_bytes(signed)
    told = subprocess.run(["pdfsig", path], capture_output=True, text=True, check=False).stdout
    assert "Signature is Valid" in told
