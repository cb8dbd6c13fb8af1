"""One TEST key and one signed certificate for all tests of documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from registry.documents import certificate, keys, signing
from tests.documents.samples import NOW, liangzhou, with_evidence


@pytest.fixture(scope="session")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keys")


@pytest.fixture(scope="session")
def signer(keys_folder: Path) -> signing.Signer:
    keys.ensure_test_key(keys_folder, now=NOW)
    return signing.load_signer(keys_folder=keys_folder)


@pytest.fixture(scope="session")
def anchor(keys_folder: Path, signer: signing.Signer) -> x509.Certificate:
    return x509.load_pem_x509_certificate((keys_folder / "test" / keys.ANCHOR).read_bytes())


@pytest.fixture(scope="session")
def signed(signer: signing.Signer) -> bytes:
    content, evidence = with_evidence(liangzhou(signer_fingerprint=signer.fingerprint))
    made = certificate.render(content, evidence, now=NOW, signature_bytes=signer.signature_bytes)
    return signing.sign(made, signer, now=NOW)
