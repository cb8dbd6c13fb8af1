"""The credential's proof is that of the W3C suite, to the byte of its own test vector."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from registry.documents import credential
from registry.documents.credential import CredentialRefused
from registry.documents.ed25519 import NamedKey
from registry.rules import canonical

# vc-di-eddsa 1.0, appendix B: key pair, credential and proof of `eddsa-jcs-2022`.
SEED = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
MULTIKEY = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
DOCUMENT = {
    "@context": [
        "https://www.w3.org/ns/credentials/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ],
    "id": "urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33",
    "type": ["VerifiableCredential", "AlumniCredential"],
    "name": "Alumni Credential",
    "description": "A minimum viable example of an Alumni Credential.",
    "issuer": "https://vc.example/issuers/5678",
    "validFrom": "2023-01-01T00:00:00Z",
    "credentialSubject": {
        "id": "did:example:abcdefgh",
        "alumniOf": "The School of Examples",
    },
}
PROOF = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"


def secured() -> bytes:
    from datetime import UTC, datetime

    key = NamedKey("x", Ed25519PrivateKey.from_private_bytes(SEED))
    assert credential.multikey(key.public) == MULTIKEY
    return credential.secure(
        DOCUMENT,
        key,
        method=f"did:key:{MULTIKEY}#{MULTIKEY}",
        now=datetime(2023, 2, 24, 23, 36, 38, tzinfo=UTC),
    )


def test_the_proof_is_that_of_the_specification() -> None:
    said = json.loads(secured())
    assert said["proof"]["proofValue"] == PROOF
    assert said["proof"]["created"] == "2023-02-24T23:36:38Z"
    assert credential.verify(secured(), credential.key_of(MULTIKEY)) == DOCUMENT


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(name="Another"),
        lambda said: said["proof"].update(created="2023-02-24T23:36:39Z"),
        lambda said: said["proof"].update(cryptosuite="eddsa-rdfc-2022"),
        lambda said: said["proof"].update(proofPurpose="authentication"),
        lambda said: said["proof"].update(proofValue=said["proof"]["proofValue"][1:]),
        lambda said: said["proof"].update({"@context": []}),
        lambda said: said.pop("proof"),
    ],
)
def test_whatever_is_changed_is_refused(change) -> None:
    said = json.loads(secured())
    change(said)
    with pytest.raises(CredentialRefused):
        credential.verify(canonical.dumps(said), credential.key_of(MULTIKEY))


def test_the_issuer_publishes_its_key_where_did_web_looks() -> None:
    assert credential.did_of("http://127.0.0.1:8000") == "did:web:127.0.0.1%3A8000"
    did = credential.did_of("https://registry.example")
    public = credential.key_of(MULTIKEY)
    document = credential.did_document(did, public)
    (method,) = document["verificationMethod"]
    assert (document["id"], method["controller"]) == (did, did)
    assert credential.key_of(method["publicKeyMultibase"]) == public
    assert document["assertionMethod"] == [method["id"]]
    with pytest.raises(ValueError, match="not an Ed25519"):
        credential.key_of("z6Mk")
