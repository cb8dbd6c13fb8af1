"""What a stranger downloads to check a certificate without us fits together."""

import io
import json
import zipfile

from cryptography import x509

from registry.documents import credential, evidence, status_list
from registry.documents.verification import verify
from tests.web.public.test_certificate import change


def test_the_status_list_states_each_certificate_and_is_signed(client, database, issued):
    from registry.web.public import offline

    anchor = x509.load_pem_x509_certificate(client.get("/issuer/anchor.pem").data)
    offline._written.clear()
    listed = status_list.read(client.get("/status-list.json").data, [anchor])
    number = issued.certificate.number
    assert listed.entries[number].state.value == "ISSUED"
    found = verify(issued.pdf, [], listed)
    assert "in force" in found.headline.en
    change(database, issued.certificate.id, state="REVOKED", end_reason_code="double_claim")
    again = status_list.read(client.get("/status-list.json").data, [anchor])
    assert again == listed, "signed at most once a minute"
    offline._written.clear()
    now = status_list.read(client.get("/status-list.json").data, [anchor])
    assert now.entries[number].reason.en == "The same benefit claimed twice"
    found = verify(issued.pdf, [], now)
    assert "revoked (since " in found.headline.en
    assert "reason: The same benefit claimed twice" in found.headline.en


def test_the_did_document_names_the_key_of_the_credentials(client, issued):
    said = json.loads(client.get("/.well-known/did.json").data)
    assert said["id"] == "did:web:registry.example"
    public = credential.key_of(said["verificationMethod"][0]["publicKeyMultibase"])
    import pikepdf

    with pikepdf.open(io.BytesIO(issued.pdf)) as pdf:
        secured = pdf.attachments["credential.json"].get_file().read_bytes()
    read = credential.verify(secured, public)
    assert read["issuer"]["id"] == said["id"]
    assert json.loads(secured)["proof"]["verificationMethod"] in said["assertionMethod"]


def test_the_schema_and_the_verifier_are_handed_out(client):
    from tests.architecture.repository import ROOT

    for name in ("evidence-2.json", "evidence-3.json"):
        schema = client.get(f"/schemas/{name}")
        assert schema.data == evidence.schema(name)
        assert schema.data == (ROOT / "docs/schemas" / name).read_bytes()
    assert client.get("/schemas/other.json").status_code == 404
    verifier = client.get("/check/registry-verify.pyz")
    assert "registry-verify.pyz" in verifier.headers["Content-Disposition"]
    assert "__main__.py" in zipfile.ZipFile(io.BytesIO(verifier.data)).namelist()
    page = client.get("/check", headers={"Accept-Language": "en"}).text
    for address in (
        "/status-list.json",
        "/check/registry-verify.pyz",
        "/log",
        "/issuer/anchor.pem",
    ):
        assert f'href="{address}"' in page
